// Elements of four bits in pairs, scaled by powers of two.
// RUN: triton-lift-opt --triton-lift-interpret -split-input-file %s | FileCheck %s
// RUN: sed -e 's/scale %%t/scale %%s/' %s | triton-lift-opt --triton-lift-interpret -split-input-file | not FileCheck %s

// CHECK-LABEL: lift.kernel @scaled
// CHECK-NEXT: %[[V0:[0-9]+]] = lift.var 0 "lane" extent 2
// CHECK-NEXT: %[[V1:[0-9]+]] = lift.var 1 "lane" extent 2
// CHECK-NEXT: %[[V2:[0-9]+]] = lift.const 0 : i32
// CHECK-NEXT: %[[V3:[0-9]+]] = lift.add %[[V0]], %[[V0]] : i32
// CHECK-NEXT: %[[V4:[0-9]+]] = lift.add %[[V3]], %[[V1]] : i32
// CHECK-NEXT: %[[V5:[0-9]+]] = lift.sext %[[V4]] : i32 -> i64
// CHECK-NEXT: %[[V6:[0-9]+]] = lift.var 2 "reduce" extent 2
// CHECK-NEXT: %[[V7:[0-9]+]] = lift.const 1.000000e+00 : bf16
// CHECK-NEXT: %[[V8:[0-9]+]] = lift.extf %[[V7]] : bf16 -> f32
// CHECK-NEXT: %[[V9:[0-9]+]] = lift.round "the format of the product" %[[V8]] : f32 -> f32
// CHECK-NEXT: %[[V10:[0-9]+]] = lift.const 2 : i32
// CHECK-NEXT: %[[V11:[0-9]+]] = lift.sext %[[V0]] : i32 -> i64
// CHECK-NEXT: %[[V12:[0-9]+]] = lift.read 1{{\[}}%[[V11]]] version 0 : i8
// CHECK-NEXT: %[[V13:[0-9]+]] = lift.zext %[[V12]] : i8 -> i32
// CHECK-NEXT: %[[V14:[0-9]+]] = lift.const 4 : i32
// CHECK-NEXT: %[[V15:[0-9]+]] = lift.rems %[[V6]], %[[V10]] : i32
// CHECK-NEXT: %[[V16:[0-9]+]] = lift.mul %[[V15]], %[[V14]] : i32
// CHECK-NEXT: %[[V17:[0-9]+]] = lift.shru %[[V13]], %[[V16]] : i32
// CHECK-NEXT: %[[V18:[0-9]+]] = lift.const 7 : i32
// CHECK-NEXT: %[[V19:[0-9]+]] = lift.and %[[V17]], %[[V18]] : i32
// CHECK-NEXT: %[[V20:[0-9]+]] = lift.const 6.000000e+00 : f32
// CHECK-NEXT: %[[V21:[0-9]+]] = lift.const 4.000000e+00 : f32
// CHECK-NEXT: %[[V22:[0-9]+]] = lift.const 6 : i32
// CHECK-NEXT: %[[V23:[0-9]+]] = lift.cmp "eq" %[[V19]], %[[V22]] : i32
// CHECK-NEXT: %[[V24:[0-9]+]] = lift.select %[[V23]], %[[V21]], %[[V20]] : f32
// CHECK-NEXT: %[[V25:[0-9]+]] = lift.const 3.000000e+00 : f32
// CHECK-NEXT: %[[V26:[0-9]+]] = lift.const 5 : i32
// CHECK-NEXT: %[[V27:[0-9]+]] = lift.cmp "eq" %[[V19]], %[[V26]] : i32
// CHECK-NEXT: %[[V28:[0-9]+]] = lift.select %[[V27]], %[[V25]], %[[V24]] : f32
// CHECK-NEXT: %[[V29:[0-9]+]] = lift.const 2.000000e+00 : f32
// CHECK-NEXT: %[[V30:[0-9]+]] = lift.cmp "eq" %[[V19]], %[[V14]] : i32
// CHECK-NEXT: %[[V31:[0-9]+]] = lift.select %[[V30]], %[[V29]], %[[V28]] : f32
// CHECK-NEXT: %[[V32:[0-9]+]] = lift.const 1.500000e+00 : f32
// CHECK-NEXT: %[[V33:[0-9]+]] = lift.const 3 : i32
// CHECK-NEXT: %[[V34:[0-9]+]] = lift.cmp "eq" %[[V19]], %[[V33]] : i32
// CHECK-NEXT: %[[V35:[0-9]+]] = lift.select %[[V34]], %[[V32]], %[[V31]] : f32
// CHECK-NEXT: %[[V36:[0-9]+]] = lift.const 1.000000e+00 : f32
// CHECK-NEXT: %[[V37:[0-9]+]] = lift.cmp "eq" %[[V19]], %[[V10]] : i32
// CHECK-NEXT: %[[V38:[0-9]+]] = lift.select %[[V37]], %[[V36]], %[[V35]] : f32
// CHECK-NEXT: %[[V39:[0-9]+]] = lift.const 5.000000e-01 : f32
// CHECK-NEXT: %[[V40:[0-9]+]] = lift.const 1 : i32
// CHECK-NEXT: %[[V41:[0-9]+]] = lift.cmp "eq" %[[V19]], %[[V40]] : i32
// CHECK-NEXT: %[[V42:[0-9]+]] = lift.select %[[V41]], %[[V39]], %[[V38]] : f32
// CHECK-NEXT: %[[V43:[0-9]+]] = lift.const 0.000000e+00 : f32
// CHECK-NEXT: %[[V44:[0-9]+]] = lift.cmp "eq" %[[V19]], %[[V2]] : i32
// CHECK-NEXT: %[[V45:[0-9]+]] = lift.select %[[V44]], %[[V43]], %[[V42]] : f32
// CHECK-NEXT: %[[V46:[0-9]+]] = lift.const 8 : i32
// CHECK-NEXT: %[[V47:[0-9]+]] = lift.and %[[V17]], %[[V46]] : i32
// CHECK-NEXT: %[[V48:[0-9]+]] = lift.negf %[[V45]] : f32
// CHECK-NEXT: %[[V49:[0-9]+]] = lift.cmp "eq" %[[V47]], %[[V2]] : i32
// CHECK-NEXT: %[[V50:[0-9]+]] = lift.select %[[V49]], %[[V45]], %[[V48]] : f32
// CHECK-NEXT: %[[V51:[0-9]+]] = lift.const 127 : i8
// CHECK-NEXT: %[[V52:[0-9]+]] = lift.add %[[V12]], %[[V51]] : i8
// CHECK-NEXT: %[[V53:[0-9]+]] = lift.const 127 : i32
// CHECK-NEXT: %[[V54:[0-9]+]] = lift.zext %[[V52]] : i8 -> i32
// CHECK-NEXT: %[[V55:[0-9]+]] = lift.sub %[[V54]], %[[V53]] : i32
// CHECK-NEXT: %[[V56:[0-9]+]] = lift.sitofp %[[V55]] : i32 -> f32
// CHECK-NEXT: %[[V57:[0-9]+]] = lift.exp2 %[[V56]] : f32
// CHECK-NEXT: %[[V58:[0-9]+]] = lift.const 0x7FC00000 : f32
// CHECK-NEXT: %[[V59:[0-9]+]] = lift.const 128 : i32
// CHECK-NEXT: %[[V60:[0-9]+]] = lift.cmp "eq" %[[V55]], %[[V59]] : i32
// CHECK-NEXT: %[[V61:[0-9]+]] = lift.select %[[V60]], %[[V58]], %[[V57]] : f32
// CHECK-NEXT: %[[V62:[0-9]+]] = lift.mulf %[[V50]], %[[V61]] : f32
// CHECK-NEXT: %[[V63:[0-9]+]] = lift.round "the format of the product" %[[V62]] : f32 -> f32
// CHECK-NEXT: %[[V64:[0-9]+]] = lift.mulf %[[V63]], %[[V9]] : f32
// CHECK-NEXT: %[[V65:[0-9]+]] = lift.reduce "add" %[[V6]], %[[V64]] : f32
// CHECK-NEXT: %[[V66:[0-9]+]] = lift.addf %[[V43]], %[[V65]] : f32
// CHECK-NEXT: %[[V67:[0-9]+]] = lift.const true
// CHECK-NEXT: lift.effect "store" 0{{\[}}%[[V5]]] = %[[V66]] if %[[V67]] lanes{{\[}}%[[V0]], %[[V1]]] loops [] order 17 : f32
tt.func public @scaled(%x: !tt.ptr<f32>, %y: !tt.ptr<i8>) {
  %r = tt.make_range {end = 2 : i32, start = 0 : i32} : tensor<2xi32>
  %e = tt.expand_dims %r {axis = 1 : i32} : tensor<2xi32> -> tensor<2x1xi32>
  %p = tt.splat %y : !tt.ptr<i8> -> tensor<2x1x!tt.ptr<i8>>
  %q = tt.addptr %p, %e : tensor<2x1x!tt.ptr<i8>>, tensor<2x1xi32>
  %a = tt.load %q : tensor<2x1x!tt.ptr<i8>>
  %s = arith.constant dense<127> : tensor<2x1xi8>
  %t = arith.addi %a, %s : tensor<2x1xi8>
  %b = arith.constant dense<1.0> : tensor<2x2xbf16>
  %c = arith.constant dense<0.0> : tensor<2x2xf32>
  %d = tt.dot_scaled %a scale %t, %b, %c lhs = e2m1 rhs = bf16 {fastMath = false} : tensor<2x1xi8>, tensor<2x1xi8> * tensor<2x2xbf16> -> tensor<2x2xf32>
  %f = tt.expand_dims %r {axis = 0 : i32} : tensor<2xi32> -> tensor<1x2xi32>
  %g = tt.broadcast %e : tensor<2x1xi32> -> tensor<2x2xi32>
  %h = tt.broadcast %f : tensor<1x2xi32> -> tensor<2x2xi32>
  %i = arith.addi %g, %g : tensor<2x2xi32>
  %j = arith.addi %i, %h : tensor<2x2xi32>
  %xs = tt.splat %x : !tt.ptr<f32> -> tensor<2x2x!tt.ptr<f32>>
  %xp = tt.addptr %xs, %j : tensor<2x2x!tt.ptr<f32>>, tensor<2x2xi32>
  tt.store %xp, %d : tensor<2x2x!tt.ptr<f32>>
  tt.return
}
