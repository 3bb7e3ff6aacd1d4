//===- TTRegionOps.td - operations with a function of scalars inside -===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef TRITON_LIFT_DIALECT_TT_TTREGIONOPS
#define TRITON_LIFT_DIALECT_TT_TTREGIONOPS

include "triton-lift/Dialect/TT/TTOpBase.td"

// These have no text form of their own: the compiler prints them generically.
class TT_CombineOp<string mnemonic> : TT_Op<mnemonic> {
  let arguments = (ins Variadic<TT_Tensor>:$srcs, I32Attr:$axis);
  let results = (outs Variadic<AnyType>:$result);
  let regions = (region AnyRegion:$combineOp);
  let hasVerifier = 1;
}

def TT_ReduceOp : TT_CombineOp<"reduce"> {
  let summary = "combine all elements along one axis, in any order";
}

def TT_ScanOp : TT_CombineOp<"scan"> {
  let summary = "combine all prefixes along one axis (suffixes, if reverse)";
  let arguments = (ins Variadic<TT_Tensor>:$srcs, I32Attr:$axis,
                       DefaultValuedAttr<BoolAttr, "false">:$reverse);
}

def TT_MapElementwiseOp : TT_Op<"map_elementwise"> {
  let summary = "a scalar function of `pack` consecutive elements at a time";
  let arguments = (ins Variadic<TT_Tensor>:$srcs, I32Attr:$pack);
  let results = (outs Variadic<TT_Tensor>:$result);
  let regions = (region AnyRegion:$scalarOp);
  let hasVerifier = 1;
}

class TT_RegionReturnOp<string mnemonic>
    : TT_Op<mnemonic, [Pure, ReturnLike, Terminator]> {
  let summary = "results of the function inside";
  let arguments = (ins Variadic<AnyType>:$result);
  let assemblyFormat = "attr-dict ($result^ `:` type($result))?";
}
def TT_ReduceReturnOp : TT_RegionReturnOp<"reduce.return">;
def TT_ScanReturnOp : TT_RegionReturnOp<"scan.return">;
def TT_MapElementwiseReturnOp : TT_RegionReturnOp<"map_elementwise.return">;

#endif // TRITON_LIFT_DIALECT_TT_TTREGIONOPS
