//===- AMDGOps.td - accesses through AMD's buffer instructions -===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef TRITON_LIFT_DIALECT_AMDG_AMDGOPS
#define TRITON_LIFT_DIALECT_AMDG_AMDGOPS

include "triton-lift/Dialect/TT/TTOpBase.td"

def AMDG_Dialect : Dialect {
  let name = "amdg";
  let cppNamespace = "::triton_lift::amdg";
  let summary = "Triton's AMD operations that access memory as tt.load and tt.store do";
  let dependentDialects = ["::triton_lift::tt::TTDialect"];
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

class AMDG_Op<string mnemonic, list<Trait> traits = []>
    : Op<AMDG_Dialect, mnemonic, traits>;

def AMDG_OffsetTensor : Type<
    And<[TT_Tensor.predicate,
         CPred<"::mlir::getElementTypeOrSelf($_self).isInteger(32)">]>,
    "tensor of 32-bit offsets", "::mlir::RankedTensorType">;

// The types of offsets and mask follow from the tensor's.
class AMDG_OffsetsOf<string tensor>
    : TypesMatchWith<"offsets have the tensor's shape", tensor, "offsets",
                     "::llvm::cast<::mlir::RankedTensorType>($_self)"
                     ".clone(::mlir::IntegerType::get($_self.getContext(), 32))">;
class AMDG_MaskOf<string tensor>
    : OptionalTypesMatchWith<
          "mask is one bit for each element", tensor, "mask",
          "::llvm::cast<::mlir::RankedTensorType>($_self)"
          ".clone(::mlir::IntegerType::get($_self.getContext(), 1))">;

def AMDG_BufferLoadOp
    : AMDG_Op<"buffer_load", [MemoryEffects<[MemRead]>, AttrSizedOperandSegments,
              AMDG_OffsetsOf<"result">, AMDG_MaskOf<"result">,
              OptionalTypesMatchWith<"other is such a tensor", "result", "other",
                                     "$_self">]> {
  let summary = "tt.load of the elements `offsets` after `ptr`";
  let arguments = (ins TT_PointerType:$ptr, AMDG_OffsetTensor:$offsets,
                       Optional<TT_Tensor>:$mask, Optional<TT_Tensor>:$other);
  let results = (outs TT_Tensor:$result);
  let assemblyFormat = [{
    $ptr `[` $offsets `]` (`,` $mask^)? (`,` $other^)? attr-dict
    `:` qualified(type($ptr)) `->` type($result)
  }];
}

def AMDG_BufferStoreOp
    : AMDG_Op<"buffer_store", [MemoryEffects<[MemWrite]>,
              AMDG_OffsetsOf<"value">, AMDG_MaskOf<"value">]> {
  let summary = "tt.store of the elements `offsets` after `ptr`";
  let arguments = (ins TT_Tensor:$value, TT_PointerType:$ptr,
                       AMDG_OffsetTensor:$offsets, Optional<TT_Tensor>:$mask);
  let assemblyFormat = [{
    $value `,` $ptr `[` $offsets `]` (`,` $mask^)? attr-dict
    `:` qualified(type($ptr)) `->` type($value)
  }];
}

def AMDG_BufferAtomicRMWOp
    : AMDG_Op<"buffer_atomic_rmw", [MemoryEffects<[MemRead, MemWrite]>,
              AMDG_OffsetsOf<"result">, AMDG_MaskOf<"result">,
              AllTypesMatch<["value", "result"]>]> {
  let summary = "tt.atomic_rmw of the elements `offsets` after `ptr`";
  let arguments = (ins TT_EnumName:$atomic_rmw_op, TT_EnumName:$sem,
                       TT_EnumName:$scope, TT_Tensor:$value, TT_PointerType:$ptr,
                       AMDG_OffsetTensor:$offsets, Optional<TT_Tensor>:$mask);
  let results = (outs TT_Tensor:$result);
  let assemblyFormat = [{
    custom<EnumName>($atomic_rmw_op) `,` custom<EnumName>($sem) `,`
    custom<EnumName>($scope) `,` $value `,` $ptr `[` $offsets `]` (`,` $mask^)?
    attr-dict `:` qualified(type($ptr)) `->` type($result)
  }];
}

def AMDG_InThreadTransposeOp
    : AMDG_Op<"in_thread_transpose", [Pure, SameOperandsAndResultShape,
                                      SameOperandsAndResultElementType]> {
  let summary = "the same tensor under another layout";
  let arguments = (ins TT_Tensor:$src);
  let results = (outs TT_Tensor:$result);
  let assemblyFormat = "$src attr-dict `:` type($src) `->` type($result)";
}

#endif // TRITON_LIFT_DIALECT_AMDG_AMDGOPS
