// RUN: triton-lift-opt %s | FileCheck %s
// RUN: triton-lift-opt %s | triton-lift-opt | FileCheck %s
// RUN: sed -e 's/, mutable//' %s | triton-lift-opt | not FileCheck %s

#shared = #ttg.swizzled_shared<{vec = 1, perPhase = 1, maxPhase = 1, order = [1, 0]}>
#smem = #ttg.shared_memory

// CHECK-LABEL: tt.func @memory
tt.func @memory(%x: tensor<4x8xf16>, %b: !ttg.memdesc<4x8xf16, #shared, #smem, mutable, 3x4x8>, %t: !ttg.async.token, %acc: tensor<4x4xf32>, %c: i1) {
  // CHECK: %[[A:.*]] = ttg.local_alloc %{{.*}} : (tensor<4x8xf16>) -> !ttg.memdesc<4x8xf16, #ttg.swizzled_shared<{{.*}}>, #ttg.shared_memory>
  %a = ttg.local_alloc %x : (tensor<4x8xf16>) -> !ttg.memdesc<4x8xf16, #shared, #smem>
  // CHECK: ttg.local_alloc {allocation.offset = 0 : i32} : () -> !ttg.memdesc<3x4x8xf16, {{.*}}, mutable>
  %m = ttg.local_alloc {allocation.offset = 0 : i32} : () -> !ttg.memdesc<3x4x8xf16, #shared, #smem, mutable>
  // CHECK: ttg.local_load %[[A]] : !ttg.memdesc<4x8xf16, {{.*}}> -> tensor<4x8xf16>
  %0 = ttg.local_load %a : !ttg.memdesc<4x8xf16, #shared, #smem> -> tensor<4x8xf16>
  // CHECK: ttg.local_load %{{.*}} token %{{.*}} : !ttg.memdesc<4x8xf16, {{.*}}, mutable, 3x4x8> -> tensor<4x8xf16>
  %1 = ttg.local_load %b token %t : !ttg.memdesc<4x8xf16, #shared, #smem, mutable, 3x4x8> -> tensor<4x8xf16>
  // CHECK: %[[T:.*]] = ttg.memdesc_trans %[[A]] {order = array<i32: 1, 0>} : !ttg.memdesc<4x8xf16, {{.*}}> -> !ttg.memdesc<8x4xf16, {{.*}}>
  %2 = ttg.memdesc_trans %a {order = array<i32: 1, 0>} : !ttg.memdesc<4x8xf16, #shared, #smem> -> !ttg.memdesc<8x4xf16, #shared, #smem>
  // CHECK: ttg.memdesc_reshape %[[A]] : !ttg.memdesc<4x8xf16, {{.*}}> -> !ttg.memdesc<8x4xf16, {{.*}}>
  %3 = ttg.memdesc_reshape %a : !ttg.memdesc<4x8xf16, #shared, #smem> -> !ttg.memdesc<8x4xf16, #shared, #smem>
  // CHECK: %[[D:.*]] = ttng.warp_group_dot %[[A]], %[[T]], %{{.*}} {inputPrecision = 0 : i32, isAsync = true} : !ttg.memdesc<4x8xf16, {{.*}}> * !ttg.memdesc<8x4xf16, {{.*}}> -> tensor<4x4xf32>
  %4 = ttng.warp_group_dot %a, %2, %acc {inputPrecision = 0 : i32, isAsync = true} : !ttg.memdesc<4x8xf16, #shared, #smem> * !ttg.memdesc<8x4xf16, #shared, #smem> -> tensor<4x4xf32>
  // CHECK: ttng.warp_group_dot %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}} : tensor<4x8xf16> * !ttg.memdesc<8x4xf16, {{.*}}> -> tensor<4x4xf32>
  %5 = ttng.warp_group_dot %x, %2, %acc, %c : tensor<4x8xf16> * !ttg.memdesc<8x4xf16, #shared, #smem> -> tensor<4x4xf32>
  // CHECK: ttng.warp_group_dot_wait %[[D]], %[[A]] {pendings = 0 : i32} : tensor<4x4xf32>, !ttg.memdesc<4x8xf16, {{.*}}>
  %6:2 = ttng.warp_group_dot_wait %4, %a {pendings = 0 : i32} : tensor<4x4xf32>, !ttg.memdesc<4x8xf16, #shared, #smem>
  // CHECK: ttg.local_dealloc %[[A]] : !ttg.memdesc<4x8xf16, {{.*}}>
  ttg.local_dealloc %a : !ttg.memdesc<4x8xf16, #shared, #smem>
  tt.return
}
