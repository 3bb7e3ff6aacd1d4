"""Theorem: the boolean constructors keep the truth value. Dividing an inequality by a common factor, splitting it at
a minimum or maximum, multiplying out ⌊x/D⌋ and pushing negations inward are equivalences over ℤ."""

from __future__ import annotations

from exact import Undefined, exact, points, pool
from hypothesis import given, settings
from trees import INTEGER_LEAVES, V, booleans, built, integers

from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms.term import Term, make, subterms

X, Y, Z = V
POINTS = pool(16, {leaf: range(-9, 20) for leaf in INTEGER_LEAVES})


def differing(a: Term, b: Term, where: list[dict[Term, int]]) -> list[dict[Term, int]]:
    """The points at which `a` has a truth value that `b` does not have."""
    found = []
    for p in where:
        try:
            expected = exact(a, p)
        except Undefined:
            continue
        try:
            if exact(b, p) != expected:
                found.append(p)
        except Undefined:
            found.append(p)
    return found


@settings(max_examples=400)
@given(booleans(INTEGER_LEAVES))
def test_the_normal_form_has_the_truth_value_of_what_was_written(t: Term) -> None:
    assert not differing(t, built(t), POINTS)


@settings(max_examples=300)
@given(booleans(INTEGER_LEAVES))
def test_negation(t: Term) -> None:
    normal = built(t)
    assert not differing(make("not", (normal,), None, "bool"), bools.negate(normal), POINTS)


@settings(max_examples=300)
@given(integers(INTEGER_LEAVES, 2), integers(INTEGER_LEAVES, 2))
def test_comparisons(a: Term, b: Term) -> None:
    a, b = built(a), built(b)
    for p in POINTS:
        try:
            x, y = exact(a, p), exact(b, p)
        except Undefined:
            continue
        assert exact(bools.le(a, b), p) == (x <= y)
        assert exact(bools.lt(a, b), p) == (x < y)
        assert exact(bools.eq(a, b), p) == (x == y)
        assert exact(bools.nonnegative_as_is(a), p) == (x >= 0)


BOX = list(points({X: range(-7, 8), Y: range(-7, 8)}))


def test_splitting_at_an_extremum() -> None:
    """e + c·max(a, b) ≤ 0 is a conjunction for c > 0 and a disjunction for c < 0; min the other way."""
    for extremum in (ints.minimum, ints.maximum):
        for c in (-3, -1, 1, 2):
            t = ints.add(ints.scale(extremum(X, ints.add(Y, ints.ONE)), c), ints.sub(Y, X), ints.ONE)
            written = make("le0", (t,), None, "bool")
            split = bools.le0(t)
            assert split.op in ("and", "or")
            assert not differing(written, split, BOX)
            other = make("or" if split.op == "and" else "and", split.args, None, "bool")
            assert differing(written, other, BOX), "the wrong connective must be noticed"


def test_multiplying_out_a_division() -> None:
    """e ≤ ⌊x/D⌋ is D·e ≤ x and ⌊x/D⌋ ≤ e is x < D·(e + 1); the off-by-one variants are not."""
    for d in (2, 3, 5):
        quotient = ints.fdiv(X, ints.const(d))
        at_least = make("le0", (ints.sub(Y, quotient),), None, "bool")
        at_most = make("le0", (ints.sub(quotient, Y),), None, "bool")
        assert not differing(at_least, bools.le(Y, quotient), BOX)
        assert not differing(at_most, bools.le(quotient, Y), BOX)
        assert bools.le(Y, quotient) is bools.le(ints.scale(Y, d), X)
        assert differing(at_least, bools.lt(ints.scale(Y, d), X), BOX)
        assert differing(at_most, bools.le(X, ints.scale(Y, d)), BOX)


def test_comparing_a_quotient_rounded_toward_zero_with_a_constant() -> None:
    """(x / D) ≤ e is x < D·(e + 1) for e ≥ 0, but x ≤ D·e for e < 0; a division rounded down differs there."""
    off = False
    for d in (1, 2, 3, 5):
        quotient, floor = ints.tdiv(X, ints.const(d)), ints.fdiv(X, ints.const(d))
        for e in range(-3, 4):
            written = make("le0", (ints.sub(quotient, ints.const(e)),), None, "bool")
            assert not differing(written, bools.le(quotient, ints.const(e)), BOX)
            assert d == 1 or not any(u.op == "tdiv" for u in subterms([bools.le(quotient, ints.const(e))]))
            off |= bool(differing(written, bools.le(floor, ints.const(e)), BOX))
            written = make("le0", (ints.sub(ints.const(e), quotient),), None, "bool")
            assert not differing(written, bools.le(ints.const(e), quotient), BOX)
            off &= not (d > 1 and e > 0) or not differing(written, bools.le(ints.const(e), floor), BOX)
    assert off


def test_dividing_by_a_common_factor() -> None:
    """6x − 4y + 1 ≤ 0 is 3x − 2y + 1 ≤ 0: the constant is rounded up, not down."""
    t = ints.add(ints.scale(X, 6), ints.scale(Y, -4), ints.ONE)
    written = make("le0", (t,), None, "bool")
    assert not differing(written, bools.le0(t), BOX)
    rounded_down = make("le0", (ints.add(ints.scale(X, 3), ints.scale(Y, -2)),), None, "bool")
    assert differing(written, rounded_down, BOX)
    assert bools.eq(t, ints.ZERO) is bools.FALSE  # 6x − 4y is even


def test_contradictions_and_tautologies_fold() -> None:
    a = bools.le(X, Y)
    assert bools.conjunction(a, bools.negate(a)) is bools.FALSE
    assert bools.disjunction(a, bools.negate(a)) is bools.TRUE
    assert bools.conjunction(a, bools.negate(bools.le(X, Z))) is not bools.FALSE
    assert bools.conjunction() is bools.TRUE and bools.disjunction() is bools.FALSE
