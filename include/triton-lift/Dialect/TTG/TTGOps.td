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
  let assemblyFormat = "$src attr-dict `:` type($src) `->` type($result)";
}

def TTG_BarrierOp : TTG_Op<"barrier", [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "wait for all threads of the program, for the named memories";
  let arguments = (ins StrAttr:$addrSpace);
  let assemblyFormat = "custom<Names>($addrSpace) attr-dict";
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

#endif // TRITON_LIFT_DIALECT_TTG_TTGOPS
