// Descriptors made at an address, and copies through them.
// RUN: triton-lift-opt %s | FileCheck %s
// RUN: triton-lift-opt %s | triton-lift-opt | FileCheck %s
// RUN: sed -e 's/async_tma_reduce add/async_tma_reduce max/' %s | triton-lift-opt | not FileCheck %s

#nv = #ttg.nvmma_shared<{swizzlingByteWidth = 32, transposed = false, elementBitWidth = 32}>
#bar = #ttg.swizzled_shared<{vec = 1, perPhase = 1, maxPhase = 1, order = [0]}>
#smem = #ttg.shared_memory

// CHECK-LABEL: tt.func @copies
tt.func @copies(%x: !tt.ptr<f32>, %m: i32, %n: i32, %s: i64, %rows: tensor<4xi32>, %c: i1, %t: !ttg.memdesc<4x8xf32, #nv, #smem, mutable>, %b: !ttg.memdesc<1xi64, #bar, #smem, mutable>) {
  %c1 = arith.constant 1 : i32
  // CHECK: %[[A:.*]] = ttg.global_scratch_alloc {alignment = 128 : i32, nbytes = 128 : i32} : !tt.ptr<i8>
  %a = ttg.global_scratch_alloc {alignment = 128 : i32, nbytes = 128 : i32} : !tt.ptr<i8>
  // CHECK: ttng.tensormap_create %[[A]], %{{.*}}, [%{{.*}}, %{{.*}}], [%{{.*}}, %{{.*}}], [%{{.*}}], [%{{.*}}, %{{.*}}] {elem_type = 7 : i32, fill_mode = 0 : i32{{.*}}} : (!tt.ptr<i8>, !tt.ptr<f32>, i32, i32, i32, i32, i64, i32, i32) -> ()
  ttng.tensormap_create %a, %x, [%n, %m], [%n, %m], [%s], [%c1, %c1] {elem_type = 7 : i32, fill_mode = 0 : i32, interleave_layout = 0 : i32, swizzle_mode = 1 : i32} : (!tt.ptr<i8>, !tt.ptr<f32>, i32, i32, i32, i32, i64, i32, i32) -> ()
  ttng.tensormap_fenceproxy_acquire %a : !tt.ptr<i8>
  // CHECK: %[[D:.*]] = ttng.reinterpret_tensor_descriptor %[[A]] : !tt.ptr<i8> to !tt.tensordesc<4x8xf32
  %d = ttng.reinterpret_tensor_descriptor %a : !tt.ptr<i8> to !tt.tensordesc<4x8xf32, #nv>
  // CHECK: ttng.async_tma_copy_global_to_local %[[D]][%{{.*}}, %{{.*}}] %{{.*}}, %{{.*}}, %{{.*}} : !tt.tensordesc<4x8xf32{{.*}}>, !ttg.memdesc<1xi64, {{.*}}> -> !ttg.memdesc<4x8xf32
  ttng.async_tma_copy_global_to_local %d[%m, %n] %t, %b, %c : !tt.tensordesc<4x8xf32, #nv>, !ttg.memdesc<1xi64, #bar, #smem, mutable> -> !ttg.memdesc<4x8xf32, #nv, #smem, mutable>
  // CHECK: ttng.async_tma_copy_local_to_global %[[D]][%{{.*}}, %{{.*}}] %{{.*}} : !tt.tensordesc<4x8xf32{{.*}}>, !ttg.memdesc<4x8xf32
  ttng.async_tma_copy_local_to_global %d[%m, %n] %t : !tt.tensordesc<4x8xf32, #nv>, !ttg.memdesc<4x8xf32, #nv, #smem, mutable>
  // CHECK: ttng.async_tma_reduce add, %[[D]][%{{.*}}, %{{.*}}] %{{.*}} : !tt.tensordesc<4x8xf32
  ttng.async_tma_reduce add, %d[%m, %n] %t : !tt.tensordesc<4x8xf32, #nv>, !ttg.memdesc<4x8xf32, #nv, #smem, mutable>
  // CHECK: ttng.async_tma_gather %[[D]][%{{.*}}, %{{.*}}] %{{.*}}, %{{.*}}, %{{.*}} : !tt.tensordesc<4x8xf32{{.*}}>, tensor<4xi32>, i32, !ttg.memdesc<1xi64, {{.*}}>, !ttg.memdesc<4x8xf32, {{.*}}>, i1
  ttng.async_tma_gather %d[%rows, %n] %t, %b, %c : !tt.tensordesc<4x8xf32, #nv>, tensor<4xi32>, i32, !ttg.memdesc<1xi64, #bar, #smem, mutable>, !ttg.memdesc<4x8xf32, #nv, #smem, mutable>, i1
  // CHECK: ttng.async_tma_scatter %[[D]][%{{.*}}, %{{.*}}] %{{.*}} : !tt.tensordesc<4x8xf32{{.*}}>, tensor<4xi32>, i32, !ttg.memdesc<4x8xf32
  ttng.async_tma_scatter %d[%rows, %n] %t : !tt.tensordesc<4x8xf32, #nv>, tensor<4xi32>, i32, !ttg.memdesc<4x8xf32, #nv, #smem, mutable>
  tt.return
}
