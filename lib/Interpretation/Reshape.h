//===- Reshape.h - the index arithmetic of a reshape -===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef TRITON_LIFT_LIB_INTERPRETATION_RESHAPE_H
#define TRITON_LIFT_LIB_INTERPRETATION_RESHAPE_H

#include "triton-lift/Interpretation/Interpreter.h"

namespace triton_lift {

/// The index into `from` of the element at `index` of `to`, row-major. Runs of
/// dimensions with equal products are treated on their own, so that a reshape
/// that only splits or merges neighbours divides nothing else.
SmallVector<Value> reshapeIndex(TermBuilder &terms, ArrayRef<int64_t> from,
                                ArrayRef<int64_t> to, ArrayRef<Value> index);

} // namespace triton_lift

#endif // TRITON_LIFT_LIB_INTERPRETATION_RESHAPE_H
