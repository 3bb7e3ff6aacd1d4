"""Theorems of the last step on products: ∏ exp(g) = exp(Σ g), and ∏ of what does not depend on the index is a power."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from exact import exact

from triton_lift.proving import Context, Session
from triton_lift.simplification import Simplifier
from triton_lift.simplification.finishing import finish
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.term import Term, make, subterms, var

K = var("k")
LOW, HIGH = (make("param", (), (i, name)) for i, name in enumerate(("low", "high")))
A = make("param", (), (2, "a"), "real")
X = make("read", (K,), (0, 0, False), "real")
EVEN = bools.eq(ints.fmod(K, ints.const(2)), ints.ZERO)


def product(body: Term, guard: Term = bools.TRUE) -> Term:
    return make("reduce", (K, LOW, HIGH, guard, body), ("mul", 1), "real")


def finished(t: Term, *facts: Term) -> Term:
    return finish(t, Context(Session()).extend(*facts), Simplifier())


@pytest.mark.parametrize("guard", [bools.TRUE, EVEN])
def test_exponentials(guard: Term) -> None:
    t = product(reals.apply("exp", X), guard)
    after = finished(t)
    assert after.op == "rfun"
    for low in range(3):
        for high in range(5):
            point = {LOW: low, HIGH: high}
            arrays = {0: [0.5, -1.0, 0.25, 2.0, -0.5]}
            assert math.isclose(exact(after, point, arrays), exact(t, point, arrays))


def test_infinite_exponents_stay() -> None:
    """exp(−∞) = 0 is a factor like others; −∞ + ∞ would not be one."""
    body = reals.apply("exp", reals.select(EVEN, reals.apply("log", X), reals.ZERO))
    assert finished(product(body)).op == "reduce"


def test_powers_of_ordered_ranges_only() -> None:
    t = product(A)
    after = finished(t, bools.le(LOW, HIGH))
    assert any(u.attr == "pow" for u in subterms([after]))
    assert finished(t) is finished(finished(t))
    assert not any(u.attr == "pow" for u in subterms([finished(t)]))
    for low in range(3):
        for high in range(5):
            for a in (Fraction(-2), Fraction(0), Fraction(1, 2)):
                point = {LOW: low, HIGH: high, A: a}
                assert exact(finished(t), point) == exact(t, point)
                if low <= high:
                    assert exact(after, point) == exact(t, point)
