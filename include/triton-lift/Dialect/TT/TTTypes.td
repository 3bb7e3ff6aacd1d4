//===- TTTypes.td - pointers, descriptors, unknown types -===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef TRITON_LIFT_DIALECT_TT_TTTYPES
#define TRITON_LIFT_DIALECT_TT_TTTYPES

include "mlir/IR/AttrTypeBase.td"
include "triton-lift/Dialect/TT/TTDialect.td"

class TT_Type<string name, string typeMnemonic>
    : TypeDef<TT_Dialect, name> {
  let mnemonic = typeMnemonic;
}

def TT_PointerType : TT_Type<"Pointer", "ptr"> {
  let summary = "address of an element, or of a block (`ptr<tensor<...>>`)";
  let description = [{
    `!tt.ptr<f32>`, `!tt.ptr<f32, 1>` (the same type: 1 is global memory),
    `!tt.ptr<f32, 3>`, `!tt.ptr<f32, "constant">`.
  }];
  let parameters = (ins "::mlir::Type":$pointeeType,
                        OptionalParameter<"::mlir::Attribute">:$addressSpace);
  let hasCustomAssemblyFormat = 1;
  let extraClassDeclaration = [{
    /// The pointer with the `<...>` that follows the mnemonic already next.
    static mlir::Type parseBody(mlir::AsmParser &parser);
  }];
}

def TT_TensorDescType : TT_Type<"TensorDesc", "tensordesc"> {
  let summary = "descriptor of an array in memory, read and written in blocks";
  let description = [{
    `!tt.tensordesc<128x64xf16>`, `!tt.tensordesc<128x64xf16, #layout>`, and of
    older versions `!tt.tensordesc<tensor<128x64xf16>>`: always held as the block.
  }];
  let parameters = (ins "::mlir::RankedTensorType":$blockType);
  let hasCustomAssemblyFormat = 1;
  let extraClassDeclaration = [{
    static mlir::Type parseBody(mlir::AsmParser &parser);
  }];
}

#endif // TRITON_LIFT_DIALECT_TT_TTTYPES
