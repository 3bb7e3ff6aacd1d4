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
// owed by whoever reads the loop; here it says that the loop ends. What else
// the condition asks for and no step changes (`i >= m`, going up) is asked
// once, in front of the loop.
//
//===----------------------------------------------------------------------===//

#include "CountedLoops.h"
#include "WhileLoops.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace triton_lift {

namespace {
/// How a while loop counts.
struct Counter : WhileCondition {
  Value step;
};
} // namespace

static std::optional<Counter> counterOf(scf::WhileOp loop, bool isUpward) {
  std::optional<WhileCondition> condition = conditionOf(loop, isUpward);
  if (!condition)
    return std::nullopt;
  Counter result{*condition, {}};
  Operation *next =
      loop.getYieldOp().getOperand(result.position).getDefiningOp();
  if (!next || next->getNumOperands() != 2)
    return std::nullopt;
  // What the body counts on with: the counter as the condition hands it over.
  auto isCounter = [&](Value value) {
    return isCarried(value, loop, result.position);
  };
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

static SmallVector<Value> buildFor(OpBuilder &builder, scf::WhileOp loop,
                                   const Counter &counter) {
  Location where = loop.getLoc();
  Value start = loop.getInits()[counter.position];
  Value step = stepOf(builder, loop, counter), lower = start;
  Value upper = farEnd(builder, loop, counter, start, step);
  if (!counter.isUpward)
    lower = arith::ConstantOp::create(
        builder, where, builder.getIntegerAttr(start.getType(), 0));
  auto counted =
      scf::ForOp::create(builder, where, lower, upper, step, loop.getInits());
  builder.setInsertionPointToEnd(counted.getBody());
  SmallVector<Value> carried(counted.getRegionIterArgs());
  carried[counter.position] =
      counter.isUpward ? counted.getInductionVar()
                       : Value(arith::SubIOp::create(
                             builder, where, start, counted.getInductionVar()));
  IRMapping mapping;
  SmallVector<Value> next = cloneIteration(builder, loop, carried, mapping);
  scf::YieldOp::create(builder, where, next);
  builder.setInsertionPointAfter(counted);
  return SmallVector<Value>(counted.getResults());
}

void makeCountedLoops(Operation *function) {
  SmallVector<scf::WhileOp> loops;
  function->walk([&](scf::WhileOp loop) { loops.push_back(loop); });
  for (scf::WhileOp loop : loops) {
    hoistInvariants(loop);
    std::optional<Counter> counter = counterOf(loop, /*isUpward=*/true);
    if (!counter)
      counter = counterOf(loop, /*isUpward=*/false);
    if (!counter)
      continue;
    OpBuilder builder(loop);
    replaceWhile(
        builder, loop, keptAtFirst(builder, loop, *counter),
        [&](OpBuilder &inside) { return buildFor(inside, loop, *counter); });
  }
}

} // namespace triton_lift
