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
