"""Theorem: at every point that satisfies the context, `simplify` and `finish` keep the value. `tighten` keeps the
set of points. Preconditions that are asked for are granted, and then count as facts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from exact import Undefined, exact
from guarded import (
    ARRAYS,
    FACTS,
    LEAVES,
    M,
    N,
    X,
    asking,
    bodies,
    differing,
    element,
    reductions,
    satisfying,
    tiled,
)
from hypothesis import given, settings
from trees import booleans, built, integers

from triton_lift.proving import Context, Session, context
from triton_lift.simplification import Simplifier
from triton_lift.simplification.finishing import finish, tighten
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.term import Term, make, ranges, reduce_body, reduce_guard, subterms, var


@pytest.fixture(autouse=True)
def short_queries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(context, "_QUERY_MILLISECONDS", 100)


def check(t: Term, facts: list[Term]) -> Term:
    """Simplifies and finishes `t` under the facts, and compares the values."""
    simplifier = Simplifier()
    simple, known = asking(facts, lambda here: simplifier.simplify(t, here))
    points = satisfying(known)
    assert not differing(t, simple, points), ("simplify", simple)
    if t.sort == "real":
        final = finish(simple, Context(Session(), known), simplifier)
        assert not differing(t, final, points), ("finish", final)
    return simple


@settings(max_examples=150)
@given(integers(LEAVES, 3, conditions=True).map(built), FACTS)
def test_integers(t: Term, facts: list[Term]) -> None:
    check(t, facts)


@settings(max_examples=80)
@given(booleans(LEAVES).map(built), FACTS)
def test_conditions(t: Term, facts: list[Term]) -> None:
    check(t, facts)


@settings(max_examples=80)
@given(bodies(LEAVES, 2).map(built), FACTS)
def test_masked_reals(t: Term, facts: list[Term]) -> None:
    check(t, facts)


@settings(max_examples=60)
@given(reductions(LEAVES, 1).map(built), FACTS)
def test_reductions(t: Term, facts: list[Term]) -> None:
    check(t, facts)


@settings(max_examples=60)
@given(tiled(), FACTS)
def test_tiled_reductions(t: Term, facts: list[Term]) -> None:
    check(t, facts)


@settings(max_examples=80)
@given(reductions(LEAVES, 0).map(built), FACTS)
def test_tightening_keeps_the_points(t: Term, facts: list[Term]) -> None:
    reduction = next(u for u in subterms([t]) if u.op in ("reduce", "argreduce"))
    box, guard = ranges(reduction), reduce_guard(reduction)
    tight, rest = tighten(box, guard, Context(Session(), facts))
    assert [v for v, _, _ in tight] == [v for v, _, _ in box]

    def count(ranges_: list[tuple[Term, Term, Term]], condition: Term) -> Term:
        weight = ints.add(*(ints.scale(v, 10**i) for i, (v, _, _) in enumerate(ranges_)), ints.const(10**6))
        return make("reduce", (*(x for r in ranges_ for x in r), condition, weight), ("add", len(ranges_)))

    assert not differing(count(box, guard), count(tight, rest), satisfying(facts))


# The rules one by one, with what they are for.

I, J = var("i"), var("j")
EIGHT = ints.const(8)


def simplified(t: Term, *facts: Term) -> Term:
    return Simplifier().simplify(t, Context(Session(), facts))


def between(low: int | Term, v: Term, high: int | Term) -> Term:
    a, b = (ints.const(x) if isinstance(x, int) else x for x in (low, high))
    return bools.conjunction(bools.le(a, v), bools.lt(v, b))


def test_a_division_by_a_symbol_needs_the_remainder_in_range() -> None:
    """⌊(D·q + r)/D⌋ = q for 0 ≤ r < D; not for r ≤ D, not for D of unknown sign."""
    t = ints.fdiv(ints.add(ints.mul(N, I), J), N)
    assert simplified(t, bools.le(ints.ONE, N), between(0, J, N)) is I
    assert simplified(t, bools.le(ints.ONE, N), between(0, J, ints.add(N, ints.ONE))) is not I
    assert simplified(t, between(0, J, ints.add(N, ints.ONE))) is not I
    r = ints.fmod(ints.add(ints.mul(N, I), J), N)
    assert simplified(r, bools.le(ints.ONE, N), between(0, J, N)) is J
    assert simplified(r, bools.le(ints.ONE, N), between(-1, J, N)) is not J


def test_truncation_is_the_floor_for_dividends_that_are_not_negative() -> None:
    t = ints.tdiv(I, EIGHT)
    assert simplified(t, bools.le(ints.ZERO, I)) is ints.fdiv(I, EIGHT)
    assert simplified(t, bools.le(ints.const(-1), I)) is t


@pytest.mark.parametrize("extremum", [ints.minimum, ints.maximum])
@pytest.mark.parametrize("sign", [1, -1])
def test_the_floor_of_an_extremum_of_whole_tiles(extremum: Callable[..., Term], sign: int) -> None:
    """⌈min(8·n, 24) / 8⌉ = min(n, 3), and so on; with a part that is no multiple of 8 it stays."""

    def ceiling(a: Term, b: Term) -> Term:
        return ints.fdiv(ints.add(ints.scale(extremum(a, b), sign), ints.const(7)), EIGHT)

    whole = ceiling(ints.scale(N, 8), ints.const(24))
    result = check(whole, [])
    assert not any(u.op == "fdiv" for u in subterms([result]))
    assert result is ints.scale(extremum(N, ints.const(3)), sign)
    assert any(u.op == "fdiv" for u in subterms([check(ceiling(ints.scale(N, 4), ints.const(24)), [])]))


def test_what_is_compared_with_itself_or_with_zero() -> None:
    """x ≠ x asks whether x is a number, x = 0 whether anything was summed up: each branch of a selection by itself."""
    k = var("k")
    args = (k, ints.ZERO, N, bools.TRUE, reals.apply("exp", element(k)))
    total = make("reduce", args, ("add", 1), "real")
    some = bools.lt(ints.ZERO, N)
    masked = reals.select(some, total, reals.ZERO)
    for t in (masked, reals.select(bools.lt(M, N), reals.ONE, masked)):
        same = reals.compare("req", t, t)
        assert check(same, []) is bools.TRUE
    chosen = reals.select(bools.lt(X, M), reals.add(total, reals.ONE), reals.ZERO)
    assert not any(u.op == "req" for u in subterms([check(reals.compare("req", chosen, reals.ZERO), [])]))
    nothing = reals.compare("req", total, reals.ZERO)
    assert check(nothing, []) is nothing
    assert check(nothing, [some]) is bools.FALSE


def test_disjoint_bits() -> None:
    """8·i | j is 8·i + j for 0 ≤ j < 8, not for j = 8."""
    t = make("bitor", (ints.scale(I, 8), J))
    assert simplified(t, between(0, J, 8)) is ints.add(ints.scale(I, 8), J)
    assert simplified(t, between(0, J, 9)).op == "bitor"
    assert simplified(t, between(-1, J, 8)).op == "bitor"


def test_wrapping_what_fits() -> None:
    t = ints.wrap(I, 8)
    assert simplified(t, between(-128, I, 128)) is I
    assert simplified(t, between(-128, I, 129)) is t


def total(box: list[Term], guard: Term, body: Term, kind: str = "add") -> Term:
    return make("reduce", (*box, guard, body), (kind, len(box) // 3), "real")


def test_a_mask_becomes_a_guard_only_with_the_unit_of_the_operation() -> None:
    k = var("k")
    mask = bools.lt(k, N)
    units = {"add": reals.ZERO, "max": reals.NEG_INF, "min": reals.INF, "mul": reals.ONE}
    for kind, unit in units.items():
        for other in units.values():
            t = total([k, ints.ZERO, EIGHT], bools.TRUE, reals.select(mask, element(k), other), kind)
            guard = reduce_guard(simplified(t))
            assert (guard is mask) == (other is unit)


def test_an_argmax_over_masked_elements_needs_one_that_is_not() -> None:
    """If everything is masked, all elements are −inf and the first index wins: a guard would leave nothing."""
    k = var("k")
    t = make(
        "argreduce",
        (k, ints.ZERO, EIGHT, bools.TRUE, reals.select(bools.lt(k, N), element(k), reals.NEG_INF), k),
        ("argmax", 1),
    )
    assert exact(t, {N: 0}, ARRAYS) == 0
    guarded = simplified(t, bools.le(ints.ONE, N))
    assert reduce_guard(guarded) is bools.lt(k, N)
    with pytest.raises(Undefined):
        exact(guarded, {N: 0}, ARRAYS)
    result, facts = asking([], lambda here: Simplifier().simplify(t, here))
    assert result is t or bools.le(ints.ONE, N) in facts


def test_a_sum_splits_only_into_finite_sums() -> None:
    """Σ(a + b) = Σa + Σb; with ∞ in one and −∞ in the other neither side has a value, or only one has."""
    k, j = var("k"), var("j")
    inner = total([j, ints.ZERO, N], bools.TRUE, element(ints.add(j, k)))
    t = total([k, ints.ZERO, M], bools.TRUE, reals.add(element(k), inner))
    split = simplified(t, bools.le(ints.ONE, N))
    assert split.op == "radd" and not differing(t, split, satisfying([bools.le(ints.ONE, N)]))
    infinite = reals.select(bools.eq(k, ints.ZERO), reals.INF, element(k))
    u = total([k, ints.ZERO, M], bools.TRUE, make("radd", (infinite, inner), None, "real"))
    assert simplified(u).op == "reduce"


def test_softmax_of_masked_elements() -> None:
    """exp(−inf − max) is 0 only where the maximum is finite: the row must not be empty."""
    k, j = var("k"), var("j")
    x = reals.select(bools.lt(k, N), element(k), reals.NEG_INF)
    top = total(
        [j, ints.ZERO, EIGHT], bools.TRUE, reals.select(bools.lt(j, N), element(j), reals.NEG_INF), "max"
    )
    t = total([k, ints.ZERO, EIGHT], bools.TRUE, reals.apply("exp", reals.sub(x, top)))
    result, facts = asking([], lambda here: Simplifier().simplify(t, here))
    assert bools.le(ints.ONE, N) in facts and reduce_guard(result) is bools.lt(k, N)
    assert not differing(t, result, satisfying(facts))


def test_alpha_equivalent_reductions_become_one_term() -> None:
    def row(i: Term) -> Term:
        k = var("k")
        return total([k, ints.ZERO, N], bools.TRUE, element(ints.add(k, i)))

    assert row(X) is not row(X)
    here = Context(Session(), [])
    assert finish(row(X), here, Simplifier()) is finish(row(X), here, Simplifier())
    assert finish(row(X), here, Simplifier()) is not finish(row(M), here, Simplifier())
    nested = finish(total([J, ints.ZERO, M], bools.TRUE, reals.mul(row(J), row(X))), here, Simplifier())
    assert not differing(
        total([J, ints.ZERO, M], bools.TRUE, reals.mul(row(J), row(X))), nested, satisfying([])
    )


@pytest.mark.parametrize("kind", ["max", "min"])
def test_a_filler_that_is_there_anyway_becomes_a_guard(kind: str) -> None:
    k = var("k")
    masked = reals.select(bools.lt(k, N), element(k), reals.ONE)
    extreme = total([k, ints.ZERO, EIGHT], bools.TRUE, masked, kind)
    combine = reals.maximum if kind == "max" else reals.minimum
    here = Context(Session(), [])
    result = finish(combine(extreme, reals.ONE), here, Simplifier())
    assert not any(u.op == "select" for u in subterms([result]))
    assert not differing(combine(extreme, reals.ONE), result, satisfying([]))
    # With another constant beside it the filler counts.
    beyond = reals.const(-9 if kind == "max" else 9)
    other = combine(extreme, beyond)
    assert any(u.op == "select" for u in subterms([finish(other, here, Simplifier())]))
    (guarded,) = (u for u in subterms([result]) if u.op == "reduce")
    assert differing(other, combine(guarded, beyond), satisfying([]))


def test_what_does_not_depend_on_the_index_is_counted() -> None:
    k = var("k")
    for kind in ("add", "max"):
        t = total([k, ints.ZERO, N], bools.TRUE, element(X), kind)
        for facts in ([], [bools.le(ints.ZERO, N)], [bools.le(ints.ONE, N)]):
            here = Context(Session(), facts)
            assert not differing(t, finish(t, here, Simplifier()), satisfying(facts))
    assert reduce_body(
        finish(total([k, ints.ZERO, N], bools.TRUE, element(X)), Context(Session(), []), Simplifier())
    ) is element(X)


def test_a_mutated_context_is_noticed() -> None:
    """Simplified under `i < n`, evaluated where only `i ≤ n` holds: the comparison must be able to fail."""
    t = reals.select(bools.lt(X, N), element(X), element(M))
    result = simplified(t, bools.lt(X, N))
    assert result is element(X)
    assert not differing(t, result, satisfying([bools.lt(X, N)]))
    assert differing(t, result, satisfying([bools.le(X, N)]))


def test_the_first_iterations_of_a_peeled_loop_are_cases_of_the_others() -> None:
    first, second, general = (element(e) for e in (N, ints.add(N, M), ints.add(N, ints.mul(M, X))))

    def peeled(second: Term) -> Term:
        rest = reals.select(bools.le(X, ints.ONE), second, general)
        return reals.select(bools.le(X, ints.ZERO), first, rest)

    natural = bools.le(ints.ZERO, X)
    assert simplified(peeled(second), natural) is general
    assert simplified(peeled(first), natural) is not general
    assert simplified(peeled(second)) is not general
    check(peeled(second), [natural])
    check(peeled(first), [natural])
    # The other way round: the particular case is the last one.
    last = reals.select(bools.lt(X, N), general, element(ints.add(N, ints.mul(M, N))))
    assert simplified(last, bools.le(X, N)) is general
    assert simplified(last) is not general
