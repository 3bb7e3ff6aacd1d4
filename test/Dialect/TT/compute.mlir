// RUN: triton-lift-opt %s | FileCheck %s
// RUN: triton-lift-opt %s | triton-lift-opt | FileCheck %s

// CHECK-LABEL: tt.func @elementwise
tt.func @elementwise(%p: !tt.ptr<f32>, %i: i64, %f: tensor<8xf32>, %n: tensor<8xi32>) {
  // CHECK: tt.ptr_to_int %{{.*}} : !tt.ptr<f32> -> i64
  %a = tt.ptr_to_int %p : !tt.ptr<f32> -> i64
  // CHECK: tt.int_to_ptr %{{.*}} : i64 -> !tt.ptr<i8, 3>
  %b = tt.int_to_ptr %i : i64 -> !tt.ptr<i8, 3>
  // CHECK: tt.bitcast %{{.*}} : tensor<8xf32> -> tensor<8xi32>
  %c = tt.bitcast %f : tensor<8xf32> -> tensor<8xi32>
  // CHECK: tt.fp_to_fp %{{.*}}, rounding = rtne : tensor<8xf32> -> tensor<8xf8E4M3FN>
  %d = tt.fp_to_fp %f, rounding = rtne : tensor<8xf32> -> tensor<8xf8E4M3FN>
  // CHECK: tt.fp_to_fp %{{.*}} : tensor<8xf8E4M3FN> -> tensor<8xf16>
  %e = tt.fp_to_fp %d : tensor<8xf8E4M3FN> -> tensor<8xf16>
  // CHECK: tt.mulhiui %{{.*}}, %{{.*}} : tensor<8xi32>
  %g = tt.mulhiui %n, %c : tensor<8xi32>
  // CHECK: tt.precise_divf %{{.*}}, %{{.*}} : tensor<8xf32>
  %h = tt.precise_divf %f, %f : tensor<8xf32>
  // CHECK: tt.approx_divf %{{.*}}, %{{.*}} : tensor<8xf32>
  %k = tt.approx_divf %f, %f : tensor<8xf32>
  // CHECK: tt.precise_sqrt %{{.*}} : tensor<8xf32>
  %l = tt.precise_sqrt %f : tensor<8xf32>
  // CHECK: tt.clampf %{{.*}}, %{{.*}}, %{{.*}}, propagateNan = none : tensor<8xf32>
  %m = tt.clampf %f, %h, %k, propagateNan = none : tensor<8xf32>
  // CHECK: tt.extern_elementwise %{{.*}}, %{{.*}} {libname = "", libpath = "", pure = true, symbol = "__nv_powf"} : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  %o = tt.extern_elementwise %f, %f {libname = "", libpath = "", pure = true, symbol = "__nv_powf"} : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  // CHECK: %{{.*}}:2 = tt.elementwise_inline_asm "two" {constraints = "=r,=r,r", packed_element = 1 : i32, pure = true} %{{.*}} : tensor<8xi32> -> tensor<8xi32>, tensor<8xi32>
  %q:2 = tt.elementwise_inline_asm "two" {constraints = "=r,=r,r", packed_element = 1 : i32, pure = true} %n : tensor<8xi32> -> tensor<8xi32>, tensor<8xi32>
  // CHECK: tt.elementwise_inline_asm "mov.u32 $0, %tid.x;" {constraints = "=r", packed_element = 1 : i32, pure = false} -> i32
  %r = tt.elementwise_inline_asm "mov.u32 $0, %tid.x;" {constraints = "=r", packed_element = 1 : i32, pure = false} -> i32
  %mask = arith.cmpi slt, %n, %c : tensor<8xi32>
  // CHECK: tt.histogram %{{.*}} : tensor<8xi32> -> tensor<16xi32>
  %s = tt.histogram %n : tensor<8xi32> -> tensor<16xi32>
  // CHECK: tt.histogram %{{.*}}, %{{.*}} : tensor<8xi32> -> tensor<16xi32>
  %t = tt.histogram %n, %mask : tensor<8xi32> -> tensor<16xi32>
  tt.return
}

// CHECK-LABEL: tt.func @dots
tt.func @dots(%a: tensor<16x32xf32>, %b: tensor<32x8xf32>, %c: tensor<16x8xf32>,
              %q: tensor<16x16xi8>, %s: tensor<16x1xi8>, %r: tensor<32x8xf16>) {
  // CHECK: tt.dot %{{.*}}, %{{.*}}, %{{.*}} : tensor<16x32xf32> * tensor<32x8xf32> -> tensor<16x8xf32>
  %0 = tt.dot %a, %b, %c : tensor<16x32xf32> * tensor<32x8xf32> -> tensor<16x8xf32>
  // CHECK: tt.dot %{{.*}}, %{{.*}}, %{{.*}}, inputPrecision = tf32 {maxNumImpreciseAcc = 4 : i32} : tensor<16x32xf32> * tensor<32x8xf32> -> tensor<16x8xf32>
  %1 = tt.dot %a, %b, %0, inputPrecision = tf32 {maxNumImpreciseAcc = 4 : i32} : tensor<16x32xf32> * tensor<32x8xf32> -> tensor<16x8xf32>
  // CHECK: tt.dot_scaled %{{.*}} scale %{{.*}}, %{{.*}}, %{{.*}} lhs = e2m1 rhs = fp16 {fastMath = false} : tensor<16x16xi8>, tensor<16x1xi8> * tensor<32x8xf16> -> tensor<16x8xf32>
  %2 = tt.dot_scaled %q scale %s, %r, %1 lhs = e2m1 rhs = fp16 {fastMath = false} : tensor<16x16xi8>, tensor<16x1xi8> * tensor<32x8xf16> -> tensor<16x8xf32>
  tt.return
}
