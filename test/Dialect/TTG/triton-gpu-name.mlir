// RUN: triton-lift-opt %s | FileCheck %s

// Triton up to 3.1 calls the dialect triton_gpu.
#blocked = #triton_gpu.blocked<{sizePerThread = [4], threadsPerWarp = [32], warpsPerCTA = [4], order = [0], CTAsPerCGA = [1], CTASplitNum = [1], CTAOrder = [0]}>
#blocked1 = #triton_gpu.blocked<{sizePerThread = [1], threadsPerWarp = [32], warpsPerCTA = [4], order = [0]}>

// CHECK: module attributes {"triton_gpu.num-warps" = 4 : i32
module attributes {"triton_gpu.num-warps" = 4 : i32, "triton_gpu.threads-per-warp" = 32 : i32} {
  tt.func public @convert(%x: tensor<512xf32, #blocked>) {
    // CHECK: ttg.convert_layout
    %0 = triton_gpu.convert_layout %x : tensor<512xf32, #blocked> -> tensor<512xf32, #blocked1>
    // CHECK: "triton_gpu.alloc_tensor"() {opaque_syntax = ": tensor<512xf32, #blocked1>"} : () -> tensor<512xf32
    %1 = triton_gpu.alloc_tensor : tensor<512xf32, #blocked1>
    tt.return
  }
}
