//===- TTNGMatrices.cpp - tensor memory and products -===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "triton-lift/Dialect/TTNG/TTNGDialect.h"

using namespace mlir;
using namespace triton_lift;
using namespace triton_lift::ttng;

using Operand = OpAsmParser::UnresolvedOperand;

//===----------------------------------------------------------------------===//
// Spellings
//===----------------------------------------------------------------------===//

// Before tokens are removed they stand in brackets behind the memory: `%m[%t]`,
// `%m[]` for none; then there is a token among the results, too.

static Type tokenType(OpAsmParser &parser) {
  return OpaqueType::get(parser.getBuilder().getStringAttr("ttg"),
                         "async.token");
}

static ParseResult parseToken(OpAsmParser &parser,
                              SmallVectorImpl<Operand> &token) {
  if (failed(parser.parseOptionalLSquare()))
    return success();
  OptionalParseResult parsed =
      parser.parseOptionalOperand(token.emplace_back());
  if (!parsed.has_value())
    token.pop_back();
  else if (*parsed)
    return failure();
  return parser.parseRSquare();
}

static void printToken(OpAsmPrinter &printer, Value token, Value result) {
  if (!token && !result)
    return;
  printer << '[';
  if (token)
    printer << token;
  printer << ']';
}

ParseResult TMEMLoadOp::parse(OpAsmParser &parser, OperationState &result) {
  Operand memory;
  SmallVector<Operand, 1> token;
  Type from, to;
  if (parser.parseOperand(memory) || parseToken(parser, token) ||
      parser.parseOptionalAttrDict(result.attributes) || parser.parseColon() ||
      parser.parseType(from) || parser.parseArrow() || parser.parseType(to) ||
      parser.resolveOperand(memory, from, result.operands) ||
      parser.resolveOperands(token, tokenType(parser), result.operands))
    return failure();
  result.addTypes(to);
  if (parser.getNumResults() > 1)
    result.addTypes(tokenType(parser));
  return success();
}

void TMEMLoadOp::print(OpAsmPrinter &printer) {
  printer << ' ' << getSrc();
  printToken(printer, getAfter(), getToken());
  printer.printOptionalAttrDict((*this)->getAttrs());
  printer << " : " << getSrc().getType() << " -> " << getResult().getType();
}

ParseResult TMEMStoreOp::parse(OpAsmParser &parser, OperationState &result) {
  Operand source, memory, predicate;
  SmallVector<Operand, 1> token;
  Type from, to;
  if (parser.parseOperand(source) || parser.parseComma() ||
      parser.parseOperand(memory) || parseToken(parser, token) ||
      parser.parseComma() || parser.parseOperand(predicate) ||
      parser.parseOptionalAttrDict(result.attributes) || parser.parseColon() ||
      parser.parseType(from) || parser.parseArrow() || parser.parseType(to) ||
      parser.resolveOperand(source, from, result.operands) ||
      parser.resolveOperand(memory, to, result.operands) ||
      parser.resolveOperand(predicate, parser.getBuilder().getI1Type(),
                            result.operands) ||
      parser.resolveOperands(token, tokenType(parser), result.operands))
    return failure();
  if (parser.getNumResults() > 0)
    result.addTypes(tokenType(parser));
  return success();
}

void TMEMStoreOp::print(OpAsmPrinter &printer) {
  printer << ' ' << getSrc() << ", " << getDst();
  printToken(printer, getAfter(), getToken());
  printer << ", " << getPred();
  printer.printOptionalAttrDict((*this)->getAttrs());
  printer << " : " << getSrc().getType() << " -> " << getDst().getType();
}

/// `%a, %b, %d, %useD, %pred, %barrier[%when] {is_async} : types of memory`.
ParseResult TCGen5MMAOp::parse(OpAsmParser &parser, OperationState &result) {
  SmallVector<Operand> memory(3), barriers, conditions;
  SmallVector<Operand, 2> flags(2), when;
  SmallVector<Operand, 1> token;
  SmallVector<Type> types;
  SMLoc loc = parser.getCurrentLocation();
  if (parser.parseOperand(memory[0]) || parser.parseComma() ||
      parser.parseOperand(memory[1]) || parser.parseComma() ||
      parser.parseOperand(memory[2]) || parseToken(parser, token) ||
      parser.parseComma() || parser.parseOperand(flags[0]) ||
      parser.parseComma() || parser.parseOperand(flags[1]))
    return failure();
  while (succeeded(parser.parseOptionalComma()))
    if (parser.parseOperand(barriers.emplace_back()) || parser.parseLSquare() ||
        parser.parseOperand(when.emplace_back()) || parser.parseRSquare())
      return failure();
  if (parser.parseOptionalAttrDict(result.attributes) || parser.parseColon() ||
      parser.parseTypeList(types))
    return failure();
  if (types.size() != 3 + barriers.size())
    return parser.emitError(loc, "expected a type for each memory");
  Type i1 = parser.getBuilder().getI1Type();
  if (parser.resolveOperands(memory, ArrayRef(types).take_front(3), loc,
                             result.operands) ||
      parser.resolveOperands(token, tokenType(parser), result.operands) ||
      parser.resolveOperands(flags, i1, result.operands) ||
      parser.resolveOperands(barriers, ArrayRef(types).drop_front(3), loc,
                             result.operands) ||
      parser.resolveOperands(when, i1, result.operands))
    return failure();
  int32_t count = barriers.size(), hasToken = token.size();
  result.addAttribute(getOperandSegmentSizeAttr(),
                      parser.getBuilder().getDenseI32ArrayAttr(
                          {1, 1, 1, hasToken, 1, 1, count, count}));
  if (parser.getNumResults() > 0)
    result.addTypes(tokenType(parser));
  return success();
}

void TCGen5MMAOp::print(OpAsmPrinter &printer) {
  printer << ' ' << getA() << ", " << getB() << ", " << getD();
  printToken(printer, getAfter(), getToken());
  printer << ", " << getUseD() << ", " << getPred();
  for (auto [barrier, when] : llvm::zip(getBarriers(), getBarrierPreds()))
    printer << ", " << barrier << '[' << when << ']';
  printer.printOptionalAttrDict((*this)->getAttrs(),
                                {getOperandSegmentSizeAttr()});
  printer << " : " << getA().getType() << ", " << getB().getType() << ", "
          << getD().getType();
  for (Value barrier : getBarriers())
    printer << ", " << barrier.getType();
}

//===----------------------------------------------------------------------===//
// What must fit
//===----------------------------------------------------------------------===//

static ArrayRef<int64_t> shapeOf(Type type) {
  if (auto memory = dyn_cast<ttg::MemDescType>(type))
    return memory.getShape();
  return cast<RankedTensorType>(type).getShape();
}

static LogicalResult verifyProduct(Operation *op, Type left, Type right,
                                   Type result) {
  ArrayRef<int64_t> a = shapeOf(left), b = shapeOf(right), d = shapeOf(result);
  if (a.size() != 2 || b.size() != 2 || d.size() != 2 || a[0] != d[0] ||
      a[1] != b[0] || b[1] != d[1])
    return op->emitOpError("shapes do not fit a matrix product");
  return success();
}

LogicalResult WarpGroupDotOp::verify() {
  return verifyProduct(*this, getA().getType(), getB().getType(), getType());
}

LogicalResult TCGen5MMAOp::verify() {
  return verifyProduct(*this, getA().getType(), getB().getType(),
                       getD().getType());
}

static LogicalResult verifyContents(Operation *op, ttg::MemDescType memory,
                                    Type contents) {
  auto tensor = cast<RankedTensorType>(contents);
  if (tensor.getShape() != memory.getShape() ||
      tensor.getElementType() != memory.getElementType())
    return op->emitOpError("the tensor must have the memory's shape and "
                           "elements");
  return success();
}

LogicalResult TMEMAllocOp::verify() {
  return getSrc()
             ? verifyContents(*this, getResult().getType(), getSrc().getType())
             : success();
}

LogicalResult TMEMLoadOp::verify() {
  return verifyContents(*this, getSrc().getType(), getResult().getType());
}

LogicalResult TMEMStoreOp::verify() {
  return verifyContents(*this, getDst().getType(), getSrc().getType());
}
