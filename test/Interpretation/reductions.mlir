// One operation as combine is a `kind`; any other combine is a fold. A scan is a
// reduction of a prefix, a dot a sum. An order that only a whole reduction sees
// may be the compiler's.
// RUN: triton-lift-opt --triton-lift-interpret -split-input-file %s | FileCheck %s
// RUN: sed -e 's/arith.maxnumf/arith.minnumf/;s/reverse = true/reverse = false/;s/cmpf ogt/cmpf olt/' %s | triton-lift-opt --triton-lift-interpret -split-input-file | not FileCheck %s

// CHECK-LABEL: lift.kernel @maximum
// CHECK-NEXT: %[[V0:[0-9]+]] = lift.const 0 : i64
// CHECK-NEXT: %[[V1:[0-9]+]] = lift.var 0 "reduce" extent 32
// CHECK-NEXT: %[[V2:[0-9]+]] = lift.const 1.000000e+00 : f32
// CHECK-NEXT: %[[V3:[0-9]+]] = lift.reduce "max" %[[V1]], %[[V2]] : f32
// CHECK-NEXT: %[[V4:[0-9]+]] = lift.const true
// CHECK-NEXT: lift.effect "store" 1{{\[}}%[[V0]]] = %[[V3]] if %[[V4]] lanes[] loops [] order 5 : f32
tt.func public @maximum(%x: tensor<4x8xf32>, %y: !tt.ptr<f32>) {
  %c = arith.constant dense<1.0> : tensor<4x8xf32>
  %v = tt.reshape %c allow_reorder : tensor<4x8xf32> -> tensor<32xf32>
  %m = "tt.reduce"(%v) <{axis = 0 : i32}> ({
  ^bb0(%a: f32, %b: f32):
    %s = arith.maxnumf %a, %b : f32
    tt.reduce.return %s : f32
  }) : (tensor<32xf32>) -> f32
  tt.store %y, %m : !tt.ptr<f32>
  tt.return
}

// -----

// CHECK-LABEL: lift.kernel @argmax
// CHECK-NEXT: %[[V0:[0-9]+]] = lift.const 0 : i64
// CHECK-NEXT: %[[V1:[0-9]+]] = lift.var 0 "reduce" extent 8
// CHECK-NEXT: %[[V2:[0-9]+]] = lift.sext %[[V1]] : i32 -> i64
// CHECK-NEXT: %[[V3:[0-9]+]] = lift.read 0{{\[}}%[[V2]]] version 0 : f32
// CHECK-NEXT: %[[V4:[0-9]+]] = lift.elem 0 0 "lhs" : f32
// CHECK-NEXT: %[[V5:[0-9]+]] = lift.elem 0 1 "lhs" : i32
// CHECK-NEXT: %[[V6:[0-9]+]] = lift.elem 0 0 "rhs" : f32
// CHECK-NEXT: %[[V7:[0-9]+]] = lift.elem 0 1 "rhs" : i32
// CHECK-NEXT: %[[V8:[0-9]+]] = lift.cmpf "ogt" %[[V4]], %[[V6]] : f32
// CHECK-NEXT: %[[V9:[0-9]+]] = lift.select %[[V8]], %[[V4]], %[[V6]] : f32
// CHECK-NEXT: %[[V10:[0-9]+]] = lift.select %[[V8]], %[[V5]], %[[V7]] : i32
// CHECK-NEXT: %[[V11:[0-9]+]] = lift.foldresult 0 1 %[[V1]], (%[[V3]], %[[V1]]) : (f32, i32) -> i32
// CHECK-NEXT: %[[V12:[0-9]+]] = lift.const true
// CHECK-NEXT: lift.fold 0(%[[V9]], %[[V10]]) : f32, i32
// CHECK-NEXT: lift.effect "store" 1{{\[}}%[[V0]]] = %[[V11]] if %[[V12]] lanes[] loops [] order 9 : i32
tt.func public @argmax(%x: !tt.ptr<f32>, %y: !tt.ptr<i32>) {
  %r = tt.make_range {end = 8 : i32, start = 0 : i32} : tensor<8xi32>
  %xs = tt.splat %x : !tt.ptr<f32> -> tensor<8x!tt.ptr<f32>>
  %xp = tt.addptr %xs, %r : tensor<8x!tt.ptr<f32>>, tensor<8xi32>
  %v = tt.load %xp : tensor<8x!tt.ptr<f32>>
  %m:2 = "tt.reduce"(%v, %r) <{axis = 0 : i32}> ({
  ^bb0(%a: f32, %i: i32, %b: f32, %j: i32):
    %g = arith.cmpf ogt, %a, %b : f32
    %s = arith.select %g, %a, %b : f32
    %k = arith.select %g, %i, %j : i32
    tt.reduce.return %s, %k : f32, i32
  }) : (tensor<8xf32>, tensor<8xi32>) -> (f32, i32)
  tt.store %y, %m#1 : !tt.ptr<i32>
  tt.return
}

// -----

// CHECK-LABEL: lift.kernel @suffix
// CHECK-NEXT: %[[V0:[0-9]+]] = lift.var 0 "lane" extent 8
// CHECK-NEXT: %[[V1:[0-9]+]] = lift.const 0 : i64
// CHECK-NEXT: %[[V2:[0-9]+]] = lift.var 1 "reduce" extent 8
// CHECK-NEXT: %[[V3:[0-9]+]] = lift.scan "addi" %[[V2]] to %[[V0]], %[[V2]] reverse : i32
// CHECK-NEXT: %[[V4:[0-9]+]] = lift.const true
// CHECK-NEXT: lift.effect "store" 0{{\[}}%[[V1]]] = %[[V3]] if %[[V4]] lanes{{\[}}%[[V0]]] loops [] order 5 : i32
tt.func public @suffix(%y: !tt.ptr<i32>) {
  %r = tt.make_range {end = 8 : i32, start = 0 : i32} : tensor<8xi32>
  %s = "tt.scan"(%r) <{axis = 0 : i32, reverse = true}> ({
  ^bb0(%a: i32, %b: i32):
    %t = arith.addi %a, %b : i32
    tt.scan.return %t : i32
  }) : (tensor<8xi32>) -> tensor<8xi32>
  %ys = tt.splat %y : !tt.ptr<i32> -> tensor<8x!tt.ptr<i32>>
  tt.store %ys, %s : tensor<8x!tt.ptr<i32>>
  tt.return
}

// -----

// CHECK-LABEL: lift.kernel @dot
// CHECK-NEXT: %[[V0:[0-9]+]] = lift.var 0 "lane" extent 16
// CHECK-NEXT: %[[V1:[0-9]+]] = lift.var 1 "lane" extent 16
// CHECK-NEXT: %[[V2:[0-9]+]] = lift.const 0 : i64
// CHECK-NEXT: %[[V3:[0-9]+]] = lift.var 2 "reduce" extent 32
// CHECK-NEXT: %[[V4:[0-9]+]] = lift.param 0 : f16
// CHECK-NEXT: %[[V5:[0-9]+]] = lift.extf %[[V4]] : f16 -> f32
// CHECK-NEXT: %[[V6:[0-9]+]] = lift.mulf %[[V5]], %[[V5]] : f32
// CHECK-NEXT: %[[V7:[0-9]+]] = lift.reduce "add" %[[V3]], %[[V6]] : f32
// CHECK-NEXT: %[[V8:[0-9]+]] = lift.param 1 : f32
// CHECK-NEXT: %[[V9:[0-9]+]] = lift.addf %[[V8]], %[[V7]] : f32
// CHECK-NEXT: %[[V10:[0-9]+]] = lift.const true
// CHECK-NEXT: lift.effect "store" 2{{\[}}%[[V2]]] = %[[V9]] if %[[V10]] lanes{{\[}}%[[V0]], %[[V1]]] loops [] order 5 : f32
tt.func public @dot(%f: f16, %c: f32, %y: !tt.ptr<f32>) {
  %a = tt.splat %f : f16 -> tensor<16x32xf16>
  %b = tt.splat %f : f16 -> tensor<32x16xf16>
  %z = tt.splat %c : f32 -> tensor<16x16xf32>
  %d = tt.dot %a, %b, %z : tensor<16x32xf16> * tensor<32x16xf16> -> tensor<16x16xf32>
  %p = tt.splat %y : !tt.ptr<f32> -> tensor<16x16x!tt.ptr<f32>>
  tt.store %p, %d : tensor<16x16x!tt.ptr<f32>>
  tt.return
}
