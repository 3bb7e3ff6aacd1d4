//===- CountedLoops.cpp - while loops that count -===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

//
// `while (i < n) { ...; i = i + s; }` is a counted loop if n and s do not
// change and nothing else is done to i. So is `while (i > n)` with i = i - s,
// counted from 0: its i is start - s * t. As in every counted loop, s > 0 is
// owed by whoever reads the loop; here it says that the loop ends.
//
//===----------------------------------------------------------------------===//

#include "CountedLoops.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;

namespace triton_lift {

namespace {
/// How a while loop counts.
struct Counter {
  unsigned position; // among the values carried
  Value bound, step;
  bool isUpward, includesBound;
};
} // namespace

static bool isOutside(Value value, scf::WhileOp loop) {
  Operation *owner = value.getParentRegion()->getParentOp();
  return !loop->isAncestor(owner);
}

/// Moves what the condition computes from values that do not change in front
/// of the loop; it is computed at least once in any case.
static void hoistInvariants(scf::WhileOp loop) {
  for (Operation &op :
       llvm::make_early_inc_range(loop.getBeforeBody()->without_terminator()))
    if (op.getNumRegions() == 0 && isMemoryEffectFree(&op) &&
        llvm::all_of(op.getOperands(),
                     [&](Value v) { return isOutside(v, loop); }))
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

static std::optional<Counter> counterOf(scf::WhileOp loop) {
  Block *before = loop.getBeforeBody(), *after = loop.getAfterBody();
  // The condition's operations are done once more after the last iteration,
  // and those of the body not before it.
  for (Operation &op : before->without_terminator())
    if (op.getNumRegions() || !isMemoryEffectFree(&op))
      return std::nullopt;
  auto test =
      loop.getConditionOp().getCondition().getDefiningOp<arith::CmpIOp>();
  if (!test || test->getBlock() != before)
    return std::nullopt;
  Value counted = test.getLhs(), bound = test.getRhs();
  arith::CmpIPredicate predicate = test.getPredicate();
  if (isOutside(counted, loop)) {
    std::swap(counted, bound);
    predicate = swapped(predicate);
  }
  auto argument = dyn_cast<BlockArgument>(counted);
  if (!argument || argument.getOwner() != before || !isOutside(bound, loop) ||
      !bound.getType().isSignlessInteger())
    return std::nullopt;

  Counter result;
  result.position = argument.getArgNumber();
  result.bound = bound;
  switch (predicate) {
  case arith::CmpIPredicate::slt:
  case arith::CmpIPredicate::sle:
    result.isUpward = true;
    break;
  case arith::CmpIPredicate::sgt:
  case arith::CmpIPredicate::sge:
    result.isUpward = false;
    break;
  default:
    return std::nullopt;
  }
  result.includesBound = predicate == arith::CmpIPredicate::sle ||
                         predicate == arith::CmpIPredicate::sge;

  // What the body counts on with: the counter as the condition hands it over.
  auto isCounter = [&](Value value) {
    auto passed = dyn_cast<BlockArgument>(value);
    return passed && passed.getOwner() == after &&
           loop.getConditionOp().getArgs()[passed.getArgNumber()] == counted;
  };
  Operation *next =
      loop.getYieldOp().getOperand(result.position).getDefiningOp();
  if (!next || next->getNumOperands() != 2)
    return std::nullopt;
  Value a = next->getOperand(0), b = next->getOperand(1);
  bool isSum = isa<arith::AddIOp>(next);
  if (isSum && isCounter(b))
    std::swap(a, b);
  if (!isCounter(a) || !isOutside(b, loop) ||
      (!isSum && !isa<arith::SubIOp>(next)))
    return std::nullopt;
  result.step = b;
  APInt amount;
  bool isConstant = matchPattern(b, m_ConstantInt(&amount));
  // A step against the direction of the test ends by wrapping only.
  if (isSum != result.isUpward) {
    if (!isConstant || !amount.isNegative() || amount.isMinSignedValue())
      return std::nullopt;
    result.step = {};
  } else if (isConstant && !amount.isStrictlyPositive()) {
    return std::nullopt;
  }
  return result;
}

/// The step as an amount: of `i + -2` the negation.
static Value stepOf(OpBuilder &builder, scf::WhileOp loop,
                    const Counter &counter) {
  if (counter.step)
    return counter.step;
  APInt amount;
  Operation *next =
      loop.getYieldOp().getOperand(counter.position).getDefiningOp();
  for (Value operand : next->getOperands())
    if (matchPattern(operand, m_ConstantInt(&amount)))
      break;
  Type type = next->getResult(0).getType();
  return arith::ConstantOp::create(builder, loop.getLoc(),
                                   builder.getIntegerAttr(type, -amount));
}

/// How far the loop counts, from its start upward, or from 0 towards the bound.
/// The last step leads beyond the bound, by less than itself: the sum says so,
/// for that it does not wrap has to be proved too.
static Value farEnd(OpBuilder &builder, scf::WhileOp loop,
                    const Counter &counter, Value start, Value step) {
  Location where = loop.getLoc();
  Value one = arith::ConstantOp::create(
      builder, where, builder.getIntegerAttr(start.getType(), 1));
  auto add = [&](Value a, Value b) -> Value {
    return arith::AddIOp::create(builder, where, a, b);
  };
  auto subtract = [&](Value a, Value b) -> Value {
    return arith::SubIOp::create(builder, where, a, b);
  };
  Value beyond = subtract(step, one);
  if (counter.isUpward) {
    Value end = counter.includesBound ? add(counter.bound, one) : counter.bound;
    return subtract(add(end, beyond), beyond);
  }
  Value end =
      counter.includesBound ? subtract(counter.bound, one) : counter.bound;
  return subtract(subtract(start, subtract(end, beyond)), beyond);
}

static void replaceByFor(scf::WhileOp loop, const Counter &counter) {
  OpBuilder builder(loop);
  Location where = loop.getLoc();
  Block *before = loop.getBeforeBody(), *after = loop.getAfterBody();
  Value start = loop.getInits()[counter.position];
  Value step = stepOf(builder, loop, counter), lower = start;
  Value upper = farEnd(builder, loop, counter, start, step);
  if (!counter.isUpward)
    lower = arith::ConstantOp::create(
        builder, where, builder.getIntegerAttr(start.getType(), 0));
  auto counted =
      scf::ForOp::create(builder, where, lower, upper, step, loop.getInits());

  // The condition's operations, of what is carried; then what it hands over.
  auto cloneCondition = [&](ValueRange carried, IRMapping &mapping) {
    mapping.map(before->getArguments(), carried);
    for (Operation &op : before->without_terminator())
      builder.clone(op, mapping);
    SmallVector<Value> passed;
    for (Value value : loop.getConditionOp().getArgs())
      passed.push_back(mapping.lookupOrDefault(value));
    return passed;
  };
  Block *body = counted.getBody();
  builder.setInsertionPointToEnd(body);
  SmallVector<Value> carried(counted.getRegionIterArgs());
  carried[counter.position] =
      counter.isUpward ? counted.getInductionVar()
                       : Value(arith::SubIOp::create(
                             builder, where, start, counted.getInductionVar()));
  IRMapping mapping;
  SmallVector<Value> passed = cloneCondition(carried, mapping);
  mapping.map(after->getArguments(), passed);
  for (Operation &op : *after)
    builder.clone(op, mapping);

  builder.setInsertionPointAfter(counted);
  IRMapping outside;
  SmallVector<Value> results = cloneCondition(counted.getResults(), outside);
  loop.replaceAllUsesWith(results);
  loop.erase();
}

void makeCountedLoops(Operation *function) {
  SmallVector<scf::WhileOp> loops;
  function->walk([&](scf::WhileOp loop) { loops.push_back(loop); });
  for (scf::WhileOp loop : loops) {
    hoistInvariants(loop);
    if (std::optional<Counter> counter = counterOf(loop))
      replaceByFor(loop, *counter);
  }
}

} // namespace triton_lift
