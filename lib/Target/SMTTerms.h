//===- SMTTerms.h - lift terms as SMT-LIB expressions -===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef TRITON_LIFT_LIB_TARGET_SMTTERMS_H
#define TRITON_LIFT_LIB_TARGET_SMTTERMS_H

#include "triton-lift/Dialect/Lift/LiftDialect.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringMap.h"
#include <map>
#include <set>
#include <string>

namespace triton_lift {

/// `Bool`, `Int` or `Real`.
std::string smtSort(mlir::Type type);

/// Prints terms of one kernel, and gathers the functions that they need to be
/// declared. What has no closed form in SMT-LIB (binders, carried values,
/// reads, bit tricks, exp ...) is an uninterpreted function of everything it
/// can depend on: whatever is shown with it holds of the kernel too.
class SMTTerms {
public:
  explicit SMTTerms(lift::KernelOp kernel);

  /// The term, as nested `let`s over its subterms.
  std::string expression(mlir::Value term);

  /// Ids of the bound variables it depends on.
  const std::set<int64_t> &freeVariables(mlir::Value term);

  static std::string variable(int64_t id) { return "v" + std::to_string(id); }
  /// Id of the variable that counts a loop's iterations.
  int64_t loopVariable(int64_t loop) { return loopVariables.lookup(loop); }
  lift::LoopOp loop(int64_t id) { return loops.lookup(id); }
  std::string parameter(int64_t index);

  /// Declarations by name: "(Int Int) Real".
  std::map<std::string, std::string> declarations;

private:
  std::string print(mlir::Operation *op);
  std::string name(mlir::Value term);
  std::string apply(const std::string &function, mlir::Operation *op);
  std::string opaque(mlir::Operation *op, const std::string &function,
                     mlir::ArrayRef<mlir::Value> arguments,
                     const std::set<int64_t> &variables);
  std::string printInteger(mlir::Operation *op);
  std::string printFloat(mlir::Operation *op);
  std::string printCast(mlir::Operation *op);
  std::string printComparison(mlir::Operation *op);
  std::string printLeaf(mlir::Operation *op);
  std::string printOpaque(mlir::Operation *op);

  lift::KernelOp kernel;
  llvm::DenseMap<mlir::Value, unsigned> numbers;
  llvm::DenseMap<mlir::Value, std::set<int64_t>> free;
  llvm::DenseMap<int64_t, lift::LoopOp> loops;
  llvm::DenseMap<int64_t, int64_t> loopVariables;
  std::set<int64_t> written;
};

} // namespace triton_lift

#endif // TRITON_LIFT_LIB_TARGET_SMTTERMS_H
