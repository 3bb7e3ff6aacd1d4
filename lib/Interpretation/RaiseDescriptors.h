//===- RaiseDescriptors.h - descriptors as they were written -===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef TRITON_LIFT_LIB_INTERPRETATION_RAISEDESCRIPTORS_H
#define TRITON_LIFT_LIB_INTERPRETATION_RAISEDESCRIPTORS_H

#include "mlir/IR/Operation.h"

namespace triton_lift {

/// Every descriptor of a function becomes a `tt.make_tensor_descriptor`, and
/// what is copied through one from the program's memory to an array becomes a
/// `tt.descriptor_store` or the like. What is not understood stays, to be
/// refused. Copies the other way are writes of the program's memory:
/// PromoteMemory.h.
void raiseDescriptors(mlir::Operation *function);

} // namespace triton_lift

#endif // TRITON_LIFT_LIB_INTERPRETATION_RAISEDESCRIPTORS_H
