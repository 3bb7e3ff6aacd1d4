"""The differential benchmark: draws are repaired to meet preconditions, and what counts as a difference."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.comparing import differences, exclude_sensitive
from benchmarks.draws import Draw
from benchmarks.repairs import repaired
from triton_lift import lift

IR = Path(__file__).resolve().parents[2] / "examples" / "ir"


def matmul_draw(**changed):
    sizes = {"M": 5, "N": 7, "K": 3, "stride_am": 3, "stride_ak": 1, "stride_bk": 7, "stride_bn": 1}
    arrays = {name: np.ones(1 << 15, dtype=np.float32) for name in ("a_ptr", "b_ptr", "c_ptr")}
    return Draw(0, {**arrays, **sizes, "stride_cm": 7, "stride_cn": 1, **changed}, (3, 2, 1))


def unmet(program, draw):
    try:
        program.evaluate(draw.args, draw.grid)
    except ValueError as problem:
        return str(problem)
    return None


@pytest.mark.parametrize("changed", [{}, {"M": 0}, {"N": -3, "M": 130, "stride_cm": 200}])
def test_a_draw_is_repaired(changed):
    (found,) = lift(IR / "matmul.ttir")
    wrong = matmul_draw(**changed)
    assert "precondition does not hold" in unmet(found.program, wrong)
    right = repaired(found.program, wrong)
    assert unmet(found.program, right) is None
    assert right.args["K"] == wrong.args["K"]
    assert repaired(found.program, right) is right


class Lifted:
    """Evaluates a function of x."""

    def __init__(self, function):
        self.function = function

    def evaluate(self, args, grid):
        return {"out": self.function(args["x"])}


@pytest.mark.parametrize(
    ("computed", "function", "excluded"),
    [
        # At a pole each way to compute it differs.
        (1e7, lambda x: 1 / (x - np.float64(1.00000001)), True),
        # One that is off by a constant is off.
        (2.0, lambda x: x, False),
        (3.0, lambda x: x * x, False),
    ],
)
def test_sensitive_elements(computed, function, excluded):
    draw = Draw(1, {"x": np.ones(2), "out": np.zeros(2)}, (1, 1, 1))
    by_formula = {"out": function(draw.args["x"])}
    by_ir = {"out": np.full(2, computed)}
    unclear: dict[str, set[int]] = {}
    assert differences(draw, by_ir, by_formula, unclear, 1e-6)
    exclude_sensitive(Lifted(function), draw, by_ir, by_formula, unclear)
    assert bool(differences(draw, by_ir, by_formula, unclear, 1e-6)) is not excluded


def test_too_large_for_the_format_is_infinite():
    draw = Draw(0, {"out": np.zeros(1, dtype=np.float32)}, (1, 1, 1))
    infinite = {"out": np.array([np.inf], dtype=np.float32)}
    assert not differences(draw, infinite, {"out": np.array([1e200])}, {}, 1e-6)
    assert differences(draw, infinite, {"out": np.array([1e30])}, {}, 1e-6)
    assert differences(draw, infinite, {"out": np.array([-1e200])}, {}, 1e-6)
