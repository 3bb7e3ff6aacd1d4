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

// -----

tt.func @f(%a: tensor<4xf32>) {
  // expected-error @+1 {{operand #0 must be scalar}}
  %0 = tt.splat %a : tensor<4xf32> -> tensor<8xf32>
  tt.return
}

// -----

tt.func @f(%a: tensor<4xf32>) {
  // expected-error @+1 {{must keep the number of bits}}
  %0 = tt.bitcast %a : tensor<4xf32> -> tensor<4xi16>
  tt.return
}

// -----

tt.func @f(%a: !tt.ptr<f32>) {
  // expected-error @+1 {{pointers and numbers are cast by other operations}}
  %0 = tt.bitcast %a : !tt.ptr<f32> -> i64
  tt.return
}

// -----

tt.func @f(%a: tensor<4xf32>) {
  // expected-error @+1 {{operands and results must have one shape}}
  %0 = tt.extern_elementwise %a {libname = "", libpath = "", pure = true, symbol = "__nv_expf"} : (tensor<4xf32>) -> tensor<8xf32>
  tt.return
}

// -----

tt.func @f(%a: tensor<4xf32>) {
  // expected-error @+1 {{operands and results must have one shape}}
  %0 = tt.elementwise_inline_asm "" {constraints = "=r,r", packed_element = 1 : i32, pure = true} %a : tensor<4xf32> -> f32
  tt.return
}

// -----

tt.func @f(%a: tensor<4xf32>) {
  // expected-error @+1 {{function must take the sources' elements}}
  %0 = "tt.map_elementwise"(%a) <{pack = 2 : i32}> ({
  ^bb0(%x: f32):
    tt.map_elementwise.return %x : f32
  }) : (tensor<4xf32>) -> tensor<4xf32>
  tt.return
}

// -----

tt.func @f(%a: tensor<4xf32>) {
  // expected-error @+1 {{function must return the results' elements}}
  %0 = "tt.map_elementwise"(%a) <{pack = 1 : i32}> ({
  ^bb0(%x: f32):
    tt.map_elementwise.return
  }) : (tensor<4xf32>) -> tensor<4xf32>
  tt.return
}

// -----

tt.func @f(%a: tensor<4x4x!tt.ptr<f32>>, %c: tensor<4x4xf32>) {
  // expected-error @+1 {{operands must hold numbers}}
  %0 = tt.dot %a, %c, %c : tensor<4x4x!tt.ptr<f32>> * tensor<4x4xf32> -> tensor<4x4xf32>
  tt.return
}

// -----

tt.func @f(%a: tensor<4xf32>) {
  // expected-error @+1 {{needs integers}}
  %0 = tt.histogram %a : tensor<4xf32> -> tensor<8xi32>
  tt.return
}

// -----

tt.func @f(%a: tensor<4xf32>, %i: tensor<4xf32>) {
  // expected-error @+1 {{indices must be integers}}
  %0 = tt.gather %a[%i] {axis = 0 : i32} : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  tt.return
}

// -----

tt.func @f(%a: !tt.ptr<tensor<4xf32>>, %i: i32) {
  // expected-error @+1 {{a block pointer is moved by tt.advance}}
  %0 = tt.addptr %a, %i : !tt.ptr<tensor<4xf32>>, i32
  tt.return
}

// -----

tt.func @f(%a: tensor<0x4xf32>) {
  // expected-error @+1 {{that is not empty}}
  %0 = tt.trans %a {order = array<i32: 1, 0>} : tensor<0x4xf32> -> tensor<4x0xf32>
  tt.return
}
