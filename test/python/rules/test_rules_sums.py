"""Theorems: a condition on the digits of a number is one on its first digit; ⌊x/c⌋ = k is a range of x; what a
condition on several coordinates says of one of them alone."""

from __future__ import annotations

import pytest
from boxes import Box

from triton_lift.proving import Context, Session
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms.term import Term, make, var
from triton_lift.untiling.coordinates import Constraint
from triton_lift.untiling.sums import by_digit, reach, without_quotients

V, W, U = (var("i") for _ in range(3))
G = make("nprogs", (), 0)


def c(value: int) -> Term:
    return ints.const(value)


def sides(extent: int) -> list[Term]:
    return [bools.le(ints.ZERO, V), bools.le(ints.ZERO, W), bools.lt(W, c(extent))]


@pytest.mark.parametrize("extent", range(1, 6))
@pytest.mark.parametrize("factor", range(1, 5))
@pytest.mark.parametrize("limit", range(-1, 9))
def test_digits(extent: int, factor: int, limit: int) -> None:
    fact = bools.le(ints.add(ints.scale(V, factor), W), c(limit))
    constraints = [Constraint(fact, launch=False), Constraint(bools.lt(W, c(extent)), launch=False)]
    around = Context(Session(), [bools.le(ints.ZERO, V), bools.le(ints.ZERO, W)])
    (found, other) = by_digit(constraints, [V, W], around)
    assert other is constraints[1]
    box = Box([V, W], 0, 12)
    before, after = (box.where(f, *sides(extent)) for f in (fact, found.fact))
    assert (before == after).all()
    # It applies where it may, and nowhere else: a lane more, or a larger remainder, and it would be wrong.
    if factor > 1 and limit >= 0 and extent > 1:
        assert (W not in found.fact.free) == (extent - 1 <= limit % factor)


def test_digits_of_what_only_the_condition_itself_bounds() -> None:
    """4·v + w ≤ 3 bounds w as well: without it nothing would."""
    fact = bools.le(ints.add(ints.scale(V, 4), W), c(3))
    around = Context(Session(), [bools.le(ints.ZERO, V), bools.le(ints.ZERO, W)])
    assert by_digit([Constraint(fact, launch=False)], [V, W], around)[0].fact is fact


def test_digits_of_what_only_the_launch_bounds() -> None:
    """What bounds the other digit must be part of the domain."""
    fact = bools.le(ints.add(ints.scale(V, 2), W), c(3))
    launch = Constraint(bools.le(W, c(1)), launch=True)
    around = Context(Session(), [bools.le(ints.ZERO, V), bools.le(ints.ZERO, W)])
    assert by_digit([Constraint(fact, launch=False), launch], [V, W], around)[0].fact is fact


@pytest.mark.parametrize("size", range(1, 5))
@pytest.mark.parametrize("value", range(-3, 4))
@pytest.mark.parametrize("turned", (False, True))
def test_quotients(size: int, value: int, turned: bool) -> None:
    x = ints.add(V, ints.scale(W, 3), c(-2))
    quotient = ints.fdiv(x, c(size))
    fact = bools.eq(c(value), quotient) if turned else bools.eq(quotient, c(value))
    box = Box([V, W], -6, 7)
    assert (box.where(fact) == box.where(without_quotients(fact, [V, W]))).all()


def test_quotients_that_stay() -> None:
    other = bools.eq(ints.fdiv(V, c(4)), W)
    assert without_quotients(other, [V, W]) is other
    divided = bools.eq(ints.fdiv(V, U), ints.ZERO)
    assert without_quotients(divided, [V, W]) is divided


@pytest.mark.parametrize("factor", range(1, 5))
@pytest.mark.parametrize("per_program", range(1, 5))
def test_reach(factor: int, per_program: int) -> None:
    inner = ints.add(ints.scale(V, factor), ints.fmod(W, c(3)))
    fact = bools.lt(inner, ints.scale(G, per_program))
    context = Context(Session(), [bools.le(ints.ZERO, V), bools.le(ints.ZERO, W), fact])
    high = reach(V, fact, context)
    assert high is not None and not high.free
    box = Box([V, W, G], 0, 8)
    assert box.where(fact, bools.negate(bools.lt(V, high))).sum() == 0
    # It is the smallest: some point is next to it.
    reached = box.where(fact, bools.eq(V, ints.sub(high, ints.ONE)))
    assert reached.any()


def test_no_reach() -> None:
    """Nothing is known of the rest's sign, or the index only grows smaller."""
    fact = bools.lt(ints.add(V, W), G)
    assert reach(V, fact, Context(Session(), [])) is None
    assert reach(V, bools.le(G, V), Context(Session(), [])) is None
