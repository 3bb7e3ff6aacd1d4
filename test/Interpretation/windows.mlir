// Block pointers and descriptors: strided windows, with bounds where they are asked for.
// RUN: triton-lift-opt --triton-lift-interpret -split-input-file %s | FileCheck %s
// RUN: sed -e 's/tt.advance %b, \[%c4/tt.advance %b, [%c8/;s/boundaryCheck = array<i32: 1>/boundaryCheck = array<i32: 0>/' %s | triton-lift-opt --triton-lift-interpret -split-input-file | not FileCheck %s
// RUN: sed -e 's/descriptor_gather %d.%q/descriptor_gather %d[%r/' %s | triton-lift-opt --triton-lift-interpret -split-input-file | not FileCheck %s

// CHECK-LABEL: lift.kernel @block_pointer
// CHECK-NEXT: %[[V0:[0-9]+]] = lift.var 0 "lane" extent 4
// CHECK-NEXT: %[[V1:[0-9]+]] = lift.var 1 "lane" extent 8
// CHECK-NEXT: %[[V2:[0-9]+]] = lift.sext %[[V0]] : i32 -> i64
// CHECK-NEXT: %[[V3:[0-9]+]] = lift.const 0 : i64
// CHECK-NEXT: %[[V4:[0-9]+]] = lift.const 8 : i64
// CHECK-NEXT: %[[V5:[0-9]+]] = lift.const true
// CHECK-NEXT: %[[V6:[0-9]+]] = lift.add %[[V4]], %[[V2]] : i64
// CHECK-NEXT: %[[V7:[0-9]+]] = lift.sext %[[V1]] : i32 -> i64
// CHECK-NEXT: %[[V8:[0-9]+]] = lift.param 3 : i64
// CHECK-NEXT: %[[V9:[0-9]+]] = lift.mul %[[V6]], %[[V8]] : i64
// CHECK-NEXT: %[[V10:[0-9]+]] = lift.add %[[V9]], %[[V7]] : i64
// CHECK-NEXT: %[[V11:[0-9]+]] = lift.const 12 : i64
// CHECK-NEXT: %[[V12:[0-9]+]] = lift.add %[[V11]], %[[V2]] : i64
// CHECK-NEXT: %[[V13:[0-9]+]] = lift.mul %[[V12]], %[[V8]] : i64
// CHECK-NEXT: %[[V14:[0-9]+]] = lift.add %[[V13]], %[[V7]] : i64
// CHECK-NEXT: %[[V15:[0-9]+]] = lift.param 2 : i64
// CHECK-NEXT: %[[V16:[0-9]+]] = lift.cmp "sge" %[[V7]], %[[V3]] : i64
// CHECK-NEXT: %[[V17:[0-9]+]] = lift.cmp "slt" %[[V7]], %[[V15]] : i64
// CHECK-NEXT: %[[V18:[0-9]+]] = lift.and %[[V16]], %[[V17]] : i1
// CHECK-NEXT: %[[V19:[0-9]+]] = lift.const 0.000000e+00 : f32
// CHECK-NEXT: %[[V20:[0-9]+]] = lift.read 0{{\[}}%[[V14]]] version 0 : f32
// CHECK-NEXT: %[[V21:[0-9]+]] = lift.select %[[V18]], %[[V20]], %[[V19]] : f32
// CHECK-NEXT: lift.effect "store" 1{{\[}}%[[V10]]] = %[[V21]] if %[[V5]] lanes{{\[}}%[[V0]], %[[V1]]] loops [] order 8 : f32
tt.func public @block_pointer(%x: !tt.ptr<f32>, %y: !tt.ptr<f32>, %n: i64, %s: i64) {
  %c0 = arith.constant 0 : i32
  %c4 = arith.constant 4 : i32
  %c8 = arith.constant 8 : i32
  %one = arith.constant 1 : i64
  %b = tt.make_tensor_ptr %x, [%n, %n], [%s, %one], [%c8, %c0] {order = array<i32: 1, 0>} : <tensor<4x8xf32>>
  %d = tt.advance %b, [%c4, %c0] : <tensor<4x8xf32>>
  %v = tt.load %d {boundaryCheck = array<i32: 1>, padding = 1 : i32} : !tt.ptr<tensor<4x8xf32>>
  %o = tt.make_tensor_ptr %y, [%n, %n], [%s, %one], [%c8, %c0] {order = array<i32: 1, 0>} : <tensor<4x8xf32>>
  tt.store %o, %v : !tt.ptr<tensor<4x8xf32>>
  tt.return
}

// -----

// CHECK-LABEL: lift.kernel @descriptor
// CHECK-NEXT: %[[V0:[0-9]+]] = lift.var 0 "lane" extent 8
// CHECK-NEXT: %[[V1:[0-9]+]] = lift.const 0 : i64
// CHECK-NEXT: %[[V2:[0-9]+]] = lift.param 1 : i32
// CHECK-NEXT: %[[V3:[0-9]+]] = lift.sext %[[V2]] : i32 -> i64
// CHECK-NEXT: %[[V4:[0-9]+]] = lift.sext %[[V0]] : i32 -> i64
// CHECK-NEXT: %[[V5:[0-9]+]] = lift.add %[[V3]], %[[V4]] : i64
// CHECK-NEXT: %[[V6:[0-9]+]] = lift.param 2 : i64
// CHECK-NEXT: %[[V7:[0-9]+]] = lift.cmp "slt" %[[V1]], %[[V3]] : i64
// CHECK-NEXT: %[[V8:[0-9]+]] = lift.cmp "sge" %[[V5]], %[[V1]] : i64
// CHECK-NEXT: %[[V9:[0-9]+]] = lift.cmp "slt" %[[V5]], %[[V3]] : i64
// CHECK-NEXT: %[[V10:[0-9]+]] = lift.and %[[V8]], %[[V9]] : i1
// CHECK-NEXT: %[[V11:[0-9]+]] = lift.and %[[V7]], %[[V10]] : i1
// CHECK-NEXT: %[[V12:[0-9]+]] = lift.mul %[[V3]], %[[V6]] : i64
// CHECK-NEXT: %[[V13:[0-9]+]] = lift.cmp "sge" %[[V3]], %[[V1]] : i64
// CHECK-NEXT: %[[V14:[0-9]+]] = lift.cmp "slt" %[[V3]], %[[V3]] : i64
// CHECK-NEXT: %[[V15:[0-9]+]] = lift.and %[[V13]], %[[V14]] : i1
// CHECK-NEXT: %[[V16:[0-9]+]] = lift.add %[[V12]], %[[V4]] : i64
// CHECK-NEXT: %[[V17:[0-9]+]] = lift.cmp "sge" %[[V4]], %[[V1]] : i64
// CHECK-NEXT: %[[V18:[0-9]+]] = lift.cmp "slt" %[[V4]], %[[V3]] : i64
// CHECK-NEXT: %[[V19:[0-9]+]] = lift.and %[[V17]], %[[V18]] : i1
// CHECK-NEXT: %[[V20:[0-9]+]] = lift.and %[[V15]], %[[V19]] : i1
// CHECK-NEXT: %[[V21:[0-9]+]] = lift.const 0.000000e+00 : f16
// CHECK-NEXT: %[[V22:[0-9]+]] = lift.read 0{{\[}}%[[V16]]] version 0 : f16
// CHECK-NEXT: %[[V23:[0-9]+]] = lift.select %[[V20]], %[[V22]], %[[V21]] : f16
// CHECK-NEXT: lift.effect "store" 0{{\[}}%[[V5]]] = %[[V23]] if %[[V11]] lanes{{\[}}%[[V0]]] loops [] order 4 : f16
tt.func public @descriptor(%x: !tt.ptr<f16>, %n: i32, %s: i64) {
  %c0 = arith.constant 0 : i32
  %one = arith.constant 1 : i64
  %d = tt.make_tensor_descriptor %x, [%n, %n], [%s, %one] : <f16>, <1x8xf16>
  %v = tt.descriptor_load %d[%n, %c0] : !tt.tensordesc<1x8xf16> -> tensor<8xf16>
  tt.descriptor_store %d[%c0, %n], %v : !tt.tensordesc<1x8xf16>, tensor<8xf16>
  tt.return
}

// -----

// Rows by their numbers, checked in both directions; 0 outside.
// CHECK-LABEL: lift.kernel @rows
// CHECK-NEXT: %[[V0:[0-9]+]] = lift.var 0 "lane" extent 4
// CHECK-NEXT: %[[V1:[0-9]+]] = lift.var 1 "lane" extent 8
// CHECK-NEXT: %[[V2:[0-9]+]] = lift.param 2 : i32
// CHECK-NEXT: %[[V3:[0-9]+]] = lift.sext %[[V2]] : i32 -> i64
// CHECK-NEXT: %[[V4:[0-9]+]] = lift.sext %[[V0]] : i32 -> i64
// CHECK-NEXT: %[[V5:[0-9]+]] = lift.sext %[[V1]] : i32 -> i64
// CHECK-NEXT: %[[V6:[0-9]+]] = lift.add %[[V3]], %[[V5]] : i64
// CHECK-NEXT: %[[V7:[0-9]+]] = lift.const 0 : i64
// CHECK-NEXT: %[[V8:[0-9]+]] = lift.param 3 : i64
// CHECK-NEXT: %[[V9:[0-9]+]] = lift.mul %[[V4]], %[[V8]] : i64
// CHECK-NEXT: %[[V10:[0-9]+]] = lift.cmp "sge" %[[V4]], %[[V7]] : i64
// CHECK-NEXT: %[[V11:[0-9]+]] = lift.cmp "slt" %[[V4]], %[[V3]] : i64
// CHECK-NEXT: %[[V12:[0-9]+]] = lift.and %[[V10]], %[[V11]] : i1
// CHECK-NEXT: %[[V13:[0-9]+]] = lift.add %[[V9]], %[[V6]] : i64
// CHECK-NEXT: %[[V14:[0-9]+]] = lift.cmp "sge" %[[V6]], %[[V7]] : i64
// CHECK-NEXT: %[[V15:[0-9]+]] = lift.cmp "slt" %[[V6]], %[[V3]] : i64
// CHECK-NEXT: %[[V16:[0-9]+]] = lift.and %[[V14]], %[[V15]] : i1
// CHECK-NEXT: %[[V17:[0-9]+]] = lift.and %[[V12]], %[[V16]] : i1
// CHECK-NEXT: %[[V18:[0-9]+]] = lift.const 4 : i64
// CHECK-NEXT: %[[V19:[0-9]+]] = lift.mul %[[V0]], %[[V0]] : i32
// CHECK-NEXT: %[[V20:[0-9]+]] = lift.sext %[[V19]] : i32 -> i64
// CHECK-NEXT: %[[V21:[0-9]+]] = lift.add %[[V18]], %[[V5]] : i64
// CHECK-NEXT: %[[V22:[0-9]+]] = lift.mul %[[V20]], %[[V8]] : i64
// CHECK-NEXT: %[[V23:[0-9]+]] = lift.cmp "sge" %[[V20]], %[[V7]] : i64
// CHECK-NEXT: %[[V24:[0-9]+]] = lift.cmp "slt" %[[V20]], %[[V3]] : i64
// CHECK-NEXT: %[[V25:[0-9]+]] = lift.and %[[V23]], %[[V24]] : i1
// CHECK-NEXT: %[[V26:[0-9]+]] = lift.add %[[V22]], %[[V21]] : i64
// CHECK-NEXT: %[[V27:[0-9]+]] = lift.cmp "sge" %[[V21]], %[[V7]] : i64
// CHECK-NEXT: %[[V28:[0-9]+]] = lift.cmp "slt" %[[V21]], %[[V3]] : i64
// CHECK-NEXT: %[[V29:[0-9]+]] = lift.and %[[V27]], %[[V28]] : i1
// CHECK-NEXT: %[[V30:[0-9]+]] = lift.and %[[V25]], %[[V29]] : i1
// CHECK-NEXT: %[[V31:[0-9]+]] = lift.const 0.000000e+00 : f32
// CHECK-NEXT: %[[V32:[0-9]+]] = lift.read 0{{\[}}%[[V26]]] version 0 : f32
// CHECK-NEXT: %[[V33:[0-9]+]] = lift.select %[[V30]], %[[V32]], %[[V31]] : f32
// CHECK-NEXT: lift.effect "store" 1{{\[}}%[[V13]]] = %[[V33]] if %[[V17]] lanes{{\[}}%[[V0]], %[[V1]]] loops [] order 7 : f32
tt.func public @rows(%x: !tt.ptr<f32>, %y: !tt.ptr<f32>, %n: i32, %s: i64) {
  %one = arith.constant 1 : i64
  %c4 = arith.constant 4 : i32
  %r = tt.make_range {end = 4 : i32, start = 0 : i32} : tensor<4xi32>
  %q = arith.muli %r, %r : tensor<4xi32>
  %d = tt.make_tensor_descriptor %x, [%n, %n], [%s, %one] : <f32>, <1x8xf32>
  %e = tt.make_tensor_descriptor %y, [%n, %n], [%s, %one] : <f32>, <1x8xf32>
  %v = tt.descriptor_gather %d[%q, %c4] : (!tt.tensordesc<1x8xf32>, tensor<4xi32>, i32) -> tensor<4x8xf32>
  tt.descriptor_scatter %e[%r, %n], %v : !tt.tensordesc<1x8xf32>, tensor<4xi32>, i32, tensor<4x8xf32>
  tt.return
}
