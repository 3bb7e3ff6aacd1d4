//===- LiftDialect.cpp - registration of the lift dialect -===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "triton-lift/Dialect/Lift/LiftDialect.h"

using namespace mlir;
using namespace triton_lift::lift;

#include "triton-lift/Dialect/Lift/LiftDialect.cpp.inc"

void LiftDialect::initialize() {
  addOperations<
#define GET_OP_LIST
#include "triton-lift/Dialect/Lift/LiftOps.cpp.inc"
      >();
}

#define GET_OP_CLASSES
#include "triton-lift/Dialect/Lift/LiftOps.cpp.inc"
