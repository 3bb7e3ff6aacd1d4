//===- TTNGDialect.cpp - products by warp groups -===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "triton-lift/Dialect/TTNG/TTNGDialect.h"

#include "triton-lift/Dialect/Opaque/OpaqueSyntax.h"
#include "triton-lift/Dialect/TT/EnumName.h"

using namespace mlir;
using namespace triton_lift;
using namespace triton_lift::ttng;

#include "triton-lift/Dialect/TTNG/TTNGDialect.cpp.inc"

#define GET_OP_CLASSES
#include "triton-lift/Dialect/TTNG/TTNGOps.cpp.inc"

void TTNGDialect::initialize() {
  addOperations<
#define GET_OP_LIST
#include "triton-lift/Dialect/TTNG/TTNGOps.cpp.inc"
      >();
  allowUnknownOperations();
}

Type TTNGDialect::parseType(DialectAsmParser &parser) const {
  return parseOpaqueType(parser, getNamespace());
}

void TTNGDialect::printType(Type, DialectAsmPrinter &) const {
  llvm_unreachable("ttng has no types of its own");
}

Attribute TTNGDialect::parseAttribute(DialectAsmParser &parser, Type) const {
  return parseOpaqueAttribute(parser, getNamespace());
}

void TTNGDialect::printAttribute(Attribute, DialectAsmPrinter &) const {
  llvm_unreachable("ttng has no attributes of its own");
}

std::optional<Dialect::ParseOpHook>
TTNGDialect::getParseOperationHook(StringRef name) const {
  if (auto hook = Dialect::getParseOperationHook(name))
    return hook;
  return ParseOpHook(parseOpaqueOperation);
}
