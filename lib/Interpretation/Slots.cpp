//===- Slots.cpp - parts of memory that a loop uses in turn -===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

//
// A pipelined loop counts round: `next = i + 1 >= n ? 0 : i + 1`. If it starts
// from k, 0 <= k < n, its counter is (k + t) mod n in iteration t; from -1,
// `next` still is (t + 0) mod n, though the counter is no slot at first. What
// the loop carries over of such a value lags behind by one iteration, and must
// start accordingly.
//
//===----------------------------------------------------------------------===//

#include "Slots.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Matchers.h"
#include "triton-lift/Dialect/TTG/TTGDialect.h"
#include "triton-lift/Dialect/TTNG/TTNGDialect.h"

using namespace mlir;

namespace triton_lift {

// Longer chains of values handed from one iteration to the next are not
// followed.
static constexpr unsigned longestChain = 16;

static std::optional<int64_t> constantOf(Value value) {
  APInt number;
  if (matchPattern(value, m_ConstantInt(&number)))
    return number.getSExtValue();
  return std::nullopt;
}

static bool isConstant(Value value, int64_t number) {
  return constantOf(value) == number;
}

static int64_t modulo(int64_t number, int64_t size) {
  return ((number % size) + size) % size;
}

/// i, of i + 1.
static Value incremented(Value value) {
  auto sum = value.getDefiningOp<arith::AddIOp>();
  if (sum && isConstant(sum.getRhs(), 1))
    return sum.getLhs();
  if (sum && isConstant(sum.getLhs(), 1))
    return sum.getRhs();
  return {};
}

/// i, of the slot that comes after slot i (and after -1).
static Value predecessor(Value value, int64_t size) {
  if (auto rest = value.getDefiningOp<arith::RemSIOp>())
    return isConstant(rest.getRhs(), size) ? incremented(rest.getLhs())
                                           : Value();
  auto choice = value.getDefiningOp<arith::SelectOp>();
  auto test =
      choice ? choice.getCondition().getDefiningOp<arith::CmpIOp>() : nullptr;
  if (!test || !isConstant(test.getRhs(), size))
    return {};
  Value wrapped = choice.getTrueValue(), onward = choice.getFalseValue();
  switch (test.getPredicate()) {
  case arith::CmpIPredicate::sge:
  case arith::CmpIPredicate::eq:
    break;
  case arith::CmpIPredicate::slt:
  case arith::CmpIPredicate::ne:
    std::swap(wrapped, onward);
    break;
  default:
    return {};
  }
  return test.getLhs() == onward && isConstant(wrapped, 0) ? incremented(onward)
                                                           : Value();
}

/// The position of a value that the loop carries.
static std::optional<unsigned> carriedBy(Value value, scf::ForOp loop) {
  auto argument = dyn_cast<BlockArgument>(value);
  if (!argument || argument.getOwner() != loop.getBody() ||
      argument.getArgNumber() == 0)
    return std::nullopt;
  return argument.getArgNumber() - 1;
}

/// Whether the counter starts from -1: (t - 1) mod size but for the beginning.
static bool startsBefore(scf::ForOp loop, unsigned position, int64_t size) {
  return isConstant(loop.getInitArgs()[position], -1) &&
         predecessor(loop.getYieldedValues()[position], size) ==
             loop.getRegionIterArg(position);
}

/// p, where the value is (p + t) mod size in iteration t.
static std::optional<int64_t> phaseOf(Value value, scf::ForOp loop,
                                      int64_t size, unsigned chain = 0) {
  if (chain > longestChain)
    return std::nullopt;
  if (std::optional<unsigned> position = carriedBy(value, loop)) {
    std::optional<int64_t> start = constantOf(loop.getInitArgs()[*position]);
    Value next = loop.getYieldedValues()[*position];
    if (!start || *start < 0 || *start >= size || next == value)
      return std::nullopt;
    if (predecessor(next, size) == value)
      return start;
    std::optional<int64_t> phase = phaseOf(next, loop, size, chain + 1);
    return phase && modulo(*phase - 1, size) == *start ? start : std::nullopt;
  }
  Value before = predecessor(value, size);
  if (!before)
    return std::nullopt;
  if (std::optional<unsigned> position = carriedBy(before, loop))
    if (startsBefore(loop, *position, size))
      return 0;
  std::optional<int64_t> phase = phaseOf(before, loop, size, chain + 1);
  return phase ? std::optional(modulo(*phase + 1, size)) : std::nullopt;
}

/// The same after the loop, t its trip count.
static std::optional<int64_t> phaseAfter(Value value, scf::ForOp &loop,
                                         int64_t size, unsigned chain = 0) {
  if (chain > longestChain)
    return std::nullopt;
  if ((loop = value.getDefiningOp<scf::ForOp>()))
    return phaseOf(
        loop.getRegionIterArg(cast<OpResult>(value).getResultNumber()), loop,
        size);
  Value before = predecessor(value, size);
  if (!before)
    return std::nullopt;
  if ((loop = before.getDefiningOp<scf::ForOp>()))
    if (startsBefore(loop, cast<OpResult>(before).getResultNumber(), size))
      return 0;
  std::optional<int64_t> phase = phaseAfter(before, loop, size, chain + 1);
  return phase ? std::optional(modulo(*phase + 1, size)) : std::nullopt;
}

std::optional<Slot> slotOf(Value index, int64_t size) {
  if (std::optional<int64_t> number = constantOf(index))
    return *number >= 0 && *number < size
               ? std::optional(Slot{nullptr, false, *number})
               : std::nullopt;
  scf::ForOp before;
  if (std::optional<int64_t> phase = phaseAfter(index, before, size))
    return Slot{before, true, *phase};
  for (Operation *parent = index.getParentRegion()->getParentOp(); parent;
       parent = parent->getParentOp())
    if (auto loop = dyn_cast<scf::ForOp>(parent))
      if (std::optional<int64_t> phase = phaseOf(index, loop, size))
        return Slot{loop, false, *phase};
  return std::nullopt;
}

//===----------------------------------------------------------------------===//
// Places
//===----------------------------------------------------------------------===//

static bool isAllocation(Operation *op) {
  return isa<ttg::LocalAllocOp, ttng::TMEMAllocOp>(op);
}

int64_t slotCount(Operation *alloc) {
  for (Operation *user : alloc->getResult(0).getUsers())
    if (isa<ttg::MemDescIndexOp>(user))
      return cast<ttg::MemDescType>(alloc->getResult(0).getType())
          .getShape()
          .front();
  return 0;
}

static std::optional<Place> placeIn(Value memory, unsigned chain);

/// What a loop carries: where it starts, and then what it was handed.
static std::optional<Place> carriedPlace(scf::ForOp loop, unsigned position,
                                         bool isAfter, unsigned chain) {
  std::optional<Place> start = placeIn(loop.getInitArgs()[position], chain + 1);
  if (!start || !start->views.empty())
    return std::nullopt;
  Value next = loop.getYieldedValues()[position];
  if (next == loop.getRegionIterArg(position))
    return start;
  std::optional<Place> then = placeIn(next, chain + 1);
  if (!then || then->alloc != start->alloc || !then->views.empty() ||
      !then->slot || !start->slot || start->slot->loop ||
      then->slot->loop != loop || then->slot->isAfter)
    return std::nullopt;
  int64_t size = slotCount(start->alloc);
  if (modulo(then->slot->number - 1, size) != start->slot->number)
    return std::nullopt;
  return Place{start->alloc, Slot{loop, isAfter, start->slot->number}, {}};
}

static std::optional<Place> placeIn(Value memory, unsigned chain) {
  if (!isa<ttg::MemDescType>(memory.getType()) || chain > longestChain)
    return std::nullopt;
  if (auto argument = dyn_cast<BlockArgument>(memory)) {
    auto loop = dyn_cast<scf::ForOp>(argument.getOwner()->getParentOp());
    return loop && argument.getArgNumber() > 0
               ? carriedPlace(loop, argument.getArgNumber() - 1, false, chain)
               : std::nullopt;
  }
  Operation *op = memory.getDefiningOp();
  unsigned number = cast<OpResult>(memory).getResultNumber();
  if (isAllocation(op))
    return Place{op, std::nullopt, {}};
  if (auto loop = dyn_cast<scf::ForOp>(op))
    return carriedPlace(loop, number, true, chain);
  if (isa<ttng::WarpGroupDotWaitOp>(op))
    return placeIn(op->getOperand(number), chain + 1);
  if (auto part = dyn_cast<ttg::MemDescIndexOp>(op)) {
    std::optional<Place> place = placeIn(part.getSrc(), chain + 1);
    if (!place || place->slot || !place->views.empty())
      return std::nullopt;
    place->slot =
        slotOf(part.getIndex(), part.getSrc().getType().getShape().front());
    return place->slot ? place : std::nullopt;
  }
  if (isa<ttg::MemDescTransOp, ttg::MemDescReshapeOp, ttg::MemDescSubsliceOp>(
          op)) {
    std::optional<Place> place = placeIn(op->getOperand(0), chain + 1);
    if (place)
      place->views.push_back(op);
    return place;
  }
  return std::nullopt;
}

std::optional<Place> placeOf(Value memory) { return placeIn(memory, 0); }

} // namespace triton_lift
