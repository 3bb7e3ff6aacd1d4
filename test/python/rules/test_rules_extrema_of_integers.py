"""Theorems on extrema of integers: a floor makes masks ranges, constants make them questions; by brute force."""

from __future__ import annotations

from itertools import product

import pytest
from exact import exact

from triton_lift.proving import Context, Session
from triton_lift.simplification import Simplifier
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.term import Term, make, subterms, var

K = var("k")
N = make("param", (), (0, "n"))
X = make("read", (K,), (0, 0, False), "int")
INSIDE = bools.lt(K, N)
NEGATIVE = bools.lt(X, ints.ZERO)


THREE = ints.const(3)


def extremum(kind: str, body: Term, high: Term = THREE) -> Term:
    return make("reduce", (K, ints.ZERO, high, bools.TRUE, body), (kind, 1), body.sort)


def simplified(t: Term) -> Term:
    return Simplifier().simplify(t, Context(Session()))


def agree(t: Term, after: Term) -> None:
    for n, values in product(range(-1, 4), product((-7, -1, 2, 7), repeat=3)):
        assert exact(after, {N: n}, {0: list(values)}) == exact(t, {N: n}, {0: list(values)})


MASKED = reals.select(INSIDE, X, ints.const(-5))


@pytest.mark.parametrize("floor", [-5, -4])
def test_a_floor_makes_the_mask_a_range(floor: int) -> None:
    t = ints.maximum(ints.const(floor), extremum("max", MASKED))
    after = simplified(t)
    assert not any(u.op == "select" for u in subterms([after]))
    agree(t, after)


def test_a_lower_floor_does_not() -> None:
    """The masked elements are above the floor: they take part."""
    t = ints.maximum(ints.const(-6), extremum("max", MASKED))
    assert any(u.op == "select" for u in subterms([simplified(t)]))
    agree(t, simplified(t))


def test_the_other_way_round() -> None:
    t = ints.minimum(ints.const(5), extremum("min", reals.select(INSIDE, X, ints.const(6))))
    assert not any(u.op == "select" for u in subterms([simplified(t)]))
    agree(t, simplified(t))
    above = ints.minimum(ints.const(5), extremum("min", reals.select(INSIDE, X, ints.const(4))))
    assert any(u.op == "select" for u in subterms([simplified(above)]))


@pytest.mark.parametrize("kind", ["max", "min"])
@pytest.mark.parametrize("values", [(1, 0), (0, 1)])
def test_questions(kind: str, values: tuple[int, int]) -> None:
    condition = bools.conjunction(INSIDE, NEGATIVE)
    t = extremum(kind, reals.select(condition, *map(ints.const, values)))
    after = simplified(t)
    assert after.op == "select" and after.args[0].attr == ("or", 1)
    agree(t, after)


def test_of_nothing_there_is_no_question() -> None:
    """The greatest of no integers is below all: neither of the constants."""
    t = extremum("max", reals.select(NEGATIVE, ints.ONE, ints.ZERO), N)
    assert simplified(t).op == "reduce"
    agree(t, simplified(t))
