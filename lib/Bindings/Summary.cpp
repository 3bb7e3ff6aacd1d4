//===- Summary.cpp - lift.kernel as plain Python data -===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir-c/IR.h"
#include "mlir/Bindings/Python/NanobindAdaptors.h"
#include "mlir/CAPI/IR.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Location.h"
#include "triton-lift/Dialect/Lift/LiftDialect.h"
#include "triton-lift/Interpretation/Passes.h"

namespace nb = nanobind;
using namespace mlir;
namespace lift = triton_lift::lift;

namespace {

/// "file:line" of the outermost frame of user code, or nothing.
std::optional<std::string> describe(Location location) {
  if (auto file = dyn_cast<FileLineColLoc>(location))
    return file.getFilename().str() + ":" + std::to_string(file.getLine());
  if (auto name = dyn_cast<NameLoc>(location))
    return describe(name.getChildLoc());
  if (auto call = dyn_cast<CallSiteLoc>(location)) {
    auto caller = describe(call.getCaller());
    return caller ? caller : describe(call.getCallee());
  }
  if (auto fused = dyn_cast<FusedLoc>(location))
    for (Location inner : fused.getLocations())
      if (auto text = describe(inner))
        return text;
  return std::nullopt;
}

/// Turns one kernel into the dictionary that docs/reference/lift-dialect.md
/// describes.
class Exporter {
public:
  explicit Exporter(lift::KernelOp kernel) : kernel(kernel) {}

  nb::dict run() {
    for (Operation &op : kernel.getBody().front()) {
      if (op.getNumResults())
        addTerm(op);
      else
        addTie(op);
    }
    nb::list loopList;
    for (auto &[id, loop] : loops)
      loopList.append(loop);
    nb::dict result;
    result["kernel"] = text(kernel.getSymName());
    result["location"] = location(kernel.getLoc());
    result["params"] = params();
    result["terms"] = terms;
    result["loops"] = loopList;
    result["folds"] = folds;
    result["tensors"] = tensors;
    result["effects"] = effects;
    result["assumes"] = assumes;
    result["unsupported"] = unsupported;
    return result;
  }

private:
  static nb::str text(StringRef value) {
    return nb::str(value.data(), value.size());
  }
  nb::object location(Location loc) {
    auto it = locations.find(loc);
    if (it != locations.end())
      return it->second;
    auto place = describe(loc);
    nb::object value = place ? nb::object(text(*place)) : nb::none();
    locations.try_emplace(loc, value);
    return value;
  }
  nb::object typeName(Type type) {
    auto it = types.find(type);
    if (it != types.end())
      return it->second;
    std::string spelled;
    llvm::raw_string_ostream(spelled) << type;
    nb::object value = text(spelled);
    types.try_emplace(type, value);
    return value;
  }
  nb::object name(Operation &op) {
    OperationName key = op.getName();
    auto it = names.find(key);
    if (it != names.end())
      return it->second;
    nb::object value = text(key.stripDialect());
    names.try_emplace(key, value);
    return value;
  }

  /// Integers by the signed reading of their width, booleans as 0 and 1.
  static nb::object constant(Attribute value) {
    if (auto integer = dyn_cast<IntegerAttr>(value)) {
      if (integer.getType().isInteger(1))
        return nb::int_(integer.getValue().getZExtValue());
      return nb::int_(integer.getValue().getSExtValue());
    }
    auto number = cast<FloatAttr>(value);
    APInt bits = number.getValue().bitcastToAPInt();
    nb::dict result;
    result["value"] = nb::float_(number.getValueAsDouble());
    result["bits"] = nb::int_(bits.getZExtValue());
    return result;
  }
  static nb::object attribute(Attribute value) {
    if (isa<UnitAttr>(value))
      return nb::bool_(true);
    if (auto string = dyn_cast<StringAttr>(value))
      return text(string.getValue());
    if (auto numbers = dyn_cast<DenseI64ArrayAttr>(value)) {
      nb::list result;
      for (int64_t number : numbers.asArrayRef())
        result.append(nb::int_(number));
      return result;
    }
    return constant(value);
  }

  nb::list params() {
    nb::list result;
    for (Attribute entry : kernel.getParams()) {
      auto fields = cast<DictionaryAttr>(entry);
      nb::dict param;
      param["name"] = text(fields.getAs<StringAttr>("name").getValue());
      param["type"] = text(fields.getAs<StringAttr>("type").getValue());
      auto divisibility = fields.getAs<IntegerAttr>("divisibility");
      param["divisibility"] = divisibility
                                  ? nb::object(nb::int_(divisibility.getInt()))
                                  : nb::none();
      if (auto table = fields.getAs<IntegerAttr>("table"))
        param["table"] = nb::int_(table.getInt());
      param["descriptor"] = nb::bool_(fields.contains("descriptor"));
      result.append(param);
    }
    return result;
  }

  nb::int_ id(Value term) { return nb::int_(ids.lookup(term)); }
  nb::list idList(ValueRange values) {
    nb::list result;
    for (Value value : values)
      result.append(id(value));
    return result;
  }

  void addTerm(Operation &op) {
    ids[op.getResult(0)] = ids.size();
    nb::object operands = nb::steal(PyTuple_New(op.getNumOperands()));
    for (auto [i, operand] : llvm::enumerate(op.getOperands()))
      PyTuple_SET_ITEM(operands.ptr(), i,
                       PyLong_FromSize_t(ids.lookup(operand)));
    nb::dict attributes;
    for (NamedAttribute entry : op.getAttrDictionary()) {
      StringRef key = entry.getName().getValue();
      attributes[text(key == "op_name" ? "op" : key)] =
          attribute(entry.getValue());
    }
    nb::object where = location(op.getLoc());
    if (auto refused = dyn_cast<lift::UnsupportedOp>(op))
      addUnsupported(refused);
    terms.append(nb::make_tuple(name(op), typeName(op.getResult(0).getType()),
                                operands, attributes, where));
  }

  void addUnsupported(lift::UnsupportedOp op) {
    nb::dict entry;
    entry["op"] = text(op.getOpName());
    entry["reason"] = text(op.getReason());
    entry["location"] = location(op.getLoc());
    unsupported.append(entry);
  }

  nb::dict &loop(int64_t number) {
    auto [it, isNew] = loops.try_emplace(number);
    if (isNew)
      it->second["carries"] = nb::list();
    return it->second;
  }

  void addTie(Operation &op) {
    if (auto refused = dyn_cast<lift::UnsupportedOp>(op)) {
      addUnsupported(refused);
    } else if (auto tie = dyn_cast<lift::LoopOp>(op)) {
      nb::dict &entry = loop(tie.getId());
      entry["id"] = nb::int_(tie.getId());
      entry["var"] = id(tie.getVariable());
      entry["lb"] = id(tie.getLb());
      entry["ub"] = id(tie.getUb());
      entry["step"] = id(tie.getStep());
      entry["guard"] = id(tie.getGuard());
      entry["parent"] =
          tie.getParent() ? nb::object(nb::int_(*tie.getParent())) : nb::none();
      entry["location"] = location(op.getLoc());
    } else if (auto carry = dyn_cast<lift::CarryOp>(op)) {
      nb::dict entry;
      entry["pos"] = nb::int_(carry.getPos());
      entry["coords"] = idList(carry.getCoords());
      entry["init"] = id(carry.getInit());
      entry["next"] = id(carry.getNext());
      nb::cast<nb::list>(loop(carry.getLoop())["carries"]).append(entry);
    } else if (auto fold = dyn_cast<lift::FoldOp>(op)) {
      folds[nb::int_(fold.getId())] = idList(fold.getResults_());
    } else if (auto tensor = dyn_cast<lift::TensorOp>(op)) {
      nb::dict entry;
      entry["coords"] = idList(tensor.getCoords());
      entry["body"] = id(tensor.getBody());
      tensors[nb::int_(tensor.getId())] = entry;
    } else if (auto effect = dyn_cast<lift::EffectOp>(op)) {
      nb::dict entry;
      entry["kind"] = text(effect.getKind());
      entry["array"] = nb::int_(effect.getArray());
      entry["offset"] = id(effect.getOffset());
      entry["guard"] = id(effect.getGuard());
      entry["value"] = id(effect.getValue());
      entry["lanes"] = idList(effect.getLanes());
      nb::list around;
      for (int64_t number : effect.getLoops())
        around.append(nb::int_(number));
      entry["loops"] = around;
      entry["order"] = nb::int_(effect.getOrder());
      entry["version"] = nb::int_(effect.getVersion());
      entry["location"] = location(op.getLoc());
      effects.append(entry);
    } else if (auto assume = dyn_cast<lift::AssumeOp>(op)) {
      nb::dict entry;
      entry["kind"] = text(assume.getKind());
      entry["condition"] = id(assume.getCondition());
      entry["guard"] = id(assume.getGuard());
      entry["lanes"] = idList(assume.getLanes());
      entry["location"] = location(op.getLoc());
      assumes.append(entry);
    }
  }

  lift::KernelOp kernel;
  nb::list terms, effects, assumes, unsupported;
  nb::dict folds, tensors;
  std::map<int64_t, nb::dict> loops;
  llvm::DenseMap<Value, size_t> ids;
  llvm::DenseMap<Location, nb::object> locations;
  llvm::DenseMap<Type, nb::object> types;
  llvm::DenseMap<OperationName, nb::object> names;
};

nb::list summarize(MlirModule handle) {
  // The caller's module stays as it is.
  OwningOpRef<ModuleOp> module(cast<ModuleOp>(unwrap(handle)->clone()));
  triton_lift::interpretModule(*module);
  nb::list kernels;
  for (auto kernel : module->getOps<lift::KernelOp>())
    kernels.append(Exporter(kernel).run());
  return kernels;
}

} // namespace

void populateSummary(nb::module_ &module) {
  module.def("summarize", &summarize, nb::arg("module"),
             "One dictionary per kernel of an mlir.ir.Module, as "
             "docs/reference/lift-dialect.md describes it. What has no "
             "semantics is listed under 'unsupported'; nothing is raised.");
}
