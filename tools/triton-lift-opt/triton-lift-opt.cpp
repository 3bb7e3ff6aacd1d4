//===- triton-lift-opt.cpp - mlir-opt with the dialects of Triton -===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "mlir/Transforms/Passes.h"
#include "triton-lift/Dialect/Registration.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  triton_lift::registerDialects(registry);
  triton_lift::registerPasses();
  mlir::registerTransformsPasses();
  return mlir::asMainReturnCode(mlir::MlirOptMain(
      argc, argv, "triton-lift's optimiser driver\n", registry));
}
