//===- WhileLoops.cpp - conditions of while loops, and their replacement -===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "WhileLoops.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;

namespace triton_lift {

bool isOutside(Value value, scf::WhileOp loop) {
  Operation *owner = value.getParentRegion()->getParentOp();
  return !loop->isAncestor(owner);
}

void hoistInvariants(scf::WhileOp loop) {
  for (Operation &op :
       llvm::make_early_inc_range(loop.getBeforeBody()->without_terminator()))
    if (op.getNumRegions() == 0 && isMemoryEffectFree(&op) &&
        llvm::all_of(op.getOperands(),
                     [&](Value v) { return isOutside(v, loop); }))
      op.moveBefore(loop);
  for (Operation &op :
       llvm::make_early_inc_range(loop.getAfterBody()->without_terminator()))
    if (!op.getNumOperands() && !op.getNumRegions() && isMemoryEffectFree(&op))
      op.moveBefore(loop);
}

/// The predicate of `b op a` for that of `a op b`.
static arith::CmpIPredicate swapped(arith::CmpIPredicate predicate) {
  using P = arith::CmpIPredicate;
  static const std::pair<P, P> pairs[] = {{P::slt, P::sgt}, {P::sle, P::sge}};
  for (auto [a, b] : pairs) {
    if (predicate == a)
      return b;
    if (predicate == b)
      return a;
  }
  return predicate;
}

/// A comparison of something carried with a bound that does not change.
static std::optional<WhileCondition> comparison(scf::WhileOp loop,
                                                Value condition) {
  auto test = condition.getDefiningOp<arith::CmpIOp>();
  if (!test)
    return std::nullopt;
  Value counted = test.getLhs(), bound = test.getRhs();
  arith::CmpIPredicate predicate = test.getPredicate();
  if (isOutside(counted, loop)) {
    std::swap(counted, bound);
    predicate = swapped(predicate);
  }
  auto argument = dyn_cast<BlockArgument>(counted);
  if (!argument || argument.getOwner() != loop.getBeforeBody() ||
      !isOutside(bound, loop) || !bound.getType().isSignlessInteger())
    return std::nullopt;
  using P = arith::CmpIPredicate;
  bool isUpward = predicate == P::slt || predicate == P::sle;
  if (!isUpward && predicate != P::sgt && predicate != P::sge)
    return std::nullopt;
  bool includesBound = predicate == P::sle || predicate == P::sge;
  return WhileCondition{
      argument.getArgNumber(), bound, isUpward, includesBound, {}};
}

static void collectConjuncts(Value condition, scf::WhileOp loop,
                             SmallVectorImpl<Value> &conjuncts) {
  auto both = condition.getDefiningOp<arith::AndIOp>();
  if (!both || isOutside(condition, loop)) {
    conjuncts.push_back(condition);
    return;
  }
  collectConjuncts(both.getLhs(), loop, conjuncts);
  collectConjuncts(both.getRhs(), loop, conjuncts);
}

std::optional<WhileCondition> conditionOf(scf::WhileOp loop, bool isUpward) {
  // The condition's operations are done once more after the last iteration,
  // and those of the body not before it.
  for (Operation &op : loop.getBeforeBody()->without_terminator())
    if (op.getNumRegions() || !isMemoryEffectFree(&op))
      return std::nullopt;
  SmallVector<Value> conjuncts, kept;
  collectConjuncts(loop.getConditionOp().getCondition(), loop, conjuncts);
  std::optional<WhileCondition> end;
  SmallVector<unsigned> positions;
  for (Value conjunct : conjuncts) {
    if (isOutside(conjunct, loop)) {
      kept.push_back(conjunct);
      continue;
    }
    std::optional<WhileCondition> found = comparison(loop, conjunct);
    if (!found)
      return std::nullopt;
    positions.push_back(found->position);
    if (found->isUpward != isUpward)
      kept.push_back(conjunct);
    else if (end)
      return std::nullopt;
    else
      end = found;
  }
  if (!end || !llvm::all_equal(positions))
    return std::nullopt;
  end->kept = kept;
  return end;
}

bool isCarried(Value value, scf::WhileOp loop, unsigned position) {
  auto passed = dyn_cast<BlockArgument>(value);
  return passed && passed.getOwner() == loop.getAfterBody() &&
         loop.getConditionOp().getArgs()[passed.getArgNumber()] ==
             loop.getBeforeBody()->getArgument(position);
}

SmallVector<Value> cloneCondition(OpBuilder &builder, scf::WhileOp loop,
                                  ValueRange carried, IRMapping &mapping) {
  Block *before = loop.getBeforeBody();
  mapping.map(before->getArguments(), carried);
  for (Operation &op : before->without_terminator())
    builder.clone(op, mapping);
  SmallVector<Value> passed;
  for (Value value : loop.getConditionOp().getArgs())
    passed.push_back(mapping.lookupOrDefault(value));
  return passed;
}

SmallVector<Value> cloneIteration(OpBuilder &builder, scf::WhileOp loop,
                                  ValueRange carried, IRMapping &mapping) {
  Block *after = loop.getAfterBody();
  SmallVector<Value> passed = cloneCondition(builder, loop, carried, mapping);
  mapping.map(after->getArguments(), passed);
  for (Operation &op : after->without_terminator())
    builder.clone(op, mapping);
  SmallVector<Value> next;
  for (Value value : loop.getYieldOp().getOperands())
    next.push_back(mapping.lookupOrDefault(value));
  return next;
}

SmallVector<Value> keptAtFirst(OpBuilder &builder, scf::WhileOp loop,
                               const WhileCondition &condition) {
  IRMapping mapping;
  mapping.map(loop.getBeforeBody()->getArguments(), loop.getInits());
  SmallVector<Value> holds;
  for (Value kept : condition.kept) {
    if (!isOutside(kept, loop))
      kept = builder.clone(*kept.getDefiningOp(), mapping)->getResult(0);
    holds.push_back(kept);
  }
  return holds;
}

void replaceWhile(OpBuilder &builder, scf::WhileOp loop, ArrayRef<Value> holds,
                  llvm::function_ref<SmallVector<Value>(OpBuilder &)> make) {
  Location where = loop.getLoc();
  SmallVector<Value> carried;
  if (holds.empty()) {
    carried = make(builder);
  } else {
    Value condition = holds.front();
    for (Value other : holds.drop_front())
      condition = arith::AndIOp::create(builder, where, condition, other);
    auto branch = scf::IfOp::create(builder, where, loop.getInits().getTypes(),
                                    condition, true);
    builder.setInsertionPointToStart(branch.thenBlock());
    SmallVector<Value> then = make(builder);
    builder.setInsertionPointToEnd(branch.thenBlock());
    scf::YieldOp::create(builder, where, then);
    builder.setInsertionPointToStart(branch.elseBlock());
    scf::YieldOp::create(builder, where, loop.getInits());
    carried = branch.getResults();
    builder.setInsertionPointAfter(branch);
  }
  IRMapping outside;
  SmallVector<Value> results = cloneCondition(builder, loop, carried, outside);
  loop.replaceAllUsesWith(results);
  loop.erase();
}

} // namespace triton_lift
