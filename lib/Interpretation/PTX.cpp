//===- PTX.cpp - straight-line assembly as terms -===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

//
// Instructions on 32-bit registers, perhaps under a predicate, without branches
// or memory (PTX ISA, section 9.7). A register has no type; what an instruction
// reads as another type than was written is those bits. `approx` variants are
// read as the device library's fast functions are, so that they are listed.
//
//===----------------------------------------------------------------------===//

#include "PTX.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;

namespace triton_lift {

namespace {
/// `@p op.modifiers.type a, b, c`.
struct Instruction {
  StringRef predicate;
  bool isNegated = false;
  StringRef name;
  SmallVector<StringRef> modifiers;
  StringRef type;
  SmallVector<StringRef> operands;

  bool has(StringRef modifier) const {
    return llvm::is_contained(modifiers, modifier);
  }
};

class Machine {
public:
  Machine(TermBuilder &terms, llvm::function_ref<Value(Type)> undefined)
      : terms(terms), undefined(undefined) {}

  llvm::StringMap<Value> registers;
  std::string reason;

  bool run(const Instruction &instruction);
  /// The register or literal as a value of the type; null if that is unknown.
  Value read(StringRef operand, Type type);

private:
  Value compute(const Instruction &instruction, Type type);
  Value compare(const Instruction &instruction, Type type);
  Value literal(StringRef text, Type type);
  bool fail(const llvm::Twine &why) {
    reason = why.str();
    return false;
  }

  TermBuilder &terms;
  llvm::function_ref<Value(Type)> undefined;
};
} // namespace

//===----------------------------------------------------------------------===//
// Text
//===----------------------------------------------------------------------===//

static std::string withoutComments(StringRef text) {
  std::string result;
  while (!text.empty()) {
    size_t line = text.find("//"), block = text.find("/*");
    size_t start = std::min(line, block);
    result += text.substr(0, start);
    if (start == StringRef::npos)
      break;
    size_t end = line < block ? text.find('\n', start) : text.find("*/", start);
    if (end == StringRef::npos)
      break;
    text = text.substr(line < block ? end : end + 2);
  }
  return result;
}

static std::optional<Instruction> parse(StringRef text) {
  Instruction result;
  if (text.consume_front("@")) {
    result.isNegated = text.consume_front("!");
    result.predicate = text.take_until([](char c) { return llvm::isSpace(c); });
    text = text.drop_front(result.predicate.size()).ltrim();
  }
  StringRef code = text.take_until([](char c) { return llvm::isSpace(c); });
  if (text.contains('{') || text.contains('[') || text.contains(':'))
    return std::nullopt;
  text.drop_front(code.size()).split(result.operands, ',');
  for (StringRef &operand : result.operands)
    operand = operand.trim();
  SmallVector<StringRef> parts;
  code.split(parts, '.');
  if (parts.size() < 2)
    return std::nullopt;
  result.name = parts.front();
  result.type = parts.back();
  result.modifiers.append(parts.begin() + 1, parts.end() - 1);
  return result;
}

static Type typeOf(Builder &types, StringRef name) {
  if (name == "f32")
    return types.getF32Type();
  if (name == "b32" || name == "s32" || name == "u32")
    return types.getI32Type();
  return name == "pred" ? types.getI1Type() : Type();
}

//===----------------------------------------------------------------------===//
// Registers
//===----------------------------------------------------------------------===//

Value Machine::literal(StringRef text, Type type) {
  if (isa<FloatType>(type)) {
    llvm::APFloat number(0.0);
    uint32_t bits;
    if (text.consume_front_insensitive("0f")) {
      if (text.getAsInteger(16, bits))
        return {};
      number = llvm::APFloat(llvm::APFloat::IEEEsingle(), APInt(32, bits));
    } else {
      double value;
      if (text.getAsDouble(value))
        return {};
      number = llvm::APFloat(value);
      bool lost;
      number.convert(llvm::APFloat::IEEEsingle(),
                     llvm::APFloat::rmNearestTiesToEven, &lost);
    }
    return terms.constant(FloatAttr::get(type, number));
  }
  int64_t number;
  return text.getAsInteger(0, number) ? Value() : terms.integer(type, number);
}

static Value asType(TermBuilder &terms, Value value, Type type) {
  if (!value || value.getType() == type)
    return value;
  if (value.getType().getIntOrFloatBitWidth() != type.getIntOrFloatBitWidth())
    return {};
  return terms.make("bitcast", type, {value});
}

Value Machine::read(StringRef operand, Type type) {
  bool isNumber = !operand.empty() &&
                  (llvm::isDigit(operand.front()) || operand.front() == '-');
  if (isNumber)
    return literal(operand, type);
  auto found = registers.find(operand);
  return found == registers.end() ? Value()
                                  : asType(terms, found->second, type);
}

//===----------------------------------------------------------------------===//
// Instructions
//===----------------------------------------------------------------------===//

/// Rounding to nearest, flushed denormals and approximations are what reading
/// floats as real numbers leaves out; other roundings are not.
static bool onlyRoundsToNearest(const Instruction &instruction) {
  return llvm::all_of(instruction.modifiers, [](StringRef modifier) {
    return modifier == "rn" || modifier == "ftz" || modifier == "approx" ||
           modifier == "full";
  });
}

static StringRef binaryFloat(StringRef name) {
  return llvm::StringSwitch<StringRef>(name)
      .Case("add", "addf")
      .Case("sub", "subf")
      .Case("mul", "mulf")
      .Case("div", "divf")
      .Case("max", "maxf")
      .Case("min", "minf")
      .Default("");
}

static StringRef unaryFloat(StringRef name) {
  return llvm::StringSwitch<StringRef>(name)
      .Case("ex2", "exp2")
      .Case("lg2", "log2")
      .Case("abs", "absf")
      .Case("neg", "negf")
      .Cases({"sqrt", "rsqrt", "sin", "cos", "tanh"}, name)
      .Default("");
}

static StringRef binaryInteger(StringRef name) {
  return llvm::StringSwitch<StringRef>(name)
      .Cases({"add", "sub", "and", "or", "xor"}, name)
      .Default("");
}

Value Machine::compute(const Instruction &instruction, Type type) {
  StringRef name = instruction.name;
  SmallVector<Value> a;
  bool isChoice = name == "selp" && instruction.operands.size() == 4;
  for (StringRef operand :
       ArrayRef(instruction.operands).drop_front().drop_back(isChoice)) {
    a.push_back(read(operand, type));
    if (!a.back())
      return {};
  }
  if (name == "mov" && a.size() == 1 && instruction.modifiers.empty())
    return a[0];
  if (isChoice && instruction.modifiers.empty()) {
    Value which = read(instruction.operands.back(), terms.types().getI1Type());
    return which ? terms.select(which, a[0], a[1]) : Value();
  }
  if (!isa<FloatType>(type)) {
    StringRef term = binaryInteger(name);
    return a.size() == 2 && !term.empty() && instruction.modifiers.empty()
               ? terms.binary(term, a[0], a[1])
               : Value();
  }
  if (!onlyRoundsToNearest(instruction))
    return {};
  if (a.size() == 2 && !binaryFloat(name).empty())
    return terms.binary(binaryFloat(name), a[0], a[1]);
  if (a.size() == 3 && name == "fma")
    return terms.binary("addf", terms.binary("mulf", a[0], a[1]), a[2]);
  if (a.size() != 1)
    return {};
  if (name == "rcp")
    return terms.binary("divf", literal("1", type), a[0]);
  StringRef term = unaryFloat(name);
  if (term.empty())
    return {};
  if (!instruction.has("approx"))
    return terms.unary(term, a[0]);
  std::string callee = ("__nv_fast_" + term + "f").str();
  return terms.make("call", type, a, {terms.attr("callee", callee)});
}

/// `setp.gt.f32 p, a, b`: no comparison holds of NaN but those that end in u.
Value Machine::compare(const Instruction &instruction, Type type) {
  if (instruction.operands.size() != 3 || instruction.modifiers.empty())
    return {};
  Value a = read(instruction.operands[1], type),
        b = read(instruction.operands[2], type);
  StringRef how = instruction.modifiers.front();
  bool isFloat = isa<FloatType>(type);
  ArrayRef<StringRef> rest = ArrayRef(instruction.modifiers).drop_front();
  if (!a || !b || (!rest.empty() && !(isFloat && rest.equals({"ftz"}))))
    return {};
  bool unordered = isFloat && how.size() == 3 && how.consume_back("u");
  bool isKnown = llvm::StringSwitch<bool>(how)
                     .Cases({"eq", "ne", "lt", "le", "gt", "ge"}, true)
                     .Default(false);
  if (!isKnown)
    return {};
  if (isFloat)
    return terms.compareFloat(((unordered ? "u" : "o") + how).str(), a, b);
  if (how == "eq" || how == "ne")
    return terms.compare(how, a, b);
  if (instruction.type == "b32")
    return {};
  return terms.compare(((instruction.type == "u32" ? "u" : "s") + how).str(), a,
                       b);
}

bool Machine::run(const Instruction &instruction) {
  Type type = typeOf(terms.types(), instruction.type);
  bool isComparison = instruction.name == "setp";
  if (!type || (isComparison && type.isInteger(1)) ||
      instruction.operands.empty())
    return fail("instruction " + instruction.name + "." + instruction.type);
  Value value =
      isComparison ? compare(instruction, type) : compute(instruction, type);
  if (!value)
    return fail("instruction " + instruction.name + " in assembly");
  Value &target = registers[instruction.operands.front()];
  if (!instruction.predicate.empty()) {
    auto found = registers.find(instruction.predicate);
    Value holds = found == registers.end() ? Value() : found->second;
    if (!holds || !holds.getType().isInteger(1))
      return fail("a predicate in assembly");
    if (instruction.isNegated)
      holds = terms.negation(holds);
    Value old = target ? asType(terms, target, value.getType())
                       : undefined(value.getType());
    if (!old)
      return fail("a register of another size in assembly");
    value = terms.select(holds, value, old);
  }
  registers[instruction.operands.front()] = value;
  return true;
}

SmallVector<Value> runPTX(TermBuilder &terms, StringRef text,
                          ArrayRef<Type> results, ArrayRef<Value> inputs,
                          llvm::function_ref<Value(Type)> undefined,
                          std::string &reason) {
  Machine machine(terms, undefined);
  for (auto [number, input] : llvm::enumerate(inputs))
    machine.registers["$" + std::to_string(results.size() + number)] = input;
  std::string code = withoutComments(text);
  SmallVector<StringRef> statements;
  StringRef(code).split(statements, ';');
  for (StringRef statement : statements) {
    // A scope of its own, as all of the text usually is.
    statement = statement.trim().ltrim('{').trim().rtrim('}').trim();
    if (statement.empty() || statement.starts_with(".reg"))
      continue;
    std::optional<Instruction> instruction = parse(statement);
    if (!instruction || !machine.run(*instruction)) {
      reason = machine.reason.empty() ? "assembly: " + statement.str()
                                      : machine.reason;
      return {};
    }
  }
  SmallVector<Value> values;
  for (auto [number, type] : llvm::enumerate(results)) {
    values.push_back(machine.read("$" + std::to_string(number), type));
    if (!values.back()) {
      reason = "assembly that leaves a result unwritten, or of another size";
      return {};
    }
  }
  return values;
}

bool onlyOrdersPTX(StringRef text) {
  std::string code = withoutComments(text);
  SmallVector<StringRef> statements;
  StringRef(code).split(statements, ';');
  return llvm::all_of(statements, [](StringRef statement) {
    return llvm::StringSwitch<bool>(statement.trim())
        .Cases({"", "bar.sync 0", "griddepcontrol.wait",
                "griddepcontrol.launch_dependents"},
               true)
        .Default(false);
  });
}

} // namespace triton_lift
