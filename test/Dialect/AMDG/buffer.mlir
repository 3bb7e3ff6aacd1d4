// RUN: triton-lift-opt %s -split-input-file -verify-diagnostics | FileCheck %s
// RUN: triton-lift-opt %s -split-input-file -verify-diagnostics | triton-lift-opt -split-input-file | FileCheck %s

// CHECK-LABEL: tt.func @buffers
tt.func @buffers(%p: !tt.ptr<f32>, %i: tensor<8xi32>, %m: tensor<8xi1>, %z: tensor<8xf32>) {
  // CHECK: amdg.buffer_load %{{.*}}[%{{.*}}] : !tt.ptr<f32> -> tensor<8xf32>
  %0 = amdg.buffer_load %p[%i] : !tt.ptr<f32> -> tensor<8xf32>
  // CHECK: amdg.buffer_load %{{.*}}[%{{.*}}], %{{.*}} {contiguity = 4 : i32} : !tt.ptr<f32> -> tensor<8xf32>
  %1 = amdg.buffer_load %p[%i], %m {contiguity = 4 : i32} : !tt.ptr<f32> -> tensor<8xf32>
  // CHECK: amdg.buffer_load %{{.*}}[%{{.*}}], %{{.*}}, %{{.*}} {cachePolicy = #tt.cache_policy<cache_modifier = none, eviction_policy = evict_last>} : !tt.ptr<f32> -> tensor<8xf32>
  %2 = amdg.buffer_load %p[%i], %m, %z {cachePolicy = #tt.cache_policy<cache_modifier = none, eviction_policy = evict_last>} : !tt.ptr<f32> -> tensor<8xf32>
  // CHECK: amdg.buffer_store %{{.*}}, %{{.*}}[%{{.*}}] : !tt.ptr<f32> -> tensor<8xf32>
  amdg.buffer_store %2, %p[%i] : !tt.ptr<f32> -> tensor<8xf32>
  // CHECK: amdg.buffer_store %{{.*}}, %{{.*}}[%{{.*}}], %{{.*}} : !tt.ptr<f32> -> tensor<8xf32>
  amdg.buffer_store %2, %p[%i], %m : !tt.ptr<f32> -> tensor<8xf32>
  // CHECK: amdg.buffer_atomic_rmw fadd, acq_rel, gpu, %{{.*}}, %{{.*}}[%{{.*}}], %{{.*}} : !tt.ptr<f32> -> tensor<8xf32>
  %3 = amdg.buffer_atomic_rmw fadd, acq_rel, gpu, %2, %p[%i], %m : !tt.ptr<f32> -> tensor<8xf32>
  // CHECK: amdg.in_thread_transpose %{{.*}} : tensor<8xf32> -> tensor<8xf32>
  %4 = amdg.in_thread_transpose %3 : tensor<8xf32> -> tensor<8xf32>
  tt.return
}

// -----

// expected-note @+1 {{prior use here}}
tt.func @wrong_mask(%p: !tt.ptr<f32>, %i: tensor<8xi32>, %m: tensor<4xi1>) {
  // expected-error @+1 {{use of value '%m' expects different type than prior uses: 'tensor<8xi1>' vs 'tensor<4xi1>'}}
  %0 = amdg.buffer_load %p[%i], %m : !tt.ptr<f32> -> tensor<8xf32>
  tt.return
}
