//===- WhileLoops.h - what while loops that become others have in common -===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef TRITON_LIFT_LIB_INTERPRETATION_WHILELOOPS_H
#define TRITON_LIFT_LIB_INTERPRETATION_WHILELOOPS_H

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/IRMapping.h"

namespace triton_lift {

/// A loop's condition, of one of the values that it carries, the counter: it is
/// below (`isUpward`) or above a bound that does not change.
struct WhileCondition {
  unsigned position; // among the values carried
  mlir::Value bound;
  bool isUpward, includesBound;
  /// What else has to hold. None of it changes while the counter goes on
  /// towards the bound: it holds in each iteration if it does in the first.
  llvm::SmallVector<mlir::Value> kept;
};

/// The condition as one on a counter; only if its operations have no effects.
std::optional<WhileCondition> conditionOf(mlir::scf::WhileOp loop,
                                          bool isUpward);

/// Whether a value does not change in a loop.
bool isOutside(mlir::Value value, mlir::scf::WhileOp loop);

/// Moves what the condition computes from values that do not change in front
/// of the loop; it is computed at least once in any case. So are constants of
/// the body, such as the number of programs.
void hoistInvariants(mlir::scf::WhileOp loop);

/// Whether the loop's body knows a value as what it carries at `position`.
bool isCarried(mlir::Value value, mlir::scf::WhileOp loop, unsigned position);

/// Copies the condition's operations for what is carried; what it hands over.
llvm::SmallVector<mlir::Value> cloneCondition(mlir::OpBuilder &builder,
                                              mlir::scf::WhileOp loop,
                                              mlir::ValueRange carried,
                                              mlir::IRMapping &mapping);

/// Copies the condition and the body. The values that the next iteration is to
/// carry.
llvm::SmallVector<mlir::Value> cloneIteration(mlir::OpBuilder &builder,
                                              mlir::scf::WhileOp loop,
                                              mlir::ValueRange carried,
                                              mlir::IRMapping &mapping);

/// Puts what `make` builds, the values carried at last, in the loop's place;
/// where not all of `holds` do, nothing is done.
void replaceWhile(
    mlir::OpBuilder &builder, mlir::scf::WhileOp loop,
    llvm::ArrayRef<mlir::Value> holds,
    llvm::function_ref<llvm::SmallVector<mlir::Value>(mlir::OpBuilder &)> make);

/// What `kept` says of the first iteration, computed in front of the loop.
llvm::SmallVector<mlir::Value> keptAtFirst(mlir::OpBuilder &builder,
                                           mlir::scf::WhileOp loop,
                                           const WhileCondition &condition);

} // namespace triton_lift

#endif // TRITON_LIFT_LIB_INTERPRETATION_WHILELOOPS_H
