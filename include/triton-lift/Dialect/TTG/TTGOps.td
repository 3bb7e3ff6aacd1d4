//===- TTGOps.td - layouts of tensors over a GPU -===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef TRITON_LIFT_DIALECT_TTG_TTGOPS
#define TRITON_LIFT_DIALECT_TTG_TTGOPS

include "triton-lift/Dialect/TTG/TTGBase.td"

def TTG_ConvertLayoutOp
    : TTG_Op<"convert_layout", [Pure, SameOperandsAndResultShape,
                                SameOperandsAndResultElementType]> {
  let summary = "the same tensor under another layout";
  let arguments = (ins AnyRankedTensor:$src);
  let results = (outs AnyRankedTensor:$result);
  let assemblyFormat = "$src attr-dict `:` custom<Conversion>(type($src), type($result))";
}

def TTG_BarrierOp : TTG_Op<"barrier", [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "wait for all threads of the program, for the named memories";
  let arguments = (ins StrAttr:$addrSpace);
  let assemblyFormat = "custom<Names>($addrSpace) attr-dict";
}

def TTG_GlobalScratchAllocOp : TTG_Op<"global_scratch_alloc"> {
  let summary = "global memory of the program's own, for descriptors";
  let results = (outs AnyType:$result);
  let assemblyFormat = "attr-dict `:` qualified(type($result))";
}

def TTG_WarpSpecializeOp : TTG_Op<"warp_specialize"> {
  let summary = "groups of warps, each of which runs a part of its own";
  let description = [{
    `(%captures) default { .. } partition0(%args) num_warps(4) { .. } .. : (types) -> types`;
    the first region is the default.
  }];
  let arguments = (ins Variadic<AnyType>:$captures);
  let results = (outs Variadic<AnyType>:$outputs);
  let regions = (region VariadicRegion<AnyRegion>:$parts);
  let hasCustomAssemblyFormat = 1;
}

def TTG_LocalAllocOp : TTG_Op<"local_alloc"> {
  let summary = "memory that holds `src` from the beginning, if that is given";
  let arguments = (ins Optional<AnyRankedTensor>:$src);
  let results = (outs TTG_MemDescType:$result);
  let assemblyFormat = [{
    ($src^)? attr-dict `:` functional-type(operands, $result)
  }];
  let hasVerifier = 1;
}

def TTG_LocalLoadOp : TTG_Op<"local_load"> {
  let summary = "the contents of memory";
  let arguments = (ins TTG_MemDescType:$src, Optional<TTG_Token>:$token);
  let results = (outs AnyRankedTensor:$result);
  let assemblyFormat = [{
    $src (`token` $token^)? attr-dict `:` qualified(type($src)) `->` type($result)
  }];
  let hasVerifier = 1;
}

def TTG_LocalDeallocOp : TTG_Op<"local_dealloc"> {
  let summary = "the memory is not used any more";
  let arguments = (ins TTG_MemDescType:$src);
  let assemblyFormat = "$src attr-dict `:` qualified(type($src))";
}

def TTG_LocalStoreOp : TTG_Op<"local_store"> {
  let summary = "write all of the memory";
  let arguments = (ins AnyStaticShapeTensor:$src, TTG_MemDescType:$dst);
  let assemblyFormat = [{
    $src `,` $dst attr-dict `:` type($src) `->` qualified(type($dst))
  }];
  let hasVerifier = 1;
}

def TTG_AsyncCopyGlobalToLocalOp
    : TTG_Op<"async_copy_global_to_local", [AttrSizedOperandSegments]> {
  let summary = "write all of the memory with what a load gives, perhaps not finished yet";
  let description = [{
    `%p, %m mask %mask other %other {contiguity = 8 : i32} : tensor<..> -> <..>`;
    from Triton 3.2 to 3.8 with `cacheModifier = cg` before the dictionary.
  }];
  let arguments = (ins AnyStaticShapeTensor:$ptr, TTG_MemDescType:$dst,
                       Optional<AnyStaticShapeTensor>:$mask,
                       Optional<AnyStaticShapeTensor>:$other);
  let results = (outs TTG_Token:$token);
  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;
}

def TTG_AsyncCommitGroupOp : TTG_Op<"async_commit_group"> {
  let summary = "the copies since the last one are a group";
  let arguments = (ins Variadic<TTG_Token>:$tokens);
  let results = (outs TTG_Token:$token);
  let assemblyFormat = "(`tokens` $tokens^)? attr-dict";
}

def TTG_AsyncWaitOp : TTG_Op<"async_wait"> {
  let summary = "wait until all groups but the last `num` are finished";
  let arguments = (ins Variadic<TTG_Token>:$tokens);
  let results = (outs TTG_Token:$token);
  let assemblyFormat = "($tokens^)? attr-dict";
}

def TTG_MemDescIndexOp : TTG_Op<"memdesc_index", [Pure]> {
  let summary = "part `index` of memory, along its first dimension";
  let arguments = (ins TTG_MemDescType:$src, I32:$index);
  let results = (outs TTG_MemDescType:$result);
  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;
}

class TTG_MemDescViewOp<string mnemonic> : TTG_Op<mnemonic, [Pure]> {
  let results = (outs TTG_MemDescType:$result);
  let assemblyFormat = [{
    $src attr-dict `:` qualified(type($src)) `->` qualified(type($result))
  }];
  let hasVerifier = 1;
}

def TTG_MemDescTransOp : TTG_MemDescViewOp<"memdesc_trans"> {
  let summary = "the same memory with its dimensions permuted";
  let arguments = (ins TTG_MemDescType:$src, DenseI32ArrayAttr:$order);
}

def TTG_MemDescReshapeOp : TTG_MemDescViewOp<"memdesc_reshape"> {
  let summary = "the same memory in row-major order under another shape";
  let arguments = (ins TTG_MemDescType:$src);
}

def TTG_MemDescSubsliceOp : TTG_Op<"memdesc_subslice", [Pure]> {
  let summary = "the part of memory that begins at `offsets`";
  let arguments = (ins TTG_MemDescType:$src, DenseI32ArrayAttr:$offsets);
  let results = (outs TTG_MemDescType:$result);
  let assemblyFormat = [{
    $src custom<Offsets>($offsets) attr-dict
    `:` qualified(type($src)) `->` qualified(type($result))
  }];
  let hasVerifier = 1;
}

#endif // TRITON_LIFT_DIALECT_TTG_TTGOPS
