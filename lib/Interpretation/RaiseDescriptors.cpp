//===- RaiseDescriptors.cpp - descriptors as they were written -===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

//
// A descriptor that is passed as an argument is followed, among the arguments,
// by its shape and strides, named after it. One for NVIDIA's copy engine is
// made at an address and then read there; its dimensions are given from the
// innermost on, its strides in bytes but for the innermost, which is 1 element.
//
//===----------------------------------------------------------------------===//

#include "RaiseDescriptors.h"
#include "Parameters.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Dominance.h"
#include "mlir/IR/Matchers.h"
#include "triton-lift/Dialect/TT/TTDialect.h"
#include "triton-lift/Dialect/TTG/TTGDialect.h"
#include "triton-lift/Dialect/TTNG/TTNGDialect.h"

using namespace mlir;

namespace triton_lift {

//===----------------------------------------------------------------------===//
// Arguments
//===----------------------------------------------------------------------===//

/// The arguments that follow a descriptor, if they are its shape and strides.
static std::optional<SmallVector<Value>> extentsAfter(BlockArgument descriptor,
                                                      int64_t rank) {
  Block *entry = descriptor.getOwner();
  std::string name = argumentName(descriptor);
  unsigned first = descriptor.getArgNumber() + 1;
  if (entry->getNumArguments() < first + 2 * rank)
    return std::nullopt;
  SmallVector<Value> result;
  for (int64_t i = 0; i < 2 * rank; ++i) {
    BlockArgument argument = entry->getArgument(first + i);
    bool isStride = i >= rank;
    std::string expected =
        name + (isStride ? ".stride." : ".shape.") + std::to_string(i % rank);
    if (!argument.getType().isInteger(isStride ? 64 : 32) ||
        argumentName(argument) != expected)
      return std::nullopt;
    result.push_back(argument);
  }
  return result;
}

static void raiseArguments(tt::FuncOp function) {
  Block &entry = function.getBody().front();
  OpBuilder builder(function.getContext());
  builder.setInsertionPointToStart(&entry);
  for (BlockArgument argument : entry.getArguments()) {
    auto type = dyn_cast<tt::TensorDescType>(argument.getType());
    if (!type)
      continue;
    int64_t rank = type.getBlockType().getRank();
    auto extents = extentsAfter(argument, rank);
    if (!extents)
      continue;
    argument.setType(tt::PointerType::get(function.getContext(),
                                          type.getBlockType().getElementType(),
                                          Attribute()));
    ArrayRef<Value> all(*extents);
    auto made = tt::MakeTensorDescriptorOp::create(
        builder, argument.getLoc(), type, argument, all.take_front(rank),
        all.drop_front(rank), Attribute());
    argument.replaceAllUsesExcept(made.getResult(), made);
    function.setArgAttr(argument.getArgNumber(), behindDescriptor,
                        builder.getUnitAttr());
  }
  function.setFunctionType(builder.getFunctionType(
      entry.getArgumentTypes(), function.getFunctionType().getResults()));
}

//===----------------------------------------------------------------------===//
// Descriptors made at an address
//===----------------------------------------------------------------------===//

static ttng::TensormapCreateOp makerOf(Value address) {
  ttng::TensormapCreateOp result;
  for (Operation *user : address.getUsers()) {
    auto create = dyn_cast<ttng::TensormapCreateOp>(user);
    if (!create || create.getDesc() != address)
      continue;
    if (result)
      return {};
    result = create;
  }
  return result;
}

static bool isPlain(ttng::TensormapCreateOp create, int64_t rank) {
  auto has = [&](StringRef name, std::initializer_list<int64_t> values) {
    auto attribute = create->getAttrOfType<IntegerAttr>(name);
    return attribute && llvm::is_contained(values, attribute.getInt());
  };
  // Types of elements from 13 on are packed.
  return int64_t(create.getShape().size()) == rank &&
         int64_t(create.getStrides().size()) == rank - 1 &&
         has("fill_mode", {0, 1}) && has("interleave_layout", {0}) &&
         create->getAttrOfType<IntegerAttr>("elem_type") &&
         create->getAttrOfType<IntegerAttr>("elem_type").getInt() < 13 &&
         llvm::all_of(
             create.getElementStrides(),
             [](Value v) { return matchPattern(v, m_One()); });
}

static void raiseMade(ttng::ReinterpretTensorDescriptorOp use,
                      DominanceInfo &dominance) {
  auto type = dyn_cast<tt::TensorDescType>(use.getResult().getType());
  ttng::TensormapCreateOp create = makerOf(use.getAddress());
  if (!type || !create || !dominance.properlyDominates(create, use))
    return;
  RankedTensorType block = type.getBlockType();
  Type element = block.getElementType();
  auto base = dyn_cast<tt::PointerType>(create.getBase().getType());
  unsigned bits = element.getIntOrFloatBitWidth();
  if (!base || base.getPointeeType() != element || bits % 8 ||
      !isPlain(create, block.getRank()))
    return;
  OpBuilder builder(create);
  Location where = create.getLoc();
  auto constant = [&](int64_t number) -> Value {
    return arith::ConstantOp::create(builder, where,
                                     builder.getI64IntegerAttr(number));
  };
  SmallVector<Value> shape(llvm::reverse(create.getShape())), strides;
  for (Value stride : llvm::reverse(create.getStrides()))
    strides.push_back(bits == 8 ? stride
                                : arith::DivSIOp::create(builder, where, stride,
                                                         constant(bits / 8)));
  strides.push_back(constant(1));
  bool fillsWithNaN =
      create->getAttrOfType<IntegerAttr>("fill_mode").getInt() == 1;
  Value made = tt::MakeTensorDescriptorOp::create(
      builder, where, type, create.getBase(), shape, strides,
      fillsWithNaN ? Attribute(builder.getStringAttr("nan")) : Attribute());
  use.getResult().replaceAllUsesWith(made);
  use.erase();
}

//===----------------------------------------------------------------------===//
// Copies to arrays
//===----------------------------------------------------------------------===//

static Value contentsOf(OpBuilder &builder, Location where, Value memory) {
  auto type = cast<ttg::MemDescType>(memory.getType());
  return ttg::LocalLoadOp::create(
      builder, where,
      RankedTensorType::get(type.getShape(), type.getElementType()), memory,
      Value());
}

static void raiseCopy(Operation *op) {
  OpBuilder builder(op);
  Location where = op->getLoc();
  if (auto copy = dyn_cast<ttng::AsyncTMACopyLocalToGlobalOp>(op))
    tt::DescriptorStoreOp::create(builder, where, copy.getDesc(),
                                  contentsOf(builder, where, copy.getSrc()),
                                  copy.getCoord());
  else if (auto copy = dyn_cast<ttng::AsyncTMAReduceOp>(op))
    tt::DescriptorReduceOp::create(
        builder, where, copy.getKind(), copy.getDesc(),
        contentsOf(builder, where, copy.getSrc()), copy.getCoord());
  else if (auto copy = dyn_cast<ttng::AsyncTMAScatterOp>(op))
    tt::DescriptorScatterOp::create(builder, where, copy.getDesc(),
                                    copy.getRows(), copy.getColumn(),
                                    contentsOf(builder, where, copy.getSrc()));
  else
    return;
  op->erase();
}

void raiseDescriptors(Operation *function) {
  if (auto kernel = dyn_cast<tt::FuncOp>(function))
    raiseArguments(kernel);
  DominanceInfo dominance(function);
  SmallVector<ttng::ReinterpretTensorDescriptorOp> uses;
  function->walk(
      [&](ttng::ReinterpretTensorDescriptorOp op) { uses.push_back(op); });
  for (ttng::ReinterpretTensorDescriptorOp use : uses)
    raiseMade(use, dominance);
  function->walk([](Operation *op) { raiseCopy(op); });
}

} // namespace triton_lift
