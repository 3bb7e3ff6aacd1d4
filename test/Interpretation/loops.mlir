// A loop is a recurrence: state, init, next, bounds. A carried pointer is its offset.
// A loop around a store is one of the effect's loops; the trip count stays a term.
// RUN: triton-lift-opt --triton-lift-interpret -split-input-file %s | FileCheck %s
// RUN: sed -e 's/iter_args(%acc = %z/iter_args(%acc = %one/' %s | triton-lift-opt --triton-lift-interpret -split-input-file | not FileCheck %s

// CHECK-LABEL: lift.kernel @row_sum
// CHECK-NEXT: %[[V0:[0-9]+]] = lift.const 0 : i64
// CHECK-NEXT: %[[V1:[0-9]+]] = lift.var 0 "loop"
// CHECK-NEXT: %[[V2:[0-9]+]] = lift.final 0 0[] : f32
// CHECK-NEXT: %[[V3:[0-9]+]] = lift.const true
// CHECK-NEXT: %[[V4:[0-9]+]] = lift.const 0.000000e+00 : f32
// CHECK-NEXT: %[[V5:[0-9]+]] = lift.state 0 0[] : f32
// CHECK-NEXT: %[[V6:[0-9]+]] = lift.state 0 1[] : i64
// CHECK-NEXT: %[[V7:[0-9]+]] = lift.read 0{{\[}}%[[V6]]] version 0 : f32
// CHECK-NEXT: %[[V8:[0-9]+]] = lift.addf %[[V5]], %[[V7]] : f32
// CHECK-NEXT: %[[V9:[0-9]+]] = lift.const 1 : i32
// CHECK-NEXT: %[[V10:[0-9]+]] = lift.const 1 : i64
// CHECK-NEXT: %[[V11:[0-9]+]] = lift.add %[[V6]], %[[V10]] : i64
// CHECK-NEXT: %[[V12:[0-9]+]] = lift.const 0 : i32
// CHECK-NEXT: %[[V13:[0-9]+]] = lift.param 2 : i32
// CHECK-NEXT: lift.effect "store" 1{{\[}}%[[V0]]] = %[[V2]] if %[[V3]] lanes[] loops [] order 9 : f32
// CHECK-NEXT: lift.carry 0 0[] init %[[V4]] next %[[V8]] : f32
// CHECK-NEXT: lift.carry 0 1[] init %[[V0]] next %[[V11]] : i64
// CHECK-NEXT: lift.loop 0 %[[V1]] from %[[V12]] to %[[V13]] step %[[V9]] if %[[V3]] : i32
tt.func public @row_sum(%x: !tt.ptr<f32>, %y: !tt.ptr<f32>, %n: i32) {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %z = arith.constant 0.0 : f32
  %one = arith.constant 1.0 : f32
  %s:2 = scf.for %i = %c0 to %n step %c1 iter_args(%acc = %z, %p = %x) -> (f32, !tt.ptr<f32>) : i32 {
    %v = tt.load %p : !tt.ptr<f32>
    %t = arith.addf %acc, %v : f32
    %q = tt.addptr %p, %c1 : !tt.ptr<f32>, i32
    scf.yield %t, %q : f32, !tt.ptr<f32>
  }
  tt.store %y, %s#0 : !tt.ptr<f32>
  tt.return
}

// -----

// CHECK-LABEL: lift.kernel @nested
// CHECK-NEXT: %[[V0:[0-9]+]] = lift.const 0 : i64
// CHECK-NEXT: %[[V1:[0-9]+]] = lift.const 0 : i32
// CHECK-NEXT: %[[V2:[0-9]+]] = lift.const 3 : i32
// CHECK-NEXT: %[[V3:[0-9]+]] = lift.var 0 "loop"
// CHECK-NEXT: %[[V4:[0-9]+]] = lift.mul %[[V2]], %[[V3]] : i32
// CHECK-NEXT: %[[V5:[0-9]+]] = lift.sext %[[V4]] : i32 -> i64
// CHECK-NEXT: %[[V6:[0-9]+]] = lift.param 2 : i64
// CHECK-NEXT: %[[V7:[0-9]+]] = lift.var 1 "loop"
// CHECK-NEXT: %[[V8:[0-9]+]] = lift.sext %[[V7]] : i32 -> i64
// CHECK-NEXT: %[[V9:[0-9]+]] = lift.mul %[[V6]], %[[V8]] : i64
// CHECK-NEXT: %[[V10:[0-9]+]] = lift.add %[[V5]], %[[V9]] : i64
// CHECK-NEXT: %[[V11:[0-9]+]] = lift.read 0{{\[}}%[[V10]]] version 0 storing_loops [0, 1] : f32
// CHECK-NEXT: %[[V12:[0-9]+]] = lift.const true
// CHECK-NEXT: %[[V13:[0-9]+]] = lift.param 1 : i32
// CHECK-NEXT: lift.effect "store" 0{{\[}}%[[V10]]] = %[[V11]] if %[[V12]] lanes[] loops [0, 1] order 9 : f32
// CHECK-NEXT: lift.loop 0 %[[V3]] from %[[V1]] to %[[V13]] step %[[V2]] if %[[V12]] : i32
// CHECK-NEXT: lift.loop 1 %[[V7]] from %[[V0]] to %[[V5]] step %[[V6]] if %[[V12]] in 0 : i64
tt.func public @nested(%x: !tt.ptr<f32>, %n: i32, %k: i64) {
  %c0 = arith.constant 0 : i32
  %c3 = arith.constant 3 : i32
  %l = arith.constant 0 : i64
  scf.for %i = %c0 to %n step %c3 : i32 {
    %p = tt.addptr %x, %i : !tt.ptr<f32>, i32
    %k3 = arith.extsi %i : i32 to i64
    scf.for %j = %l to %k3 step %k : i64 {
      %q = tt.addptr %p, %j : !tt.ptr<f32>, i64
      %v = tt.load %q : !tt.ptr<f32>
      tt.store %q, %v : !tt.ptr<f32>
    }
  }
  tt.return
}
