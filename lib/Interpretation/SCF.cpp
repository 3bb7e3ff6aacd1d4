//===- SCF.cpp - semantics of structured control flow -===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "triton-lift/Interpretation/Interpreter.h"

using namespace mlir;

namespace triton_lift {

static Value forArgument(Interpreter &in, BlockArgument argument,
                         ArrayRef<Value> index) {
  auto loop = cast<scf::ForOp>(argument.getOwner()->getParentOp());
  if (argument.getArgNumber() > 0)
    return in.carried(loop, argument.getArgNumber() - 1, index,
                      /*afterwards=*/false);
  Type type = argument.getType();
  if (!type.isSignlessInteger())
    return in.unsupported(loop, type, "a loop over this type");
  Value lower = in.scalar(loop.getLowerBound());
  Value step = in.scalar(loop.getStep());
  Value count = in.terms.signedTo(type, in.iteration(loop));
  return in.terms.binary("add", lower, in.terms.binary("mul", step, count));
}

static SmallVector<Value> forArgumentPointers(BlockArgument argument) {
  auto loop = cast<scf::ForOp>(argument.getOwner()->getParentOp());
  unsigned position = argument.getArgNumber() - 1;
  return {loop.getInitArgs()[position], loop.getYieldedValues()[position]};
}

static SmallVector<Value> forPointers(OpResult result) {
  auto loop = cast<scf::ForOp>(result.getOwner());
  unsigned position = result.getResultNumber();
  return {loop.getInitArgs()[position], loop.getYieldedValues()[position]};
}

static void forEffect(Interpreter &in, Operation *op) {
  if (cast<scf::ForOp>(op).getUnsignedCmp())
    in.refuse(op, "a loop with unsigned bounds");
}

static Value ifValue(Interpreter &in, OpResult result, ArrayRef<Value> index) {
  auto branch = cast<scf::IfOp>(result.getOwner());
  unsigned position = result.getResultNumber();
  Value taken = in.scalar(branch.getCondition());
  Value then = in.at(branch.thenYield().getOperand(position), index);
  Value otherwise = in.at(branch.elseYield().getOperand(position), index);
  return in.terms.select(taken, then, otherwise);
}

static SmallVector<Value> ifPointers(OpResult result) {
  auto branch = cast<scf::IfOp>(result.getOwner());
  unsigned position = result.getResultNumber();
  return {branch.thenYield().getOperand(position),
          branch.elseYield().getOperand(position)};
}

static constexpr StringRef lockReason =
    "a loop that waits for other programs at a lock (tt.atomic_cas)";

static bool waitsAtLock(Operation *loop) {
  WalkResult found = loop->walk([](Operation *inner) {
    return inner->getName().getStringRef() == "tt.atomic_cas"
               ? WalkResult::interrupt()
               : WalkResult::advance();
  });
  return found.wasInterrupted();
}

/// Any other has no value yet.
static Value whileValue(Interpreter &in, OpResult result, ArrayRef<Value>) {
  Operation *op = result.getOwner();
  return in.unsupported(op, elementType(result.getType()),
                        waitsAtLock(op) ? lockReason
                                        : "no semantics for the value of this "
                                          "operation");
}

/// A `while` whose results no effect needs can be ignored; its effects can't.
static void whileEffect(Interpreter &in, Operation *op) {
  if (waitsAtLock(op))
    return in.refuse(op, lockReason);
  op->walk([&](Operation *inner) {
    if (inner != op && Semantics::get().hasEffect(inner))
      in.refuse(op, "a while loop around effects (" +
                        inner->getName().getStringRef() + ")");
  });
}

void addSCFSemantics(Semantics &semantics) {
  OpSemantics &forLoop = semantics["scf.for"];
  forLoop.regions = OpSemantics::Regions::Executed;
  forLoop.effect = forEffect;
  forLoop.isPure = [](Operation *op) {
    return !cast<scf::ForOp>(op).getUnsignedCmp();
  };
  forLoop.argument = forArgument;
  forLoop.argumentPointers = forArgumentPointers;
  forLoop.pointers = forPointers;
  forLoop.value = [](Interpreter &in, OpResult result, ArrayRef<Value> index) {
    return in.carried(cast<scf::ForOp>(result.getOwner()),
                      result.getResultNumber(), index, /*afterwards=*/true);
  };
  OpSemantics &branch = semantics["scf.if"];
  branch.regions = OpSemantics::Regions::Executed;
  branch.value = ifValue;
  branch.pointers = ifPointers;
  OpSemantics &whileLoop = semantics["scf.while"];
  whileLoop.value = whileValue;
  whileLoop.effect = whileEffect;
  whileLoop.isPure = [](Operation *) { return true; };
  whileLoop.regions = OpSemantics::Regions::Skipped;
  semantics.nothing("scf.condition");
  semantics.nothing("scf.yield");
}

} // namespace triton_lift
