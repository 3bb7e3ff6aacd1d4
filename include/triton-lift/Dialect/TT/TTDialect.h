//===- TTDialect.h - the tt dialect -===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef TRITON_LIFT_DIALECT_TT_TTDIALECT_H
#define TRITON_LIFT_DIALECT_TT_TTDIALECT_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "triton-lift/Dialect/TT/TTDialect.h.inc"

#define GET_TYPEDEF_CLASSES
#include "triton-lift/Dialect/TT/TTTypes.h.inc"

namespace triton_lift::tt {
/// For a block pointer's type, the type of its base; else nothing.
mlir::Type getBasePointer(mlir::Type blockPointer);
} // namespace triton_lift::tt

#define GET_OP_CLASSES
#include "triton-lift/Dialect/TT/TTOps.h.inc"

#endif // TRITON_LIFT_DIALECT_TT_TTDIALECT_H
