"""Reductions and scans of (value, index): the first or the last index of the extremum, against the IR executed."""

from __future__ import annotations

import numpy as np
import pytest

import triton_lift
from triton_lift.interpreter import interpret

KERNEL = """
tt.func public @kernel(%x: !tt.ptr<f32>, %y: !tt.ptr<i32>) {{
  %i = tt.make_range {{end = 8 : i32, start = 0 : i32}} : tensor<8xi32>
  %xs = tt.splat %x : !tt.ptr<f32> -> tensor<8x!tt.ptr<f32>>
  %xp = tt.addptr %xs, %i : tensor<8x!tt.ptr<f32>>, tensor<8xi32>
  %v = tt.load %xp : tensor<8x!tt.ptr<f32>>
  %r:2 = "tt.scan"(%v, %i) <{{axis = 0 : i32, reverse = {reverse}}}> ({{
  ^bb0(%a: f32, %m: i32, %b: f32, %n: i32):
    %more = arith.cmpf {better}, %a, %b : f32
    %same = arith.cmpf oeq, %a, %b : f32
    %before = arith.cmpi {tie}, %m, %n : i32
    %equal = arith.andi %same, %before : i1
    %left = arith.ori %more, %equal : i1
    %c = arith.select %left, %a, %b : f32
    %o = arith.select %left, %m, %n : i32
    tt.scan.return %c, %o : f32, i32
  }}) : (tensor<8xf32>, tensor<8xi32>) -> (tensor<8xf32>, tensor<8xi32>)
  %ys = tt.splat %y : !tt.ptr<i32> -> tensor<8x!tt.ptr<i32>>
  %yp = tt.addptr %ys, %i : tensor<8x!tt.ptr<i32>>, tensor<8xi32>
  tt.store %yp, %r#1 : tensor<8x!tt.ptr<i32>>
  tt.return
}}
"""
COMBINES = [(b, t, r) for b in ("ogt", "olt") for t in ("slt", "sgt") for r in ("false", "true")]
# Ties, of the greatest and of the least, at both ends.
DRAWS = [np.array(v, np.float32) for v in ([1, 3, 3, 0, 0, 3, 2, 0], [0, 0, 5, 5, -1, -1, 0, 5], [2] * 8)]


def indices(combine: tuple[str, str, str]) -> tuple[list[list[int]], list[list[int]]]:
    """What the formula and what the IR give, for each draw."""
    better, tie, reverse = combine
    text = KERNEL.format(better=better, tie=tie, reverse=reverse)
    (kernel,) = triton_lift.lift(text)
    assert kernel.status == "verified", kernel.reason
    by_formula, by_ir = [], []
    for x in DRAWS:
        args = {"arg0": x, "arg1": np.zeros(8, np.int32)}
        by_formula.append(kernel.evaluate(args, (1, 1, 1))["arg1"].tolist())
        by_ir.append(interpret(text, args, (1, 1, 1))["arg1"].tolist())
    return by_formula, by_ir


def test_every_order_of_ties() -> None:
    found = {combine: indices(combine) for combine in COMBINES}
    for combine, (by_formula, by_ir) in found.items():
        assert by_formula == by_ir, combine
    # Each is the others' mutant.
    assert len({str(by_formula) for by_formula, _ in found.values()}) == len(COMBINES)


@pytest.mark.parametrize(("better", "tie"), [("oge", "slt"), ("ogt", "ne"), ("oeq", "slt")])
def test_combines_that_depend_on_the_order(better: str, tie: str) -> None:
    (kernel,) = triton_lift.lift(KERNEL.format(better=better, tie=tie, reverse="false"))
    assert kernel.status == "unsupported" and "combine" in (kernel.reason or "")
