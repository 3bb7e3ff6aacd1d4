// Memory that is never written after it was made is the tensor that it was made with; other memory, what was written last.
// RUN: triton-lift-opt --triton-lift-interpret -split-input-file %s | FileCheck %s
// RUN: sed -e 's/array<i32: 1, 0>/array<i32: 0, 1>/' %s | triton-lift-opt --triton-lift-interpret -split-input-file | not FileCheck %s
// RUN: sed -e 's/%m\[2\]/%m[1]/' %s | triton-lift-opt --triton-lift-interpret -split-input-file | not FileCheck %s

// out[i, j] = sum over k of x[i, k] x[j, k], from memory that is read transposed.
// CHECK-LABEL: lift.kernel @product
// CHECK-NEXT: %[[V0:[0-9]+]] = lift.var 0 "lane" extent 16
// CHECK-NEXT: %[[V1:[0-9]+]] = lift.var 1 "lane" extent 16
// CHECK-NEXT: %[[V2:[0-9]+]] = lift.const 16 : i32
// CHECK-NEXT: %[[V3:[0-9]+]] = lift.mul %[[V0]], %[[V2]] : i32
// CHECK-NEXT: %[[V4:[0-9]+]] = lift.add %[[V3]], %[[V1]] : i32
// CHECK-NEXT: %[[V5:[0-9]+]] = lift.sext %[[V4]] : i32 -> i64
// CHECK-NEXT: %[[V6:[0-9]+]] = lift.var 2 "reduce" extent 16
// CHECK-NEXT: %[[V7:[0-9]+]] = lift.add %[[V3]], %[[V6]] : i32
// CHECK-NEXT: %[[V8:[0-9]+]] = lift.sext %[[V7]] : i32 -> i64
// CHECK-NEXT: %[[V9:[0-9]+]] = lift.read 0{{\[}}%[[V8]]] version 0 : f32
// CHECK-NEXT: %[[V10:[0-9]+]] = lift.mul %[[V1]], %[[V2]] : i32
// CHECK-NEXT: %[[V11:[0-9]+]] = lift.add %[[V10]], %[[V6]] : i32
// CHECK-NEXT: %[[V12:[0-9]+]] = lift.sext %[[V11]] : i32 -> i64
// CHECK-NEXT: %[[V13:[0-9]+]] = lift.read 0{{\[}}%[[V12]]] version 0 : f32
// CHECK-NEXT: %[[V14:[0-9]+]] = lift.round "tf32" %[[V9]] : f32 -> f32
// CHECK-NEXT: %[[V15:[0-9]+]] = lift.round "tf32" %[[V13]] : f32 -> f32
// CHECK-NEXT: %[[V16:[0-9]+]] = lift.mulf %[[V14]], %[[V15]] : f32
// CHECK-NEXT: %[[V17:[0-9]+]] = lift.reduce "add" %[[V6]], %[[V16]] : f32
// CHECK-NEXT: %[[V18:[0-9]+]] = lift.read 0{{\[}}%[[V5]]] version 0 : f32
// CHECK-NEXT: %[[V19:[0-9]+]] = lift.addf %[[V18]], %[[V17]] : f32
// CHECK-NEXT: %[[V20:[0-9]+]] = lift.param 2 : i1
// CHECK-NEXT: %[[V21:[0-9]+]] = lift.select %[[V20]], %[[V19]], %[[V17]] : f32
// CHECK-NEXT: %[[V22:[0-9]+]] = lift.const true
// CHECK-NEXT: lift.effect "store" 1{{\[}}%[[V5]]] = %[[V21]] if %[[V22]] lanes{{\[}}%[[V0]], %[[V1]]] loops [] order 19 : f32
tt.func public @product(%x: !tt.ptr<f32>, %y: !tt.ptr<f32>, %c: i1) {
  %i = tt.make_range {end = 16 : i32, start = 0 : i32} : tensor<16xi32>
  %r = tt.expand_dims %i {axis = 1 : i32} : tensor<16xi32> -> tensor<16x1xi32>
  %q = tt.expand_dims %i {axis = 0 : i32} : tensor<16xi32> -> tensor<1x16xi32>
  %n = arith.constant dense<16> : tensor<16x1xi32>
  %rn = arith.muli %r, %n : tensor<16x1xi32>
  %a = tt.broadcast %rn : tensor<16x1xi32> -> tensor<16x16xi32>
  %b = tt.broadcast %q : tensor<1x16xi32> -> tensor<16x16xi32>
  %o = arith.addi %a, %b : tensor<16x16xi32>
  %xs = tt.splat %x : !tt.ptr<f32> -> tensor<16x16x!tt.ptr<f32>>
  %xp = tt.addptr %xs, %o : tensor<16x16x!tt.ptr<f32>>, tensor<16x16xi32>
  %v = tt.load %xp : tensor<16x16x!tt.ptr<f32>>
  %m = ttg.local_alloc %v : (tensor<16x16xf32>) -> !ttg.memdesc<16x16xf32, #ttg.shared_memory>
  %t = ttg.memdesc_trans %m {order = array<i32: 1, 0>} : !ttg.memdesc<16x16xf32, #ttg.shared_memory> -> !ttg.memdesc<16x16xf32, #ttg.shared_memory>
  %z = ttg.local_load %m : !ttg.memdesc<16x16xf32, #ttg.shared_memory> -> tensor<16x16xf32>
  ttng.fence_async_shared {bCluster = false}
  %d = ttng.warp_group_dot %m, %t, %z, %c {isAsync = true} : !ttg.memdesc<16x16xf32, #ttg.shared_memory> * !ttg.memdesc<16x16xf32, #ttg.shared_memory> -> tensor<16x16xf32>
  %w:2 = ttng.warp_group_dot_wait %d, %m {pendings = 0 : i32} : tensor<16x16xf32>, !ttg.memdesc<16x16xf32, #ttg.shared_memory>
  %ys = tt.splat %y : !tt.ptr<f32> -> tensor<16x16x!tt.ptr<f32>>
  %yp = tt.addptr %ys, %o : tensor<16x16x!tt.ptr<f32>>, tensor<16x16xi32>
  tt.store %yp, %w#0 : tensor<16x16x!tt.ptr<f32>>
  ttg.local_dealloc %m : !ttg.memdesc<16x16xf32, #ttg.shared_memory>
  tt.return
}

// -----

// Memory that is written later holds what was written last; a branch chooses.
// CHECK-LABEL: lift.kernel @written
// CHECK-NEXT: %[[V0:[0-9]+]] = lift.const 0 : i64
// CHECK-NEXT: %[[V1:[0-9]+]] = lift.param 2 : i1
// CHECK-NEXT: %[[V2:[0-9]+]] = lift.param 1 : f32
// CHECK-NEXT: %[[V3:[0-9]+]] = lift.const 1.000000e+00 : f32
// CHECK-NEXT: %[[V4:[0-9]+]] = lift.select %[[V1]], %[[V2]], %[[V3]] : f32
// CHECK-NEXT: %[[V5:[0-9]+]] = lift.const true
// CHECK-NEXT: lift.effect "store" 0{{\[}}%[[V0]]] = %[[V4]] if %[[V5]]
tt.func public @written(%x: !tt.ptr<f32>, %v: f32, %c: i1) {
  %one = arith.constant dense<1.0> : tensor<1xf32>
  %t = tt.splat %v : f32 -> tensor<1xf32>
  %m = ttg.local_alloc %one : (tensor<1xf32>) -> !ttg.memdesc<1xf32, #ttg.shared_memory, mutable>
  scf.if %c {
    ttg.local_store %t, %m : tensor<1xf32> -> !ttg.memdesc<1xf32, #ttg.shared_memory, mutable>
  }
  %z = ttg.local_load %m : !ttg.memdesc<1xf32, #ttg.shared_memory, mutable> -> tensor<1xf32>
  %p = tt.splat %x : !tt.ptr<f32> -> tensor<1x!tt.ptr<f32>>
  tt.store %p, %z : tensor<1x!tt.ptr<f32>>
  tt.return
}

// -----

// A slot that no counter goes round to is refused, where it is written and
// where it is read.
// CHECK-LABEL: lift.kernel @anywhere
// CHECK: lift.unsupported "ttg.local_alloc" "memory that is written after it was made: its slots are not counted round" : f32
// CHECK: lift.unsupported "ttg.local_store" "memory that is written after it was made: its slots are not counted round"
tt.func public @anywhere(%x: !tt.ptr<f32>, %v: f32, %i: i32) {
  %t = tt.splat %v : f32 -> tensor<1xf32>
  %m = ttg.local_alloc : () -> !ttg.memdesc<2x1xf32, #ttg.shared_memory, mutable>
  %s = ttg.memdesc_index %m[%i] : !ttg.memdesc<2x1xf32, #ttg.shared_memory, mutable> -> !ttg.memdesc<1xf32, #ttg.shared_memory, mutable>
  ttg.local_store %t, %s : tensor<1xf32> -> !ttg.memdesc<1xf32, #ttg.shared_memory, mutable>
  %z = ttg.local_load %s : !ttg.memdesc<1xf32, #ttg.shared_memory, mutable> -> tensor<1xf32>
  %p = tt.splat %x : !tt.ptr<f32> -> tensor<1x!tt.ptr<f32>>
  tt.store %p, %z : tensor<1x!tt.ptr<f32>>
  tt.return
}

// -----

// Part of the memory: x[i + 2].
// CHECK-LABEL: lift.kernel @part
// CHECK-NEXT: %[[V0:[0-9]+]] = lift.var 0 "lane" extent 2
// CHECK-NEXT: %[[V2:[0-9]+]] = lift.sext %[[V0]] : i32 -> i64
// CHECK-NEXT: %[[V1:[0-9]+]] = lift.const 2 : i32
// CHECK-NEXT: %[[V3:[0-9]+]] = lift.add %[[V0]], %[[V1]] : i32
// CHECK-NEXT: %[[V4:[0-9]+]] = lift.const true
// CHECK-NEXT: lift.effect "store" 0{{\[}}%[[V2]]] = %[[V3]] if %[[V4]]
tt.func public @part(%x: !tt.ptr<i32>) {
  %r = tt.make_range {end = 4 : i32, start = 0 : i32} : tensor<4xi32>
  %m = ttg.local_alloc : () -> !ttg.memdesc<4xi32, #ttg.shared_memory, mutable>
  ttg.local_store %r, %m : tensor<4xi32> -> !ttg.memdesc<4xi32, #ttg.shared_memory, mutable>
  %s = ttg.memdesc_subslice %m[2] : !ttg.memdesc<4xi32, #ttg.shared_memory, mutable> -> !ttg.memdesc<2xi32, #ttg.shared_memory, 4>
  %z = ttg.local_load %s : !ttg.memdesc<2xi32, #ttg.shared_memory, 4> -> tensor<2xi32>
  %i = tt.make_range {end = 2 : i32, start = 0 : i32} : tensor<2xi32>
  %xs = tt.splat %x : !tt.ptr<i32> -> tensor<2x!tt.ptr<i32>>
  %p = tt.addptr %xs, %i : tensor<2x!tt.ptr<i32>>, tensor<2xi32>
  tt.store %p, %z : tensor<2x!tt.ptr<i32>>
  tt.return
}
