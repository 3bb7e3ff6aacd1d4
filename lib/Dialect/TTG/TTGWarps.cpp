//===- TTGWarps.cpp - groups of warps: spelling -===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "triton-lift/Dialect/TTG/TTGDialect.h"

using namespace mlir;
using namespace triton_lift;
using namespace triton_lift::ttg;

static std::string partName(unsigned number) {
  return "partition" + std::to_string(number);
}

/// The captures and the types of both sides come once, behind all regions.
ParseResult WarpSpecializeOp::parse(OpAsmParser &parser,
                                    OperationState &result) {
  SmallVector<OpAsmParser::UnresolvedOperand> captures;
  SMLoc loc = parser.getCurrentLocation();
  if (parser.parseOperandList(captures, OpAsmParser::Delimiter::Paren) ||
      parser.parseOptionalAttrDictWithKeyword(result.attributes) ||
      parser.parseKeyword("default") || parser.parseRegion(*result.addRegion()))
    return failure();
  SmallVector<Attribute> warps;
  for (unsigned number = 0;
       succeeded(parser.parseOptionalKeyword(partName(number))); ++number) {
    SmallVector<OpAsmParser::Argument> arguments;
    int32_t count = 0;
    if (parser.parseArgumentList(arguments, OpAsmParser::Delimiter::Paren,
                                 /*allowType=*/true) ||
        parser.parseKeyword("num_warps") || parser.parseLParen() ||
        parser.parseInteger(count) || parser.parseRParen() ||
        parser.parseRegion(*result.addRegion(), arguments))
      return failure();
    warps.push_back(parser.getBuilder().getI32IntegerAttr(count));
  }
  result.addAttribute("num_warps", parser.getBuilder().getArrayAttr(warps));
  FunctionType type;
  return failure(
      parser.parseColonType(type) ||
      parser.addTypesToList(type.getResults(), result.types) ||
      parser.resolveOperands(captures, type.getInputs(), loc, result.operands));
}

void WarpSpecializeOp::print(OpAsmPrinter &printer) {
  printer << '(' << getCaptures() << ')';
  printer.printOptionalAttrDictWithKeyword((*this)->getAttrs(), {"num_warps"});
  for (auto [number, region] : llvm::enumerate(getParts())) {
    printer.printNewline();
    if (number == 0) {
      printer << "default ";
    } else {
      printer << partName(number - 1) << '(';
      llvm::interleaveComma(region.getArguments(), printer,
                            [&](BlockArgument argument) {
                              printer.printRegionArgument(argument);
                            });
      auto warps = (*this)->getAttrOfType<ArrayAttr>("num_warps");
      printer << ") num_warps(" << cast<IntegerAttr>(warps[number - 1]).getInt()
              << ") ";
    }
    printer.printRegion(region, /*printEntryBlockArgs=*/false);
  }
  printer << " : ";
  printer.printFunctionalType(getOperation());
}
