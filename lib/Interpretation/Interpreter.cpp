//===- Interpreter.cpp - evaluation on demand -===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "triton-lift/Interpretation/Interpreter.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/RegionGraphTraits.h"
#include "triton-lift/Dialect/TTG/TTGDialect.h"
#include "llvm/ADT/PostOrderIterator.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/Twine.h"

using namespace mlir;

namespace triton_lift {

// Beyond so many terms, and so many for each operation, the kernel is refused:
// a sorting network has exponentially many (value, index) pairs.
static constexpr size_t leastMaxTerms = 50'000, maxTermsPerOperation = 20;

//===----------------------------------------------------------------------===//
// Types and attributes
//===----------------------------------------------------------------------===//

static bool isPointer(Type type) {
  return type.getAbstractType().getName() == "tt.ptr";
}

Type pointeeType(Type type) {
  if (auto tensor = dyn_cast<RankedTensorType>(type))
    type = tensor.getElementType();
  if (!isPointer(type))
    return {};
  Type pointee;
  type.walkImmediateSubElements(
      [](Attribute) {}, [&](Type t) { pointee = pointee ? pointee : t; });
  return pointee;
}

Type elementType(Type type) {
  if (auto memory = dyn_cast<ttg::MemDescType>(type))
    return memory.getElementType();
  if (auto tensor = dyn_cast<RankedTensorType>(type))
    type = tensor.getElementType();
  return isPointer(type) ? IntegerType::get(type.getContext(), 64) : type;
}

/// Rank of the block that a block pointer points to, 0 for any other type.
static size_t blockRank(Type type) {
  Type pointee = pointeeType(type);
  auto block = pointee ? dyn_cast<RankedTensorType>(pointee) : nullptr;
  return block && !isa<RankedTensorType>(type) ? block.getRank() : 0;
}

ArrayRef<int64_t> shapeOf(Type type) {
  if (auto tensor = dyn_cast<RankedTensorType>(type))
    return tensor.getShape();
  if (auto memory = dyn_cast<ttg::MemDescType>(type))
    return memory.getShape();
  static const int64_t extents[] = {0, 1, 2, 3, 4, 5, 6, 7, 8};
  if (size_t rank = blockRank(type); rank && rank < std::size(extents))
    return ArrayRef(extents[rank]);
  return {};
}

bool holdsAll(FloatType wide, FloatType narrow) {
  return llvm::APFloatBase::isRepresentableBy(narrow.getFloatSemantics(),
                                              wide.getFloatSemantics());
}

std::optional<int64_t> integerAttr(Operation *op, StringRef name) {
  if (auto value = op->getAttrOfType<IntegerAttr>(name))
    return value.getInt();
  return std::nullopt;
}

SmallVector<Value> operandsAt(Interpreter &interpreter, Operation *op,
                              ArrayRef<Value> index) {
  SmallVector<Value> terms;
  for (Value operand : op->getOperands())
    terms.push_back(interpreter.at(operand, index));
  return terms;
}

//===----------------------------------------------------------------------===//
// Values at indices
//===----------------------------------------------------------------------===//

Interpreter::Interpreter(Operation *function, lift::KernelOp kernel)
    : terms(kernel), function(function), kernel(kernel),
      semantics(Semantics::get()) {}

/// Scalars inside a tt.map_elementwise take the index of its operands along.
static bool ignoresIndex(Value value) {
  if (!shapeOf(value.getType()).empty())
    return false;
  for (Operation *parent = value.getParentRegion()->getParentOp(); parent;
       parent = parent->getParentOp())
    if (parent->getName().getStringRef() == "tt.map_elementwise")
      return false;
  return true;
}

/// Whoever is refused for a value.
static Operation *culpritOf(Value value) {
  Operation *op = value.getDefiningOp();
  return op ? op : value.getParentRegion()->getParentOp();
}

Value Interpreter::at(Value value, ArrayRef<Value> index) {
  if (!index.empty() && ignoresIndex(value))
    index = {};
  // Only pointers have two readings.
  bool outerQuestion = std::exchange(
      askingForArrays, askingForArrays && pointeeType(value.getType()));
  llvm::scope_exit restore([&] { askingForArrays = outerQuestion; });
  auto &known = askingForArrays ? arrayMemo : memo;
  MemoKey key{value, SmallVector<Value, 4>(index)};
  ArrayRef<int64_t> shape = shapeOf(value.getType());
  if (!shape.empty() && shape.size() != index.size())
    return unsupported(culpritOf(value), elementType(value.getType()),
                       "a tensor where a scalar is expected");
  for (auto [extent, term] : llvm::zip(shape, key.second))
    if (extent == 1)
      term = terms.integer(terms.types().getI32Type(), 0);
  auto it = known.find(key);
  if (it != known.end())
    return it->second;

  Location outer = terms.location;
  terms.location = value.getLoc();
  Value term = namedTensors.contains(value) ? element(value, key.second)
                                            : evaluate(value, key.second);
  assert(term.getType() == elementType(value.getType()) && "element type");
  terms.location = outer;
  known.emplace(std::move(key), term);
  return term;
}

Value Interpreter::evaluate(Value value, ArrayRef<Value> index) {
  Operation *op = value.getDefiningOp();
  Type type = elementType(value.getType());
  Operation *culprit = culpritOf(value);
  const char here = 0;
  if (size_t(stackBase - &here) > stackLimit)
    return unsupported(culprit, type, "expression nested too deeply");
  if (terms.size() > maxTerms)
    return unsupported(culprit, type, "the expression has too many terms");
  if (Value term = bound.lookup(value))
    return term;
  auto shaped = dyn_cast<ShapedType>(value.getType());
  if (!type.isIntOrFloat() || type.getIntOrFloatBitWidth() > 64 ||
      (shaped && (!isa<RankedTensorType>(shaped) || !shaped.hasStaticShape())))
    return unsupported(culprit, type, "a value of this type");
  if (auto argument = dyn_cast<BlockArgument>(value))
    return evaluateArgument(argument, index);
  const OpSemantics *entry = semantics.lookup(op);
  if (!entry || !entry->value)
    return unsupported(op, type,
                       "no semantics for the value of this operation");
  return entry->value(*this, cast<OpResult>(value), index);
}

Value Interpreter::evaluateArgument(BlockArgument argument,
                                    ArrayRef<Value> index) {
  Operation *parent = argument.getOwner()->getParentOp();
  Type type = elementType(argument.getType());
  if (parent == function && argument.getOwner()->isEntryBlock()) {
    if (pointeeType(argument.getType()))
      return terms.integer(type, askingForArrays ? argument.getArgNumber() : 0);
    if (type.isIntOrFloat())
      return terms.make("param", type, {},
                        {terms.attr("index", argument.getArgNumber())});
    return unsupported(parent, type, "kernel argument of this type");
  }
  const OpSemantics *entry = semantics.lookup(parent);
  if (!entry || !entry->argument)
    return unsupported(parent, type, "no semantics for a value of this region");
  return entry->argument(*this, argument, index);
}

Value Interpreter::freshVariable(StringRef kind,
                                 std::optional<int64_t> extent) {
  SmallVector<NamedAttribute> attributes = {terms.attr("id", nextVariable++),
                                            terms.attr("kind", kind)};
  if (extent)
    attributes.push_back(terms.attr("extent", *extent));
  return terms.make("var", terms.types().getI32Type(), {}, attributes);
}

SmallVector<Value> Interpreter::freshIndex(StringRef kind,
                                           ArrayRef<int64_t> shape,
                                           SmallVectorImpl<Value> &variables) {
  SmallVector<Value> index;
  for (int64_t extent : shape) {
    if (extent == 1) {
      index.push_back(terms.integer(terms.types().getI32Type(), 0));
      continue;
    }
    index.push_back(freshVariable(kind, extent));
    variables.push_back(index.back());
  }
  return index;
}

Value Interpreter::unsupported(Operation *op, Type type,
                               const llvm::Twine &reason) {
  return terms.opaque(op->getName().getStringRef(), reason.str(), type,
                      op->getLoc());
}

void Interpreter::refuse(Operation *op, const llvm::Twine &reason) {
  std::string name = op->getName().getStringRef().str(), text = reason.str();
  ties.push_back([this, op, name, text] {
    terms.location = op->getLoc();
    terms.tie("unsupported", {},
              {terms.attr("op_name", name), terms.attr("reason", text)});
  });
}

Value Interpreter::arbitrary(Operation *origin, Type type,
                             ArrayRef<Value> index, llvm::StringRef missing) {
  auto id = arbitraryIds.try_emplace(origin, arbitraryIds.size()).first->second;
  // Another iteration, another value.
  SmallVector<Value> operands;
  for (int64_t loop : enclosingLoops(origin))
    operands.push_back(iteration(loops[loop].op));
  operands.append(index.begin(), index.end());
  SmallVector<NamedAttribute> attributes{terms.attr("id", id)};
  if (!missing.empty())
    attributes.push_back(terms.attr("missing", missing));
  return terms.make("arbitrary", type, operands, attributes);
}

//===----------------------------------------------------------------------===//
// The kernel as a whole
//===----------------------------------------------------------------------===//

void Interpreter::run(size_t stackBytes) {
  const char here = 0;
  stackBase = &here;
  stackLimit = stackBytes;
  Region &body = function->getRegion(0);
  if (!isAcyclic()) {
    refuse(function, "a loop of branches between blocks");
    emitDeferred();
    return;
  }
  number();
  findNamedTensors();
  maxTerms = leastMaxTerms + maxTermsPerOperation * positions.size();
  llvm::ReversePostOrderTraversal<Region *> order(&body);
  for (Block *block : order)
    execute(*block);
  emitLoops();
  refuseWrittenTables();
  emitDeferred();
  dropUnused();
}

bool Interpreter::isAcyclic() {
  enum { Open = 1, Done = 2 };
  llvm::DenseMap<Block *, int> color;
  SmallVector<std::pair<Block *, unsigned>> stack;
  stack.push_back({&function->getRegion(0).front(), 0});
  color[stack.back().first] = Open;
  while (!stack.empty()) {
    auto &[block, next] = stack.back();
    if (next == block->getNumSuccessors()) {
      color[block] = Done;
      stack.pop_back();
      continue;
    }
    Block *successor = block->getSuccessor(next++);
    int &state = color[successor];
    if (state == Open)
      return false;
    if (!state) {
      state = Open;
      stack.push_back({successor, 0});
    }
  }
  return true;
}

/// Gives every operation its place in program order, and notes the writes.
void Interpreter::number() {
  llvm::ReversePostOrderTraversal<Region *> order(&function->getRegion(0));
  for (Block *block : order)
    numberBlock(*block);
}

void Interpreter::numberBlock(Block &block) {
  for (Operation &op : block) {
    int64_t position = positions.size();
    positions[&op] = position;
    if (auto loop = dyn_cast<scf::ForOp>(op)) {
      loopIndex[&op] = loops.size();
      Loop &entry = loops.emplace_back();
      entry.op = loop;
      entry.id = loops.size() - 1;
    }
    if (!firstAtomic && op.getName().getStringRef() == "tt.atomic_rmw")
      firstAtomic = position;
    const OpSemantics *entry = semantics.lookup(&op);
    if (entry && entry->writes) {
      Array array = arrayOf(entry->writes(&op));
      SmallVector<int64_t> keys(array.candidates.begin(),
                                array.candidates.end());
      if (array.argument)
        keys = {int64_t(*array.argument)};
      else if (keys.empty())
        keys = {-1};
      for (int64_t key : keys) {
        writePositions[key].push_back(position);
        for (Operation *parent = op.getParentOp(); parent != function;
             parent = parent->getParentOp())
          writesInLoop[parent].insert(key);
      }
    }
    for (Region &region : op.getRegions())
      for (Block &nested : region)
        numberBlock(nested);
  }
}

void Interpreter::execute(Block &block) {
  for (Operation &op : block) {
    const OpSemantics *entry = semantics.lookup(&op);
    if (!entry) {
      refuse(&op, "no semantics for this operation");
      continue;
    }
    terms.location = op.getLoc();
    if (entry->effect)
      entry->effect(*this, &op);
    if (op.getNumRegions() == 0)
      continue;
    switch (entry->regions) {
    case OpSemantics::Regions::Executed:
      for (Region &region : op.getRegions())
        for (Block &nested : region)
          execute(nested);
      break;
    case OpSemantics::Regions::Pure:
      requirePure(&op);
      break;
    case OpSemantics::Regions::Skipped:
      break;
    case OpSemantics::Regions::None:
      refuse(&op, "regions of this operation are not understood");
      break;
    }
  }
}

void Interpreter::requirePure(Operation *op) {
  op->walk([&](Operation *inner) {
    if (inner == op)
      return;
    if (!semantics.lookup(inner))
      refuse(inner, "no semantics for this operation");
    else if (semantics.hasEffect(inner))
      refuse(inner, "an effect inside a function of elements");
    else if (isa<scf::ForOp>(inner))
      refuse(inner, "a loop inside a function of elements");
  });
}

void Interpreter::emitDeferred() {
  for (auto &tie : ties)
    tie();
  ties.clear();
}

void Interpreter::dropUnused() {
  Block &body = kernel.getBody().front();
  for (Operation &op : llvm::make_early_inc_range(llvm::reverse(body)))
    if (op.getNumResults() && op.use_empty())
      op.erase();
}

} // namespace triton_lift
