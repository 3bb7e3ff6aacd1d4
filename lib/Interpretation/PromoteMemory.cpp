//===- PromoteMemory.cpp - shared and tensor memory as values -===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

//
// The contents of each slot become a tensor; loops and branches that write
// carry it. In a loop that counts round its slots (Slots.h) there is nothing
// constant about a slot's number, but its distance from the counter is: there,
// the tensors are the slots (t + 0) mod n, ..., (t + n - 1) mod n, and each
// iteration hands them on to the next one place further. After the loop, t is
// its trip count.
//
// Copies and products that need not be finished are seen as finished where they
// are issued: that the compiler waits for them is taken for granted, as are its
// barriers.
//
//===----------------------------------------------------------------------===//

#include "PromoteMemory.h"
#include "MemoryUses.h"
#include "Slots.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/UB/IR/UBOps.h"
#include "mlir/IR/PatternMatch.h"
#include "triton-lift/Dialect/TT/TTDialect.h"
#include "triton-lift/Dialect/TTG/TTGDialect.h"
#include "triton-lift/Dialect/TTNG/TTNGDialect.h"

using namespace mlir;

namespace triton_lift {

namespace {
/// Whose iterations the slots are numbered by.
struct Frame {
  Operation *loop = nullptr;
  bool isAfter = false;
  bool operator==(const Frame &other) const {
    return loop == other.loop && isAfter == other.isAfter;
  }
};

/// The memory of one allocation.
class Buffer {
public:
  explicit Buffer(Operation *alloc);

  /// Whether every use is understood; if not, `reason` says what is in the way.
  bool isUnderstood();
  void promote();
  /// Leaves the reason with the allocation and the writes.
  void markWrites();

private:
  using Contents = SmallVector<Value>;

  bool findUses();
  bool number(Block &block, Frame &frame);
  bool numberLoop(scf::ForOp loop, Frame &frame);
  bool numberUses(Operation *op, const Frame &frame);
  std::optional<int64_t> slotIn(const Frame &frame,
                                const std::optional<Slot> &slot) const;
  bool refuse(const llvm::Twine &why) {
    reason = why.str();
    return false;
  }

  void rewrite(Block &block, Contents &contents);
  void rewriteLoop(scf::ForOp loop, Contents &contents);
  void rewriteBranch(scf::IfOp branch, Contents &contents);
  void rewriteUses(Operation *op, Contents &contents);
  Value unknown(OpBuilder &builder);
  Value written(OpBuilder &builder, Operation *op, Value before);
  Value asMemory(OpBuilder &builder, Value tensor, ArrayRef<Operation *> views);
  bool holds(Operation *op, Use kind) const;

  Operation *alloc;
  int64_t slots;
  RankedTensorType type;
  std::string reason;
  SmallVector<std::pair<Operation *, unsigned>> uses; // reads and writes
  llvm::DenseMap<std::pair<Operation *, unsigned>, int64_t> slotOfUse;
  llvm::DenseMap<std::pair<Operation *, unsigned>, SmallVector<Operation *>>
      viewsOfUse;
  llvm::DenseSet<Operation *> rotating;
};
} // namespace

Buffer::Buffer(Operation *alloc)
    : alloc(alloc), slots(std::max<int64_t>(slotCount(alloc), 1)) {
  auto memory = cast<ttg::MemDescType>(alloc->getResult(0).getType());
  ArrayRef<int64_t> shape = memory.getShape();
  if (slotCount(alloc))
    shape = shape.drop_front();
  type = RankedTensorType::get(shape, memory.getElementType());
}

//===----------------------------------------------------------------------===//
// Which slot each use means
//===----------------------------------------------------------------------===//

bool Buffer::findUses() {
  SmallVector<Value> memory = {alloc->getResult(0)};
  llvm::DenseSet<Value> seen = {memory.front()};
  bool isSlotted = slotCount(alloc);
  while (!memory.empty())
    for (OpOperand &operand : memory.pop_back_val().getUses()) {
      Operation *op = operand.getOwner();
      std::pair<Operation *, unsigned> key(op, operand.getOperandNumber());
      switch (useOf(operand)) {
      case Use::None:
        break;
      case Use::Unknown:
        return refuse("it is used by " + op->getName().getStringRef());
      case Use::Handed:
        for (Value receiver : receivers(operand))
          if (seen.insert(receiver).second)
            memory.push_back(receiver);
        break;
      case Use::Read:
      case Use::Write: {
        std::optional<Place> place = placeOf(operand.get());
        if (!place || place->alloc != alloc ||
            place->slot.has_value() != isSlotted)
          return refuse("its slots are not counted round");
        if (useOf(operand) == Use::Write && !place->views.empty())
          return refuse("it is written under another shape");
        if (place->slot && place->slot->loop && !place->slot->isAfter)
          rotating.insert(place->slot->loop);
        viewsOfUse[key] = place->views;
        uses.push_back(key);
        if (!alloc->getBlock()->findAncestorOpInBlock(*op))
          return refuse("it is used in other blocks");
        break;
      }
      }
    }
  return true;
}

bool Buffer::holds(Operation *op, Use kind) const {
  return llvm::any_of(uses, [&](auto use) {
    return op->isAncestor(use.first) &&
           (kind == Use::None ||
            useOf(use.first->getOpOperand(use.second)) == kind);
  });
}

std::optional<int64_t> Buffer::slotIn(const Frame &frame,
                                      const std::optional<Slot> &slot) const {
  if (slots == 1)
    return 0;
  if (!slot || slot->loop != frame.loop || slot->isAfter != frame.isAfter)
    return std::nullopt;
  return slot->number;
}

bool Buffer::numberUses(Operation *op, const Frame &frame) {
  for (OpOperand &operand : op->getOpOperands()) {
    std::pair<Operation *, unsigned> key(op, operand.getOperandNumber());
    if (!viewsOfUse.count(key))
      continue;
    std::optional<int64_t> slot = slotIn(frame, placeOf(operand.get())->slot);
    if (!slot)
      return refuse("a slot is not known where it is used");
    slotOfUse[key] = *slot;
  }
  return true;
}

bool Buffer::numberLoop(scf::ForOp loop, Frame &frame) {
  bool isRotating = slots > 1 && rotating.contains(loop);
  if (isRotating && frame.loop)
    return refuse("two loops count its slots");
  Frame start = isRotating ? Frame{loop, false} : frame, inner = start;
  if (!number(*loop.getBody(), inner))
    return false;
  if (!(inner == start))
    return refuse("a loop within a loop counts its slots");
  if (isRotating)
    frame = {loop, true};
  return true;
}

bool Buffer::number(Block &block, Frame &frame) {
  for (Operation &op : block) {
    if (!numberUses(&op, frame))
      return false;
    if (op.getNumRegions() == 0 || !holds(&op, Use::None))
      continue;
    if (auto loop = dyn_cast<scf::ForOp>(op)) {
      if (!numberLoop(loop, frame))
        return false;
      continue;
    }
    if (!isa<scf::IfOp>(op))
      return refuse("it is used inside " + op.getName().getStringRef());
    for (Region &region : op.getRegions())
      for (Block &inner : region) {
        Frame then = frame;
        if (!number(inner, then))
          return false;
        if (!(then == frame))
          return refuse("a loop within a branch counts its slots");
      }
  }
  return true;
}

bool Buffer::isUnderstood() {
  if (!findUses())
    return false;
  if (slotCount(alloc) && alloc->getNumOperands())
    return refuse("all its slots are written at once");
  Frame frame;
  return number(*alloc->getBlock(), frame);
}

void Buffer::markWrites() {
  alloc->setAttr(unpromoted, StringAttr::get(alloc->getContext(), reason));
  SmallVector<Value> memory = {alloc->getResult(0)};
  llvm::DenseSet<Value> seen = {memory.front()};
  while (!memory.empty())
    for (OpOperand &operand : memory.pop_back_val().getUses()) {
      Use use = useOf(operand);
      if (use == Use::Write)
        operand.getOwner()->setAttr(
            unpromoted, StringAttr::get(alloc->getContext(), reason));
      if (use == Use::Handed)
        for (Value receiver : receivers(operand))
          if (seen.insert(receiver).second)
            memory.push_back(receiver);
    }
}

//===----------------------------------------------------------------------===//
// Tensors instead
//===----------------------------------------------------------------------===//

/// Layouts differ between uses; the contents have none.
static Value withType(OpBuilder &builder, Location where, Value tensor,
                      RankedTensorType type) {
  if (tensor.getType() == type)
    return tensor;
  return ttg::ConvertLayoutOp::create(builder, where, type, tensor);
}

static ttg::MemDescType lasting(ttg::MemDescType type) {
  return ttg::MemDescType::get(type.getContext(), type.getShape(),
                               type.getElementType(), type.getLayouts(),
                               /*isMutable=*/false, {});
}

/// Memory that holds a tensor and is never written again.
Value Buffer::asMemory(OpBuilder &builder, Value tensor,
                       ArrayRef<Operation *> views) {
  auto memory = ttg::MemDescType::get(
      builder.getContext(), type.getShape(), type.getElementType(),
      cast<ttg::MemDescType>(alloc->getResult(0).getType()).getLayouts(), false,
      {});
  Location where = alloc->getLoc();
  Value result = ttg::LocalAllocOp::create(builder, where, memory, tensor);
  for (Operation *view : views) {
    Operation *copy = builder.clone(*view);
    copy->setOperand(0, result);
    result = copy->getResult(0);
    result.setType(lasting(cast<ttg::MemDescType>(result.getType())));
  }
  return result;
}

/// Contents that nobody relies on. A slot that a copy leaves alone holds what
/// it held, but then the copies that a pipeline makes ahead would depend on one
/// another.
Value Buffer::unknown(OpBuilder &builder) {
  return ub::PoisonOp::create(builder, alloc->getLoc(), type,
                              ub::PoisonAttr::get(builder.getContext()));
}

/// The contents after the operation has written.
Value Buffer::written(OpBuilder &builder, Operation *op, Value before) {
  Location where = op->getLoc();
  if (auto store = dyn_cast<ttg::LocalStoreOp>(op))
    return withType(builder, where, store.getSrc(), type);
  if (auto copy = dyn_cast<ttg::AsyncCopyGlobalToLocalOp>(op)) {
    auto pointers = cast<RankedTensorType>(copy.getPtr().getType());
    Value loaded = tt::LoadOp::create(
        builder, where, pointers.clone(type.getElementType()), copy.getPtr(),
        copy.getMask(), copy.getOther(), ArrayRef<int32_t>(), nullptr, false);
    return withType(builder, where, loaded, type);
  }
  Value predicate, after;
  if (auto copy = dyn_cast<ttng::AsyncTMACopyGlobalToLocalOp>(op)) {
    predicate = copy.getPred();
    before = unknown(builder);
    after =
        tt::DescriptorLoadOp::create(builder, where, type, copy.getDesc(),
                                     copy.getCoord(), Attribute(), Attribute());
  } else if (auto copy = dyn_cast<ttng::AsyncTMAGatherOp>(op)) {
    predicate = copy.getPred();
    before = unknown(builder);
    after = tt::DescriptorGatherOp::create(builder, where, type, copy.getDesc(),
                                           copy.getRows(), copy.getColumn());
  } else if (auto store = dyn_cast<ttng::TMEMStoreOp>(op)) {
    predicate = store.getPred();
    after = withType(builder, where, store.getSrc(), type);
  } else {
    auto product = cast<ttng::TCGen5MMAOp>(op);
    predicate = product.getPred();
    after =
        ttng::WarpGroupDotOp::create(builder, where, type, product.getA(),
                                     product.getB(), before, product.getUseD());
  }
  return arith::SelectOp::create(builder, where, predicate, after, before);
}

void Buffer::rewriteUses(Operation *op, Contents &contents) {
  OpBuilder builder(op);
  std::optional<unsigned> writes;
  for (unsigned number = 0; number < op->getNumOperands(); ++number) {
    auto slot = slotOfUse.find({op, number});
    if (slot == slotOfUse.end())
      continue;
    if (useOf(op->getOpOperand(number)) == Use::Write)
      writes = slot->second;
    else
      op->setOperand(number, asMemory(builder, contents[slot->second],
                                      viewsOfUse[{op, number}]));
  }
  if (writes) {
    contents[*writes] = written(builder, op, contents[*writes]);
    // What waits for it waits for nothing.
    for (Value token : op->getResults())
      token.replaceAllUsesWith(
          ttg::AsyncCommitGroupOp::create(builder, op->getLoc(),
                                          token.getType(), ValueRange())
              .getToken());
    llvm::erase_if(uses, [&](auto use) { return use.first == op; });
    op->erase();
  } else if (auto load = dyn_cast<ttng::TMEMLoadOp>(op)) {
    if (slotOfUse.count({op, 0})) {
      Value result = ttg::LocalLoadOp::create(builder, op->getLoc(),
                                              load.getResult().getType(),
                                              load.getSrc(), Value());
      load.getResult().replaceAllUsesWith(result);
    }
  }
}

void Buffer::rewriteLoop(scf::ForOp loop, Contents &contents) {
  bool isRotating = slots > 1 && rotating.contains(loop);
  if (!isRotating && !holds(loop, Use::Write)) {
    Contents inner = contents;
    return rewrite(*loop.getBody(), inner);
  }
  IRRewriter rewriter(loop.getContext());
  rewriter.setInsertionPoint(loop);
  auto same = [](OpBuilder &, Location, ArrayRef<BlockArgument> added) {
    return SmallVector<Value>(added.begin(), added.end());
  };
  auto wider =
      cast<scf::ForOp>(loop.replaceWithAdditionalYields(
                               rewriter, contents,
                               /*replaceInitOperandUsesInLoop=*/false, same)
                           ->getOperation());
  Contents inner(wider.getRegionIterArgs().take_back(slots));
  rewrite(*wider.getBody(), inner);
  Operation *yield = wider.getBody()->getTerminator();
  unsigned first = yield->getNumOperands() - slots;
  for (int64_t slot = 0; slot < slots; ++slot)
    yield->setOperand(first + slot,
                      inner[isRotating ? (slot + 1) % slots : slot]);
  contents.assign(wider.getResults().take_back(slots).begin(),
                  wider.getResults().take_back(slots).end());
}

void Buffer::rewriteBranch(scf::IfOp branch, Contents &contents) {
  if (!holds(branch, Use::Write)) {
    for (Region &region : branch->getRegions())
      for (Block &block : region) {
        Contents inner = contents;
        rewrite(block, inner);
      }
    return;
  }
  OpBuilder builder(branch);
  SmallVector<Type> types(branch.getResultTypes());
  types.append(slots, type);
  auto wider = scf::IfOp::create(builder, branch.getLoc(), types,
                                 branch.getCondition(), /*withElse=*/true);
  bool hadElse = !branch.getElseRegion().empty();
  wider.getThenRegion().takeBody(branch.getThenRegion());
  if (hadElse)
    wider.getElseRegion().takeBody(branch.getElseRegion());
  for (Region &region : wider->getRegions()) {
    Block &block = region.front();
    if (block.empty()) {
      builder.setInsertionPointToEnd(&block);
      scf::YieldOp::create(builder, branch.getLoc());
    }
    Contents inner = contents;
    rewrite(block, inner);
    Operation *yield = block.getTerminator();
    yield->insertOperands(yield->getNumOperands(), inner);
  }
  branch->replaceAllUsesWith(wider.getResults().drop_back(slots));
  contents.assign(wider.getResults().take_back(slots).begin(),
                  wider.getResults().take_back(slots).end());
  branch->erase();
}

void Buffer::rewrite(Block &block, Contents &contents) {
  for (Operation &op : llvm::make_early_inc_range(block)) {
    if (auto loop = dyn_cast<scf::ForOp>(op)) {
      if (holds(loop, Use::None))
        rewriteLoop(loop, contents);
    } else if (auto branch = dyn_cast<scf::IfOp>(op)) {
      if (holds(branch, Use::None))
        rewriteBranch(branch, contents);
    } else {
      rewriteUses(&op, contents);
    }
  }
}

void Buffer::promote() {
  OpBuilder builder(alloc->getContext());
  builder.setInsertionPointAfter(alloc);
  Contents contents;
  if (alloc->getNumOperands())
    contents.push_back(
        withType(builder, alloc->getLoc(), alloc->getOperand(0), type));
  else
    for (int64_t slot = 0; slot < slots; ++slot)
      contents.push_back(unknown(builder));
  rewrite(*alloc->getBlock(), contents);
}

void promoteMemory(Operation *function) {
  SmallVector<Operation *> allocations;
  function->walk([&](Operation *op) {
    if (isa<ttg::LocalAllocOp, ttng::TMEMAllocOp>(op) &&
        cast<ttg::MemDescType>(op->getResult(0).getType()).getIsMutable())
      allocations.push_back(op);
  });
  for (Operation *op : allocations) {
    Buffer buffer(op);
    if (buffer.isUnderstood())
      buffer.promote();
    else
      buffer.markWrites();
  }
}

} // namespace triton_lift
