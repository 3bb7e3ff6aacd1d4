//===- TTMemorySyntax.cpp - loads and stores in all their spellings -===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TTSyntax.h"
#include "triton-lift/Dialect/TT/TTDialect.h"

using namespace mlir;
using namespace triton_lift::tt;

using Operands = SmallVector<OpAsmParser::UnresolvedOperand, 3>;

/// `cacheModifier = ca evictionPolicy = evict_last` before the dictionary
/// (Triton 3.0 to 3.8). They do not change what is read or written.
static ParseResult parseCacheClauses(OpAsmParser &parser,
                                     OperationState &result) {
  for (StringRef clause : {"cacheModifier", "evictionPolicy"}) {
    (void)parser.parseOptionalComma();
    if (failed(parser.parseOptionalKeyword(clause)))
      continue;
    StringRef value;
    if (parser.parseEqual() || parser.parseKeyword(&value))
      return failure();
    result.addAttribute(clause, parser.getBuilder().getStringAttr(value));
  }
  return success();
}

static bool isPointerLike(Type type) {
  return isa<PointerType>(getElementTypeOrSelf(type));
}

/// What a load through `pointer` gives: an element for each pointer, or the
/// block of a block pointer.
static Type getPointeeLike(Type pointer) {
  auto element = cast<PointerType>(getElementTypeOrSelf(pointer));
  return withElementType(pointer, element.getPointeeType());
}

/// The type list may be in parentheses, and may list all operands' types. The
/// first one is the pointer's, or (Triton 2) that of the value.
static ParseResult parsePointerType(OpAsmParser &parser, Type &pointer) {
  SmallVector<Type> types;
  if (parser.parseColon())
    return failure();
  bool parentheses = succeeded(parser.parseOptionalLParen());
  if (parser.parseTypeList(types) || (parentheses && parser.parseRParen()))
    return failure();
  pointer = types.front();
  if (!isPointerLike(pointer))
    pointer = withElementType(
        pointer, PointerType::get(parser.getContext(),
                                  getElementTypeOrSelf(pointer), Attribute()));
  return success();
}

static Type getMaskType(Type value) {
  return withElementType(value, IntegerType::get(value.getContext(), 1));
}

ParseResult LoadOp::parse(OpAsmParser &parser, OperationState &result) {
  Operands operands;
  Type pointer, value;
  SMLoc loc = parser.getCurrentLocation();
  if (parser.parseOperandList(operands) || parseCacheClauses(parser, result) ||
      parser.parseOptionalAttrDict(result.attributes) ||
      parsePointerType(parser, pointer))
    return failure();
  if (operands.empty() || operands.size() > 3)
    return parser.emitError(loc, "expected a pointer, a mask, and a value for "
                                 "masked elements at most");
  if (succeeded(parser.parseOptionalArrow()) && parser.parseType(value))
    return failure();
  value = getPointeeLike(pointer);
  SmallVector<Type> types = {pointer, getMaskType(value), value};
  types.resize(operands.size());
  if (parser.resolveOperands(operands, types, loc, result.operands))
    return failure();
  setOperandSegments<LoadOp>(result,
                             {1, operands.size() > 1, operands.size() > 2});
  result.addTypes(value);
  return success();
}

void LoadOp::print(OpAsmPrinter &printer) {
  printer << ' ' << getOperands();
  SmallVector<StringRef> elided = {"operandSegmentSizes"};
  if (getBoundaryCheck().empty())
    elided.push_back("boundaryCheck");
  if (!getIsVolatile())
    elided.push_back("isVolatile");
  printer.printOptionalAttrDict((*this)->getAttrs(), elided);
  printer << " : " << getPtr().getType();
}

ParseResult StoreOp::parse(OpAsmParser &parser, OperationState &result) {
  Operands operands;
  Type pointer;
  SMLoc loc = parser.getCurrentLocation();
  if (parser.parseOperandList(operands) || parseCacheClauses(parser, result) ||
      parser.parseOptionalAttrDict(result.attributes) ||
      parsePointerType(parser, pointer))
    return failure();
  if (operands.size() < 2 || operands.size() > 3)
    return parser.emitError(loc, "expected a pointer, a value, and a mask");
  Type value = getPointeeLike(pointer);
  SmallVector<Type> types = {pointer, value, getMaskType(value)};
  types.resize(operands.size());
  return parser.resolveOperands(operands, types, loc, result.operands);
}

void StoreOp::print(OpAsmPrinter &printer) {
  printer << ' ' << getOperands();
  SmallVector<StringRef> elided;
  if (getBoundaryCheck().empty())
    elided.push_back("boundaryCheck");
  printer.printOptionalAttrDict((*this)->getAttrs(), elided);
  printer << " : " << getPtr().getType();
}
