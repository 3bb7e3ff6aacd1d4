"""Gathers and scatters through descriptors: the formula against the IR executed, and mutants."""

from __future__ import annotations

import numpy as np
import pytest

import triton_lift
from triton_lift.interpreter import interpret

KERNEL = """
tt.func public @kernel(%x: !tt.ptr<f32>, %y: !tt.ptr<f32>, %rows: !tt.ptr<i32>, %m: i32, %n: i32) {{
  %one = arith.constant 1 : i64
  %c0 = arith.constant 0 : i32
  %c2 = arith.constant 2 : i32
  %s = arith.extsi %n : i32 to i64
  %r = tt.make_range {{end = 4 : i32, start = 0 : i32}} : tensor<4xi32>
  %ps = tt.splat %rows : !tt.ptr<i32> -> tensor<4x!tt.ptr<i32>>
  %pp = tt.addptr %ps, %r : tensor<4x!tt.ptr<i32>>, tensor<4xi32>
  %q = tt.load %pp : tensor<4x!tt.ptr<i32>>
  %d = tt.make_tensor_descriptor %x, [%m, %n], [%s, %one] : <f32>, <1x8xf32>
  %e = tt.make_tensor_descriptor %y, [%m, %n], [%s, %one] : <f32>, <1x8xf32>
  %v = tt.descriptor_gather %d[{read}] : (!tt.tensordesc<1x8xf32>, tensor<4xi32>, i32) -> tensor<4x8xf32>
  tt.descriptor_scatter %e[{write}], %v : !tt.tensordesc<1x8xf32>, tensor<4xi32>, i32, tensor<4x8xf32>
  tt.return
}}
"""
M, N = 4, 7
ROWS = np.array([3, 0, 2, 9], np.int32)
X = np.arange(1, M * N + 1, dtype=np.float32)


def results(read: str, write: str) -> tuple[list[float], list[float]]:
    """What the formula gives and what the IR does."""
    text = KERNEL.format(read=read, write=write)
    (kernel,) = triton_lift.lift(text)
    assert kernel.status == "verified", kernel.reason
    args = {"arg0": X, "arg1": np.zeros(M * N, np.float32), "arg2": ROWS, "arg3": M, "arg4": N}
    by_formula = kernel.evaluate(args, (1, 1, 1))["arg1"].tolist()
    return by_formula, interpret(text, args, (1, 1, 1))["arg1"].tolist()


@pytest.mark.parametrize("write", ["%r, %c0", "%r, %c2"])
@pytest.mark.parametrize("read", ["%q, %c0", "%q, %c2", "%r, %c0"])
def test_rows(read: str, write: str) -> None:
    by_formula, by_ir = results(read, write)
    assert by_formula == by_ir


def test_each_is_the_others_mutant() -> None:
    found = [results(r, w)[0] for r in ("%q, %c0", "%q, %c2", "%r, %c0") for w in ("%r, %c0", "%r, %c2")]
    assert len({str(f) for f in found}) == len(found)
