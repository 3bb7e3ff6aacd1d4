// RUN: triton-lift-opt %s | FileCheck %s
// RUN: triton-lift-opt %s | triton-lift-opt | FileCheck %s

#blocked = #ttg.blocked<{sizePerThread = [1, 4], threadsPerWarp = [2, 16], warpsPerCTA = [4, 1], order = [1, 0]}>
#mma = #ttg.nvidia_mma<{versionMajor = 3, versionMinor = 0, warpsPerCTA = [4, 1], instrShape = [16, 64, 16]}>
#shared = #ttg.swizzled_shared<{vec = 1, perPhase = 1, maxPhase = 1, order = [0]}>
#padded = #ttg.padded_shared<[512:+16] {order = [1, 0], shape = [128, 64]}>
#smem = #ttg.shared_memory

// Aliases inside of layouts are resolved; a layout without parameters, or in another form, stays text.
// CHECK: module attributes {"ttg.num-ctas" = 1 : i32, "ttg.num-warps" = 4 : i32, ttg.target = "cuda:90"
module attributes {"ttg.num-ctas" = 1 : i32, "ttg.num-warps" = 4 : i32, ttg.target = "cuda:90", "ttg.threads-per-warp" = 32 : i32} {
  // CHECK-LABEL: tt.func public @layouts
  // CHECK-SAME: tensor<8xf32, #ttg.slice<{dim = 1 : i64, parent = #[[B:.*]]}>>
  // CHECK-SAME: !ttg.memdesc<128x64xf16, #ttg.swizzled_shared<{{.*}}>, #ttg.shared_memory, mutable>
  tt.func public @layouts(%x: tensor<8xf32, #ttg.slice<{dim = 1, parent = #blocked}>>, %m: !ttg.memdesc<128x64xf16, #shared, #smem, mutable>) attributes {a.padded = #padded, a.memory = #smem} {
    // CHECK: tt.expand_dims %{{.*}} {axis = 1 : i32} : tensor<8xf32, #ttg.slice<{dim = 1 : i64, parent = #[[B]]}>> -> tensor<8x1xf32, #[[B]]>
    %e = tt.expand_dims %x {axis = 1 : i32} : tensor<8xf32, #ttg.slice<{dim = 1, parent = #blocked}>> -> tensor<8x1xf32, #blocked>
    // CHECK: ttg.convert_layout %{{.*}} : tensor<8x1xf32, #[[B]]> -> tensor<8x1xf32, #ttg.dot_op<{opIdx = 0 : i64, parent = #ttg.nvidia_mma<{{.*}}>}>>
    %c = ttg.convert_layout %e : tensor<8x1xf32, #blocked> -> tensor<8x1xf32, #ttg.dot_op<{opIdx = 0, parent = #mma}>>
    // CHECK: ttg.barrier local
    ttg.barrier local
    // CHECK: ttg.barrier global_read|global_write
    ttg.barrier global_read|global_write
    tt.return
  }
}
