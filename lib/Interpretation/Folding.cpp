//===- Folding.cpp - what is exact to fold while building terms -===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

//
// Integers are mathematical, and a wrap is an obligation of the term that could
// wrap: a constant that its width can't hold is therefore never folded to.
//
//===----------------------------------------------------------------------===//

#include "triton-lift/Interpretation/TermBuilder.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;

namespace triton_lift {

std::optional<int64_t> constantInteger(Value term) {
  auto constant = term.getDefiningOp<lift::ConstOp>();
  if (!constant)
    return std::nullopt;
  auto value = dyn_cast<IntegerAttr>(constant.getValue());
  if (!value || value.getValue().getBitWidth() > 64)
    return std::nullopt;
  if (value.getType().isInteger(1))
    return value.getValue().getZExtValue();
  return value.getValue().getSExtValue();
}

namespace {

struct Folder {
  TermBuilder &terms;
  Type type;
  ArrayRef<Value> operands;
  ArrayRef<NamedAttribute> attributes;

  std::optional<int64_t> constant(unsigned i) const {
    return constantInteger(operands[i]);
  }
  bool is(unsigned i, int64_t value) const { return constant(i) == value; }
  bool isBoolean() const { return type.isInteger(1); }

  /// `value` as a constant if the type holds it.
  Value integer(__int128 value) const {
    unsigned width = type.getIntOrFloatBitWidth();
    __int128 bound = __int128(1) << (width - 1);
    if (isBoolean() || width > 64 || value < -bound || value >= bound)
      return {};
    return terms.integer(type, int64_t(value));
  }

  Value add() const {
    if (is(0, 0))
      return operands[1];
    if (is(1, 0))
      return operands[0];
    if (constant(0) && constant(1))
      return integer(__int128(*constant(0)) + *constant(1));
    return {};
  }
  Value sub() const {
    if (is(1, 0))
      return operands[0];
    if (operands[0] == operands[1])
      return integer(0);
    if (constant(0) && constant(1))
      return integer(__int128(*constant(0)) - *constant(1));
    return {};
  }
  Value mul() const {
    if (isBoolean())
      return {};
    for (unsigned i : {0u, 1u}) {
      if (is(i, 1))
        return operands[1 - i];
      if (is(i, 0))
        return operands[i];
    }
    if (constant(0) && constant(1))
      return integer(__int128(*constant(0)) * *constant(1));
    return {};
  }
  Value divs() const {
    if (is(1, 1) && !isBoolean())
      return operands[0];
    if (constant(0) && constant(1) && *constant(1) != 0)
      return integer(__int128(*constant(0)) / *constant(1));
    return {};
  }
  Value rems() const {
    if (isBoolean())
      return {};
    if (is(1, 1))
      return integer(0);
    if (constant(0) && constant(1) && *constant(1) != 0)
      return integer(__int128(*constant(0)) % *constant(1));
    return {};
  }
  Value conjunction() const {
    if (operands[0] == operands[1])
      return operands[0];
    if (!isBoolean())
      return {};
    for (unsigned i : {0u, 1u}) {
      if (is(i, 1))
        return operands[1 - i];
      if (is(i, 0))
        return operands[i];
    }
    return {};
  }
  Value disjunction() const {
    if (operands[0] == operands[1])
      return operands[0];
    if (!isBoolean())
      return {};
    for (unsigned i : {0u, 1u}) {
      if (is(i, 0))
        return operands[1 - i];
      if (is(i, 1))
        return operands[i];
    }
    return {};
  }
  Value exclusive() const {
    if (!isBoolean())
      return {};
    for (unsigned i : {0u, 1u})
      if (is(i, 0))
        return operands[1 - i];
    if (constant(0) && constant(1))
      return terms.boolean(*constant(0) != *constant(1));
    // not not a
    auto inner = operands[0].getDefiningOp<lift::XorOp>();
    if (is(1, 1) && inner && constantInteger(inner.getRhs()) == 1)
      return inner.getLhs();
    return {};
  }
  Value select() const {
    if (operands[1] == operands[2] || is(0, 1))
      return operands[1];
    if (is(0, 0))
      return operands[2];
    return {};
  }
  Value sext() const {
    if (auto value = constant(0); value && !operands[0].getType().isInteger(1))
      return integer(*value);
    return {};
  }
  Value zext() const {
    if (auto value = constant(0);
        value && (*value >= 0 || operands[0].getType().isInteger(1)))
      return integer(*value);
    return {};
  }
  Value trunc() const {
    Operation *inner = operands[0].getDefiningOp();
    if (inner && isa<lift::SExtOp, lift::ZExtOp>(inner) &&
        inner->getOperand(0).getType() == type)
      return inner->getOperand(0);
    if (auto value = constant(0))
      return integer(*value);
    return {};
  }
  /// `select(c, m, n) == k` of constants is `c`, its negation, or known.
  Value compareSelected(StringRef predicate) const {
    auto choice = operands[0].getDefiningOp<lift::SelectOp>();
    auto k = constant(1);
    if (predicate != "eq" || !choice || !k)
      return {};
    auto m = constantInteger(choice.getLhs());
    auto n = constantInteger(choice.getRhs());
    if (!m || !n)
      return {};
    if ((*m == *k) == (*n == *k))
      return terms.boolean(*m == *k);
    Value condition = choice.getCondition();
    return *m == *k ? condition : terms.negation(condition);
  }
  Value compare() const {
    auto a = constant(0), b = constant(1);
    StringRef predicate;
    for (NamedAttribute attribute : attributes)
      if (attribute.getName() == "pred")
        predicate = cast<StringAttr>(attribute.getValue()).getValue();
    if (operands[0].getType().isInteger(1))
      return {};
    if (!a || !b)
      return compareSelected(predicate);
    uint64_t ua = *a, ub = *b;
    static const llvm::StringMap<int> codes = {
        {"eq", 0},  {"ne", 1},  {"slt", 2}, {"sle", 3}, {"sgt", 4},
        {"sge", 5}, {"ult", 6}, {"ule", 7}, {"ugt", 8}, {"uge", 9}};
    // Sign extension keeps the unsigned order of equal widths.
    const bool results[] = {*a == *b,
                            *a != *b,
                            *a<*b, *a <= *b, *a> * b,
                            *a >= *b,
                            ua<ub, ua <= ub, ua> ub,
                            ua >= ub};
    auto it = codes.find(predicate);
    return it == codes.end() ? Value() : terms.boolean(results[it->second]);
  }
};

} // namespace

Value foldTerm(TermBuilder &terms, StringRef op, Type type,
               ArrayRef<Value> operands, ArrayRef<NamedAttribute> attributes) {
  static const llvm::StringMap<Value (Folder::*)() const> rules = {
      {"add", &Folder::add},        {"sub", &Folder::sub},
      {"mul", &Folder::mul},        {"divs", &Folder::divs},
      {"rems", &Folder::rems},      {"and", &Folder::conjunction},
      {"or", &Folder::disjunction}, {"xor", &Folder::exclusive},
      {"select", &Folder::select},  {"sext", &Folder::sext},
      {"zext", &Folder::zext},      {"trunc", &Folder::trunc},
      {"cmp", &Folder::compare}};
  auto rule = rules.find(op);
  if (rule == rules.end())
    return {};
  return (Folder{terms, type, operands, attributes}.*rule->second)();
}

} // namespace triton_lift
