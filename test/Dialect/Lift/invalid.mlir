// Ill-typed terms are no terms.
// RUN: triton-lift-opt %s -split-input-file -verify-diagnostics

lift.kernel @mixed params [] {
  %a = lift.const 1 : i32
  %b = lift.const 1 : i64
  // expected-error @+1 {{requires the same type for all operands and results}}
  %c = "lift.add"(%a, %b) : (i32, i64) -> i32
}

// -----

lift.kernel @condition params [] {
  %a = lift.const 1 : i32
  // expected-error @+1 {{operand #0 must be 1-bit signless integer}}
  %c = "lift.select"(%a, %a, %a) : (i32, i32, i32) -> i32
}

// -----

lift.kernel @offset params [] {
  %a = lift.const 1 : i32
  // expected-error @+1 {{operand #0 must be 64-bit signless integer}}
  %c = "lift.read"(%a) {array = 0, version = 0} : (i32) -> f32
}
