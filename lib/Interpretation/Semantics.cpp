//===- Semantics.cpp - the table, and the two commonest shapes of an entry
//-===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "triton-lift/Interpretation/Semantics.h"
#include "triton-lift/Interpretation/Interpreter.h"

using namespace mlir;

namespace triton_lift {

const Semantics &Semantics::get() {
  static const Semantics table = [] {
    Semantics semantics;
    addArithSemantics(semantics);
    addMathSemantics(semantics);
    addSCFSemantics(semantics);
    addControlFlowSemantics(semantics);
    addBarrierSemantics(semantics);
    addTTElementwiseSemantics(semantics);
    addTTShapeSemantics(semantics);
    addTTReductionSemantics(semantics);
    addTTMemorySemantics(semantics);
    addTTBlockPointerSemantics(semantics);
    addAMDGSemantics(semantics);
    addTTGSemantics(semantics);
    addTTScaledSemantics(semantics);
    return semantics;
  }();
  return table;
}

void Semantics::elementwise(StringRef name, StringRef term) {
  entries[name].value = [term = term.str()](Interpreter &in, OpResult result,
                                            ArrayRef<Value> index) {
    return in.terms.make(term, elementType(result.getType()),
                         operandsAt(in, result.getOwner(), index));
  };
}

void Semantics::conversion(StringRef name, StringRef term) {
  entries[name].value = [term = term.str()](Interpreter &in, OpResult result,
                                            ArrayRef<Value> index) {
    Value operand = in.at(result.getOwner()->getOperand(0), index);
    return in.terms.cast(term, elementType(result.getType()), operand);
  };
}

/// What orders memory accesses or prints has no part in a formula: a program's
/// accesses take effect in program order.
void addBarrierSemantics(Semantics &semantics) {
  for (StringRef name :
       {"ttg.barrier", "gpu.barrier", "ttg.local_barrier", "tt.print",
        "tt.grid_dependency_wait", "tt.grid_dependency_launch_dependents"})
    semantics.nothing(name);
}

} // namespace triton_lift
