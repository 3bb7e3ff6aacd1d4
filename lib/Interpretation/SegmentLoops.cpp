//===- SegmentLoops.cpp - while loops that go from tile to tile -===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

//
// `while (i < n) { ...; i = min((i / s + 1) * s, n); }` goes from where it
// starts to the next multiple of s, from there to the next one, and so on: as
// stream-K's programs do, which work on consecutive steps of consecutive tiles.
//
// Theorem. Let s > 0 and n not change, let q be i₀ / s, rounded toward zero as
// the machine does. If i₀ < n, the loop's iteration u has i = i₀ for u = 0 and
// i = (q + u)·s for u > 0, and i / s = q + u in both; there is one for u = 0
// and one for each u > 0 with (q + u)·s < n. (By induction: (q + u)·s / s is q
// + u again, and a minimum with n can only end the loop.) If i₀ ≥ n, there is
// none. So it is a counted loop from q·s by steps of s to the greater of n and
// q·s + 1, which are the same number where i₀ ≥ 0. That s > 0 is owed by
// whoever reads the counted loop.
//
//===----------------------------------------------------------------------===//

#include "CountedLoops.h"
#include "WhileLoops.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Matchers.h"
#include <map>

using namespace mlir;

namespace triton_lift {

namespace {
/// Sums of products of values, modulo 2^64 (so that what is equal here is equal
/// on the machine); a quotient i / s has a name of its own.
using Monomial = std::vector<const void *>;
using Polynomial = std::map<Monomial, uint64_t>;

struct Segments : WhileCondition {
  Value size;
};

class Reading {
public:
  Reading(scf::WhileOp loop, unsigned position, Value size)
      : loop(loop), position(position), size(size) {}

  /// Whether a value is (i / s + 1) · s, however it is written.
  bool isNextMultiple(Value value) {
    Polynomial tile = {{{&quotient}, 1}, {{}, 1}};
    return polynomial(value) == product(tile, polynomial(size));
  }

private:
  Polynomial polynomial(Value value);
  static Polynomial product(const Polynomial &a, const Polynomial &b);
  static Polynomial sum(Polynomial a, const Polynomial &b, uint64_t factor);

  scf::WhileOp loop;
  unsigned position;
  Value size;
  const char quotient = 0;
};

constexpr uint64_t minus = ~uint64_t(0);
} // namespace

Polynomial Reading::sum(Polynomial a, const Polynomial &b, uint64_t factor) {
  for (const auto &[monomial, coefficient] : b)
    if (!(a[monomial] += factor * coefficient))
      a.erase(monomial);
  return a;
}

Polynomial Reading::product(const Polynomial &a, const Polynomial &b) {
  Polynomial result;
  for (const auto &[left, c] : a)
    for (const auto &[right, d] : b) {
      Monomial both = left;
      both.insert(both.end(), right.begin(), right.end());
      llvm::sort(both);
      result = sum(result, {{both, c * d}}, 1);
    }
  return result;
}

Polynomial Reading::polynomial(Value value) {
  const Polynomial itself = {{{value.getAsOpaquePointer()}, 1}};
  APInt number;
  if (matchPattern(value, m_ConstantInt(&number)) &&
      number.getSignificantBits() <= 64)
    return sum({}, {{{}, uint64_t(number.getSExtValue())}}, 1);
  Operation *op = value.getDefiningOp();
  if (!op || isOutside(value, loop) || op->getNumOperands() != 2)
    return itself;
  Value a = op->getOperand(0), b = op->getOperand(1);
  if (isa<arith::AddIOp>(op))
    return sum(polynomial(a), polynomial(b), 1);
  if (isa<arith::SubIOp>(op))
    return sum(polynomial(a), polynomial(b), minus);
  if (isa<arith::MulIOp>(op))
    return product(polynomial(a), polynomial(b));
  if (b != size || !isCarried(a, loop, position))
    return itself;
  const Polynomial tile = {{{&quotient}, 1}};
  if (isa<arith::DivSIOp>(op))
    return tile;
  if (isa<arith::RemSIOp>(op))
    return sum(polynomial(a), product(tile, polynomial(size)), minus);
  return itself;
}

static std::optional<Segments> segmentsOf(scf::WhileOp loop) {
  std::optional<WhileCondition> condition = conditionOf(loop, true);
  if (!condition || condition->includesBound)
    return std::nullopt;
  Value next = loop.getYieldOp().getOperand(condition->position);
  if (auto least = next.getDefiningOp<arith::MinSIOp>()) {
    if (least.getRhs() == condition->bound)
      next = least.getLhs();
    else if (least.getLhs() == condition->bound)
      next = least.getRhs();
  }
  std::optional<Segments> result;
  loop.getAfter().walk([&](Operation *op) {
    if (!isa<arith::DivSIOp, arith::RemSIOp>(op) || result)
      return;
    Value size = op->getOperand(1);
    if (isCarried(op->getOperand(0), loop, condition->position) &&
        isOutside(size, loop) &&
        Reading(loop, condition->position, size).isNextMultiple(next))
      result = Segments{*condition, size};
  });
  return result;
}

static SmallVector<Value> buildFor(OpBuilder &builder, scf::WhileOp loop,
                                   const Segments &segments) {
  Location where = loop.getLoc();
  Value start = loop.getInits()[segments.position], size = segments.size;
  Value one = arith::ConstantOp::create(
      builder, where, builder.getIntegerAttr(start.getType(), 1));
  auto add = [&](OpBuilder &at, Value a, Value b) -> Value {
    return arith::AddIOp::create(at, where, a, b);
  };
  Value tile = arith::DivSIOp::create(builder, where, start, size);
  Value lower = arith::MulIOp::create(builder, where, tile, size);
  Value upper = arith::MaxSIOp::create(builder, where, segments.bound,
                                       add(builder, lower, one));
  SmallVector<Value> inits(loop.getInits());
  inits.push_back(tile);
  auto counted = scf::ForOp::create(builder, where, lower, upper, size, inits);
  builder.setInsertionPointToEnd(counted.getBody());
  SmallVector<Value> carried(counted.getRegionIterArgs());
  tile = carried.pop_back_val();
  Value isFirst =
      arith::CmpIOp::create(builder, where, arith::CmpIPredicate::eq,
                            counted.getInductionVar(), lower);
  Value here = arith::SelectOp::create(builder, where, isFirst, start,
                                       counted.getInductionVar());
  carried[segments.position] = here;
  IRMapping mapping;
  SmallVector<Value> next = cloneIteration(builder, loop, carried, mapping);
  next.push_back(add(builder, tile, one));
  scf::YieldOp::create(builder, where, next);
  counted.walk([&](Operation *op) {
    if (!isa<arith::DivSIOp, arith::RemSIOp>(op) || op->getOperand(0) != here ||
        op->getOperand(1) != size)
      return;
    Value known = tile;
    if (isa<arith::RemSIOp>(op)) {
      builder.setInsertionPoint(op);
      Value before = arith::MulIOp::create(builder, where, tile, size);
      known = arith::SubIOp::create(builder, where, here, before);
    }
    op->getResult(0).replaceAllUsesWith(known);
  });
  builder.setInsertionPointAfter(counted);
  return SmallVector<Value>(counted.getResults().drop_back());
}

void makeSegmentLoops(Operation *function) {
  SmallVector<scf::WhileOp> loops;
  function->walk([&](scf::WhileOp loop) { loops.push_back(loop); });
  for (scf::WhileOp loop : loops) {
    std::optional<Segments> segments = segmentsOf(loop);
    if (!segments)
      continue;
    OpBuilder builder(loop);
    SmallVector<Value> holds = keptAtFirst(builder, loop, *segments);
    Value runs = arith::CmpIOp::create(
        builder, loop.getLoc(), arith::CmpIPredicate::slt,
        loop.getInits()[segments->position], segments->bound);
    holds.push_back(runs);
    replaceWhile(builder, loop, holds, [&](OpBuilder &inside) {
      return buildFor(inside, loop, *segments);
    });
  }
}

} // namespace triton_lift
