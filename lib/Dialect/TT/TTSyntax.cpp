//===- TTSyntax.cpp - text forms that ODS cannot describe -===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TTSyntax.h"

#include "mlir/Interfaces/FunctionImplementation.h"
#include "triton-lift/Dialect/TT/Conversion.h"
#include "triton-lift/Dialect/TT/EnumName.h"
#include "triton-lift/Dialect/TT/TTDialect.h"

using namespace mlir;
using namespace triton_lift;
using namespace triton_lift::tt;

//===----------------------------------------------------------------------===//
// Directives used by assemblyFormat
//===----------------------------------------------------------------------===//

static constexpr StringLiteral axisNames[] = {"x", "y", "z"};

static ParseResult parseAxis(OpAsmParser &parser, IntegerAttr &axis) {
  StringRef name;
  SMLoc loc = parser.getCurrentLocation();
  // Triton 2 has `{axis = 0 : i32}` for some: it is read with the others.
  if (failed(parser.parseOptionalKeyword(&name)))
    return success();
  if (!llvm::is_contained(axisNames, name))
    return parser.emitError(loc, "expected axis x, y or z");
  axis = parser.getBuilder().getI32IntegerAttr(name[0] - 'x');
  return success();
}

static void printAxis(OpAsmPrinter &printer, Operation *, IntegerAttr axis) {
  printer << axisNames[axis.getInt()];
}

/// `<f16>` stands for `!tt.ptr<f16>`.
static ParseResult parsePointerBody(OpAsmParser &parser, Type &type) {
  OptionalParseResult full = parser.parseOptionalType(type);
  if (full.has_value())
    return *full;
  type = PointerType::parseBody(parser);
  return success(static_cast<bool>(type));
}

static void printPointerBody(OpAsmPrinter &printer, Operation *, Type type) {
  cast<PointerType>(type).print(printer);
}

static ParseResult parseDescriptorBody(OpAsmParser &parser, Type &type) {
  OptionalParseResult full = parser.parseOptionalType(type);
  if (full.has_value())
    return *full;
  type = TensorDescType::parseBody(parser);
  return success(static_cast<bool>(type));
}

static void printDescriptorBody(OpAsmPrinter &printer, Operation *, Type type) {
  cast<TensorDescType>(type).print(printer);
}

#define GET_OP_CLASSES
#include "triton-lift/Dialect/TT/TTOps.cpp.inc"

//===----------------------------------------------------------------------===//
// Functions
//===----------------------------------------------------------------------===//

ParseResult FuncOp::parse(OpAsmParser &parser, OperationState &result) {
  auto buildType = [](Builder &builder, ArrayRef<Type> arguments,
                      ArrayRef<Type> results,
                      function_interface_impl::VariadicFlag, std::string &) {
    return builder.getFunctionType(arguments, results);
  };
  return function_interface_impl::parseFunctionOp(
      parser, result, /*allowVariadic=*/false,
      getFunctionTypeAttrName(result.name), buildType,
      getArgAttrsAttrName(result.name), getResAttrsAttrName(result.name));
}

void FuncOp::print(OpAsmPrinter &printer) {
  function_interface_impl::printFunctionOp(
      printer, *this, /*isVariadic=*/false, getFunctionTypeAttrName(),
      getArgAttrsAttrName(), getResAttrsAttrName());
}

//===----------------------------------------------------------------------===//
// Operations with several spellings
//===----------------------------------------------------------------------===//

/// `%c, "message"`, in older versions followed by file, function and line.
ParseResult AssertOp::parse(OpAsmParser &parser, OperationState &result) {
  OpAsmParser::UnresolvedOperand condition;
  Type type;
  // Not an attribute, for that could take the type after it.
  std::string message, source;
  if (parser.parseOperand(condition) || parser.parseComma() ||
      parser.parseString(&message))
    return failure();
  result.addAttribute(getMessageAttrName(result.name),
                      parser.getBuilder().getStringAttr(message));
  while (succeeded(parser.parseOptionalComma())) {
    int64_t line = 0;
    OptionalParseResult number = parser.parseOptionalInteger(line);
    if (number.has_value() ? failed(*number)
                           : failed(parser.parseString(&source)))
      return failure();
  }
  if (parser.parseOptionalAttrDict(result.attributes) ||
      parser.parseColonType(type) ||
      parser.resolveOperand(condition, type, result.operands))
    return failure();
  return success();
}

void AssertOp::print(OpAsmPrinter &printer) {
  printer << ' ' << getCondition() << ", " << getMessageAttr();
  printer.printOptionalAttrDict((*this)->getAttrs(), {"message"});
  printer << " : " << getCondition().getType();
}

ParseResult ReshapeOp::parse(OpAsmParser &parser, OperationState &result) {
  OpAsmParser::UnresolvedOperand source;
  Type from, to;
  Builder &builder = parser.getBuilder();
  if (parser.parseOperand(source))
    return failure();
  for (StringRef flag : {"allow_reorder", "efficient_layout"})
    if (succeeded(parser.parseOptionalKeyword(flag)))
      result.addAttribute(flag, builder.getUnitAttr());
  if (parser.parseOptionalAttrDict(result.attributes))
    return failure();
  // Older versions: `{allow_reorder = false}`.
  if (auto flag =
          dyn_cast_or_null<BoolAttr>(result.attributes.get("allow_reorder"))) {
    result.attributes.erase("allow_reorder");
    if (flag.getValue())
      result.addAttribute("allow_reorder", builder.getUnitAttr());
  }
  if (parser.parseColonType(from) || parser.parseArrow() ||
      parser.parseType(to) ||
      parser.resolveOperand(source, from, result.operands))
    return failure();
  result.addTypes(to);
  return success();
}

void ReshapeOp::print(OpAsmPrinter &printer) {
  printer << ' ' << getSrc();
  if (getAllowReorder())
    printer << " allow_reorder";
  if (getEfficientLayout())
    printer << " efficient_layout";
  printer.printOptionalAttrDict((*this)->getAttrs(),
                                {"allow_reorder", "efficient_layout"});
  printer << " : " << getSrc().getType() << " -> " << getType();
}

ParseResult DotOp::parse(OpAsmParser &parser, OperationState &result) {
  OpAsmParser::UnresolvedOperand a, b, c;
  Type typeA, typeB, typeD;
  Builder &builder = parser.getBuilder();
  StringRef precision;
  if (parser.parseOperand(a) || parser.parseComma() || parser.parseOperand(b) ||
      parser.parseComma() || parser.parseOperand(c))
    return failure();
  if (succeeded(parser.parseOptionalComma())) {
    if (parser.parseKeyword("inputPrecision") || parser.parseEqual() ||
        parser.parseKeyword(&precision))
      return failure();
    result.addAttribute("inputPrecision", builder.getStringAttr(precision));
  }
  if (parser.parseOptionalAttrDict(result.attributes))
    return failure();
  // Triton 2: `{allowTF32 = true}`.
  if (auto flag =
          dyn_cast_or_null<BoolAttr>(result.attributes.get("allowTF32"))) {
    result.attributes.erase("allowTF32");
    result.addAttribute(
        "inputPrecision",
        builder.getStringAttr(flag.getValue() ? "tf32" : "ieee"));
  }
  if (parser.parseColonType(typeA) || parser.parseStar() ||
      parser.parseType(typeB) || parser.parseArrow() ||
      parser.parseType(typeD) ||
      parser.resolveOperand(a, typeA, result.operands) ||
      parser.resolveOperand(b, typeB, result.operands) ||
      parser.resolveOperand(c, typeD, result.operands))
    return failure();
  result.addTypes(typeD);
  return success();
}

void DotOp::print(OpAsmPrinter &printer) {
  printer << ' ' << getOperands();
  SmallVector<StringRef> elided = {"inputPrecision"};
  if (getInputPrecision() != "ieee")
    printer << ", inputPrecision = " << getInputPrecision();
  if (getMaxNumImpreciseAcc() == 0)
    elided.push_back("maxNumImpreciseAcc");
  printer.printOptionalAttrDict((*this)->getAttrs(), elided);
  printer << " : " << getA().getType() << " * " << getB().getType() << " -> "
          << getType();
}

/// The mask has the source's shape.
ParseResult HistogramOp::parse(OpAsmParser &parser, OperationState &result) {
  OpAsmParser::UnresolvedOperand source, mask;
  Type type, resultType;
  if (parser.parseOperand(source))
    return failure();
  bool hasMask = succeeded(parser.parseOptionalComma());
  if ((hasMask && parser.parseOperand(mask)) ||
      parser.parseOptionalAttrDict(result.attributes) ||
      parser.parseColonType(type) || parser.parseArrow() ||
      parser.parseType(resultType) ||
      parser.resolveOperand(source, type, result.operands))
    return failure();
  if (hasMask &&
      parser.resolveOperand(
          mask, withElementType(type, parser.getBuilder().getI1Type()),
          result.operands))
    return failure();
  result.addTypes(resultType);
  return success();
}

void HistogramOp::print(OpAsmPrinter &printer) {
  printer << ' ' << getOperands();
  printer.printOptionalAttrDict((*this)->getAttrs());
  printer << " : " << getSrc().getType() << " -> " << getType();
}
