"""Stores through a pointer into one of several arrays: the formula against the IR executed, and mutants."""

from __future__ import annotations

import numpy as np
import pytest

import triton_lift
from triton_lift.interpreter import interpret

# Programs below n write to y, the others to z, at another place; what is read back is what was written.
KERNEL = """
module {
tt.func public @kernel(%x: !tt.ptr<f32>, %y: !tt.ptr<f32>, %z: !tt.ptr<f32>, %n: i32) {
  %p = tt.get_program_id x : i32
  %c16 = arith.constant 16 : i32
  %low = arith.cmpi slt, %p, %n : i32
  %s = arith.select %low, %y, %z : !tt.ptr<f32>
  %q = arith.subi %p, %n : i32
  %t = arith.select %low, %p, %q : i32
  %r = tt.make_range {end = 16 : i32, start = 0 : i32} : tensor<16xi32>
  %to = arith.muli %t, %c16 : i32
  %from = arith.muli %p, %c16 : i32
  %tos = tt.splat %to : i32 -> tensor<16xi32>
  %froms = tt.splat %from : i32 -> tensor<16xi32>
  %i = arith.addi %tos, %r : tensor<16xi32>
  %j = arith.addi %froms, %r : tensor<16xi32>
  %xs = tt.splat %x : !tt.ptr<f32> -> tensor<16x!tt.ptr<f32>>
  %ss = tt.splat %s : !tt.ptr<f32> -> tensor<16x!tt.ptr<f32>>
  %xp = tt.addptr %xs, %j : tensor<16x!tt.ptr<f32>>, tensor<16xi32>
  %sp = tt.addptr %ss, %i : tensor<16x!tt.ptr<f32>>, tensor<16xi32>
  %v = tt.load %xp : tensor<16x!tt.ptr<f32>>
  tt.store %sp, %v : tensor<16x!tt.ptr<f32>>
  tt.return
}
}
"""
X = np.arange(96, dtype=np.float32)


def formula(text: str) -> dict[str, np.ndarray] | None:
    (kernel,) = triton_lift.lift(text)
    if kernel.status != "verified":
        return None
    assert len(kernel.outputs) == 2
    return kernel.evaluate(ARGS, (6, 1, 1))


ARGS = {"arg0": X, "arg1": np.zeros(96, np.float32), "arg2": np.zeros(96, np.float32), "arg3": 2}


def test_formula() -> None:
    found, expected = formula(KERNEL), interpret(KERNEL, ARGS, (6, 1, 1))
    assert found is not None
    for name in ("arg1", "arg2"):
        assert np.array_equal(found[name], expected[name])
    assert np.array_equal(expected["arg1"][:32], X[:32]) and np.array_equal(expected["arg2"][:64], X[32:])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("slt, %p, %n", "sle, %p, %n"),
        ("select %low, %y, %z", "select %low, %z, %y"),
        ("muli %t, %c16", "muli %p, %c16"),
        ("tensor<16xi32>\n  %v", "tensor<16xi32>\n  tt.store %sp, %v0 : tensor<16x!tt.ptr<f32>>\n  %v"),
    ],
)
def test_mutants(before: str, after: str) -> None:
    constant = "  %v0 = arith.constant dense<7.0> : tensor<16xf32>\n  %v ="
    mutant = KERNEL.replace(before, after, 1).replace("  %v =", constant if "%v0" in after else "  %v =", 1)
    if "%v0" in after:  # stored before: the load follows, and nothing of x changes
        mutant = mutant.replace("tt.load %xp", "tt.load %sp")
    found, expected = formula(mutant), interpret(KERNEL, ARGS, (6, 1, 1))
    if found is not None:
        assert any(not np.array_equal(found[name], expected[name]) for name in ("arg1", "arg2"))
