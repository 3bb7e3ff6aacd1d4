"""While loops over constants: the formula against the IR executed, and mutants."""

from __future__ import annotations

import numpy as np
import pytest

import triton_lift
from triton_lift.interpreter import interpret

# Where x would stand among y[0 .. 8): halves the range from 9 on.
SEARCH = """
module {
tt.func public @kernel(%x: !tt.ptr<f32>, %y: !tt.ptr<f32>, %z: !tt.ptr<i32>) {
  %zero = arith.constant dense<0> : tensor<16xi32>
  %one = arith.constant dense<1> : tensor<16xi32>
  %two = arith.constant dense<2> : tensor<16xi32>
  %eight = arith.constant dense<8> : tensor<16xi32>
  %c1 = arith.constant 1 : i32
  %c2 = arith.constant 2 : i32
  %c9 = arith.constant 9 : i32
  %r = tt.make_range {end = 16 : i32, start = 0 : i32} : tensor<16xi32>
  %xs = tt.splat %x : !tt.ptr<f32> -> tensor<16x!tt.ptr<f32>>
  %ys = tt.splat %y : !tt.ptr<f32> -> tensor<16x!tt.ptr<f32>>
  %zs = tt.splat %z : !tt.ptr<i32> -> tensor<16x!tt.ptr<i32>>
  %xp = tt.addptr %xs, %r : tensor<16x!tt.ptr<f32>>, tensor<16xi32>
  %zp = tt.addptr %zs, %r : tensor<16x!tt.ptr<i32>>, tensor<16xi32>
  %v = tt.load %xp : tensor<16x!tt.ptr<f32>>
  %end:3 = scf.while (%low = %zero, %high = %eight, %size = %c9)
      : (tensor<16xi32>, tensor<16xi32>, i32) -> (tensor<16xi32>, tensor<16xi32>, i32) {
    %go = arith.cmpi sgt, %size, %c1 : i32
    scf.condition(%go) %low, %high, %size : tensor<16xi32>, tensor<16xi32>, i32
  } do {
  ^bb0(%low: tensor<16xi32>, %high: tensor<16xi32>, %size: i32):
    %sum = arith.addi %low, %high : tensor<16xi32>
    %mid = arith.divsi %sum, %two : tensor<16xi32>
    %inside = arith.cmpi slt, %mid, %eight : tensor<16xi32>
    %yp = tt.addptr %ys, %mid : tensor<16x!tt.ptr<f32>>, tensor<16xi32>
    %none = arith.constant dense<0.0> : tensor<16xf32>
    %w = tt.load %yp, %inside, %none : tensor<16x!tt.ptr<f32>>
    %less = arith.cmpf olt, %w, %v : tensor<16xf32>
    %up = arith.andi %less, %inside : tensor<16xi1>
    %next = arith.addi %mid, %one : tensor<16xi32>
    %lower = arith.select %up, %next, %low : tensor<16xi1>, tensor<16xi32>
    %upper = arith.select %up, %high, %mid : tensor<16xi1>, tensor<16xi32>
    %more = arith.addi %size, %c1 : i32
    %half = arith.divsi %more, %c2 : i32
    scf.yield %lower, %upper, %half : tensor<16xi32>, tensor<16xi32>, i32
  }
  tt.store %zp, %end#0 : tensor<16x!tt.ptr<i32>>
  tt.return
}
}
"""
RNG = np.random.default_rng(8)
Y = np.sort(RNG.standard_normal(8)).astype(np.float32)
X = np.concatenate([RNG.standard_normal(12), [-9, 9], Y[[2, 7]]]).astype(np.float32)
ARGS = {"arg0": X, "arg1": Y, "arg2": np.full(16, -1, np.int32)}


def formula(text: str) -> np.ndarray | None:
    (kernel,) = triton_lift.lift(text)
    if kernel.status != "verified":
        return None
    return np.asarray(kernel.evaluate(ARGS, (1, 1, 1))["arg2"])


def test_binary_search() -> None:
    expected = np.searchsorted(Y, X)
    assert np.array_equal(interpret(SEARCH, ARGS, (1, 1, 1))["arg2"], expected)
    found = formula(SEARCH)
    assert found is not None and np.array_equal(found, expected)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("sgt, %size, %c1", "sgt, %size, %c9"),
        ("%size = %c9", "%size = %c2"),
        ("divsi %more, %c2", "divsi %more, %c9"),
        ("olt, %w, %v", "ole, %w, %v"),
        ("select %up, %next, %low", "select %up, %mid, %low"),
        ("%end#0", "%end#2x"),
    ],
)
def test_mutants(before: str, after: str) -> None:
    mutant = SEARCH.replace(before, after, 1)
    if after == "%end#2x":  # the last size, 1
        mutant = mutant.replace("%end#2x", "%ones").replace(
            "  tt.store", "  %ones = tt.splat %end#2 : i32 -> tensor<16xi32>\n  tt.store"
        )
    found = formula(mutant)
    assert found is None or not np.array_equal(found, np.searchsorted(Y, X))


@pytest.mark.parametrize("after", ["%size = %n", "addi %size, %n"])
def test_what_is_not_constant_stays(after: str) -> None:
    before = "%size = %c9" if "=" in after else "addi %size, %c1"
    text = SEARCH.replace(before, after).replace("%z: !tt.ptr<i32>)", "%z: !tt.ptr<i32>, %n: i32)")
    (kernel,) = triton_lift.lift(text)
    assert kernel.status == "unsupported" and "scf.while" in (kernel.reason or "")


def test_what_never_ends_stays() -> None:
    (kernel,) = triton_lift.lift(SEARCH.replace("sgt, %size, %c1", "sge, %size, %c1"))
    assert kernel.status == "unsupported" and "scf.while" in (kernel.reason or "")
