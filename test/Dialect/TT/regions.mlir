// RUN: triton-lift-opt %s | FileCheck %s
// RUN: triton-lift-opt %s | triton-lift-opt | FileCheck %s

// CHECK-LABEL: tt.func @combines
tt.func @combines(%x: tensor<4x8xf32>, %i: tensor<4x8xi32>) {
  // CHECK: "tt.reduce"(%{{.*}}) <{axis = 1 : i32}> ({
  %sum = "tt.reduce"(%x) <{axis = 1 : i32}> ({
  ^bb0(%a: f32, %b: f32):
    %c = arith.addf %a, %b : f32
    // CHECK: tt.reduce.return %{{.*}} : f32
    tt.reduce.return %c : f32
  // CHECK: }) : (tensor<4x8xf32>) -> tensor<4xf32>
  }) : (tensor<4x8xf32>) -> tensor<4xf32>
  // Triton 2 has the axis among the other attributes, after the region.
  // CHECK: "tt.reduce"(%{{.*}}) <{axis = 0 : i32}> ({
  %total = "tt.reduce"(%sum) ({
  ^bb0(%a: f32, %b: f32):
    %c = arith.maxnumf %a, %b : f32
    tt.reduce.return %c : f32
  // CHECK: }) : (tensor<4xf32>) -> f32
  }) {axis = 0 : i32} : (tensor<4xf32>) -> f32
  // CHECK: %{{.*}}:2 = "tt.scan"(%{{.*}}, %{{.*}}) <{axis = 0 : i32, reverse = true}> ({
  %scan:2 = "tt.scan"(%x, %i) <{axis = 0 : i32, reverse = true}> ({
  ^bb0(%a: f32, %b: i32, %c: f32, %d: i32):
    // CHECK: tt.scan.return %{{.*}}, %{{.*}} : f32, i32
    tt.scan.return %c, %d : f32, i32
  // CHECK: }) : (tensor<4x8xf32>, tensor<4x8xi32>) -> (tensor<4x8xf32>, tensor<4x8xi32>)
  }) : (tensor<4x8xf32>, tensor<4x8xi32>) -> (tensor<4x8xf32>, tensor<4x8xi32>)
  // CHECK: "tt.map_elementwise"(%{{.*}}) <{pack = 1 : i32}> ({
  %map = "tt.map_elementwise"(%x) <{pack = 1 : i32}> ({
  ^bb0(%a: f32):
    // CHECK: tt.map_elementwise.return %{{.*}} : f32
    tt.map_elementwise.return %a : f32
  }) : (tensor<4x8xf32>) -> tensor<4x8xf32>
  tt.return
}
