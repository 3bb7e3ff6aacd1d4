//===- CountedLoops.h - while loops that count -===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef TRITON_LIFT_LIB_INTERPRETATION_COUNTEDLOOPS_H
#define TRITON_LIFT_LIB_INTERPRETATION_COUNTEDLOOPS_H

#include "mlir/IR/Operation.h"

namespace triton_lift {

/// Turns every `scf.while` of a function that counts towards a bound into the
/// `scf.for` that does the same; others stay.
void makeCountedLoops(mlir::Operation *function);

/// Turns every `scf.while` of a function whose counter goes on to the next
/// multiple of a size into the `scf.for` over these multiples; others stay.
void makeSegmentLoops(mlir::Operation *function);

/// Replaces every `scf.while` whose condition is constant in each iteration by
/// copies of its body; others stay.
void unrollConstantLoops(mlir::Operation *function);

} // namespace triton_lift

#endif // TRITON_LIFT_LIB_INTERPRETATION_COUNTEDLOOPS_H
