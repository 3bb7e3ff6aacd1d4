// Effects carry the condition of their path; values from two paths are selects. A
// join that every path reaches runs under the condition of the fork.
// RUN: triton-lift-opt --triton-lift-interpret -split-input-file %s | FileCheck %s
// RUN: sed -e 's/cf.cond_br %c, ^bb1, ^bb2/cf.cond_br %c, ^bb2, ^bb1/;s/scf.if %d/scf.if %c/' %s | triton-lift-opt --triton-lift-interpret -split-input-file | not FileCheck %s

// CHECK-LABEL: lift.kernel @early_return
// CHECK-NEXT: %[[V0:[0-9]+]] = lift.const 0 : i64
// CHECK-NEXT: %[[V1:[0-9]+]] = lift.param 1 : i32
// CHECK-NEXT: %[[V2:[0-9]+]] = lift.const true
// CHECK-NEXT: %[[V3:[0-9]+]] = lift.const 5 : i32
// CHECK-NEXT: %[[V4:[0-9]+]] = lift.cmp "sgt" %[[V1]], %[[V3]] : i32
// CHECK-NEXT: %[[V5:[0-9]+]] = lift.xor %[[V4]], %[[V2]] : i1
// CHECK-NEXT: lift.effect "store" 0{{\[}}%[[V0]]] = %[[V1]] if %[[V5]] lanes[] loops [] order 3 : i32
tt.func public @early_return(%y: !tt.ptr<i32>, %n: i32) {
  %c5 = arith.constant 5 : i32
  %c = arith.cmpi sgt, %n, %c5 : i32
  cf.cond_br %c, ^bb1, ^bb2
^bb1:
  tt.return
^bb2:
  tt.store %y, %n : !tt.ptr<i32>
  tt.return
}

// -----

// CHECK-LABEL: lift.kernel @diamond
// CHECK-NEXT: %[[V0:[0-9]+]] = lift.const 0 : i64
// CHECK-NEXT: %[[V1:[0-9]+]] = lift.const 5 : i32
// CHECK-NEXT: %[[V2:[0-9]+]] = lift.param 1 : i32
// CHECK-NEXT: %[[V3:[0-9]+]] = lift.const true
// CHECK-NEXT: %[[V4:[0-9]+]] = lift.cmp "sgt" %[[V2]], %[[V1]] : i32
// CHECK-NEXT: %[[V5:[0-9]+]] = lift.select %[[V4]], %[[V2]], %[[V1]] : i32
// CHECK-NEXT: lift.effect "store" 0{{\[}}%[[V0]]] = %[[V5]] if %[[V3]] lanes[] loops [] order 3 : i32
tt.func public @diamond(%y: !tt.ptr<i32>, %n: i32) {
  %c5 = arith.constant 5 : i32
  %c = arith.cmpi sgt, %n, %c5 : i32
  cf.cond_br %c, ^bb1(%n : i32), ^bb1(%c5 : i32)
^bb1(%v: i32):
  tt.store %y, %v : !tt.ptr<i32>
  tt.return
}

// -----

// CHECK-LABEL: lift.kernel @structured
// CHECK-NEXT: %[[V0:[0-9]+]] = lift.const 0 : i64
// CHECK-NEXT: %[[V1:[0-9]+]] = lift.param 2 : i1
// CHECK-NEXT: %[[V2:[0-9]+]] = lift.param 3 : i32
// CHECK-NEXT: %[[V3:[0-9]+]] = lift.param 4 : i32
// CHECK-NEXT: %[[V4:[0-9]+]] = lift.select %[[V1]], %[[V2]], %[[V3]] : i32
// CHECK-NEXT: %[[V5:[0-9]+]] = lift.const true
// CHECK-NEXT: %[[V6:[0-9]+]] = lift.param 1 : i1
// CHECK-NEXT: %[[V7:[0-9]+]] = lift.xor %[[V6]], %[[V5]] : i1
// CHECK-NEXT: lift.effect "store" 0{{\[}}%[[V0]]] = %[[V4]] if %[[V6]] lanes[] loops [] order 4 : i32
// CHECK-NEXT: lift.effect "store" 0{{\[}}%[[V0]]] = %[[V2]] if %[[V7]] lanes[] loops [] order 6 {version = 1 : i64} : i32
tt.func public @structured(%y: !tt.ptr<i32>, %c: i1, %d: i1, %n: i32, %m: i32) {
  scf.if %c {
    %v = scf.if %d -> (i32) {
      scf.yield %n : i32
    } else {
      scf.yield %m : i32
    }
    tt.store %y, %v : !tt.ptr<i32>
  } else {
    tt.store %y, %n : !tt.ptr<i32>
  }
  tt.return
}
