// Iterations are coordinates, carried values unknown functions of them, integers exact:
// a program writes each of its columns once, at offsets that are not negative.
// RUN: triton-lift-opt --triton-lift-interpret --triton-lift-export-smtlib %s -o /dev/null > %t.smt2
// RUN: FileCheck %s < %t.smt2
// RUN: z3 %t.smt2 | FileCheck --check-prefix=GOOD %s
// RUN: python %S/Inputs/run_cvc5.py %t.smt2 | FileCheck --check-prefix=GOOD %s
// RUN: sed -e 's/step %c64/step %c32/' %s | triton-lift-opt --triton-lift-interpret --triton-lift-export-smtlib -o /dev/null > %t.bad.smt2
// RUN: z3 %t.bad.smt2 | FileCheck --check-prefix=BAD %s

// GOOD:      unsat
// GOOD-NEXT: unsat
// GOOD-NOT:  {{.}}
// BAD:      unsat
// BAD-NEXT: {{^}}sat

// CHECK-LABEL: ; lift.kernel @columns
// CHECK: (declare-fun state.t{{[0-9]+}} (Int) Real)
// CHECK: (define-fun domain.0 ((v1 Int)(v0 Int)) Bool
// CHECK: (< (+ 0 (* 64 v1)) arg1)
// CHECK: (mod {{.*}} 32)
tt.func public @columns(%y: !tt.ptr<f32>, %n: i32) {
  %c0 = arith.constant 0 : i32
  %c32 = arith.constant 32 : i32
  %c64 = arith.constant 64 : i32
  %one = arith.constant 1.0 : f32
  %c31 = arith.constant dense<31> : tensor<64xi32>
  %r = tt.make_range {end = 64 : i32, start = 0 : i32} : tensor<64xi32>
  %a = scf.for %i = %c0 to %n step %c64 iter_args(%acc = %one) -> (f32) : i32 {
    %is = tt.splat %i : i32 -> tensor<64xi32>
    %o = arith.addi %is, %r : tensor<64xi32>
    %ys = tt.splat %y : !tt.ptr<f32> -> tensor<64x!tt.ptr<f32>>
    %yp = tt.addptr %ys, %o : tensor<64x!tt.ptr<f32>>, tensor<64xi32>
    %low = arith.andi %o, %c31 : tensor<64xi32>
    %lf = arith.sitofp %low : tensor<64xi32> to tensor<64xf32>
    %accs = tt.splat %acc : f32 -> tensor<64xf32>
    %v = arith.addf %accs, %lf : tensor<64xf32>
    tt.store %yp, %v : tensor<64x!tt.ptr<f32>>
    %next = arith.mulf %acc, %acc : f32
    scf.yield %next : f32
  }
  tt.return
}
