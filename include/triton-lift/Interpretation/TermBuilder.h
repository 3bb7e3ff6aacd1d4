//===- TermBuilder.h - hash-consed construction of lift terms -===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef TRITON_LIFT_INTERPRETATION_TERMBUILDER_H
#define TRITON_LIFT_INTERPRETATION_TERMBUILDER_H

#include "triton-lift/Dialect/Lift/LiftDialect.h"
#include "llvm/ADT/Hashing.h"
#include <optional>
#include <unordered_map>

namespace triton_lift {

using mlir::ArrayRef;
using mlir::SmallVector;
using mlir::SmallVectorImpl;
using mlir::StringRef;
using mlir::Type;
using mlir::Value;

/// Builds terms at the end of a lift.kernel. The same term asked for twice is
/// the same SSA value, so terms are compared by `==`, and the order of creation
/// is topological. Folds what is exact on mathematical integers and booleans;
/// never floats.
class TermBuilder {
public:
  explicit TermBuilder(lift::KernelOp kernel);

  /// The term `lift.<op>`, folded where exact.
  Value make(StringRef op, Type type, ArrayRef<Value> operands,
             ArrayRef<mlir::NamedAttribute> attributes = {});

  /// A tie: `lift.<op>` without result, never shared.
  void tie(StringRef op, ArrayRef<Value> operands,
           ArrayRef<mlir::NamedAttribute> attributes = {});

  /// A term of unknown value; never shared, so two of them are never equal.
  Value opaque(StringRef op, StringRef reason, Type type, mlir::Location where);

  Value constant(mlir::TypedAttr value);
  Value integer(Type type, int64_t value);
  Value boolean(bool value);
  Value unary(StringRef op, Value a) { return make(op, a.getType(), {a}); }
  Value binary(StringRef op, Value a, Value b) {
    return make(op, a.getType(), {a, b});
  }
  Value cast(StringRef op, Type type, Value a);
  Value compare(StringRef predicate, Value a, Value b);
  Value compareFloat(StringRef predicate, Value a, Value b);
  Value select(Value condition, Value a, Value b);
  Value conjunction(Value a, Value b) { return binary("and", a, b); }
  Value negation(Value a) { return binary("xor", a, boolean(true)); }
  /// Sign-extended to (or, from a wider integer, truncated to) `type`.
  Value signedTo(Type type, Value a);

  mlir::NamedAttribute attr(StringRef name, int64_t value);
  mlir::NamedAttribute attr(StringRef name, StringRef value);
  mlir::NamedAttribute unit(StringRef name);

  mlir::Builder &types() { return builder; }
  size_t size() const { return terms.size(); }

  /// Where the terms to come are said to stem from.
  mlir::Location location;

private:
  struct Key {
    mlir::OperationName name;
    Type type;
    mlir::Attribute attributes;
    SmallVector<Value, 3> operands;
    bool operator==(const Key &other) const {
      return name == other.name && type == other.type &&
             attributes == other.attributes && operands == other.operands;
    }
  };
  struct KeyHash {
    size_t operator()(const Key &key) const {
      return llvm::hash_combine(
          key.name, key.type, key.attributes,
          llvm::hash_combine_range(key.operands.begin(), key.operands.end()));
    }
  };

  mlir::OperationName opName(StringRef op);

  mlir::OpBuilder builder;
  llvm::StringMap<mlir::OperationName> names;
  std::unordered_map<Key, Value, KeyHash> terms;
};

/// The value of an integer or boolean constant term (sign-extended).
std::optional<int64_t> constantInteger(Value term);

/// The term that `lift.<op>` on these operands equals exactly, or null.
Value foldTerm(TermBuilder &terms, StringRef op, Type type,
               ArrayRef<Value> operands,
               ArrayRef<mlir::NamedAttribute> attributes);

} // namespace triton_lift

#endif // TRITON_LIFT_INTERPRETATION_TERMBUILDER_H
