//===- Loops.cpp - loops as recurrences -===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "triton-lift/Interpretation/Interpreter.h"

using namespace mlir;

namespace triton_lift {

SmallVector<int64_t> Interpreter::enclosingLoops(Operation *op) {
  SmallVector<int64_t> ids;
  for (Operation *parent = op->getParentOp(); parent && parent != function;
       parent = parent->getParentOp())
    if (isa<scf::ForOp>(parent))
      ids.push_back(loopIndex.lookup(parent));
  std::reverse(ids.begin(), ids.end());
  return ids;
}

Value Interpreter::iteration(scf::ForOp op) {
  Loop &loop = loopOf(op);
  loop.used = true;
  if (!loop.variable)
    loop.variable = freshVariable("loop", std::nullopt);
  return loop.variable;
}

Value Interpreter::carried(scf::ForOp op, unsigned position,
                           ArrayRef<Value> index, bool afterwards) {
  Loop &loop = loopOf(op);
  Value next = op.getYieldedValues()[position];
  if (next == op.getRegionIterArg(position))
    return at(op.getInitArgs()[position], index);
  if (isAskingForArrays())
    return unsupported(op, elementType(op.getRegionIterArg(position).getType()),
                       "a loop that carries pointers into several arrays");
  iteration(op);
  if (loop.carries.insert(position).second)
    pendingCarries.push_back({size_t(loop.id), position});
  return terms.make(afterwards ? "final" : "state",
                    elementType(op.getRegionIterArg(position).getType()), index,
                    {terms.attr("loop", loop.id), terms.attr("pos", position)});
}

void Interpreter::emitCarry(Loop &loop, unsigned position) {
  scf::ForOp op = loop.op;
  Value argument = op.getRegionIterArg(position);
  // A coordinate for each dimension, so that they line up with lift.state's.
  SmallVector<Value> operands;
  for (int64_t extent : shapeOf(argument.getType()))
    operands.push_back(freshVariable("coord", extent));
  SmallVector<Value> coords = operands;
  operands.push_back(at(op.getInitArgs()[position], coords));
  operands.push_back(at(op.getYieldedValues()[position], coords));
  ties.push_back(
      [this, operands, position, id = loop.id, where = argument.getLoc()] {
        terms.location = where;
        terms.tie("carry", operands,
                  {terms.attr("loop", id), terms.attr("pos", position)});
      });
}

/// Carried values and tensors may ask for further ones, and loops for the loops
/// around them.
void Interpreter::emitLoops() {
  std::vector<bool> done(loops.size());
  bool changed = true;
  while (changed) {
    changed = false;
    while (!pendingCarries.empty()) {
      auto [loop, position] = pendingCarries.back();
      pendingCarries.pop_back();
      emitCarry(loops[loop], position);
      changed = true;
    }
    while (!pendingTensors.empty()) {
      auto [tensor, id] = pendingTensors.back();
      pendingTensors.pop_back();
      emitTensor(tensor, id);
      changed = true;
    }
    for (Loop &loop : loops) {
      if (!loop.used || done[loop.id])
        continue;
      done[loop.id] = changed = true;
      scf::ForOp op = loop.op;
      terms.location = op.getLoc();
      SmallVector<Value> operands = {
          loop.variable, scalar(op.getLowerBound()), scalar(op.getUpperBound()),
          scalar(op.getStep()), pathCondition(op->getBlock())};
      SmallVector<NamedAttribute> attributes = {terms.attr("id", loop.id)};
      SmallVector<int64_t> around = enclosingLoops(op);
      if (!around.empty()) {
        iteration(loops[around.back()].op);
        attributes.push_back(terms.attr("parent", around.back()));
      }
      ties.push_back([this, operands, attributes, where = op.getLoc()] {
        terms.location = where;
        terms.tie("loop", operands, attributes);
      });
    }
  }
}

} // namespace triton_lift
