//===- TTScaled.cpp - semantics of tt.dot_scaled -===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

//
// Groups of elements along K share a scale: a power of two given by its biased
// exponent (255: NaN), or an 8-bit float. Elements of 4 bits (e2m1) come in
// pairs, the first in the low half of a byte.
//
//===----------------------------------------------------------------------===//

#include "triton-lift/Dialect/TT/TTDialect.h"
#include "triton-lift/Interpretation/Interpreter.h"

using namespace mlir;

namespace triton_lift {

namespace {
/// One of the two matrices: `kAxis` is the dimension that is summed over.
struct Matrix {
  Value elements, scales;
  bool isPacked;
  unsigned kAxis, packedAxis;

  int64_t size(unsigned axis) const {
    int64_t stored = shapeOf(elements.getType())[axis];
    return isPacked && axis == packedAxis ? 2 * stored : stored;
  }
};
} // namespace

static Value number(Interpreter &in, FloatType type, double value) {
  return in.terms.constant(in.terms.types().getFloatAttr(type, value));
}

/// The number that the low four bits of an i32 stand for.
static Value fromFourBits(Interpreter &in, FloatType type, Value bits) {
  TermBuilder &terms = in.terms;
  static const double magnitudes[] = {0, 0.5, 1, 1.5, 2, 3, 4, 6};
  auto constant = [&](int64_t n) { return terms.integer(bits.getType(), n); };
  Value low = terms.binary("and", bits, constant(7));
  Value result = number(in, type, magnitudes[7]);
  for (int64_t n = 6; n >= 0; --n)
    result = terms.select(terms.compare("eq", low, constant(n)),
                          number(in, type, magnitudes[n]), result);
  Value sign = terms.binary("and", bits, constant(8));
  return terms.select(terms.compare("eq", sign, constant(0)), result,
                      terms.unary("negf", result));
}

/// The element at `index`, without its scale.
static Value element(Interpreter &in, Operation *op, const Matrix &matrix,
                     ArrayRef<Value> index, FloatType type) {
  TermBuilder &terms = in.terms;
  if (!matrix.isPacked) {
    Value value = in.at(matrix.elements, index);
    auto from = dyn_cast<FloatType>(value.getType());
    if (!from || !holdsAll(type, from))
      return in.unsupported(op, type, "scaled elements of this type");
    return terms.cast("extf", type, value);
  }
  Type i32 = terms.types().getI32Type();
  Value place = index[matrix.packedAxis], two = terms.integer(i32, 2);
  SmallVector<Value> source(index);
  source[matrix.packedAxis] = terms.binary("divs", place, two);
  Value byte = terms.make("zext", i32, {in.at(matrix.elements, source)});
  Value shift = terms.binary("mul", terms.binary("rems", place, two),
                             terms.integer(i32, 4));
  return fromFourBits(in, type, terms.binary("shru", byte, shift));
}

static Value scaleOf(Interpreter &in, Operation *op, const Matrix &matrix,
                     ArrayRef<Value> index, FloatType type) {
  TermBuilder &terms = in.terms;
  Type i32 = terms.types().getI32Type();
  int64_t k = matrix.size(matrix.kAxis);
  int64_t count = shapeOf(matrix.scales.getType())[1];
  Value group =
      terms.binary("divs", index[matrix.kAxis], terms.integer(i32, k / count));
  Value scale = in.at(matrix.scales, {index[1 - matrix.kAxis], group});
  if (auto from = dyn_cast<FloatType>(scale.getType())) {
    if (!holdsAll(type, from))
      return in.unsupported(op, type, "scales of this type");
    return terms.cast("extf", type, scale);
  }
  Value exponent = terms.binary("sub", terms.make("zext", i32, {scale}),
                                terms.integer(i32, 127));
  Value power = terms.unary("exp2", terms.make("sitofp", type, {exponent}));
  Value nan = terms.constant(terms.types().getFloatAttr(
      type, APFloat::getNaN(type.getFloatSemantics())));
  return terms.select(
      terms.compare("eq", exponent, terms.integer(i32, 255 - 127)), nan, power);
}

/// Whether the scales fit the matrix: one for each group of each row (column).
static bool fits(const Matrix &matrix) {
  ArrayRef<int64_t> shape = shapeOf(matrix.elements.getType());
  Type type = elementType(matrix.elements.getType());
  if (shape.size() != 2 || (matrix.isPacked && !type.isInteger(8)))
    return false;
  if (!matrix.scales)
    return true;
  ArrayRef<int64_t> scales = shapeOf(matrix.scales.getType());
  Type scale = elementType(matrix.scales.getType());
  return scales.size() == 2 && scales[0] == matrix.size(1 - matrix.kAxis) &&
         matrix.size(matrix.kAxis) % scales[1] == 0 &&
         (scale.isInteger(8) || isa<FloatType>(scale));
}

/// In the numbering of Triton's ScaleDotElemType, 4.
static bool isFourBits(Attribute kind) {
  if (auto name = dyn_cast<StringAttr>(kind))
    return name.getValue() == "e2m1";
  return cast<IntegerAttr>(kind).getInt() == 4;
}

static Value dotScaled(Interpreter &in, OpResult result,
                       ArrayRef<Value> index) {
  auto op = cast<tt::DotScaledOp>(result.getOwner());
  TermBuilder &terms = in.terms;
  auto type = dyn_cast<FloatType>(elementType(result.getType()));
  bool leftAlongK = op.getLhsKPack(), rightAlongK = op.getRhsKPack();
  Matrix a{op.getA(), op.getAScale(), isFourBits(op.getAElemTypeAttr()), 1,
           leftAlongK ? 1u : 0u};
  Matrix b{op.getB(), op.getBScale(), isFourBits(op.getBElemTypeAttr()), 0,
           rightAlongK ? 0u : 1u};
  ArrayRef<int64_t> shape = shapeOf(result.getType());
  if (!type || shape.size() != 2 || !fits(a) || !fits(b) ||
      a.size(1) != b.size(0) || a.size(0) != shape[0] || b.size(1) != shape[1])
    return in.unsupported(op, elementType(result.getType()),
                          "a scaled product of these shapes or types");
  int64_t extent = a.size(1);
  Value k = extent == 1 ? terms.integer(terms.types().getI32Type(), 0)
                        : in.freshVariable("reduce", extent);
  // Scaled in the format that the tensor cores multiply.
  auto scaled = [&](const Matrix &matrix, ArrayRef<Value> place) {
    Value value = element(in, op, matrix, place, type);
    if (matrix.scales)
      value = terms.binary("mulf", value, scaleOf(in, op, matrix, place, type));
    return terms.make(
        "round", type, {value},
        {terms.attr("to", StringRef("the format of the product"))});
  };
  Value sum =
      terms.binary("mulf", scaled(a, {index[0], k}), scaled(b, {k, index[1]}));
  if (extent != 1)
    sum = terms.make("reduce", type, {k, sum},
                     {terms.attr("kind", StringRef("add"))});
  return terms.binary("addf", in.at(op.getC(), index), sum);
}

void addTTScaledSemantics(Semantics &semantics) {
  semantics["tt.dot_scaled"].value = dotScaled;
}

} // namespace triton_lift
