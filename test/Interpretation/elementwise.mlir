// A masked add: one effect, whose lanes are the stored tile. A masked load without
// `other` is arbitrary where the mask is off.
// RUN: triton-lift-opt --triton-lift-interpret -split-input-file %s | FileCheck %s
// RUN: sed -e 's/cmpi slt/cmpi sle/' %s | triton-lift-opt --triton-lift-interpret -split-input-file | not FileCheck %s

// CHECK-LABEL: lift.kernel @add
// CHECK-NEXT: %[[V0:[0-9]+]] = lift.var 0 "lane" extent 1024
// CHECK-NEXT: %[[V1:[0-9]+]] = lift.pid 0
// CHECK-NEXT: %[[V2:[0-9]+]] = lift.const 1024 : i32
// CHECK-NEXT: %[[V3:[0-9]+]] = lift.mul %[[V1]], %[[V2]] : i32
// CHECK-NEXT: %[[V4:[0-9]+]] = lift.add %[[V3]], %[[V0]] : i32
// CHECK-NEXT: %[[V5:[0-9]+]] = lift.sext %[[V4]] : i32 -> i64
// CHECK-NEXT: %[[V6:[0-9]+]] = lift.param 2 : i32
// CHECK-NEXT: %[[V7:[0-9]+]] = lift.cmp "slt" %[[V4]], %[[V6]] : i32
// CHECK-NEXT: %[[V8:[0-9]+]] = lift.read 0{{\[}}%[[V5]]] version 0 : f32
// CHECK-NEXT: %[[V9:[0-9]+]] = lift.arbitrary 0{{\[}}%[[V0]]] missing "other" : f32
// CHECK-NEXT: %[[V10:[0-9]+]] = lift.select %[[V7]], %[[V8]], %[[V9]] : f32
// CHECK-NEXT: %[[V11:[0-9]+]] = lift.addf %[[V10]], %[[V10]] : f32
// CHECK-NEXT: lift.effect "store" 1{{\[}}%[[V5]]] = %[[V11]] if %[[V7]] lanes{{\[}}%[[V0]]] loops [] order 14 : f32
tt.func public @add(%x: !tt.ptr<f32>, %y: !tt.ptr<f32>, %n: i32) {
  %c = arith.constant 1024 : i32
  %p = tt.get_program_id x : i32
  %s = arith.muli %p, %c : i32
  %r = tt.make_range {end = 1024 : i32, start = 0 : i32} : tensor<1024xi32>
  %ss = tt.splat %s : i32 -> tensor<1024xi32>
  %o = arith.addi %ss, %r : tensor<1024xi32>
  %ns = tt.splat %n : i32 -> tensor<1024xi32>
  %m = arith.cmpi slt, %o, %ns : tensor<1024xi32>
  %xs = tt.splat %x : !tt.ptr<f32> -> tensor<1024x!tt.ptr<f32>>
  %xp = tt.addptr %xs, %o : tensor<1024x!tt.ptr<f32>>, tensor<1024xi32>
  %a = tt.load %xp, %m : tensor<1024x!tt.ptr<f32>>
  %b = arith.addf %a, %a : tensor<1024xf32>
  %ys = tt.splat %y : !tt.ptr<f32> -> tensor<1024x!tt.ptr<f32>>
  %yp = tt.addptr %ys, %o : tensor<1024x!tt.ptr<f32>>, tensor<1024xi32>
  tt.store %yp, %b, %m : tensor<1024x!tt.ptr<f32>>
  tt.return
}

// -----

// CHECK-LABEL: lift.kernel @conversions
// CHECK-NEXT: %[[V0:[0-9]+]] = lift.const 0 : i64
// CHECK-NEXT: %[[V1:[0-9]+]] = lift.param 3 : i1
// CHECK-NEXT: %[[V2:[0-9]+]] = lift.xor %[[V1]], %[[V1]] : i1
// CHECK-NEXT: %[[V3:[0-9]+]] = lift.param 1 : i32
// CHECK-NEXT: %[[V4:[0-9]+]] = lift.sitofp %[[V3]] : i32 -> f32
// CHECK-NEXT: %[[V5:[0-9]+]] = lift.param 2 : f32
// CHECK-NEXT: %[[V6:[0-9]+]] = lift.mulf %[[V4]], %[[V5]] : f32
// CHECK-NEXT: %[[V7:[0-9]+]] = lift.addf %[[V6]], %[[V5]] : f32
// CHECK-NEXT: %[[V9:[0-9]+]] = lift.call "clamp"(%[[V7]], %[[V4]], %[[V5]]) : (f32, f32, f32) -> f32
// CHECK-NEXT: %[[V10:[0-9]+]] = lift.tanh %[[V9]] : f32
// CHECK-NEXT: %[[V11:[0-9]+]] = lift.call "__nv_j0f"(%[[V10]]) : (f32) -> f32
// CHECK-NEXT: %[[V12:[0-9]+]] = lift.select %[[V2]], %[[V11]], %[[V10]] : f32
// CHECK-NEXT: %[[V13:[0-9]+]] = lift.round "f16" %[[V12]] : f32 -> f16
// CHECK-NEXT: %[[V14:[0-9]+]] = lift.const true
// CHECK-NEXT: lift.effect "store" 0{{\[}}%[[V0]]] = %[[V13]] if %[[V14]] lanes[] loops [] order 8 : f16
tt.func public @conversions(%y: !tt.ptr<f16>, %n: i32, %q: f32, %b: i1) {
  %0 = arith.sitofp %n : i32 to f32
  %1 = math.fma %0, %q, %q : f32
  %2 = tt.clampf %1, %0, %q, propagateNan = none : f32
  %3 = tt.extern_elementwise %2 {libname = "", libpath = "", pure = true, symbol = "__nv_tanhf"} : (f32) -> f32
  %4 = tt.extern_elementwise %3 {libname = "", libpath = "", pure = true, symbol = "__nv_j0f"} : (f32) -> f32
  %5 = arith.addi %b, %b : i1
  %6 = arith.select %5, %4, %3 : f32
  %7 = arith.truncf %6 : f32 to f16
  tt.store %y, %7 : !tt.ptr<f16>
  tt.return
}
