//===- NamedTensors.cpp - tensors that are not taken apart -===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Where each element of a tensor depends on two elements of another one, and so
// on (sorting networks, butterflies), following values back to what is loaded
// takes time exponential in the number of stages. Neighbours are reached by
// reductions over dimensions of extent 2; so the tensors that such reductions
// are of, and what is made of their results, get definitions of their own, and
// are referred to by name. Which tensors these are matters for cost alone.
//
//===----------------------------------------------------------------------===//

#include "triton-lift/Interpretation/Interpreter.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;

namespace triton_lift {

/// Fewer reductions over two elements than that are followed back.
static constexpr size_t leastStages = 3;

static bool reducesPairs(Operation *op) {
  if (op->getName().getStringRef() != "tt.reduce")
    return false;
  auto axis = integerAttr(op, "axis");
  return axis && llvm::all_of(op->getOperands(), [&](Value operand) {
           ArrayRef<int64_t> shape = shapeOf(operand.getType());
           return *axis < int64_t(shape.size()) && shape[*axis] == 2;
         });
}

/// Operations whose result's elements are elements of the first operand.
static bool movesElements(Operation *op) {
  static const llvm::StringSet<> names = {
      "tt.reshape",  "tt.expand_dims",     "tt.broadcast",
      "tt.trans",    "ttg.convert_layout", "tt.bitcast",
      "arith.extsi", "arith.extui",        "arith.bitcast"};
  return names.contains(op->getName().getStringRef());
}

/// Elementwise operations that exchange elements are made of.
static bool exchangesElements(Operation *op) {
  static const llvm::StringSet<> names = {
      "arith.xori",  "arith.select", "arith.cmpi",  "arith.cmpf",
      "arith.muli",  "arith.mulf",   "arith.addi",  "arith.addf",
      "arith.ori",   "arith.andi",   "arith.subi",  "arith.subf",
      "arith.maxsi", "arith.minsi",  "arith.maxui", "arith.minui",
      "arith.trunci"};
  return movesElements(op) || names.contains(op->getName().getStringRef());
}

namespace {
/// Finds the tensors of one function.
class Finder {
public:
  /// The tensor whose elements a value's are, or are multiples of.
  Value rootOf(Value value) {
    while (Operation *op = value.getDefiningOp()) {
      if (movesElements(op)) {
        value = op->getOperand(0);
        continue;
      }
      StringRef name = op->getName().getStringRef();
      if (name != "arith.muli" && name != "arith.mulf")
        break;
      bool first = isConstant(op->getOperand(0));
      if (first == isConstant(op->getOperand(1)))
        break;
      value = op->getOperand(first ? 1 : 0);
    }
    return value;
  }

  /// Whether elements depend on their index alone.
  bool isConstant(Value value) {
    Operation *op = value.getDefiningOp();
    if (!op)
      return false;
    auto it = constants.find(value);
    if (it != constants.end())
      return it->second;
    StringRef name = op->getName().getStringRef();
    bool result = name == "arith.constant" || name == "tt.make_range";
    bool isPure =
        movesElements(op) || name == "tt.splat" || name.starts_with("arith.");
    if (!result && isPure && op->getNumOperands())
      result = llvm::all_of(op->getOperands(),
                            [&](Value operand) { return isConstant(operand); });
    constants[value] = result;
    return result;
  }

private:
  llvm::DenseMap<Value, bool> constants;
};
} // namespace

static bool canBeNamed(Value value) {
  return isa<RankedTensorType>(value.getType()) &&
         !pointeeType(value.getType()) &&
         elementType(value.getType()).isIntOrFloat();
}

void Interpreter::findNamedTensors() {
  SmallVector<Operation *> stages;
  function->walk([&](Operation *op) {
    if (reducesPairs(op))
      stages.push_back(op);
  });
  if (stages.size() < leastStages)
    return;
  Finder finder;
  auto add = [&](Value value) {
    if (canBeNamed(value) && !finder.isConstant(value))
      namedTensors.insert({value, -1});
  };
  SmallVector<Value> pending;
  for (Operation *op : stages) {
    for (Value operand : op->getOperands())
      add(finder.rootOf(operand));
    pending.append(op->result_begin(), op->result_end());
  }
  llvm::DenseSet<Value> seen(pending.begin(), pending.end());
  while (!pending.empty())
    for (Operation *user : pending.pop_back_val().getUsers()) {
      if (!exchangesElements(user) || !seen.insert(user->getResult(0)).second)
        continue;
      pending.push_back(user->getResult(0));
      StringRef name = user->getName().getStringRef();
      if (name == "arith.select" || name == "arith.xori" ||
          name == "tt.reshape")
        add(user->getResult(0));
    }
}

Value Interpreter::element(Value tensor, ArrayRef<Value> index) {
  int64_t &id = namedTensors[tensor];
  if (id < 0) {
    id = nextTensor++;
    pendingTensors.push_back({tensor, id});
  }
  SmallVector<NamedAttribute> attributes = {terms.attr("tensor", id)};
  Block *block = tensor.getParentBlock();
  SmallVector<int64_t> around = enclosingLoops(&block->front());
  if (!around.empty()) {
    iteration(loops[around.back()].op);
    attributes.push_back(terms.attr("loop", around.back()));
  }
  return terms.make("element", elementType(tensor.getType()), index,
                    attributes);
}

void Interpreter::emitTensor(Value tensor, int64_t id) {
  SmallVector<Value> operands;
  for (int64_t extent : shapeOf(tensor.getType()))
    operands.push_back(freshVariable("coord", extent));
  SmallVector<Value> index(operands);
  for (Value &place : index)
    if (place.getDefiningOp<lift::VarOp>().getExtent() == 1)
      place = terms.integer(terms.types().getI32Type(), 0);
  terms.location = tensor.getLoc();
  operands.push_back(evaluate(tensor, index));
  ties.push_back([this, operands, id, where = tensor.getLoc()] {
    terms.location = where;
    terms.tie("tensor", operands, {terms.attr("id", id)});
  });
}

} // namespace triton_lift
