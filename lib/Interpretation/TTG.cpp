//===- TTG.cpp - semantics of ttg and ttng: memory that is a value -===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

//
// Memory that is not mutable holds for good what it was made with: it is read
// as that tensor. Reading or writing any other memory is refused; so is
// whatever writes to it, for that has no semantics.
//
//===----------------------------------------------------------------------===//

#include "triton-lift/Dialect/TTG/TTGDialect.h"
#include "triton-lift/Interpretation/Interpreter.h"

using namespace mlir;

namespace triton_lift {

static Value localAlloc(Interpreter &in, OpResult result,
                        ArrayRef<Value> index) {
  Operation *op = result.getOwner();
  auto type = cast<ttg::MemDescType>(result.getType());
  if (op->getNumOperands() != 1 || type.getIsMutable())
    return in.unsupported(op, type.getElementType(),
                          "memory that is written after it was made");
  return in.at(op->getOperand(0), index);
}

static Value localLoad(Interpreter &in, OpResult result,
                       ArrayRef<Value> index) {
  return in.at(result.getOwner()->getOperand(0), index);
}

/// Waiting changes no value.
static Value waited(Interpreter &in, OpResult result, ArrayRef<Value> index) {
  return in.at(result.getOwner()->getOperand(result.getResultNumber()), index);
}

void addTTGSemantics(Semantics &semantics) {
  semantics["ttg.local_alloc"].value = localAlloc;
  semantics["ttg.local_load"].value = localLoad;
  semantics.nothing("ttg.local_dealloc");
  semantics["ttng.warp_group_dot_wait"].value = waited;
  semantics.nothing("ttng.fence_async_shared");
}

} // namespace triton_lift
