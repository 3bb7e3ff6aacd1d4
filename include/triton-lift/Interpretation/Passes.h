//===- Passes.h - interpretation as a pass and as a function -===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef TRITON_LIFT_INTERPRETATION_PASSES_H
#define TRITON_LIFT_INTERPRETATION_PASSES_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"
#include <memory>

namespace triton_lift {

/// Replaces every public `tt.func` of the module by the `lift.kernel` it
/// computes; private functions are inlined and vanish. Never fails: what has no
/// meaning is refused inside the kernel.
void interpretModule(mlir::ModuleOp module);

/// `--triton-lift-interpret`: interpretModule.
std::unique_ptr<mlir::Pass> createInterpretPass();

/// Registers `--triton-lift-interpret` and `--triton-lift-export-smtlib`.
void registerInterpretationPasses();

} // namespace triton_lift

#endif // TRITON_LIFT_INTERPRETATION_PASSES_H
