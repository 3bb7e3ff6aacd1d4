"""Theorem: the integer constructors are exact over ℤ. Whatever they are given, the normal form has the value of what
was written, wherever that has one; so two terms with one normal form are equal."""

from __future__ import annotations

import pickle
import random

import pytest
from exact import Undefined, exact, pool, wrap
from hypothesis import given, settings
from hypothesis import strategies as st
from trees import INTEGER_LEAVES, V, built, integers

from triton_lift.terms import integers as ints
from triton_lift.terms.term import Term, make, subterms

X, Y, Z = V
POINTS = pool(16, {leaf: range(-12, 40) for leaf in INTEGER_LEAVES})


def value(t: Term, point: dict[Term, int]) -> int | None:
    try:
        return exact(t, point)  # type: ignore[no-any-return]
    except Undefined:
        return None


def differing(
    written: Term, normal: Term, points: list[dict[Term, int]]
) -> list[tuple[dict[Term, int], object, object]]:
    """The points at which `written` has a value and `normal` another one."""
    found = []
    for p in points:
        expected = value(written, p)
        if expected is not None and value(normal, p) != expected:
            found.append((p, expected, value(normal, p)))
    return found


@settings(max_examples=500)
@given(integers(INTEGER_LEAVES))
def test_the_normal_form_has_the_value_of_what_was_written(t: Term) -> None:
    assert not differing(t, built(t), POINTS)


@settings(max_examples=200)
@given(integers(INTEGER_LEAVES, 2), integers(INTEGER_LEAVES, 2))
def test_dividing_exactly(t: Term, d: Term) -> None:
    """t = d·a + b for the (a, b) that `divide_exactly` gives, whatever d is."""
    t, d = built(t), built(d)
    if ints.value_of(d) == 0:
        return
    a, b = ints.divide_exactly(t, d)
    assert not differing(t, ints.add(ints.mul(d, a), b), POINTS)


@settings(max_examples=200)
@given(integers(INTEGER_LEAVES))
def test_expanding_remainders(t: Term) -> None:
    normal = built(t)
    assert not differing(normal, ints.expand_remainders(normal), POINTS)


@settings(max_examples=200)
@given(integers(INTEGER_LEAVES), st.sampled_from(V))
def test_coefficients(t: Term, v: Term) -> None:
    """t = c·v + rest, and neither mentions v."""
    normal = built(t)
    split = ints.coefficient(normal, v)
    if split is not None:
        c, rest = split
        assert v not in c.free | rest.free
        assert not differing(normal, ints.add(ints.mul(c, v), rest), POINTS)


@settings(max_examples=200)
@given(integers(INTEGER_LEAVES))
def test_a_pickled_term_comes_back_as_itself(t: Term) -> None:
    assert pickle.loads(pickle.dumps(t)) is t
    assert pickle.loads(pickle.dumps(built(t))) is built(t)


def test_equal_polynomials_are_one_term() -> None:
    square = ints.mul(ints.add(X, Y), ints.add(X, Y))
    assert square is ints.add(ints.mul(Y, Y), ints.scale(ints.mul(Y, X), 2), ints.mul(X, X))
    assert ints.sub(square, square) is ints.ZERO
    assert ints.mul(ints.sub(X, Y), ints.add(X, Y)) is ints.sub(ints.mul(X, X), ints.mul(Y, Y))


def test_constants_that_do_not_fit_a_machine_word() -> None:
    big = random.Random(1)
    for _ in range(200):
        a, b = big.getrandbits(90) - (1 << 89), big.choice([-1, 1]) * (big.getrandbits(40) + 1)
        assert ints.value_of(ints.fdiv(ints.const(a), ints.const(b))) == a // b or b < 0
        quotient, rest = ints.divide_exactly(ints.add(ints.scale(X, a), ints.const(a)), ints.const(b))
        for x in (-3, 0, 1, 1 << 70):
            assert exact(ints.add(ints.scale(quotient, b), rest), {X: x}) == a * x + a


@pytest.mark.parametrize("width", [2, 8, 16])
def test_wrapping_constants(width: int) -> None:
    for a in range(-3 << width, 3 << width, max(1, width * width // 4)):
        assert ints.value_of(ints.wrap(ints.const(a), width)) == wrap(a, width)
        assert ints.value_of(ints.unsigned(ints.const(a), width)) == a % (1 << width)


# Each mutant is a rule that looks right; the comparison above must tell it from the right one.
MUTANTS = {
    "⌊x/D⌋ split without a remainder": lambda a, b: ints.add(*(ints.fdiv(m, b) for m in (a, ints.ONE))),
    "truncation taken for the floor": ints.tdiv,
    "nested divisors added": lambda a, b: ints.fdiv(a, ints.add(b, ints.ONE)),
}


@pytest.mark.parametrize("name", MUTANTS)
def test_a_wrong_division_is_noticed(name: str) -> None:
    for d in (2, 3):
        written = make("fdiv", (ints.add(X, ints.ONE), ints.const(d)))
        points = [{X: x} for x in range(-9, 9)]
        assert not differing(written, ints.fdiv(*written.args), points)
        if name.startswith("⌊"):
            assert differing(written, MUTANTS[name](X, ints.const(d)), points)
        else:
            assert differing(written, MUTANTS[name](*written.args), points)


def test_a_maximum_with_a_negative_constant_keeps_truncation() -> None:
    """max(c, x tdiv D) = max(c, ⌊x/D⌋) holds for c ≥ 0 only."""
    t = ints.tdiv(X, ints.const(4))
    points = [{X: x} for x in range(-20, 20)]
    for c in (-3, -1, 0, 2):
        written = make("imax", (t, ints.const(c)))
        assert not differing(written, ints.maximum(t, ints.const(c)), points)
    floored = make("imax", (ints.fdiv(X, ints.const(4)), ints.const(-3)))
    assert differing(make("imax", (t, ints.const(-3))), floored, points)
    assert all(u.op != "tdiv" for u in subterms([ints.maximum(t, ints.ZERO)]))
