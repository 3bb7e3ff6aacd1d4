//===- SMTTerms.cpp - lift terms as SMT-LIB expressions -===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SMTTerms.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;

namespace triton_lift {

std::string smtSort(Type type) {
  if (type.isInteger(1))
    return "Bool";
  return isa<FloatType>(type) ? "Real" : "Int";
}

static int64_t idOf(Value variable) {
  return variable.getDefiningOp<lift::VarOp>().getId();
}

static std::string powerOfTwo(unsigned exponent) {
  llvm::SmallString<24> text;
  APInt(exponent + 2, 1).shl(exponent).toStringUnsigned(text);
  return text.str().str();
}

static std::string literal(const APInt &value) {
  llvm::SmallString<24> text;
  value.abs().toStringUnsigned(text);
  return value.isNegative() ? ("(- " + text + ")").str() : text.str().str();
}

SMTTerms::SMTTerms(lift::KernelOp kernel) : kernel(kernel) {
  for (Operation &op : kernel.getBody().front()) {
    if (op.getNumResults())
      numbers[op.getResult(0)] = numbers.size();
    if (auto tie = dyn_cast<lift::LoopOp>(op)) {
      loops[tie.getId()] = tie;
      loopVariables[tie.getId()] = idOf(tie.getVariable());
    }
    if (auto effect = dyn_cast<lift::EffectOp>(op))
      written.insert(effect.getArray());
  }
  // Terms come first, in topological order; ties last.
  for (Operation &op : kernel.getBody().front()) {
    if (!op.getNumResults())
      continue;
    std::set<int64_t> &variables = free[op.getResult(0)];
    if (auto variable = dyn_cast<lift::VarOp>(op))
      variables.insert(variable.getId());
    for (Value operand : op.getOperands()) {
      const std::set<int64_t> &inner = free[operand];
      free[op.getResult(0)].insert(inner.begin(), inner.end());
    }
    std::set<int64_t> &all = free[op.getResult(0)];
    auto addLoops = [&](std::optional<int64_t> loop) {
      while (loop && loops.count(*loop)) {
        all.insert(loopVariables.lookup(*loop));
        loop = loops.lookup(*loop).getParent();
      }
    };
    if (auto state = dyn_cast<lift::StateOp>(op))
      addLoops(state.getLoop());
    if (auto final = dyn_cast<lift::FinalOp>(op))
      addLoops(loops.lookup(final.getLoop()).getParent());
    if (auto element = dyn_cast<lift::ElementOp>(op))
      addLoops(element.getLoop());
    if (isa<lift::ReduceOp, lift::FoldResultOp, lift::ScanOp,
            lift::ScanResultOp>(op))
      all.erase(idOf(op.getOperand(0)));
  }
}

const std::set<int64_t> &SMTTerms::freeVariables(Value term) {
  return free[term];
}

std::string SMTTerms::parameter(int64_t index) {
  return "arg" + std::to_string(index);
}

std::string SMTTerms::name(Value term) {
  Operation *op = term.getDefiningOp();
  if (isa<lift::ConstOp, lift::ParamOp, lift::PidOp, lift::NprogsOp,
          lift::VarOp>(op))
    return printLeaf(op);
  return "t" + std::to_string(numbers.lookup(term));
}

std::string SMTTerms::expression(Value root) {
  // Subterms by number; binders hide theirs.
  std::set<std::pair<unsigned, const void *>> needed;
  SmallVector<Value> stack = {root};
  while (!stack.empty()) {
    Value term = stack.pop_back_val();
    if (!needed.insert({numbers.lookup(term), term.getAsOpaquePointer()})
             .second)
      continue;
    Operation *op = term.getDefiningOp();
    if (isa<lift::ReduceOp, lift::FoldResultOp, lift::ScanOp,
            lift::ScanResultOp>(op))
      continue;
    stack.append(op->operand_begin(), op->operand_end());
  }
  std::string text;
  unsigned lets = 0;
  for (auto [number, pointer] : needed) {
    Value term = Value::getFromOpaquePointer(pointer);
    std::string own = name(term);
    if (own != "t" + std::to_string(number))
      continue;
    text += "(let ((" + own + " " + print(term.getDefiningOp()) + "))\n    ";
    ++lets;
  }
  return text + name(root) + std::string(lets, ')');
}

std::string SMTTerms::apply(const std::string &function, Operation *op) {
  std::string text = "(" + function;
  for (Value operand : op->getOperands())
    text += " " + name(operand);
  return text + ")";
}

std::string SMTTerms::opaque(Operation *op, const std::string &function,
                             ArrayRef<Value> arguments,
                             const std::set<int64_t> &variables) {
  std::string sorts, text;
  for (Value argument : arguments) {
    sorts += smtSort(argument.getType()) + " ";
    text += " " + name(argument);
  }
  for (int64_t id : variables) {
    sorts += "Int ";
    text += " " + variable(id);
  }
  if (!sorts.empty())
    sorts.pop_back();
  declarations.insert(
      {function, "(" + sorts + ") " + smtSort(op->getResult(0).getType())});
  return text.empty() ? function : "(" + function + text + ")";
}

//===----------------------------------------------------------------------===//
// One term
//===----------------------------------------------------------------------===//

std::string SMTTerms::print(Operation *op) {
  for (auto printer : {&SMTTerms::printCast, &SMTTerms::printComparison,
                       &SMTTerms::printInteger, &SMTTerms::printFloat}) {
    std::string text = (this->*printer)(op);
    if (!text.empty())
      return text;
  }
  return printOpaque(op);
}

std::string SMTTerms::printLeaf(Operation *op) {
  if (auto param = dyn_cast<lift::ParamOp>(op))
    return parameter(param.getIndex());
  if (auto pid = dyn_cast<lift::PidOp>(op))
    return "pid" + std::to_string(pid.getAxis());
  if (auto count = dyn_cast<lift::NprogsOp>(op))
    return "nprogs" + std::to_string(count.getAxis());
  if (auto var = dyn_cast<lift::VarOp>(op))
    return variable(var.getId());
  auto value = cast<lift::ConstOp>(op).getValue();
  if (auto integer = dyn_cast<IntegerAttr>(value)) {
    if (integer.getType().isInteger(1))
      return integer.getValue().isZero() ? "false" : "true";
    return literal(integer.getValue());
  }
  APFloat number = cast<FloatAttr>(value).getValue();
  if (!number.isFinite()) {
    // Some real; nothing is known of it.
    std::string name = number.isNaN()        ? "nan"
                       : number.isNegative() ? "minus_infinity"
                                             : "infinity";
    declarations.insert({name, "() Real"});
    return name;
  }
  // Exactly mantissa times a power of two.
  int exponent;
  APFloat fraction = frexp(number, exponent, APFloat::rmNearestTiesToEven);
  unsigned precision = APFloat::semanticsPrecision(number.getSemantics());
  APSInt mantissa(precision + 2, /*isUnsigned=*/false);
  bool exact;
  scalbn(fraction, precision, APFloat::rmNearestTiesToEven)
      .convertToInteger(mantissa, APFloat::rmTowardZero, &exact);
  int power = exponent - int(precision);
  std::string digits = literal(mantissa);
  if (mantissa.isZero())
    return "0.0";
  unsigned down =
      power < 0 ? std::min<unsigned>(mantissa.countr_zero(), -power) : 0;
  digits = literal(mantissa.ashr(down));
  power += down;
  if (power == 0)
    return "(to_real " + digits + ")";
  return "(" + std::string(power < 0 ? "/" : "*") + " (to_real " + digits +
         ") " + powerOfTwo(std::abs(power)) + ".0)";
}

std::string SMTTerms::printInteger(Operation *op) {
  Type type = op->getResult(0).getType();
  StringRef kind = op->getName().stripDialect();
  if (isa<lift::SelectOp>(op))
    return apply("ite", op);
  if (!type.isInteger())
    return {};
  if (type.isInteger(1))
    return kind == "and" || kind == "or" || kind == "xor"
               ? apply(kind.str(), op)
               : "";
  static const llvm::StringMap<StringRef> exact = {
      {"add", "+"},          {"sub", "-"},          {"mul", "*"},
      {"divs", "lift.divs"}, {"rems", "lift.rems"}, {"mins", "lift.mins"},
      {"maxs", "lift.maxs"}, {"abs", "abs"}};
  if (auto it = exact.find(kind); it != exact.end())
    return apply(it->second.str(), op);
  unsigned width = type.getIntOrFloatBitWidth();
  auto shift = op->getNumOperands() == 2
                   ? op->getOperand(1).getDefiningOp<lift::ConstOp>()
                   : nullptr;
  if (!shift)
    return {};
  // Bit tricks that are arithmetic.
  APInt by = cast<IntegerAttr>(shift.getValue()).getValue();
  std::string a = name(op->getOperand(0));
  if (kind == "and" && by.isMask())
    return "(mod " + a + " " + powerOfTwo(by.countr_one()) + ")";
  if (by.uge(width))
    return {};
  std::string power = powerOfTwo(by.getZExtValue());
  if (kind == "shrs")
    return "(div " + a + " " + power + ")";
  if (kind == "shru" && !by.isZero())
    return "(div (mod " + a + " " + powerOfTwo(width) + ") " + power + ")";
  return {};
}

std::string SMTTerms::printFloat(Operation *op) {
  if (!isa<FloatType>(op->getResult(0).getType()))
    return {};
  static const llvm::StringMap<StringRef> exact = {
      {"addf", "+"},         {"subf", "-"},        {"mulf", "*"},
      {"divf", "/"},         {"negf", "-"},        {"maxf", "lift.maxf"},
      {"minf", "lift.minf"}, {"absf", "lift.absf"}};
  auto it = exact.find(op->getName().stripDialect());
  return it == exact.end() ? "" : apply(it->second.str(), op);
}

std::string SMTTerms::printCast(Operation *op) {
  if (op->getNumOperands() != 1)
    return {};
  StringRef kind = op->getName().stripDialect();
  Type from = op->getOperand(0).getType(), to = op->getResult(0).getType();
  std::string a = name(op->getOperand(0));
  if (kind == "extf")
    return a;
  if (kind == "sext" || kind == "sitofp") {
    std::string integer = from.isInteger(1) ? "(ite " + a + " (- 1) 0)" : a;
    return kind == "sext" ? integer : "(to_real " + integer + ")";
  }
  if (kind == "zext" || kind == "uitofp") {
    std::string integer =
        from.isInteger(1) ? "(ite " + a + " 1 0)"
                          : "(mod " + a + " " +
                                powerOfTwo(from.getIntOrFloatBitWidth()) + ")";
    return kind == "zext" ? integer : "(to_real " + integer + ")";
  }
  if (kind == "trunc") {
    if (to.isInteger(1))
      return "(= (mod " + a + " 2) 1)";
    unsigned width = to.getIntOrFloatBitWidth();
    std::string half = powerOfTwo(width - 1);
    return "(- (mod (+ " + a + " " + half + ") " + powerOfTwo(width) + ") " +
           half + ")";
  }
  return {};
}

std::string SMTTerms::printComparison(Operation *op) {
  if (!isa<lift::CmpOp, lift::CmpFOp>(op))
    return {};
  StringRef predicate = op->getAttrOfType<StringAttr>("pred").getValue();
  Type type = op->getOperand(0).getType();
  std::string a = name(op->getOperand(0)), b = name(op->getOperand(1));
  if (isa<lift::CmpFOp>(op)) {
    // Reals are always ordered.
    if (predicate == "true" || predicate == "ord")
      return "true";
    if (predicate == "false" || predicate == "uno")
      return "false";
    predicate = predicate.drop_front();
  } else if (predicate.size() == 3) {
    bool isUnsigned = predicate.front() == 'u';
    predicate = predicate.drop_front();
    for (std::string *side : {&a, &b}) {
      if (type.isInteger(1))
        *side = "(ite " + *side + (isUnsigned ? " 1 0)" : " (- 1) 0)");
      else if (isUnsigned)
        *side = "(mod " + *side + " " +
                powerOfTwo(type.getIntOrFloatBitWidth()) + ")";
    }
  }
  static const llvm::StringMap<StringRef> functions = {
      {"eq", "="},  {"ne", "distinct"}, {"lt", "<"},
      {"le", "<="}, {"gt", ">"},        {"ge", ">="}};
  return "(" + functions.lookup(predicate).str() + " " + a + " " + b + ")";
}

/// What is known of the term is only what it depends on.
std::string SMTTerms::printOpaque(Operation *op) {
  Value term = op->getResult(0);
  std::string kind = op->getName().stripDialect().str();
  std::string number = std::to_string(numbers.lookup(term));
  SmallVector<Value> operands(op->getOperands());
  SmallVector<Value> programs;
  for (Operation &other : kernel.getBody().front())
    if (isa<lift::PidOp>(other))
      programs.push_back(other.getResult(0));
  if (auto read = dyn_cast<lift::ReadOp>(op)) {
    std::string function = "read" + std::to_string(read.getArray());
    if (!written.count(read.getArray()))
      return opaque(op, function, operands, {});
    // Anyone may have written in between.
    operands.append(programs);
    return opaque(op, function + ".t" + number, operands, free[term]);
  }
  if (isa<lift::StateOp, lift::FinalOp, lift::ElementOp, lift::ArbitraryOp,
          lift::UnsupportedOp, lift::ElemOp, lift::FetchedOp>(op)) {
    operands.append(programs);
    return opaque(op, kind + ".t" + number, operands, free[term]);
  }
  if (isa<lift::ReduceOp, lift::FoldResultOp, lift::ScanOp, lift::ScanResultOp>(
          op))
    return opaque(op, kind + ".t" + number, programs, free[term]);
  // A function of its operands, by name and types: exp, round, bit operations.
  std::string function = kind;
  for (StringRef attribute : {"callee", "to"})
    if (auto text = op->getAttrOfType<StringAttr>(attribute))
      function += "." + text.getValue().str();
  llvm::raw_string_ostream stream(function);
  for (Value operand : operands)
    stream << "." << operand.getType();
  stream << "." << term.getType();
  for (char &c : function)
    if (!llvm::isAlnum(c) && c != '_')
      c = '.';
  return opaque(op, function, operands, {});
}

} // namespace triton_lift
