//===- TTMemoryOps.td - pointers, loads, stores, atomics -===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef TRITON_LIFT_DIALECT_TT_TTMEMORYOPS
#define TRITON_LIFT_DIALECT_TT_TTMEMORYOPS

include "triton-lift/Dialect/TT/TTOpBase.td"

def TT_AddPtrOp : TT_Op<"addptr", [Pure, SameOperandsAndResultShape,
                                   AllTypesMatch<["ptr", "result"]>]> {
  let summary = "the address `offset` elements further";
  let arguments = (ins TT_PointerLike:$ptr, TT_IntegerLike:$offset);
  let results = (outs TT_PointerLike:$result);
  let assemblyFormat =
      "$ptr `,` $offset attr-dict `:` type($result) `,` type($offset)";
  let hasVerifier = 1;
}

def TT_LoadOp : TT_Op<"load", [AttrSizedOperandSegments,
                               MemoryEffects<[MemRead]>]> {
  let summary = "read memory where the mask holds; elsewhere the value is `other`";
  let description = [{
    Read in these spellings; the types of mask and other follow from the pointer's:

        tt.load %p, %mask, %other {cachePolicy = ...} : tensor<8x!tt.ptr<f32>>
        tt.load %p, %mask cacheModifier = ca evictionPolicy = evict_last : ...
        tt.load %p {cache = 1 : i32, evict = 1 : i32, isVolatile = false} : tensor<8xf32>
        tt.load %p {boundaryCheck = array<i32: 0>, padding = 1 : i32}
          : !tt.ptr<tensor<8x8xf16>> -> tensor<8x8xf16>
  }];
  let arguments = (ins AnyType:$ptr, Optional<TT_IntegerLike>:$mask,
                       Optional<AnyType>:$other,
                       DefaultValuedAttr<DenseI32ArrayAttr, "{}">:$boundaryCheck,
                       OptionalAttr<TT_EnumName>:$padding,
                       DefaultValuedAttr<BoolAttr, "false">:$isVolatile);
  let results = (outs AnyType:$result);
  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;
}

def TT_StoreOp : TT_Op<"store", [MemoryEffects<[MemWrite]>]> {
  let summary = "write memory where the mask holds";
  let arguments = (ins AnyType:$ptr, AnyType:$value, Optional<TT_IntegerLike>:$mask,
                       DefaultValuedAttr<DenseI32ArrayAttr, "{}">:$boundaryCheck);
  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;
}

def TT_AtomicRMWOp : TT_Op<"atomic_rmw", [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "read, modify, write as one step, where the mask holds; gives the old value";
  let arguments = (ins TT_EnumName:$atomic_rmw_op, TT_EnumName:$sem,
                       TT_EnumName:$scope, TT_PointerLike:$ptr, AnyType:$val,
                       Optional<TT_IntegerLike>:$mask);
  let results = (outs AnyType:$result);
  let assemblyFormat = [{
    custom<EnumName>($atomic_rmw_op) `,` custom<EnumName>($sem) `,`
    custom<EnumName>($scope) `,` $ptr `,` $val (`,` $mask^)? attr-dict
    `:` functional-type(operands, $result)
  }];
  let hasVerifier = 1;
}

def TT_AtomicCASOp : TT_Op<"atomic_cas", [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "store `val` where memory equals `cmp`, as one step; gives the old value";
  let arguments = (ins TT_EnumName:$sem, TT_EnumName:$scope, TT_PointerLike:$ptr,
                       AnyType:$cmp, AnyType:$val);
  let results = (outs AnyType:$result);
  let assemblyFormat = [{
    custom<EnumName>($sem) `,` custom<EnumName>($scope) `,` $ptr `,` $cmp `,` $val
    attr-dict `:` functional-type(operands, $result)
  }];
  let hasVerifier = 1;
}

def TT_MakeTensorPtrOp
    : TT_Op<"make_tensor_ptr", [Pure, SameVariadicOperandSize,
            TypesMatchWith<"base points to the block's elements", "result", "base",
                           "::triton_lift::tt::getBasePointer($_self)">]> {
  let summary = "block pointer: a window at `offsets` into a strided array (Triton up to 3.8)";
  let arguments = (ins TT_PointerLike:$base, Variadic<I64>:$shape,
                       Variadic<I64>:$strides, Variadic<I32>:$offsets,
                       DenseI32ArrayAttr:$order);
  let results = (outs TT_PointerType:$result);
  let assemblyFormat = [{
    $base `,` `[` $shape `]` `,` `[` $strides `]` `,` `[` $offsets `]` attr-dict
    `:` custom<PointerBody>(type($result))
  }];
  let hasVerifier = 1;
}

def TT_AdvanceOp : TT_Op<"advance", [Pure, AllTypesMatch<["ptr", "result"]>]> {
  let summary = "move the window of a block pointer";
  let arguments = (ins TT_PointerType:$ptr, Variadic<I32>:$offsets);
  let results = (outs TT_PointerType:$result);
  let assemblyFormat = [{
    $ptr `,` `[` $offsets `]` attr-dict `:` custom<PointerBody>(type($result))
  }];
  let hasVerifier = 1;
}

#endif // TRITON_LIFT_DIALECT_TT_TTMEMORYOPS
