"""Theorem: a combine that is recognised gives, in any order of combining, the reduction that it is read as.

Each recognised combine is run over small lists in random trees and compared; near misses must not be recognised (or the
values would differ: that is shown too)."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import product

import pytest
from exact import Value, exact

from triton_lift.closing.folds import RECOGNISERS
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.term import Sort, Term, make, var

K = var("k")


def elem(pos: int, side: str, sort: Sort) -> Term:
    return make("elem", (), (0, pos, side), sort)


A, B = elem(0, "lhs", "real"), elem(0, "rhs", "real")
M, N = elem(0, "lhs", "int"), elem(0, "rhs", "int")
P, Q = elem(0, "lhs", "bool"), elem(0, "rhs", "bool")
I, J = elem(1, "lhs", "int"), elem(1, "rhs", "int")


def recognised(*combine: Term) -> list[Term] | None:
    """The readings of the results over k in [0, 4) of elements named by arrays, or None."""
    for recogniser in RECOGNISERS:
        reading = recogniser(0, combine)
        if reading is not None:
            bodies = tuple(make("read", (K,), (i, 0, False), c.sort) for i, c in enumerate(combine))
            return [
                reading(pos, (K, ints.ZERO, ints.const(4)), bools.TRUE, bodies) for pos in range(len(combine))
            ]
    return None


def combined(combine: tuple[Term, ...], columns: list[list[Value]], draw: random.Random) -> list[Value]:
    """The results of combining neighbours in a random order."""
    items = [list(row) for row in zip(*columns, strict=False)]
    while len(items) > 1:
        at = draw.randrange(len(items) - 1)
        point = {}
        for pos, (x, y) in enumerate(zip(items[at], items[at + 1], strict=False)):
            point[elem(pos, "lhs", combine[pos].sort)] = x
            point[elem(pos, "rhs", combine[pos].sort)] = y
        items[at : at + 2] = [[exact(c, point) for c in combine]]
    return items[0]


def wrong_lists(combine: tuple[Term, ...], readings: list[Term]) -> int:
    """At how many lists the readings differ from what combining gives, in one of three orders."""
    wrong = 0
    draw = random.Random(3)
    values = {
        "real": [Fraction(1), Fraction(2), Fraction(2), Fraction(0)],
        "int": [1, 2, 2, -1],
        "bool": [False, True],
    }
    for column in product(values[combine[0].sort], repeat=4):
        columns = [list(column), [0, 1, 2, 3]][: len(combine)]
        expected = [exact(r, {}, dict(enumerate(columns))) for r in readings]
        wrong += any(combined(combine, columns, draw) != expected for _ in range(3))
    return wrong


def less(a: Term, b: Term) -> Term:
    return reals.compare("rlt", a, b)


EQUAL = reals.compare("req", A, B)


def first(better: Term, equal: Term, tie: Term) -> tuple[Term, Term]:
    """(value, index) of the left operand if it is better, or equal and first by `tie`."""
    keep = bools.disjunction(better, bools.conjunction(equal, tie))
    value = reals.select(keep, A, B) if better.args[0].sort == "real" else reals.select(keep, M, N)
    return value, reals.select(keep, I, J)


def written_out(better: Term) -> tuple[Term, Term]:
    """The same with the selections nested as Triton's own library writes them."""
    keep = bools.disjunction(better, bools.conjunction(EQUAL, bools.lt(I, J)))
    return reals.select(better, A, B), reals.select(keep, I, J)


RECOGNISED: dict[str, tuple[Term, ...]] = {
    "sum": (reals.add(A, B),),
    "integer sum": (ints.add(M, N),),
    "product": (reals.mul(A, B),),
    "maximum": (reals.maximum(A, B),),
    "maximum by comparison": (reals.select(less(B, A), A, B),),
    "maximum by the other comparison": (reals.select(reals.compare("rle", B, A), A, B),),
    "integer minimum by comparison": (reals.select(bools.lt(M, N), M, N),),
    "any": (bools.disjunction(P, Q),),
    "all": (bools.conjunction(P, Q),),
    "argmax": first(less(B, A), EQUAL, bools.lt(I, J)),
    "argmin": first(less(A, B), EQUAL, bools.lt(I, J)),
    "argmax, value apart": written_out(less(B, A)),
    "last argmax": first(less(B, A), EQUAL, bools.lt(J, I)),
    "last argmin": first(less(A, B), EQUAL, bools.lt(J, I)),
    "argmax of integers": first(bools.lt(N, M), bools.eq(M, N), bools.lt(I, J)),
}
NEAR_MISSES: dict[str, tuple[Term, ...]] = {
    "ties to the left operand": (
        reals.select(reals.compare("rle", B, A), A, B),
        reals.select(reals.compare("rle", B, A), I, J),
    ),
    "ties to the right operand": (reals.select(less(B, A), A, B), reals.select(less(B, A), I, J)),
    "value of one, index of the other": (reals.maximum(A, B), reals.select(less(A, B), I, J)),
    "index always the left": (reals.maximum(A, B), I),
    "indices added": (reals.maximum(A, B), ints.add(I, J)),
    "difference": (reals.sub(A, B),),
    "mean": (reals.mul(reals.const(Fraction(1, 2)), reals.add(A, B)),),
    "left operand": (A,),
    "maximum of magnitudes": (reals.maximum(reals.apply("abs", A), reals.apply("abs", B)),),
    "sum and one": (ints.add(M, N, ints.ONE),),
    "selects by the index": (reals.select(bools.lt(I, J), A, B), ints.minimum(I, J)),
    "of booleans": (bools.disjunction(P, Q), ints.minimum(I, J)),
}
HARMLESS = {"ties to the left operand"}  # the same for neighbours combined in order, but not for any order


@pytest.mark.parametrize("name", RECOGNISED)
def test_recognised(name: str) -> None:
    readings = recognised(*RECOGNISED[name])
    assert readings is not None
    assert not wrong_lists(RECOGNISED[name], readings)


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_near_misses(name: str) -> None:
    assert recognised(*NEAR_MISSES[name]) is None


def test_the_near_misses_differ() -> None:
    """Reading a near miss as the first maximum would be wrong."""
    readings = recognised(*RECOGNISED["argmax"])
    assert readings is not None
    assert wrong_lists(RECOGNISED["last argmax"], readings)
    for name in ("ties to the right operand", "index always the left", "indices added"):
        assert wrong_lists(NEAR_MISSES[name], readings), name
