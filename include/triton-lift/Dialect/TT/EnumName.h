//===- EnumName.h - names of enumerations, for assemblyFormat -===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef TRITON_LIFT_DIALECT_TT_ENUMNAME_H
#define TRITON_LIFT_DIALECT_TT_ENUMNAME_H

#include "mlir/IR/Builders.h"
#include "mlir/IR/OpImplementation.h"

namespace triton_lift {

/// `custom<EnumName>`: a bare name, held as a string; or a number, as found in
/// the generic form of old versions.
inline mlir::ParseResult parseEnumName(mlir::OpAsmParser &parser,
                                       mlir::Attribute &name) {
  mlir::Builder &builder = parser.getBuilder();
  int32_t number = 0;
  mlir::OptionalParseResult parsed = parser.parseOptionalInteger(number);
  if (parsed.has_value()) {
    name = builder.getI32IntegerAttr(number);
    return *parsed;
  }
  llvm::StringRef keyword;
  if (parser.parseKeyword(&keyword))
    return mlir::failure();
  name = builder.getStringAttr(keyword);
  return mlir::success();
}

inline void printEnumName(mlir::OpAsmPrinter &printer, mlir::Operation *,
                          mlir::Attribute name) {
  if (auto string = llvm::dyn_cast<mlir::StringAttr>(name))
    printer << string.getValue();
  else
    printer << llvm::cast<mlir::IntegerAttr>(name).getInt();
}

} // namespace triton_lift

#endif // TRITON_LIFT_DIALECT_TT_ENUMNAME_H
