//===- Registration.cpp - all dialects that dumps of Triton use -===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "triton-lift/Dialect/Registration.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlow.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/UB/IR/UBOps.h"
#include "triton-lift/Dialect/TT/TTDialect.h"
#include "triton-lift/Dialect/TTG/TTGDialect.h"

#ifdef TRITON_LIFT_HAS_LIFT
#include "triton-lift/Dialect/Lift/LiftDialect.h"
#endif
#ifdef TRITON_LIFT_HAS_INTERPRETATION
#include "triton-lift/Interpretation/Passes.h"
#endif

void triton_lift::registerDialects(mlir::DialectRegistry &registry) {
  registry.insert<mlir::arith::ArithDialect, mlir::cf::ControlFlowDialect,
                  mlir::LLVM::LLVMDialect, mlir::math::MathDialect,
                  mlir::scf::SCFDialect, mlir::ub::UBDialect>();
  registry.insert<tt::TTDialect, ttg::TTGDialect>();
#ifdef TRITON_LIFT_HAS_LIFT
  registry.insert<lift::LiftDialect>();
#endif
}

void triton_lift::registerPasses() {
#ifdef TRITON_LIFT_HAS_INTERPRETATION
  registerInterpretationPasses();
#endif
}
