"""Stabilised states that decay (WKV, mLSTM): x' = x·exp(m + d − m') + v·exp(k − m') with m' = max(m + d, k).

Theorem: the closed form has the value of stepping; a quotient of two such sums does not mention the maximum. Mutants
(another decay, another maximum) must not come out as rescaled accumulators, or come out with their own values."""

from __future__ import annotations

import math

import pytest
from exact import Undefined, exact
from guarded import ARRAYS, element
from recurrences import T, closed, loop_of, state, stepped

from triton_lift.closing import NotClosed
from triton_lift.proving import Context, Session
from triton_lift.simplification import Simplifier
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.term import Term, make, subterms, var

N = make("param", (), (0, "n"))
M, X = state(0, "real"), state(1, "real")
D, K, V = element(T), element(ints.add(T, N)), element(ints.add(T, ints.ONE))


def exp(t: Term) -> Term:
    return reals.apply("exp", t)


def stabilised(decay: Term, shown: Term, start: Term = reals.NEG_INF) -> list[tuple[Term, Term]]:
    """`decay` moves the maximum, `shown` is what the accumulator decays by."""
    after = reals.maximum(reals.add(M, decay), K)
    kept = reals.mul(X, exp(reals.sub(reals.add(M, shown), after)))
    return [(start, after), (reals.ZERO, reals.add(kept, reals.mul(V, exp(reals.sub(K, after)))))]


def values(carries: list[tuple[Term, Term]]) -> list[list[object]]:
    return stepped(loop_of(*carries), {N: 3}, 7)


@pytest.mark.parametrize("start", [reals.NEG_INF, reals.ZERO])
@pytest.mark.parametrize("decay", [D, reals.ZERO], ids=["decays", "stays"])
def test_closed_forms(start: Term, decay: Term) -> None:
    carries = stabilised(decay, decay, start)
    rule, forms = closed(loop_of(*carries), 1)
    assert rule == "rescaled accumulator"
    for t, row in enumerate(values(carries)):
        try:
            assert math.isclose(exact(forms[t], {N: 3}, ARRAYS), row[1], abs_tol=1e-9)
        except Undefined:
            assert start is reals.NEG_INF and t == 0


@pytest.mark.parametrize(
    "shown", [reals.negate(D), K, reals.add(D, reals.ONE)], ids=["sign", "other", "more"]
)
def test_another_decay(shown: Term) -> None:
    """Still a linear recurrence, with its own values; not those of the original."""
    carries = stabilised(D, shown, reals.ZERO)
    original = values(stabilised(D, D, reals.ZERO))
    try:
        _, forms = closed(loop_of(*carries), 1)
    except NotClosed:
        return
    rows = values(carries)
    assert all(
        math.isclose(exact(f, {N: 3}, ARRAYS), r[1], abs_tol=1e-9) for f, r in zip(forms, rows, strict=True)
    )
    assert any(not math.isclose(a[1], b[1]) for a, b in zip(rows, original, strict=True))


def test_a_decay_that_may_be_infinite() -> None:
    infinite = reals.select(bools.lt(T, N), D, reals.NEG_INF)
    with pytest.raises(NotClosed):
        closed(loop_of(*stabilised(infinite, infinite, reals.ZERO)), 1)


I, R = var("i"), var("r")
AT = make("read", (R,), (0, 0, False), "real")
SHIFT = reals.maximum(make("read", (I,), (0, 0, False), "real"), make("param", (), (1, "u"), "real"))


def total(body: Term) -> Term:
    return make("reduce", (R, ints.ZERO, I, bools.TRUE, body), ("add", 1), "real")


def average(shift_below: Term) -> Term:
    """(exp(u − m)·x + Σ exp(x − m)·x) / (exp(u − m′) + Σ exp(x − m′))."""
    u = make("param", (), (1, "u"), "real")
    above = reals.add(
        reals.mul(exp(reals.sub(u, SHIFT)), u),
        reals.mul(total(reals.mul(AT, exp(AT))), exp(reals.negate(SHIFT))),
    )
    below = reals.add(
        exp(reals.sub(u, shift_below)), reals.mul(total(exp(AT)), exp(reals.negate(shift_below)))
    )
    return reals.div(above, below)


def test_shifts_of_quotients_cancel() -> None:
    t = average(SHIFT)
    after = Simplifier().simplify(t, Context(Session()))
    assert SHIFT not in subterms([after])
    for i in range(4):
        point = {I: i, make("param", (), (1, "u"), "real"): 0.5}
        arrays = {0: [0.25, -1.0, 2.0, 0.5]}
        assert math.isclose(exact(after, point, arrays), exact(t, point, arrays))


def test_other_shifts_do_not() -> None:
    t = average(reals.maximum(make("read", (I,), (0, 0, False), "real"), reals.ONE))
    assert SHIFT in subterms([Simplifier().simplify(t, Context(Session()))])


def test_what_is_empty_where_it_is_not_asked_for() -> None:
    s = total(AT)
    for condition, joins in ((bools.le(I, ints.ZERO), True), (bools.le(I, ints.ONE), False)):
        after = Simplifier().simplify(reals.select(condition, reals.ZERO, s), Context(Session()))
        assert (after.op == "reduce") == joins
        for i in range(-1, 4):
            arrays = {0: [0.25, -1.0, 2.0, 0.5]}
            assert exact(after, {I: i}, arrays) == exact(
                reals.select(condition, reals.ZERO, s), {I: i}, arrays
            )
