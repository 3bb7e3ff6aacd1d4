//===- ControlFlow.cpp - path conditions, and values that depend on the path
//-===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/IR/Dominance.h"
#include "triton-lift/Interpretation/Interpreter.h"

using namespace mlir;

namespace triton_lift {

/// The block that every path to `block` passes, if every path from there leads
/// to `block`: both then run under the same condition.
static Block *sameCondition(Block *block) {
  DominanceInfo dominance;
  PostDominanceInfo postDominance;
  auto *node = dominance.getNode(block);
  if (!node || !node->getIDom())
    return nullptr;
  Block *dominator = node->getIDom()->getBlock();
  return postDominance.postDominates(block, dominator) ? dominator : nullptr;
}

Value Interpreter::pathCondition(Block *block) {
  if (Value known = pathConditions.lookup(block))
    return known;
  Operation *parent = block->getParentOp();
  Value condition;
  if (block->getParent() == &function->getRegion(0)) {
    if (block->isEntryBlock()) {
      condition = terms.boolean(true);
    } else if (Block *same = sameCondition(block)) {
      condition = pathCondition(same);
    } else {
      llvm::SmallPtrSet<Block *, 4> seen;
      condition = terms.boolean(false);
      for (Block *from : block->getPredecessors()) {
        if (!seen.insert(from).second)
          continue;
        for (unsigned i = 0; i < from->getNumSuccessors(); ++i)
          if (from->getSuccessor(i) == block) {
            Value there = pathCondition(from);
            condition =
                terms.binary("or", condition,
                             terms.conjunction(there, edgeCondition(from, i)));
          }
      }
    }
  } else {
    condition = pathCondition(parent->getBlock());
    if (auto branch = dyn_cast<scf::IfOp>(parent)) {
      Value taken = scalar(branch.getCondition());
      if (block->getParent() == &branch.getElseRegion())
        taken = terms.negation(taken);
      condition = terms.conjunction(condition, taken);
    }
  }
  return pathConditions[block] = condition;
}

Value Interpreter::edgeCondition(Block *from, unsigned successor) {
  Operation *terminator = from->getTerminator();
  if (isa<cf::BranchOp>(terminator))
    return terms.boolean(true);
  if (auto branch = dyn_cast<cf::CondBranchOp>(terminator)) {
    Value taken = scalar(branch.getCondition());
    return successor == 0 ? taken : terms.negation(taken);
  }
  return unsupported(terminator, terms.types().getI1Type(),
                     "no semantics for this branch");
}

namespace {
struct Incoming {
  Block *from;
  unsigned successor;
  Value value;
};
} // namespace

/// What an argument of a block of the function's body is passed, by edge.
static SmallVector<Incoming> incoming(BlockArgument argument) {
  SmallVector<Incoming> result;
  llvm::SmallPtrSet<Block *, 4> seen;
  Block *block = argument.getOwner();
  for (Block *from : block->getPredecessors()) {
    auto branch = dyn_cast<BranchOpInterface>(from->getTerminator());
    if (!branch || !seen.insert(from).second)
      continue;
    for (unsigned i = 0; i < from->getNumSuccessors(); ++i)
      if (from->getSuccessor(i) == block)
        result.push_back(
            {from, i, branch.getSuccessorOperands(i)[argument.getArgNumber()]});
  }
  return result;
}

static Value blockArgument(Interpreter &in, BlockArgument argument,
                           ArrayRef<Value> index) {
  SmallVector<Incoming> edges = incoming(argument);
  Value value;
  // The last edge needs no test: one of them was taken.
  for (Incoming &edge : llvm::reverse(edges)) {
    Value here = in.at(edge.value, index);
    if (!value) {
      value = here;
      continue;
    }
    Value there = in.pathCondition(edge.from);
    Value taken = in.terms.conjunction(
        there, in.edgeCondition(edge.from, edge.successor));
    value = in.terms.select(taken, here, value);
  }
  return value;
}

static SmallVector<Value> blockArgumentPointers(BlockArgument argument) {
  SmallVector<Value> values;
  for (Incoming &edge : incoming(argument))
    values.push_back(edge.value);
  return values;
}

static constexpr StringLiteral notInlined =
    "a call that can't be inlined (recursive, or branches that have no "
    "structure)";

void addControlFlowSemantics(Semantics &semantics) {
  OpSemantics &function = semantics["tt.func"];
  function.argument = blockArgument;
  function.argumentPointers = blockArgumentPointers;
  for (StringRef name : {"cf.br", "cf.cond_br", "tt.return"})
    semantics.nothing(name);
  // Calls are inlined before; what is left of them can't be.
  OpSemantics &call = semantics["tt.call"];
  call.effect = [](Interpreter &in, Operation *op) {
    in.refuse(op, notInlined);
  };
  call.value = [](Interpreter &in, OpResult result, ArrayRef<Value>) {
    return in.unsupported(result.getOwner(), elementType(result.getType()),
                          notInlined);
  };
}

} // namespace triton_lift
