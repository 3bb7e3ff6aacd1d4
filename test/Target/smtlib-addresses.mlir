// An array's address is an integer.
// RUN: triton-lift-opt --triton-lift-interpret --triton-lift-export-smtlib %s -o /dev/null > %t.smt2
// RUN: FileCheck %s < %t.smt2
// RUN: z3 %t.smt2 | not grep error
// RUN: sed -e 's/ptr_to_int %%p/ptr_to_int %%x/' %s | triton-lift-opt --triton-lift-interpret --triton-lift-export-smtlib -o /dev/null | not FileCheck %s

// CHECK: (declare-const arg0 Int) ; arg0
// CHECK: (* t4 2)
// CHECK: (+ arg0 t5)
tt.func public @address(%x: !tt.ptr<f16>, %y: !tt.ptr<i64>, %n: i32) {
  %p = tt.addptr %x, %n : !tt.ptr<f16>, i32
  %a = tt.ptr_to_int %p : !tt.ptr<f16> -> i64
  tt.store %y, %a : !tt.ptr<i64>
  tt.return
}
