//===- TTGDialect.cpp - layouts, and syntax left as text -===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "triton-lift/Dialect/TTG/TTGDialect.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/TypeSwitch.h"
#include "mlir/IR/DialectImplementation.h"
#include "triton-lift/Dialect/Opaque/OpaqueSyntax.h"

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
Attribute TTGDialect::parseAttribute(DialectAsmParser &parser, Type) const {
  StringRef text = parser.getFullSymbolSpec();
  StringRef name =
      text.take_while([](char c) { return llvm::isAlnum(c) || c == '_'; });
  StringRef body = text.drop_front(name.size());
  if (!body.starts_with("<{") || !body.ends_with("}>"))
    return parseOpaqueAttribute(parser, getNamespace());
  DictionaryAttr parameters;
  StringRef keyword;
  if (parser.parseKeyword(&keyword) || parser.parseLess() ||
      parser.parseAttribute(parameters) || parser.parseGreater())
    return {};
  return LayoutAttr::get(parser.getContext(), name, parameters);
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
