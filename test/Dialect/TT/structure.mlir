// RUN: triton-lift-opt %s --mlir-print-debuginfo | FileCheck %s
// RUN: triton-lift-opt %s --mlir-print-debuginfo | triton-lift-opt --mlir-print-debuginfo | FileCheck %s

// Functions, calls, program ids, diagnostics; locations stay.

// CHECK: tt.func public @"my kernel"(%arg0: !tt.ptr<f32> {tt.divisibility = 16 : i32} loc("x_ptr"(#{{.*}})), %arg1: i32 loc(unknown)) attributes {noinline = false}
tt.func public @"my kernel"(%x_ptr: !tt.ptr<f32> {tt.divisibility = 16 : i32} loc("x_ptr"("kernel.py":3:0)), %n-1: i32 loc(unknown)) attributes {noinline = false} {
  // CHECK: tt.get_program_id x : i32 loc(#[[PID:loc[0-9]*]])
  %pid = tt.get_program_id x : i32 loc("kernel.py":5:10)
  // CHECK: tt.get_program_id y : i32
  %pid_y = tt.get_program_id y : i32
  // CHECK: tt.get_num_programs z : i32
  %programs = tt.get_num_programs z : i32
  // CHECK: %[[CALL:.*]]:2 = tt.call @pkg.helper__i32(%{{.*}}) : (i32) -> (i32, tensor<4xi32>)
  %both:2 = tt.call @pkg.helper__i32(%pid) : (i32) -> (i32, tensor<4xi32>)
  %positive = arith.cmpi sgt, %both#0, %programs : i32
  // CHECK: tt.assert %{{.*}}, "not positive" : i1
  tt.assert %positive, "not positive" : i1
  // CHECK: tt.print " pid: " {hex = false, isSigned = array<i32: 1>} : %{{.*}} : i32
  tt.print " pid: " {hex = false, isSigned = array<i32: 1>} : %pid : i32
  // CHECK: tt.print "here" {hex = false, isSigned = array<i32>}
  tt.print "here" {hex = false, isSigned = array<i32>}
  // CHECK: tt.grid_dependency_wait
  tt.grid_dependency_wait
  // CHECK: tt.grid_dependency_launch_dependents
  tt.grid_dependency_launch_dependents
  // CHECK: ttg.barrier all
  ttg.barrier all
  // CHECK: llvm.intr.assume %{{.*}} : i1
  llvm.intr.assume %positive : i1
  %a = ub.poison : i32
  tt.return
}

// CHECK: tt.func private @pkg.helper__i32(%arg0: i32
tt.func private @pkg.helper__i32(%x: i32) -> (i32, tensor<4xi32>) attributes {noinline = true} {
  // CHECK: tt.splat %{{.*}} : i32 -> tensor<4xi32>
  %s = tt.splat %x : i32 -> tensor<4xi32>
  // CHECK: tt.return %{{.*}}, %{{.*}} : i32, tensor<4xi32>
  tt.return %x, %s : i32, tensor<4xi32>
}

// CHECK: #[[PID]] = loc("kernel.py":5:10)
