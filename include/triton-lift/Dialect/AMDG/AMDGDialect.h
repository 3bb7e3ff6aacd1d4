//===- AMDGDialect.h - the amdg dialect -===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef TRITON_LIFT_DIALECT_AMDG_AMDGDIALECT_H
#define TRITON_LIFT_DIALECT_AMDG_AMDGDIALECT_H

#include "triton-lift/Dialect/TT/TTDialect.h"

#include "triton-lift/Dialect/AMDG/AMDGDialect.h.inc"

#define GET_OP_CLASSES
#include "triton-lift/Dialect/AMDG/AMDGOps.h.inc"

#endif // TRITON_LIFT_DIALECT_AMDG_AMDGDIALECT_H
