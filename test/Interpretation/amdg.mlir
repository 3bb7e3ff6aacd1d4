// AMD's buffer operations are loads and stores of one array; a transposition in
// threads is a layout.
// RUN: triton-lift-opt --triton-lift-interpret -split-input-file %s | FileCheck %s
// RUN: sed -e 's/%m = arith.cmpi slt/%m = arith.cmpi sle/' %s | triton-lift-opt --triton-lift-interpret -split-input-file | not FileCheck %s
// RUN: sed -e 's/atomic_rmw fadd/atomic_rmw max/' %s | triton-lift-opt --triton-lift-interpret -split-input-file | not FileCheck %s

// CHECK-LABEL: lift.kernel @buffers
// CHECK-NEXT: %[[V0:[0-9]+]] = lift.var 0 "lane" extent 8
// CHECK-NEXT: %[[V1:[0-9]+]] = lift.sext %[[V0]] : i32 -> i64
// CHECK-NEXT: %[[V2:[0-9]+]] = lift.param 2 : i32
// CHECK-NEXT: %[[V3:[0-9]+]] = lift.cmp "slt" %[[V0]], %[[V2]] : i32
// CHECK-NEXT: %[[V4:[0-9]+]] = lift.sext %[[V2]] : i32 -> i64
// CHECK-NEXT: %[[V5:[0-9]+]] = lift.add %[[V4]], %[[V1]] : i64
// CHECK-NEXT: %[[V6:[0-9]+]] = lift.read 0{{\[}}%[[V5]]] version 0 : f32
// CHECK-NEXT: %[[V7:[0-9]+]] = lift.const 0.000000e+00 : f32
// CHECK-NEXT: %[[V8:[0-9]+]] = lift.select %[[V3]], %[[V6]], %[[V7]] : f32
// CHECK-NEXT: lift.effect "store" 1{{\[}}%[[V1]]] = %[[V8]] if %[[V3]] lanes{{\[}}%[[V0]]] loops [] order 7 : f32
tt.func public @buffers(%x: !tt.ptr<f32>, %y: !tt.ptr<f32>, %n: i32) {
  %z = arith.constant dense<0.0> : tensor<8xf32>
  %r = tt.make_range {end = 8 : i32, start = 0 : i32} : tensor<8xi32>
  %ns = tt.splat %n : i32 -> tensor<8xi32>
  %m = arith.cmpi slt, %r, %ns : tensor<8xi32>
  %xp = tt.addptr %x, %n : !tt.ptr<f32>, i32
  %v = amdg.buffer_load %xp[%r], %m, %z : !tt.ptr<f32> -> tensor<8xf32>
  %t = amdg.in_thread_transpose %v : tensor<8xf32> -> tensor<8xf32>
  amdg.buffer_store %t, %y[%r], %m : !tt.ptr<f32> -> tensor<8xf32>
  tt.return
}

// -----

// CHECK-LABEL: lift.kernel @atomic
// CHECK-NEXT: %[[V0:[0-9]+]] = lift.var 0 "lane" extent 8
// CHECK-NEXT: %[[V1:[0-9]+]] = lift.sext %[[V0]] : i32 -> i64
// CHECK-NEXT: %[[V2:[0-9]+]] = lift.param 2 : i1
// CHECK-NEXT: %[[V3:[0-9]+]] = lift.sitofp %[[V0]] : i32 -> f32
// CHECK-NEXT: lift.effect "atomic_add" 0{{\[}}%[[V1]]] = %[[V3]] if %[[V2]] lanes{{\[}}%[[V0]]] loops [] order 3 : f32
tt.func public @atomic(%y: !tt.ptr<f32>, %v: tensor<8xf32>, %m: i1) {
  %r = tt.make_range {end = 8 : i32, start = 0 : i32} : tensor<8xi32>
  %ms = tt.splat %m : i1 -> tensor<8xi1>
  %w = arith.sitofp %r : tensor<8xi32> to tensor<8xf32>
  %o = amdg.buffer_atomic_rmw fadd, acq_rel, gpu, %w, %y[%r], %ms : !tt.ptr<f32> -> tensor<8xf32>
  tt.return
}

// -----

// Without `other`, 0 is read where the mask does not hold.
// CHECK-LABEL: lift.kernel @zeros
// CHECK-NEXT: %[[V0:[0-9]+]] = lift.var 0 "lane" extent 8
// CHECK-NEXT: %[[V1:[0-9]+]] = lift.sext %[[V0]] : i32 -> i64
// CHECK-NEXT: %[[V2:[0-9]+]] = lift.read 0{{\[}}%[[V1]]] version 0 : f32
// CHECK-NEXT: %[[V3:[0-9]+]] = lift.param 2 : i32
// CHECK-NEXT: %[[V4:[0-9]+]] = lift.cmp "slt" %[[V0]], %[[V3]] : i32
// CHECK-NEXT: %[[V5:[0-9]+]] = lift.const 0.000000e+00 : f32
// CHECK-NEXT: %[[V6:[0-9]+]] = lift.select %[[V4]], %[[V2]], %[[V5]] : f32
tt.func public @zeros(%x: !tt.ptr<f32>, %y: !tt.ptr<f32>, %n: i32) {
  %r = tt.make_range {end = 8 : i32, start = 0 : i32} : tensor<8xi32>
  %ns = tt.splat %n : i32 -> tensor<8xi32>
  %m = arith.cmpi slt, %r, %ns : tensor<8xi32>
  %v = amdg.buffer_load %x[%r], %m : !tt.ptr<f32> -> tensor<8xf32>
  amdg.buffer_store %v, %y[%r] : !tt.ptr<f32> -> tensor<8xf32>
  tt.return
}
