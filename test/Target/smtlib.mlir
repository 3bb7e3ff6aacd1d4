// The script states an effect's domain, guard, offset and value; both solvers read it
// and find that no element is written twice. In the mutant neighbours overlap.
// RUN: triton-lift-opt --triton-lift-interpret --triton-lift-export-smtlib %s -o /dev/null > %t.smt2
// RUN: FileCheck %s < %t.smt2
// RUN: z3 %t.smt2 | FileCheck --check-prefix=GOOD %s
// RUN: python %S/Inputs/run_cvc5.py %t.smt2 | FileCheck --check-prefix=GOOD %s
// RUN: sed -e 's/arith.muli/arith.addi/' %s | triton-lift-opt --triton-lift-interpret --triton-lift-export-smtlib -o /dev/null > %t.bad.smt2
// RUN: z3 %t.bad.smt2 | FileCheck --check-prefix=BAD %s
// RUN: python %S/Inputs/run_cvc5.py %t.bad.smt2 | FileCheck --check-prefix=BAD %s

// GOOD:      unsat
// GOOD-NEXT: unsat
// GOOD-NOT:  {{.}}
// BAD:      unsat
// BAD-NEXT: {{^}}sat

// CHECK-LABEL: ; lift.kernel @add
// CHECK: (declare-const arg2 Int)
// CHECK: (assert (= nprogs1 1))
// CHECK: (declare-fun exp.f32.f32 (Real) Real)
// CHECK: (declare-fun read0 (Int) Real)
// CHECK: (define-fun domain.0 ((pid0 Int)(v0 Int)) Bool
// CHECK-NEXT: (< pid0 nprogs0) (<= 0 v0) (< v0 1024)
// CHECK: (define-fun guard.0
// CHECK: (define-fun offset.0
// CHECK: (define-fun value.0
// CHECK: (assert (< (offset.0 pid0.a v0.a) 0))
// CHECK-NEXT: (check-sat)
// CHECK: (assert (or false (distinct pid0.a pid0.b) (distinct v0.a v0.b)))
// CHECK-NEXT: (assert (= (offset.0 pid0.a v0.a) (offset.0 pid0.b v0.b)))
// CHECK-NEXT: (check-sat)
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
  %b = math.exp %a : tensor<1024xf32>
  %ys = tt.splat %y : !tt.ptr<f32> -> tensor<1024x!tt.ptr<f32>>
  %yp = tt.addptr %ys, %o : tensor<1024x!tt.ptr<f32>>, tensor<1024xi32>
  tt.store %yp, %b, %m : tensor<1024x!tt.ptr<f32>>
  tt.return
}
