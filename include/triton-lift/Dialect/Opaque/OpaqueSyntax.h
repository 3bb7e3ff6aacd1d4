//===- OpaqueSyntax.h - reading what is not understood -===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef TRITON_LIFT_DIALECT_OPAQUE_OPAQUESYNTAX_H
#define TRITON_LIFT_DIALECT_OPAQUE_OPAQUESYNTAX_H

#include "mlir/IR/OpImplementation.h"

namespace triton_lift {

/// The whole of `!dialect.text`, kept as MLIR's opaque type.
mlir::Type parseOpaqueType(mlir::DialectAsmParser &parser,
                           llvm::StringRef dialectNamespace);

/// The whole of `#dialect.text`, kept as MLIR's opaque attribute.
mlir::Attribute parseOpaqueAttribute(mlir::DialectAsmParser &parser,
                                     llvm::StringRef dialectNamespace);

/// Reads an operation whose syntax is unknown, up to the end of its line:
/// the result types as far as the text shows them (else `ttg`'s token, for
/// tokens are what goes unprinted), the rest as the string attribute
/// `opaque_syntax`. Operands are not connected, so the operation means
/// nothing; whoever interprets the module has to refuse it.
/// Fails where the operation goes on over several lines (regions).
mlir::ParseResult parseOpaqueOperation(mlir::OpAsmParser &parser,
                                       mlir::OperationState &result);

} // namespace triton_lift

#endif // TRITON_LIFT_DIALECT_OPAQUE_OPAQUESYNTAX_H
