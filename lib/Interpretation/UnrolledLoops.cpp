//===- UnrolledLoops.cpp - while loops over constants -===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

//
// A `while` whose condition is computed from constants alone, as in a binary
// search over a range of known size, is as many copies of its body as that
// takes.
//
//===----------------------------------------------------------------------===//

#include "CountedLoops.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace triton_lift {

// Longer loops stay loops.
static constexpr unsigned mostIterations = 64;
static constexpr size_t mostOperations = 4096;

using Constants = llvm::DenseMap<Value, Attribute>;

static Attribute constantOf(const Constants &known, Value value) {
  if (Attribute constant = known.lookup(value))
    return constant;
  Attribute constant;
  matchPattern(value, m_Constant(&constant));
  return constant;
}

/// Finds what of a block's values is constant.
static void evaluate(Block &block, Constants &known) {
  for (Operation &op : block.without_terminator()) {
    if (op.getNumRegions() || op.getNumResults() != 1 ||
        !op.getResult(0).getType().isSignlessInteger())
      continue;
    SmallVector<Attribute> operands;
    for (Value operand : op.getOperands())
      operands.push_back(constantOf(known, operand));
    SmallVector<OpFoldResult> folded;
    known.erase(op.getResult(0));
    if (failed(op.fold(operands, folded)) || folded.size() != 1)
      continue;
    Attribute constant = dyn_cast<Attribute>(folded[0]);
    if (!constant)
      constant = constantOf(known, cast<Value>(folded[0]));
    if (constant)
      known[op.getResult(0)] = constant;
  }
}

static void pass(ValueRange values, Block &to, Constants &known) {
  SmallVector<Attribute> constants;
  for (Value value : values)
    constants.push_back(constantOf(known, value));
  for (auto [argument, constant] : llvm::zip(to.getArguments(), constants)) {
    known.erase(argument);
    if (constant)
      known[argument] = constant;
  }
}

/// How often the body is done, if the condition says so for sure.
static std::optional<unsigned> iterationsOf(scf::WhileOp loop) {
  Constants known;
  Block &before = *loop.getBeforeBody(), &after = *loop.getAfterBody();
  pass(loop.getInits(), before, known);
  for (unsigned count = 0; count <= mostIterations; ++count) {
    evaluate(before, known);
    auto holds = dyn_cast_or_null<IntegerAttr>(
        constantOf(known, loop.getConditionOp().getCondition()));
    if (!holds)
      return std::nullopt;
    if (holds.getValue().isZero())
      return count;
    pass(loop.getConditionOp().getArgs(), after, known);
    evaluate(after, known);
    pass(loop.getYieldOp().getOperands(), before, known);
  }
  return std::nullopt;
}

static void unroll(scf::WhileOp loop, unsigned iterations) {
  OpBuilder builder(loop);
  SmallVector<Value> carried(loop.getInits());
  auto clone = [&](Block &block, ValueRange arguments, ValueRange results) {
    IRMapping mapping;
    mapping.map(block.getArguments(), arguments);
    for (Operation &op : block.without_terminator())
      builder.clone(op, mapping);
    SmallVector<Value> passed;
    for (Value result : results)
      passed.push_back(mapping.lookupOrDefault(result));
    return passed;
  };
  for (unsigned count = 0;; ++count) {
    carried =
        clone(*loop.getBeforeBody(), carried, loop.getConditionOp().getArgs());
    if (count == iterations)
      break;
    carried =
        clone(*loop.getAfterBody(), carried, loop.getYieldOp().getOperands());
  }
  loop.replaceAllUsesWith(carried);
  loop.erase();
}

void unrollConstantLoops(Operation *function) {
  SmallVector<scf::WhileOp> loops;
  function->walk([&](scf::WhileOp loop) { loops.push_back(loop); });
  for (scf::WhileOp loop : loops) {
    size_t operations = 0;
    loop->walk([&](Operation *) { ++operations; });
    std::optional<unsigned> iterations = iterationsOf(loop);
    if (iterations && operations * (*iterations + 1) <= mostOperations)
      unroll(loop, *iterations);
  }
}

} // namespace triton_lift
