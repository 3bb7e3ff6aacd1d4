//===- Reduction.h - combines that are one operation -===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef TRITON_LIFT_INTERPRETATION_REDUCTION_H
#define TRITON_LIFT_INTERPRETATION_REDUCTION_H

#include "mlir/IR/Operation.h"

namespace triton_lift {

/// The `kind` of a `tt.reduce` or `tt.scan` over one operand whose combine is a
/// single associative and commutative operation; empty for any other.
llvm::StringRef reductionKind(mlir::Operation *op);

} // namespace triton_lift

#endif // TRITON_LIFT_INTERPRETATION_REDUCTION_H
