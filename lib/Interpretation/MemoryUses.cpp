//===- MemoryUses.cpp - what operations do with memory -===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "MemoryUses.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "triton-lift/Dialect/TTG/TTGDialect.h"
#include "triton-lift/Dialect/TTNG/TTNGDialect.h"

using namespace mlir;

namespace triton_lift {

/// The memory that a copy through a descriptor writes; null for anything else.
static Value copiedTo(Operation *op) {
  if (auto copy = dyn_cast<ttng::AsyncTMACopyGlobalToLocalOp>(op))
    return copy.getOffsets().empty() ? copy.getDst() : Value();
  if (auto copy = dyn_cast<ttng::AsyncTMAGatherOp>(op))
    return copy.getDst();
  return {};
}

Use useOf(OpOperand &operand) {
  Operation *op = operand.getOwner();
  unsigned number = operand.getOperandNumber();
  if (isa<ttg::LocalLoadOp, ttng::TMEMLoadOp, ttng::WarpGroupDotOp>(op))
    return Use::Read;
  if (isa<ttg::LocalStoreOp, ttg::AsyncCopyGlobalToLocalOp, ttng::TMEMStoreOp>(
          op))
    return Use::Write;
  // Their other operand is a barrier.
  if (Value written = copiedTo(op))
    return operand.get() == written ? Use::Write : Use::None;
  if (isa<ttng::TCGen5MMAOp>(op))
    return number < 2 ? Use::Read : number == 2 ? Use::Write : Use::Unknown;
  if (isa<ttg::MemDescIndexOp, ttg::MemDescTransOp, ttg::MemDescReshapeOp,
          ttg::MemDescSubsliceOp, ttng::WarpGroupDotWaitOp, scf::ForOp>(op))
    return Use::Handed;
  if (isa<scf::YieldOp>(op) && isa<scf::ForOp>(op->getParentOp()))
    return Use::Handed;
  return isa<ttg::LocalDeallocOp>(op) ? Use::None : Use::Unknown;
}

SmallVector<Value> receivers(OpOperand &operand) {
  Operation *op = operand.getOwner();
  unsigned number = operand.getOperandNumber();
  auto carried = [](scf::ForOp loop, unsigned position) {
    return SmallVector<Value>{loop.getRegionIterArg(position),
                              loop.getResult(position)};
  };
  if (auto loop = dyn_cast<scf::ForOp>(op))
    return carried(loop, number - loop.getNumControlOperands());
  if (isa<scf::YieldOp>(op))
    return carried(cast<scf::ForOp>(op->getParentOp()), number);
  return {op->getResult(isa<ttng::WarpGroupDotWaitOp>(op) ? number : 0)};
}

} // namespace triton_lift
