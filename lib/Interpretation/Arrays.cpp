//===- Arrays.cpp - which array a pointer points into, reads and writes -===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "triton-lift/Interpretation/Interpreter.h"

using namespace mlir;

namespace triton_lift {

//===----------------------------------------------------------------------===//
// The array of a pointer
//===----------------------------------------------------------------------===//

/// What a pointer was derived from in one step; nothing if that is unknown.
SmallVector<Value> Interpreter::pointerSources(Value pointer) {
  auto argument = dyn_cast<BlockArgument>(pointer);
  Operation *owner =
      argument ? argument.getOwner()->getParentOp() : pointer.getDefiningOp();
  const OpSemantics *entry = semantics.lookup(owner);
  if (entry && argument && entry->argumentPointers)
    return entry->argumentPointers(argument);
  if (entry && !argument && entry->pointers)
    return entry->pointers(cast<OpResult>(pointer));
  return {};
}

Operation *Interpreter::originOf(Value pointer, StringRef name) {
  SmallVector<Value> stack = {pointer};
  llvm::DenseSet<Value> seen = {pointer};
  Operation *origin = nullptr;
  while (!stack.empty()) {
    Value value = stack.pop_back_val();
    Operation *op = value.getDefiningOp();
    if (op && op->getName().getStringRef() == name) {
      if (origin && origin != op)
        return nullptr;
      origin = op;
      continue;
    }
    auto argument = dyn_cast<BlockArgument>(value);
    if (argument && argument.getOwner()->getParentOp() == function &&
        argument.getOwner()->isEntryBlock())
      return nullptr;
    SmallVector<Value> sources = pointerSources(value);
    if (sources.empty())
      return nullptr;
    for (Value source : sources)
      if (seen.insert(source).second)
        stack.push_back(source);
  }
  return origin;
}

/// Everything the pointer can stem from must be one kernel argument; a search,
/// for carried pointers stem from themselves.
Array Interpreter::arrayOf(Value pointer) {
  SmallVector<Value> stack = {pointer}, visited;
  llvm::DenseSet<Value> seen = {pointer};
  std::set<unsigned> roots;
  std::string reason;
  auto arrive = [&](unsigned argument) { roots.insert(argument); };
  while (!stack.empty() && reason.empty()) {
    Value value = stack.pop_back_val();
    visited.push_back(value);
    auto known = arrays.find(value);
    if (known != arrays.end()) {
      arrive(*known->second);
      continue;
    }
    auto argument = dyn_cast<BlockArgument>(value);
    Operation *owner =
        argument ? argument.getOwner()->getParentOp() : value.getDefiningOp();
    if (argument && owner == function && argument.getOwner()->isEntryBlock()) {
      if (pointeeType(argument.getType()))
        arrive(argument.getArgNumber());
      else
        reason = "a descriptor passed as an argument";
      continue;
    }
    if (owner->getName().getStringRef() == "tt.int_to_ptr" && !argument) {
      if (std::optional<unsigned> table = tableOf(owner, reason))
        arrive(*table);
      continue;
    }
    SmallVector<Value> sources = pointerSources(value);
    if (sources.empty())
      reason = ("a pointer made by " + owner->getName().getStringRef()).str();
    for (Value source : sources)
      if (seen.insert(source).second)
        stack.push_back(source);
  }
  if (!reason.empty() || roots.empty())
    return {std::nullopt, reason.empty() ? "a pointer to nothing" : reason, {}};
  if (roots.size() > 1)
    return {std::nullopt, "a pointer into one of several arrays",
            SmallVector<unsigned>(roots.begin(), roots.end())};
  for (Value value : visited)
    arrays[value] = *roots.begin();
  return {*roots.begin(), "", {}};
}

Value Interpreter::whichArray(Value pointer, ArrayRef<Value> index) {
  bool outer = std::exchange(askingForArrays, true);
  Value number = at(pointer, index);
  askingForArrays = outer;
  return number;
}

//===----------------------------------------------------------------------===//
// Reads
//===----------------------------------------------------------------------===//

Value Interpreter::load(Operation *op, Value pointer, ArrayRef<Value> index,
                        Type type, std::string &reason) {
  Array array = arrayOf(pointer);
  if (!array.argument && array.candidates.empty()) {
    reason = array.reason;
    return {};
  }
  Value offset = at(pointer, index);
  if (array.argument)
    return read(op, *array.argument, offset, type);
  Value number = whichArray(pointer, index);
  Value element = read(op, array.candidates.back(), offset, type);
  for (unsigned candidate :
       llvm::reverse(ArrayRef(array.candidates).drop_back())) {
    Value here =
        terms.compare("eq", number, terms.integer(number.getType(), candidate));
    element = terms.select(here, read(op, candidate, offset, type), element);
  }
  return element;
}

/// `value`, stored as `from`, seen as a `to` of the same size. A boolean is a
/// byte that is 0 or 1.
static Value reinterpret(TermBuilder &terms, Value value, Type to) {
  Type from = value.getType();
  if (from == to)
    return value;
  if (from.isInteger(1) && to.isInteger(8))
    return terms.make("zext", to, {value});
  if (from.isInteger(8) && to.isInteger(1)) {
    // The byte of a boolean that was widened before is that boolean.
    if (auto widened = value.getDefiningOp<lift::ZExtOp>())
      if (widened.getOperand().getType().isInteger(1))
        return widened.getOperand();
    return terms.compare("ne", value, terms.integer(from, 0));
  }
  return terms.make("bitcast", to, {value});
}

static bool sameSize(Type a, Type b) {
  auto bits = [](Type t) {
    return t.isInteger(1) ? 8u : t.getIntOrFloatBitWidth();
  };
  return a.isIntOrFloat() && b.isIntOrFloat() && bits(a) == bits(b);
}

int64_t Interpreter::versionAt(Operation *op, unsigned array) {
  auto writes = writePositions.find(int64_t(array));
  if (writes == writePositions.end())
    return 0;
  return llvm::lower_bound(writes->second, positions.lookup(op)) -
         writes->second.begin();
}

Value Interpreter::read(Operation *op, unsigned array, Value offset,
                        Type type) {
  Type stored = storedIn(array);
  if (!sameSize(stored, type))
    return unsupported(op, type, "an array read with elements of another size");
  int64_t version = versionAt(op, array);
  SmallVector<NamedAttribute> attributes = {terms.attr("array", array),
                                            terms.attr("version", version)};
  // Programs may have told each other something by then.
  if (version && firstAtomic && *firstAtomic < orderOf(op))
    attributes.push_back(terms.attr("order", orderOf(op)));
  SmallVector<int64_t> around;
  for (Operation *parent = op->getParentOp(); parent != function;
       parent = parent->getParentOp())
    if (isa<LoopLikeOpInterface>(parent) && writesInLoop[parent].count(array))
      around.push_back(isa<scf::ForOp>(parent) ? loopIndex.lookup(parent) : -1);
  if (!around.empty())
    attributes.emplace_back("storing_loops",
                            terms.types().getDenseI64ArrayAttr(
                                llvm::to_vector(llvm::reverse(around))));
  return reinterpret(terms, terms.make("read", stored, {offset}, attributes),
                     type);
}

//===----------------------------------------------------------------------===//
// Writes
//===----------------------------------------------------------------------===//

void Interpreter::write(Operation *op, StringRef kind, Value pointer,
                        Value mask, Value value) {
  Array array = arrayOf(pointer);
  if (!array.argument && array.candidates.empty())
    return refuse(op, array.reason);
  SmallVector<unsigned> candidates = array.candidates;
  if (array.argument)
    candidates = {*array.argument};
  // To each of them where the pointer is into that one.
  for (unsigned candidate : candidates) {
    SmallVector<Value> lanes;
    SmallVector<Value> index =
        freshIndex("lane", shapeOf(pointer.getType()), lanes);
    Value offset = at(pointer, index);
    Value condition = mask ? at(mask, index) : Value();
    if (!array.argument) {
      Value number = whichArray(pointer, index);
      Value here = terms.compare("eq", number,
                                 terms.integer(number.getType(), candidate));
      condition = condition ? terms.conjunction(here, condition) : here;
    }
    effect(op, kind, candidate, lanes, offset, condition, at(value, index),
           pointeeType(pointer.getType()));
  }
}

static bool isExtremum(StringRef kind) {
  return llvm::is_contained(
      {"atomic_max", "atomic_min", "atomic_umax", "atomic_umin"}, kind);
}

void Interpreter::effect(Operation *op, StringRef kind, unsigned array,
                         ArrayRef<Value> lanes, Value offset, Value mask,
                         Value value, Type pointee) {
  Type stored = storedIn(array);
  if (!sameSize(stored, pointee) || !sameSize(pointee, value.getType()))
    return refuse(op, "an array written with elements of another type");
  std::string onBits;
  if (kind == "store") {
    value = reinterpret(terms, value, stored);
  } else if (stored != value.getType()) {
    // How Triton spells an extremum of floats: as one of their bits.
    if (!isa<FloatType>(stored) || !isExtremum(kind))
      return refuse(op, "an array written with elements of another type");
    kind = onBits = (kind + "_bits").str();
  }
  Value guard = pathCondition(op->getBlock());
  if (mask)
    guard = terms.conjunction(guard, mask);
  SmallVector<int64_t> around = enclosingLoops(op);
  for (int64_t id : around)
    iteration(loops[id].op);
  SmallVector<Value> operands(lanes);
  operands.append({offset, guard, value});
  SmallVector<NamedAttribute> attributes = {
      terms.attr("kind", kind), terms.attr("array", array),
      NamedAttribute("loops", terms.types().getDenseI64ArrayAttr(around)),
      terms.attr("order", positions.lookup(op))};
  if (int64_t version = versionAt(op, array))
    attributes.push_back(terms.attr("version", version));
  ties.push_back([this, op, operands, attributes] {
    terms.location = op->getLoc();
    terms.tie("effect", operands, attributes);
  });
}

void Interpreter::assume(Operation *op, StringRef kind, Value condition) {
  SmallVector<Value> lanes;
  SmallVector<Value> index =
      freshIndex("lane", shapeOf(condition.getType()), lanes);
  Value said = at(condition, index);
  // In a loop it is said only if there is an iteration.
  Value guard = pathCondition(op->getBlock());
  for (Operation *parent = op->getParentOp(); parent != function;
       parent = parent->getParentOp()) {
    if (auto loop = dyn_cast<scf::ForOp>(parent))
      guard = terms.conjunction(
          guard, terms.compare(loop.getUnsignedCmp() ? "ult" : "slt",
                               scalar(loop.getLowerBound()),
                               scalar(loop.getUpperBound())));
    else if (!isa<scf::IfOp>(parent))
      return;
  }
  SmallVector<Value> operands = {said, guard};
  for (int64_t id : enclosingLoops(op))
    iteration(loops[id].op);
  operands.append(lanes);
  ties.push_back([this, op, operands, kind = kind.str()] {
    terms.location = op->getLoc();
    terms.tie("assume", operands, {terms.attr("kind", kind)});
  });
}

} // namespace triton_lift
