//===- TTNGOps.td - products by warp groups -===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef TRITON_LIFT_DIALECT_TTNG_TTNGOPS
#define TRITON_LIFT_DIALECT_TTNG_TTNGOPS

include "triton-lift/Dialect/TTNG/TTNGBase.td"
include "triton-lift/Dialect/TTNG/TTNGCopyOps.td"

def TTNG_MatrixOperand
    : AnyTypeOf<[TTG_MemDescType, AnyStaticShapeTensor]>;

def TTNG_WarpGroupDotOp : TTNG_Op<"warp_group_dot", [AllTypesMatch<["c", "d"]>]> {
  let summary = "d = a b + c (a b where `useC` is false), perhaps not finished yet";
  let arguments = (ins TTNG_MatrixOperand:$a, TTG_MemDescType:$b,
                       AnyStaticShapeTensor:$c, Optional<I1>:$useC);
  let results = (outs AnyStaticShapeTensor:$d);
  let assemblyFormat = [{
    $a `,` $b `,` $c (`,` $useC^)? attr-dict
    `:` type($a) `*` qualified(type($b)) `->` type($d)
  }];
  let hasVerifier = 1;
}

def TTNG_WarpGroupDotWaitOp : TTNG_Op<"warp_group_dot_wait",
                                   [AllTypesMatch<["inputs", "outputs"]>]> {
  let summary = "its operands, when all products but the last `pendings` are finished";
  let arguments = (ins Variadic<AnyType>:$inputs);
  let results = (outs Variadic<AnyType>:$outputs);
  let assemblyFormat = "$inputs attr-dict `:` type($inputs)";
}

def TTNG_TMEMAllocOp : TTNG_Op<"tmem_alloc"> {
  let summary = "tensor memory, that holds `src` from the beginning if that is given";
  let arguments = (ins Optional<AnyStaticShapeTensor>:$src);
  let results = (outs TTG_MemDescType:$result, Optional<TTG_Token>:$token);
  let assemblyFormat = "($src^)? attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
}

def TTNG_TMEMLoadOp : TTNG_Op<"tmem_load"> {
  let summary = "the contents of tensor memory; a token orders it after others";
  let arguments = (ins TTG_MemDescType:$src, Optional<TTG_Token>:$after);
  let results = (outs AnyStaticShapeTensor:$result, Optional<TTG_Token>:$token);
  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;
}

def TTNG_TMEMStoreOp : TTNG_Op<"tmem_store"> {
  let summary = "write all of tensor memory, if `pred` holds";
  let arguments = (ins AnyStaticShapeTensor:$src, TTG_MemDescType:$dst, I1:$pred,
                       Optional<TTG_Token>:$after);
  let results = (outs Optional<TTG_Token>:$token);
  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;
}

def TTNG_TCGen5MMAOp : TTNG_Op<"tc_gen5_mma", [AttrSizedOperandSegments]> {
  let summary = "d = a b + d (a b where `useD` is false) if `pred` holds, perhaps not finished yet";
  let arguments = (ins TTG_MemDescType:$a, TTG_MemDescType:$b,
                       TTG_MemDescType:$d, Optional<TTG_Token>:$after,
                       I1:$useD, I1:$pred,
                       Variadic<TTG_MemDescType>:$barriers,
                       Variadic<I1>:$barrierPreds);
  let results = (outs Optional<TTG_Token>:$token);
  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;
}

#endif // TRITON_LIFT_DIALECT_TTNG_TTNGOPS
