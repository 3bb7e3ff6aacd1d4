// RUN: triton-lift-opt %s | FileCheck %s
// RUN: triton-lift-opt %s | triton-lift-opt | FileCheck %s

// CHECK-LABEL: tt.func @shapes
tt.func @shapes(%p: !tt.ptr<i1>, %m: tensor<4x8xf32>, %one: tensor<1xf32>) {
  // CHECK: tt.make_range {end = 16 : i32, start = 8 : i32} : tensor<8xi32>
  %r = tt.make_range {end = 16 : i32, start = 8 : i32} : tensor<8xi32>
  // CHECK: tt.splat %{{.*}} : !tt.ptr<i1> -> tensor<4x!tt.ptr<i1>>
  %s = tt.splat %p : !tt.ptr<i1> -> tensor<4x!tt.ptr<i1>>
  // CHECK: tt.unsplat %{{.*}} : tensor<1xf32>
  %u = tt.unsplat %one : tensor<1xf32>
  // CHECK: arith.addf %{{.*}} : f32
  %f = arith.addf %u, %u : f32
  // CHECK: tt.expand_dims %{{.*}} {axis = 0 : i32} : tensor<8xi32> -> tensor<1x8xi32>
  %e = tt.expand_dims %r {axis = 0 : i32} : tensor<8xi32> -> tensor<1x8xi32>
  // CHECK: tt.broadcast %{{.*}} : tensor<1x8xi32> -> tensor<4x8xi32>
  %b = tt.broadcast %e : tensor<1x8xi32> -> tensor<4x8xi32>
  // CHECK: tt.trans %{{.*}} : tensor<4x8xi32> -> tensor<8x4xi32>
  %t = tt.trans %b {order = array<i32: 1, 0>} : tensor<4x8xi32> -> tensor<8x4xi32>
  // CHECK: tt.reshape %{{.*}} : tensor<8x4xi32> -> tensor<32xi32>
  %v = tt.reshape %t : tensor<8x4xi32> -> tensor<32xi32>
  // CHECK: tt.reshape %{{.*}} allow_reorder efficient_layout : tensor<32xi32> -> tensor<2x16xi32>
  %w = tt.reshape %v allow_reorder efficient_layout : tensor<32xi32> -> tensor<2x16xi32>
  // CHECK: tt.join %{{.*}}, %{{.*}} : tensor<4x8xf32> -> tensor<4x8x2xf32>
  %j = tt.join %m, %m : tensor<4x8xf32> -> tensor<4x8x2xf32>
  // CHECK: %{{.*}}, %{{.*}} = tt.split %{{.*}} : tensor<4x8x2xf32> -> tensor<4x8xf32>
  %left, %right = tt.split %j : tensor<4x8x2xf32> -> tensor<4x8xf32>
  // CHECK: tt.trans %{{.*}} {order = array<i32: 2, 0, 1>} : tensor<4x8x2xf32> -> tensor<2x4x8xf32>
  %t3 = tt.trans %j {order = array<i32: 2, 0, 1>} : tensor<4x8x2xf32> -> tensor<2x4x8xf32>
  // CHECK: tt.cat %{{.*}}, %{{.*}} : tensor<8xi32> -> tensor<16xi32>
  %c = tt.cat %r, %r : tensor<8xi32> -> tensor<16xi32>
  // CHECK: tt.gather %{{.*}}[%{{.*}}] {axis = 1 : i32, efficient_layout} : (tensor<4x8xf32>, tensor<4x8xi32>) -> tensor<4x8xf32>
  %g = tt.gather %m[%b] {axis = 1 : i32, efficient_layout} : (tensor<4x8xf32>, tensor<4x8xi32>) -> tensor<4x8xf32>
  tt.return
}
