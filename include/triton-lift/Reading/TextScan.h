//===- TextScan.h - is this text fit for MLIR's parser? -===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef TRITON_LIFT_READING_TEXTSCAN_H
#define TRITON_LIFT_READING_TEXTSCAN_H

#include "llvm/ADT/StringRef.h"
#include <optional>
#include <string>

namespace triton_lift {

/// What is wrong with a text, and in which line (from 1).
struct TextProblem {
  std::string message;
  unsigned line;
};

/// Finds what MLIR's parser would not survive or would explain badly: control
/// characters (binary data), brackets nested deeper than `maxDepth` (the parser
/// recurses), arrays of `index` (it aborts), and brackets or strings still open
/// at the end (truncation). One pass, linear time, constant stack.
std::optional<TextProblem> scanText(llvm::StringRef text, size_t maxDepth);

} // namespace triton_lift

#endif // TRITON_LIFT_READING_TEXTSCAN_H
