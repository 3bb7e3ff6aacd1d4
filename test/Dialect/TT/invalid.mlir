// RUN: triton-lift-opt %s -split-input-file -verify-diagnostics

tt.func @f(%a: tensor<4x8xf32>) {
  // expected-error @+1 {{result must be a tensor<5xi32>}}
  %0 = tt.make_range {end = 5 : i32, start = 0 : i32} : tensor<4xi32>
  tt.return
}

// -----

tt.func @f(%a: tensor<4x8xf32>) {
  // expected-error @+1 {{can only repeat dimensions of size one}}
  %0 = tt.broadcast %a : tensor<4x8xf32> -> tensor<4x16xf32>
  tt.return
}

// -----

tt.func @f(%a: tensor<4x8xf32>) {
  // expected-error @+1 {{result must have one more dimension, of size one}}
  %0 = tt.expand_dims %a {axis = 0 : i32} : tensor<4x8xf32> -> tensor<4x1x8xf32>
  tt.return
}

// -----

tt.func @f(%a: tensor<4x8xf32>) {
  // expected-error @+1 {{order must name each dimension once}}
  %0 = tt.trans %a {order = array<i32: 1, 1>} : tensor<4x8xf32> -> tensor<8x8xf32>
  tt.return
}

// -----

tt.func @f(%a: tensor<4x8xf32>) {
  // expected-error @+1 {{must keep the number of elements}}
  %0 = tt.reshape %a : tensor<4x8xf32> -> tensor<4x4xf32>
  tt.return
}

// -----

tt.func @f(%a: tensor<4x8xf32>, %b: tensor<4x8xf32>) {
  // expected-error @+1 {{shapes do not fit a matrix product}}
  %0 = tt.dot %a, %b, %a : tensor<4x8xf32> * tensor<4x8xf32> -> tensor<4x8xf32>
  tt.return
}

// -----

tt.func @f(%a: tensor<4x8xf32>) {
  // expected-error @+1 {{axis is out of range}}
  %0 = "tt.reduce"(%a) <{axis = 2 : i32}> ({
  ^bb0(%x: f32, %y: f32):
    tt.reduce.return %x : f32
  }) : (tensor<4x8xf32>) -> tensor<4xf32>
  tt.return
}

// -----

tt.func @f(%a: tensor<4x8xf32>) {
  // expected-error @+1 {{combine function must take two elements of each source}}
  %0 = "tt.reduce"(%a) <{axis = 1 : i32}> ({
  ^bb0(%x: f32):
    tt.reduce.return %x : f32
  }) : (tensor<4x8xf32>) -> tensor<4xf32>
  tt.return
}

// -----

tt.func @f(%a: tensor<8xf32>, %m: tensor<8xi1>) {
  // expected-error @+1 {{needs a pointer}}
  "tt.store"(%a, %a, %m) : (tensor<8xf32>, tensor<8xf32>, tensor<8xi1>) -> ()
  tt.return
}

// -----

tt.func @f(%p: tensor<8x!tt.ptr<f32>>, %v: tensor<8xf16>) {
  // expected-error @+1 {{the value's type is not what the pointer points to}}
  "tt.store"(%p, %v) : (tensor<8x!tt.ptr<f32>>, tensor<8xf16>) -> ()
  tt.return
}

// -----

tt.func @f(%p: tensor<8x!tt.ptr<f32>>, %m: tensor<4xi1>) {
  // expected-error @+1 {{the mask must be one bit for each element}}
  %0 = "tt.load"(%p, %m) <{operandSegmentSizes = array<i32: 1, 1, 0>}> : (tensor<8x!tt.ptr<f32>>, tensor<4xi1>) -> tensor<8xf32>
  tt.return
}

// -----

// expected-note @+1 {{prior use here}}
tt.func @f(%p: tensor<8x!tt.ptr<f32>>, %m: tensor<8xi32>) {
  // expected-error @+1 {{use of value '%m' expects different type than prior uses: 'tensor<8xi1>' vs 'tensor<8xi32>'}}
  %0 = tt.load %p, %m : tensor<8x!tt.ptr<f32>>
  tt.return
}

// -----

tt.func @f() {
  // expected-error @+1 {{calls 'g', which is not defined}}
  tt.call @g() : () -> ()
  tt.return
}

// -----

tt.func @f() -> i32 {
  // expected-error @+1 {{operand types differ from the function's results}}
  tt.return
}

// -----

tt.func @f() {
  // expected-error @+1 {{expected axis x, y or z}}
  %0 = tt.get_program_id w : i32
  tt.return
}
