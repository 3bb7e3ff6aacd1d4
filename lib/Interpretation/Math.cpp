//===- Math.cpp - semantics of the math dialect -===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "triton-lift/Interpretation/Interpreter.h"

using namespace mlir;

namespace triton_lift {

void addMathSemantics(Semantics &semantics) {
  const std::pair<StringRef, StringRef> same[] = {
      {"absf", "absf"}, {"absi", "abs"},    {"exp", "exp"},
      {"exp2", "exp2"}, {"log", "log"},     {"log2", "log2"},
      {"sqrt", "sqrt"}, {"rsqrt", "rsqrt"}, {"sin", "sin"},
      {"cos", "cos"},   {"tan", "tan"},     {"tanh", "tanh"},
      {"erf", "erf"},   {"floor", "floor"}, {"ceil", "ceil"},
      {"powf", "powf"}};
  for (auto [name, term] : same)
    semantics.elementwise(("math." + name).str(), term);
  semantics["math.fma"].value = [](Interpreter &in, OpResult result,
                                   ArrayRef<Value> index) {
    SmallVector<Value> a = operandsAt(in, result.getOwner(), index);
    return in.terms.binary("addf", in.terms.binary("mulf", a[0], a[1]), a[2]);
  };
}

} // namespace triton_lift
