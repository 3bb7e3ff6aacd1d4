//===- TTComputeOps.td - arithmetic that MLIR's dialects lack -===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef TRITON_LIFT_DIALECT_TT_TTCOMPUTEOPS
#define TRITON_LIFT_DIALECT_TT_TTCOMPUTEOPS

include "triton-lift/Dialect/TT/TTOpBase.td"

class TT_CastOp<string mnemonic, Type from, Type to, list<Trait> traits = []>
    : TT_Op<mnemonic, !listconcat([Pure, SameOperandsAndResultShape], traits)> {
  let arguments = (ins from:$src);
  let results = (outs to:$result);
  let assemblyFormat = "$src attr-dict `:` custom<Conversion>(type($src), type($result))";
}
def TT_IntToPtrOp : TT_CastOp<"int_to_ptr", TT_IntegerLike, TT_PointerLike> {
  let summary = "address given as an integer";
}
def TT_PtrToIntOp : TT_CastOp<"ptr_to_int", TT_PointerLike, TT_IntegerLike> {
  let summary = "address as an integer";
}
def TT_BitcastOp : TT_CastOp<"bitcast", AnyType, AnyType> {
  let summary = "the same bits under another type of the same width";
  let hasVerifier = 1;
}
def TT_FpToFpOp : TT_CastOp<"fp_to_fp", TT_FloatLike, TT_FloatLike> {
  let summary = "conversion between float formats";
  let arguments = (ins TT_FloatLike:$src, OptionalAttr<TT_EnumName>:$rounding);
  let assemblyFormat = [{
    $src (`,` `rounding` `=` custom<EnumName>($rounding)^)? attr-dict
    `:` custom<Conversion>(type($src), type($result))
  }];
}

class TT_BinaryOp<string mnemonic, Type type>
    : TT_Op<mnemonic, [Pure, SameOperandsAndResultType]> {
  let arguments = (ins type:$x, type:$y);
  let results = (outs type:$result);
  let assemblyFormat = "$x `,` $y attr-dict `:` type($x)";
}
def TT_MulhiUIOp : TT_BinaryOp<"mulhiui", TT_IntegerLike> {
  let summary = "high half of the unsigned product";
}
def TT_PreciseDivFOp : TT_BinaryOp<"precise_divf", TT_FloatLike> {
  let summary = "division, correctly rounded";
}
def TT_ApproxDivFOp : TT_BinaryOp<"approx_divf", TT_FloatLike> {
  let summary = "division, approximate";
}
def TT_PreciseSqrtOp : TT_Op<"precise_sqrt", [Pure, SameOperandsAndResultType]> {
  let summary = "square root, correctly rounded";
  let arguments = (ins TT_FloatLike:$x);
  let results = (outs TT_FloatLike:$result);
  let assemblyFormat = "$x attr-dict `:` type($x)";
}

def TT_ClampFOp : TT_Op<"clampf", [Pure, SameOperandsAndResultType]> {
  let summary = "max(min(x, max), min)";
  let arguments = (ins TT_FloatLike:$x, TT_FloatLike:$min, TT_FloatLike:$max,
                       TT_EnumName:$propagateNan);
  let results = (outs TT_FloatLike:$result);
  let assemblyFormat = [{
    $x `,` $min `,` $max `,` `propagateNan` `=` custom<EnumName>($propagateNan)
    attr-dict `:` type($result)
  }];
}

def TT_DotOp : TT_Op<"dot", [Pure, AllTypesMatch<["c", "d"]>]> {
  let summary = "d = a b + c for matrices, or batches of them";
  let description = [{
    `allowTF32 = true|false` of old versions reads as `inputPrecision` `tf32`
    and `ieee`.
  }];
  let arguments = (ins TT_Tensor:$a, TT_Tensor:$b, TT_Tensor:$c,
                       DefaultValuedAttr<StrAttr, "\"ieee\"">:$inputPrecision,
                       DefaultValuedAttr<I32Attr, "0">:$maxNumImpreciseAcc);
  let results = (outs TT_Tensor:$d);
  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;
}

def TT_DotScaledOp : TT_Op<"dot_scaled", [Pure, AttrSizedOperandSegments,
                                          AllTypesMatch<["c", "d"]>]> {
  let summary = "d = a b + c with operands in microscaling formats";
  let arguments = (ins TT_Tensor:$a, TT_Tensor:$b, TT_Tensor:$c,
                       Optional<TT_Tensor>:$a_scale, Optional<TT_Tensor>:$b_scale,
                       TT_EnumName:$a_elem_type, TT_EnumName:$b_elem_type,
                       BoolAttr:$fastMath,
                       DefaultValuedAttr<BoolAttr, "true">:$lhs_k_pack,
                       DefaultValuedAttr<BoolAttr, "true">:$rhs_k_pack);
  let results = (outs TT_Tensor:$d);
  let assemblyFormat = [{
    $a (`scale` $a_scale^)? `,` $b (`scale` $b_scale^)? `,` $c
    `lhs` `=` custom<EnumName>($a_elem_type) `rhs` `=` custom<EnumName>($b_elem_type)
    attr-dict `:` type($a) (`,` type($a_scale)^)? `*` type($b)
    (`,` type($b_scale)^)? `->` type($d)
  }];
}

def TT_HistogramOp : TT_Op<"histogram", [Pure]> {
  let arguments = (ins TT_Tensor:$src, Optional<TT_Tensor>:$mask);
  let summary = "how often each of 0, ..., n - 1 occurs among the unmasked elements";
  let results = (outs TT_Tensor:$result);
  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;
}

def TT_ExternElementwiseOp : TT_Op<"extern_elementwise"> {
  let summary = "a function of a device library, for each element";
  let description = [{
    Without `pure` the function may have effects. Old versions say
    `tt.pure_extern_elementwise` and `tt.impure_extern_elementwise`.
  }];
  let arguments = (ins Variadic<AnyType>:$srcs, StrAttr:$libname,
                       StrAttr:$libpath, StrAttr:$symbol, BoolAttr:$pure);
  let results = (outs AnyType:$result);
  let assemblyFormat = [{
    operands attr-dict `:` functional-type(operands, $result)
  }];
  let hasVerifier = 1;
}

def TT_ElementwiseInlineAsmOp : TT_Op<"elementwise_inline_asm"> {
  let summary = "assembly text, for `packed_element` elements at a time";
  let arguments = (ins StrAttr:$asm_string, StrAttr:$constraints, BoolAttr:$pure,
                       I32Attr:$packed_element, Variadic<AnyType>:$args);
  let results = (outs Variadic<AnyType>:$result);
  let assemblyFormat = [{
    $asm_string attr-dict ($args^ `:` type($args))? `->` type($result)
  }];
  let hasVerifier = 1;
}

#endif // TRITON_LIFT_DIALECT_TT_TTCOMPUTEOPS
