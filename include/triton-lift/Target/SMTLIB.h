//===- SMTLIB.h - export of lift.kernel as SMT-LIB -===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef TRITON_LIFT_TARGET_SMTLIB_H
#define TRITON_LIFT_TARGET_SMTLIB_H

#include "mlir/Pass/Pass.h"
#include "triton-lift/Dialect/Lift/LiftDialect.h"
#include "llvm/Support/raw_ostream.h"
#include <memory>

namespace triton_lift {

/// Prints a script for z3, cvc5 and any other solver of `ALL`. Each effect `k`
/// becomes the functions `guard.k`, `offset.k` and `value.k` of its program,
/// iterations and lanes; integers are Int, floats Real. Two questions an
/// effect, `unsat` being the good answer to each: do two coordinates write one
/// element; is an element before the array's first written?
void exportSMTLIB(lift::KernelOp kernel, llvm::raw_ostream &os);

/// `--triton-lift-export-smtlib`: exportSMTLIB of every kernel to standard
/// output.
std::unique_ptr<mlir::Pass> createExportSMTLIBPass();

} // namespace triton_lift

#endif // TRITON_LIFT_TARGET_SMTLIB_H
