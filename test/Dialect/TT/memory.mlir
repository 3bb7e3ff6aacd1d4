// RUN: triton-lift-opt %s | FileCheck %s
// RUN: triton-lift-opt %s | triton-lift-opt | FileCheck %s

// CHECK-LABEL: tt.func @accesses
tt.func @accesses(%p: !tt.ptr<f32>, %q: tensor<8x!tt.ptr<f32>>, %i: tensor<8xi32>, %m: tensor<8xi1>, %v: tensor<8xf32>, %s: f32, %b: i1) {
  // CHECK: %[[Q:.*]] = tt.addptr %{{.*}}, %{{.*}} {tt.divisibility = dense<16> : tensor<1xi32>} : tensor<8x!tt.ptr<f32>>, tensor<8xi32>
  %a = tt.addptr %q, %i {tt.divisibility = dense<16> : tensor<1xi32>} : tensor<8x!tt.ptr<f32>>, tensor<8xi32>
  // CHECK: tt.load %[[Q]] : tensor<8x!tt.ptr<f32>>
  %0 = tt.load %a : tensor<8x!tt.ptr<f32>>
  // CHECK: tt.load %[[Q]], %{{.*}} : tensor<8x!tt.ptr<f32>>
  %1 = tt.load %a, %m : tensor<8x!tt.ptr<f32>>
  // CHECK: tt.load %[[Q]], %{{.*}}, %{{.*}} {cachePolicy = #tt.cache_policy<cache_modifier = none, eviction_policy = evict_last>} : tensor<8x!tt.ptr<f32>>
  %2 = tt.load %a, %m, %v {cachePolicy = #tt.cache_policy<cache_modifier = none, eviction_policy = evict_last>} : tensor<8x!tt.ptr<f32>>
  // CHECK: tt.load %{{.*}} {isVolatile = true} : !tt.ptr<f32>
  %3 = tt.load %p {isVolatile = true} : !tt.ptr<f32>
  // CHECK: tt.load %{{.*}}, %{{.*}}, %{{.*}} {some.future_attribute = 7 : i64} : !tt.ptr<f32>
  %4 = tt.load %p, %b, %s {some.future_attribute = 7} : !tt.ptr<f32>
  // CHECK: tt.store %[[Q]], %{{.*}}, %{{.*}} : tensor<8x!tt.ptr<f32>>
  tt.store %a, %2, %m : tensor<8x!tt.ptr<f32>>
  // CHECK: tt.store %{{.*}}, %{{.*}} : !tt.ptr<f32>
  tt.store %p, %4 : !tt.ptr<f32>
  // CHECK: tt.atomic_rmw fadd, acq_rel, gpu, %[[Q]], %{{.*}}, %{{.*}} : (tensor<8x!tt.ptr<f32>>, tensor<8xf32>, tensor<8xi1>) -> tensor<8xf32>
  %5 = tt.atomic_rmw fadd, acq_rel, gpu, %a, %2, %m : (tensor<8x!tt.ptr<f32>>, tensor<8xf32>, tensor<8xi1>) -> tensor<8xf32>
  // CHECK: tt.atomic_cas acq_rel, gpu, %{{.*}}, %{{.*}}, %{{.*}} : (!tt.ptr<f32>, f32, f32) -> f32
  %6 = tt.atomic_cas acq_rel, gpu, %p, %s, %4 : (!tt.ptr<f32>, f32, f32) -> f32
  tt.return
}

// CHECK-LABEL: tt.func @descriptors
tt.func @descriptors(%p: !tt.ptr<f16>, %n: i32, %l: i64, %rows: tensor<32xi32>) {
  // CHECK: %[[D:.*]] = tt.make_tensor_descriptor %{{.*}}, [%{{.*}}, %{{.*}}], [%{{.*}}, %{{.*}}] : <f16>, <16x64xf16>
  %d = tt.make_tensor_descriptor %p, [%n, %n], [%l, %l] : <f16>, <16x64xf16>
  // CHECK: %[[B:.*]] = tt.descriptor_load %[[D]][%{{.*}}, %{{.*}}] : !tt.tensordesc<16x64xf16> -> tensor<16x64xf16>
  %b = tt.descriptor_load %d[%n, %n] : !tt.tensordesc<16x64xf16> -> tensor<16x64xf16>
  // CHECK: tt.descriptor_store %[[D]][%{{.*}}, %{{.*}}], %[[B]] : !tt.tensordesc<16x64xf16>, tensor<16x64xf16>
  tt.descriptor_store %d[%n, %n], %b : !tt.tensordesc<16x64xf16>, tensor<16x64xf16>
  // CHECK: tt.descriptor_reduce add, %[[D]][%{{.*}}, %{{.*}}], %[[B]] : !tt.tensordesc<16x64xf16>, tensor<16x64xf16>
  tt.descriptor_reduce add, %d[%n, %n], %b : !tt.tensordesc<16x64xf16>, tensor<16x64xf16>
  // CHECK: tt.make_tensor_descriptor {{.*}} : <f16>, <1x64xf16>
  %r = tt.make_tensor_descriptor %p, [%n, %n], [%l, %l] : <f16>, <1x64xf16>
  // CHECK: tt.descriptor_gather %{{.*}}[%{{.*}}, %{{.*}}] : (!tt.tensordesc<1x64xf16>, tensor<32xi32>, i32) -> tensor<32x64xf16>
  %g = tt.descriptor_gather %r[%rows, %n] : (!tt.tensordesc<1x64xf16>, tensor<32xi32>, i32) -> tensor<32x64xf16>
  // CHECK: tt.descriptor_scatter %{{.*}}[%{{.*}}, %{{.*}}], %{{.*}} : !tt.tensordesc<1x64xf16>, tensor<32xi32>, i32, tensor<32x64xf16>
  tt.descriptor_scatter %r[%rows, %n], %g : !tt.tensordesc<1x64xf16>, tensor<32xi32>, i32, tensor<32x64xf16>
  tt.return
}

// CHECK-LABEL: tt.func @block_pointers
tt.func @block_pointers(%p: !tt.ptr<f16>, %n: i32, %l: i64) {
  // CHECK: %[[P:.*]] = tt.make_tensor_ptr %{{.*}}, [%{{.*}}, %{{.*}}], [%{{.*}}, %{{.*}}], [%{{.*}}, %{{.*}}] {order = array<i32: 1, 0>} : <tensor<16x64xf16>>
  %b = tt.make_tensor_ptr %p, [%l, %l], [%l, %l], [%n, %n] {order = array<i32: 1, 0>} : <tensor<16x64xf16>>
  // CHECK: %[[A:.*]] = tt.advance %[[P]], [%{{.*}}, %{{.*}}] : <tensor<16x64xf16>>
  %a = tt.advance %b, [%n, %n] : <tensor<16x64xf16>>
  // CHECK: %[[V:.*]] = tt.load %[[A]] {boundaryCheck = array<i32: 0, 1>, padding = 1 : i32} : !tt.ptr<tensor<16x64xf16>>
  %v = tt.load %a {boundaryCheck = array<i32: 0, 1>, padding = 1 : i32} : !tt.ptr<tensor<16x64xf16>>
  // CHECK: tt.store %[[P]], %[[V]] {boundaryCheck = array<i32: 0>} : !tt.ptr<tensor<16x64xf16>>
  tt.store %b, %v {boundaryCheck = array<i32: 0>} : !tt.ptr<tensor<16x64xf16>>
  tt.return
}
