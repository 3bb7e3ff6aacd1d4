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
#include "triton-lift/Dialect/AMDG/AMDGDialect.h"
#include "triton-lift/Dialect/Lift/LiftDialect.h"
#include "triton-lift/Dialect/Opaque/OpaqueDialect.h"
#include "triton-lift/Dialect/TT/TTDialect.h"
#include "triton-lift/Dialect/TTG/TTGDialect.h"
#include "triton-lift/Dialect/TTNG/TTNGDialect.h"
#include "triton-lift/Interpretation/Passes.h"

// What Triton prints of these is refused where it is met. MLIR's own `rocdl` is
// not used: it is another version of the dialect.
namespace triton_lift {
struct NVWS {
  static constexpr llvm::StringLiteral name = "nvws";
};
struct ROCDL {
  static constexpr llvm::StringLiteral name = "rocdl";
};
struct TritonNvidiaGPU { // ttng, in Triton up to 3.1
  static constexpr llvm::StringLiteral name = "triton_nvidia_gpu";
};
} // namespace triton_lift

template <typename... Tags>
static void insertOpaqueDialects(mlir::DialectRegistry &registry) {
  registry.insert<triton_lift::OpaqueDialect<Tags>...>();
}

void triton_lift::registerDialects(mlir::DialectRegistry &registry) {
  registry.insert<mlir::arith::ArithDialect, mlir::cf::ControlFlowDialect,
                  mlir::LLVM::LLVMDialect, mlir::math::MathDialect,
                  mlir::scf::SCFDialect, mlir::ub::UBDialect>();
  registry.insert<amdg::AMDGDialect, tt::TTDialect, ttg::TTGDialect,
                  ttng::TTNGDialect>();
  ttg::registerOldName(registry);
  insertOpaqueDialects<NVWS, ROCDL, TritonNvidiaGPU>(registry);
  registry.insert<lift::LiftDialect>();
}

void triton_lift::registerPasses() { registerInterpretationPasses(); }
