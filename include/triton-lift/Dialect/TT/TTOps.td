//===- TTOps.td - all operations of the tt dialect -===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef TRITON_LIFT_DIALECT_TT_TTOPS
#define TRITON_LIFT_DIALECT_TT_TTOPS

include "triton-lift/Dialect/TT/TTComputeOps.td"
include "triton-lift/Dialect/TT/TTDescriptorOps.td"
include "triton-lift/Dialect/TT/TTMemoryOps.td"
include "triton-lift/Dialect/TT/TTRegionOps.td"
include "triton-lift/Dialect/TT/TTShapeOps.td"
include "triton-lift/Dialect/TT/TTStructureOps.td"

#endif // TRITON_LIFT_DIALECT_TT_TTOPS
