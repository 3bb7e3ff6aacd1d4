// RUN: triton-lift-opt %s -split-input-file -verify-diagnostics

tt.func @f(%x: tensor<8xf32>) {
  // expected-error @+1 {{requires the same shape for all operands and results}}
  %0 = ttg.convert_layout %x : tensor<8xf32> -> tensor<16xf32>
  tt.return
}

// -----

tt.func @f(%x: tensor<8xf32>) {
  // expected-error @+1 {{operation with regions in unknown syntax}}
  ttg.future_specialize {
    ttg.yield
  }
  tt.return
}

// -----

tt.func @f(%x: tensor<4x8xf16>) {
  // expected-error @+1 {{the tensor must have the memory's shape and elements}}
  %a = ttg.local_alloc %x : (tensor<4x8xf16>) -> !ttg.memdesc<8x4xf16, #ttg.shared_memory>
  tt.return
}

// -----

tt.func @f(%a: !ttg.memdesc<8x4xf16, #ttg.shared_memory>) {
  // expected-error @+1 {{the tensor must have the memory's shape and elements}}
  %x = ttg.local_load %a : !ttg.memdesc<8x4xf16, #ttg.shared_memory> -> tensor<8x4xf32>
  tt.return
}

// -----

tt.func @f(%a: !ttg.memdesc<8x4xf16, #ttg.shared_memory>) {
  // expected-error @+1 {{order must name each dimension once, and fit the result}}
  %x = ttg.memdesc_trans %a {order = array<i32: 1, 0>} : !ttg.memdesc<8x4xf16, #ttg.shared_memory> -> !ttg.memdesc<8x4xf16, #ttg.shared_memory>
  tt.return
}

// -----

tt.func @f(%a: !ttg.memdesc<8x4xf16, #ttg.shared_memory, mutable>) {
  // expected-error @+1 {{must keep elements and whether they may change}}
  %x = ttg.memdesc_reshape %a : !ttg.memdesc<8x4xf16, #ttg.shared_memory, mutable> -> !ttg.memdesc<32xf16, #ttg.shared_memory>
  tt.return
}

// -----

tt.func @f(%a: !ttg.memdesc<8x4xf16, #ttg.shared_memory>) {
  // expected-error @+1 {{must keep the number of elements}}
  %x = ttg.memdesc_reshape %a : !ttg.memdesc<8x4xf16, #ttg.shared_memory> -> !ttg.memdesc<16xf16, #ttg.shared_memory>
  tt.return
}

// -----

tt.func @f(%a: !ttg.memdesc<8x4xf16, #ttg.shared_memory>, %c: tensor<8x4xf32>) {
  // expected-error @+1 {{shapes do not fit a matrix product}}
  %x = ttng.warp_group_dot %a, %a, %c : !ttg.memdesc<8x4xf16, #ttg.shared_memory> * !ttg.memdesc<8x4xf16, #ttg.shared_memory> -> tensor<8x4xf32>
  tt.return
}
