//===- AMDG.cpp - semantics of the amdg dialect -===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "triton-lift/Interpretation/Interpreter.h"

using namespace mlir;

namespace triton_lift {

// Buffer operations address elements of one array by 32-bit offsets.

static Value bufferOffset(Interpreter &in, Value pointer, Value offsets,
                          ArrayRef<Value> index) {
  Value base = in.scalar(pointer);
  return in.terms.binary(
      "add", base,
      in.terms.signedTo(in.terms.types().getI64Type(), in.at(offsets, index)));
}

static Value bufferLoad(Interpreter &in, OpResult result,
                        ArrayRef<Value> index) {
  Operation *op = result.getOwner();
  Type type = elementType(result.getType());
  Array array = in.arrayOf(op->getOperand(0));
  if (!array.argument)
    return in.unsupported(op, type, array.reason);
  Value element = in.read(
      op, *array.argument,
      bufferOffset(in, op->getOperand(0), op->getOperand(1), index), type);
  if (op->getNumOperands() == 2)
    return element;
  Value mask = in.at(op->getOperand(2), index);
  // Masked off, the hardware reads beyond the buffer's end, which is 0: the
  // compiler leaves out an `other` of 0.
  Value other = op->getNumOperands() > 3
                    ? in.at(op->getOperand(3), index)
                    : in.terms.constant(
                          cast<TypedAttr>(in.terms.types().getZeroAttr(type)));
  return in.terms.select(mask, element, other);
}

static void bufferWrite(Interpreter &in, Operation *op, StringRef kind) {
  Value value = op->getOperand(0), pointer = op->getOperand(1);
  Array array = in.arrayOf(pointer);
  if (!array.argument)
    return in.refuse(op, array.reason);
  SmallVector<Value> lanes;
  SmallVector<Value> index =
      in.freshIndex("lane", shapeOf(value.getType()), lanes);
  Value offset = bufferOffset(in, pointer, op->getOperand(2), index);
  Value mask =
      op->getNumOperands() > 3 ? in.at(op->getOperand(3), index) : Value();
  in.effect(op, kind, *array.argument, lanes, offset, mask, in.at(value, index),
            pointeeType(pointer.getType()));
}

static void bufferAtomic(Interpreter &in, Operation *op) {
  StringRef kind = atomicKind(op);
  if (kind.empty())
    return in.refuse(op, "an atomic operation of unknown kind");
  bufferWrite(in, op, kind);
}

void addAMDGSemantics(Semantics &semantics) {
  semantics["amdg.buffer_load"].value = bufferLoad;
  semantics["amdg.buffer_store"].effect = [](Interpreter &in, Operation *op) {
    bufferWrite(in, op, "store");
  };
  // The old value that it returns depends on the order of programs.
  semantics["amdg.buffer_atomic_rmw"].effect = bufferAtomic;
  for (StringRef name : {"amdg.buffer_store", "amdg.buffer_atomic_rmw"})
    semantics[name].writes = [](Operation *op) { return op->getOperand(1); };
  // Another layout of the same tensor.
  semantics["amdg.in_thread_transpose"].value =
      [](Interpreter &in, OpResult result, ArrayRef<Value> index) {
        return in.at(result.getOwner()->getOperand(0), index);
      };
  for (StringRef name : {"rocdl.s.setprio", "rocdl.sched.barrier"})
    semantics.nothing(name);
}

} // namespace triton_lift
