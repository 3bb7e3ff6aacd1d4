//===- OpaqueSyntax.cpp - reading what is not understood -===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "triton-lift/Dialect/Opaque/OpaqueSyntax.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;

Type triton_lift::parseOpaqueType(DialectAsmParser &parser,
                                  StringRef dialectNamespace) {
  return OpaqueType::getChecked(
      [&] { return parser.emitError(parser.getNameLoc()); },
      parser.getBuilder().getStringAttr(dialectNamespace),
      parser.getFullSymbolSpec());
}

Attribute triton_lift::parseOpaqueAttribute(DialectAsmParser &parser,
                                            StringRef dialectNamespace) {
  return OpaqueAttr::getChecked(
      [&] { return parser.emitError(parser.getNameLoc()); },
      parser.getBuilder().getStringAttr(dialectNamespace),
      parser.getFullSymbolSpec(), parser.getBuilder().getNoneType());
}

namespace {
/// Reads the tokens of one line of unknown syntax.
class LineReader {
public:
  explicit LineReader(OpAsmParser &parser)
      : parser(parser), begin(position()), end(begin) {
    while (*end != '\0' && *end != '\n')
      ++end;
  }

  /// Consumes the line up to a trailing location.
  ParseResult read() {
    while (!atEnd())
      if (readToken())
        return failure();
    return success();
  }

  StringRef text() const {
    return StringRef(begin, std::min(position(), end) - begin).rtrim();
  }
  ArrayRef<Type> trailingTypes() const { return types; }

private:
  const char *position() const {
    return parser.getCurrentLocation().getPointer();
  }
  bool atEnd() const {
    const char *here = position();
    return here >= end || StringRef(here, end - here).starts_with("loc(");
  }

  /// Types count from the last `:` or `->` on.
  ParseResult readToken() {
    const char *before = position();
    if (succeeded(parser.parseOptionalArrow()) ||
        succeeded(parser.parseOptionalColon())) {
      types.clear();
      return success();
    }
    if (succeeded(parser.parseOptionalComma()) ||
        succeeded(parser.parseOptionalEqual()) ||
        succeeded(parser.parseOptionalLess()) ||
        succeeded(parser.parseOptionalGreater()) ||
        succeeded(parser.parseOptionalLParen()) ||
        succeeded(parser.parseOptionalRParen()) ||
        succeeded(parser.parseOptionalLSquare()) ||
        succeeded(parser.parseOptionalRSquare()) ||
        succeeded(parser.parseOptionalStar()) ||
        succeeded(parser.parseOptionalQuestion()) ||
        succeeded(parser.parseOptionalMinus()) ||
        succeeded(parser.parseOptionalPlus()))
      return success();
    if (*before == '{')
      return readDictionary();
    OpAsmParser::UnresolvedOperand operand;
    OptionalParseResult parsed = parser.parseOptionalOperand(operand);
    if (parsed.has_value())
      return *parsed;
    if (readsAsType(before)) {
      Type type;
      if (parser.parseType(type))
        return failure();
      types.push_back(type);
      return success();
    }
    std::string string;
    StringRef keyword;
    StringAttr symbol;
    APInt integer;
    if (succeeded(parser.parseOptionalString(&string)) ||
        succeeded(parser.parseOptionalKeyword(&keyword)) ||
        succeeded(parser.parseOptionalSymbolName(symbol)))
      return success();
    parsed = parser.parseOptionalInteger(integer);
    if (parsed.has_value())
      return *parsed;
    Attribute attribute;
    parsed = parser.parseOptionalAttribute(attribute);
    if (parsed.has_value())
      return *parsed;
    return parser.emitError(parser.getCurrentLocation(),
                            "syntax of this operation is unknown");
  }

  ParseResult readDictionary() {
    if (StringRef(position(), end - position()).find('}') == StringRef::npos)
      return parser.emitError(parser.getCurrentLocation(),
                              "operation with regions in unknown syntax");
    NamedAttrList ignored;
    return parser.parseOptionalAttrDict(ignored);
  }

  static bool readsAsType(const char *text) {
    StringRef rest(text);
    if (rest.starts_with("!") || rest.starts_with("tensor<") ||
        rest.starts_with("vector<") || rest.starts_with("memref<"))
      return true;
    StringRef word =
        rest.take_while([](char c) { return llvm::isAlnum(c) || c == '_'; });
    if (word == "index" || word == "bf16" || word == "tf32")
      return true;
    bool number = word.size() > 1 &&
                  llvm::all_of(word.drop_front(),
                               [](char c) { return llvm::isDigit(c); });
    return number && (word[0] == 'i' || word[0] == 'f');
  }

  OpAsmParser &parser;
  const char *begin;
  const char *end;
  SmallVector<Type> types;
};
} // namespace

ParseResult triton_lift::parseOpaqueOperation(OpAsmParser &parser,
                                              OperationState &result) {
  LineReader line(parser);
  if (line.read())
    return failure();
  Builder &builder = parser.getBuilder();
  result.addAttribute("opaque_syntax", builder.getStringAttr(line.text()));
  size_t count = parser.getNumResults();
  ArrayRef<Type> types = line.trailingTypes();
  if (count == 0)
    return success();
  // What runs ahead gives something to wait for.
  bool isToken = result.name.stripDialect().starts_with("async_");
  if (!isToken && types.size() >= count)
    result.addTypes(types.take_back(count));
  else if (!isToken && !types.empty())
    result.addTypes(SmallVector<Type>(count, types.back()));
  else
    result.addTypes(SmallVector<Type>(
        count, OpaqueType::get(builder.getStringAttr("ttg"), "async.token")));
  return success();
}
