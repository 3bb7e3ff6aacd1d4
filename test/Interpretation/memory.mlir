// Reads know how many writes to their array come before, and whether a loop around
// them writes to it. A boolean is a byte of 0 or 1.
// RUN: triton-lift-opt --triton-lift-interpret -split-input-file %s | FileCheck %s
// RUN: sed -e 's/tt.store %x, %n/tt.store %y, %n/' %s | triton-lift-opt --triton-lift-interpret -split-input-file | not FileCheck %s
// RUN: sed -e 's/!tt.ptr<f16>/!tt.ptr<f32>/' %s | triton-lift-opt --triton-lift-interpret -split-input-file | not FileCheck %s

// CHECK-LABEL: lift.kernel @versions
// CHECK-NEXT: %[[V0:[0-9]+]] = lift.const 0 : i64
// CHECK-NEXT: %[[V1:[0-9]+]] = lift.param 2 : i32
// CHECK-NEXT: %[[V2:[0-9]+]] = lift.const true
// CHECK-NEXT: %[[V3:[0-9]+]] = lift.read 0{{\[}}%[[V0]]] version 0 : i32
// CHECK-NEXT: %[[V4:[0-9]+]] = lift.read 0{{\[}}%[[V0]]] version 1 storing_loops [0] : i32
// CHECK-NEXT: %[[V5:[0-9]+]] = lift.add %[[V3]], %[[V4]] : i32
// CHECK-NEXT: %[[V6:[0-9]+]] = lift.var 0 "loop"
// CHECK-NEXT: %[[V7:[0-9]+]] = lift.read 0{{\[}}%[[V0]]] version 2 : i32
// CHECK-NEXT: %[[V8:[0-9]+]] = lift.const 0 : i32
// CHECK-NEXT: %[[V9:[0-9]+]] = lift.const 1 : i32
// CHECK-NEXT: lift.effect "store" 0{{\[}}%[[V0]]] = %[[V1]] if %[[V2]] lanes[] loops [] order 3 : i32
// CHECK-NEXT: lift.effect "store" 0{{\[}}%[[V0]]] = %[[V5]] if %[[V2]] lanes[] loops [0] order 7 {version = 1 : i64} : i32
// CHECK-NEXT: lift.effect "atomic_add" 1{{\[}}%[[V0]]] = %[[V7]] if %[[V2]] lanes[] loops [] order 10 : i32
// CHECK-NEXT: lift.loop 0 %[[V6]] from %[[V8]] to %[[V1]] step %[[V9]] if %[[V2]] : i32
tt.func public @versions(%x: !tt.ptr<i32>, %y: !tt.ptr<i32>, %n: i32) {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %a = tt.load %x : !tt.ptr<i32>
  tt.store %x, %n : !tt.ptr<i32>
  scf.for %i = %c0 to %n step %c1 : i32 {
    %b = tt.load %x : !tt.ptr<i32>
    %s = arith.addi %a, %b : i32
    tt.store %x, %s : !tt.ptr<i32>
  }
  %c = tt.load %x : !tt.ptr<i32>
  %o = tt.atomic_rmw add, relaxed, gpu, %y, %c : (!tt.ptr<i32>, i32) -> i32
  tt.return
}

// -----

// CHECK-LABEL: lift.kernel @one_of_two
// CHECK-NEXT: %[[V0:[0-9]+]] = lift.var 0 "lane" extent 8
// CHECK-NEXT: %[[V1:[0-9]+]] = lift.const 0 : i64
// CHECK-NEXT: %[[V2:[0-9]+]] = lift.param 2 : i1
// CHECK-NEXT: %[[V3:[0-9]+]] = lift.sext %[[V0]] : i32 -> i64
// CHECK-NEXT: %[[V4:[0-9]+]] = lift.read 1{{\[}}%[[V3]]] version 0 : f32
// CHECK-NEXT: %[[V5:[0-9]+]] = lift.read 0{{\[}}%[[V3]]] version 0 : f32
// CHECK-NEXT: %[[V6:[0-9]+]] = lift.select %[[V2]], %[[V5]], %[[V4]] : f32
// CHECK-NEXT: %[[V7:[0-9]+]] = lift.const true
// CHECK-NEXT: lift.effect "store" 1{{\[}}%[[V1]]] = %[[V6]] if %[[V7]] lanes{{\[}}%[[V0]]] loops [] order 6 : f32
tt.func public @one_of_two(%x: !tt.ptr<f32> loc("renamed"("x"("k.py":1:1))), %y: !tt.ptr<f32> loc("renamed"("y"("k.py":1:1))), %c: i1, %d: f32) {
  %r = tt.make_range {end = 8 : i32, start = 0 : i32} : tensor<8xi32>
  %s = arith.select %c, %x, %y : !tt.ptr<f32>
  %ss = tt.splat %s : !tt.ptr<f32> -> tensor<8x!tt.ptr<f32>>
  %p = tt.addptr %ss, %r : tensor<8x!tt.ptr<f32>>, tensor<8xi32>
  %v = tt.load %p : tensor<8x!tt.ptr<f32>>
  %ys = tt.splat %y : !tt.ptr<f32> -> tensor<8x!tt.ptr<f32>>
  tt.store %ys, %v : tensor<8x!tt.ptr<f32>>
  tt.return
}

// -----

// CHECK-LABEL: lift.kernel @booleans
// CHECK-NEXT: %[[V0:[0-9]+]] = lift.const 0 : i64
// CHECK-NEXT: %[[V1:[0-9]+]] = lift.read 0{{\[}}%[[V0]]] version 0 : i1
// CHECK-NEXT: %[[V2:[0-9]+]] = lift.const true
// CHECK-NEXT: lift.effect "store" 1{{\[}}%[[V0]]] = %[[V1]] if %[[V2]] lanes[] loops [] order 3 : i1
tt.func public @booleans(%x: !tt.ptr<i1>, %y: !tt.ptr<i1>) {
  %p = tt.bitcast %x : !tt.ptr<i1> -> !tt.ptr<i8>
  %q = tt.bitcast %y : !tt.ptr<i1> -> !tt.ptr<i8>
  %a = tt.load %p : !tt.ptr<i8>
  tt.store %q, %a : !tt.ptr<i8>
  tt.return
}

// -----

// An address is the argument's, and the bytes in front of the element.
// CHECK-LABEL: lift.kernel @address
// CHECK-NEXT: %[[V0:[0-9]+]] = lift.const 0 : i64
// CHECK-NEXT: %[[V1:[0-9]+]] = lift.param 0 : i64
// CHECK-NEXT: %[[V2:[0-9]+]] = lift.const 2 : i64
// CHECK-NEXT: %[[V3:[0-9]+]] = lift.param 2 : i32
// CHECK-NEXT: %[[V4:[0-9]+]] = lift.sext %[[V3]] : i32 -> i64
// CHECK-NEXT: %[[V5:[0-9]+]] = lift.mul %[[V4]], %[[V2]] : i64
// CHECK-NEXT: %[[V6:[0-9]+]] = lift.add %[[V1]], %[[V5]] : i64
// CHECK-NEXT: %[[V7:[0-9]+]] = lift.const true
// CHECK-NEXT: lift.effect "store" 1{{\[}}%[[V0]]] = %[[V6]] if %[[V7]] lanes[] loops [] order 2 : i64
tt.func public @address(%x: !tt.ptr<f16>, %y: !tt.ptr<i64>, %n: i32) {
  %p = tt.addptr %x, %n : !tt.ptr<f16>, i32
  %a = tt.ptr_to_int %p : !tt.ptr<f16> -> i64
  tt.store %y, %a : !tt.ptr<i64>
  tt.return
}
