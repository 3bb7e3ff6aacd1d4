//===- PTX.h - straight-line assembly as terms -===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef TRITON_LIFT_LIB_INTERPRETATION_PTX_H
#define TRITON_LIFT_LIB_INTERPRETATION_PTX_H

#include "triton-lift/Interpretation/Interpreter.h"

namespace triton_lift {

/// What NVIDIA assembly leaves in its result registers `$0`, `$1`, ..., of
/// these types; the registers after them hold the inputs. Nothing, with the
/// reason, where an instruction is not understood. `undefined` gives what a
/// register holds before it is written.
SmallVector<Value> runPTX(TermBuilder &terms, StringRef text,
                          ArrayRef<Type> results, ArrayRef<Value> inputs,
                          llvm::function_ref<Value(mlir::Type)> undefined,
                          std::string &reason);

/// Whether assembly only waits for other programs or threads, or lets them go
/// on.
bool onlyOrdersPTX(StringRef text);

} // namespace triton_lift

#endif // TRITON_LIFT_LIB_INTERPRETATION_PTX_H
