//===- TTSyntax.h - shared by the hand-written parsers -===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef TRITON_LIFT_LIB_DIALECT_TT_TTSYNTAX_H
#define TRITON_LIFT_LIB_DIALECT_TT_TTSYNTAX_H

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/OpImplementation.h"

namespace triton_lift::tt {

/// The type with another element: of the same shape and layout, or a scalar.
inline mlir::Type withElementType(mlir::Type type, mlir::Type element) {
  if (auto tensor = llvm::dyn_cast<mlir::RankedTensorType>(type))
    return tensor.clone(element);
  return element;
}

/// Records how many operands each of the operation's operand groups has.
template <typename Op>
void setOperandSegments(mlir::OperationState &state,
                        llvm::ArrayRef<int32_t> sizes) {
  auto &properties = state.getOrAddProperties<typename Op::Properties>();
  llvm::copy(sizes, properties.operandSegmentSizes.begin());
}

} // namespace triton_lift::tt

#endif // TRITON_LIFT_LIB_DIALECT_TT_TTSYNTAX_H
