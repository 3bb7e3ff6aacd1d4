"""Arguments that may be null: their address is an argument too."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import triton_lift
from triton_lift.interpreter import interpret

KERNEL = """
tt.func public @kernel(%w: !tt.ptr<f32>, %y: !tt.ptr<f32>) {{
  %c0 = arith.constant 0 : i64
  %one = arith.constant 1.0 : f32
  %p = tt.get_program_id x : i32
  %a = tt.ptr_to_int {pointer} : !tt.ptr<f32> -> i64
  %given = arith.cmpi {test}, %a, %c0 : i64
  %v = scf.if %given -> (f32) {{
    %wp = tt.addptr %w, %p : !tt.ptr<f32>, i32
    %wv = tt.load %wp : !tt.ptr<f32>
    scf.yield %wv : f32
  }} else {{
    scf.yield %one : f32
  }}
  %yp = tt.addptr %y, %p : !tt.ptr<f32>, i32
  tt.store %yp, %v : !tt.ptr<f32>
  tt.return
}}
"""


def results(text: str, w: Any) -> tuple[list[float], list[float]]:
    """What the formula gives and what the IR does."""
    (kernel,) = triton_lift.lift(text)
    assert kernel.status == "verified", kernel.reason
    args = {"arg0": w, "arg1": np.zeros(4, np.float32)}
    by_formula = kernel.evaluate(args, (4, 1, 1))["arg1"]
    return by_formula.tolist(), interpret(text, args, (4, 1, 1))["arg1"].tolist()


@pytest.mark.parametrize("w", [None, np.arange(4, dtype=np.float32)], ids=["null", "array"])
def test_optional_argument(w: Any) -> None:
    by_formula, by_ir = results(KERNEL.format(pointer="%w", test="ne"), w)
    assert by_formula == by_ir == ([1, 1, 1, 1] if w is None else [0, 1, 2, 3])


def test_mutants() -> None:
    """The address of another argument; the branches exchanged."""
    right = results(KERNEL.format(pointer="%w", test="ne"), None)[0]
    by_formula, by_ir = results(KERNEL.format(pointer="%y", test="eq"), None)
    assert by_formula == by_ir == right  # y is not null: 1 again, for another reason
    w = np.arange(4, dtype=np.float32)
    right = results(KERNEL.format(pointer="%w", test="ne"), w)[0]
    for pointer, test in (("%y", "eq"), ("%w", "eq")):
        by_formula, by_ir = results(KERNEL.format(pointer=pointer, test=test), w)
        assert by_formula == by_ir != right
