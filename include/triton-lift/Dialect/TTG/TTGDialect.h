//===- TTGDialect.h - the ttg dialect -===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef TRITON_LIFT_DIALECT_TTG_TTGDIALECT_H
#define TRITON_LIFT_DIALECT_TTG_TTGDIALECT_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "triton-lift/Dialect/TTG/TTGDialect.h.inc"

#define GET_ATTRDEF_CLASSES
#include "triton-lift/Dialect/TTG/TTGAttrs.h.inc"

#define GET_TYPEDEF_CLASSES
#include "triton-lift/Dialect/TTG/TTGTypes.h.inc"

#define GET_OP_CLASSES
#include "triton-lift/Dialect/TTG/TTGOps.h.inc"

namespace triton_lift::ttg {
/// Registers `triton_gpu`, as Triton up to 3.1 calls the dialect: what is known
/// here is read as `ttg`.
void registerOldName(mlir::DialectRegistry &registry);
} // namespace triton_lift::ttg

#endif // TRITON_LIFT_DIALECT_TTG_TTGDIALECT_H
