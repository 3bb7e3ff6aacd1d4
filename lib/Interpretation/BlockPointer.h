//===- BlockPointer.h - loads and stores through block pointers -===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef TRITON_LIFT_LIB_INTERPRETATION_BLOCKPOINTER_H
#define TRITON_LIFT_LIB_INTERPRETATION_BLOCKPOINTER_H

#include "triton-lift/Interpretation/Interpreter.h"

namespace triton_lift {

/// `tt.load` and `tt.store` whose first operand is a pointer to a block.
Value loadBlock(Interpreter &in, mlir::OpResult result, ArrayRef<Value> index);
void storeBlock(Interpreter &in, mlir::Operation *op);

} // namespace triton_lift

#endif // TRITON_LIFT_LIB_INTERPRETATION_BLOCKPOINTER_H
