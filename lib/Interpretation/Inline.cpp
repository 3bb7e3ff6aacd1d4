//===- Inline.cpp - calls, inlined -===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

//
// A callee that returns from several places is made structured first: what it
// returns becomes the result of branches within one block.
//
//===----------------------------------------------------------------------===//

#include "Inline.h"
#include "mlir/Conversion/ControlFlowToSCF/ControlFlowToSCF.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/Dominance.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Location.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Transforms/CFGToSCF.h"

using namespace mlir;

namespace triton_lift {

// Against recursion, and against call trees that grow exponentially.
static constexpr unsigned maxInlinedOperations = 1'000'000;

static bool isCall(Operation *op) {
  return op->getName().getStringRef() == "tt.call";
}

namespace {
struct Structuring : ControlFlowToSCFTransformation {
  FailureOr<Operation *> createUnreachableTerminator(Location, OpBuilder &,
                                                     Region &) override {
    return failure();
  }
};

/// The bodies of functions, each in one block.
class Bodies {
public:
  explicit Bodies(ModuleOp module) : symbols(module) {}

  /// What a call runs; null if that has no body in one block.
  Block *of(Operation *call);

private:
  Operation *structured(Operation *callee);

  SymbolTable symbols;
  llvm::DenseMap<Operation *, OwningOpRef<Operation *>> copies;
};
} // namespace

/// The function, or a copy whose branches are structured. Functions stay as
/// they are: others may read them.
Operation *Bodies::structured(Operation *callee) {
  if (callee->getRegion(0).hasOneBlock())
    return callee;
  auto [entry, isNew] = copies.try_emplace(callee);
  if (isNew) {
    entry->second = callee->clone();
    DominanceInfo dominance(entry->second.get());
    Structuring structuring;
    (void)transformCFGToSCF(entry->second->getRegion(0), structuring,
                            dominance);
  }
  return entry->second.get();
}

Block *Bodies::of(Operation *call) {
  auto name = call->getAttrOfType<FlatSymbolRefAttr>("callee");
  Operation *callee = name ? symbols.lookup(name.getValue()) : nullptr;
  if (!callee || callee->getNumRegions() != 1 || callee->getRegion(0).empty() ||
      callee->isAncestor(call))
    return nullptr;
  Region &body = structured(callee)->getRegion(0);
  return body.hasOneBlock() ? &body.front() : nullptr;
}

/// Replaces one call by the callee's body; false if it can't be.
static bool inlineCall(Operation *call, Bodies &bodies, unsigned &budget) {
  Block *body = bodies.of(call);
  if (!body)
    return false;
  IRMapping mapping;
  mapping.map(body->getArguments(), call->getOperands());
  OpBuilder builder(call);
  for (Operation &op : body->without_terminator()) {
    Operation *copy = builder.clone(op, mapping);
    copy->walk([&](Operation *inner) {
      if (budget)
        --budget;
      inner->setLoc(CallSiteLoc::get(inner->getLoc(), call->getLoc()));
    });
  }
  for (auto [result, returned] :
       llvm::zip(call->getResults(), body->getTerminator()->getOperands()))
    result.replaceAllUsesWith(mapping.lookupOrDefault(returned));
  call->erase();
  return true;
}

void inlineCalls(Operation *function) {
  Bodies bodies(function->getParentOfType<ModuleOp>());
  unsigned budget = maxInlinedOperations;
  llvm::DenseSet<Operation *> refused;
  bool changed = true;
  while (changed && budget) {
    SmallVector<Operation *> calls;
    function->walk([&](Operation *op) {
      if (isCall(op) && !refused.count(op))
        calls.push_back(op);
    });
    changed = !calls.empty();
    for (Operation *call : calls)
      if (!budget || !inlineCall(call, bodies, budget))
        refused.insert(call);
  }
}

} // namespace triton_lift
