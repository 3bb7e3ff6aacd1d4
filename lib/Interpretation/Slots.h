//===- Slots.h - parts of memory that a loop uses in turn -===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef TRITON_LIFT_LIB_INTERPRETATION_SLOTS_H
#define TRITON_LIFT_LIB_INTERPRETATION_SLOTS_H

#include "mlir/Dialect/SCF/IR/SCF.h"

namespace triton_lift {

/// One of `size` slots. Without a loop: `number`. Otherwise (number + t) mod
/// size, in iteration t of the loop, or after it, t its trip count.
struct Slot {
  mlir::Operation *loop = nullptr;
  bool isAfter = false;
  int64_t number = 0;
};

/// The memory that a descriptor stands for: what one operation allocated, a
/// slot of it (none: all of it), and that seen through views, outermost last.
struct Place {
  mlir::Operation *alloc = nullptr;
  std::optional<Slot> slot;
  llvm::SmallVector<mlir::Operation *> views;
};

/// The slot that an index means, if that is known.
std::optional<Slot> slotOf(mlir::Value index, int64_t size);

/// The place in memory, if that is known.
std::optional<Place> placeOf(mlir::Value memory);

/// The number of slots of what is allocated, if it is used by the slot.
int64_t slotCount(mlir::Operation *alloc);

} // namespace triton_lift

#endif // TRITON_LIFT_LIB_INTERPRETATION_SLOTS_H
