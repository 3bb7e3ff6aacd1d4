//===- SMTLIB.cpp - export of lift.kernel as SMT-LIB -===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "triton-lift/Target/SMTLIB.h"
#include "SMTTerms.h"
#include "mlir/IR/BuiltinOps.h"

using namespace mlir;

namespace triton_lift {

// lift.divs and lift.rems truncate toward zero.
static const char *const prelude = R"(
(define-fun lift.divs ((a Int) (b Int)) Int
  (ite (>= a 0) (div a b) (- (div (- a) b))))
(define-fun lift.rems ((a Int) (b Int)) Int (- a (* b (lift.divs a b))))
(define-fun lift.mins ((a Int) (b Int)) Int (ite (<= a b) a b))
(define-fun lift.maxs ((a Int) (b Int)) Int (ite (>= a b) a b))
(define-fun lift.minf ((a Real) (b Real)) Real (ite (<= a b) a b))
(define-fun lift.maxf ((a Real) (b Real)) Real (ite (>= a b) a b))
(define-fun lift.absf ((a Real)) Real (ite (>= a 0.0) a (- a)))
)";

namespace {

class Exporter {
public:
  Exporter(lift::KernelOp kernel, llvm::raw_ostream &os)
      : kernel(kernel), os(os), terms(kernel) {}

  void run() {
    for (Operation &op : kernel.getBody().front()) {
      if (auto pid = dyn_cast<lift::PidOp>(op))
        axes.insert(pid.getAxis());
      if (auto effect = dyn_cast<lift::EffectOp>(op))
        effects.push_back(effect);
      if (auto param = dyn_cast<lift::ParamOp>(op))
        addresses.insert(param.getIndex());
    }
    // First the definitions, for they tell what is to be declared.
    std::string definitions;
    for (auto [number, effect] : llvm::enumerate(effects))
      definitions += define(effect, number);
    os << "; lift.kernel @" << kernel.getSymName() << "\n(set-logic ALL)"
       << prelude;
    for (auto [index, param] : llvm::enumerate(kernel.getParams())) {
      auto fields = cast<DictionaryAttr>(param);
      StringRef type = fields.getAs<StringAttr>("type").getValue();
      bool isAddress = type.starts_with("ptr");
      if (isAddress ? !addresses.count(index) : type.contains('<'))
        continue;
      std::string name = terms.parameter(index);
      os << "(declare-const " << name << " "
         << (type == "i1"                         ? "Bool"
             : isAddress || type.starts_with("i") ? "Int"
                                                  : "Real")
         << ") ; " << fields.getAs<StringAttr>("name").getValue() << "\n";
    }
    os << "; an axis that no program asks for has one program\n";
    for (int64_t axis : {0, 1, 2})
      os << "(declare-const nprogs" << axis << " Int)\n(assert ("
         << (axes.count(axis) ? ">= " : "= ") << "nprogs" << axis << " 1))\n";
    for (auto &[name, signature] : terms.declarations)
      os << "(declare-fun " << name << " " << signature << ")\n";
    os << definitions;
    for (auto [number, effect] : llvm::enumerate(effects))
      ask(effect, number);
  }

private:
  /// Program ids, iterations, lanes.
  SmallVector<std::string> coordinates(lift::EffectOp effect) {
    SmallVector<std::string> names;
    for (int64_t axis : axes)
      names.push_back("pid" + std::to_string(axis));
    for (int64_t loop : effect.getLoops())
      names.push_back(SMTTerms::variable(terms.loopVariable(loop)));
    for (Value lane : effect.getLanes())
      names.push_back(
          SMTTerms::variable(lane.getDefiningOp<lift::VarOp>().getId()));
    return names;
  }

  /// A function of the effect's coordinates.
  std::string function(lift::EffectOp effect, const std::string &name,
                       StringRef sort, const std::string &body) {
    std::string text = "(define-fun " + name + " (";
    for (const std::string &coordinate : coordinates(effect))
      text += "(" + coordinate + " Int)";
    return text + ") " + sort.str() + "\n  " + body + ")\n";
  }

  std::string define(lift::EffectOp effect, size_t number) {
    std::string suffix = "." + std::to_string(number);
    std::string domain = "(and true";
    for (int64_t axis : axes) {
      std::string a = std::to_string(axis);
      domain += " (<= 0 pid" + a + ") (< pid" + a + " nprogs" + a + ")";
    }
    for (int64_t id : effect.getLoops()) {
      lift::LoopOp loop = terms.loop(id);
      std::string count = SMTTerms::variable(terms.loopVariable(id));
      std::string step = terms.expression(loop.getStep());
      domain += "\n  (<= 0 " + count + ") (> " + step + " 0) (< (+ " +
                terms.expression(loop.getLb()) + " (* " + step + " " + count +
                ")) " + terms.expression(loop.getUb()) + ")";
    }
    for (Value lane : effect.getLanes()) {
      auto variable = lane.getDefiningOp<lift::VarOp>();
      std::string name = SMTTerms::variable(variable.getId());
      domain += " (<= 0 " + name + ") (< " + name + " " +
                std::to_string(*variable.getExtent()) + ")";
    }
    return function(effect, "domain" + suffix, "Bool", domain + ")") +
           function(effect, "guard" + suffix, "Bool",
                    terms.expression(effect.getGuard())) +
           function(effect, "offset" + suffix, "Int",
                    terms.expression(effect.getOffset())) +
           function(effect, "value" + suffix,
                    smtSort(effect.getValue().getType()),
                    terms.expression(effect.getValue()));
  }

  std::string call(const std::string &name, lift::EffectOp effect,
                   const std::string &suffix) {
    std::string text;
    for (const std::string &coordinate : coordinates(effect))
      text += " " + coordinate + suffix;
    return text.empty() ? name : "(" + name + text + ")";
  }

  void ask(lift::EffectOp effect, size_t number) {
    std::string k = "." + std::to_string(number);
    SmallVector<std::string> names = coordinates(effect);
    auto open = [&](StringRef suffix) {
      for (const std::string &name : names)
        os << "(declare-const " << name << suffix << " Int)\n";
      for (StringRef part : {"domain", "guard"})
        os << "(assert " << call(part.str() + k, effect, suffix.str()) << ")\n";
    };
    os << "; effect " << number << ": is an element before the first written?\n"
       << "(push 1)\n";
    open(".a");
    os << "(assert (< " << call("offset" + k, effect, ".a") << " 0))\n"
       << "(check-sat)\n(pop 1)\n";
    if (effect.getKind() != "store")
      return;
    os << "; effect " << number << ": do two coordinates write one element?\n"
       << "(push 1)\n";
    open(".a");
    open(".b");
    os << "(assert (or false";
    for (const std::string &name : names)
      os << " (distinct " << name << ".a " << name << ".b)";
    os << "))\n(assert (= " << call("offset" + k, effect, ".a") << " "
       << call("offset" + k, effect, ".b") << "))\n(check-sat)\n(pop 1)\n";
  }

  lift::KernelOp kernel;
  llvm::raw_ostream &os;
  SMTTerms terms;
  std::set<int64_t> axes, addresses; // addresses: parameters used as scalars
  SmallVector<lift::EffectOp> effects;
};

struct ExportSMTLIBPass
    : PassWrapper<ExportSMTLIBPass, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(ExportSMTLIBPass)

  StringRef getArgument() const final { return "triton-lift-export-smtlib"; }
  StringRef getDescription() const final {
    return "print every lift.kernel's effects as an SMT-LIB script";
  }
  void getDependentDialects(DialectRegistry &registry) const final {
    registry.insert<lift::LiftDialect>();
  }
  void runOnOperation() final {
    for (auto kernel : getOperation().getOps<lift::KernelOp>())
      exportSMTLIB(kernel, llvm::outs());
    llvm::outs().flush();
  }
};

} // namespace

void exportSMTLIB(lift::KernelOp kernel, llvm::raw_ostream &os) {
  Exporter(kernel, os).run();
}

std::unique_ptr<Pass> createExportSMTLIBPass() {
  return std::make_unique<ExportSMTLIBPass>();
}

} // namespace triton_lift
