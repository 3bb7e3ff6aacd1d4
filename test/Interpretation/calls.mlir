// Calls are inlined; private functions vanish. What only orders or prints does nothing.
// RUN: triton-lift-opt --triton-lift-interpret -split-input-file %s | FileCheck %s
// RUN: sed -e 's/arith.mulf/arith.addf/' %s | triton-lift-opt --triton-lift-interpret -split-input-file | not FileCheck %s

// CHECK-LABEL: lift.kernel @calls
// CHECK-NEXT: %[[V0:[0-9]+]] = lift.param 2 : i1
// CHECK-NEXT: %[[V1:[0-9]+]] = lift.const true
// CHECK-NEXT: %[[V2:[0-9]+]] = lift.const 0 : i64
// CHECK-NEXT: %[[V3:[0-9]+]] = lift.param 1 : f32
// CHECK-NEXT: %[[V4:[0-9]+]] = lift.mulf %[[V3]], %[[V3]] : f32
// CHECK-NEXT: %[[V5:[0-9]+]] = lift.mulf %[[V4]], %[[V4]] : f32
// CHECK-NEXT: lift.assume "assert" %[[V0]] if %[[V1]] lanes[]
// CHECK-NEXT: lift.assume "assume" %[[V0]] if %[[V1]] lanes[]
// CHECK-NEXT: lift.effect "store" 0{{\[}}%[[V2]]] = %[[V5]] if %[[V1]] lanes[] loops [] order 4 : f32
tt.func private @square(%a: f32) -> f32 {
  %b = arith.mulf %a, %a : f32
  tt.return %b : f32
}
tt.func public @calls(%y: !tt.ptr<f32>, %a: f32, %c: i1) {
  %b = tt.call @square(%a) : (f32) -> f32
  %d = tt.call @square(%b) : (f32) -> f32
  tt.assert %c, "c" : i1
  llvm.intr.assume %c : i1
  tt.store %y, %d : !tt.ptr<f32>
  tt.return
}

// -----

// Several kernels may call one function.
// CHECK-LABEL: lift.kernel @first
// CHECK: %[[V0:[0-9]+]] = lift.param 1 : f32
// CHECK-NEXT: %[[V1:[0-9]+]] = lift.mulf %[[V0]], %[[V0]] : f32
// CHECK: = %[[V1]] if
// CHECK-LABEL: lift.kernel @second
// CHECK: %[[V2:[0-9]+]] = lift.param 1 : f32
// CHECK-NEXT: %[[V3:[0-9]+]] = lift.mulf %[[V2]], %[[V2]] : f32
// CHECK: = %[[V3]] if
tt.func public @first(%y: !tt.ptr<f32>, %a: f32) {
  %b = tt.call @shared(%a) : (f32) -> f32
  tt.store %y, %b : !tt.ptr<f32>
  tt.return
}
tt.func private @shared(%a: f32) -> f32 attributes {noinline = true} {
  %b = arith.mulf %a, %a : f32
  tt.return %b : f32
}
tt.func public @second(%y: !tt.ptr<f32>, %a: f32) {
  %b = tt.call @shared(%a) : (f32) -> f32
  tt.store %y, %b : !tt.ptr<f32>
  tt.return
}

// -----

// What is said in a loop is said only if there is an iteration.
// CHECK-LABEL: lift.kernel @in_a_loop
// CHECK-DAG: %[[N:[0-9]+]] = lift.param 1 : i32
// CHECK-DAG: %[[C:[0-9]+]] = lift.param 2 : i1
// CHECK-DAG: %[[ZERO:[0-9]+]] = lift.const 0 : i32
// CHECK-DAG: %[[RUNS:[0-9]+]] = lift.cmp "slt" %[[ZERO]], %[[N]]
// CHECK: lift.assume "assume" %[[C]] if %[[RUNS]] lanes[]
tt.func public @in_a_loop(%y: !tt.ptr<i32>, %n: i32, %c: i1) {
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  scf.for %t = %zero to %n step %one : i32 {
    llvm.intr.assume %c : i1
    %p = tt.addptr %y, %t : !tt.ptr<i32>, i32
    tt.store %p, %t : !tt.ptr<i32>
  }
  tt.return
}

// -----

// What returns from two places is a choice of what it returns there.
// CHECK-LABEL: lift.kernel @early
// CHECK: %[[A:[0-9]+]] = lift.param 1 : f32
// CHECK: %[[C:[0-9]+]] = lift.cmpf "olt" %[[A]],
// CHECK-NEXT: %[[B:[0-9]+]] = lift.mulf %[[A]], %[[A]] : f32
// CHECK-NEXT: %[[S:[0-9]+]] = lift.select %[[C]], %[[A]], %[[B]]
// CHECK: = %[[S]] if
tt.func private @clipped(%a: f32) -> f32 attributes {noinline = false} {
  %zero = arith.constant 0.0 : f32
  %c = arith.cmpf olt, %a, %zero : f32
  cf.cond_br %c, ^small, ^large
^small:
  tt.return %a : f32
^large:
  %b = arith.mulf %a, %a : f32
  tt.return %b : f32
}
tt.func public @early(%y: !tt.ptr<f32>, %a: f32) {
  %b = tt.call @clipped(%a) : (f32) -> f32
  tt.store %y, %b : !tt.ptr<f32>
  tt.return
}
