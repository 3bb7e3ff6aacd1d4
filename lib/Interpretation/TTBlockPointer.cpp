//===- TTBlockPointer.cpp - semantics of tt: block pointers and descriptors
//-===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BlockPointer.h"

using namespace mlir;

namespace triton_lift {

Value loadBlock(Interpreter &in, OpResult result, ArrayRef<Value> index) {
  return in.unsupported(result.getOwner(), elementType(result.getType()),
                        "a load through a block pointer");
}

void storeBlock(Interpreter &in, Operation *op) {
  in.refuse(op, "a store through a block pointer");
}

void addTTBlockPointerSemantics(Semantics &semantics) {
  semantics.nothing("tt.make_tensor_ptr");
  semantics.nothing("tt.advance");
  semantics.nothing("tt.make_tensor_descriptor");
  semantics.nothing("tt.descriptor_load");
  semantics.nothing("tt.descriptor_gather");
}

} // namespace triton_lift
