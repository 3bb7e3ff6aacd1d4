//===- TTDescriptorOps.td - arrays read and written through descriptors -===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef TRITON_LIFT_DIALECT_TT_TTDESCRIPTOROPS
#define TRITON_LIFT_DIALECT_TT_TTDESCRIPTOROPS

include "triton-lift/Dialect/TT/TTOpBase.td"

// `desc` may be of any type: Triton 3.0 and 3.1 pass an address of an opaque descriptor.

def TT_MakeTensorDescriptorOp
    : TT_Op<"make_tensor_descriptor", [Pure, SameVariadicOperandSize]> {
  let summary = "descriptor of a strided array, read and written in blocks";
  let arguments = (ins TT_PointerLike:$base, Variadic<I32>:$shape,
                       Variadic<I64>:$strides, OptionalAttr<TT_EnumName>:$padding);
  let results = (outs TT_TensorDescType:$result);
  let assemblyFormat = [{
    $base `,` `[` $shape `]` `,` `[` $strides `]` attr-dict
    `:` custom<PointerBody>(type($base)) `,` custom<DescriptorBody>(type($result))
  }];
  let hasVerifier = 1;
}

def TT_DescriptorLoadOp : TT_Op<"descriptor_load", [MemoryEffects<[MemRead]>]> {
  let summary = "the block at `indices`; zero (or the padding) outside of the array";
  let arguments = (ins AnyType:$desc, Variadic<I32>:$indices,
                       OptionalAttr<TT_EnumName>:$cacheModifier,
                       OptionalAttr<TT_EnumName>:$evictionPolicy);
  let results = (outs TT_Tensor:$result);
  let assemblyFormat = [{
    $desc `[` $indices `]`
    oilist(`cacheModifier` `=` custom<EnumName>($cacheModifier)
         | `evictionPolicy` `=` custom<EnumName>($evictionPolicy))
    attr-dict `:` qualified(type($desc))
    `->` type($result)
  }];
}

def TT_DescriptorStoreOp : TT_Op<"descriptor_store", [MemoryEffects<[MemWrite]>]> {
  let summary = "write the block at `indices`, as far as it lies inside of the array";
  let arguments = (ins AnyType:$desc, TT_Tensor:$src, Variadic<I32>:$indices);
  let assemblyFormat = [{
    $desc `[` $indices `]` `,` $src attr-dict
    `:` qualified(type($desc)) `,` type($src)
  }];
}

def TT_DescriptorReduceOp
    : TT_Op<"descriptor_reduce", [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "combine the block with memory at `indices` atomically";
  let arguments = (ins TT_EnumName:$kind, AnyType:$desc, TT_Tensor:$src,
                       Variadic<I32>:$indices);
  let assemblyFormat = [{
    custom<EnumName>($kind) `,` $desc `[` $indices `]` `,` $src attr-dict
    `:` qualified(type($desc)) `,` type($src)
  }];
}

def TT_DescriptorGatherOp : TT_Op<"descriptor_gather", [MemoryEffects<[MemRead]>]> {
  let summary = "the rows `x_offsets`, from column `y_offset`";
  let arguments = (ins AnyType:$desc, TT_Tensor:$x_offsets, I32:$y_offset);
  let results = (outs TT_Tensor:$result);
  let assemblyFormat = [{
    $desc `[` $x_offsets `,` $y_offset `]` attr-dict
    `:` functional-type(operands, $result)
  }];
}

def TT_DescriptorScatterOp
    : TT_Op<"descriptor_scatter", [MemoryEffects<[MemWrite]>]> {
  let summary = "write the rows `x_offsets`, from column `y_offset`";
  let arguments = (ins AnyType:$desc, TT_Tensor:$x_offsets, I32:$y_offset,
                       TT_Tensor:$src);
  let assemblyFormat = [{
    $desc `[` $x_offsets `,` $y_offset `]` `,` $src attr-dict
    `:` type(operands)
  }];
}

#endif // TRITON_LIFT_DIALECT_TT_TTDESCRIPTOROPS
