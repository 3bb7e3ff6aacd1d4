//===- TTGMemory.cpp - shared memory: spellings and what must fit -===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "triton-lift/Dialect/TT/TTDialect.h"
#include "triton-lift/Dialect/TTG/TTGDialect.h"

using namespace mlir;
using namespace triton_lift;
using namespace triton_lift::ttg;

//===----------------------------------------------------------------------===//
// Spellings
//===----------------------------------------------------------------------===//

/// `<64x32xf16, ...>` or the same with `!ttg.memdesc` before it.
static ParseResult parseMemory(OpAsmParser &parser, Type &type) {
  if (*parser.getCurrentLocation().getPointer() == '<')
    type = MemDescType::parse(parser);
  else if (parser.parseType(type))
    return failure();
  return success(isa_and_nonnull<MemDescType>(type));
}

ParseResult AsyncCopyGlobalToLocalOp::parse(OpAsmParser &parser,
                                            OperationState &result) {
  SmallVector<OpAsmParser::UnresolvedOperand, 4> operands(2);
  SMLoc loc = parser.getCurrentLocation();
  if (parser.parseOperand(operands[0]) || parser.parseComma() ||
      parser.parseOperand(operands[1]))
    return failure();
  bool hasMask = succeeded(parser.parseOptionalKeyword("mask"));
  if (hasMask && parser.parseOperand(operands.emplace_back()))
    return failure();
  bool hasOther = succeeded(parser.parseOptionalKeyword("other"));
  if (hasOther && parser.parseOperand(operands.emplace_back()))
    return failure();
  for (StringRef clause : {"cacheModifier", "evictionPolicy"}) {
    StringRef value;
    if (succeeded(parser.parseOptionalKeyword(clause)) &&
        (parser.parseEqual() || parser.parseKeyword(&value)))
      return failure();
  }
  Type pointer, memory;
  if (parser.parseOptionalAttrDict(result.attributes) || parser.parseColon() ||
      parser.parseType(pointer) || parser.parseArrow() ||
      parseMemory(parser, memory))
    return failure();
  auto tensor = dyn_cast<RankedTensorType>(pointer);
  auto element =
      tensor ? dyn_cast<tt::PointerType>(tensor.getElementType()) : nullptr;
  if (!element)
    return parser.emitError(loc, "expected a tensor of pointers");
  SmallVector<Type> types = {pointer, memory};
  if (hasMask)
    types.push_back(tensor.clone(parser.getBuilder().getI1Type()));
  if (hasOther)
    types.push_back(tensor.clone(element.getPointeeType()));
  if (parser.resolveOperands(operands, types, loc, result.operands))
    return failure();
  result.addAttribute(
      getOperandSegmentSizeAttr(),
      parser.getBuilder().getDenseI32ArrayAttr({1, 1, hasMask, hasOther}));
  result.addTypes(
      OpaqueType::get(parser.getBuilder().getStringAttr("ttg"), "async.token"));
  return success();
}

void AsyncCopyGlobalToLocalOp::print(OpAsmPrinter &printer) {
  printer << ' ' << getPtr() << ", " << getDst();
  if (getMask())
    printer << " mask " << getMask();
  if (getOther())
    printer << " other " << getOther();
  printer.printOptionalAttrDict((*this)->getAttrs(),
                                {getOperandSegmentSizeAttr()});
  printer << " : " << getPtr().getType() << " -> " << getDst().getType();
}

/// `%m[%i]`, up to Triton 3.4 `%m, %i`.
ParseResult MemDescIndexOp::parse(OpAsmParser &parser, OperationState &result) {
  OpAsmParser::UnresolvedOperand source, index;
  Type from, to;
  if (parser.parseOperand(source))
    return failure();
  bool brackets = succeeded(parser.parseOptionalLSquare());
  if ((!brackets && parser.parseComma()) || parser.parseOperand(index) ||
      (brackets && parser.parseRSquare()) ||
      parser.parseOptionalAttrDict(result.attributes) || parser.parseColon() ||
      parser.parseType(from) || parser.parseArrow() || parser.parseType(to) ||
      parser.resolveOperand(source, from, result.operands) ||
      parser.resolveOperand(index, parser.getBuilder().getI32Type(),
                            result.operands))
    return failure();
  result.addTypes(to);
  return success();
}

void MemDescIndexOp::print(OpAsmPrinter &printer) {
  printer << ' ' << getSrc() << '[' << getIndex() << ']';
  printer.printOptionalAttrDict((*this)->getAttrs());
  printer << " : " << getSrc().getType() << " -> " << getType();
}

//===----------------------------------------------------------------------===//
// What must fit
//===----------------------------------------------------------------------===//

static LogicalResult verifyContents(Operation *op, MemDescType memory,
                                    RankedTensorType tensor, Type element) {
  if (tensor.getShape() != memory.getShape() ||
      element != memory.getElementType())
    return op->emitOpError("the tensor must have the memory's shape and "
                           "elements");
  return success();
}

LogicalResult LocalAllocOp::verify() {
  if (!getSrc())
    return success();
  auto tensor = cast<RankedTensorType>(getSrc().getType());
  return verifyContents(*this, getType(), tensor, tensor.getElementType());
}

LogicalResult LocalLoadOp::verify() {
  auto tensor = cast<RankedTensorType>(getType());
  return verifyContents(*this, getSrc().getType(), tensor,
                        tensor.getElementType());
}

LogicalResult LocalStoreOp::verify() {
  auto tensor = cast<RankedTensorType>(getSrc().getType());
  return verifyContents(*this, getDst().getType(), tensor,
                        tensor.getElementType());
}

LogicalResult AsyncCopyGlobalToLocalOp::verify() {
  auto tensor = cast<RankedTensorType>(getPtr().getType());
  auto pointer = dyn_cast<tt::PointerType>(tensor.getElementType());
  if (!pointer)
    return emitOpError("copies from pointers");
  for (auto [operand, element] :
       {std::pair(getMask(), Type(IntegerType::get(getContext(), 1))),
        std::pair(getOther(), pointer.getPointeeType())})
    if (operand && (getElementTypeOrSelf(operand.getType()) != element ||
                    cast<RankedTensorType>(operand.getType()).getShape() !=
                        tensor.getShape()))
      return emitOpError("mask and other must fit the pointers");
  return verifyContents(*this, getDst().getType(), tensor,
                        pointer.getPointeeType());
}

static LogicalResult verifyView(Operation *op, MemDescType from,
                                MemDescType to) {
  if (from.getElementType() != to.getElementType() ||
      from.getIsMutable() != to.getIsMutable())
    return op->emitOpError("must keep elements and whether they may change");
  return success();
}

LogicalResult MemDescIndexOp::verify() {
  ArrayRef<int64_t> from = getSrc().getType().getShape(),
                    to = getType().getShape();
  // Of a vector, one element: memory of shape 1.
  bool isElement = from.size() == 1 && to.size() == 1 && to[0] == 1;
  if (from.empty() || (from.drop_front() != to && !isElement))
    return emitOpError("must drop the first dimension");
  return verifyView(*this, getSrc().getType(), getType());
}

LogicalResult MemDescTransOp::verify() {
  ArrayRef<int64_t> from = getSrc().getType().getShape(),
                    to = getType().getShape();
  SmallVector<int32_t> sorted(getOrder());
  llvm::sort(sorted);
  bool isPermutation = sorted.size() == from.size() && from.size() == to.size();
  for (auto [position, dimension] : llvm::enumerate(sorted))
    isPermutation &= dimension == static_cast<int32_t>(position);
  if (isPermutation)
    for (auto [position, dimension] : llvm::enumerate(getOrder()))
      isPermutation &= to[position] == from[dimension];
  if (!isPermutation)
    return emitOpError("order must name each dimension once, and fit the "
                       "result");
  return verifyView(*this, getSrc().getType(), getType());
}

LogicalResult MemDescSubsliceOp::verify() {
  ArrayRef<int64_t> from = getSrc().getType().getShape(),
                    to = getType().getShape();
  if (from.size() != to.size() || from.size() != getOffsets().size() ||
      getSrc().getType().getElementType() != getType().getElementType())
    return emitOpError("must keep dimensions and elements");
  for (auto [whole, part, offset] : llvm::zip(from, to, getOffsets()))
    if (offset < 0 || offset + part > whole)
      return emitOpError("must lie within the memory");
  return success();
}

LogicalResult MemDescReshapeOp::verify() {
  auto count = [](MemDescType type) {
    return ShapedType::getNumElements(type.getShape());
  };
  if (count(getSrc().getType()) != count(getType()) || count(getType()) == 0)
    return emitOpError("must keep the number of elements");
  return verifyView(*this, getSrc().getType(), getType());
}
