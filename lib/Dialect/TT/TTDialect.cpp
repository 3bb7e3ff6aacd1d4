//===- TTDialect.cpp - registration, types, names of old versions -===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "triton-lift/Dialect/TT/TTDialect.h"

#include "mlir/IR/DialectImplementation.h"
#include "triton-lift/Dialect/Opaque/OpaqueSyntax.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace triton_lift;
using namespace triton_lift::tt;

#include "triton-lift/Dialect/TT/TTDialect.cpp.inc"

#define GET_TYPEDEF_CLASSES
#include "triton-lift/Dialect/TT/TTTypes.cpp.inc"

void TTDialect::registerTypes() {
  addTypes<
#define GET_TYPEDEF_LIST
#include "triton-lift/Dialect/TT/TTTypes.cpp.inc"
      >();
}

void TTDialect::initialize() {
  registerTypes();
  addOperations<
#define GET_OP_LIST
#include "triton-lift/Dialect/TT/TTOps.cpp.inc"
      >();
  allowUnknownOperations();
}

//===----------------------------------------------------------------------===//
// Types and attributes
//===----------------------------------------------------------------------===//

Type PointerType::parseBody(AsmParser &parser) {
  Type pointee;
  Attribute space;
  if (parser.parseLess() || parser.parseType(pointee))
    return {};
  if (succeeded(parser.parseOptionalComma()) && parser.parseAttribute(space))
    return {};
  if (parser.parseGreater())
    return {};
  // Global memory is 1; newer versions leave it out.
  if (auto number = dyn_cast_or_null<IntegerAttr>(space);
      number && number.getValue() == 1)
    space = {};
  return PointerType::get(parser.getContext(), pointee, space);
}

Type PointerType::parse(AsmParser &parser) { return parseBody(parser); }

void PointerType::print(AsmPrinter &printer) const {
  printer << '<' << getPointeeType();
  if (Attribute space = getAddressSpace()) {
    printer << ", ";
    printer.printAttributeWithoutType(space);
  }
  printer << '>';
}

/// `128x64xf16, #layout`, or `tensor<128x64xf16>` of older versions.
Type TensorDescType::parseBody(AsmParser &parser) {
  RankedTensorType block;
  SmallVector<int64_t> shape;
  Type element;
  Attribute layout;
  SMLoc loc = parser.getCurrentLocation();
  if (parser.parseLess())
    return {};
  OptionalParseResult tensor = parser.parseOptionalType(element);
  if (tensor.has_value()) {
    if (failed(*tensor))
      return {};
    block = dyn_cast<RankedTensorType>(element);
    if (!block) {
      parser.emitError(loc, "expected a block shape");
      return {};
    }
  } else {
    if (parser.parseDimensionList(shape, /*allowDynamic=*/false) ||
        parser.parseType(element))
      return {};
    if (succeeded(parser.parseOptionalComma()) && parser.parseAttribute(layout))
      return {};
    block = RankedTensorType::getChecked([&] { return parser.emitError(loc); },
                                         shape, element, layout);
  }
  if (!block || parser.parseGreater())
    return {};
  return TensorDescType::get(parser.getContext(), block);
}

Type TensorDescType::parse(AsmParser &parser) { return parseBody(parser); }

void TensorDescType::print(AsmPrinter &printer) const {
  printer << '<';
  for (int64_t size : getBlockType().getShape())
    printer << size << 'x';
  printer << getBlockType().getElementType();
  if (Attribute layout = getBlockType().getEncoding())
    printer << ", " << layout;
  printer << '>';
}

Type triton_lift::tt::getBasePointer(Type block) {
  auto pointer = dyn_cast<PointerType>(block);
  auto tensor =
      pointer ? dyn_cast<RankedTensorType>(pointer.getPointeeType()) : nullptr;
  return tensor ? PointerType::get(block.getContext(), tensor.getElementType(),
                                   pointer.getAddressSpace())
                : Type();
}

Type TTDialect::parseType(DialectAsmParser &parser) const {
  StringRef mnemonic;
  Type type;
  if (generatedTypeParser(parser, &mnemonic, type).has_value())
    return type;
  return parseOpaqueType(parser, getNamespace());
}

void TTDialect::printType(Type type, DialectAsmPrinter &printer) const {
  (void)generatedTypePrinter(type, printer);
}

Attribute TTDialect::parseAttribute(DialectAsmParser &parser, Type) const {
  return parseOpaqueAttribute(parser, getNamespace());
}

void TTDialect::printAttribute(Attribute, DialectAsmPrinter &) const {
  llvm_unreachable("tt has no attributes of its own");
}

//===----------------------------------------------------------------------===//
// Operations under the names of old versions
//===----------------------------------------------------------------------===//

namespace {
struct OldName {
  StringLiteral oldName;
  StringLiteral newName;
  StringLiteral attribute; // a boolean that the old name stands for
  bool value;
};
} // namespace

static constexpr OldName oldNames[] = {
    {"tt.view", "tt.reshape", "allow_reorder", true},
    {"tt.pure_extern_elementwise", "tt.extern_elementwise", "pure", true},
    {"tt.impure_extern_elementwise", "tt.extern_elementwise", "pure", false},
    {"tt.experimental_descriptor_load", "tt.descriptor_load", "", false},
    {"tt.experimental_descriptor_store", "tt.descriptor_store", "", false},
    {"tt.experimental_descriptor_gather", "tt.descriptor_gather", "", false},
    {"tt.experimental_descriptor_scatter", "tt.descriptor_scatter", "", false},
    {"tt.experimental_make_tensor_descriptor", "tt.make_tensor_descriptor", "",
     false},
};

static ParseResult parseUnderOldName(OpAsmParser &parser,
                                     OperationState &result) {
  const OldName *entry = llvm::find_if(oldNames, [&](const OldName &old) {
    return old.oldName == result.name.getStringRef();
  });
  auto newName =
      RegisteredOperationName::lookup(entry->newName, parser.getContext());
  result.name = *newName;
  if (newName->getParseAssemblyFn()(parser, result))
    return failure();
  Builder &builder = parser.getBuilder();
  if (entry->newName == "tt.reshape")
    result.addAttribute(entry->attribute, builder.getUnitAttr());
  else if (!entry->attribute.empty())
    result.addAttribute(entry->attribute, builder.getBoolAttr(entry->value));
  return success();
}

std::optional<Dialect::ParseOpHook>
TTDialect::getParseOperationHook(StringRef name) const {
  if (auto hook = Dialect::getParseOperationHook(name))
    return hook;
  bool isOldName = llvm::any_of(
      oldNames, [&](const OldName &old) { return old.oldName == name; });
  return isOldName ? ParseOpHook(parseUnderOldName)
                   : ParseOpHook(parseOpaqueOperation);
}
