//===- PromoteMemory.h - shared and tensor memory as values -===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef TRITON_LIFT_LIB_INTERPRETATION_PROMOTEMEMORY_H
#define TRITON_LIFT_LIB_INTERPRETATION_PROMOTEMEMORY_H

#include "mlir/IR/Operation.h"

namespace triton_lift {

/// Replaces what a function writes to the memory of its program, and reads
/// there, by tensors; loops carry them. Memory that is used in ways that are
/// not understood stays, and its writes say why (an attribute), to be refused.
void promoteMemory(mlir::Operation *function);

/// The attribute that says why memory stays.
inline constexpr llvm::StringLiteral unpromoted = "triton_lift.unpromoted";

} // namespace triton_lift

#endif // TRITON_LIFT_LIB_INTERPRETATION_PROMOTEMEMORY_H
