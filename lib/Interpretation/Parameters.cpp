//===- Parameters.cpp - what a kernel's parameters are called -===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Parameters.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;

namespace triton_lift {

/// As `summarize` names it: `i32`, `ptr<f32>`.
static std::string typeName(Type type) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  if (Type pointee = pointeeType(type))
    stream << "ptr<" << pointee << ">";
  else
    stream << type;
  return text;
}

// Of names around names, the innermost is the Python parameter's.
std::string argumentName(BlockArgument argument) {
  std::optional<StringRef> innermost;
  Location location = argument.getLoc();
  while (auto name = dyn_cast<NameLoc>(location)) {
    innermost = name.getName().getValue();
    location = name.getChildLoc();
  }
  if (innermost)
    return innermost->str();
  return ("arg" + llvm::Twine(argument.getArgNumber())).str();
}

ArrayAttr describeParameters(Operation *function) {
  Builder builder(function->getContext());
  auto argumentAttrs = function->getAttrOfType<ArrayAttr>("arg_attrs");
  SmallVector<Attribute> params;
  for (BlockArgument argument : function->getRegion(0).getArguments()) {
    SmallVector<NamedAttribute> fields = {
        builder.getNamedAttr("name",
                             builder.getStringAttr(argumentName(argument))),
        builder.getNamedAttr(
            "type", builder.getStringAttr(typeName(argument.getType())))};
    if (argumentAttrs) {
      auto dictionary =
          cast<DictionaryAttr>(argumentAttrs[argument.getArgNumber()]);
      if (auto divisibility = dictionary.getAs<IntegerAttr>("tt.divisibility"))
        fields.push_back(builder.getNamedAttr(
            "divisibility", builder.getI64IntegerAttr(divisibility.getInt())));
      if (dictionary.contains(behindDescriptor))
        fields.push_back(
            builder.getNamedAttr("descriptor", builder.getUnitAttr()));
    }
    params.push_back(builder.getDictionaryAttr(fields));
  }
  return builder.getArrayAttr(params);
}

void describeTables(const Interpreter &interpreter, lift::KernelOp kernel) {
  Builder builder(kernel.getContext());
  SmallVector<Attribute> params(kernel.getParams().getValue());
  llvm::StringSet<> names;
  for (Attribute param : params)
    names.insert(cast<DictionaryAttr>(param).getAs<StringAttr>("name"));
  auto add = [&](std::string name, const llvm::Twine &type,
                 ArrayRef<NamedAttribute> more) {
    while (!names.insert(name).second)
      name += "_";
    SmallVector<NamedAttribute> fields = {
        builder.getNamedAttr("name", builder.getStringAttr(name)),
        builder.getNamedAttr("type", builder.getStringAttr(type))};
    fields.append(more.begin(), more.end());
    params.push_back(builder.getDictionaryAttr(fields));
  };
  for (const Interpreter::Table &table : interpreter.tables) {
    std::string name = cast<DictionaryAttr>(params[table.argument])
                           .getAs<StringAttr>("name")
                           .str();
    NamedAttribute origin = builder.getNamedAttr(
        "table", builder.getI64IntegerAttr(table.argument));
    add(name + "_at", "ptr<" + typeName(table.pointee) + ">", origin);
    add(name + "_size", "i64", {});
  }
  kernel.setParamsAttr(builder.getArrayAttr(params));
}

} // namespace triton_lift
