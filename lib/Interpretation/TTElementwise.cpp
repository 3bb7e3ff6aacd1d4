//===- TTElementwise.cpp - semantics of tt: program ids and element by element
//-===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PTX.h"

using namespace mlir;

namespace triton_lift {

static OpSemantics::ValueFn axis(StringRef term) {
  return [term](Interpreter &in, OpResult result, ArrayRef<Value>) {
    int64_t axis = *integerAttr(result.getOwner(), "axis");
    return in.terms.make(term, result.getType(), {},
                         {in.terms.attr("axis", axis)});
  };
}

/// A conversion between float formats: exact if the result is wider.
static Value convertFloat(Interpreter &in, OpResult result,
                          ArrayRef<Value> index) {
  Operation *op = result.getOwner();
  Value operand = in.at(op->getOperand(0), index);
  Type from = operand.getType(), to = elementType(result.getType());
  if (from == to)
    return operand;
  if (holdsAll(cast<FloatType>(to), cast<FloatType>(from)))
    return in.terms.make("extf", to, {operand});
  std::string format;
  if (auto rounding = op->getAttrOfType<StringAttr>("rounding"))
    format = ("fp_to_fp:" + rounding.getValue()).str();
  else if (auto code = integerAttr(op, "rounding"))
    format = *code == 0 ? "fp_to_fp:rtz" : "fp_to_fp:rtne";
  else
    llvm::raw_string_ostream(format) << to;
  return in.terms.make("round", to, {operand}, {in.terms.attr("to", format)});
}

/// A function of its own: what it does where the bounds are crossed depends on
/// the target.
static Value clamp(Interpreter &in, OpResult result, ArrayRef<Value> index) {
  SmallVector<Value> a = operandsAt(in, result.getOwner(), index);
  return in.terms.make("call", elementType(result.getType()), a,
                       {in.terms.attr("callee", StringRef("clamp"))});
}

/// The term for a device library's function, if it is one of ours. Not that of
/// `fast` and `native` variants: the stages after list them, for they are less
/// precise.
static StringRef libraryTerm(StringRef symbol) {
  static const llvm::StringMap<StringRef> functions = {
      {"exp", "exp"},   {"exp2", "exp2"}, {"log", "log"},
      {"log2", "log2"}, {"sqrt", "sqrt"}, {"rsqrt", "rsqrt"},
      {"sin", "sin"},   {"cos", "cos"},   {"tan", "tan"},
      {"tanh", "tanh"}, {"erf", "erf"},   {"floor", "floor"},
      {"ceil", "ceil"}, {"pow", "powf"},  {"fabs", "absf"},
      {"fmax", "maxf"}, {"fmin", "minf"}, {"fmod", "remf"}};
  StringRef name = symbol;
  if (name.consume_front("__nv_")) {
    if (!functions.count(name))
      name.consume_back("f");
  } else if (name.consume_front("__ocml_")) {
    if (!name.consume_back("_f32") && !name.consume_back("_f64"))
      name.consume_back("_f16");
  } else {
    return {};
  }
  return functions.lookup(name);
}

static Value externElementwise(Interpreter &in, OpResult result,
                               ArrayRef<Value> index) {
  Operation *op = result.getOwner();
  StringRef symbol = op->getAttrOfType<StringAttr>("symbol").getValue();
  SmallVector<Value> operands = operandsAt(in, op, index);
  Type type = elementType(result.getType());
  StringRef term = libraryTerm(symbol);
  if (!term.empty() && isa<FloatType>(type) &&
      llvm::all_of(operands, [&](Value a) { return a.getType() == type; }))
    return in.terms.make(term, type, operands);
  return in.terms.make("call", type, operands,
                       {in.terms.attr("callee", symbol)});
}

/// One element at a time, on 32-bit registers.
static Value inlineAssembly(Interpreter &in, OpResult result,
                            ArrayRef<Value> index) {
  Operation *op = result.getOwner();
  Type type = elementType(result.getType());
  SmallVector<Type> results;
  for (Value each : op->getResults())
    results.push_back(elementType(each.getType()));
  SmallVector<StringRef> constraints;
  op->getAttrOfType<StringAttr>("constraints")
      .getValue()
      .split(constraints, ',');
  auto isWord = [](StringRef constraint) {
    constraint = constraint.trim();
    constraint.consume_front("=");
    return constraint == "r" || constraint == "f";
  };
  auto isResult = [](StringRef c) { return c.trim().starts_with("="); };
  SmallVector<Value> inputs = operandsAt(in, op, index);
  bool fits =
      llvm::all_of(constraints, isWord) &&
      size_t(llvm::count_if(constraints, isResult)) == results.size() &&
      constraints.size() == results.size() + inputs.size() &&
      llvm::all_of(ArrayRef(constraints).take_front(results.size()), isResult);
  for (Type each : results)
    fits &= each.getIntOrFloatBitWidth() == 32;
  for (Value input : inputs)
    fits &= input.getType().getIntOrFloatBitWidth() == 32;
  if (!fits || integerAttr(op, "packed_element").value_or(1) != 1)
    return in.unsupported(op, type, "assembly on packed or other registers");
  std::string reason;
  auto undefined = [&](Type of) { return in.arbitrary(op, of, index); };
  SmallVector<Value> values =
      runPTX(in.terms, op->getAttrOfType<StringAttr>("asm_string").getValue(),
             results, inputs, undefined, reason);
  return values.empty() ? in.unsupported(op, type, reason)
                        : values[result.getResultNumber()];
}

static bool declaredPure(Operation *op) {
  auto pure = op->getAttrOfType<BoolAttr>("pure");
  return pure && pure.getValue();
}

/// Assembly that only waits, or lets others go on, does nothing to values.
static bool onlyOrders(Operation *op) {
  auto text = op->getAttrOfType<StringAttr>("asm_string");
  return text && onlyOrdersPTX(text.getValue());
}

static void refuseImpure(Interpreter &in, Operation *op) {
  if (!declaredPure(op) && !onlyOrders(op))
    in.refuse(op, "code with effects of its own");
}

static Value mapElementwise(Interpreter &in, OpResult result,
                            ArrayRef<Value> index) {
  Operation *op = result.getOwner();
  Region &region = op->getRegion(0);
  if (integerAttr(op, "pack").value_or(1) != 1 || !region.hasOneBlock())
    return in.unsupported(op, elementType(result.getType()),
                          "a packed or branching function of elements");
  return in.at(
      region.front().getTerminator()->getOperand(result.getResultNumber()),
      index);
}

static Value mapArgument(Interpreter &in, BlockArgument argument,
                         ArrayRef<Value> index) {
  return in.at(
      argument.getOwner()->getParentOp()->getOperand(argument.getArgNumber()),
      index);
}

void addTTElementwiseSemantics(Semantics &semantics) {
  semantics["tt.get_program_id"].value = axis("pid");
  semantics["tt.get_num_programs"].value = axis("nprogs");
  semantics.elementwise("tt.mulhiui", "mulhiu");
  semantics.elementwise("tt.precise_divf", "divf");
  semantics.elementwise("tt.approx_divf", "divf");
  semantics.elementwise("tt.precise_sqrt", "sqrt");
  semantics["tt.clampf"].value = clamp;
  semantics["tt.fp_to_fp"].value = convertFloat;
  semantics["tt.extern_elementwise"].value = externElementwise;
  semantics["tt.elementwise_inline_asm"].value = inlineAssembly;
  for (StringRef name :
       {"tt.extern_elementwise", "tt.elementwise_inline_asm"}) {
    semantics[name].effect = refuseImpure;
    semantics[name].isPure = [](Operation *op) {
      return declaredPure(op) || onlyOrders(op);
    };
  }
  OpSemantics &map = semantics["tt.map_elementwise"];
  map.value = mapElementwise;
  map.argument = mapArgument;
  map.regions = OpSemantics::Regions::Pure;
  semantics.nothing("tt.map_elementwise.return");
}

} // namespace triton_lift
