//===- TTReduction.cpp - semantics of tt: reductions, scans, dot, histogram
//-===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "triton-lift/Interpretation/Interpreter.h"
#include "triton-lift/Interpretation/Reduction.h"

using namespace mlir;

namespace triton_lift {

StringRef reductionKind(Operation *op) {
  static const llvm::StringMap<StringRef> kinds = {
      {"arith.addf", "add"},    {"arith.mulf", "mul"},
      {"arith.maxnumf", "max"}, {"arith.maximumf", "max"},
      {"arith.minnumf", "min"}, {"arith.minimumf", "min"},
      {"arith.addi", "addi"},   {"arith.muli", "muli"},
      {"arith.andi", "andi"},   {"arith.ori", "ori"},
      {"arith.xori", "xori"},   {"arith.maxsi", "maxs"},
      {"arith.minsi", "mins"},  {"arith.maxui", "maxu"},
      {"arith.minui", "minu"}};
  Region &region = op->getRegion(0);
  if (op->getNumOperands() != 1 || !region.hasOneBlock())
    return {};
  Block &body = region.front();
  if (body.getNumArguments() != 2 || body.getOperations().size() != 2)
    return {};
  Operation &combine = body.front();
  Value a = body.getArgument(0), b = body.getArgument(1);
  if (combine.getNumOperands() != 2 || combine.getNumResults() != 1 ||
      body.back().getNumOperands() != 1 ||
      body.back().getOperand(0) != combine.getResult(0))
    return {};
  Value x = combine.getOperand(0), y = combine.getOperand(1);
  if (!(x == a && y == b) && !(x == b && y == a))
    return {};
  StringRef kind = kinds.lookup(combine.getName().getStringRef());
  if (a.getType().isInteger(1)) {
    // Arithmetic on one bit (signed: true is -1) is logic.
    static const llvm::StringMap<StringRef> logic = {
        {"andi", "and"}, {"ori", "or"},   {"xori", "xor"},
        {"addi", "xor"}, {"muli", "and"}, {"maxs", "and"},
        {"mins", "or"},  {"maxu", "or"},  {"minu", "and"}};
    return logic.lookup(kind);
  }
  return kind;
}

int64_t Interpreter::fold(Operation *op) {
  auto [it, isNew] = foldIds.try_emplace(op, foldIds.size());
  int64_t id = it->second;
  if (!isNew)
    return id;
  Block &body = op->getRegion(0).front();
  unsigned count = op->getNumOperands();
  for (BlockArgument argument : body.getArguments()) {
    unsigned number = argument.getArgNumber();
    terms.location = argument.getLoc();
    bind(argument,
         terms.make("elem", elementType(argument.getType()), {},
                    {terms.attr("fold", id), terms.attr("pos", number % count),
                     terms.attr("side", number < count ? "lhs" : "rhs")}));
  }
  SmallVector<Value> results;
  for (Value result : body.getTerminator()->getOperands())
    results.push_back(scalar(result));
  ties.push_back([this, op, id, results] {
    terms.location = op->getLoc();
    terms.tie("fold", results, {terms.attr("id", id)});
  });
  return id;
}

static bool isReadable(Operation *op) {
  return op->getRegion(0).hasOneBlock() && op->getNumOperands() > 0;
}

static Value reduce(Interpreter &in, OpResult result, ArrayRef<Value> index) {
  Operation *op = result.getOwner();
  TermBuilder &terms = in.terms;
  Type type = elementType(result.getType());
  if (!isReadable(op))
    return in.unsupported(op, type, "a combine with branches between blocks");
  int64_t axis = *integerAttr(op, "axis");
  int64_t extent = shapeOf(op->getOperand(0).getType())[axis];
  SmallVector<Value> source(index);
  if (extent == 1) {
    source.insert(source.begin() + axis,
                  terms.integer(terms.types().getI32Type(), 0));
    return in.at(op->getOperand(result.getResultNumber()), source);
  }
  Value variable = in.freshVariable("reduce", extent);
  source.insert(source.begin() + axis, variable);
  StringRef kind = reductionKind(op);
  if (!kind.empty())
    return terms.make("reduce", type,
                      {variable, in.at(op->getOperand(0), source)},
                      {terms.attr("kind", kind)});
  SmallVector<Value> operands = {variable};
  operands.append(operandsAt(in, op, source));
  return terms.make("foldresult", type, operands,
                    {terms.attr("fold", in.fold(op)),
                     terms.attr("pos", result.getResultNumber())});
}

static Value scan(Interpreter &in, OpResult result, ArrayRef<Value> index) {
  Operation *op = result.getOwner();
  TermBuilder &terms = in.terms;
  Type type = elementType(result.getType());
  if (!isReadable(op))
    return in.unsupported(op, type, "a combine with branches between blocks");
  int64_t axis = *integerAttr(op, "axis");
  int64_t extent = shapeOf(op->getOperand(0).getType())[axis];
  if (extent == 1)
    return in.at(op->getOperand(result.getResultNumber()), index);
  Value variable = in.freshVariable("reduce", extent);
  SmallVector<Value> source(index);
  source[axis] = variable;
  SmallVector<NamedAttribute> attributes;
  if (auto reverse = op->getAttrOfType<BoolAttr>("reverse");
      reverse && reverse.getValue())
    attributes.push_back(terms.unit("reverse"));
  SmallVector<Value> operands = {variable, index[axis]};
  operands.append(operandsAt(in, op, source));
  StringRef kind = reductionKind(op);
  if (!kind.empty()) {
    attributes.push_back(terms.attr("kind", kind));
    return terms.make("scan", type, operands, attributes);
  }
  attributes.push_back(terms.attr("fold", in.fold(op)));
  attributes.push_back(terms.attr("pos", result.getResultNumber()));
  return terms.make("scanresult", type, operands, attributes);
}

/// An operand's element as the dot multiplies it: rounded to `precision` unless
/// that is empty, and as wide as the accumulator.
static Value dotOperand(Interpreter &in, Operation *op, Value element,
                        Type type, StringRef precision) {
  TermBuilder &terms = in.terms;
  if (element.getType().isF32() && !precision.empty())
    element = terms.make("round", element.getType(), {element},
                         {terms.attr("to", precision)});
  if (element.getType() == type)
    return element;
  unsigned from = element.getType().getIntOrFloatBitWidth();
  unsigned to = type.getIntOrFloatBitWidth();
  if (isa<FloatType>(type) && isa<FloatType>(element.getType()) &&
      holdsAll(cast<FloatType>(type), cast<FloatType>(element.getType())))
    return terms.make("extf", type, {element});
  if (type.isInteger() && element.getType().isInteger() && from < to)
    return terms.make("sext", type, {element});
  return in.unsupported(op, type, "a dot of these element types");
}

/// a b of the first two operands.
static Value product(Interpreter &in, OpResult result, ArrayRef<Value> index,
                     StringRef precision) {
  Operation *op = result.getOwner();
  TermBuilder &terms = in.terms;
  Type type = elementType(result.getType());
  size_t rank = index.size();
  int64_t extent = shapeOf(op->getOperand(0).getType()).back();
  Value k = extent == 1 ? terms.integer(terms.types().getI32Type(), 0)
                        : in.freshVariable("reduce", extent);
  SmallVector<Value> left(index), right(index);
  left[rank - 1] = k;
  right[rank - 2] = k;
  bool isFloat = isa<FloatType>(type);
  Value a = in.at(op->getOperand(0), left), b = in.at(op->getOperand(1), right);
  a = dotOperand(in, op, a, type, precision);
  b = dotOperand(in, op, b, type, precision);
  Value sum = terms.binary(isFloat ? "mulf" : "mul", a, b);
  if (extent != 1)
    sum = terms.make("reduce", type, {k, sum},
                     {terms.attr("kind", isFloat ? "add" : "addi")});
  return sum;
}

static Value dot(Interpreter &in, OpResult result, ArrayRef<Value> index) {
  Operation *op = result.getOwner();
  auto precision = op->getAttrOfType<StringAttr>("inputPrecision");
  bool isExact = !precision || precision.getValue() == "ieee";
  Value sum =
      product(in, result, index, isExact ? StringRef() : precision.getValue());
  return in.terms.binary(isa<FloatType>(sum.getType()) ? "addf" : "add",
                         in.at(op->getOperand(2), index), sum);
}

/// Tensor cores have no other format for f32.
static Value warpGroupDot(Interpreter &in, OpResult result,
                          ArrayRef<Value> index) {
  Operation *op = result.getOwner();
  Value sum = product(in, result, index, "tf32");
  Value total = in.terms.binary(isa<FloatType>(sum.getType()) ? "addf" : "add",
                                in.at(op->getOperand(2), index), sum);
  return op->getNumOperands() > 3
             ? in.terms.select(in.scalar(op->getOperand(3)), total, sum)
             : total;
}

/// Counts where the element is the bin; an element that is no bin at all may
/// count anywhere.
static Value histogram(Interpreter &in, OpResult result,
                       ArrayRef<Value> index) {
  Operation *op = result.getOwner();
  TermBuilder &terms = in.terms;
  Type type = elementType(result.getType());
  Value source = op->getOperand(0);
  int64_t extent = shapeOf(source.getType())[0];
  int64_t bins = shapeOf(result.getType())[0];
  Value k = extent == 1 ? terms.integer(terms.types().getI32Type(), 0)
                        : in.freshVariable("reduce", extent);
  Value element = in.at(source, k);
  Type from = element.getType();
  if (from.getIntOrFloatBitWidth() < 32)
    return in.unsupported(op, type, "a histogram of narrow integers");
  Value zero = terms.integer(type, 0);
  Value count =
      terms.select(terms.compare("eq", element, terms.signedTo(from, index[0])),
                   terms.integer(type, 1), zero);
  Value isBin = terms.conjunction(
      terms.compare("sge", element, terms.integer(from, 0)),
      terms.compare("slt", element, terms.integer(from, bins)));
  count = terms.select(isBin, count, in.arbitrary(op, type, {k, index[0]}));
  if (op->getNumOperands() > 1)
    count = terms.select(in.at(op->getOperand(1), k), count, zero);
  if (extent == 1)
    return count;
  return terms.make("reduce", type, {k, count}, {terms.attr("kind", "addi")});
}

void addTTReductionSemantics(Semantics &semantics) {
  semantics["tt.reduce"].value = reduce;
  semantics["tt.scan"].value = scan;
  for (StringRef name : {"tt.reduce", "tt.scan"})
    semantics[name].regions = OpSemantics::Regions::Pure;
  semantics.nothing("tt.reduce.return");
  semantics.nothing("tt.scan.return");
  semantics["tt.dot"].value = dot;
  semantics["ttng.warp_group_dot"].value = warpGroupDot;
  semantics["tt.histogram"].value = histogram;
}

} // namespace triton_lift
