// What has no semantics is refused in the kernel, with its name and the reason; no
// effect is dropped.
// RUN: triton-lift-opt --triton-lift-interpret -split-input-file %s | FileCheck %s
// RUN: sed -e 's/isVolatile = true/isVolatile = false/' %s | triton-lift-opt --triton-lift-interpret -split-input-file | not FileCheck %s

// CHECK-LABEL: lift.kernel @while_store
// CHECK-NEXT: %[[V0:[0-9]+]] = lift.const 0 : i64
// CHECK-NEXT: %[[V1:[0-9]+]] = lift.unsupported "scf.while" "a loop of which it is not known how often it runs" : i32
// CHECK-NEXT: %[[V2:[0-9]+]] = lift.const true
// CHECK-NEXT: lift.unsupported "scf.while" "a while loop around effects (tt.store)"
// CHECK-NEXT: lift.effect "store" 0{{\[}}%[[V0]]] = %[[V1]] if %[[V2]] lanes[] loops [] order 8 {version = 1 : i64} : i32
tt.func public @while_store(%y: !tt.ptr<i32>, %n: i32) {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %r = scf.while (%i = %c0) : (i32) -> i32 {
    %c = arith.cmpi ne, %i, %n : i32
    scf.condition(%c) %i : i32
  } do {
  ^bb0(%i: i32):
    tt.store %y, %i : !tt.ptr<i32>
    %j = arith.addi %i, %c1 : i32
    scf.yield %j : i32
  }
  tt.store %y, %r : !tt.ptr<i32>
  tt.return
}

// -----

// CHECK-LABEL: lift.kernel @cyclic
// CHECK-NEXT: lift.unsupported "tt.func" "a loop of branches between blocks"
tt.func public @cyclic(%y: !tt.ptr<i32>, %c: i1) {
  cf.br ^bb1
^bb1:
  %y1 = arith.constant 1 : i32
  tt.store %y, %y1 : !tt.ptr<i32>
  cf.cond_br %c, ^bb1, ^bb2
^bb2:
  tt.return
}

// -----

// CHECK-LABEL: lift.kernel @atomics
// CHECK-NEXT: %[[V0:[0-9]+]] = lift.const 0 : i64
// CHECK-NEXT: %[[V1:[0-9]+]] = lift.param 1 : i32
// CHECK-NEXT: %[[V2:[0-9]+]] = lift.const true
// CHECK-NEXT: %[[V3:[0-9]+]] = lift.fetched 0[] : i32
// CHECK-NEXT: lift.effect "atomic_add" 0{{\[}}%[[V0]]] = %[[V1]] if %[[V2]] lanes[] loops [] order 0 : i32
// CHECK-NEXT: lift.effect "store" 0{{\[}}%[[V0]]] = %[[V3]] if %[[V2]] lanes[] loops [] order 1 {version = 1 : i64} : i32
// CHECK-NEXT: lift.unsupported "tt.atomic_cas" "a compare-and-swap"
tt.func public @atomics(%y: !tt.ptr<i32>, %n: i32) {
  %o = tt.atomic_rmw add, relaxed, gpu, %y, %n : (!tt.ptr<i32>, i32) -> i32
  tt.store %y, %o : !tt.ptr<i32>
  %p = tt.atomic_cas relaxed, gpu, %y, %n, %n : (!tt.ptr<i32>, i32, i32) -> i32
  tt.return
}

// -----

// CHECK-LABEL: lift.kernel @own_scope
// CHECK-NEXT: lift.unsupported "tt.atomic_rmw" "an atomic update that only its own program sees as such (scope cta)"
tt.func public @own_scope(%y: !tt.ptr<i32>, %n: i32) {
  %o = tt.atomic_rmw add, relaxed, cta, %y, %n : (!tt.ptr<i32>, i32) -> i32
  tt.return
}

// -----

// CHECK-LABEL: lift.kernel @pointers
// CHECK-NEXT: %[[V0:[0-9]+]] = lift.const 0 : i64
// CHECK-NEXT: %[[V1:[0-9]+]] = lift.unsupported "tt.load" "a volatile load" : i32
// CHECK-NEXT: %[[V2:[0-9]+]] = lift.const true
// CHECK-NEXT: lift.unsupported "tt.store" "a pointer made by tt.int_to_ptr"
// CHECK-NEXT: lift.effect "store" 0{{\[}}%[[V0]]] = %[[V1]] if %[[V2]] lanes[] loops [] order 3 : i32
tt.func public @pointers(%x: !tt.ptr<i32>, %n: i32, %a: i64) {
  %p = tt.int_to_ptr %a : i64 -> !tt.ptr<i32>
  tt.store %p, %n : !tt.ptr<i32>
  %v = tt.load %x {isVolatile = true} : !tt.ptr<i32>
  tt.store %x, %v : !tt.ptr<i32>
  tt.return
}

// -----

// CHECK-LABEL: lift.kernel @reordered
// CHECK-NEXT: %[[V0:[0-9]+]] = lift.var 0 "lane" extent 2
// CHECK-NEXT: %[[V1:[0-9]+]] = lift.var 1 "lane" extent 4
// CHECK-NEXT: %[[V2:[0-9]+]] = lift.const 0 : i64
// CHECK-NEXT: %[[V3:[0-9]+]] = lift.unsupported "tt.reshape" "a reshape that may reorder elements" : i32
// CHECK-NEXT: %[[V4:[0-9]+]] = lift.const true
// CHECK-NEXT: lift.effect "store" 0{{\[}}%[[V2]]] = %[[V3]] if %[[V4]] lanes{{\[}}%[[V0]], %[[V1]]] loops [] order 3 : i32
tt.func public @reordered(%y: !tt.ptr<i32>) {
  %r = tt.make_range {end = 8 : i32, start = 0 : i32} : tensor<8xi32>
  %v = tt.reshape %r allow_reorder : tensor<8xi32> -> tensor<2x4xi32>
  %p = tt.splat %y : !tt.ptr<i32> -> tensor<2x4x!tt.ptr<i32>>
  tt.store %p, %v : tensor<2x4x!tt.ptr<i32>>
  tt.return
}

// -----

// CHECK-LABEL: lift.kernel @assembly
// CHECK-NEXT: lift.unsupported "tt.elementwise_inline_asm" "code with effects of its own"
tt.func public @assembly(%y: !tt.ptr<i32>) {
  %t = tt.elementwise_inline_asm "mov.u32 $0, 1;" {constraints = "=r", packed_element = 1 : i32, pure = false} -> i32
  tt.return
}

// -----

// CHECK-LABEL: lift.kernel @recursive
// CHECK-NEXT: lift.unsupported "tt.call" "a call that can't be inlined (recursive, or branches that have no structure)"
tt.func public @recursive(%n: i32) {
  tt.call @recursive(%n) : (i32) -> ()
  tt.return
}

// -----

// What other programs store decides when these end.
// CHECK-LABEL: lift.kernel @spins
// CHECK-NEXT: %[[V0:[0-9]+]] = lift.const 0 : i64
// CHECK-NEXT: %[[V1:[0-9]+]] = lift.unsupported "scf.while" "a loop that waits for other programs: what they store decides when it ends (volatile tt.load)" : i32
// CHECK-NEXT: %[[V2:[0-9]+]] = lift.const true
// CHECK-NEXT: lift.effect "store" 0{{\[}}%[[V0]]] = %[[V1]] if %[[V2]] lanes[] loops [] order 7 : i32
tt.func public @spins(%y: !tt.ptr<i32>, %f: !tt.ptr<i32>) {
  %c0 = arith.constant 0 : i32
  %a = tt.load %f {isVolatile = true} : !tt.ptr<i32>
  %r = scf.while (%i = %a) : (i32) -> i32 {
    %c = arith.cmpi eq, %i, %c0 : i32
    scf.condition(%c) %i : i32
  } do {
  ^bb0(%i: i32):
    %b = tt.load %f {isVolatile = true} : !tt.ptr<i32>
    scf.yield %b : i32
  }
  tt.store %y, %r : !tt.ptr<i32>
  tt.return
}


// -----

// CHECK-LABEL: lift.kernel @barrier
// CHECK-NEXT: %[[V0:[0-9]+]] = lift.const 0 : i64
// CHECK-NEXT: %[[V1:[0-9]+]] = lift.param 2 : i32
// CHECK-NEXT: %[[V2:[0-9]+]] = lift.const true
// CHECK-NEXT: lift.unsupported "scf.while" "a loop that waits for other programs: what they store decides when it ends (tt.atomic_rmw)"
// CHECK-NEXT: lift.effect "store" 0{{\[}}%[[V0]]] = %[[V1]] if %[[V2]] lanes[] loops [] order 7 : i32
tt.func public @barrier(%y: !tt.ptr<i32>, %f: !tt.ptr<i32>, %n: i32) {
  %c0 = arith.constant 0 : i32
  %true = arith.constant true
  scf.while : () -> () {
    %a = tt.atomic_rmw add, acq_rel, gpu, %f, %c0, %true : (!tt.ptr<i32>, i32, i1) -> i32
    %c = arith.cmpi slt, %a, %n : i32
    scf.condition(%c)
  } do {
    scf.yield
  }
  tt.store %y, %n : !tt.ptr<i32>
  tt.return
}


// -----

// Nothing returns from here.
// CHECK-LABEL: lift.kernel @endless
// CHECK: lift.unsupported "tt.call" "a call that can't be inlined (recursive, or branches that have no structure)" : f32
tt.func private @forever(%a: f32, %c: i1) -> f32 {
  cf.cond_br %c, ^again, ^end
^again:
  cf.br ^again
^end:
  tt.return %a : f32
}
tt.func public @endless(%y: !tt.ptr<f32>, %a: f32, %c: i1) {
  %b = tt.call @forever(%a, %c) : (f32, i1) -> f32
  tt.store %y, %b : !tt.ptr<f32>
  tt.return
}
