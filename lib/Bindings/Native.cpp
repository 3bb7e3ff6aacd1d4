//===- Native.cpp - the Python module triton_lift._native -===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir-c/IR.h"
#include "mlir/Bindings/Python/NanobindAdaptors.h"
#include "mlir/CAPI/IR.h"
#include "mlir/IR/MLIRContext.h"
#include "triton-lift/Dialect/Registration.h"

namespace nb = nanobind;

#ifdef TRITON_LIFT_HAS_SUMMARY
void populateSummary(nb::module_ &module);
#endif

NB_MODULE(_native, module) {
  module.doc() = "Reads Triton's IR; works on the objects of mlir.ir.";
  module.def(
      "register_dialects",
      [](MlirContext context) {
        mlir::DialectRegistry registry;
        triton_lift::registerDialects(registry);
        unwrap(context)->appendDialectRegistry(registry);
        unwrap(context)->loadAllAvailableDialects();
      },
      nb::arg("context"),
      "Makes an mlir.ir context able to parse TTIR and TTGIR.");
#ifdef TRITON_LIFT_HAS_SUMMARY
  populateSummary(module);
#endif
}
