"""`tt.dot_scaled`: the formula against the IR executed, and mutants."""

from __future__ import annotations

import numpy as np
import pytest

import triton_lift
from triton_lift.interpreter import interpret


def tile(name: str, argument: str, rows: int, columns: int, kind: str) -> str:
    """Loads a row-major block."""
    shape = f"{rows}x{columns}"
    return f"""
  %{name}i = tt.make_range {{end = {rows} : i32, start = 0 : i32}} : tensor<{rows}xi32>
  %{name}j = tt.make_range {{end = {columns} : i32, start = 0 : i32}} : tensor<{columns}xi32>
  %{name}ie = tt.expand_dims %{name}i {{axis = 1 : i32}} : tensor<{rows}xi32> -> tensor<{rows}x1xi32>
  %{name}je = tt.expand_dims %{name}j {{axis = 0 : i32}} : tensor<{columns}xi32> -> tensor<1x{columns}xi32>
  %{name}w = arith.constant dense<{columns}> : tensor<{rows}x1xi32>
  %{name}r = arith.muli %{name}ie, %{name}w : tensor<{rows}x1xi32>
  %{name}rb = tt.broadcast %{name}r : tensor<{rows}x1xi32> -> tensor<{shape}xi32>
  %{name}jb = tt.broadcast %{name}je : tensor<1x{columns}xi32> -> tensor<{shape}xi32>
  %{name}o = arith.addi %{name}rb, %{name}jb : tensor<{shape}xi32>
  %{name}s = tt.splat {argument} : !tt.ptr<{kind}> -> tensor<{shape}x!tt.ptr<{kind}>>
  %{name}p = tt.addptr %{name}s, %{name}o : tensor<{shape}x!tt.ptr<{kind}>>, tensor<{shape}xi32>"""


def kernel(dot: str) -> str:
    """a is 4x16 bytes (4x32 elements of 4 bits), b 32x8 halves, its scales 8x1 bytes, a's 4x2."""
    loads = ""
    for name, argument, rows, columns, kind in (
        ("a", "%x", 4, 16, "i8"),
        ("b", "%y", 32, 8, "f16"),
        ("u", "%s", 4, 2, "i8"),
        ("v", "%t", 8, 1, "i8"),
        ("o", "%z", 4, 8, "f32"),
    ):
        loads += tile(name, argument, rows, columns, kind)
        if name != "o":
            loads += f"\n  %{name} = tt.load %{name}p : tensor<{rows}x{columns}x!tt.ptr<{kind}>>"
    return f"""
tt.func public @kernel(%x: !tt.ptr<i8>, %y: !tt.ptr<f16>, %s: !tt.ptr<i8>, %t: !tt.ptr<i8>, %z: !tt.ptr<f32>) {{{loads}
  %zero = arith.constant dense<0.0> : tensor<4x8xf32>
  %d = tt.dot_scaled {dot} -> tensor<4x8xf32>
  tt.store %op, %d : tensor<4x8x!tt.ptr<f32>>
  tt.return
}}
"""


A, B, U, V = "tensor<4x16xi8>", "tensor<32x8xf16>", "tensor<4x2xi8>", "tensor<8x1xi8>"
DOTS = {
    "both scales": f"%a scale %u, %b scale %v, %zero lhs = e2m1 rhs = fp16 {{fastMath = false}} : {A}, {U} * {B}, {V}",
    "left scale": f"%a scale %u, %b, %zero lhs = e2m1 rhs = fp16 {{fastMath = false}} : {A}, {U} * {B}",
    "right scale": f"%a, %b scale %v, %zero lhs = e2m1 rhs = fp16 {{fastMath = false}} : {A} * {B}, {V}",
    "no scale": f"%a, %b, %zero lhs = e2m1 rhs = fp16 {{fastMath = false}} : {A} * {B}",
}


def results(name: str) -> tuple[np.ndarray, np.ndarray]:
    """What the formula gives and what the IR does."""
    text = kernel(DOTS[name])
    (lifted,) = triton_lift.lift(text)
    assert lifted.status == "verified", lifted.reason
    assert any("the format of the product" in line for line in lifted.real_arithmetic)
    draw = np.random.default_rng(3)
    args = {
        "arg0": draw.integers(-128, 128, 64).astype(np.int8),
        "arg1": draw.integers(-8, 8, 256).astype(np.float16),
        "arg2": draw.integers(120, 128, 8).astype(np.int8),
        "arg3": draw.integers(120, 128, 8).astype(np.int8),
        "arg4": np.zeros(32, np.float32),
    }
    by_formula = np.asarray(lifted.evaluate(args, (1, 1, 1))["arg4"])
    return by_formula, interpret(text, args, (1, 1, 1))["arg4"]


@pytest.mark.parametrize("name", DOTS)
def test_formula(name: str) -> None:
    by_formula, by_ir = results(name)
    assert np.allclose(by_formula, by_ir, rtol=1e-5)


def test_each_is_the_others_mutant() -> None:
    found = [results(name)[0] for name in DOTS]
    assert not any(np.allclose(a, b) for i, a in enumerate(found) for b in found[:i])


def test_elements_of_an_unknown_kind() -> None:
    (lifted,) = triton_lift.lift(
        kernel(DOTS["no scale"].replace("lhs = e2m1", "lhs = e4m3").replace("32x8", "16x8"))
    )
    assert lifted.status != "verified"
