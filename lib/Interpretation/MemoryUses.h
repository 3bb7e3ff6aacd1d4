//===- MemoryUses.h - what operations do with memory -===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef TRITON_LIFT_LIB_INTERPRETATION_MEMORYUSES_H
#define TRITON_LIFT_LIB_INTERPRETATION_MEMORYUSES_H

#include "mlir/IR/Operation.h"

namespace triton_lift {

enum class Use { Read, Write, Handed, None, Unknown };

/// What an operation does with the memory that is one of its operands.
Use useOf(mlir::OpOperand &operand);

/// The values that stand for the memory handed over.
llvm::SmallVector<mlir::Value> receivers(mlir::OpOperand &operand);

} // namespace triton_lift

#endif // TRITON_LIFT_LIB_INTERPRETATION_MEMORYUSES_H
