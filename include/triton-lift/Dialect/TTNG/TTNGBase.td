//===- TTNGBase.td - what the operations of ttng share -===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef TRITON_LIFT_DIALECT_TTNG_TTNGBASE
#define TRITON_LIFT_DIALECT_TTNG_TTNGBASE

include "triton-lift/Dialect/TTG/TTGBase.td"

def TTNG_Dialect : Dialect {
  let name = "ttng";
  let cppNamespace = "::triton_lift::ttng";
  let summary = "Triton's NVIDIA operations that multiply and copy; the others are kept as text";
  let dependentDialects = ["::triton_lift::ttg::TTGDialect"];
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
  }];
}

class TTNG_Op<string mnemonic, list<Trait> traits = []>
    : Op<TTNG_Dialect, mnemonic, traits>;

#endif // TRITON_LIFT_DIALECT_TTNG_TTNGBASE
