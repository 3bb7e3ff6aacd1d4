//===- Inline.cpp - calls, inlined -===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Inline.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Location.h"
#include "mlir/IR/SymbolTable.h"

using namespace mlir;

namespace triton_lift {

// Against recursion, and against call trees that grow exponentially.
static constexpr unsigned maxInlinedOperations = 1'000'000;

static bool isCall(Operation *op) {
  return op->getName().getStringRef() == "tt.call";
}

/// Replaces one call by the callee's only block; false if it can't be.
static bool inlineCall(Operation *call, SymbolTable &symbols,
                       unsigned &budget) {
  auto name = call->getAttrOfType<FlatSymbolRefAttr>("callee");
  Operation *callee = name ? symbols.lookup(name.getValue()) : nullptr;
  if (!callee || callee->getNumRegions() != 1 ||
      !callee->getRegion(0).hasOneBlock() || callee->isAncestor(call))
    return false;
  Block &body = callee->getRegion(0).front();
  IRMapping mapping;
  mapping.map(body.getArguments(), call->getOperands());
  OpBuilder builder(call);
  for (Operation &op : body.without_terminator()) {
    Operation *copy = builder.clone(op, mapping);
    copy->walk([&](Operation *inner) {
      if (budget)
        --budget;
      inner->setLoc(CallSiteLoc::get(inner->getLoc(), call->getLoc()));
    });
  }
  for (auto [result, returned] :
       llvm::zip(call->getResults(), body.getTerminator()->getOperands()))
    result.replaceAllUsesWith(mapping.lookupOrDefault(returned));
  call->erase();
  return true;
}

void inlineCalls(Operation *function) {
  auto module = function->getParentOfType<ModuleOp>();
  SymbolTable symbols(module);
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
      if (!budget || !inlineCall(call, symbols, budget))
        refused.insert(call);
  }
}

} // namespace triton_lift
