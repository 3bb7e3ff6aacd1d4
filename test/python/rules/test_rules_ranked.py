"""Elements by rank: what `ranked` and `argranked` mean, against sorting by hand, ties and left-out points included."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from triton_lift.evaluation.terms import Evaluator
from triton_lift.formulas.parsing import parse
from triton_lift.formulas.printing import Printer
from triton_lift.formulas.spelling import AsciiStyle, TextStyle
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms.term import Term, make, var

K, I = var("k"), var("i")
N = make("param", (), (1, "n"))
MASK = make("eq0", (ints.fmod(K, ints.const(2)),), None, "bool")


def element(sort: str) -> Term:
    return make("read", (K,), (0, 0, ()), sort)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["smallest", "largest"])
@pytest.mark.parametrize("sort", ["real", "int"])
@pytest.mark.parametrize("guard", [bools.TRUE, MASK])
def test_an_element_of_a_rank(kind: str, sort: str, guard: Term) -> None:
    body = element(sort)
    args = (K, ints.ZERO, N, guard, body, I)
    value, place = make("ranked", args, (kind, 1), body.sort), make("argranked", args, (kind, 1), "int")
    for size in (1, 2, 5):
        for data in product(range(3), repeat=size):
            points = [k for k in range(size) if guard is bools.TRUE or k % 2 == 0]
            points.sort(key=lambda k: data[k] if kind == "smallest" else -data[k])
            array = np.array(data, dtype=np.float64 if sort == "real" else np.int64)
            evaluate = Evaluator({I: np.arange(len(points)), N: np.int64(size)}, {0: array})
            assert evaluate(place).tolist() == points
            assert evaluate(value).tolist() == [data[k] for k in points]


@pytest.mark.parametrize("text", ["smallest[k<n](x[k]; i)", "arglargest[k<n, k > 1](x[i, k]; i + 1)"])
def test_ranks_are_read_as_they_are_printed(text: str) -> None:
    (statement,) = parse(f"y[i] = {text} for 0 ≤ i < n", scalars={"n"})
    assert Printer(TextStyle()).statement(statement) == f"y[i] = {text}  for 0 ≤ i < n"
    typed = Printer(AsciiStyle()).statement(statement)
    assert parse(typed, scalars={"n"}) == [statement]
