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
#include "triton-lift/Reading/TextScan.h"
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/string_view.h>

namespace nb = nanobind;

void populateSummary(nb::module_ &module);

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
  module.def(
      "scan",
      [](std::string_view text,
         size_t maxDepth) -> std::optional<std::pair<std::string, unsigned>> {
        auto problem = triton_lift::scanText(
            llvm::StringRef(text.data(), text.size()), maxDepth);
        if (!problem)
          return std::nullopt;
        return std::pair(problem->message, problem->line);
      },
      nb::arg("text"), nb::arg("max_depth"),
      "What keeps a text from MLIR's parser, as (message, line); None if "
      "nothing: binary data, too deep nesting, truncation.");
  populateSummary(module);
}
