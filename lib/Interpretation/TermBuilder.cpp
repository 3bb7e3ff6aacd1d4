//===- TermBuilder.cpp - hash-consed construction of lift terms -===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "triton-lift/Interpretation/TermBuilder.h"
#include "mlir/IR/BuiltinAttributes.h"

using namespace mlir;

namespace triton_lift {

TermBuilder::TermBuilder(lift::KernelOp kernel)
    : location(kernel.getLoc()), builder(kernel.getContext()) {
  builder.setInsertionPointToEnd(&kernel.getBody().front());
}

OperationName TermBuilder::opName(StringRef op) {
  auto it = names.find(op);
  if (it != names.end())
    return it->second;
  OperationName name(("lift." + op).str(), builder.getContext());
  assert(name.isRegistered() && "not an operation of the lift dialect");
  return names.try_emplace(op, name).first->second;
}

Value TermBuilder::make(StringRef op, Type type, ArrayRef<Value> operands,
                        ArrayRef<NamedAttribute> attributes) {
  if (Value folded = foldTerm(*this, op, type, operands, attributes))
    return folded;
  Key key{opName(op), type, builder.getDictionaryAttr(attributes),
          SmallVector<Value, 3>(operands)};
  auto it = terms.find(key);
  if (it != terms.end())
    return it->second;
  OperationState state(location, key.name);
  state.addOperands(operands);
  state.addTypes(type);
  state.addAttributes(attributes);
  Value term = builder.create(state)->getResult(0);
  terms.emplace(std::move(key), term);
  return term;
}

void TermBuilder::tie(StringRef op, ArrayRef<Value> operands,
                      ArrayRef<NamedAttribute> attributes) {
  OperationState state(location, opName(op));
  state.addOperands(operands);
  state.addAttributes(attributes);
  builder.create(state);
}

Value TermBuilder::opaque(StringRef op, StringRef reason, Type type,
                          Location where) {
  OperationState state(where, opName("unsupported"));
  state.addTypes(type);
  state.addAttributes({attr("op_name", op), attr("reason", reason)});
  return builder.create(state)->getResult(0);
}

Value TermBuilder::constant(TypedAttr value) {
  return make("const", value.getType(), {},
              {builder.getNamedAttr("value", value)});
}

Value TermBuilder::integer(Type type, int64_t value) {
  unsigned width = type.getIntOrFloatBitWidth();
  return constant(builder.getIntegerAttr(type, APInt(width, uint64_t(value),
                                                     /*isSigned=*/true,
                                                     /*implicitTrunc=*/true)));
}

Value TermBuilder::boolean(bool value) {
  return constant(builder.getBoolAttr(value));
}

Value TermBuilder::cast(StringRef op, Type type, Value a) {
  return a.getType() == type && op != "round" ? a : make(op, type, {a});
}

Value TermBuilder::compare(StringRef predicate, Value a, Value b) {
  return make("cmp", builder.getI1Type(), {a, b}, {attr("pred", predicate)});
}

Value TermBuilder::compareFloat(StringRef predicate, Value a, Value b) {
  return make("cmpf", builder.getI1Type(), {a, b}, {attr("pred", predicate)});
}

Value TermBuilder::select(Value condition, Value a, Value b) {
  return make("select", a.getType(), {condition, a, b});
}

Value TermBuilder::signedTo(Type type, Value a) {
  unsigned from = a.getType().getIntOrFloatBitWidth();
  unsigned to = type.getIntOrFloatBitWidth();
  if (from == to)
    return a;
  return make(from < to ? "sext" : "trunc", type, {a});
}

NamedAttribute TermBuilder::attr(StringRef name, int64_t value) {
  return builder.getNamedAttr(name, builder.getI64IntegerAttr(value));
}

NamedAttribute TermBuilder::attr(StringRef name, StringRef value) {
  return builder.getNamedAttr(name, builder.getStringAttr(value));
}

NamedAttribute TermBuilder::unit(StringRef name) {
  return builder.getNamedAttr(name, builder.getUnitAttr());
}

} // namespace triton_lift
