//===- Semantics.h - the table of operations with a meaning -===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef TRITON_LIFT_INTERPRETATION_SEMANTICS_H
#define TRITON_LIFT_INTERPRETATION_SEMANTICS_H

#include "triton-lift/Interpretation/TermBuilder.h"
#include "llvm/ADT/StringMap.h"
#include <functional>

namespace triton_lift {

class Interpreter;

/// What one operation means. An operation without an entry is refused; so is
/// one whose result is asked for and that has no `value`.
struct OpSemantics {
  /// The element of a result at an index (a pointer: its element offset).
  using ValueFn = std::function<Value(Interpreter &, mlir::OpResult,
                                      ArrayRef<Value> index)>;
  /// The element of an argument of one of the operation's blocks.
  using ArgumentFn = std::function<Value(Interpreter &, mlir::BlockArgument,
                                         ArrayRef<Value> index)>;
  /// What executing it does to memory or assumes; null: nothing.
  using EffectFn = std::function<void(Interpreter &, mlir::Operation *)>;
  /// The values a pointer result was derived from.
  using PointersFn = std::function<SmallVector<Value>(mlir::OpResult)>;
  /// The same for a block argument of the operation.
  using ArgumentPointersFn =
      std::function<SmallVector<Value>(mlir::BlockArgument)>;
  /// The pointer an operation writes through.
  using WritesFn = std::function<Value(mlir::Operation *)>;

  /// None: no regions understood. Executed: their effects happen in the
  /// enclosing program. Pure: they hold a function, and may have no effects.
  /// Skipped: `effect` has looked after them.
  enum class Regions { None, Executed, Pure, Skipped };

  ValueFn value;
  ArgumentFn argument;
  EffectFn effect;
  PointersFn pointers;
  ArgumentPointersFn argumentPointers;
  WritesFn writes;
  /// Where `effect` only refuses some uses: whether this one has no effect.
  std::function<bool(mlir::Operation *)> isPure;
  Regions regions = Regions::None;
};

/// The table, by operation name. One file fills in one dialect.
class Semantics {
public:
  static const Semantics &get();

  OpSemantics &operator[](StringRef name) { return entries[name]; }
  const OpSemantics *lookup(mlir::Operation *op) const {
    auto it = entries.find(op->getName().getStringRef());
    return it == entries.end() ? nullptr : &it->second;
  }

  /// Whether executing the operation (not its regions) does anything.
  bool hasEffect(mlir::Operation *op) const {
    const OpSemantics *entry = lookup(op);
    if (!entry)
      return true;
    return (entry->effect || entry->writes) &&
           !(entry->isPure && entry->isPure(op));
  }

  /// `name` is `lift.<term>` of its operands' elements at the same index.
  void elementwise(StringRef name, StringRef term);
  /// The same where the result type differs from the operand's.
  void conversion(StringRef name, StringRef term);
  /// `name` does nothing that a formula could show (barriers, terminators).
  void nothing(StringRef name) { entries[name]; }

private:
  llvm::StringMap<OpSemantics> entries;
};

// One per dialect, or per part of a large one.
void addArithSemantics(Semantics &);
void addMathSemantics(Semantics &);
void addSCFSemantics(Semantics &);
void addControlFlowSemantics(Semantics &);
void addBarrierSemantics(Semantics &);
void addTTElementwiseSemantics(Semantics &);
void addTTShapeSemantics(Semantics &);
void addTTReductionSemantics(Semantics &);
void addTTMemorySemantics(Semantics &);
void addTTBlockPointerSemantics(Semantics &);
void addAMDGSemantics(Semantics &);
void addTTGSemantics(Semantics &);
void addTTScaledSemantics(Semantics &);

/// The operands' terms at an index; for evaluators.
SmallVector<Value> operandsAt(Interpreter &, mlir::Operation *,
                              ArrayRef<Value> index);

} // namespace triton_lift

#endif // TRITON_LIFT_INTERPRETATION_SEMANTICS_H
