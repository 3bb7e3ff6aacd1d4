//===- LiftDialect.td - what a kernel computes, as terms and ties -===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef TRITON_LIFT_DIALECT_LIFT_LIFTDIALECT
#define TRITON_LIFT_DIALECT_LIFT_LIFTDIALECT

include "mlir/IR/OpBase.td"

def Lift_Dialect : Dialect {
  let name = "lift";
  let cppNamespace = "::triton_lift::lift";
  let summary = "scalar terms over bound variables, and what ties them together";
  let description = [{
    The result of symbolic interpretation: nothing here has a shape. The meaning of
    every operation is stated in docs/reference/lift-dialect.md.
  }];
}

#endif // TRITON_LIFT_DIALECT_LIFT_LIFTDIALECT
