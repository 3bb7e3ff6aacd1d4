//===- Registration.h - all dialects that dumps of Triton use -===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef TRITON_LIFT_DIALECT_REGISTRATION_H
#define TRITON_LIFT_DIALECT_REGISTRATION_H

namespace mlir {
class DialectRegistry;
} // namespace mlir

namespace triton_lift {

/// Registers what is needed to read TTIR and TTGIR, and the dialect `lift`.
void registerDialects(mlir::DialectRegistry &registry);

/// Registers triton-lift's passes with MLIR's pass registry.
void registerPasses();

} // namespace triton_lift

#endif // TRITON_LIFT_DIALECT_REGISTRATION_H
