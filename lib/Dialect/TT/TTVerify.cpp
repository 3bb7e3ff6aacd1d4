//===- TTVerify.cpp - what the types of operands must agree on -===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "triton-lift/Dialect/TT/TTDialect.h"

#include "llvm/ADT/SmallBitVector.h"

using namespace mlir;
using namespace triton_lift::tt;

// Elements that tt.map_elementwise may take at once; real kernels pack up to 4.
static constexpr unsigned maxPack = 1024;

static RankedTensorType tensorType(Value value) {
  return cast<RankedTensorType>(value.getType());
}
static ArrayRef<int64_t> shapeOf(Value value) {
  return tensorType(value).getShape();
}
static bool isAxisOf(int64_t axis, ArrayRef<int64_t> shape) {
  return axis >= 0 && axis < static_cast<int64_t>(shape.size());
}
/// The shape, empty for scalars.
static ArrayRef<int64_t> shapeOrScalar(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor ? tensor.getShape() : ArrayRef<int64_t>();
}

//===----------------------------------------------------------------------===//
// Structure
//===----------------------------------------------------------------------===//

LogicalResult ReturnOp::verify() {
  auto function = cast<FuncOp>((*this)->getParentOp());
  if (getOperandTypes() != function.getResultTypes())
    return emitOpError("operand types differ from the function's results");
  return success();
}

LogicalResult CallOp::verifySymbolUses(SymbolTableCollection &symbols) {
  auto callee = symbols.lookupNearestSymbolFrom<FuncOp>(*this, getCalleeAttr());
  if (!callee)
    return emitOpError("calls '") << getCallee() << "', which is not defined";
  if (getOperandTypes() != callee.getArgumentTypes() ||
      getResultTypes() != callee.getResultTypes())
    return emitOpError("types differ from those of '") << getCallee() << "'";
  return success();
}

//===----------------------------------------------------------------------===//
// Shapes
//===----------------------------------------------------------------------===//

LogicalResult MakeRangeOp::verify() {
  auto type = cast<RankedTensorType>(getType());
  int64_t size = static_cast<int64_t>(getEnd()) - getStart();
  if (type.getRank() != 1 || type.getDimSize(0) != size ||
      !type.getElementType().isInteger(32))
    return emitOpError("result must be a tensor<") << size << "xi32>";
  return success();
}

LogicalResult UnsplatOp::verify() {
  if (tensorType(getSrc()).getNumElements() != 1)
    return emitOpError("source must have one element");
  return success();
}

LogicalResult BroadcastOp::verify() {
  ArrayRef<int64_t> from = shapeOf(getSrc()), to = shapeOf(getResult());
  if (from.size() != to.size())
    return emitOpError("must keep the rank");
  for (auto [size, wanted] : llvm::zip_equal(from, to))
    if (size != wanted && size != 1)
      return emitOpError("can only repeat dimensions of size one");
  return success();
}

LogicalResult ExpandDimsOp::verify() {
  SmallVector<int64_t> expected(shapeOf(getSrc()));
  if (getAxis() > expected.size())
    return emitOpError("axis is out of range");
  expected.insert(expected.begin() + getAxis(), 1);
  if (ArrayRef<int64_t>(expected) != shapeOf(getResult()))
    return emitOpError("result must have one more dimension, of size one");
  return success();
}

LogicalResult TransOp::verify() {
  ArrayRef<int64_t> from = shapeOf(getSrc()), to = shapeOf(getResult());
  ArrayRef<int32_t> order = getOrder();
  if (order.size() != from.size() || to.size() != from.size())
    return emitOpError("order must name each dimension once");
  llvm::SmallBitVector seen(order.size());
  for (auto [position, dimension] : llvm::enumerate(order)) {
    if (!isAxisOf(dimension, from) || seen.test(dimension))
      return emitOpError("order must name each dimension once");
    seen.set(dimension);
    if (to[position] != from[dimension])
      return emitOpError("result's shape does not follow the order");
  }
  return success();
}

LogicalResult ReshapeOp::verify() {
  if (tensorType(getSrc()).getNumElements() != getType().getNumElements())
    return emitOpError("must keep the number of elements");
  return success();
}

static LogicalResult verifyPair(Operation *op, RankedTensorType half,
                                RankedTensorType pair) {
  SmallVector<int64_t> expected(half.getShape());
  expected.push_back(2);
  if (ArrayRef<int64_t>(expected) != pair.getShape())
    return op->emitOpError("last dimension must be the two halves");
  return success();
}

LogicalResult JoinOp::verify() {
  return verifyPair(*this, tensorType(getLhs()), getType());
}

LogicalResult SplitOp::verify() {
  auto half = dyn_cast<RankedTensorType>(getOutLHS().getType());
  RankedTensorType pair = tensorType(getSrc());
  if (getElementTypeOrSelf(getOutLHS()) != pair.getElementType())
    return emitOpError("must keep the element type");
  if (half)
    return verifyPair(*this, half, pair);
  if (pair.getShape() != ArrayRef<int64_t>({2}))
    return emitOpError("last dimension must be the two halves");
  return success();
}

LogicalResult CatOp::verify() {
  if (getType().getRank() != tensorType(getLhs()).getRank() ||
      getType().getNumElements() != 2 * tensorType(getLhs()).getNumElements())
    return emitOpError("result must have the elements of both");
  return success();
}

LogicalResult GatherOp::verify() {
  ArrayRef<int64_t> source = shapeOf(getSrc()), indices = shapeOf(getIndices());
  if (!isAxisOf(getAxis(), source) || source.size() != indices.size())
    return emitOpError("axis and ranks do not fit");
  for (auto [dimension, sizes] : llvm::enumerate(llvm::zip(source, indices)))
    if (dimension != getAxis() && std::get<0>(sizes) != std::get<1>(sizes))
      return emitOpError("shapes may differ along the axis only");
  if (indices != shapeOf(getResult()) ||
      getElementTypeOrSelf(getSrc()) != getElementTypeOrSelf(getResult()))
    return emitOpError("result must have the indices' shape and the source's "
                       "elements");
  if (!getElementTypeOrSelf(getIndices()).isSignlessInteger())
    return emitOpError("indices must be integers");
  return success();
}

//===----------------------------------------------------------------------===//
// Computation
//===----------------------------------------------------------------------===//

/// Bits of a number, nothing for what is none.
static std::optional<unsigned> bitsOf(Type type) {
  type = getElementTypeOrSelf(type);
  if (!type.isIntOrFloat())
    return std::nullopt;
  return type.getIntOrFloatBitWidth();
}

LogicalResult BitcastOp::verify() {
  Type from = getElementTypeOrSelf(getSrc()),
       to = getElementTypeOrSelf(getResult());
  if (isa<PointerType>(from) != isa<PointerType>(to))
    return emitOpError("pointers and numbers are cast by other operations");
  if (!isa<PointerType>(from) && (!bitsOf(from) || bitsOf(from) != bitsOf(to)))
    return emitOpError("must keep the number of bits");
  return success();
}

/// The operands and results of a function of elements have one shape.
static LogicalResult verifyElementwise(Operation *op) {
  ArrayRef<int64_t> shape;
  bool isFirst = true;
  for (Type type :
       llvm::concat<const Type>(SmallVector<Type>(op->getOperandTypes()),
                                SmallVector<Type>(op->getResultTypes()))) {
    if (isa<ShapedType>(type) && !isa<RankedTensorType>(type))
      return op->emitOpError("needs scalars or tensors");
    if (!isFirst && shapeOrScalar(type) != shape)
      return op->emitOpError("operands and results must have one shape");
    shape = shapeOrScalar(type);
    isFirst = false;
  }
  return success();
}

LogicalResult ExternElementwiseOp::verify() { return verifyElementwise(*this); }

LogicalResult ElementwiseInlineAsmOp::verify() {
  return verifyElementwise(*this);
}

LogicalResult DotOp::verify() {
  for (Value operand : getOperands())
    if (!bitsOf(operand.getType()))
      return emitOpError("operands must hold numbers");
  ArrayRef<int64_t> a = shapeOf(getA()), b = shapeOf(getB()),
                    d = shapeOf(getD());
  size_t rank = d.size();
  if (rank < 2 || rank > 3 || a.size() != rank || b.size() != rank)
    return emitOpError("operands must be matrices or batches of them");
  if (a[rank - 1] != b[rank - 2] || a[rank - 2] != d[rank - 2] ||
      b[rank - 1] != d[rank - 1] ||
      (rank == 3 && (a[0] != d[0] || b[0] != d[0])))
    return emitOpError("shapes do not fit a matrix product");
  return success();
}

LogicalResult HistogramOp::verify() {
  if (shapeOf(getResult()).size() != 1 || shapeOf(getSrc()).size() != 1 ||
      (getMask() && (shapeOf(getMask()) != shapeOf(getSrc()) ||
                     !getElementTypeOrSelf(getMask()).isInteger(1))))
    return emitOpError("source and result must have one dimension, and the "
                       "mask a bit for each source");
  if (!getElementTypeOrSelf(getSrc()).isSignlessInteger() ||
      !getElementTypeOrSelf(getResult()).isSignlessInteger())
    return emitOpError("needs integers");
  return success();
}

/// A combine takes two elements of each source and gives one of each.
static LogicalResult verifyCombine(Operation *op, ValueRange sources,
                                   Region &region, unsigned axis) {
  if (sources.empty())
    return op->emitOpError("expected at least one source");
  ArrayRef<int64_t> shape = shapeOf(sources.front());
  SmallVector<Type> elements;
  for (Value source : sources) {
    if (shapeOf(source) != shape)
      return op->emitOpError("sources must have one shape");
    elements.push_back(getElementTypeOrSelf(source));
  }
  if (!isAxisOf(axis, shape))
    return op->emitOpError("axis is out of range");
  if (region.empty())
    return op->emitOpError("expected a combine function");
  SmallVector<Type> arguments(elements);
  llvm::append_range(arguments, elements);
  if (region.getArgumentTypes() != TypeRange(arguments))
    return op->emitOpError("combine function must take two elements of each "
                           "source");
  for (Block &block : region) {
    if (block.empty() || !block.back().hasTrait<OpTrait::IsTerminator>())
      return op->emitOpError("combine function must return");
    Operation &end = block.back();
    if (end.hasTrait<OpTrait::ReturnLike>() &&
        end.getOperandTypes() != TypeRange(elements))
      return op->emitOpError("combine function must return one element of each "
                             "source");
  }
  return success();
}

LogicalResult ReduceOp::verify() {
  if (failed(verifyCombine(*this, getSrcs(), getCombineOp(), getAxis())))
    return failure();
  SmallVector<int64_t> expected(shapeOf(getSrcs().front()));
  expected.erase(expected.begin() + getAxis());
  if (getNumResults() != getSrcs().size())
    return emitOpError("expected one result for each source");
  for (auto [source, result] : llvm::zip(getSrcs(), getResults()))
    if (shapeOrScalar(result.getType()) != ArrayRef<int64_t>(expected) ||
        getElementTypeOrSelf(result) != getElementTypeOrSelf(source))
      return emitOpError("result must be the source less the axis");
  return success();
}

LogicalResult ScanOp::verify() {
  if (failed(verifyCombine(*this, getSrcs(), getCombineOp(), getAxis())))
    return failure();
  if (getOperandTypes() != getResultTypes())
    return emitOpError("results must have the sources' types");
  return success();
}

/// The function takes and gives `pack` elements of each source and result.
LogicalResult MapElementwiseOp::verify() {
  if (failed(verifyElementwise(*this)))
    return failure();
  if (getPack() < 1 || getPack() > maxPack || getSrcs().empty() ||
      getNumResults() == 0 || getScalarOp().empty())
    return emitOpError("needs a function of sources and a pack of 1 to ")
           << maxPack;
  auto packed = [&](TypeRange types) {
    SmallVector<Type> elements;
    for (Type type : types)
      elements.append(getPack(), getElementTypeOrSelf(type));
    return elements;
  };
  if (getScalarOp().getArgumentTypes() != TypeRange(packed(getOperandTypes())))
    return emitOpError("function must take the sources' elements");
  for (Block &block : getScalarOp())
    if (!block.empty() && block.back().hasTrait<OpTrait::ReturnLike>() &&
        block.back().getOperandTypes() != TypeRange(packed(getResultTypes())))
      return emitOpError("function must return the results' elements");
  for (Block &block : getScalarOp())
    if (block.empty() || !block.back().hasTrait<OpTrait::IsTerminator>())
      return emitOpError("function must return");
  return success();
}

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

LogicalResult AddPtrOp::verify() {
  auto type = cast<PointerType>(getElementTypeOrSelf(getPtr()));
  if (isa<ShapedType>(type.getPointeeType()))
    return emitOpError("a block pointer is moved by tt.advance");
  return success();
}

/// Checks the types that go with a pointer: `value` has its pointees' type,
/// `mask` (where present) is one bit for each of them.
static LogicalResult verifyAccess(Operation *op, Value pointer, Type value,
                                  Value mask) {
  auto type = dyn_cast<PointerType>(getElementTypeOrSelf(pointer));
  if (!type)
    return op->emitOpError("needs a pointer");
  Type pointee = type.getPointeeType();
  Type element = getElementTypeOrSelf(pointee);
  ArrayRef<int64_t> shape = isa<RankedTensorType>(pointee)
                                ? shapeOrScalar(pointee)
                                : shapeOrScalar(pointer.getType());
  if (getElementTypeOrSelf(value) != element || shapeOrScalar(value) != shape)
    return op->emitOpError(
        "the value's type is not what the pointer points to");
  if (mask && (!getElementTypeOrSelf(mask).isInteger(1) ||
               shapeOrScalar(mask.getType()) != shape))
    return op->emitOpError("the mask must be one bit for each element");
  return success();
}

LogicalResult LoadOp::verify() {
  if (getOther() && getOther().getType() != getType())
    return emitOpError("masked elements must have the result's type");
  return verifyAccess(*this, getPtr(), getType(), getMask());
}

LogicalResult StoreOp::verify() {
  return verifyAccess(*this, getPtr(), getValue().getType(), getMask());
}

LogicalResult AtomicRMWOp::verify() {
  if (getVal().getType() != getType())
    return emitOpError("the old value must have the new one's type");
  return verifyAccess(*this, getPtr(), getType(), getMask());
}

LogicalResult AtomicCASOp::verify() {
  if (getVal().getType() != getType() || getCmp().getType() != getType())
    return emitOpError("the three values must have one type");
  return verifyAccess(*this, getPtr(), getType(), Value());
}

LogicalResult MakeTensorPtrOp::verify() {
  auto block =
      dyn_cast<RankedTensorType>(cast<PointerType>(getType()).getPointeeType());
  if (!block || getShape().size() != static_cast<size_t>(block.getRank()))
    return emitOpError("needs a size, a stride and an offset for each "
                       "dimension of the block");
  return success();
}

LogicalResult AdvanceOp::verify() {
  auto block =
      dyn_cast<RankedTensorType>(cast<PointerType>(getType()).getPointeeType());
  if (!block || getOffsets().size() != static_cast<size_t>(block.getRank()))
    return emitOpError("needs an offset for each dimension of the block");
  return success();
}

LogicalResult MakeTensorDescriptorOp::verify() {
  auto base = dyn_cast<PointerType>(getBase().getType());
  RankedTensorType block = cast<TensorDescType>(getType()).getBlockType();
  // The descriptor may call bytes unsigned where the pointer does not.
  if (!base || !bitsOf(base.getPointeeType()) ||
      bitsOf(base.getPointeeType()) != bitsOf(block.getElementType()))
    return emitOpError("base must point to the block's elements");
  if (getShape().size() != static_cast<size_t>(block.getRank()))
    return emitOpError("needs a size and a stride for each dimension of the "
                       "block");
  return success();
}
