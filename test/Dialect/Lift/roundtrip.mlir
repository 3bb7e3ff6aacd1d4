// Every term, binder and tie survives printing and parsing.
// RUN: triton-lift-opt %s | triton-lift-opt | FileCheck %s
// RUN: triton-lift-opt %s --mlir-print-op-generic | triton-lift-opt | FileCheck %s

// CHECK-LABEL: lift.kernel @all params [{name = "x", type = "ptr<f32>"}, {divisibility = 16 : i64, name = "n", type = "i32"}]
lift.kernel @all params [{name = "x", type = "ptr<f32>"}, {divisibility = 16 : i64, name = "n", type = "i32"}] {
  // CHECK-NEXT: %[[N:.*]] = lift.param 1 : i32
  %n = lift.param 1 : i32
  // CHECK-NEXT: %[[I:.*]] = lift.var 0 "lane" extent 8
  %i = lift.var 0 "lane" extent 8
  // CHECK-NEXT: %[[T:.*]] = lift.var 1 "loop"{{$}}
  %t = lift.var 1 "loop"
  %k = lift.var 2 "reduce" extent 4
  // CHECK: lift.pid 0
  %p = lift.pid 0
  // CHECK: lift.nprogs 2
  %g = lift.nprogs 2
  // CHECK: lift.const 0xFF800000 : f32
  %inf = lift.const 0xFF800000 : f32
  %true = lift.const true
  // CHECK: lift.add %[[I]], %[[N]] : i32
  %s = lift.add %i, %n : i32
  // CHECK: lift.sext %{{.*}} : i32 -> i64
  %o = lift.sext %s : i32 -> i64
  // CHECK: lift.cmp "slt" %{{.*}}, %[[N]] : i32
  %c = lift.cmp "slt" %s, %n : i32
  // CHECK: lift.read 0{{\[}}%{{.*}}] version 1 storing_loops [0] : f32
  %r = lift.read 0[%o] version 1 storing_loops [0] : f32
  // CHECK: lift.arbitrary 0{{\[}}%[[I]]] : f32
  %a = lift.arbitrary 0[%i] : f32
  // CHECK: lift.arbitrary 1{{\[}}%[[I]]] missing "other" : f32
  %a1 = lift.arbitrary 1[%i] missing "other" : f32
  %v = lift.select %c, %r, %a : f32
  // CHECK: lift.round "f16" %{{.*}} : f32 -> f16
  %h = lift.round "f16" %v : f32 -> f16
  // CHECK: lift.call "__nv_j0f"(%{{.*}}) : (f32) -> f32
  %j = lift.call "__nv_j0f"(%v) : (f32) -> f32
  // CHECK: lift.cmpf "ogt" %{{.*}}, %{{.*}} : f32
  %d = lift.cmpf "ogt" %v, %inf : f32
  // CHECK: lift.reduce "max" %{{.*}}, %{{.*}} : f32
  %m = lift.reduce "max" %k, %v : f32
  // CHECK: lift.scan "add" %{{.*}} to %[[I]], %{{.*}} reverse : f32
  %q = lift.scan "add" %k to %i, %v reverse : f32
  // CHECK: lift.elem 0 0 "lhs" : f32
  %l = lift.elem 0 0 "lhs" : f32
  // CHECK: lift.foldresult 0 0 %{{.*}}, (%{{.*}}) : (f32) -> f32
  %f = lift.foldresult 0 0 %k, (%v) : (f32) -> f32
  // CHECK: lift.scanresult 0 0 %{{.*}} to %[[I]], (%{{.*}}) : (f32) -> f32
  %u = lift.scanresult 0 0 %k to %i, (%v) : (f32) -> f32
  // CHECK: lift.state 0 0{{\[}}%[[I]]] : f32
  %x = lift.state 0 0[%i] : f32
  // CHECK: lift.final 0 0{{\[}}%[[I]]] : f32
  %y = lift.final 0 0[%i] : f32
  // CHECK: lift.unsupported "tt.foo" "unknown" : f32
  %z = lift.unsupported "tt.foo" "unknown" : f32
  // CHECK: lift.loop 0 %[[T]] from %{{.*}} to %{{.*}} step %{{.*}} if %{{.*}} in 1 : i32
  lift.loop 0 %t from %p to %g step %n if %true in 1 : i32
  // CHECK: lift.carry 0 0{{\[}}%[[I]]] init %{{.*}} next %{{.*}} : f32
  lift.carry 0 0[%i] init %v next %x : f32
  // CHECK: lift.fold 0(%{{.*}}) : f32
  lift.fold 0(%l) : f32
  // CHECK: lift.effect "store" 0{{\[}}%{{.*}}] = %{{.*}} if %{{.*}} lanes{{\[}}%[[I]]] loops [0] order 7 : f32
  lift.effect "store" 0[%o] = %v if %c lanes[%i] loops [0] order 7 : f32
  // CHECK: lift.assume "assert" %{{.*}} if %{{.*}} lanes{{\[}}%[[I]]]
  lift.assume "assert" %c if %true lanes[%i]
  // CHECK: lift.unsupported "tt.bar" "an effect"
  lift.unsupported "tt.bar" "an effect"
}
