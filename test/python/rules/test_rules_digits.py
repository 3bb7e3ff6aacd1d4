"""A flat index as its two digits: by brute force, and where it must stay as it is."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from triton_lift.evaluation.terms import Evaluator
from triton_lift.simplification.digits import into_digits
from triton_lift.simplification.reductions import reduction
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms.term import Term, make, var

N = make("param", (), (9, "n"))


def read(index: Term) -> Term:
    return make("read", (index,), (0, 0), "real")


def value(t: Term, n: int) -> float:
    array = np.random.default_rng(3).integers(-9, 10, 4096).astype(float)
    return float(Evaluator({N: np.int64(n)}, {0: array})(t))


def digits(v: Term, base: int) -> tuple[Term, Term]:
    return ints.fdiv(v, ints.const(base)), ints.fmod(v, ints.const(base))


@pytest.mark.parametrize(
    ("front", "base", "kind"), list(product((1, 2, 3), (2, 4, 5), ("add", "max", "min", "mul")))
)
def test_two_digits(front: int, base: int, kind: str) -> None:
    v = var("k")
    high, low = digits(v, base)
    guard = bools.lt(low, N)
    body = read(ints.add(ints.scale(high, 100), ints.scale(low, 7)))
    box = [(v, ints.ZERO, ints.const(front * base))]
    found, new_guard, new_body = into_digits(box, guard, body)
    assert len(found) == 2 and not new_body.free & {v}
    for n in range(1, base + 1):
        before = value(reduction("reduce", kind, box, guard, body), n)
        assert value(reduction("reduce", kind, found, new_guard, new_body), n) == before


def test_three_digits() -> None:
    v = var("k")
    six, two, three = map(ints.const, (6, 2, 3))
    middle = ints.fmod(ints.fdiv(v, two), three)
    body = read(ints.add(ints.scale(ints.fdiv(v, six), 100), ints.scale(middle, 10), ints.fmod(v, two)))
    box = [(v, ints.ZERO, ints.const(24))]
    found = into_digits(box, bools.TRUE, body)
    before = value(reduction("reduce", "add", box, bools.TRUE, body), 1)
    assert value(reduction("reduce", "add", *found), 1) == before


def unchanged(size: Term, body: Term, v: Term, low: Term = ints.ZERO) -> bool:
    box = [(v, low, size)]
    return into_digits(box, bools.TRUE, body) == (box, bools.TRUE, body)


def test_what_stays() -> None:
    v = var("k")
    high, low = digits(v, 4)
    body = read(ints.add(ints.scale(high, 100), low))
    assert not unchanged(ints.const(12), body, v)
    assert unchanged(ints.const(10), body, v)  # the last front digit has not all back digits
    assert unchanged(N, body, v)
    assert unchanged(ints.const(12), body, v, ints.ONE)
    assert unchanged(ints.const(12), read(ints.add(body.args[0], v)), v)  # the index itself occurs
    other = ints.fmod(v, ints.const(6))
    assert unchanged(ints.const(12), read(ints.add(body.args[0], ints.scale(other, 1000))), v)  # two bases
