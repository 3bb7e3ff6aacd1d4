//===- TTG.cpp - semantics of ttg and ttng: memory that is a value -===//
//
// Part of triton-lift, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

//
// Memory that is not mutable holds for good what it was made with: it is read
// as that tensor. Memory that is written was replaced by tensors before
// (PromoteMemory.h); where it could not be, reading and writing it is refused.
//
//===----------------------------------------------------------------------===//

#include "PromoteMemory.h"
#include "triton-lift/Dialect/TTG/TTGDialect.h"
#include "triton-lift/Interpretation/Interpreter.h"

using namespace mlir;

namespace triton_lift {

static std::string whyRefused(Operation *op) {
  auto reason = op->getAttrOfType<StringAttr>(unpromoted);
  return "memory that is written after it was made" +
         (reason ? ": " + reason.getValue().str() : "");
}

static void refuseWrite(Interpreter &in, Operation *op) {
  in.refuse(op, whyRefused(op));
}

/// A slot of memory that no tensor has replaced.
static Value slot(Interpreter &in, OpResult result, ArrayRef<Value> index) {
  Operation *op = result.getOwner();
  Value memory = op->getOperand(0);
  if (Operation *alloc = memory.getDefiningOp())
    op = alloc;
  return in.unsupported(op, elementType(result.getType()), whyRefused(op));
}

static Value localAlloc(Interpreter &in, OpResult result,
                        ArrayRef<Value> index) {
  Operation *op = result.getOwner();
  auto type = cast<ttg::MemDescType>(result.getType());
  if (op->getNumOperands() != 1 || type.getIsMutable())
    return in.unsupported(op, type.getElementType(), whyRefused(op));
  return in.at(op->getOperand(0), index);
}

static Value localLoad(Interpreter &in, OpResult result,
                       ArrayRef<Value> index) {
  return in.at(result.getOwner()->getOperand(0), index);
}

/// Waiting changes no value.
static Value waited(Interpreter &in, OpResult result, ArrayRef<Value> index) {
  return in.at(result.getOwner()->getOperand(result.getResultNumber()), index);
}

void addTTGSemantics(Semantics &semantics) {
  semantics["ttg.local_alloc"].value = localAlloc;
  semantics["ttg.local_load"].value = localLoad;
  semantics["ttg.memdesc_index"].value = slot;
  semantics["ttng.tmem_alloc"].value = localAlloc;
  semantics["ttng.tmem_load"].value = localLoad;
  for (StringRef name :
       {"ttg.local_store", "ttg.async_copy_global_to_local", "ttng.tmem_store",
        "ttng.tc_gen5_mma", "ttng.async_tma_copy_global_to_local",
        "ttng.async_tma_gather"})
    semantics[name].effect = refuseWrite;
  semantics["ttng.warp_group_dot_wait"].value = waited;
  semantics["ttg.warp_specialize"].effect = [](Interpreter &in, Operation *op) {
    in.refuse(op, "groups of warps that run parts of their own, in step "
                  "through barriers only");
  };
  semantics["ttg.warp_specialize"].regions = OpSemantics::Regions::Skipped;
  for (StringRef name :
       {"ttg.local_dealloc", "ttg.async_commit_group", "ttg.async_wait",
        "ttng.fence_async_shared", "ttng.init_barrier", "ttng.inval_barrier",
        "ttng.wait_barrier", "ttng.barrier_expect", "ttng.tc_gen5_commit",
        "ttg.global_scratch_alloc", "ttng.tensormap_create",
        "ttng.tensormap_fenceproxy_acquire", "ttng.async_tma_store_wait"})
    semantics.nothing(name);
}

} // namespace triton_lift
