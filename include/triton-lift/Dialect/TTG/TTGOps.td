//===- TTGOps.td - layouts of tensors over a GPU -===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef TRITON_LIFT_DIALECT_TTG_TTGOPS
#define TRITON_LIFT_DIALECT_TTG_TTGOPS

include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/OpBase.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def TTG_Dialect : Dialect {
  let name = "ttg";
  let cppNamespace = "::triton_lift::ttg";
  let summary = "Triton's GPU language (TTGIR), as far as values are concerned";
  let description = [{
    Which thread holds an element says nothing about its value, so layouts are
    read as names with parameters and otherwise left alone. Types of shared
    memory and operations on it are kept as text. Triton up to 3.1 calls this
    dialect `triton_gpu`.
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

class TTG_Op<string mnemonic, list<Trait> traits = []>
    : Op<TTG_Dialect, mnemonic, traits>;

def TTG_ConvertLayoutOp
    : TTG_Op<"convert_layout", [Pure, SameOperandsAndResultShape,
                                SameOperandsAndResultElementType]> {
  let summary = "the same tensor under another layout";
  let arguments = (ins AnyRankedTensor:$src);
  let results = (outs AnyRankedTensor:$result);
  let assemblyFormat = "$src attr-dict `:` type($src) `->` type($result)";
}

def TTG_BarrierOp : TTG_Op<"barrier", [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "wait for all threads of the program, for the named memories";
  let arguments = (ins StrAttr:$addrSpace);
  let assemblyFormat = "custom<Names>($addrSpace) attr-dict";
}

#endif // TRITON_LIFT_DIALECT_TTG_TTGOPS
