//===- Addresses.h - pointers that were integers for a while -===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef TRITON_LIFT_LIB_INTERPRETATION_ADDRESSES_H
#define TRITON_LIFT_LIB_INTERPRETATION_ADDRESSES_H

#include "mlir/IR/Operation.h"

namespace triton_lift {

/// Replaces pointers made of integers that were made of pointers, or chosen
/// among such, by those pointers, or the choice among them.
void keepPointers(mlir::Operation *function);

} // namespace triton_lift

#endif // TRITON_LIFT_LIB_INTERPRETATION_ADDRESSES_H
