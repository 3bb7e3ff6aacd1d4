//===- TTGDialect.cpp - layouts, and syntax left as text -===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "triton-lift/Dialect/TTG/TTGDialect.h"

#include "mlir/IR/DialectImplementation.h"
#include "triton-lift/Dialect/Opaque/OpaqueSyntax.h"
#include "triton-lift/Dialect/TT/Conversion.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace triton_lift;
using namespace triton_lift::ttg;

#include "triton-lift/Dialect/TTG/TTGDialect.cpp.inc"

#define GET_ATTRDEF_CLASSES
#include "triton-lift/Dialect/TTG/TTGAttrs.cpp.inc"

/// `all`, or the names of memories joined by `|`.
static ParseResult parseNames(OpAsmParser &parser, StringAttr &names) {
  std::string text;
  do {
    StringRef name;
    if (parser.parseKeyword(&name))
      return failure();
    text += (text.empty() ? "" : "|") + name.str();
  } while (succeeded(parser.parseOptionalVerticalBar()));
  names = parser.getBuilder().getStringAttr(text);
  return success();
}

static void printNames(OpAsmPrinter &printer, Operation *, StringAttr names) {
  printer << names.getValue();
}

#define GET_TYPEDEF_CLASSES
#include "triton-lift/Dialect/TTG/TTGTypes.cpp.inc"

/// `[0, 16]`.
static ParseResult parseOffsets(OpAsmParser &parser,
                                DenseI32ArrayAttr &offsets) {
  SmallVector<int32_t> numbers;
  if (parser.parseCommaSeparatedList(AsmParser::Delimiter::Square, [&] {
        return parser.parseInteger(numbers.emplace_back());
      }))
    return failure();
  offsets = parser.getBuilder().getDenseI32ArrayAttr(numbers);
  return success();
}

static void printOffsets(OpAsmPrinter &printer, Operation *,
                         DenseI32ArrayAttr offsets) {
  printer << '[';
  llvm::interleaveComma(offsets.asArrayRef(), printer);
  printer << ']';
}

#define GET_OP_CLASSES
#include "triton-lift/Dialect/TTG/TTGOps.cpp.inc"

void TTGDialect::initialize() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "triton-lift/Dialect/TTG/TTGAttrs.cpp.inc"
      >();
  addTypes<
#define GET_TYPEDEF_LIST
#include "triton-lift/Dialect/TTG/TTGTypes.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "triton-lift/Dialect/TTG/TTGOps.cpp.inc"
      >();
  allowUnknownOperations();
}

Type TTGDialect::parseType(DialectAsmParser &parser) const {
  StringRef mnemonic;
  Type type;
  if (!parser.getFullSymbolSpec().starts_with("memdesc<"))
    return parseOpaqueType(parser, getNamespace());
  (void)generatedTypeParser(parser, &mnemonic, type);
  return type;
}

void TTGDialect::printType(Type type, DialectAsmPrinter &printer) const {
  (void)generatedTypePrinter(type, printer);
}

/// `<64x32xf16, #layout, ..., mutable, 3x64x32>`.
Type MemDescType::parse(AsmParser &parser) {
  SmallVector<int64_t> shape, allocShape;
  SmallVector<Attribute> layouts;
  Type element;
  bool isMutable = false;
  if (parser.parseLess() ||
      parser.parseDimensionList(shape, /*allowDynamic=*/false) ||
      parser.parseType(element))
    return {};
  while (succeeded(parser.parseOptionalComma())) {
    if (succeeded(parser.parseOptionalKeyword("mutable"))) {
      isMutable = true;
    } else if (llvm::isDigit(*parser.getCurrentLocation().getPointer())) {
      if (parser.parseDimensionList(allocShape, /*allowDynamic=*/false,
                                    /*withTrailingX=*/false))
        return {};
    } else if (parser.parseAttribute(layouts.emplace_back())) {
      return {};
    }
  }
  if (parser.parseGreater())
    return {};
  return MemDescType::get(parser.getContext(), shape, element, layouts,
                          isMutable, allocShape);
}

void MemDescType::print(AsmPrinter &printer) const {
  printer << '<';
  for (int64_t size : getShape())
    printer << size << 'x';
  printer << getElementType();
  for (Attribute layout : getLayouts())
    printer << ", " << layout;
  if (getIsMutable())
    printer << ", mutable";
  if (!getAllocShape().empty()) {
    printer << ", ";
    llvm::interleave(getAllocShape(), printer.getStream(), "x");
  }
  printer << '>';
}

/// `name<{parameter = value, ...}>` is a layout; anything else stays text.
static Attribute parseLayout(DialectAsmParser &parser) {
  StringRef text = parser.getFullSymbolSpec();
  StringRef name =
      text.take_while([](char c) { return llvm::isAlnum(c) || c == '_'; });
  StringRef body = text.drop_front(name.size());
  if (!body.starts_with("<{") || !body.ends_with("}>"))
    return parseOpaqueAttribute(parser, TTGDialect::getDialectNamespace());
  DictionaryAttr parameters;
  StringRef keyword;
  if (parser.parseKeyword(&keyword) || parser.parseLess() ||
      parser.parseAttribute(parameters) || parser.parseGreater())
    return {};
  return LayoutAttr::get(parser.getContext(), name, parameters);
}

Attribute TTGDialect::parseAttribute(DialectAsmParser &parser, Type) const {
  return parseLayout(parser);
}

void TTGDialect::printAttribute(Attribute attribute,
                                DialectAsmPrinter &printer) const {
  auto layout = cast<LayoutAttr>(attribute);
  printer << layout.getName() << '<' << layout.getParameters() << '>';
}

std::optional<Dialect::ParseOpHook>
TTGDialect::getParseOperationHook(StringRef name) const {
  if (auto hook = Dialect::getParseOperationHook(name))
    return hook;
  return ParseOpHook(parseOpaqueOperation);
}

//===----------------------------------------------------------------------===//
// The dialect under its old name
//===----------------------------------------------------------------------===//

static ParseResult parseUnderOldName(OpAsmParser &parser,
                                     OperationState &result) {
  StringRef mnemonic = result.name.stripDialect();
  // Its memory has another type, `!tt.memdesc`.
  static const llvm::StringSet<> same = {"convert_layout", "barrier"};
  if (!same.contains(mnemonic))
    return parseOpaqueOperation(parser, result);
  auto operation = RegisteredOperationName::lookup(
      (TTGDialect::getDialectNamespace() + "." + mnemonic).str(),
      parser.getContext());
  if (!operation)
    return parseOpaqueOperation(parser, result);
  result.name = *operation;
  return operation->getParseAssemblyFn()(parser, result);
}

namespace {
class TritonGPUDialect : public Dialect {
public:
  explicit TritonGPUDialect(MLIRContext *context)
      : Dialect(getDialectNamespace(), context,
                TypeID::get<TritonGPUDialect>()) {
    context->getOrLoadDialect<TTGDialect>();
    allowUnknownOperations();
  }
  static constexpr StringLiteral getDialectNamespace() { return "triton_gpu"; }

  Type parseType(DialectAsmParser &parser) const override {
    return parseOpaqueType(parser, TTGDialect::getDialectNamespace());
  }
  Attribute parseAttribute(DialectAsmParser &parser, Type) const override {
    return parseLayout(parser);
  }
  std::optional<ParseOpHook> getParseOperationHook(StringRef) const override {
    return ParseOpHook(parseUnderOldName);
  }

  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(TritonGPUDialect)
};
} // namespace

void triton_lift::ttg::registerOldName(DialectRegistry &registry) {
  registry.insert<TritonGPUDialect>();
}
