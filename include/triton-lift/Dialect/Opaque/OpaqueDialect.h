//===- OpaqueDialect.h - dialects of which nothing is understood -===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef TRITON_LIFT_DIALECT_OPAQUE_OPAQUEDIALECT_H
#define TRITON_LIFT_DIALECT_OPAQUE_OPAQUEDIALECT_H

#include "mlir/IR/Dialect.h"
#include "mlir/IR/MLIRContext.h"
#include "triton-lift/Dialect/Opaque/OpaqueSyntax.h"

namespace triton_lift {

/// A dialect known by name only: its operations, types and attributes are read
/// as text. `Tag` has the name: `static constexpr llvm::StringLiteral name`.
template <typename Tag> class OpaqueDialect : public mlir::Dialect {
public:
  explicit OpaqueDialect(mlir::MLIRContext *context)
      : Dialect(Tag::name, context, mlir::TypeID::get<OpaqueDialect<Tag>>()) {
    allowUnknownOperations();
  }

  static constexpr llvm::StringLiteral getDialectNamespace() {
    return Tag::name;
  }

  mlir::Type parseType(mlir::DialectAsmParser &parser) const override {
    return parseOpaqueType(parser, Tag::name);
  }
  mlir::Attribute parseAttribute(mlir::DialectAsmParser &parser,
                                 mlir::Type) const override {
    return parseOpaqueAttribute(parser, Tag::name);
  }
  std::optional<ParseOpHook>
  getParseOperationHook(llvm::StringRef) const override {
    return ParseOpHook(parseOpaqueOperation);
  }
};

} // namespace triton_lift

#endif // TRITON_LIFT_DIALECT_OPAQUE_OPAQUEDIALECT_H
