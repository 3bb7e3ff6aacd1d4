//===- Conversion.h - from one type to another, for assemblyFormat -===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef TRITON_LIFT_DIALECT_TT_CONVERSION_H
#define TRITON_LIFT_DIALECT_TT_CONVERSION_H

#include "mlir/IR/OpImplementation.h"

namespace triton_lift {

/// `custom<Conversion>`: `f16 -> f32`. Triton 2 has `(f16) -> f32`, and the
/// types of all operands, which are the same, between the parentheses.
inline mlir::ParseResult parseConversion(mlir::OpAsmParser &parser,
                                         mlir::Type &from, mlir::Type &to) {
  llvm::SmallVector<mlir::Type> operands;
  llvm::SMLoc loc = parser.getCurrentLocation();
  if (mlir::failed(parser.parseOptionalLParen())) {
    if (parser.parseType(operands.emplace_back()))
      return mlir::failure();
  } else if (parser.parseTypeList(operands) || parser.parseRParen()) {
    return mlir::failure();
  }
  if (!llvm::all_equal(operands))
    return parser.emitError(loc, "expected operands of one type");
  from = operands.front();
  return mlir::failure(parser.parseArrow() || parser.parseType(to));
}

inline void printConversion(mlir::OpAsmPrinter &printer, mlir::Operation *,
                            mlir::Type from, mlir::Type to) {
  printer << from << " -> " << to;
}

} // namespace triton_lift

#endif // TRITON_LIFT_DIALECT_TT_CONVERSION_H
