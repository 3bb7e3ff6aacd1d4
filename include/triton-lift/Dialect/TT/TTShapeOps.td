//===- TTShapeOps.td - making and rearranging tensors -===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef TRITON_LIFT_DIALECT_TT_TTSHAPEOPS
#define TRITON_LIFT_DIALECT_TT_TTSHAPEOPS

include "triton-lift/Dialect/TT/TTOpBase.td"

def TT_MakeRangeOp : TT_Op<"make_range", [Pure]> {
  let summary = "the integers start, ..., end - 1";
  let arguments = (ins I32Attr:$start, I32Attr:$end);
  let results = (outs TT_Tensor:$result);
  let assemblyFormat = "attr-dict `:` type($result)";
  let hasVerifier = 1;
}

class TT_RearrangeOp<string mnemonic, list<Trait> traits = []>
    : TT_Op<mnemonic, !listconcat([Pure, SameOperandsAndResultElementType], traits)> {
  let results = (outs TT_Tensor:$result);
  let assemblyFormat = "$src attr-dict `:` custom<Conversion>(type($src), type($result))";
  let hasVerifier = 1;
}

def TT_SplatOp : TT_Op<"splat", [Pure, SameOperandsAndResultElementType]> {
  let summary = "one scalar in every place";
  let arguments = (ins TT_Scalar:$src);
  let results = (outs TT_Tensor:$result);
  let assemblyFormat = "$src attr-dict `:` custom<Conversion>(type($src), type($result))";
}

def TT_UnsplatOp : TT_Op<"unsplat", [Pure, TypesMatchWith<
    "result is the element", "src", "result", "::mlir::getElementTypeOrSelf($_self)">]> {
  let summary = "the element of a tensor that has one";
  let arguments = (ins TT_Tensor:$src);
  let results = (outs AnyType:$result);
  let assemblyFormat = "$src attr-dict `:` type($src)";
  let hasVerifier = 1;
}

def TT_BroadcastOp : TT_RearrangeOp<"broadcast"> {
  let summary = "repeat along dimensions of size one";
  let arguments = (ins TT_Tensor:$src);
}

def TT_ExpandDimsOp : TT_RearrangeOp<"expand_dims"> {
  let summary = "insert a dimension of size one";
  let arguments = (ins TT_Tensor:$src, I32Attr:$axis);
}

def TT_TransOp : TT_RearrangeOp<"trans"> {
  let summary = "permute the dimensions: result dimension i is source dimension order[i]";
  let arguments = (ins TT_Tensor:$src,
                       DefaultValuedAttr<DenseI32ArrayAttr, "{1, 0}">:$order);
}

def TT_ReshapeOp : TT_RearrangeOp<"reshape"> {
  let summary = "the same elements in row-major order under another shape";
  let description = [{
    With `allow_reorder` the compiler may choose *any* order of the elements.
    `tt.view` of old versions reads as this operation with `allow_reorder`.
  }];
  let arguments = (ins TT_Tensor:$src, UnitAttr:$allow_reorder,
                       UnitAttr:$efficient_layout);
  let hasCustomAssemblyFormat = 1;
  let assemblyFormat = ?;
}

def TT_JoinOp : TT_Op<"join", [Pure, SameTypeOperands,
                               SameOperandsAndResultElementType]> {
  let summary = "stack two tensors along a new last dimension";
  let arguments = (ins TT_Tensor:$lhs, TT_Tensor:$rhs);
  let results = (outs TT_Tensor:$result);
  let assemblyFormat = "$lhs `,` $rhs attr-dict `:` type($lhs) `->` type($result)";
  let hasVerifier = 1;
}

def TT_SplitOp : TT_Op<"split", [Pure, AllTypesMatch<["outLHS", "outRHS"]>]> {
  let summary = "the two halves of a last dimension of size two";
  let arguments = (ins TT_Tensor:$src);
  let results = (outs AnyType:$outLHS, AnyType:$outRHS);
  let assemblyFormat = "$src attr-dict `:` type($src) `->` type($outLHS)";
  let hasVerifier = 1;
}

def TT_CatOp : TT_Op<"cat", [Pure, SameTypeOperands,
                             SameOperandsAndResultElementType]> {
  let summary = "all elements of both tensors, in an order the compiler chooses";
  let arguments = (ins TT_Tensor:$lhs, TT_Tensor:$rhs);
  let results = (outs TT_Tensor:$result);
  let assemblyFormat = "$lhs `,` $rhs attr-dict `:` custom<Conversion>(type($lhs), type($result))";
  let hasVerifier = 1;
}

def TT_GatherOp : TT_Op<"gather", [Pure]> {
  let summary = "result[.., i, ..] = src[.., indices[.., i, ..], ..] along one axis";
  let arguments = (ins TT_Tensor:$src, TT_Tensor:$indices, I32Attr:$axis,
                       UnitAttr:$efficient_layout);
  let results = (outs TT_Tensor:$result);
  let assemblyFormat = [{
    $src `[` $indices `]` attr-dict `:` functional-type(operands, $result)
  }];
  let hasVerifier = 1;
}

#endif // TRITON_LIFT_DIALECT_TT_TTSHAPEOPS
