//===- Addresses.cpp - addresses: round trips, and tables of them -===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

//
// A table is an array of addresses. What its entries point to is one more array
// of the kernel, of which the buffers are rows: element o of the buffer at
// entry s is element s * size + o. How long a row is does not matter as long as
// no access leaves its row, so the size is one more argument.
//
//===----------------------------------------------------------------------===//

#include "Addresses.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "triton-lift/Interpretation/Interpreter.h"

using namespace mlir;

namespace triton_lift {

static bool isOp(Value value, StringRef name) {
  Operation *op = value.getDefiningOp();
  return op && op->getName().getStringRef() == name;
}

/// `address` as a pointer of this type, or null.
static Value pointerOf(OpBuilder &builder, Value address, Type type) {
  if (isOp(address, "tt.ptr_to_int")) {
    Value pointer = address.getDefiningOp()->getOperand(0);
    if (pointer.getType() == type)
      return pointer;
    OperationState cast(address.getLoc(), "tt.bitcast", {pointer}, {type});
    return builder.create(cast)->getResult(0);
  }
  auto choice = address.getDefiningOp<arith::SelectOp>();
  if (!choice)
    return {};
  Value a = pointerOf(builder, choice.getTrueValue(), type);
  Value b = a ? pointerOf(builder, choice.getFalseValue(), type) : Value();
  if (!b)
    return {};
  OperationState select(address.getLoc(), "arith.select",
                        {choice.getCondition(), a, b}, {type});
  return builder.create(select)->getResult(0);
}

void keepPointers(Operation *function) {
  SmallVector<Operation *> casts;
  function->walk([&](Operation *op) {
    if (op->getName().getStringRef() == "tt.int_to_ptr")
      casts.push_back(op);
  });
  for (Operation *cast : casts) {
    OpBuilder builder(cast);
    if (Value pointer = pointerOf(builder, cast->getOperand(0),
                                  cast->getResult(0).getType())) {
      cast->getResult(0).replaceAllUsesWith(pointer);
      cast->erase();
    }
  }
}

std::optional<unsigned> Interpreter::tableOf(Operation *op,
                                             std::string &reason) {
  auto refused = [&](StringRef why) {
    reason = why.str();
    return std::nullopt;
  };
  Value address = op->getOperand(0);
  Type pointee = pointeeType(op->getResult(0).getType());
  if (!isOp(address, "tt.load") || !pointee || !pointee.isIntOrFloat())
    return refused("a pointer made by tt.int_to_ptr");
  Operation *load = address.getDefiningOp();
  if (load->getNumOperands() != 1 ||
      isa<RankedTensorType>(pointeeType(load->getOperand(0).getType())))
    return refused("a table of pointers under a mask");
  Array table = arrayOf(load->getOperand(0));
  if (!table.argument || *table.argument >= numArguments())
    return refused("a pointer made of what is no entry of one argument");
  for (auto [number, known] : llvm::enumerate(tables))
    if (known.argument == *table.argument) {
      if (known.pointee != pointee)
        return refused("a table of pointers to elements of several types");
      return numArguments() + 2 * number;
    }
  tables.push_back({*table.argument, pointee});
  return numArguments() + 2 * (tables.size() - 1);
}

Value Interpreter::entryOf(OpResult pointer, ArrayRef<Value> index) {
  Operation *op = pointer.getOwner();
  std::string reason;
  std::optional<unsigned> array = tableOf(op, reason);
  Type type = elementType(pointer.getType());
  if (!array)
    return unsupported(op, type, reason);
  if (askingForArrays)
    return terms.integer(type, *array);
  Value entries = op->getOperand(0).getDefiningOp()->getOperand(0);
  Value size = terms.make("param", type, {}, {terms.attr("index", *array + 1)});
  return terms.binary("mul", at(entries, index), size);
}

Type Interpreter::storedIn(unsigned array) {
  if (array >= numArguments())
    return tables[(array - numArguments()) / 2].pointee;
  return pointeeType(function->getRegion(0).getArgument(array).getType());
}

void Interpreter::refuseWrittenTables() {
  for (const Table &table : tables)
    if (writePositions.count(table.argument))
      refuse(function, "a table of pointers that the kernel also writes");
}

} // namespace triton_lift
