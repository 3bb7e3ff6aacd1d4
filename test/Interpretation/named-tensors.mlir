// Where reductions of pairs follow each other, the tensors between them have definitions of their own.
// RUN: triton-lift-opt --triton-lift-interpret -split-input-file %s | FileCheck %s
// RUN: sed -e 's/arith.maxsi/arith.minsi/' %s | triton-lift-opt --triton-lift-interpret -split-input-file | not FileCheck %s

// CHECK-LABEL: lift.kernel @three_layers
// CHECK: %[[K:[0-9]+]] = lift.var 0 "reduce" extent 2
// CHECK-NEXT: %[[E:[0-9]+]] = lift.element 0{{\[}}%[[K]]] : i32
// CHECK-NEXT: %[[M:[0-9]+]] = lift.reduce "maxs" %[[K]], %[[E]] : i32
// CHECK: %[[I:[0-9]+]] = lift.var 1 "coord" extent 2
// CHECK: %[[N:[0-9]+]] = lift.reduce "maxs"
// CHECK: %[[O:[0-9]+]] = lift.reduce "maxs"
// CHECK: %[[R:[0-9]+]] = lift.read 0
// CHECK-NEXT: lift.effect "store" 1
// CHECK-SAME: = %[[M]]
// CHECK-NEXT: lift.tensor 0{{\[}}%[[I]]] = %[[N]] : i32
// CHECK-NEXT: lift.tensor 1
// CHECK-SAME: = %[[O]] : i32
// CHECK-NEXT: lift.tensor 2
// CHECK-SAME: = %[[R]] : i32
tt.func public @three_layers(%x: !tt.ptr<i32>, %y: !tt.ptr<i32>) {
  %i = tt.make_range {end = 8 : i32, start = 0 : i32} : tensor<8xi32>
  %p = tt.splat %x : !tt.ptr<i32> -> tensor<8x!tt.ptr<i32>>
  %q = tt.addptr %p, %i : tensor<8x!tt.ptr<i32>>, tensor<8xi32>
  %v = tt.load %q : tensor<8x!tt.ptr<i32>>
  %a = tt.reshape %v : tensor<8xi32> -> tensor<2x2x2xi32>
  %b = "tt.reduce"(%a) <{axis = 2 : i32}> ({
  ^bb0(%s: i32, %t: i32):
    %m = arith.maxsi %s, %t : i32
    tt.reduce.return %m : i32
  }) : (tensor<2x2x2xi32>) -> tensor<2x2xi32>
  %c = "tt.reduce"(%b) <{axis = 1 : i32}> ({
  ^bb0(%s: i32, %t: i32):
    %m = arith.maxsi %s, %t : i32
    tt.reduce.return %m : i32
  }) : (tensor<2x2xi32>) -> tensor<2xi32>
  %d = "tt.reduce"(%c) <{axis = 0 : i32}> ({
  ^bb0(%s: i32, %t: i32):
    %m = arith.maxsi %s, %t : i32
    tt.reduce.return %m : i32
  }) : (tensor<2xi32>) -> i32
  tt.store %y, %d : !tt.ptr<i32>
  tt.return
}
