"""Theorem: what a scan's combine is read as is what combining the elements in order gives, in any association.

Linear recurrences forwards and backwards, in exact arithmetic; logarithms of sums of exponentials up to rounding, −∞
among the elements. Near misses must not be recognised."""

from __future__ import annotations

import math
import random
from fractions import Fraction

import pytest
from exact import Undefined, Value, exact

from triton_lift.closing import logarithmic, ordered
from triton_lift.closing.folds import FoldReader, log_sum_exp
from triton_lift.reading import Kernel, Unsupported
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.substitution import substitute
from triton_lift.terms.term import Term, make, var

K, AT = var("k"), var("i")
LENGTH = 5
(A, LATER), (B, ADDED) = (
    tuple(make("elem", (), (0, pos, side), "real") for side in ("lhs", "rhs")) for pos in range(2)
)
COMPOSED = (reals.mul(A, LATER), reals.add(reals.mul(LATER, B), ADDED))


def combined(
    combine: tuple[Term, ...], rows: list[tuple[Value, ...]], draw: random.Random
) -> tuple[Value, ...]:
    """The rows combined in order, associated at random."""
    items = list(rows)
    while len(items) > 1:
        at = draw.randrange(len(items) - 1)
        sides = {"lhs": items[at], "rhs": items[at + 1]}
        point = {
            make("elem", (), (0, i, s), "real"): r[i] for s, r in sides.items() for i in range(len(combine))
        }
        items[at : at + 2] = [tuple(exact(c, point) for c in combine)]
    return items[0]


def scan(combine: tuple[Term, ...], pos: int, reverse: bool) -> Term:
    """Result `pos` of a scan over elements named by arrays, at index AT."""
    low, high = (AT, ints.const(LENGTH)) if reverse else (ints.ZERO, ints.add(AT, ints.ONE))
    bodies = [make("read", (K,), (i, 0, False), "real") for i in range(len(combine))]
    key = (("reverse" if reverse else "scan", 0, pos), 1)
    kernel = Kernel("scan", None, [], folds={0: combine})
    return FoldReader(kernel).replace(make("foldresult", (K, low, high, bools.TRUE, *bodies), key, "real"))


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("swapped", [False, True])
def test_linear_recurrences(reverse: bool, swapped: bool) -> None:
    combine = COMPOSED
    if swapped:  # the summand first
        (B2, ADDED2), (A2, LATER2) = (A, LATER), (B, ADDED)
        combine = (reals.add(reals.mul(LATER2, B2), ADDED2), reals.mul(A2, LATER2))
    forms = [scan(combine, pos, reverse) for pos in range(2)]
    draw = random.Random(5)
    for _ in range(40):
        columns = {i: [Fraction(draw.randint(-3, 3)) for _ in range(LENGTH)] for i in range(2)}
        rows = list(zip(*columns.values(), strict=True))
        for at in range(LENGTH):
            part = rows[at:][::-1] if reverse else rows[: at + 1]
            expected = combined(combine, part, draw)
            assert tuple(exact(f, {AT: at}, columns) for f in forms) == expected


NEAR_MISSES = {
    "earlier factor": (COMPOSED[0], reals.add(reals.mul(A, B), ADDED)),
    "added last": (COMPOSED[0], reals.add(reals.mul(A, ADDED), B)),
    "difference": (COMPOSED[0], reals.sub(reals.mul(LATER, B), ADDED)),
    "undefined for 0": (COMPOSED[0], reals.add(COMPOSED[1], reals.div(A, A), reals.const(-1))),
    "sum of factors": (reals.add(A, LATER), COMPOSED[1]),
}


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_near_misses(name: str) -> None:
    assert ordered.linear_recurrence([(A, LATER), (B, ADDED)], NEAR_MISSES[name]) is None


BEFORE = (reals.add(A, B, LATER), ADDED)  # the names are those of a recurrence: (A, B) is the first pair


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("swapped", [False, True])
def test_sums_of_what_came_before(reverse: bool, swapped: bool) -> None:
    combine = (LATER, reals.add(B, A, ADDED)) if swapped else BEFORE
    forms = [scan(combine, pos, reverse) for pos in range(2)]
    draw = random.Random(7)
    for _ in range(40):
        columns = {i: [Fraction(draw.randint(-3, 3)) for _ in range(LENGTH)] for i in range(2)}
        rows = list(zip(*columns.values(), strict=True))
        for at in range(LENGTH):
            part = rows[at:][::-1] if reverse else rows[: at + 1]
            assert tuple(exact(f, {AT: at}, columns) for f in forms) == combined(combine, part, draw)


@pytest.mark.parametrize(
    "combine",
    [
        (reals.add(A, ADDED, LATER), ADDED),
        (reals.add(A, B, LATER), B),
        (reals.sub(reals.add(A, B), LATER), ADDED),
    ],
    ids=["its own", "the first", "difference"],
)
def test_other_sums_of_pairs(combine: tuple[Term, ...]) -> None:
    assert ordered.sum_before([(A, LATER), (B, ADDED)], combine) is None


def test_results_that_need_no_others() -> None:
    """A sum beside a linear recurrence: each part is read alone."""
    c, more = (make("elem", (), (0, 2, side), "real") for side in ("lhs", "rhs"))
    combine = (reals.add(c, more), COMPOSED[0], COMPOSED[1])
    names = {A: B, LATER: ADDED, B: c, ADDED: more, c: A, more: LATER}  # the sum first
    combine = tuple(substitute(t, names) for t in combine)
    forms = [scan(combine, pos, False) for pos in range(3)]
    draw = random.Random(9)
    for _ in range(20):
        columns = {i: [Fraction(draw.randint(-3, 3)) for _ in range(LENGTH)] for i in range(3)}
        rows = list(zip(*columns.values(), strict=True))
        for at in range(LENGTH):
            expected = combined(combine, rows[: at + 1], draw)
            assert tuple(exact(f, {AT: at}, columns) for f in forms) == expected


def test_results_that_need_each_other_are_not_parted() -> None:
    """Each result takes the other's elements."""
    with pytest.raises(Unsupported):
        scan((reals.mul(A, ADDED), reals.add(B, LATER)), 0, False)


def test_a_reduction_has_no_order() -> None:
    bodies = [make("read", (K,), (i, 0, False), "real") for i in range(2)]
    fold = make("foldresult", (K, ints.ZERO, ints.const(4), bools.TRUE, *bodies), (("fold", 0, 1), 1), "real")
    with pytest.raises(Unsupported):
        FoldReader(Kernel("fold", None, [], folds={0: COMPOSED})).replace(fold)


# Logarithms of sums of exponentials.

GREATER, LESSER = reals.maximum(A, LATER), reals.minimum(A, LATER)


def exp(t: Term) -> Term:
    return reals.apply("exp", t)


def log(t: Term) -> Term:
    return reals.apply("log", t)


BY_TWO = reals.add(GREATER, log(reals.add(exp(reals.sub(A, GREATER)), exp(reals.sub(LATER, GREATER)))))
BY_ONE = reals.add(GREATER, log(reals.add(reals.ONE, exp(reals.sub(LESSER, GREATER)))))
EQUAL_INFINITIES = bools.conjunction(
    reals.compare("req", LESSER, GREATER), reals.compare("req", reals.apply("abs", LESSER), reals.INF)
)
GUARDED = reals.select(EQUAL_INFINITIES, A, BY_ONE)
WRONG = {
    "lesser taken out": reals.add(LESSER, log(reals.add(reals.ONE, exp(reals.sub(LESSER, GREATER))))),
    "sum of logarithms": reals.add(GREATER, log(reals.add(exp(reals.sub(A, GREATER)), exp(LATER)))),
    "another where equal": reals.select(reals.compare("req", A, LATER), A, BY_ONE),
    "difference of exponentials": log(reals.sub(exp(A), exp(LATER))),
    "two": reals.add(GREATER, log(reals.add(reals.const(2), exp(reals.sub(LESSER, GREATER))))),
}


@pytest.mark.parametrize("combine", [BY_TWO, BY_ONE, GUARDED], ids=["two", "one", "guarded"])
def test_log_sum_exp(combine: Term) -> None:
    form = scan((combine,), 0, False)
    draw = random.Random(3)
    for _ in range(60):
        column = [draw.choice([0.0, 1.5, -2.0, 3.0]) for _ in range(LENGTH)]
        for at in range(LENGTH):
            (expected,) = combined((combine,), [(x,) for x in column[: at + 1]], draw)
            assert math.isclose(exact(form, {AT: at}, {0: column}), expected, abs_tol=1e-9)


def test_infinities_need_the_guard() -> None:
    """Two elements that are −∞: the guarded combine gives −∞; the other has no value, and needs finite elements."""
    infinite = (-math.inf, -math.inf)
    point = dict(zip((A, LATER), infinite, strict=True))
    assert exact(GUARDED, point) == -math.inf
    with pytest.raises(Undefined):
        exact(BY_TWO, point)
    bodies = (reals.select(bools.lt(K, AT), reals.ZERO, reals.NEG_INF),)
    readings = [log_sum_exp(0, (c,)) for c in (GUARDED, BY_TWO)]
    triple = (K, ints.ZERO, ints.const(LENGTH))
    guarded, other = (r(0, triple, bools.TRUE, bodies) for r in readings if r is not None)
    assert guarded.op == "rfun" and other.op == "provided"


@pytest.mark.parametrize("name", WRONG)
def test_other_logarithms(name: str) -> None:
    assert logarithmic.base_of(A, LATER, WRONG[name]) is None
