"""Theorem: the real constructors fold only where the result is unambiguous over the reals with ±inf. Where what was
written has a value, the normal form has the same; and `finite`, `positive`, `nonnegative` claim nothing false for
finite arguments and array elements."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest
from exact import INF, Undefined, Value, exact, pool, same
from hypothesis import given, settings
from trees import ANY_REALS, BOOLEAN_LEAVES, REAL_LEAVES, built, real_terms

from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.term import Term, make, var

FINITE = [Fraction(n, d) for n in range(-4, 5) for d in (1, 2)]
ANY = [*FINITE, INF, -INF, INF, -INF, INF, -INF]
POINTS = pool(
    24,
    {
        **dict.fromkeys(REAL_LEAVES, FINITE),
        **dict.fromkeys(ANY_REALS, ANY),
        **{c: [False, True] for c in BOOLEAN_LEAVES},
    },
)
LEAVES = [*REAL_LEAVES, *ANY_REALS]
A, B, C = REAL_LEAVES
U = ANY_REALS[0]
P = BOOLEAN_LEAVES[0]


def differing(
    written: Term, normal: Term, points: list[dict[Term, Value]]
) -> list[tuple[dict[Term, Value], Value]]:
    """The points at which `written` has a value and `normal` none or another one."""
    found = []
    for p in points:
        try:
            expected = exact(written, p)
        except (Undefined, OverflowError):
            continue
        try:
            if not same(exact(normal, p), expected):
                found.append((p, expected))
        except Undefined:
            found.append((p, expected))
    return found


@settings(max_examples=600)
@given(real_terms(LEAVES))
def test_the_normal_form_has_the_value_of_what_was_written(t: Term) -> None:
    assert not differing(t, built(t), POINTS)


@settings(max_examples=600)
@given(real_terms(LEAVES))
def test_claims(t: Term) -> None:
    """`finite`, `below_infinity`, `positive` and `nonnegative` are true where they are claimed (the last two: where
    there is a value at all)."""
    normal = built(t)
    for p in POINTS:
        try:
            value = exact(normal, p)
        except OverflowError:
            continue
        except Undefined:
            value = None
        if reals.finite(normal):
            assert value is not None and abs(value) != INF
        if reals.below_infinity(normal):
            assert value is not None and value < INF
        if value is not None:
            assert not reals.positive(normal) or value > 0
            assert not reals.nonnegative(normal) or value >= 0


def test_nothing_ambiguous_is_folded() -> None:
    """∞ − ∞, 0 · ∞ and x / 0 stay."""
    zero, inf = reals.ZERO, reals.INF
    for t in (
        reals.sub(inf, inf),
        reals.mul(zero, inf),
        reals.div(A, zero),
        reals.div(zero, zero),
        reals.sub(U, U),
        reals.mul(zero, U),
        reals.div(U, U),
        reals.sub(reals.apply("log", A), reals.apply("log", A)),
    ):
        assert t.op in ("radd", "rmul", "rdiv")
    assert reals.sub(A, A) is zero and reals.mul(zero, A) is zero
    assert reals.add(inf, A) is inf and reals.add(inf, U).op == "radd"


def test_collecting_terms_keeps_what_may_be_infinite() -> None:
    """2u − u is u for finite u only: with u = ∞ it is ∞ − ∞."""
    assert reals.sub(reals.mul(reals.const(2), A), A) is A
    for t in (reals.sub(reals.mul(reals.const(2), U), U), reals.add(reals.mul(reals.ZERO, U), U)):
        with pytest.raises(Undefined):
            exact(t, {U: INF})


def test_a_masked_factor_moves_out_only_past_finite_factors() -> None:
    masked = reals.select(P, A, reals.ZERO)
    assert reals.mul(masked, B) is reals.select(P, reals.mul(A, B), reals.ZERO)
    assert reals.mul(masked, U).op == "rmul"
    wrong = reals.select(P, reals.mul(A, U), reals.ZERO)
    point = {P: False, A: Fraction(1), U: INF}
    with pytest.raises(Undefined):
        exact(reals.mul(masked, U), point)
    assert exact(wrong, point) == 0, "the mutant has a value where the product has none"


def test_finiteness_of_functions_with_a_domain() -> None:
    """√x is not a number for x < 0, so it is finite only for an argument known to be ≥ 0."""
    for name in ("sqrt", "log", "log2", "rsqrt"):
        assert not reals.finite(reals.apply(name, A)), name
        assert reals.finite(reals.apply(name, reals.apply("exp", A))), name
    assert reals.finite(reals.apply("sqrt", reals.mul(A, A)))


def test_a_quotient_by_something_infinite_is_not_positive() -> None:
    large = reals.maximum(reals.select(P, reals.INF, reals.ZERO), reals.ONE)
    quotient = reals.div(reals.ONE, large)
    assert exact(quotient, {P: True}) == 0
    assert not reals.positive(quotient)


def test_comparisons_with_infinities() -> None:
    values = [-INF, Fraction(-1), Fraction(0), Fraction(2), INF]
    terms = [reals.NEG_INF, reals.const(-1), reals.ZERO, reals.const(2), reals.INF]
    for (x, a), (y, b) in product(zip(values, terms, strict=False), repeat=2):
        assert reals.compare("rlt", a, b) is bools.const(x < y)
        assert reals.compare("rle", a, b) is bools.const(x <= y)
        assert reals.compare("req", a, b) is bools.const(x == y)


def test_what_is_scaled_or_shifted_stays_below_infinity() -> None:
    """a + e and a·e with e finite, and positive: not with e of unknown sign, nor for products of what may be −∞."""
    masked = reals.select(BOOLEAN_LEAVES[0], A, reals.NEG_INF)
    other = reals.select(BOOLEAN_LEAVES[1], reals.const(-2), reals.NEG_INF)
    positive = reals.apply("exp", A)
    for t in (
        reals.add(masked, A),
        reals.add(masked, other),
        reals.mul(masked, positive),
        reals.mul(reals.const(2), other),
    ):
        assert reals.below_infinity(t) and not reals.finite(t)
    for t in (
        reals.mul(masked, A),
        reals.mul(masked, other),
        reals.mul(reals.const(-2), other),
        reals.negate(masked),
    ):
        assert not reals.below_infinity(t)


def test_alternatives_that_come_to_the_same() -> None:
    """c ? a : (d ? a : b) is (c ∨ d) ? a : b; (c ? a : (d ? b : a)) is not."""
    c, d = BOOLEAN_LEAVES[:2]
    a, b = REAL_LEAVES[:2]
    merged = reals.select(bools.disjunction(c, d), a, b)
    assert reals.select(c, a, reals.select(d, a, b)) is merged
    assert reals.select(c, a, reals.select(d, b, a)) is not merged
    for x, y in product([True, False], repeat=2):
        point = {c: x, d: y, a: Fraction(1), b: Fraction(2)}
        assert exact(merged, point) == exact(a if x or y else b, point)


def test_an_empty_reduction_is_finite_only_where_its_unit_is() -> None:
    k = var("k")
    read = make("read", (k,), (0, 0, False), "real")
    for kind in ("add", "max", "min"):
        t = make("reduce", (k, ints.ZERO, make("param", (), (0, "p0")), bools.TRUE, read), (kind, 1), "real")
        assert reals.finite(t) == (kind == "add")
        assert reals.finite(t, lambda _: True)
        assert not reals.positive(t, lambda _: True)
