//===- TTOpBase.td - what the operations of tt share -===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef TRITON_LIFT_DIALECT_TT_TTOPBASE
#define TRITON_LIFT_DIALECT_TT_TTOPBASE

include "mlir/IR/OpAsmInterface.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/Interfaces/CallInterfaces.td"
include "mlir/Interfaces/ControlFlowInterfaces.td"
include "mlir/Interfaces/FunctionInterfaces.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "triton-lift/Dialect/TT/TTDialect.td"
include "triton-lift/Dialect/TT/TTTypes.td"

class TT_Op<string mnemonic, list<Trait> traits = []>
    : Op<TT_Dialect, mnemonic, traits>;

// Names of an enumeration (`acq_rel`, `tf32`, `rtne`) are kept as strings: a name that a later version
// adds is read as well, and refused where it has no meaning. The generic form of old versions has numbers.
def TT_EnumName : AnyAttrOf<[StrAttr, I32Attr]>;

def TT_PointerLike : Type<
    CPred<"::llvm::isa<::triton_lift::tt::PointerType>("
          "::mlir::getElementTypeOrSelf($_self))">,
    "pointer or tensor of pointers">;
def TT_IntegerLike : Type<
    CPred<"::mlir::getElementTypeOrSelf($_self).isSignlessInteger()">,
    "integer or tensor of integers">;
def TT_FloatLike : Type<
    CPred<"::llvm::isa<::mlir::FloatType>(::mlir::getElementTypeOrSelf($_self))">,
    "float or tensor of floats">;
def TT_Tensor : Type<
    CPred<"::llvm::isa<::mlir::RankedTensorType>($_self) && "
          "::llvm::cast<::mlir::RankedTensorType>($_self).hasStaticShape() && "
          "!::llvm::is_contained("
          "::llvm::cast<::mlir::RankedTensorType>($_self).getShape(), 0)">,
    "tensor with static shape that is not empty", "::mlir::RankedTensorType">;
def TT_Scalar : Type<CPred<"!::llvm::isa<::mlir::ShapedType>($_self)">,
                     "scalar">;

#endif // TRITON_LIFT_DIALECT_TT_TTOPBASE
