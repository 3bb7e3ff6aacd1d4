//===- LiftOps.td - leaves, terms, binders and ties -===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef TRITON_LIFT_DIALECT_LIFT_LIFTOPS
#define TRITON_LIFT_DIALECT_LIFT_LIFTOPS

include "mlir/IR/BuiltinAttributeInterfaces.td"
include "mlir/IR/OpAsmInterface.td"
include "mlir/IR/RegionKindInterface.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "triton-lift/Dialect/Lift/LiftDialect.td"

class Lift_Op<string mnemonic, list<Trait> traits = []>
    : Op<Lift_Dialect, mnemonic, traits>;

// A term: pure, one scalar result.
class Lift_Term<string mnemonic, list<Trait> traits = []>
    : Lift_Op<mnemonic, !listconcat([Pure], traits)> {
  let results = (outs AnyType:$result);
}

//===----------------------------------------------------------------------===//
// The kernel
//===----------------------------------------------------------------------===//

def Lift_KernelOp : Lift_Op<"kernel", [IsolatedFromAbove, Symbol, SingleBlock,
                                       NoTerminator, NoRegionArguments]> {
  let summary = "what one kernel computes: terms in topological order, then ties";
  let arguments = (ins SymbolNameAttr:$sym_name, ArrayAttr:$params);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = "$sym_name `params` $params attr-dict-with-keyword $body";
}

//===----------------------------------------------------------------------===//
// Leaves
//===----------------------------------------------------------------------===//

def Lift_ParamOp : Lift_Term<"param"> {
  let summary = "scalar kernel argument";
  let arguments = (ins I64Attr:$index);
  let assemblyFormat = "$index attr-dict `:` type($result)";
}

def Lift_ConstOp : Lift_Term<"const", [AllTypesMatch<["value", "result"]>]> {
  let summary = "constant, exactly as in the IR";
  let arguments = (ins TypedAttrInterface:$value);
  let assemblyFormat = "attr-dict $value";
}

class Lift_Axis<string mnemonic> : Lift_Op<mnemonic, [Pure]> {
  let arguments = (ins I64Attr:$axis);
  let results = (outs I32:$result);
  let assemblyFormat = "$axis attr-dict";
}
def Lift_PidOp : Lift_Axis<"pid"> { let summary = "program id"; }
def Lift_NprogsOp : Lift_Axis<"nprogs"> { let summary = "number of programs"; }

def Lift_VarOp : Lift_Op<"var", [Pure]> {
  let summary = "bound variable, 0 <= v < extent";
  let arguments = (ins I64Attr:$id, StrAttr:$kind, OptionalAttr<I64Attr>:$extent);
  let results = (outs I32:$result);
  let assemblyFormat = "$id $kind (`extent` $extent^)? attr-dict";
}

class Lift_Carried<string mnemonic> : Lift_Term<mnemonic> {
  let arguments = (ins I64Attr:$loop, I64Attr:$pos, Variadic<I32>:$indices);
  let assemblyFormat = "$loop $pos `[` $indices `]` attr-dict `:` type($result)";
}
def Lift_StateOp : Lift_Carried<"state"> {
  let summary = "carried value at the start of the current iteration";
}
def Lift_FinalOp : Lift_Carried<"final"> {
  let summary = "carried value after the loop";
}

def Lift_ElementOp : Lift_Term<"element"> {
  let summary = "element of a tensor that has a definition of its own";
  let arguments = (ins I64Attr:$tensor, Variadic<I32>:$indices,
                       OptionalAttr<I64Attr>:$loop);
  let assemblyFormat = [{
    $tensor `[` $indices `]` (`in` $loop^)? attr-dict `:` type($result)
  }];
}

def Lift_ArbitraryOp : Lift_Term<"arbitrary"> {
  let summary = "unknown value, the same for the same id and indices";
  let arguments = (ins I64Attr:$id, Variadic<I32>:$indices,
                       OptionalAttr<StrAttr>:$missing);
  let assemblyFormat = [{
    $id `[` $indices `]` (`missing` $missing^)? attr-dict `:` type($result)
  }];
}

def Lift_FetchedOp : Lift_Term<"fetched"> {
  let summary = "what an atomic update finds: the element just before it";
  let arguments = (ins I64Attr:$effect, Variadic<I32>:$indices);
  let assemblyFormat = "$effect `[` $indices `]` attr-dict `:` type($result)";
}

def Lift_ElemOp : Lift_Term<"elem"> {
  let summary = "leaf inside a fold's combine: its left or right argument";
  let arguments = (ins I64Attr:$fold, I64Attr:$pos, StrAttr:$side);
  let assemblyFormat = "$fold $pos $side attr-dict `:` type($result)";
}

//===----------------------------------------------------------------------===//
// Terms
//===----------------------------------------------------------------------===//

class Lift_Unary<string mnemonic>
    : Lift_Term<mnemonic, [SameOperandsAndResultType]> {
  let arguments = (ins AnyType:$operand);
  let assemblyFormat = "$operand attr-dict `:` type($result)";
}
class Lift_Binary<string mnemonic>
    : Lift_Term<mnemonic, [SameOperandsAndResultType]> {
  let arguments = (ins AnyType:$lhs, AnyType:$rhs);
  let assemblyFormat = "$lhs `,` $rhs attr-dict `:` type($result)";
}
class Lift_Cast<string mnemonic> : Lift_Term<mnemonic> {
  let arguments = (ins AnyType:$operand);
  let assemblyFormat = "$operand attr-dict `:` type($operand) `->` type($result)";
}
class Lift_Compare<string mnemonic>
    : Lift_Op<mnemonic, [Pure, SameTypeOperands]> {
  let arguments = (ins StrAttr:$pred, AnyType:$lhs, AnyType:$rhs);
  let results = (outs I1:$result);
  let assemblyFormat = "$pred $lhs `,` $rhs attr-dict `:` type($lhs)";
}

def Lift_AddOp : Lift_Binary<"add">;
def Lift_SubOp : Lift_Binary<"sub">;
def Lift_MulOp : Lift_Binary<"mul">;
def Lift_DivSOp : Lift_Binary<"divs">;
def Lift_RemSOp : Lift_Binary<"rems">;
def Lift_DivUOp : Lift_Binary<"divu">;
def Lift_RemUOp : Lift_Binary<"remu">;
def Lift_AndOp : Lift_Binary<"and">;
def Lift_OrOp : Lift_Binary<"or">;
def Lift_XorOp : Lift_Binary<"xor">;
def Lift_ShlOp : Lift_Binary<"shl">;
def Lift_ShrSOp : Lift_Binary<"shrs">;
def Lift_ShrUOp : Lift_Binary<"shru">;
def Lift_MinSOp : Lift_Binary<"mins">;
def Lift_MaxSOp : Lift_Binary<"maxs">;
def Lift_MinUOp : Lift_Binary<"minu">;
def Lift_MaxUOp : Lift_Binary<"maxu">;
def Lift_MulHiUOp : Lift_Binary<"mulhiu">;
def Lift_AddFOp : Lift_Binary<"addf">;
def Lift_SubFOp : Lift_Binary<"subf">;
def Lift_MulFOp : Lift_Binary<"mulf">;
def Lift_DivFOp : Lift_Binary<"divf">;
def Lift_RemFOp : Lift_Binary<"remf">;
def Lift_MaxFOp : Lift_Binary<"maxf">;
def Lift_MinFOp : Lift_Binary<"minf">;
def Lift_PowFOp : Lift_Binary<"powf">;

def Lift_AbsOp : Lift_Unary<"abs">;
def Lift_NegFOp : Lift_Unary<"negf">;
def Lift_AbsFOp : Lift_Unary<"absf">;
def Lift_ExpOp : Lift_Unary<"exp">;
def Lift_Exp2Op : Lift_Unary<"exp2">;
def Lift_LogOp : Lift_Unary<"log">;
def Lift_Log2Op : Lift_Unary<"log2">;
def Lift_SqrtOp : Lift_Unary<"sqrt">;
def Lift_RsqrtOp : Lift_Unary<"rsqrt">;
def Lift_SinOp : Lift_Unary<"sin">;
def Lift_CosOp : Lift_Unary<"cos">;
def Lift_TanOp : Lift_Unary<"tan">;
def Lift_TanhOp : Lift_Unary<"tanh">;
def Lift_ErfOp : Lift_Unary<"erf">;
def Lift_FloorOp : Lift_Unary<"floor">;
def Lift_CeilOp : Lift_Unary<"ceil">;

def Lift_SExtOp : Lift_Cast<"sext">;
def Lift_ZExtOp : Lift_Cast<"zext">;
def Lift_TruncOp : Lift_Cast<"trunc">;
def Lift_ExtFOp : Lift_Cast<"extf">;
def Lift_SIToFPOp : Lift_Cast<"sitofp">;
def Lift_UIToFPOp : Lift_Cast<"uitofp">;
def Lift_FPToSIOp : Lift_Cast<"fptosi">;
def Lift_FPToUIOp : Lift_Cast<"fptoui">;
def Lift_BitcastOp : Lift_Cast<"bitcast">;

def Lift_CmpOp : Lift_Compare<"cmp"> { let summary = "integer comparison"; }
def Lift_CmpFOp : Lift_Compare<"cmpf"> { let summary = "float comparison"; }

def Lift_SelectOp : Lift_Term<"select", [AllTypesMatch<["lhs", "rhs", "result"]>]> {
  let summary = "the one operand or the other";
  let arguments = (ins I1:$condition, AnyType:$lhs, AnyType:$rhs);
  let assemblyFormat = "$condition `,` $lhs `,` $rhs attr-dict `:` type($result)";
}

def Lift_RoundOp : Lift_Term<"round"> {
  let summary = "the operand, rounded to a narrower format";
  let arguments = (ins StrAttr:$to, AnyType:$operand);
  let assemblyFormat = "$to $operand attr-dict `:` type($operand) `->` type($result)";
}

def Lift_CallOp : Lift_Term<"call"> {
  let summary = "a function known by its symbol only; pure and deterministic";
  let arguments = (ins StrAttr:$callee, Variadic<AnyType>:$operands_);
  let assemblyFormat = [{
    $callee `(` $operands_ `)` attr-dict `:` functional-type($operands_, $result)
  }];
}

def Lift_ReadOp : Lift_Term<"read"> {
  let summary = "element of an array";
  let arguments = (ins I64Attr:$array, I64:$offset, I64Attr:$version,
                       OptionalAttr<DenseI64ArrayAttr>:$storing_loops,
                       OptionalAttr<I64Attr>:$order);
  let assemblyFormat = [{
    $array `[` $offset `]` `version` $version
    (`storing_loops` $storing_loops^)? (`order` $order^)? attr-dict `:`
    type($result)
  }];
}

//===----------------------------------------------------------------------===//
// Binders
//===----------------------------------------------------------------------===//

def Lift_ReduceOp : Lift_Term<"reduce", [AllTypesMatch<["body", "result"]>]> {
  let summary = "reduction of the body over the variable's extent";
  let arguments = (ins StrAttr:$kind, I32:$variable, AnyType:$body);
  let assemblyFormat = "$kind $variable `,` $body attr-dict `:` type($result)";
}

def Lift_FoldResultOp : Lift_Term<"foldresult"> {
  let summary = "one result of a reduction with a combine of its own";
  let arguments = (ins I64Attr:$fold, I64Attr:$pos, I32:$variable,
                       Variadic<AnyType>:$bodies);
  let assemblyFormat = [{
    $fold $pos $variable `,` `(` $bodies `)` attr-dict `:`
    functional-type($bodies, $result)
  }];
}

def Lift_ScanOp : Lift_Term<"scan", [AllTypesMatch<["body", "result"]>]> {
  let summary = "reduction over a prefix, var <= bound (reverse: var >= bound)";
  let arguments = (ins StrAttr:$kind, I32:$variable, I32:$bound, AnyType:$body,
                       UnitAttr:$reverse);
  let assemblyFormat = [{
    $kind $variable `to` $bound `,` $body (`reverse` $reverse^)? attr-dict `:`
    type($result)
  }];
}

def Lift_ScanResultOp : Lift_Term<"scanresult"> {
  let summary = "one result of a prefix reduction with a combine of its own";
  let arguments = (ins I64Attr:$fold, I64Attr:$pos, I32:$variable, I32:$bound,
                       Variadic<AnyType>:$bodies, UnitAttr:$reverse);
  let assemblyFormat = [{
    $fold $pos $variable `to` $bound `,` `(` $bodies `)`
    (`reverse` $reverse^)? attr-dict `:` functional-type($bodies, $result)
  }];
}

//===----------------------------------------------------------------------===//
// Ties
//===----------------------------------------------------------------------===//

def Lift_LoopOp : Lift_Op<"loop", [AllTypesMatch<["lb", "ub", "step"]>]> {
  let summary = "a counted loop, bound by its iteration counter";
  let arguments = (ins I64Attr:$id, I32:$variable, AnyType:$lb, AnyType:$ub,
                       AnyType:$step, I1:$guard, OptionalAttr<I64Attr>:$parent);
  let assemblyFormat = [{
    $id $variable `from` $lb `to` $ub `step` $step `if` $guard
    (`in` $parent^)? attr-dict `:` type($lb)
  }];
}

def Lift_CarryOp : Lift_Op<"carry", [AllTypesMatch<["init", "next"]>]> {
  let summary = "a loop's carried value, as functions of its coordinates";
  let arguments = (ins I64Attr:$loop, I64Attr:$pos, Variadic<I32>:$coords,
                       AnyType:$init, AnyType:$next);
  let assemblyFormat = [{
    $loop $pos `[` $coords `]` `init` $init `next` $next attr-dict `:` type($init)
  }];
}

def Lift_TensorOp : Lift_Op<"tensor"> {
  let summary = "a tensor with a definition of its own, as a function of its coordinates";
  let arguments = (ins I64Attr:$id, Variadic<I32>:$coords, AnyType:$body);
  let assemblyFormat = "$id `[` $coords `]` `=` $body attr-dict `:` type($body)";
}

def Lift_FoldOp : Lift_Op<"fold"> {
  let summary = "a combine: its results, in terms of lift.elem";
  let arguments = (ins I64Attr:$id, Variadic<AnyType>:$results_);
  let assemblyFormat = "$id `(` $results_ `)` attr-dict `:` type($results_)";
}

def Lift_EffectOp : Lift_Op<"effect"> {
  let summary = "one write of an array element, for all lanes and iterations";
  let arguments = (ins StrAttr:$kind, I64Attr:$array, DenseI64ArrayAttr:$loops,
                       I64Attr:$order,
                       DefaultValuedOptionalAttr<I64Attr, "0">:$version,
                       Variadic<I32>:$lanes, I64:$offset, I1:$guard,
                       AnyType:$value);
  let assemblyFormat = [{
    $kind $array `[` $offset `]` `=` $value `if` $guard `lanes` `[` $lanes `]`
    `loops` $loops `order` $order attr-dict `:` type($value)
  }];
}

def Lift_AssumeOp : Lift_Op<"assume"> {
  let summary = "a condition the kernel takes for granted or traps on";
  let arguments = (ins StrAttr:$kind, I1:$condition, I1:$guard,
                       Variadic<I32>:$lanes);
  let assemblyFormat = "$kind $condition `if` $guard `lanes` `[` $lanes `]` attr-dict";
}

def Lift_UnsupportedOp : Lift_Op<"unsupported"> {
  let summary = "something without semantics here; with a result: a term of unknown value";
  let arguments = (ins StrAttr:$op_name, StrAttr:$reason);
  let results = (outs Optional<AnyType>:$result);
  let assemblyFormat = "$op_name $reason attr-dict (`:` type($result)^)?";
}

#endif // TRITON_LIFT_DIALECT_LIFT_LIFTOPS
