// RUN: triton-lift-opt %s | FileCheck %s

// What Triton 2.1 to 3.8 printed reads as what 3.9 prints.

// CHECK-LABEL: tt.func public @accesses_0d1d
// CHECK-SAME: (%arg0: !tt.ptr<f32> {tt.divisibility = 16 : i32}, %arg1: !tt.ptr<f32, "constant">, %arg2: !tt.ptr<i8, 3>
tt.func public @accesses_0d1d(%p: !tt.ptr<f32, 1> {tt.divisibility = 16 : i32}, %k: !tt.ptr<f32, "constant">, %l: !tt.ptr<i8, 3>, %i: tensor<8xi32>, %m: tensor<8xi1>) {
  // CHECK: tt.splat %{{.*}} : !tt.ptr<f32> -> tensor<8x!tt.ptr<f32>>
  %q = tt.splat %p : !tt.ptr<f32, 1> -> tensor<8x!tt.ptr<f32, 1>>
  %a = tt.addptr %q, %i : tensor<8x!tt.ptr<f32, 1>>, tensor<8xi32>
  // CHECK: %[[V:.*]] = tt.load %[[A:.*]], %{{.*}} {cache = 1 : i32, evict = 1 : i32} : tensor<8x!tt.ptr<f32>>
  %0 = tt.load %a, %m {cache = 1 : i32, evict = 1 : i32, isVolatile = false} : tensor<8xf32>
  // CHECK: tt.load %[[A]], %{{.*}}, %[[V]] {cache = 1 : i32, evict = 3 : i32} : tensor<8x!tt.ptr<f32>>
  %1 = tt.load %a, %m, %0 {cache = 1 : i32, evict = 3 : i32, isVolatile = false} : tensor<8x!tt.ptr<f32, 1>>
  // CHECK: tt.load %[[A]], %{{.*}}, %[[V]] {cacheModifier = "ca", evictionPolicy = "evict_last"} : tensor<8x!tt.ptr<f32>>
  %2 = tt.load %a, %m, %0 cacheModifier = ca evictionPolicy = evict_last : tensor<8x!tt.ptr<f32>>
  // CHECK: tt.load %[[A]], %{{.*}} {evictionPolicy = "evict_first"} : tensor<8x!tt.ptr<f32>>
  %3 = tt.load %a, %m evictionPolicy = evict_first : tensor<8x!tt.ptr<f32>>
  // CHECK: tt.load %[[A]], %{{.*}}, %[[V]] : tensor<8x!tt.ptr<f32>>
  %4 = tt.load %a, %m, %0 : (tensor<8x!tt.ptr<f32>>, tensor<8xi1>, tensor<8xf32>) -> tensor<8xf32>
  // CHECK: tt.load %[[A]], %{{.*}}, %[[V]] : tensor<8x!tt.ptr<f32>>
  %5 = tt.load %a, %m, %0 : tensor<8x!tt.ptr<f32>>, tensor<8xi1>, tensor<8xf32>
  // CHECK: tt.store %[[A]], %[[V]], %{{.*}} {cache = 1 : i32, evict = 1 : i32} : tensor<8x!tt.ptr<f32>>
  tt.store %a, %0, %m {cache = 1 : i32, evict = 1 : i32} : tensor<8xf32>
  // CHECK: tt.store %[[A]], %[[V]], %{{.*}} {cacheModifier = "cs"} : tensor<8x!tt.ptr<f32>>
  tt.store %a, %0, %m cacheModifier = cs : tensor<8x!tt.ptr<f32>>
  // CHECK: tt.assert %{{.*}}, "in range" : tensor<8xi1>
  tt.assert %m, "in range", "kernel.py", "kernel", 12 : tensor<8xi1>
  tt.return
}

// CHECK-LABEL: tt.func @compute
tt.func @compute(%a: tensor<16x16xf32>, %n: tensor<16xi32>, %ptr: tensor<16x!tt.ptr<f32>>, %v: tensor<16xf32>, %m: tensor<16xi1>) {
  // CHECK: tt.dot %{{.*}}, %{{.*}}, %{{.*}}, inputPrecision = tf32 : tensor<16x16xf32>
  %0 = tt.dot %a, %a, %a {allowTF32 = true, maxNumImpreciseAcc = 0 : i32} : tensor<16x16xf32> * tensor<16x16xf32> -> tensor<16x16xf32>
  // CHECK: tt.dot %{{.*}}, %{{.*}}, %{{.*}} : tensor<16x16xf32>
  %1 = tt.dot %a, %a, %0 {allowTF32 = false, maxNumImpreciseAcc = 0 : i32} : tensor<16x16xf32> * tensor<16x16xf32> -> tensor<16x16xf32>
  // CHECK: tt.trans %{{.*}} : tensor<16x16xf32> -> tensor<16x16xf32>
  %2 = tt.trans %1 : tensor<16x16xf32> -> tensor<16x16xf32>
  // CHECK: tt.reshape %{{.*}} allow_reorder : tensor<16xi32> -> tensor<4x4xi32>
  %3 = tt.view %n : tensor<16xi32> -> tensor<4x4xi32>
  // CHECK: tt.reshape %{{.*}} : tensor<16xi32> -> tensor<4x4xi32>
  %4 = tt.reshape %n {allow_reorder = false} : tensor<16xi32> -> tensor<4x4xi32>
  // CHECK: tt.reshape %{{.*}} allow_reorder : tensor<16xi32> -> tensor<4x4xi32>
  %5 = tt.reshape %n {allow_reorder = true} : tensor<16xi32> -> tensor<4x4xi32>
  // CHECK: tt.extern_elementwise %{{.*}} {libname = "libdevice", libpath = "", pure = true, symbol = "__nv_erff"}
  %6 = tt.pure_extern_elementwise %v {libname = "libdevice", libpath = "", symbol = "__nv_erff"} : (tensor<16xf32>) -> tensor<16xf32>
  // CHECK: tt.extern_elementwise %{{.*}} {libname = "libdevice", libpath = "", pure = false, symbol = "__nv_erff"}
  %7 = tt.impure_extern_elementwise %v {libname = "libdevice", libpath = "", symbol = "__nv_erff"} : (tensor<16xf32>) -> tensor<16xf32>
  // CHECK: tt.atomic_rmw 5, 4, 1, %{{.*}}, %{{.*}}, %{{.*}} :
  %8 = "tt.atomic_rmw"(%ptr, %v, %m) {atomic_rmw_op = 5 : i32, sem = 4 : i32, scope = 1 : i32} : (tensor<16x!tt.ptr<f32>>, tensor<16xf32>, tensor<16xi1>) -> tensor<16xf32>
  tt.return
}

// CHECK-LABEL: tt.func @conversions
tt.func @conversions(%i: i32, %a: tensor<16x8xf32>, %m: tensor<16xi1>, %v: tensor<16xf32>) {
  // CHECK: tt.splat %{{.*}} : i32 -> tensor<16xi32>
  %0 = tt.splat %i : (i32) -> tensor<16xi32>
  // CHECK: tt.trans %{{.*}} : tensor<16x8xf32> -> tensor<8x16xf32>
  %1 = tt.trans %a : (tensor<16x8xf32>) -> tensor<8x16xf32>
  // CHECK: tt.expand_dims %{{.*}} {axis = 1 : i32} : tensor<16xi1> -> tensor<16x1xi1>
  %2 = tt.expand_dims %m {axis = 1 : i32} : (tensor<16xi1>) -> tensor<16x1xi1>
  // CHECK: tt.broadcast %{{.*}} : tensor<16x1xi1> -> tensor<16x8xi1>
  %3 = tt.broadcast %2 : (tensor<16x1xi1>) -> tensor<16x8xi1>
  // CHECK: tt.fp_to_fp %{{.*}} : tensor<16xf32> -> tensor<16xbf16>
  %4 = tt.fp_to_fp %v : (tensor<16xf32>) -> tensor<16xbf16>
  // CHECK: tt.cat %{{.*}}, %{{.*}} : tensor<16xf32> -> tensor<32xf32>
  %5 = tt.cat %v, %v : (tensor<16xf32>, tensor<16xf32>) -> tensor<32xf32>
  // CHECK: ttg.convert_layout %{{.*}} : tensor<16xf32> -> tensor<16xf32>
  %6 = triton_gpu.convert_layout %v : (tensor<16xf32>) -> tensor<16xf32>
  // CHECK: tt.get_num_programs y : i32
  %7 = tt.get_num_programs {axis = 1 : i32} : i32
  tt.return
}

// CHECK-LABEL: tt.func @blocks
tt.func @blocks(%p: !tt.ptr<f16, 1>, %n: i32, %l: i64, %d: !tt.tensordesc<tensor<16x64xf16>>, %e: !tt.ptr<i8>) {
  // CHECK: tt.make_tensor_ptr {{.*}} : <tensor<16x64xf16>>
  %b = tt.make_tensor_ptr %p, [%l, %l], [%l, %l], [%n, %n] {order = array<i32: 1, 0>} : <tensor<16x64xf16>, 1>
  // CHECK: tt.load %{{.*}} {boundaryCheck = array<i32: 1>, cache = 1 : i32, evict = 1 : i32, padding = 1 : i32} : !tt.ptr<tensor<16x64xf16>>
  %v = tt.load %b {boundaryCheck = array<i32: 1>, cache = 1 : i32, evict = 1 : i32, isVolatile = false, padding = 1 : i32} : !tt.ptr<tensor<16x64xf16>, 1> -> tensor<16x64xf16>
  // CHECK: tt.advance %{{.*}} : <tensor<16x64xf16>>
  %a = tt.advance %b, [%n, %n] : <tensor<16x64xf16>, 1>
  // CHECK: tt.store %{{.*}}, %{{.*}} {boundaryCheck = array<i32: 0, 1>} : !tt.ptr<tensor<16x64xf16>>
  tt.store %a, %v {boundaryCheck = array<i32: 0, 1>} : !tt.ptr<tensor<16x64xf16>, 1>, tensor<16x64xf16>
  // CHECK: tt.descriptor_load %{{.*}}[%{{.*}}, %{{.*}}] : !tt.tensordesc<16x64xf16> -> tensor<16x64xf16>
  %f = tt.experimental_descriptor_load %d[%n, %n] : !tt.tensordesc<tensor<16x64xf16>> -> tensor<16x64xf16>
  // CHECK: tt.descriptor_load %{{.*}}[%{{.*}}, %{{.*}}] cacheModifier = cg evictionPolicy = evict_first : !tt.tensordesc
  %h = tt.descriptor_load %d[%n, %n] cacheModifier = cg evictionPolicy = evict_first : !tt.tensordesc<tensor<16x64xf16>> -> tensor<16x64xf16>
  // CHECK: tt.descriptor_load %{{.*}}[%{{.*}}, %{{.*}}] : !tt.ptr<i8> -> tensor<16x64xf16>
  %g = tt.experimental_descriptor_load %e[%n, %n] : !tt.ptr<i8> -> tensor<16x64xf16>
  // CHECK: tt.descriptor_store %{{.*}}[%{{.*}}, %{{.*}}], %{{.*}} : !tt.ptr<i8>, tensor<16x64xf16>
  tt.experimental_descriptor_store %e[%n, %n], %f : !tt.ptr<i8>, tensor<16x64xf16>
  tt.return
}
