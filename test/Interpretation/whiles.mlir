// A `while` that counts is a counted loop. That the last step does not wrap is owed too: the bound says so.
// RUN: triton-lift-opt --triton-lift-interpret -split-input-file %s | FileCheck %s
// RUN: sed -e 's/cmpi slt/cmpi sle/' %s | triton-lift-opt --triton-lift-interpret -split-input-file | not FileCheck %s
// RUN: sed -e 's/constant -1 :/constant -2 :/' %s | triton-lift-opt --triton-lift-interpret -split-input-file | not FileCheck %s

// CHECK-LABEL: lift.kernel @upward
// CHECK-NEXT: %[[V0:[0-9]+]] = lift.const 0 : i64
// CHECK-NEXT: %[[V1:[0-9]+]] = lift.var 0 "loop"
// CHECK-NEXT: %[[V2:[0-9]+]] = lift.final 0 0[] : f32
// CHECK-NEXT: %[[V3:[0-9]+]] = lift.const true
// CHECK-NEXT: %[[V4:[0-9]+]] = lift.const 0.000000e+00 : f32
// CHECK-NEXT: %[[V5:[0-9]+]] = lift.state 0 0[] : f32
// CHECK-NEXT: %[[V6:[0-9]+]] = lift.const 0 : i32
// CHECK-NEXT: %[[V7:[0-9]+]] = lift.const 3 : i32
// CHECK-NEXT: %[[V8:[0-9]+]] = lift.mul %[[V7]], %[[V1]] : i32
// CHECK-NEXT: %[[V9:[0-9]+]] = lift.sext %[[V8]] : i32 -> i64
// CHECK-NEXT: %[[V10:[0-9]+]] = lift.read 0{{\[}}%[[V9]]] version 0 : f32
// CHECK-NEXT: %[[V11:[0-9]+]] = lift.addf %[[V5]], %[[V10]] : f32
// CHECK-NEXT: %[[V12:[0-9]+]] = lift.param 2 : i32
// CHECK-NEXT: %[[V13:[0-9]+]] = lift.const 2 : i32
// CHECK-NEXT: %[[V14:[0-9]+]] = lift.add %[[V12]], %[[V13]] : i32
// CHECK-NEXT: %[[V15:[0-9]+]] = lift.sub %[[V14]], %[[V13]] : i32
// CHECK-NEXT: lift.effect "store" 1{{\[}}%[[V0]]] = %[[V2]] if %[[V3]] lanes[] loops [] order 15 : f32
// CHECK-NEXT: lift.carry 0 0[] init %[[V4]] next %[[V11]] : f32
// CHECK-NEXT: lift.loop 0 %[[V1]] from %[[V6]] to %[[V15]] step %[[V7]] if %[[V3]] : i32
tt.func public @upward(%x: !tt.ptr<f32>, %y: !tt.ptr<f32>, %n: i32) {
  %c0 = arith.constant 0 : i32
  %c3 = arith.constant 3 : i32
  %z = arith.constant 0.0 : f32
  %r:2 = scf.while (%s = %z, %i = %c0) : (f32, i32) -> (i32, f32) {
    %c = arith.cmpi slt, %i, %n : i32
    scf.condition(%c) %i, %s : i32, f32
  } do {
  ^bb0(%i: i32, %s: f32):
    %p = tt.addptr %x, %i : !tt.ptr<f32>, i32
    %a = tt.load %p : !tt.ptr<f32>
    %t = arith.addf %s, %a : f32
    %j = arith.addi %i, %c3 : i32
    scf.yield %t, %j : f32, i32
  }
  tt.store %y, %r#1 : !tt.ptr<f32>
  tt.return
}

// -----

// CHECK-LABEL: lift.kernel @downward
// CHECK-NEXT: %[[V0:[0-9]+]] = lift.param 1 : i32
// CHECK-NEXT: %[[V1:[0-9]+]] = lift.const 0 : i32
// CHECK-NEXT: %[[V2:[0-9]+]] = lift.const 1 : i32
// CHECK-NEXT: %[[V3:[0-9]+]] = lift.var 0 "loop"
// CHECK-NEXT: %[[V4:[0-9]+]] = lift.sub %[[V0]], %[[V3]] : i32
// CHECK-NEXT: %[[V5:[0-9]+]] = lift.sext %[[V4]] : i32 -> i64
// CHECK-NEXT: %[[V6:[0-9]+]] = lift.const true
// CHECK-NEXT: %[[V7:[0-9]+]] = lift.const -1 : i32
// CHECK-NEXT: %[[V8:[0-9]+]] = lift.sub %[[V0]], %[[V7]] : i32
// CHECK-NEXT: lift.effect "store" 0{{\[}}%[[V5]]] = %[[V4]] if %[[V6]] lanes[] loops [0] order 14 : i32
// CHECK-NEXT: lift.loop 0 %[[V3]] from %[[V1]] to %[[V8]] step %[[V2]] if %[[V6]] : i32
tt.func public @downward(%y: !tt.ptr<i32>, %n: i32) {
  %c0 = arith.constant 0 : i32
  %m1 = arith.constant -1 : i32
  %r = scf.while (%i = %n) : (i32) -> i32 {
    %c = arith.cmpi sle, %c0, %i : i32
    scf.condition(%c) %i : i32
  } do {
  ^bb0(%i: i32):
    %p = tt.addptr %y, %i : !tt.ptr<i32>, i32
    tt.store %p, %i : !tt.ptr<i32>
    %j = arith.addi %i, %m1 : i32
    scf.yield %j : i32
  }
  tt.return
}

// -----

// The bound is computed by the condition, of what does not change; the step is a parameter.
// CHECK-LABEL: lift.kernel @bound
// CHECK-NEXT: %[[V0:[0-9]+]] = lift.const 0 : i64
// CHECK-NEXT: %[[V1:[0-9]+]] = lift.var 0 "loop"
// CHECK-NEXT: %[[V2:[0-9]+]] = lift.final 0 0[] : i32
// CHECK-NEXT: %[[V3:[0-9]+]] = lift.const true
// CHECK-NEXT: %[[V4:[0-9]+]] = lift.const 0 : i32
// CHECK-NEXT: %[[V5:[0-9]+]] = lift.param 2 : i32
// CHECK-NEXT: %[[V6:[0-9]+]] = lift.mul %[[V5]], %[[V1]] : i32
// CHECK-NEXT: %[[V7:[0-9]+]] = lift.add %[[V5]], %[[V6]] : i32
// CHECK-NEXT: %[[V8:[0-9]+]] = lift.param 1 : i32
// CHECK-NEXT: %[[V9:[0-9]+]] = lift.mul %[[V8]], %[[V8]] : i32
// CHECK-NEXT: %[[V10:[0-9]+]] = lift.const 1 : i32
// CHECK-NEXT: %[[V11:[0-9]+]] = lift.sub %[[V5]], %[[V10]] : i32
// CHECK-NEXT: %[[V12:[0-9]+]] = lift.add %[[V9]], %[[V11]] : i32
// CHECK-NEXT: %[[V13:[0-9]+]] = lift.sub %[[V12]], %[[V11]] : i32
// CHECK-NEXT: lift.effect "store" 0{{\[}}%[[V0]]] = %[[V2]] if %[[V3]] lanes[] loops [] order 11 : i32
// CHECK-NEXT: lift.carry 0 0[] init %[[V4]] next %[[V7]] : i32
// CHECK-NEXT: lift.loop 0 %[[V1]] from %[[V4]] to %[[V13]] step %[[V5]] if %[[V3]] : i32
tt.func public @bound(%y: !tt.ptr<i32>, %n: i32, %s: i32) {
  %c0 = arith.constant 0 : i32
  %r = scf.while (%i = %c0) : (i32) -> i32 {
    %m = arith.muli %n, %n : i32
    %c = arith.cmpi sgt, %m, %i : i32
    scf.condition(%c) %i : i32
  } do {
  ^bb0(%i: i32):
    %j = arith.addi %s, %i : i32
    scf.yield %j : i32
  }
  tt.store %y, %r : !tt.ptr<i32>
  tt.return
}

// -----

// The bound moves, the step leads away, and the counter is not what the condition tests: none of them counts.
// CHECK-LABEL: lift.kernel @none
// CHECK-NEXT: %[[V0:[0-9]+]] = lift.const 0 : i64
// CHECK-NEXT: %[[V1:[0-9]+]] = lift.unsupported "scf.while" "no semantics for the value of this operation" : i32
// CHECK-NEXT: %[[V2:[0-9]+]] = lift.const true
// CHECK-NEXT: %[[V3:[0-9]+]] = lift.unsupported "scf.while" "no semantics for the value of this operation" : i32
// CHECK-NEXT: %[[V4:[0-9]+]] = lift.unsupported "scf.while" "no semantics for the value of this operation" : i32
// CHECK-NEXT: lift.effect "store" 0{{\[}}%[[V0]]] = %[[V1]] if %[[V2]] lanes[] loops [] order 18 : i32
// CHECK-NEXT: lift.effect "store" 0{{\[}}%[[V0]]] = %[[V3]] if %[[V2]] lanes[] loops [] order 19 {version = 1 : i64} : i32
// CHECK-NEXT: lift.effect "store" 0{{\[}}%[[V0]]] = %[[V4]] if %[[V2]] lanes[] loops [] order 20 {version = 2 : i64} : i32
tt.func public @none(%y: !tt.ptr<i32>, %n: i32) {
  %c0 = arith.constant 0 : i32
  %m2 = arith.constant -2 : i32
  %c1 = arith.constant 1 : i32
  %a:2 = scf.while (%i = %c0, %k = %n) : (i32, i32) -> (i32, i32) {
    %c = arith.cmpi slt, %i, %k : i32
    scf.condition(%c) %i, %k : i32, i32
  } do {
  ^bb0(%i: i32, %k: i32):
    %j = arith.addi %i, %c1 : i32
    scf.yield %j, %j : i32, i32
  }
  %b = scf.while (%i = %a#0) : (i32) -> i32 {
    %c = arith.cmpi slt, %i, %n : i32
    scf.condition(%c) %i : i32
  } do {
  ^bb0(%i: i32):
    %j = arith.addi %i, %m2 : i32
    scf.yield %j : i32
  }
  %d:2 = scf.while (%i = %b, %k = %n) : (i32, i32) -> (i32, i32) {
    %c = arith.cmpi slt, %i, %n : i32
    scf.condition(%c) %k, %i : i32, i32
  } do {
  ^bb0(%k: i32, %i: i32):
    %j = arith.addi %k, %c1 : i32
    scf.yield %j, %k : i32, i32
  }
  tt.store %y, %a#0 : !tt.ptr<i32>
  tt.store %y, %b : !tt.ptr<i32>
  tt.store %y, %d#0 : !tt.ptr<i32>
  tt.return
}
