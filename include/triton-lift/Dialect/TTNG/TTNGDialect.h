//===- TTNGDialect.h - the ttng dialect -===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef TRITON_LIFT_DIALECT_TTNG_TTNGDIALECT_H
#define TRITON_LIFT_DIALECT_TTNG_TTNGDIALECT_H

#include "triton-lift/Dialect/TTG/TTGDialect.h"

#include "triton-lift/Dialect/TTNG/TTNGDialect.h.inc"

#define GET_OP_CLASSES
#include "triton-lift/Dialect/TTNG/TTNGOps.h.inc"

#endif // TRITON_LIFT_DIALECT_TTNG_TTNGDIALECT_H
