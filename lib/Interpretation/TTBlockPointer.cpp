//===- TTBlockPointer.cpp - semantics of tt: block pointers and descriptors
//-===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

//
// Both are windows on a strided array. A block pointer's value is the vector of
// its offsets, so that it can be carried by a loop like any tensor; what it
// points into (base, shape, strides) is looked up where it was made.
//
//===----------------------------------------------------------------------===//

#include "BlockPointer.h"
#include "Reshape.h"
#include "llvm/ADT/StringSet.h"
#include <numeric>

using namespace mlir;

namespace triton_lift {

namespace {
/// An element of the array behind a window.
struct Place {
  Value offset;
  /// Whether it lies in bounds; null: nobody asks.
  Value inside;
};
} // namespace

/// Operands: base, shape, strides (as many), and perhaps offsets (as many).
static Place placeAt(Interpreter &in, Operation *origin,
                     ArrayRef<Value> position,
                     llvm::function_ref<bool(unsigned)> isChecked) {
  TermBuilder &terms = in.terms;
  Type i64 = terms.types().getI64Type();
  unsigned rank = position.size();
  Place place{in.scalar(origin->getOperand(0)), {}};
  for (unsigned d = 0; d < rank; ++d) {
    Value stride =
        terms.signedTo(i64, in.scalar(origin->getOperand(1 + rank + d)));
    place.offset = terms.binary("add", place.offset,
                                terms.binary("mul", position[d], stride));
    if (!isChecked(d))
      continue;
    Value extent = terms.signedTo(i64, in.scalar(origin->getOperand(1 + d)));
    Value above = terms.compare("sge", position[d], terms.integer(i64, 0));
    Value inside =
        terms.conjunction(above, terms.compare("slt", position[d], extent));
    place.inside =
        place.inside ? terms.conjunction(place.inside, inside) : inside;
  }
  return place;
}

static bool isNaN(Operation *op) {
  if (auto name = op->getAttrOfType<StringAttr>("padding"))
    return name.getValue().contains_insensitive("nan");
  return integerAttr(op, "padding") == 2;
}

static Value paddingOf(Interpreter &in, Operation *op, Type type) {
  if (auto number = dyn_cast<FloatType>(type)) {
    const llvm::fltSemantics &format = number.getFloatSemantics();
    return in.terms.constant(in.terms.types().getFloatAttr(
        type, isNaN(op) ? APFloat::getNaN(format) : APFloat::getZero(format)));
  }
  return in.terms.integer(type, 0);
}

static Value loadPlace(Interpreter &in, Operation *op, Value pointer,
                       Place place, Type type, Value otherwise) {
  Array array = in.arrayOf(pointer);
  if (!array.argument)
    return in.unsupported(op, type, array.reason);
  Value element = in.read(op, *array.argument, place.offset, type);
  return place.inside ? in.terms.select(place.inside, element, otherwise)
                      : element;
}

//===----------------------------------------------------------------------===//
// Block pointers
//===----------------------------------------------------------------------===//

/// Offset number `index[0]` of a block pointer.
static Value offsetOf(Interpreter &in, ValueRange offsets, Value number) {
  TermBuilder &terms = in.terms;
  Value result;
  for (int64_t d = offsets.size() - 1; d >= 0; --d) {
    Value offset =
        terms.signedTo(terms.types().getI64Type(), in.scalar(offsets[d]));
    result =
        !result
            ? offset
            : terms.select(terms.compare("eq", number,
                                         terms.integer(number.getType(), d)),
                           offset, result);
  }
  return result;
}

static Value makePointer(Interpreter &in, OpResult result,
                         ArrayRef<Value> index) {
  Operation *op = result.getOwner();
  unsigned rank = shapeOf(result.getType())[0];
  return offsetOf(in, op->getOperands().take_back(rank), index[0]);
}

static Value advance(Interpreter &in, OpResult result, ArrayRef<Value> index) {
  Operation *op = result.getOwner();
  Value before = in.at(op->getOperand(0), index);
  return in.terms.binary(
      "add", before, offsetOf(in, op->getOperands().drop_front(), index[0]));
}

static std::optional<Place> blockPlace(Interpreter &in, Operation *op,
                                       Value pointer, ArrayRef<Value> index) {
  Operation *origin = in.originOf(pointer, "tt.make_tensor_ptr");
  if (!origin)
    return std::nullopt;
  TermBuilder &terms = in.terms;
  SmallVector<Value> position;
  for (auto [d, term] : llvm::enumerate(index)) {
    Value number = terms.integer(terms.types().getI32Type(), d);
    position.push_back(
        terms.binary("add", in.at(pointer, number),
                     terms.signedTo(terms.types().getI64Type(), term)));
  }
  auto checked = op->getAttrOfType<DenseI32ArrayAttr>("boundaryCheck");
  return placeAt(in, origin, position, [&](unsigned d) {
    return checked && llvm::is_contained(checked.asArrayRef(), int32_t(d));
  });
}

Value loadBlock(Interpreter &in, OpResult result, ArrayRef<Value> index) {
  Operation *op = result.getOwner();
  Type type = elementType(result.getType());
  Value pointer = op->getOperand(0);
  auto place = blockPlace(in, op, pointer, index);
  if (!place || op->getNumOperands() != 1)
    return in.unsupported(op, type, "a block pointer of several origins");
  // Without padding, what lies out of bounds may be anything.
  return loadPlace(in, op, pointer, *place, type,
                   op->hasAttr("padding")
                       ? paddingOf(in, op, type)
                       : in.arbitrary(op, type, index, "padding"));
}

void storeBlock(Interpreter &in, Operation *op) {
  Value pointer = op->getOperand(0), value = op->getOperand(1);
  SmallVector<Value> lanes;
  SmallVector<Value> index =
      in.freshIndex("lane", shapeOf(value.getType()), lanes);
  auto place = blockPlace(in, op, pointer, index);
  Array array = in.arrayOf(pointer);
  if (!place || op->getNumOperands() != 2)
    return in.refuse(op, "a block pointer of several origins");
  if (!array.argument)
    return in.refuse(op, array.reason);
  in.effect(op, "store", *array.argument, lanes, place->offset, place->inside,
            in.at(value, index), elementType(value.getType()));
}

//===----------------------------------------------------------------------===//
// Descriptors
//===----------------------------------------------------------------------===//

/// The element of the window at `start`, `index` places further (index of
/// `shape`, which drops dimensions of extent 1 from the window's).
static std::optional<Place> descriptorPlace(Interpreter &in, Value descriptor,
                                            ValueRange start,
                                            ArrayRef<int64_t> shape,
                                            ArrayRef<Value> index) {
  Operation *origin = in.originOf(descriptor, "tt.make_tensor_descriptor");
  RankedTensorType block;
  descriptor.getType().walkImmediateSubElements(
      [](Attribute) {},
      [&](Type t) { block = block ? block : dyn_cast<RankedTensorType>(t); });
  if (!origin || !block || size_t(block.getRank()) != start.size() ||
      block.getNumElements() != std::accumulate(shape.begin(), shape.end(),
                                                int64_t(1),
                                                std::multiplies<int64_t>()))
    return std::nullopt;
  TermBuilder &terms = in.terms;
  Type i64 = terms.types().getI64Type();
  SmallVector<Value> position =
      reshapeIndex(terms, block.getShape(), shape, index);
  for (auto [d, term] : llvm::enumerate(position)) {
    Value first = terms.signedTo(i64, in.scalar(start[d]));
    term = terms.binary("add", first, terms.signedTo(i64, term));
  }
  return placeAt(in, origin, position, [](unsigned) { return true; });
}

static Value descriptorLoad(Interpreter &in, OpResult result,
                            ArrayRef<Value> index) {
  Operation *op = result.getOwner();
  Type type = elementType(result.getType());
  Value descriptor = op->getOperand(0);
  auto place = descriptorPlace(in, descriptor, op->getOperands().drop_front(),
                               shapeOf(result.getType()), index);
  if (!place)
    return in.unsupported(op, type, "a descriptor not made in this kernel");
  Operation *origin = in.originOf(descriptor, "tt.make_tensor_descriptor");
  return loadPlace(in, op, descriptor, *place, type,
                   paddingOf(in, origin, type));
}

static void descriptorWrite(Interpreter &in, Operation *op, StringRef kind) {
  Value descriptor = op->getOperand(0), value = op->getOperand(1);
  ArrayRef<int64_t> shape = shapeOf(value.getType());
  SmallVector<Value> lanes;
  SmallVector<Value> index = in.freshIndex("lane", shape, lanes);
  auto place = descriptorPlace(in, descriptor, op->getOperands().drop_front(2),
                               shape, index);
  if (!place)
    return in.refuse(op, "a descriptor not made in this kernel");
  Array array = in.arrayOf(descriptor);
  if (!array.argument)
    return in.refuse(op, array.reason);
  in.effect(op, kind, *array.argument, lanes, place->offset, place->inside,
            in.at(value, index), elementType(value.getType()));
}

static void descriptorReduce(Interpreter &in, Operation *op) {
  auto name = op->getAttrOfType<StringAttr>("kind");
  static const llvm::StringSet<> known = {"add", "min", "max",
                                          "and", "or",  "xor"};
  Type type = elementType(op->getOperand(1).getType());
  // Whether an integer minimum is signed is the descriptor's to say.
  bool isOrdered =
      name && (name.getValue() == "min" || name.getValue() == "max");
  if (!name || !known.contains(name.getValue()) ||
      (isOrdered && !isa<FloatType>(type)))
    return in.refuse(op, "a descriptor reduction of this kind");
  descriptorWrite(in, op, ("atomic_" + name.getValue()).str());
}

/// Row `rows[index[0]]`, from column `column` on, of a descriptor with two
/// dimensions; `shape` is that of what is read or written.
static std::optional<Place> rowPlace(Interpreter &in, Value descriptor,
                                     Value rows, Value column,
                                     ArrayRef<int64_t> shape,
                                     ArrayRef<Value> index) {
  Operation *origin = in.originOf(descriptor, "tt.make_tensor_descriptor");
  Type i64 = in.terms.types().getI64Type();
  if (!origin || origin->getNumOperands() != 5 || shape.size() != 2 ||
      shapeOf(rows.getType()) != shape.take_front() ||
      !elementType(rows.getType()).isInteger(32))
    return std::nullopt;
  Value first = in.terms.signedTo(i64, in.scalar(column));
  Value position[] = {
      in.terms.signedTo(i64, in.at(rows, index[0])),
      in.terms.binary("add", first, in.terms.signedTo(i64, index[1]))};
  return placeAt(in, origin, position, [](unsigned) { return true; });
}

static Value descriptorGather(Interpreter &in, OpResult result,
                              ArrayRef<Value> index) {
  Operation *op = result.getOwner();
  Type type = elementType(result.getType());
  Value descriptor = op->getOperand(0);
  auto place = rowPlace(in, descriptor, op->getOperand(1), op->getOperand(2),
                        shapeOf(result.getType()), index);
  if (!place)
    return in.unsupported(op, type, "a descriptor not made in this kernel");
  Operation *origin = in.originOf(descriptor, "tt.make_tensor_descriptor");
  return loadPlace(in, op, descriptor, *place, type,
                   paddingOf(in, origin, type));
}

static void descriptorScatter(Interpreter &in, Operation *op) {
  Value descriptor = op->getOperand(0), value = op->getOperand(3);
  ArrayRef<int64_t> shape = shapeOf(value.getType());
  SmallVector<Value> lanes;
  SmallVector<Value> index = in.freshIndex("lane", shape, lanes);
  auto place = rowPlace(in, descriptor, op->getOperand(1), op->getOperand(2),
                        shape, index);
  if (!place)
    return in.refuse(op, "a descriptor not made in this kernel");
  Array array = in.arrayOf(descriptor);
  if (!array.argument)
    return in.refuse(op, array.reason);
  in.effect(op, "store", *array.argument, lanes, place->offset, place->inside,
            in.at(value, index), elementType(value.getType()));
}

void addTTBlockPointerSemantics(Semantics &semantics) {
  auto ofFirst = [](OpResult result) {
    return SmallVector<Value>{result.getOwner()->getOperand(0)};
  };
  auto writesFirst = [](Operation *op) { return op->getOperand(0); };
  semantics["tt.make_tensor_ptr"].value = makePointer;
  semantics["tt.make_tensor_ptr"].pointers = ofFirst;
  semantics["tt.advance"].value = advance;
  semantics["tt.advance"].pointers = ofFirst;

  semantics["tt.make_tensor_descriptor"].pointers = ofFirst;
  semantics["tt.descriptor_load"].value = descriptorLoad;
  semantics["tt.descriptor_store"].effect = [](Interpreter &in, Operation *op) {
    descriptorWrite(in, op, "store");
  };
  semantics["tt.descriptor_store"].writes = writesFirst;
  semantics["tt.descriptor_reduce"].effect = descriptorReduce;
  semantics["tt.descriptor_reduce"].writes = writesFirst;
  semantics["tt.descriptor_gather"].value = descriptorGather;
  semantics["tt.descriptor_scatter"].effect = descriptorScatter;
  semantics["tt.descriptor_scatter"].writes = writesFirst;
}

} // namespace triton_lift
