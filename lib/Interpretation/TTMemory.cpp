//===- TTMemory.cpp - semantics of tt: pointers, loads, stores, atomics -===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BlockPointer.h"

using namespace mlir;

namespace triton_lift {

static bool isBlockPointer(Value pointer) {
  Type pointee = pointeeType(pointer.getType());
  return !isa<RankedTensorType>(pointer.getType()) && pointee &&
         isa<RankedTensorType>(pointee);
}

/// Offsets are counted in elements, sign-extended and added in 64 bits.
static Value addPointer(Interpreter &in, OpResult result,
                        ArrayRef<Value> index) {
  Operation *op = result.getOwner();
  if (in.isAskingForArrays())
    return in.at(op->getOperand(0), index);
  SmallVector<Value> a = operandsAt(in, op, index);
  return in.terms.binary(
      "add", a[0], in.terms.signedTo(in.terms.types().getI64Type(), a[1]));
}

/// The operands after the pointer, by segment: mask and other, either absent.
static std::pair<Value, Value> maskAndOther(Operation *op, unsigned first) {
  Value mask, other;
  for (Value operand : op->getOperands().drop_front(first)) {
    if (!mask)
      mask = operand;
    else
      other = operand;
  }
  return {mask, other};
}

static Value load(Interpreter &in, OpResult result, ArrayRef<Value> index) {
  Operation *op = result.getOwner();
  Type type = elementType(result.getType());
  Value pointer = op->getOperand(0);
  if (isBlockPointer(pointer))
    return loadBlock(in, result, index);
  if (auto isVolatile = op->getAttrOfType<BoolAttr>("isVolatile");
      isVolatile && isVolatile.getValue())
    return in.unsupported(op, type, "a volatile load");
  if (!type.isIntOrFloat())
    return in.unsupported(op, type, "a load of this type");
  std::string reason;
  Value element = in.load(op, pointer, index, type, reason);
  if (!element)
    return in.unsupported(op, type, reason);
  auto [mask, other] = maskAndOther(op, 1);
  if (!mask)
    return element;
  Value condition = in.at(mask, index);
  return in.terms.select(condition, element,
                         other ? in.at(other, index)
                               : in.arbitrary(op, type, index, "other"));
}

static void store(Interpreter &in, Operation *op) {
  if (isBlockPointer(op->getOperand(0)))
    return storeBlock(in, op);
  in.write(op, "store", op->getOperand(0), maskAndOther(op, 2).first,
           op->getOperand(1));
}

StringRef atomicKind(Operation *op) {
  // The numbering of Triton's RMWOp.
  static const std::pair<StringRef, StringRef> kinds[] = {
      {"and", "atomic_and"},  {"or", "atomic_or"},     {"xor", "atomic_xor"},
      {"add", "atomic_add"},  {"fadd", "atomic_add"},  {"max", "atomic_max"},
      {"min", "atomic_min"},  {"umax", "atomic_umax"}, {"umin", "atomic_umin"},
      {"exch", "atomic_xchg"}};
  if (auto name = op->getAttrOfType<StringAttr>("atomic_rmw_op")) {
    for (auto [spelling, known] : kinds)
      if (name.getValue() == spelling)
        return known;
  } else if (auto code = integerAttr(op, "atomic_rmw_op");
             code && *code >= 1 && *code <= int64_t(std::size(kinds))) {
    return kinds[*code - 1].second;
  }
  return {};
}

static void atomic(Interpreter &in, Operation *op) {
  StringRef kind = atomicKind(op);
  if (kind.empty())
    return in.refuse(op, "an atomic operation of unknown kind");
  // The number is that of Triton's MemSyncScope.
  auto scope = op->getAttrOfType<StringAttr>("scope");
  if ((scope && scope.getValue() == "cta") || integerAttr(op, "scope") == 2)
    return in.refuse(op, "an atomic update that only its own program sees as "
                         "such (scope cta)");
  in.write(op, kind, op->getOperand(0), maskAndOther(op, 2).first,
           op->getOperand(1));
}

/// The old value depends on the order of programs; whoever reads the summary
/// knows where that makes no difference.
static Value fetched(Interpreter &in, OpResult result, ArrayRef<Value> index) {
  Operation *op = result.getOwner();
  SmallVector<Value> operands;
  for (int64_t loop : in.enclosingLoops(op))
    operands.push_back(in.iterationOf(loop));
  operands.append(index.begin(), index.end());
  return in.terms.make("fetched", elementType(result.getType()), operands,
                       {in.terms.attr("effect", in.orderOf(op))});
}

static Value pointerBitcast(Interpreter &in, OpResult result,
                            ArrayRef<Value> index) {
  Value operand = result.getOwner()->getOperand(0);
  Type from = elementType(operand.getType()),
       to = elementType(result.getType());
  if (!pointeeType(result.getType())) {
    if (from.isIntOrFloat() && to.isIntOrFloat() &&
        from.getIntOrFloatBitWidth() == to.getIntOrFloatBitWidth() &&
        !pointeeType(operand.getType()))
      return in.terms.cast("bitcast", to, in.at(operand, index));
    return in.unsupported(result.getOwner(), to, "a bitcast of this type");
  }
  // Offsets count elements, so their size has to stay.
  Type a = pointeeType(operand.getType()), b = pointeeType(result.getType());
  auto bits = [](Type t) {
    return t.isInteger(1) ? 8u : t.getIntOrFloatBitWidth();
  };
  if (!a || !a.isIntOrFloat() || !b.isIntOrFloat() || bits(a) != bits(b))
    return in.unsupported(result.getOwner(), to,
                          "a pointer cast to elements of another size");
  return in.at(operand, index);
}

/// The array's address, which is an argument of the kernel like any other, and
/// the bytes in front of the element.
static Value pointerToInteger(Interpreter &in, OpResult result,
                              ArrayRef<Value> index) {
  Operation *op = result.getOwner();
  Value pointer = op->getOperand(0);
  Type type = elementType(result.getType());
  Type i64 = in.terms.types().getI64Type();
  Array array = in.arrayOf(pointer);
  Type pointee = pointeeType(pointer.getType());
  if (!array.argument || type != i64 || !pointee.isIntOrFloat())
    return in.unsupported(op, type,
                          array.argument ? "an address of this type"
                                         : StringRef(array.reason));
  unsigned bits = pointee.getIntOrFloatBitWidth();
  Value address = in.terms.make("param", i64, {},
                                {in.terms.attr("index", *array.argument)});
  Value bytes = in.terms.binary("mul", in.at(pointer, index),
                                in.terms.integer(i64, (bits + 7) / 8));
  return in.terms.binary("add", address, bytes);
}

void addTTMemorySemantics(Semantics &semantics) {
  auto ofFirst = [](OpResult result) {
    return SmallVector<Value>{result.getOwner()->getOperand(0)};
  };
  auto writesFirst = [](Operation *op) { return op->getOperand(0); };

  semantics["tt.addptr"].value = addPointer;
  semantics["tt.addptr"].pointers = ofFirst;
  semantics["tt.bitcast"].value = pointerBitcast;
  semantics["tt.bitcast"].pointers = ofFirst;
  semantics["tt.int_to_ptr"].value = [](Interpreter &in, OpResult result,
                                        ArrayRef<Value> index) {
    return in.entryOf(result, index);
  };
  semantics["tt.ptr_to_int"].value = pointerToInteger;

  semantics["tt.load"].value = load;
  semantics["tt.store"].effect = store;
  semantics["tt.store"].writes = writesFirst;
  semantics["tt.atomic_rmw"].value = fetched;
  semantics["tt.atomic_rmw"].effect = atomic;
  semantics["tt.atomic_rmw"].writes = writesFirst;
  semantics["tt.atomic_cas"].effect = [](Interpreter &in, Operation *op) {
    in.refuse(op, "a compare-and-swap");
  };
  semantics["tt.atomic_cas"].writes = writesFirst;
  semantics["tt.assert"].effect = [](Interpreter &in, Operation *op) {
    in.assume(op, "assert", op->getOperand(0));
  };
  semantics["llvm.intr.assume"].effect = [](Interpreter &in, Operation *op) {
    in.assume(op, "assume", op->getOperand(0));
  };
}

} // namespace triton_lift
