//===- Arith.cpp - semantics of the arith dialect (and ub.poison) -===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "triton-lift/Interpretation/Interpreter.h"

using namespace mlir;

namespace triton_lift {

/// Dense constants that are no splat become selects if there are few elements.
static constexpr int64_t maxDenseElements = 16;

static Value denseElement(Interpreter &in, Operation *op,
                          DenseElementsAttr dense, ArrayRef<Value> index) {
  TermBuilder &terms = in.terms;
  if (dense.isSplat())
    return terms.constant(cast<TypedAttr>(dense.getSplatValue<Attribute>()));
  if (dense.getNumElements() > maxDenseElements)
    return in.unsupported(op, dense.getElementType(),
                          "a constant tensor of many different elements");
  Type i32 = terms.types().getI32Type();
  Value position = terms.integer(i32, 0);
  for (auto [extent, term] : llvm::zip(dense.getType().getShape(), index))
    position = terms.binary(
        "add", terms.binary("mul", position, terms.integer(i32, extent)), term);
  Value result;
  int64_t place = dense.getNumElements();
  for (Attribute element :
       llvm::reverse(llvm::to_vector(dense.getValues<Attribute>()))) {
    Value value = terms.constant(cast<TypedAttr>(element));
    --place;
    result = !result ? value
                     : terms.select(terms.compare("eq", position,
                                                  terms.integer(i32, place)),
                                    value, result);
  }
  return result;
}

static Value constant(Interpreter &in, OpResult result, ArrayRef<Value> index) {
  auto op = cast<arith::ConstantOp>(result.getOwner());
  if (auto dense = dyn_cast<DenseElementsAttr>(op.getValue()))
    return denseElement(in, op, dense, index);
  if (isa<IntegerAttr, FloatAttr>(op.getValue()))
    return in.terms.constant(op.getValue());
  return in.unsupported(op, elementType(result.getType()),
                        "a constant of this kind");
}

/// Arithmetic modulo 2 and comparisons of one-bit integers (signed: true is -1)
/// are logic.
static StringRef booleanTerm(StringRef term) {
  static const llvm::StringMap<StringRef> logic = {
      {"add", "xor"},  {"sub", "xor"},  {"mul", "and"}, {"mins", "or"},
      {"maxs", "and"}, {"minu", "and"}, {"maxu", "or"}};
  auto it = logic.find(term);
  return it == logic.end() ? term : it->second;
}

static OpSemantics::ValueFn integerOperation(StringRef term) {
  return [term](Interpreter &in, OpResult result, ArrayRef<Value> index) {
    Type type = elementType(result.getType());
    return in.terms.make(type.isInteger(1) ? booleanTerm(term) : term, type,
                         operandsAt(in, result.getOwner(), index));
  };
}

static Value compareInteger(Interpreter &in, OpResult result,
                            ArrayRef<Value> index) {
  auto op = cast<arith::CmpIOp>(result.getOwner());
  SmallVector<Value> a = operandsAt(in, op, index);
  return in.terms.compare(arith::stringifyCmpIPredicate(op.getPredicate()),
                          a[0], a[1]);
}

static Value compareFloat(Interpreter &in, OpResult result,
                          ArrayRef<Value> index) {
  auto op = cast<arith::CmpFOp>(result.getOwner());
  SmallVector<Value> a = operandsAt(in, op, index);
  return in.terms.compareFloat(arith::stringifyCmpFPredicate(op.getPredicate()),
                               a[0], a[1]);
}

static Value select(Interpreter &in, OpResult result, ArrayRef<Value> index) {
  SmallVector<Value> a = operandsAt(in, result.getOwner(), index);
  return in.terms.select(a[0], a[1], a[2]);
}

static StringRef formatName(Type type) {
  if (type.isF16())
    return "f16";
  if (type.isBF16())
    return "bf16";
  if (type.isF32())
    return "f32";
  return {};
}

static Value truncateFloat(Interpreter &in, OpResult result,
                           ArrayRef<Value> index) {
  Operation *op = result.getOwner();
  Type type = elementType(result.getType());
  std::string format = formatName(type).str();
  if (format.empty())
    llvm::raw_string_ostream(format) << type;
  return in.terms.make("round", type, {in.at(op->getOperand(0), index)},
                       {in.terms.attr("to", format)});
}

static Value extendFloat(Interpreter &in, OpResult result,
                         ArrayRef<Value> index) {
  Value operand = in.at(result.getOwner()->getOperand(0), index);
  Type type = elementType(result.getType());
  if (!holdsAll(cast<FloatType>(type), cast<FloatType>(operand.getType())))
    return truncateFloat(in, result, index);
  return in.terms.cast("extf", type, operand);
}

static Value poison(Interpreter &in, OpResult result, ArrayRef<Value> index) {
  return in.arbitrary(result.getOwner(), elementType(result.getType()), index);
}

void addArithSemantics(Semantics &semantics) {
  const std::pair<StringRef, StringRef> integers[] = {
      {"addi", "add"},   {"subi", "sub"},   {"muli", "mul"},
      {"divsi", "divs"}, {"remsi", "rems"}, {"divui", "divu"},
      {"remui", "remu"}, {"andi", "and"},   {"ori", "or"},
      {"xori", "xor"},   {"shli", "shl"},   {"shrsi", "shrs"},
      {"shrui", "shru"}, {"minsi", "mins"}, {"maxsi", "maxs"},
      {"minui", "minu"}, {"maxui", "maxu"}};
  const std::pair<StringRef, StringRef> floats[] = {
      {"addf", "addf"},    {"subf", "subf"},     {"mulf", "mulf"},
      {"divf", "divf"},    {"remf", "remf"},     {"negf", "negf"},
      {"maxnumf", "maxf"}, {"maximumf", "maxf"}, {"minnumf", "minf"},
      {"minimumf", "minf"}};
  for (auto [name, term] : integers)
    semantics[("arith." + name).str()].value = integerOperation(term);
  for (auto [name, term] : floats)
    semantics.elementwise(("arith." + name).str(), term);
  const std::pair<StringRef, StringRef> casts[] = {
      {"extsi", "sext"},    {"extui", "zext"},     {"trunci", "trunc"},
      {"sitofp", "sitofp"}, {"uitofp", "uitofp"},  {"fptosi", "fptosi"},
      {"fptoui", "fptoui"}, {"bitcast", "bitcast"}};
  for (auto [name, term] : casts)
    semantics.conversion(("arith." + name).str(), term);

  semantics["arith.constant"].value = constant;
  semantics["arith.cmpi"].value = compareInteger;
  semantics["arith.cmpf"].value = compareFloat;
  semantics["arith.select"].value = select;
  semantics["arith.select"].pointers = [](OpResult result) {
    return SmallVector<Value>{result.getOwner()->getOperand(1),
                              result.getOwner()->getOperand(2)};
  };
  semantics["arith.truncf"].value = truncateFloat;
  semantics["arith.extf"].value = extendFloat;
  semantics["ub.poison"].value = poison;
}

} // namespace triton_lift
