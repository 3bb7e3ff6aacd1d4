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
// CHECK-NEXT: %[[V1:[0-9]+]] = lift.unsupported "scf.while" "a loop of which it is not known how often it runs" : i32
// CHECK-NEXT: %[[V2:[0-9]+]] = lift.const true
// CHECK-NEXT: %[[V3:[0-9]+]] = lift.unsupported "scf.while" "a loop of which it is not known how often it runs" : i32
// CHECK-NEXT: %[[V4:[0-9]+]] = lift.unsupported "scf.while" "a loop of which it is not known how often it runs" : i32
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

// -----

// What the steps leave as it is is asked once, in front of the loop.
// CHECK-LABEL: lift.kernel @kept
// CHECK-NEXT: %[[V0:[0-9]+]] = lift.pid 0
// CHECK-NEXT: %[[V1:[0-9]+]] = lift.const 8 : i32
// CHECK-NEXT: %[[V2:[0-9]+]] = lift.var 0 "loop"
// CHECK-NEXT: %[[V3:[0-9]+]] = lift.mul %[[V1]], %[[V2]] : i32
// CHECK-NEXT: %[[V4:[0-9]+]] = lift.add %[[V0]], %[[V3]] : i32
// CHECK-NEXT: %[[V5:[0-9]+]] = lift.sext %[[V4]] : i32 -> i64
// CHECK-NEXT: %[[V6:[0-9]+]] = lift.param 1 : i32
// CHECK-NEXT: %[[V7:[0-9]+]] = lift.cmp "sge" %[[V0]], %[[V6]] : i32
// CHECK-NEXT: %[[V8:[0-9]+]] = lift.param 2 : i32
// CHECK-NEXT: %[[V9:[0-9]+]] = lift.const 7 : i32
// CHECK-NEXT: %[[V10:[0-9]+]] = lift.add %[[V8]], %[[V9]] : i32
// CHECK-NEXT: %[[V11:[0-9]+]] = lift.sub %[[V10]], %[[V9]] : i32
// CHECK-NEXT: lift.effect "store" 0{{\[}}%[[V5]]] = %[[V4]] if %[[V7]] lanes[] loops [0] order 13 : i32
// CHECK-NEXT: lift.loop 0 %[[V2]] from %[[V0]] to %[[V11]] step %[[V1]] if %[[V7]] : i32
tt.func public @kept(%y: !tt.ptr<i32>, %m: i32, %n: i32) {
  %c8 = arith.constant 8 : i32
  %p = tt.get_program_id x : i32
  %r = scf.while (%i = %p) : (i32) -> i32 {
    %a = arith.cmpi sge, %i, %m : i32
    %b = arith.cmpi slt, %i, %n : i32
    %c = arith.andi %a, %b : i1
    scf.condition(%c) %i : i32
  } do {
  ^bb0(%i: i32):
    %q = tt.addptr %y, %i : !tt.ptr<i32>, i32
    tt.store %q, %i : !tt.ptr<i32>
    %j = arith.addi %i, %c8 : i32
    scf.yield %j : i32
  }
  tt.return
}


// -----

// The counter goes on to the next multiple of %s: a counted loop over tiles, of which the first may be cut off.
// CHECK-LABEL: lift.kernel @segments
// CHECK-NEXT: %[[V0:[0-9]+]] = lift.var 0 "loop"
// CHECK-NEXT: %[[V1:[0-9]+]] = lift.state 0 1[] : i32
// CHECK-NEXT: %[[V2:[0-9]+]] = lift.sext %[[V1]] : i32 -> i64
// CHECK-NEXT: %[[V3:[0-9]+]] = lift.pid 0
// CHECK-NEXT: %[[V4:[0-9]+]] = lift.param 2 : i32
// CHECK-NEXT: %[[V5:[0-9]+]] = lift.divs %[[V3]], %[[V4]] : i32
// CHECK-NEXT: %[[V6:[0-9]+]] = lift.mul %[[V5]], %[[V4]] : i32
// CHECK-NEXT: %[[V7:[0-9]+]] = lift.mul %[[V4]], %[[V0]] : i32
// CHECK-NEXT: %[[V8:[0-9]+]] = lift.add %[[V6]], %[[V7]] : i32
// CHECK-NEXT: %[[V9:[0-9]+]] = lift.cmp "eq" %[[V8]], %[[V6]] : i32
// CHECK-NEXT: %[[V10:[0-9]+]] = lift.select %[[V9]], %[[V3]], %[[V8]] : i32
// CHECK-NEXT: %[[V11:[0-9]+]] = lift.param 1 : i32
// CHECK-NEXT: %[[V12:[0-9]+]] = lift.cmp "slt" %[[V3]], %[[V11]] : i32
// CHECK-NEXT: %[[V13:[0-9]+]] = lift.const 1 : i32
// CHECK-NEXT: %[[V14:[0-9]+]] = lift.add %[[V1]], %[[V13]] : i32
// CHECK-NEXT: %[[V15:[0-9]+]] = lift.add %[[V6]], %[[V13]] : i32
// CHECK-NEXT: %[[V16:[0-9]+]] = lift.maxs %[[V11]], %[[V15]] : i32
// CHECK-NEXT: lift.effect "store" 0{{\[}}%[[V2]]] = %[[V10]] if %[[V12]] lanes[] loops [0] order 18 : i32
// CHECK-NEXT: lift.carry 0 1[] init %[[V5]] next %[[V14]] : i32
// CHECK-NEXT: lift.loop 0 %[[V0]] from %[[V6]] to %[[V16]] step %[[V4]] if %[[V12]] : i32
tt.func public @segments(%y: !tt.ptr<i32>, %n: i32, %s: i32) {
  %c1 = arith.constant 1 : i32
  %p = tt.get_program_id x : i32
  %r = scf.while (%i = %p) : (i32) -> i32 {
    %c = arith.cmpi slt, %i, %n : i32
    scf.condition(%c) %i : i32
  } do {
  ^bb0(%i: i32):
    %t = arith.divsi %i, %s : i32
    %u = arith.addi %t, %c1 : i32
    %e = arith.muli %u, %s : i32
    %j = arith.minsi %e, %n : i32
    %q = tt.addptr %y, %t : !tt.ptr<i32>, i32
    tt.store %q, %i : !tt.ptr<i32>
    scf.yield %j : i32
  }
  tt.return
}


// -----

// Conditions on two values: none of them counts alone.
// CHECK-LABEL: lift.kernel @mixed
// CHECK-NEXT: lift.unsupported "scf.while" "a while loop around effects (tt.store)"
tt.func public @mixed(%y: !tt.ptr<i32>, %m: i32, %n: i32) {
  %c1 = arith.constant 1 : i32
  %p = tt.get_program_id x : i32
  %r:2 = scf.while (%i = %p, %k = %m) : (i32, i32) -> (i32, i32) {
    %a = arith.cmpi sge, %k, %m : i32
    %b = arith.cmpi slt, %i, %n : i32
    %c = arith.andi %a, %b : i1
    scf.condition(%c) %i, %k : i32, i32
  } do {
  ^bb0(%i: i32, %k: i32):
    %q = tt.addptr %y, %i : !tt.ptr<i32>, i32
    tt.store %q, %i : !tt.ptr<i32>
    %j = arith.addi %i, %c1 : i32
    scf.yield %j, %j : i32, i32
  }
  tt.return
}


// -----

// One tile too far.
// CHECK-LABEL: lift.kernel @skipping
// CHECK-NEXT: lift.unsupported "scf.while" "a while loop around effects (tt.store)"
tt.func public @skipping(%y: !tt.ptr<i32>, %n: i32, %s: i32) {
  %c2 = arith.constant 2 : i32
  %p = tt.get_program_id x : i32
  %r = scf.while (%i = %p) : (i32) -> i32 {
    %c = arith.cmpi slt, %i, %n : i32
    scf.condition(%c) %i : i32
  } do {
  ^bb0(%i: i32):
    %t = arith.divsi %i, %s : i32
    %u = arith.addi %t, %c2 : i32
    %e = arith.muli %u, %s : i32
    %q = tt.addptr %y, %t : !tt.ptr<i32>, i32
    tt.store %q, %i : !tt.ptr<i32>
    scf.yield %e : i32
  }
  tt.return
}


// -----

// `i + (s - i % s)`, where the bound comes from the condition, is the next multiple too.
// CHECK-LABEL: lift.kernel @remainders
// CHECK-NEXT: %[[V0:[0-9]+]] = lift.pid 0
// CHECK-NEXT: %[[V1:[0-9]+]] = lift.param 2 : i32
// CHECK-NEXT: %[[V2:[0-9]+]] = lift.divs %[[V0]], %[[V1]] : i32
// CHECK-NEXT: %[[V3:[0-9]+]] = lift.mul %[[V2]], %[[V1]] : i32
// CHECK-NEXT: %[[V4:[0-9]+]] = lift.var 0 "loop"
// CHECK-NEXT: %[[V5:[0-9]+]] = lift.mul %[[V1]], %[[V4]] : i32
// CHECK-NEXT: %[[V6:[0-9]+]] = lift.add %[[V3]], %[[V5]] : i32
// CHECK-NEXT: %[[V7:[0-9]+]] = lift.cmp "eq" %[[V6]], %[[V3]] : i32
// CHECK-NEXT: %[[V8:[0-9]+]] = lift.select %[[V7]], %[[V0]], %[[V6]] : i32
// CHECK-NEXT: %[[V9:[0-9]+]] = lift.state 0 1[] : i32
// CHECK-NEXT: %[[V10:[0-9]+]] = lift.mul %[[V9]], %[[V1]] : i32
// CHECK-NEXT: %[[V11:[0-9]+]] = lift.sub %[[V8]], %[[V10]] : i32
// CHECK-NEXT: %[[V12:[0-9]+]] = lift.sext %[[V11]] : i32 -> i64
// CHECK-NEXT: %[[V13:[0-9]+]] = lift.sub %[[V1]], %[[V11]] : i32
// CHECK-NEXT: %[[V14:[0-9]+]] = lift.param 1 : i32
// CHECK-NEXT: %[[V15:[0-9]+]] = lift.cmp "slt" %[[V0]], %[[V14]] : i32
// CHECK-NEXT: %[[V16:[0-9]+]] = lift.const 1 : i32
// CHECK-NEXT: %[[V17:[0-9]+]] = lift.add %[[V9]], %[[V16]] : i32
// CHECK-NEXT: %[[V18:[0-9]+]] = lift.add %[[V3]], %[[V16]] : i32
// CHECK-NEXT: %[[V19:[0-9]+]] = lift.maxs %[[V14]], %[[V18]] : i32
// CHECK-NEXT: lift.effect "store" 0{{\[}}%[[V12]]] = %[[V13]] if %[[V15]] lanes[] loops [0] order 18 : i32
// CHECK-NEXT: lift.carry 0 1[] init %[[V2]] next %[[V17]] : i32
// CHECK-NEXT: lift.loop 0 %[[V4]] from %[[V3]] to %[[V19]] step %[[V1]] if %[[V15]] : i32
tt.func public @remainders(%y: !tt.ptr<i32>, %n: i32, %s: i32) {
  %p = tt.get_program_id x : i32
  %r = scf.while (%i = %p) : (i32) -> i32 {
    %c = arith.cmpi sgt, %n, %i : i32
    scf.condition(%c) %i : i32
  } do {
  ^bb0(%i: i32):
    %m = arith.remsi %i, %s : i32
    %d = arith.subi %s, %m : i32
    %e = arith.addi %i, %d : i32
    %q = tt.addptr %y, %m : !tt.ptr<i32>, i32
    tt.store %q, %d : !tt.ptr<i32>
    scf.yield %e : i32
  }
  tt.return
}

