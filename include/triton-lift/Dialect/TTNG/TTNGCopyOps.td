//===- TTNGCopyOps.td - copies through descriptors -===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef TRITON_LIFT_DIALECT_TTNG_TTNGCOPYOPS
#define TRITON_LIFT_DIALECT_TTNG_TTNGCOPYOPS

include "triton-lift/Dialect/TTNG/TTNGBase.td"

// `desc` may be of any type: Triton 3.2 passes the address of a descriptor.

def TTNG_TensormapCreateOp
    : TTNG_Op<"tensormap_create", [AttrSizedOperandSegments]> {
  let summary = "make a descriptor in memory; dimensions from the innermost on, strides in bytes";
  let arguments = (ins AnyType:$desc, AnyType:$base, Variadic<I32>:$box,
                       Variadic<I32>:$shape, Variadic<I64>:$strides,
                       Variadic<I32>:$elementStrides);
  let assemblyFormat = [{
    $desc `,` $base `,` `[` $box `]` `,` `[` $shape `]` `,` `[` $strides `]` `,`
    `[` $elementStrides `]` attr-dict `:` functional-type(operands, results)
  }];
}

def TTNG_ReinterpretTensorDescriptorOp
    : TTNG_Op<"reinterpret_tensor_descriptor"> {
  let summary = "the descriptor that was made at this address";
  let arguments = (ins AnyType:$address);
  let results = (outs AnyType:$result);
  let assemblyFormat = [{
    $address attr-dict `:` qualified(type($address)) `to` qualified(type($result))
  }];
}

def TTNG_AsyncTMACopyGlobalToLocalOp
    : TTNG_Op<"async_tma_copy_global_to_local", [AttrSizedOperandSegments]> {
  let summary = "write all of the memory with the block at `coord`, if `pred` holds, perhaps not finished yet";
  let arguments = (ins AnyType:$desc, Variadic<I32>:$coord,
                       Variadic<AnyInteger>:$offsets, TTG_MemDescType:$dst,
                       TTG_MemDescType:$barrier, I1:$pred);
  let assemblyFormat = [{
    $desc `[` $coord `]` (`offsets` `=` `[` $offsets^ `:` type($offsets) `]`)? $dst `,`
    $barrier `,` $pred attr-dict `:` qualified(type($desc)) `,`
    qualified(type($barrier)) `->` qualified(type($dst))
  }];
}

def TTNG_AsyncTMACopyLocalToGlobalOp
    : TTNG_Op<"async_tma_copy_local_to_global"> {
  let summary = "write the block at `coord`, as far as it lies inside of the array";
  let arguments = (ins AnyType:$desc, Variadic<I32>:$coord, TTG_MemDescType:$src);
  let assemblyFormat = [{
    $desc `[` $coord `]` $src attr-dict `:` qualified(type($desc)) `,`
    qualified(type($src))
  }];
}

def TTNG_AsyncTMAReduceOp : TTNG_Op<"async_tma_reduce"> {
  let summary = "combine the block with memory at `coord` atomically";
  let arguments = (ins AnyAttrOf<[StrAttr, I32Attr]>:$kind, AnyType:$desc, Variadic<I32>:$coord,
                       TTG_MemDescType:$src);
  let assemblyFormat = [{
    custom<EnumName>($kind) `,` $desc `[` $coord `]` $src attr-dict `:`
    qualified(type($desc)) `,` qualified(type($src))
  }];
}

def TTNG_AsyncTMAGatherOp : TTNG_Op<"async_tma_gather"> {
  let summary = "write all of the memory with the rows `rows`, from `column` on, if `pred` holds";
  let arguments = (ins AnyType:$desc, AnyStaticShapeTensor:$rows, I32:$column,
                       TTG_MemDescType:$barrier, TTG_MemDescType:$dst, I1:$pred);
  let assemblyFormat = [{
    $desc `[` $rows `,` $column `]` $dst `,` $barrier `,` $pred attr-dict `:`
    type(operands)
  }];
}

def TTNG_AsyncTMAScatterOp : TTNG_Op<"async_tma_scatter"> {
  let summary = "write the rows `rows`, from `column` on";
  let arguments = (ins AnyType:$desc, AnyStaticShapeTensor:$rows, I32:$column,
                       TTG_MemDescType:$src);
  let assemblyFormat = [{
    $desc `[` $rows `,` $column `]` $src attr-dict `:` type(operands)
  }];
}

#endif // TRITON_LIFT_DIALECT_TTNG_TTNGCOPYOPS
