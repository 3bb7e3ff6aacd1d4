//===- TTStructureOps.td - functions, program ids, diagnostics -===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef TRITON_LIFT_DIALECT_TT_TTSTRUCTUREOPS
#define TRITON_LIFT_DIALECT_TT_TTSTRUCTUREOPS

include "triton-lift/Dialect/TT/TTOpBase.td"

def TT_FuncOp : TT_Op<"func", [AffineScope, AutomaticAllocationScope,
                               FunctionOpInterface, IsolatedFromAbove,
                               OpAsmOpInterface]> {
  let summary = "a kernel (public) or a device function (private)";
  let arguments = (ins SymbolNameAttr:$sym_name,
                       TypeAttrOf<FunctionType>:$function_type,
                       OptionalAttr<StrAttr>:$sym_visibility,
                       OptionalAttr<DictArrayAttr>:$arg_attrs,
                       OptionalAttr<DictArrayAttr>:$res_attrs);
  let regions = (region AnyRegion:$body);
  let hasCustomAssemblyFormat = 1;
  let extraClassDeclaration = [{
    ::mlir::Region *getCallableRegion() {
      return isExternal() ? nullptr : &getBody();
    }
    llvm::ArrayRef<mlir::Type> getArgumentTypes() {
      return getFunctionType().getInputs();
    }
    llvm::ArrayRef<mlir::Type> getResultTypes() {
      return getFunctionType().getResults();
    }
    bool isDeclaration() { return isExternal(); }
  }];
}

def TT_ReturnOp : TT_Op<"return", [Pure, HasParent<"FuncOp">, ReturnLike,
                                   Terminator]> {
  let summary = "end of a function";
  let arguments = (ins Variadic<AnyType>:$srcs);
  let assemblyFormat = "attr-dict ($srcs^ `:` type($srcs))?";
  let hasVerifier = 1;
}

def TT_CallOp : TT_Op<"call", [DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "call of a device function of the same module";
  let arguments = (ins FlatSymbolRefAttr:$callee, Variadic<AnyType>:$args);
  let results = (outs Variadic<AnyType>:$results);
  let assemblyFormat =
      "$callee `(` $args `)` attr-dict `:` functional-type($args, $results)";
}

class TT_AxisOp<string mnemonic> : TT_Op<mnemonic, [Pure]> {
  let arguments = (ins ConfinedAttr<I32Attr, [IntNonNegative, IntMaxValue<2>]>:$axis);
  let results = (outs I32:$result);
  let assemblyFormat = "custom<Axis>($axis) attr-dict `:` type($result)";
}
def TT_GetProgramIdOp : TT_AxisOp<"get_program_id"> {
  let summary = "this program's position in the grid along one axis";
}
def TT_GetNumProgramsOp : TT_AxisOp<"get_num_programs"> {
  let summary = "size of the grid along one axis";
}

def TT_AssertOp : TT_Op<"assert", [MemoryEffects<[MemWrite]>]> {
  let summary = "the condition holds for every lane, or the launch fails";
  let arguments = (ins TT_IntegerLike:$condition, StrAttr:$message);
  let hasCustomAssemblyFormat = 1;
}

def TT_PrintOp : TT_Op<"print", [MemoryEffects<[MemWrite]>]> {
  let summary = "print to the host's console";
  let arguments = (ins StrAttr:$prefix, Variadic<AnyType>:$args);
  let assemblyFormat = "$prefix attr-dict (`:` $args^ `:` type($args))?";
}

def TT_GridDependencyWaitOp
    : TT_Op<"grid_dependency_wait", [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "wait for the kernel launched before";
  let assemblyFormat = "attr-dict";
}
def TT_GridDependencyLaunchDependentsOp
    : TT_Op<"grid_dependency_launch_dependents",
            [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "let the kernel launched after start";
  let assemblyFormat = "attr-dict";
}

#endif // TRITON_LIFT_DIALECT_TT_TTSTRUCTUREOPS
