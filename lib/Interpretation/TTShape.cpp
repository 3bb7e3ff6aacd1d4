//===- TTShape.cpp - semantics of tt: tensors as functions of their index -===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Reshape.h"
#include "triton-lift/Interpretation/Reduction.h"

using namespace mlir;

namespace triton_lift {

static Value makeRange(Interpreter &in, OpResult result,
                       ArrayRef<Value> index) {
  int64_t start = *integerAttr(result.getOwner(), "start");
  return in.terms.binary("add", index[0],
                         in.terms.integer(index[0].getType(), start));
}

static Value splat(Interpreter &in, OpResult result, ArrayRef<Value>) {
  return in.scalar(result.getOwner()->getOperand(0));
}

static Value unsplat(Interpreter &in, OpResult result, ArrayRef<Value>) {
  Value source = result.getOwner()->getOperand(0);
  SmallVector<Value> zero(shapeOf(source.getType()).size(),
                          in.terms.integer(in.terms.types().getI32Type(), 0));
  return in.at(source, zero);
}

/// Interpreter::at reads index 0 of a dimension of extent 1.
static Value sameIndex(Interpreter &in, OpResult result,
                       ArrayRef<Value> index) {
  return in.at(result.getOwner()->getOperand(0), index);
}

static Value expandDims(Interpreter &in, OpResult result,
                        ArrayRef<Value> index) {
  SmallVector<Value> source(index);
  source.erase(source.begin() + *integerAttr(result.getOwner(), "axis"));
  return in.at(result.getOwner()->getOperand(0), source);
}

static Value transpose(Interpreter &in, OpResult result,
                       ArrayRef<Value> index) {
  Operation *op = result.getOwner();
  SmallVector<Value> source(index);
  if (auto order = op->getAttrOfType<DenseI32ArrayAttr>("order")) {
    for (auto [place, dimension] : llvm::enumerate(order.asArrayRef()))
      source[dimension] = index[place];
  } else {
    std::reverse(source.begin(), source.end());
  }
  return in.at(op->getOperand(0), source);
}

//===----------------------------------------------------------------------===//
// Reshapes
//===----------------------------------------------------------------------===//

SmallVector<Value> reshapeIndex(TermBuilder &terms, ArrayRef<int64_t> from,
                                ArrayRef<int64_t> to, ArrayRef<Value> index) {
  Type i32 = terms.types().getI32Type();
  auto number = [&](int64_t n) { return terms.integer(i32, n); };
  SmallVector<Value> result(from.size(), number(0));
  size_t f = 0, t = 0;
  while (f < from.size() || t < to.size()) {
    size_t f0 = f, t0 = t;
    int64_t pf = 1, pt = 1;
    do {
      if (f < from.size() && (pf <= pt || t == to.size()))
        pf *= from[f++];
      else
        pt *= to[t++];
    } while (pf != pt);
    Value linear = number(0);
    for (size_t d = t0; d < t; ++d)
      if (to[d] != 1)
        linear = terms.binary("add", terms.binary("mul", linear, number(to[d])),
                              index[d]);
    // Outermost first: no remainder where nothing lies further out.
    int64_t inner = pf;
    bool outermost = true;
    for (size_t d = f0; d < f; ++d) {
      if (from[d] == 1)
        continue;
      inner /= from[d];
      Value place = terms.binary("divs", linear, number(inner));
      if (!outermost)
        place = terms.binary("rems", place, number(from[d]));
      outermost = false;
      result[d] = place;
    }
  }
  return result;
}

/// Whether nobody could tell in which order a tensor's elements stand: all it
/// is used for is one whole reduction, associative and commutative.
static bool orderIsInvisible(Value tensor) {
  return shapeOf(tensor.getType()).size() == 1 &&
         llvm::all_of(tensor.getUsers(), [](Operation *user) {
           return user->getName().getStringRef() == "tt.reduce" &&
                  !reductionKind(user).empty();
         });
}

static Value reshape(Interpreter &in, OpResult result, ArrayRef<Value> index) {
  Operation *op = result.getOwner();
  if (op->hasAttr("allow_reorder") && !orderIsInvisible(result))
    return in.unsupported(op, elementType(result.getType()),
                          "a reshape that may reorder elements");
  Value source = op->getOperand(0);
  return in.at(source, reshapeIndex(in.terms, shapeOf(source.getType()),
                                    shapeOf(result.getType()), index));
}

static Value subslice(Interpreter &in, OpResult result, ArrayRef<Value> index) {
  Operation *op = result.getOwner();
  SmallVector<Value> source(index);
  for (auto [place, offset] :
       llvm::zip(source,
                 op->getAttrOfType<DenseI32ArrayAttr>("offsets").asArrayRef()))
    place = in.terms.binary("add", place,
                            in.terms.integer(place.getType(), offset));
  return in.at(op->getOperand(0), source);
}

static Value join(Interpreter &in, OpResult result, ArrayRef<Value> index) {
  Operation *op = result.getOwner();
  ArrayRef<Value> inner = index.drop_back();
  Value first = in.terms.compare("eq", index.back(),
                                 in.terms.integer(index.back().getType(), 0));
  SmallVector<Value> a = operandsAt(in, op, inner);
  return in.terms.select(first, a[0], a[1]);
}

static Value split(Interpreter &in, OpResult result, ArrayRef<Value> index) {
  SmallVector<Value> source(index);
  source.push_back(in.terms.integer(in.terms.types().getI32Type(),
                                    result.getResultNumber()));
  return in.at(result.getOwner()->getOperand(0), source);
}

static Value concatenate(Interpreter &in, OpResult result,
                         ArrayRef<Value> index) {
  Operation *op = result.getOwner();
  if (!orderIsInvisible(result))
    return in.unsupported(op, elementType(result.getType()),
                          "a concatenation that may reorder elements");
  Value extent = in.terms.integer(index[0].getType(),
                                  shapeOf(op->getOperand(0).getType()).front());
  Value isFirst = in.terms.compare("slt", index[0], extent);
  Value first = in.at(op->getOperand(0), index);
  return in.terms.select(
      isFirst, first,
      in.at(op->getOperand(1), in.terms.binary("sub", index[0], extent)));
}

/// Outside of the source a gather reads something unknown. Narrow indices are
/// unsigned where they are widened: those below 0 are not said to be inside.
static Value gather(Interpreter &in, OpResult result, ArrayRef<Value> index) {
  Operation *op = result.getOwner();
  TermBuilder &terms = in.terms;
  int64_t axis = *integerAttr(op, "axis");
  Value source = op->getOperand(0);
  Value place = in.at(op->getOperand(1), index);
  if (place.getType().getIntOrFloatBitWidth() < 32)
    place = terms.signedTo(terms.types().getI32Type(), place);
  Type type = place.getType();
  int64_t extent = shapeOf(source.getType())[axis];
  Value inside = terms.conjunction(
      terms.compare("sge", place, terms.integer(type, 0)),
      terms.compare("slt", place, terms.integer(type, extent)));
  SmallVector<Value> at(index);
  at[axis] = terms.signedTo(terms.types().getI32Type(), place);
  Value element = in.at(source, at);
  return terms.select(inside, element,
                      in.arbitrary(op, elementType(result.getType()), index));
}

void addTTShapeSemantics(Semantics &semantics) {
  auto ofFirst = [](OpResult result) {
    return SmallVector<Value>{result.getOwner()->getOperand(0)};
  };
  auto ofBoth = [](OpResult result) {
    return SmallVector<Value>(result.getOwner()->getOperands());
  };
  auto add = [&](StringRef name, OpSemantics::ValueFn value,
                 OpSemantics::PointersFn pointers) {
    semantics[name].value = std::move(value);
    semantics[name].pointers = std::move(pointers);
  };
  semantics["tt.make_range"].value = makeRange;
  semantics["ttg.memdesc_trans"].value = transpose;
  semantics["ttg.memdesc_reshape"].value = reshape;
  semantics["ttg.memdesc_subslice"].value = subslice;
  add("tt.splat", splat, ofFirst);
  add("tt.unsplat", unsplat, ofFirst);
  add("tt.broadcast", sameIndex, ofFirst);
  add("ttg.convert_layout", sameIndex, ofFirst);
  add("tt.expand_dims", expandDims, ofFirst);
  add("tt.trans", transpose, ofFirst);
  add("tt.reshape", reshape, ofFirst);
  add("tt.split", split, ofFirst);
  add("tt.gather", gather, ofFirst);
  add("tt.join", join, ofBoth);
  add("tt.cat", concatenate, ofBoth);
}

} // namespace triton_lift
