//===- Pass.cpp - from a module of tt.func to a module of lift.kernel -===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Addresses.h"
#include "CountedLoops.h"
#include "Inline.h"
#include "Parameters.h"
#include "PromoteMemory.h"
#include "RaiseDescriptors.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/UB/IR/UBOps.h"
#include "triton-lift/Interpretation/Interpreter.h"
#include "triton-lift/Interpretation/Passes.h"
#include "triton-lift/Target/SMTLIB.h"
#include "llvm/Support/thread.h"

using namespace mlir;

namespace triton_lift {

static bool isKernel(Operation *op) {
  auto visibility = op->getAttrOfType<StringAttr>("sym_visibility");
  return op->getName().getStringRef() == "tt.func" &&
         !(visibility && visibility.getValue() == "private") &&
         !op->getRegion(0).empty();
}

/// Evaluation recurses along chains of operations, so its stack is sized by
/// their number; a margin is left for what is called from the deepest point.
static void interpretOnOwnStack(Operation *function, lift::KernelOp kernel) {
  constexpr size_t frame = 4096, least = 16 << 20, most = size_t(1) << 30,
                   margin = 1 << 20;
  size_t operations = 0;
  function->walk([&](Operation *) { ++operations; });
  size_t stack = std::clamp(operations * frame, least, most);
  llvm::thread worker(std::optional<unsigned>(stack), [&] {
    Interpreter interpreter(function, kernel);
    interpreter.run(stack - margin);
    if (!interpreter.tables.empty())
      describeTables(interpreter, kernel);
  });
  worker.join();
}

void interpretModule(ModuleOp module) {
  MLIRContext *context = module.getContext();
  context->getOrLoadDialect<lift::LiftDialect>();
  // What memory and the branches of called functions are replaced by.
  context->getOrLoadDialect<arith::ArithDialect>();
  context->getOrLoadDialect<scf::SCFDialect>();
  context->getOrLoadDialect<ub::UBDialect>();
  SmallVector<Operation *> functions, kernels;
  for (Operation &op : *module.getBody())
    if (op.getName().getStringRef() == "tt.func")
      (isKernel(&op) ? kernels : functions).push_back(&op);
  // Before there are kernels of the functions' names.
  for (Operation *function : kernels) {
    inlineCalls(function);
    keepPointers(function);
    makeCountedLoops(function);
    makeSegmentLoops(function);
    unrollConstantLoops(function);
    raiseDescriptors(function);
    promoteMemory(function);
  }
  OpBuilder builder(module.getContext());
  for (Operation *function : kernels) {
    builder.setInsertionPoint(function);
    auto name = function->getAttrOfType<StringAttr>("sym_name");
    auto kernel = lift::KernelOp::create(builder, function->getLoc(), name,
                                         describeParameters(function));
    kernel.getBody().emplaceBlock();
    interpretOnOwnStack(function, kernel);
  }
  for (Operation *function : llvm::concat<Operation *>(kernels, functions))
    function->erase();
}

namespace {
struct InterpretPass : PassWrapper<InterpretPass, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(InterpretPass)

  StringRef getArgument() const final { return "triton-lift-interpret"; }
  StringRef getDescription() const final {
    return "replace every kernel by what it computes, in the lift dialect";
  }
  void getDependentDialects(DialectRegistry &registry) const final {
    registry.insert<lift::LiftDialect, arith::ArithDialect, scf::SCFDialect,
                    ub::UBDialect>();
  }
  void runOnOperation() final { interpretModule(getOperation()); }
};
} // namespace

std::unique_ptr<Pass> createInterpretPass() {
  return std::make_unique<InterpretPass>();
}

void registerInterpretationPasses() {
  registerPass([] { return createInterpretPass(); });
  registerPass([] { return createExportSMTLIBPass(); });
}

} // namespace triton_lift
