//===- TTGBase.td - the ttg dialect, its attributes and types -===//
//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef TRITON_LIFT_DIALECT_TTG_TTGBASE
#define TRITON_LIFT_DIALECT_TTG_TTGBASE

include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/OpBase.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def TTG_Dialect : Dialect {
  let name = "ttg";
  let cppNamespace = "::triton_lift::ttg";
  let summary = "Triton's GPU language (TTGIR), as far as values are concerned";
  let description = [{
    Which thread holds an element says nothing about its value, so layouts are
    read as names with parameters and otherwise left alone. Operations on shared
    memory that are not listed here are kept as text. Triton up to 3.1 calls this dialect `triton_gpu`.
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
  }];
  let useDefaultTypePrinterParser = 0;
  let useDefaultAttributePrinterParser = 0;
}

def TTG_LayoutAttr : AttrDef<TTG_Dialect, "Layout"> {
  let attrName = "ttg.layout";
  let summary = "a layout: its name and parameters, `#ttg.blocked<{order = [1, 0]}>`";
  let parameters = (ins StringRefParameter<>:$name,
                        "::mlir::DictionaryAttr":$parameters);
}

def TTG_MemDescType : TypeDef<TTG_Dialect, "MemDesc"> {
  let mnemonic = "memdesc";
  let summary = "a block in shared (or tensor) memory";
  let description = [{
    `!ttg.memdesc<64x32xf16, #shared, #smem>`, `..., mutable>`, and with the shape
    of the allocation that it is a part of, `..., mutable, 3x64x32>`.
  }];
  let parameters = (ins ArrayRefParameter<"int64_t">:$shape,
                        "::mlir::Type":$elementType,
                        ArrayRefParameter<"::mlir::Attribute">:$layouts,
                        "bool":$isMutable,
                        ArrayRefParameter<"int64_t">:$allocShape);
  let hasCustomAssemblyFormat = 1;
}

// How tokens are read where no type is printed.
def TTG_Token
    : Type<CPred<"::llvm::isa<::mlir::OpaqueType>($_self)">, "async token">,
      BuildableType<"::mlir::OpaqueType::get("
                    "$_builder.getStringAttr(\"ttg\"), \"async.token\")">;

class TTG_Op<string mnemonic, list<Trait> traits = []>
    : Op<TTG_Dialect, mnemonic, traits>;

#endif // TRITON_LIFT_DIALECT_TTG_TTGBASE
