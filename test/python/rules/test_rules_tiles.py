"""Theorem: (a, b) ↦ B·a + b is a bijection of {lo ≤ a < hi} × [0, B) onto [B·lo, B·hi), for B ≥ 1. So a reduction of
what depends on B·a + b alone is a reduction over r."""

from __future__ import annotations

import pytest
from exact import exact
from guarded import ARRAYS, BOX, M, N, X, differing, element

from triton_lift.proving import Context, Session
from triton_lift.simplification import Simplifier
from triton_lift.simplification.tiles import merge_tiles
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.term import Term, make, var

A, B = var("a"), var("b")
FOUR = ints.const(4)


def merge(
    box: list[tuple[Term, Term, Term]], exprs: list[Term], *facts: Term
) -> tuple[list[tuple[Term, Term, Term]], list[Term]] | None:
    return merge_tiles(box, exprs, Context(Session(), facts))


def total(box: list[tuple[Term, Term, Term]], body: Term, kind: str = "add") -> Term:
    return make("reduce", (*(x for r in box for x in r), bools.TRUE, body), (kind, len(box)), "real")


@pytest.mark.parametrize("low", [ints.ZERO, X], ids=["from 0", "from x"])
@pytest.mark.parametrize("size", [ints.ONE, FOUR], ids=["1", "4"])
@pytest.mark.parametrize("sign", [1, -1], ids=["from the first on", "from the last on"])
def test_merging_keeps_the_sum(low: Term, size: Term, sign: int) -> None:
    box = [(A, low, N), (B, ints.ZERO, size)]
    body = element(ints.add(ints.scale(ints.mul(size, A), sign), B, M))
    merged = merge(box, [bools.TRUE, body])
    assert merged is not None and len(merged[0]) == 1
    assert not differing(total(box, body), total(merged[0], merged[1][1]), BOX)


def test_a_third_variable_stays() -> None:
    j = var("j")
    box = [(j, ints.ZERO, M), (A, ints.ZERO, N), (B, ints.ZERO, FOUR)]
    body = element(ints.add(ints.scale(A, 4), B, ints.scale(j, 7)))
    merged = merge(box, [bools.TRUE, body])
    assert merged is not None and len(merged[0]) == 2
    assert not differing(total(box, body), total(merged[0], merged[1][1]), BOX)


@pytest.mark.parametrize(
    "index",
    [
        ints.add(ints.scale(A, 3), B),
        ints.add(ints.scale(A, 5), B),
        ints.add(ints.scale(A, 4), ints.scale(B, 2)),
        ints.add(ints.scale(A, -3), B),
        ints.add(ints.scale(A, -4), ints.scale(B, 2)),
        ints.mul(A, B),
    ],
    ids=["overlapping", "with gaps", "strided", "overlapping backwards", "strided backwards", "a product"],
)
def test_what_depends_on_anything_else_is_not_merged(index: Term) -> None:
    box = [(A, ints.ZERO, N), (B, ints.ZERO, FOUR)]
    assert merge(box, [bools.TRUE, element(index)]) is None
    r = var("r")
    wrong = total([(r, ints.ZERO, ints.scale(N, 4))], element(r))
    assert differing(total(box, element(index)), wrong, BOX), "merging it would be wrong"


def test_a_range_that_depends_on_the_other_variable_is_not_merged() -> None:
    body = element(ints.add(ints.scale(A, 4), B))
    assert merge([(A, ints.ZERO, N), (B, ints.ZERO, A)], [bools.TRUE, body]) is None
    assert merge([(B, ints.ZERO, FOUR), (A, ints.ZERO, B)], [bools.TRUE, body]) is None


def test_a_guard_or_index_that_sees_the_tile_number_is_not_merged() -> None:
    box = [(A, ints.ZERO, N), (B, ints.ZERO, FOUR)]
    place = ints.add(ints.scale(A, 4), B)
    assert merge(box, [bools.lt(B, ints.const(3)), element(place)]) is None
    assert merge(box, [bools.TRUE, element(place), B]) is None
    assert merge(box, [bools.lt(place, M), element(place), place]) is not None


def test_sizes_that_may_be_negative() -> None:
    """With B < 0 and hi < lo there is no (a, b), but B·lo < B·hi: loops over n = m = −1 rows and columns."""
    box = [(A, ints.ZERO, N), (B, ints.ZERO, M)]
    t = total(box, element(ints.add(ints.mul(M, A), B)))
    assert exact(t, {N: -1, M: -1}, ARRAYS) == 0
    assert merge(box, [bools.TRUE, element(ints.add(ints.mul(M, A), B))]) is None
    assert merge(box, [bools.TRUE, element(ints.add(ints.mul(M, A), B))], bools.le(ints.ONE, M)) is not None
    for facts in ([], [bools.le(ints.ONE, M)], [bools.le(ints.ZERO, N)]):
        result = Simplifier().simplify(t, Context(Session(), facts))
        points = [p for p in BOX if all(exact(f, p) for f in facts)]
        assert not differing(t, result, points)


def test_masked_tiles_of_a_symbolic_length() -> None:
    """Σ_{t<⌈n/4⌉} Σ_{k<4, 4t+k<n} e(4t + k) = Σ_{r<n} e(r); with ≤ in the mask it is one element more."""
    place = ints.add(ints.scale(A, 4), B)
    trips = ints.maximum(ints.ZERO, ints.fdiv(ints.add(N, ints.const(3)), FOUR))
    r = var("r")
    for mask, same in ((bools.lt(place, N), True), (bools.le(place, N), False)):
        inner = total([(B, ints.ZERO, FOUR)], reals.select(mask, element(place), reals.ZERO))
        t = total([(A, ints.ZERO, trips)], inner)
        assert (not differing(t, total([(r, ints.ZERO, N)], element(r)), BOX)) == same
        simple = Simplifier().simplify(t, Context(Session(), []))
        assert not differing(t, simple, BOX)
        assert simple.attr == ("add", 1), "one variable is left"


@pytest.mark.parametrize("size", [FOUR, M], ids=["4", "m"])
def test_a_last_tile_that_ends_early(size: Term) -> None:
    """Programs share out a range: b < min(B, x − B·a), or min(B·(a + 1), x) − B·a."""
    start = ints.mul(size, A)
    body = element(ints.add(start, B))
    for end in (
        ints.minimum(size, ints.sub(X, start)),
        ints.sub(ints.minimum(ints.add(start, size), X), start),
    ):
        box = [(A, ints.ZERO, N), (B, ints.ZERO, end)]
        merged = merge(box, [bools.TRUE, body], bools.le(ints.ZERO, N))
        assert merged is not None and len(merged[0]) == 1
        points = [p for p in BOX if p[N] >= 0]
        assert not differing(total(box, body), total(merged[0], merged[1][1]), points)


def test_a_last_tile_that_comes_first() -> None:
    """From the last tile on, which ends at x: b < min(B, x − B·(n − 1 − a)). Not if the end moves the other way."""
    turned = ints.sub(ints.sub(N, ints.ONE), A)
    start = ints.scale(turned, 4)
    body = element(ints.add(start, B))
    box = [(A, ints.ZERO, N), (B, ints.ZERO, ints.minimum(FOUR, ints.sub(X, start)))]
    merged = merge(box, [bools.TRUE, body])
    assert merged is not None and len(merged[0]) == 1
    points = [p for p in BOX if p[N] >= 0]
    assert not differing(total(box, body), total(merged[0], merged[1][1]), points)
    other = [(A, ints.ZERO, N), (B, ints.ZERO, ints.minimum(FOUR, ints.sub(X, ints.scale(A, 4))))]
    assert merge(other, [bools.TRUE, body]) is None


def test_a_last_tile_of_unknown_many() -> None:
    """With n < 0 and B < 0, B·n may be positive though there is no tile."""
    box = [(A, ints.ZERO, N), (B, ints.ZERO, ints.minimum(M, ints.sub(X, ints.mul(M, A))))]
    assert merge(box, [bools.TRUE, element(ints.add(ints.mul(M, A), B))]) is None


@pytest.mark.parametrize(
    "end",
    [
        ints.minimum(FOUR, ints.sub(X, ints.scale(A, 3))),
        ints.minimum(ints.const(3), ints.sub(X, ints.scale(A, 4))),
        ints.sub(ints.minimum(ints.add(ints.scale(A, 4), FOUR), X), ints.scale(A, 3)),
    ],
    ids=["the end moves too slowly", "tiles are short", "another start"],
)
def test_other_ends_are_not_merged(end: Term) -> None:
    box = [(A, ints.ZERO, N), (B, ints.ZERO, end)]
    body = element(ints.add(ints.scale(A, 4), B))
    assert merge(box, [bools.TRUE, body]) is None
    r = var("r")
    wrong = total([(r, ints.ZERO, ints.minimum(ints.scale(N, 4), X))], element(r))
    points = [{X: x, N: n, M: 0} for x in range(12) for n in range(4)]
    assert differing(total(box, body), wrong, points), "merging it would be wrong"


def test_iterations_taken_in_turn() -> None:
    """Σ_{b<m} Σ_{a<⌈(x − b)/m⌉} e(m·a + b) = Σ_{r<x} e(r), for m ≥ 1; one iteration more or fewer is refused."""
    body = element(ints.add(ints.mul(M, A), B))
    some = bools.le(ints.ONE, M)
    points = [p for p in BOX if p[M] >= 1]
    trips = ints.add(ints.fdiv(ints.sub(X, ints.add(B, ints.ONE)), M), ints.ONE)
    box = [(B, ints.ZERO, M), (A, ints.ZERO, trips)]
    merged = merge(box, [bools.TRUE, body], some)
    assert merged is not None and len(merged[0]) == 1
    assert not differing(total(box, body), total(merged[0], merged[1][1]), points)
    assert merge(box, [bools.TRUE, body]) is None
    for other in (
        ints.add(ints.fdiv(ints.sub(X, B), FOUR), ints.ONE),
        ints.fdiv(ints.sub(X, ints.scale(B, 2)), M),
    ):
        assert merge([(B, ints.ZERO, M), (A, ints.ZERO, other)], [bools.TRUE, body], some) is None
    longer = ints.add(trips, ints.ONE)
    merged = merge([(B, ints.ZERO, M), (A, ints.ZERO, longer)], [bools.TRUE, body], some)
    assert merged is not None
    assert not differing(
        total([(B, ints.ZERO, M), (A, ints.ZERO, longer)], body), total(merged[0], merged[1][1]), points
    )


@pytest.mark.parametrize("first", ["outer", "inner"])
def test_an_end_may_depend_on_a_third_variable(first: str) -> None:
    """Tiles of 4 in rows of 8: what is left of the last row is of that row alone."""
    j = var("j")
    row, tiles = (j, ints.ZERO, M), (A, ints.ZERO, ints.const(2))
    end = ints.minimum(FOUR, ints.sub(ints.sub(N, ints.scale(j, 8)), ints.scale(A, 4)))
    box = [*([row, tiles] if first == "outer" else [tiles, row]), (B, ints.ZERO, end)]
    body = element(ints.add(ints.scale(j, 8), ints.scale(A, 4), B))
    merged = merge(box, [bools.TRUE, body])
    assert merged is not None and len(merged[0]) == 2
    assert [v for v, _, _ in merged[0]].index(j) == 0, "the end of a range knows the variables before it"
    assert not differing(total(box, body), total(merged[0], merged[1][1]), BOX)
    (_, _, high), *_ = [r for r in merged[0] if r[0] is not j]
    wider = [r if r[0] is j else (r[0], r[1], ints.add(high, ints.ONE)) for r in merged[0]]
    assert differing(total(box, body), total(wider, merged[1][1]), BOX)


def test_an_end_that_still_depends_on_the_tile_is_not_merged() -> None:
    end = ints.minimum(FOUR, ints.sub(N, ints.scale(A, 3)))
    body = element(ints.add(ints.scale(A, 4), B))
    assert merge([(A, ints.ZERO, M), (B, ints.ZERO, end)], [bools.TRUE, body]) is None
