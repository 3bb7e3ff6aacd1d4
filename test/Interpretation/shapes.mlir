// A tensor is a function of its index: what rearranges elements only computes
// another index, and divides only within the dimensions that a reshape merges.
// RUN: triton-lift-opt --triton-lift-interpret -split-input-file %s | FileCheck %s
// RUN: sed -e 's/end = 32 : i32, start = 0/end = 33 : i32, start = 1/' %s | triton-lift-opt --triton-lift-interpret -split-input-file | not FileCheck %s

// CHECK-LABEL: lift.kernel @rearranged
// CHECK-NEXT: %[[V0:[0-9]+]] = lift.var 0 "lane" extent 4
// CHECK-NEXT: %[[V1:[0-9]+]] = lift.var 1 "lane" extent 16
// CHECK-NEXT: %[[V2:[0-9]+]] = lift.const 0 : i64
// CHECK-NEXT: %[[V3:[0-9]+]] = lift.const 4 : i32
// CHECK-NEXT: %[[V4:[0-9]+]] = lift.const 2 : i32
// CHECK-NEXT: %[[V5:[0-9]+]] = lift.divs %[[V1]], %[[V4]] : i32
// CHECK-NEXT: %[[V6:[0-9]+]] = lift.mul %[[V5]], %[[V3]] : i32
// CHECK-NEXT: %[[V7:[0-9]+]] = lift.add %[[V6]], %[[V0]] : i32
// CHECK-NEXT: %[[V8:[0-9]+]] = lift.const true
// CHECK-NEXT: lift.effect "store" 0{{\[}}%[[V2]]] = %[[V7]] if %[[V8]] lanes{{\[}}%[[V0]], %[[V1]]] loops [] order 10 : i32
tt.func public @rearranged(%y: !tt.ptr<i32>) {
  %r = tt.make_range {end = 24 : i32, start = 5 : i32} : tensor<19xi32>
  %a = tt.make_range {end = 32 : i32, start = 0 : i32} : tensor<32xi32>
  %b = tt.reshape %a : tensor<32xi32> -> tensor<8x4xi32>
  %c = tt.trans %b {order = array<i32: 1, 0>} : tensor<8x4xi32> -> tensor<4x8xi32>
  %e = tt.expand_dims %c {axis = 2 : i32} : tensor<4x8xi32> -> tensor<4x8x1xi32>
  %f = tt.broadcast %e : tensor<4x8x1xi32> -> tensor<4x8x2xi32>
  %l, %h = tt.split %f : tensor<4x8x2xi32> -> tensor<4x8xi32>
  %j = tt.join %l, %c : tensor<4x8xi32> -> tensor<4x8x2xi32>
  %g = tt.reshape %j : tensor<4x8x2xi32> -> tensor<4x16xi32>
  %p = tt.splat %y : !tt.ptr<i32> -> tensor<4x16x!tt.ptr<i32>>
  tt.store %p, %g : tensor<4x16x!tt.ptr<i32>>
  tt.return
}

// -----

// CHECK-LABEL: lift.kernel @gathered
// CHECK-NEXT: %[[V0:[0-9]+]] = lift.var 0 "lane" extent 8
// CHECK-NEXT: %[[V1:[0-9]+]] = lift.const 0 : i32
// CHECK-NEXT: %[[V2:[0-9]+]] = lift.sext %[[V0]] : i32 -> i64
// CHECK-NEXT: %[[V3:[0-9]+]] = lift.read 0{{\[}}%[[V2]]] version 0 : i32
// CHECK-NEXT: %[[V4:[0-9]+]] = lift.const 8 : i32
// CHECK-NEXT: %[[V5:[0-9]+]] = lift.cmp "slt" %[[V3]], %[[V4]] : i32
// CHECK-NEXT: %[[V6:[0-9]+]] = lift.cmp "sge" %[[V3]], %[[V1]] : i32
// CHECK-NEXT: %[[V7:[0-9]+]] = lift.and %[[V6]], %[[V5]] : i1
// CHECK-NEXT: %[[V8:[0-9]+]] = lift.arbitrary 0{{\[}}%[[V0]]] : i32
// CHECK-NEXT: %[[V9:[0-9]+]] = lift.select %[[V7]], %[[V3]], %[[V8]] : i32
// CHECK-NEXT: %[[V10:[0-9]+]] = lift.const true
// CHECK-NEXT: lift.effect "store" 1{{\[}}%[[V2]]] = %[[V9]] if %[[V10]] lanes{{\[}}%[[V0]]] loops [] order 7 : i32
tt.func public @gathered(%x: !tt.ptr<i32>, %y: !tt.ptr<i32>) {
  %r = tt.make_range {end = 8 : i32, start = 0 : i32} : tensor<8xi32>
  %xs = tt.splat %x : !tt.ptr<i32> -> tensor<8x!tt.ptr<i32>>
  %xp = tt.addptr %xs, %r : tensor<8x!tt.ptr<i32>>, tensor<8xi32>
  %i = tt.load %xp : tensor<8x!tt.ptr<i32>>
  %g = tt.gather %r[%i] {axis = 0 : i32} : (tensor<8xi32>, tensor<8xi32>) -> tensor<8xi32>
  %ys = tt.splat %y : !tt.ptr<i32> -> tensor<8x!tt.ptr<i32>>
  %yp = tt.addptr %ys, %r : tensor<8x!tt.ptr<i32>>, tensor<8xi32>
  tt.store %yp, %g : tensor<8x!tt.ptr<i32>>
  tt.return
}
