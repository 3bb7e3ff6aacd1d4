"""Straight-line assembly: the formula against the IR executed on bits, and mutants of the text."""

from __future__ import annotations

import numpy as np
import pytest

import triton_lift
from triton_lift.interpreter import interpret

SOFTPLUS = (
    "{ .reg .pred big; // as it is beyond 10\\0A setp.gt.f32 big, $1, 10.; @big mov.f32 $0, $1;"
    " @!big mul.f32 $0, $1, 1.4426950408889634; @!big ex2.approx.ftz.f32 $0, $0; @!big add.f32 $0, $0, 1.0;"
    " @!big lg2.approx.ftz.f32 $0, $0; @!big mul.f32 $0, $0, 0.6931471805599453; }"
)
BITS = "{ .reg .b32 t; and.b32 t, $1, 2147483647; mov.b32 $0, t; }"
CHOICE = (
    "{ .reg .pred p; setp.lt.f32 p, $1, 0f00000000; selp.f32 $0, $1, 2.5, p; fma.rn.f32 $0, $0, $0, $1; }"
)


def kernel(text: str, constraints: str = "=f,f", pure: str = "true") -> str:
    return f"""
module {{
tt.func public @kernel(%x: !tt.ptr<f32>, %y: !tt.ptr<f32>) {{
  %r = tt.make_range {{end = 64 : i32, start = 0 : i32}} : tensor<64xi32>
  %xs = tt.splat %x : !tt.ptr<f32> -> tensor<64x!tt.ptr<f32>>
  %ys = tt.splat %y : !tt.ptr<f32> -> tensor<64x!tt.ptr<f32>>
  %xp = tt.addptr %xs, %r : tensor<64x!tt.ptr<f32>>, tensor<64xi32>
  %yp = tt.addptr %ys, %r : tensor<64x!tt.ptr<f32>>, tensor<64xi32>
  %v = tt.load %xp : tensor<64x!tt.ptr<f32>>
  %w = tt.elementwise_inline_asm "{text}" {{constraints = "{constraints}", packed_element = 1 : i32, pure = {pure}}} %v : tensor<64xf32> -> tensor<64xf32>
  tt.store %yp, %w : tensor<64x!tt.ptr<f32>>
  tt.return
}}
}}
"""  # noqa: E501


X = np.random.default_rng(5).uniform(-20, 20, 64).astype(np.float32)
EXPECTED = {
    SOFTPLUS: np.where(X > 10, X, np.log1p(np.exp(X.astype(np.float64)))),
    CHOICE: np.where(X < 0, X, 2.5).astype(np.float64) ** 2 + X,
}


def formula(text: str) -> np.ndarray | None:
    (lifted,) = triton_lift.lift(kernel(text))
    if lifted.status != "verified":
        return None
    args = {"arg0": X, "arg1": np.zeros(64, np.float32)}
    return np.asarray(lifted.evaluate(args, (1, 1, 1))["arg1"])


def executed(text: str) -> np.ndarray:
    args = {"arg0": X, "arg1": np.zeros(64, np.float32)}
    return np.asarray(interpret(kernel(text), args, (1, 1, 1))["arg1"])


@pytest.mark.parametrize("text", EXPECTED)
def test_formula_and_execution(text: str) -> None:
    found = formula(text)
    assert found is not None and np.allclose(found, EXPECTED[text], rtol=1e-5, atol=1e-6)
    assert np.allclose(executed(text), EXPECTED[text], rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    ("text", "before", "after"),
    [
        (SOFTPLUS, "setp.gt", "setp.lt"),
        (SOFTPLUS, "setp.gt", "setp.gtq"),
        (SOFTPLUS, "@!big add", "@big add"),
        (SOFTPLUS, "ex2.approx.ftz", "ex2.approx.sat"),
        (SOFTPLUS, "ex2", "ex3"),
        (SOFTPLUS, "@big mov.f32 $0, $1;", ""),
        (SOFTPLUS, "add.f32 $0, $0, 1.0", "add.rz.f32 $0, $0, 1.0"),
        (SOFTPLUS, "add.f32 $0, $0, 1.0", "sub.f32 $0, $0, 1.0"),
        (SOFTPLUS, "mul.f32 $0, $0", "mul.f64 $0, $0"),
        (CHOICE, "2.5, p", "2.5, q"),
        (CHOICE, "$1, 2.5, p", "2.5, $1, p"),
        (CHOICE, "$0, $0, $0, $1", "$0, $0, $1, $1"),
        (CHOICE, "fma.rn", "fma.rn.sat"),
        (CHOICE, "0f00000000", "0f3F800000"),
        (CHOICE, "mov.f32", "ld.global.f32"),
    ],
)
def test_mutants(text: str, before: str, after: str) -> None:
    mutant = text.replace(before, after, 1)
    found = formula(mutant)
    if mutant == text:
        return
    assert found is None or not np.allclose(found, EXPECTED[text], rtol=1e-5, atol=1e-6)


def test_approximations_are_listed() -> None:
    (lifted,) = triton_lift.lift(kernel(SOFTPLUS))
    assert any("exp2" in line for line in lifted.real_arithmetic)


def test_bits() -> None:
    (lifted,) = triton_lift.lift(kernel(BITS))
    assert lifted.status == "verified" or "bits" in (lifted.reason or "")
    assert np.array_equal(executed(BITS), np.abs(X))


@pytest.mark.parametrize(
    ("text", "constraints", "reason"),
    [
        ("ld.global.f32 $0, [$1];", "=f,f", "assembly"),
        ("mov.f32 $0, %clock;", "=f,f", "assembly"),
        ("again: add.f32 $0, $1, 1.0;", "=f,f", "assembly"),
        ("mov.f32 $2, $1;", "=f,f", "unwritten"),
        ("mov.f32 $0, $1;", "=h,f", "registers"),
        ("mov.f32 $0, $1;", "=f,f,f", "registers"),
    ],
)
def test_refusals(text: str, constraints: str, reason: str) -> None:
    (lifted,) = triton_lift.lift(kernel(text, constraints))
    assert lifted.status == "unsupported" and reason in (lifted.reason or "")


def test_effects() -> None:
    (lifted,) = triton_lift.lift(kernel("mov.f32 $0, $1;", pure="false"))
    assert lifted.status == "unsupported" and "effects" in (lifted.reason or "")
    waiting = kernel("mov.f32 $0, $1;").replace(
        "  tt.store",
        '  %t = tt.elementwise_inline_asm "griddepcontrol.wait; // dummy $0" '
        '{constraints = "=r", packed_element = 1 : i32, pure = false} -> i32\n  tt.store',
    )
    (lifted,) = triton_lift.lift(waiting)
    assert lifted.status == "verified", lifted.reason
