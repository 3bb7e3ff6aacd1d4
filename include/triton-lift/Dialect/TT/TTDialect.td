//===- TTDialect.td - Triton's tensor dialect, as read by triton-lift -----===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef TRITON_LIFT_DIALECT_TT_TTDIALECT
#define TRITON_LIFT_DIALECT_TT_TTDIALECT

include "mlir/IR/OpBase.td"

def TT_Dialect : Dialect {
  let name = "tt";
  let cppNamespace = "::triton_lift::tt";
  let summary = "Triton's tensor language (TTIR)";
  let description = [{
    Written from the textual form that Triton's compiler prints, for reading:
    every spelling of Triton 2.1 to 3.9 parses into one representation, and is
    printed in the newest spelling. What is not known here (operations, types,
    attributes) is kept as text, for later stages to refuse by name.
  }];
  let extraClassDeclaration = [{
    mlir::Type parseType(mlir::DialectAsmParser &parser) const override;
    void printType(mlir::Type type,
                   mlir::DialectAsmPrinter &printer) const override;
    mlir::Attribute parseAttribute(mlir::DialectAsmParser &parser,
                                   mlir::Type type) const override;
    void printAttribute(mlir::Attribute attribute,
                        mlir::DialectAsmPrinter &printer) const override;
    std::optional<ParseOpHook>
    getParseOperationHook(llvm::StringRef name) const override;

    void registerTypes();
  }];
  let useDefaultTypePrinterParser = 0;
  let useDefaultAttributePrinterParser = 0;
}

#endif // TRITON_LIFT_DIALECT_TT_TTDIALECT
