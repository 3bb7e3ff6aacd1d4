//===- Inline.h - calls, inlined -===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef TRITON_LIFT_LIB_INTERPRETATION_INLINE_H
#define TRITON_LIFT_LIB_INTERPRETATION_INLINE_H

#include "mlir/IR/BuiltinOps.h"

namespace triton_lift {

/// Replaces the calls in a `tt.func` by copies of what they call. A call that
/// can't be replaced (recursion, several blocks) stays, to be refused later.
void inlineCalls(mlir::Operation *function);

} // namespace triton_lift

#endif // TRITON_LIFT_LIB_INTERPRETATION_INLINE_H
