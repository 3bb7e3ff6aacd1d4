//===- AMDGDialect.cpp - accesses through AMD's buffer instructions -===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "triton-lift/Dialect/AMDG/AMDGDialect.h"

#include "triton-lift/Dialect/Opaque/OpaqueSyntax.h"
#include "triton-lift/Dialect/TT/EnumName.h"

using namespace mlir;
using namespace triton_lift;
using namespace triton_lift::amdg;

#include "triton-lift/Dialect/AMDG/AMDGDialect.cpp.inc"

#define GET_OP_CLASSES
#include "triton-lift/Dialect/AMDG/AMDGOps.cpp.inc"

void AMDGDialect::initialize() {
  addOperations<
#define GET_OP_LIST
#include "triton-lift/Dialect/AMDG/AMDGOps.cpp.inc"
      >();
  allowUnknownOperations();
}

Type AMDGDialect::parseType(DialectAsmParser &parser) const {
  return parseOpaqueType(parser, getNamespace());
}

void AMDGDialect::printType(Type, DialectAsmPrinter &) const {
  llvm_unreachable("amdg has no types of its own");
}

Attribute AMDGDialect::parseAttribute(DialectAsmParser &parser, Type) const {
  return parseOpaqueAttribute(parser, getNamespace());
}

void AMDGDialect::printAttribute(Attribute, DialectAsmPrinter &) const {
  llvm_unreachable("amdg has no attributes of its own");
}

std::optional<Dialect::ParseOpHook>
AMDGDialect::getParseOperationHook(StringRef name) const {
  if (auto hook = Dialect::getParseOperationHook(name))
    return hook;
  return ParseOpHook(parseOpaqueOperation);
}
