//===- Parameters.h - what a kernel's parameters are called -===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef TRITON_LIFT_LIB_INTERPRETATION_PARAMETERS_H
#define TRITON_LIFT_LIB_INTERPRETATION_PARAMETERS_H

#include "triton-lift/Interpretation/Interpreter.h"

namespace triton_lift {

/// The name of the Python parameter, or `arg3` where there is none.
std::string argumentName(mlir::BlockArgument argument);

/// Name, type, divisibility and so on of each parameter, as `lift.kernel` holds
/// them.
mlir::ArrayAttr describeParameters(mlir::Operation *function);

/// Adds to them: what the entries of a table point to is an argument like any
/// other, and so is how long it is.
void describeTables(const Interpreter &interpreter, lift::KernelOp kernel);

/// Marks, among an argument's attributes, the array behind a descriptor.
inline constexpr llvm::StringLiteral behindDescriptor =
    "triton_lift.descriptor";

} // namespace triton_lift

#endif // TRITON_LIFT_LIB_INTERPRETATION_PARAMETERS_H
