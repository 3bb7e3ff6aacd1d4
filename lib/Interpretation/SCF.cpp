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

static StringRef nameOf(Operation *op) { return op->getName().getStringRef(); }

/// Whether other programs may change what the operation finds, so that doing it
/// again makes sense.
static bool looksAgain(Operation *op) {
  auto isVolatile = op->getAttrOfType<BoolAttr>("isVolatile");
  return nameOf(op) == "tt.atomic_cas" || nameOf(op) == "tt.atomic_rmw" ||
         (nameOf(op) == "tt.load" && isVolatile && isVolatile.getValue());
}

/// What the loop looks at again and again, if that decides when it ends.
static Operation *watchedBy(scf::WhileOp loop) {
  SmallVector<Value> pending = {loop.getConditionOp().getCondition()};
  llvm::SmallPtrSet<Value, 16> seen;
  while (!pending.empty()) {
    Value value = pending.pop_back_val();
    if (!seen.insert(value).second)
      continue;
    if (auto argument = dyn_cast<BlockArgument>(value)) {
      unsigned position = argument.getArgNumber();
      if (argument.getOwner() == loop.getBeforeBody()) {
        pending.push_back(loop.getInits()[position]);
        pending.push_back(loop.getYieldOp().getOperand(position));
      } else if (argument.getOwner() == loop.getAfterBody()) {
        pending.push_back(loop.getConditionOp().getArgs()[position]);
      }
      continue;
    }
    Operation *op = value.getDefiningOp();
    if (!loop->isProperAncestor(op))
      continue;
    if (looksAgain(op))
      return op;
    op->walk([&](Operation *inner) {
      pending.append(inner->operand_begin(), inner->operand_end());
    });
  }
  return nullptr;
}

/// Why a `while` is refused.
static std::string reasonFor(Operation *loop, StringRef otherwise) {
  Operation *watched = nullptr;
  bool isLock = false;
  loop->walk([&](Operation *inner) {
    isLock |= nameOf(inner) == "tt.atomic_cas";
    if (auto nested = dyn_cast<scf::WhileOp>(inner); nested && !watched)
      watched = watchedBy(nested);
  });
  if (isLock)
    return "a loop that waits for other programs at a lock (tt.atomic_cas)";
  if (!watched)
    return otherwise.str();
  std::string how = nameOf(watched).str();
  if (how == "tt.load")
    how = "volatile " + how;
  return "a loop that waits for other programs: what they store decides when "
         "it ends (" +
         how + ")";
}

/// Any other has no value yet.
static Value whileValue(Interpreter &in, OpResult result, ArrayRef<Value>) {
  Operation *op = result.getOwner();
  return in.unsupported(
      op, elementType(result.getType()),
      reasonFor(op, "a loop of which it is not known how often it runs"));
}

/// A `while` whose results no effect needs can be ignored; its effects can't.
static void whileEffect(Interpreter &in, Operation *op) {
  Operation *effect = nullptr;
  op->walk([&](Operation *inner) {
    if (inner != op && Semantics::get().hasEffect(inner) && !effect)
      effect = inner;
  });
  if (effect)
    in.refuse(
        op,
        reasonFor(
            op,
            ("a while loop around effects (" + nameOf(effect) + ")").str()));
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
