"""Rules on sums and extrema in which something may be infinite or empty: each in its place, and not beyond it."""

from __future__ import annotations

import pytest
from guarded import M, N, X, asking, differing, element, satisfying

from triton_lift.proving import Context, Session
from triton_lift.simplification import Simplifier
from triton_lift.simplification.finishing import finish
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.binding import canonical_names
from triton_lift.terms.term import Term, make, subterms, var

NONNEGATIVE = [bools.le(ints.ZERO, M), bools.le(ints.ZERO, N)]
ONE_EACH = [bools.le(ints.ONE, M), bools.le(ints.ONE, N)]


def over(kind: str, low: Term, high: Term, start: Term, step: int = 1) -> Term:
    """⊕ of the elements start + step·k for low ≤ k < high."""
    k = var("k")
    body = element(ints.add(start, ints.scale(k, step)))
    return make("reduce", (k, low, high, bools.TRUE, body), (kind, 1), "real")


def finished(t: Term, facts: list[Term]) -> Term:
    """Simplified and finished, with the value unchanged at all points that satisfy the facts."""
    simplifier = Simplifier()
    simple, known = asking(facts, lambda here: simplifier.simplify(t, here))
    result = finish(simple, Context(Session(), known), simplifier)
    assert not differing(t, result, satisfying(known))
    return result


@pytest.mark.parametrize(
    ("kind", "combine"), [("add", reals.add), ("max", reals.maximum), ("min", reals.minimum)]
)
def test_adjacent_ranges(kind: str, combine: object) -> None:
    """[0, m) and then n more are [0, m + n): for m, n ≥ 0, where the second starts at m."""
    assert callable(combine)
    whole = canonical_names(over(kind, ints.ZERO, ints.add(M, N), ints.ZERO))
    split = combine(over(kind, ints.ZERO, M, ints.ZERO), over(kind, ints.ZERO, N, M))
    assert finished(split, NONNEGATIVE) is whole
    assert finished(split, NONNEGATIVE[:1]) is not whole
    assert finished(split, NONNEGATIVE[1:]) is not whole
    for gap in (1, -1):
        apart = combine(
            over(kind, ints.ZERO, M, ints.ZERO), over(kind, ints.ZERO, N, ints.add(M, ints.const(gap)))
        )
        assert finished(apart, NONNEGATIVE).op == split.op
    strided = combine(over(kind, ints.ZERO, M, ints.ZERO), over(kind, ints.ZERO, N, M, step=2))
    assert finished(strided, NONNEGATIVE).op == split.op


@pytest.mark.parametrize(
    ("kind", "combine"), [("add", reals.add), ("max", reals.maximum), ("min", reals.minimum)]
)
def test_adjacent_ranges_of_which_the_first_may_be_cut_short(kind: str, combine: object) -> None:
    """[0, min(2, n)) and then [2, n) are [0, n), whatever n; with another number there, or where lo > 2, not."""
    assert callable(combine)
    two = ints.const(2)
    whole = canonical_names(over(kind, ints.ZERO, N, ints.ZERO))
    rest = over(kind, ints.ZERO, ints.sub(N, two), two)
    assert finished(combine(over(kind, ints.ZERO, ints.minimum(two, N), ints.ZERO), rest), []) is whole
    for m in (1, 3):
        cut = ints.minimum(ints.const(m), N)
        assert finished(combine(over(kind, ints.ZERO, cut, ints.ZERO), rest), []).op != "reduce"
    late = combine(over(kind, ints.const(3), ints.minimum(two, N), ints.ZERO), rest)
    assert finished(late, []) is not canonical_names(over(kind, ints.const(3), N, ints.ZERO))


@pytest.mark.parametrize(
    ("kind", "combine"), [("add", reals.add), ("max", reals.maximum), ("min", reals.minimum)]
)
def test_adjacent_ranges_that_start_late(kind: str, combine: object) -> None:
    """[x, m) and then [max(x, m), m + n) are [x, m + n) for n ≥ 0; with a gap or an overlap, not."""
    assert callable(combine)
    first = over(kind, X, M, ints.ZERO)

    def split(start: Term) -> Term:
        return combine(first, over(kind, start, N, M))

    late = ints.maximum(ints.sub(X, M), ints.ZERO)
    whole = canonical_names(over(kind, X, ints.add(M, N), ints.ZERO))
    assert finished(split(late), NONNEGATIVE) is whole
    assert finished(split(late), NONNEGATIVE[:1]) is not whole
    for start in (ints.ONE, ints.const(-1), ints.maximum(ints.sub(X, M), ints.ONE), ints.sub(X, M)):
        assert finished(split(start), NONNEGATIVE).op != "reduce"


def test_a_maximum_over_nothing_in_two_ranges() -> None:
    """max over [0, m) and [m, m + n) is −∞ if m + n ≤ 0, in the branches of a selection, too."""
    halves = reals.maximum(over("max", ints.ZERO, M, ints.ZERO), over("max", ints.ZERO, N, M))
    both = [bools.le(ints.ZERO, M), bools.le(ints.ZERO, N)]
    t = reals.select(reals.compare("req", halves, reals.NEG_INF), reals.ONE, reals.add(halves, reals.ONE))
    assert not any(u.op == "req" for u in subterms([finished(t, both)]))


@pytest.mark.parametrize("logarithm", ["log", "log2"])
@pytest.mark.parametrize("base", ["exp", "exp2"])
def test_the_logarithm_of_a_shifted_sum(logarithm: str, base: str) -> None:
    """log(2ˣ·y) = x·log 2 + log y for finite x, in a selection's branch, too; a maximum over nothing is not finite."""
    shift = over("max", ints.ZERO, N, ints.ZERO)
    k = var("k")
    body = reals.apply(base, element(k))
    total = make("reduce", (k, ints.ZERO, N, bools.TRUE, body), ("add", 1), "real")
    lse = reals.apply(logarithm, reals.mul(reals.apply(base, reals.negate(shift)), total))
    t = reals.select(bools.le(N, ints.ZERO), reals.ZERO, lse)
    logs = [u for u in subterms([finished(t, [])]) if u.op == "rfun" and u.attr == logarithm]
    assert [u.args[0].op for u in logs if any(v.op == "read" for v in subterms([u]))] == ["reduce"]
    plain = finished(lse, NONNEGATIVE)
    assert plain.op == "rfun" and plain.args[0].op == "rmul"


def test_conditions_without_what_others_imply() -> None:
    """m ≤ n ∧ m ≤ n + 1 is m ≤ n, m ≤ n ∨ m ≤ n + 1 is m ≤ n + 1; what is not implied stays."""
    near, far = bools.le(M, N), bools.le(M, ints.add(N, ints.ONE))
    for c, shown in ((bools.conjunction(far, near), near), (bools.disjunction(near, far), far)):
        t = reals.select(c, element(X), element(N))
        assert finished(t, []) is reals.select(shown, element(X), element(N))
    other = bools.conjunction(near, bools.le(X, N))
    assert finished(reals.select(other, element(X), element(N)), []).args[0] is other


def test_finite_terms_cancel() -> None:
    """M − M = 0 for a maximum over something; over nothing it is −∞ − (−∞)."""
    top = over("max", ints.ZERO, N, ints.ZERO)
    other = over("max", ints.ZERO, N, ints.ZERO)
    t = reals.add(element(X), top, reals.negate(other))
    assert finished(t, ONE_EACH) is element(X)
    assert finished(t, NONNEGATIVE) is not element(X)


def test_a_maximum_over_nothing() -> None:
    """max = −∞ if there is nothing to take it of, which is a question of integers."""
    nothing = reals.compare("req", over("max", ints.ZERO, N, ints.ZERO), reals.NEG_INF)
    t = reals.select(nothing, reals.ONE, reals.ZERO)
    assert finished(t, []) is reals.select(bools.le(N, ints.ZERO), reals.ONE, reals.ZERO)
    infinite = reals.compare("req", over("max", ints.ZERO, N, ints.ZERO), reals.INF)
    assert finished(reals.select(infinite, reals.ONE, reals.ZERO), []) is not t


def test_infinity_absorbs_what_is_finite() -> None:
    top = over("max", ints.ZERO, N, ints.ZERO)
    t = reals.apply("exp", make("radd", (reals.NEG_INF, top), None, "real"))
    assert finished(t, ONE_EACH) is reals.ZERO


def test_positive_factors_leave_sums() -> None:
    """Σ_i c·Σ_k e(i, k) = c·ΣΣ e for 0 < c < ∞; not for what may be infinite."""
    i, k = var("i"), var("k")
    inner = make("reduce", (k, ints.ZERO, N, bools.TRUE, element(ints.add(i, k))), ("add", 1), "real")

    def total(factor: Term) -> Term:
        return make("reduce", (i, ints.ZERO, M, bools.TRUE, reals.mul(factor, inner)), ("add", 1), "real")

    finite = reals.apply("exp", element(X))
    assert finished(total(finite), []).op == "rmul"
    assert finished(total(over("max", ints.ZERO, N, ints.ZERO)), []).op != "rmul"


def test_comparisons_of_selected_constants() -> None:
    c = bools.le(N, M)
    chosen = reals.select(c, ints.ONE, ints.ZERO)
    for t, expected in (
        (bools.eq(chosen, ints.ZERO), bools.negate(c)),
        (bools.eq(chosen, ints.ONE), c),
        (bools.eq(chosen, ints.const(2)), bools.FALSE),
        (bools.le(chosen, ints.ONE), bools.TRUE),
    ):
        assert Simplifier().simplify(t, Context(Session())) is expected
