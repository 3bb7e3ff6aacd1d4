//===- TTGDialect.cpp - layouts, and syntax left as text -===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "triton-lift/Dialect/TTG/TTGDialect.h"

#include "mlir/IR/DialectImplementation.h"
#include "triton-lift/Dialect/Opaque/OpaqueSyntax.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace triton_lift;
using namespace triton_lift::ttg;

#include "triton-lift/Dialect/TTG/TTGDialect.cpp.inc"

#define GET_ATTRDEF_CLASSES
#include "triton-lift/Dialect/TTG/TTGAttrs.cpp.inc"

/// `all`, or the names of memories joined by `|`.
static ParseResult parseNames(OpAsmParser &parser, StringAttr &names) {
  std::string text;
  do {
    StringRef name;
    if (parser.parseKeyword(&name))
      return failure();
    text += (text.empty() ? "" : "|") + name.str();
  } while (succeeded(parser.parseOptionalVerticalBar()));
  names = parser.getBuilder().getStringAttr(text);
  return success();
}

static void printNames(OpAsmPrinter &printer, Operation *, StringAttr names) {
  printer << names.getValue();
}

#define GET_OP_CLASSES
#include "triton-lift/Dialect/TTG/TTGOps.cpp.inc"

void TTGDialect::initialize() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "triton-lift/Dialect/TTG/TTGAttrs.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "triton-lift/Dialect/TTG/TTGOps.cpp.inc"
      >();
  allowUnknownOperations();
}

Type TTGDialect::parseType(DialectAsmParser &parser) const {
  return parseOpaqueType(parser, getNamespace());
}

void TTGDialect::printType(Type, DialectAsmPrinter &) const {
  llvm_unreachable("ttg has no types of its own");
}

/// `name<{parameter = value, ...}>` is a layout; anything else stays text.
static Attribute parseLayout(DialectAsmParser &parser) {
  StringRef text = parser.getFullSymbolSpec();
  StringRef name =
      text.take_while([](char c) { return llvm::isAlnum(c) || c == '_'; });
  StringRef body = text.drop_front(name.size());
  if (!body.starts_with("<{") || !body.ends_with("}>"))
    return parseOpaqueAttribute(parser, TTGDialect::getDialectNamespace());
  DictionaryAttr parameters;
  StringRef keyword;
  if (parser.parseKeyword(&keyword) || parser.parseLess() ||
      parser.parseAttribute(parameters) || parser.parseGreater())
    return {};
  return LayoutAttr::get(parser.getContext(), name, parameters);
}

Attribute TTGDialect::parseAttribute(DialectAsmParser &parser, Type) const {
  return parseLayout(parser);
}

void TTGDialect::printAttribute(Attribute attribute,
                                DialectAsmPrinter &printer) const {
  auto layout = cast<LayoutAttr>(attribute);
  printer << layout.getName() << '<' << layout.getParameters() << '>';
}

std::optional<Dialect::ParseOpHook>
TTGDialect::getParseOperationHook(StringRef name) const {
  if (auto hook = Dialect::getParseOperationHook(name))
    return hook;
  return ParseOpHook(parseOpaqueOperation);
}

//===----------------------------------------------------------------------===//
// The dialect under its old name
//===----------------------------------------------------------------------===//

static ParseResult parseUnderOldName(OpAsmParser &parser,
                                     OperationState &result) {
  StringRef mnemonic = result.name.stripDialect();
  auto operation = RegisteredOperationName::lookup(
      (TTGDialect::getDialectNamespace() + "." + mnemonic).str(),
      parser.getContext());
  if (!operation)
    return parseOpaqueOperation(parser, result);
  result.name = *operation;
  return operation->getParseAssemblyFn()(parser, result);
}

namespace {
class TritonGPUDialect : public Dialect {
public:
  explicit TritonGPUDialect(MLIRContext *context)
      : Dialect(getDialectNamespace(), context,
                TypeID::get<TritonGPUDialect>()) {
    context->getOrLoadDialect<TTGDialect>();
    allowUnknownOperations();
  }
  static constexpr StringLiteral getDialectNamespace() { return "triton_gpu"; }

  Type parseType(DialectAsmParser &parser) const override {
    return parseOpaqueType(parser, TTGDialect::getDialectNamespace());
  }
  Attribute parseAttribute(DialectAsmParser &parser, Type) const override {
    return parseLayout(parser);
  }
  std::optional<ParseOpHook> getParseOperationHook(StringRef) const override {
    return ParseOpHook(parseUnderOldName);
  }

  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(TritonGPUDialect)
};
} // namespace

void triton_lift::ttg::registerOldName(DialectRegistry &registry) {
  registry.insert<TritonGPUDialect>();
}
