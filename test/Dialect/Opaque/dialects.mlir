// RUN: triton-lift-opt %s | FileCheck %s
// RUN: triton-lift-opt %s | triton-lift-opt | FileCheck %s

#shared = #ttg.swizzled_shared<{vec = 1, perPhase = 1, maxPhase = 1, order = [0]}>
#smem = #ttg.shared_memory

// Dialects known by name only. A result without a printed type is a token.
// CHECK-LABEL: tt.func @opaque
tt.func @opaque(%p: tensor<8x!tt.ptr<f32>>, %m: tensor<8xi1>, %b: !ttg.memdesc<8xf32, #shared, #smem, mutable>) {
  // CHECK: "ttng.fence_async_shared"() {opaque_syntax = "{bCluster = false}"} : () -> ()
  ttng.fence_async_shared {bCluster = false}
  // CHECK: "rocdl.s.setprio"() {opaque_syntax = "1"} : () -> ()
  rocdl.s.setprio 1
  // CHECK: "nvws.create"() {opaque_syntax = "%b : !ttg.memdesc<8xf32, #shared, #smem, mutable> -> !nvws.token<two>"} : () -> !nvws.token<two>
  %n = nvws.create %b : !ttg.memdesc<8xf32, #shared, #smem, mutable> -> !nvws.token<two>
  // CHECK: %[[T:.*]] = "ttg.some_copy"() {{.*}} : () -> !ttg.async.token
  %t = ttg.some_copy %p, %b mask %m : tensor<8x!tt.ptr<f32>> -> <8xf32, #shared, #smem, mutable>
  // CHECK: %{{.*}}:2 = "ttng.two"() {opaque_syntax = "%t -> i32, tensor<8xf32>"} : () -> (i32, tensor<8xf32>)
  %two:2 = ttng.two %t -> i32, tensor<8xf32>
  // CHECK: scf.if
  %c = arith.constant true
  %u = scf.if %c -> (!ttg.async.token) {
    scf.yield %t : !ttg.async.token
  } else {
    scf.yield %t : !ttg.async.token
  }
  tt.return
}
