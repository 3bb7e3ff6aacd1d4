// RUN: triton-lift-opt %s --mlir-print-debuginfo | FileCheck %s
// RUN: triton-lift-opt %s --mlir-print-debuginfo | triton-lift-opt --mlir-print-debuginfo | FileCheck %s

// Operations of versions to come are read as text, with their name, place and result types.

// CHECK-LABEL: tt.func @unknown
// CHECK-SAME: !tt.future<8 x "text", f32>
tt.func @unknown(%x: tensor<8xf32>, %t: !tt.future<8 x "text", f32>) {
  // CHECK: %[[Y:.*]] = "tt.future_op"() {opaque_syntax = "%x, fast = true {mode = #tt.mode<quick, 3>} : tensor<8xf32> -> tensor<4xf32>"} : () -> tensor<4xf32> loc(#[[LOC:.*]])
  %y = tt.future_op %x, fast = true {mode = #tt.mode<quick, 3>} : tensor<8xf32> -> tensor<4xf32> loc("kernel.py":9:1)
  // CHECK: arith.addf %[[Y]], %[[Y]] : tensor<4xf32>
  %z = arith.addf %y, %y : tensor<4xf32>
  // CHECK: "tt.future_effect"() {opaque_syntax = "%x[%z], \22text\22, 1.5"} : () -> ()
  tt.future_effect %x[%z], "text", 1.5
  // CHECK: "tt.future_generic"(%{{.*}}) {mode = #tt.mode<quick, 3>} : (tensor<8xf32>) -> tensor<8xf32>
  %g = "tt.future_generic"(%x) {mode = #tt.mode<quick, 3>} : (tensor<8xf32>) -> tensor<8xf32>
  tt.return
}
// CHECK: #[[LOC]] = loc("kernel.py":9:1)
