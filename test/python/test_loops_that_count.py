"""`while` loops that count, against the IR executed; and mutants of them."""

from __future__ import annotations

import numpy as np
import pytest

import triton_lift
from triton_lift.interpreter import interpret

KERNEL = """
tt.func public @kernel(%x: !tt.ptr<f32>, %y: !tt.ptr<f32>, %n: i32, %m: i32) {{
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %c2 = arith.constant 2 : i32
  %r:2 = scf.while (%s = %zero, %i = {start}) : (f32, i32) -> (i32, f32) {{
    %go = arith.cmpi {test} : i32
    scf.condition(%go) %i, %s : i32, f32
  }} do {{
  ^bb0(%i: i32, %s: f32):
    %p = tt.addptr %x, %i : !tt.ptr<f32>, i32
    %a = tt.load %p : !tt.ptr<f32>
    %t = arith.addf %s, %a : f32
    %j = arith.{step} : i32
    scf.yield %t, %j : f32, i32
  }}
  tt.store %y, %r#1 : !tt.ptr<f32>
  %y1 = tt.addptr %y, %c1 : !tt.ptr<f32>, i32
  %last = arith.sitofp %r#0 : i32 to f32
  tt.store %y1, %last : !tt.ptr<f32>
  tt.return
}}
"""

LOOPS = [
    ("%c0", "slt, %i, %n", "addi %i, %c1"),
    ("%m", "slt, %i, %n", "addi %i, %c2"),
    ("%c0", "sle, %i, %n", "addi %c2, %i"),
    ("%n", "sgt, %i, %m", "subi %i, %c1"),
    ("%n", "sge, %i, %c0", "subi %i, %c2"),
    ("%n", "sle, %c0, %i", "subi %i, %c1"),
    ("%c0", "sgt, %n, %i", "addi %i, %c2"),
]
X = np.linspace(-1, 3, 32, dtype=np.float32) ** 3


N_VALUES, M_VALUES = range(9), range(4)


def arguments(n: int, m: int) -> dict[str, object]:
    return {"arg0": X, "arg1": np.zeros(2, np.float32), "arg2": n, "arg3": m}


def lifted(loop: tuple[str, str, str]) -> triton_lift.Lifted:
    start, test, step = loop
    (kernel,) = triton_lift.lift(KERNEL.format(start=start, test=test, step=step))
    assert kernel.status == "verified", kernel.reason
    return kernel


def differences(kernel: triton_lift.Lifted, loop: tuple[str, str, str]) -> int:
    """How many draws tell the formula from the IR of `loop`."""
    start, test, step = loop
    text = KERNEL.format(start=start, test=test, step=step)
    count = 0
    for n in N_VALUES:
        for m in M_VALUES:
            by_formula = kernel.evaluate(arguments(n, m), (1, 1, 1))["arg1"]
            by_ir = interpret(text, arguments(n, m), (1, 1, 1))["arg1"]
            count += not np.allclose(by_formula, by_ir, rtol=1e-5, atol=1e-5)
    return count


@pytest.mark.parametrize("loop", LOOPS)
def test_formula(loop: tuple[str, str, str]) -> None:
    kernel = lifted(loop)
    assert differences(kernel, loop) == 0
    assert all(differences(kernel, other) for other in LOOPS if other != loop)


def test_the_last_step_may_not_wrap() -> None:
    """From 2^31 - 1 the counter would go on at -2^31: the bound is owed."""
    assert any("n + 1" in p or "arg2 + 1" in p for p in lifted(LOOPS[1]).preconditions)


def test_a_loop_that_need_not_count() -> None:
    text = KERNEL.format(start="%c0", test="ne, %i, %n", step="addi %i, %c2")
    (kernel,) = triton_lift.lift(text)
    assert kernel.status == "unsupported" and "scf.while" in (kernel.reason or "")
