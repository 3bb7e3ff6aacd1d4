"""Running means and squared deviations (Welford), pairwise combination (Chan), and the algebra that joins their tiles.

Theorem, each time: the closed form, reading or simplified term is the textbook quantity, exactly, for small ones, the
empty ones included. Each positive case has a mutant that must not be closed, or must come out as something else."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest
from exact import Undefined, exact
from guarded import ARRAYS, element
from recurrences import T, closed, loop_of, state, stepped

from triton_lift.closing import NotClosed
from triton_lift.closing.folds import RECOGNISERS
from triton_lift.proving import Context, Session
from triton_lift.reading import Unsupported
from triton_lift.simplification import Simplifier
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.term import Term, make, var

N = make("param", (), (0, "n"))
G = element(T)
MEAN, SQUARES, COUNT = (state(i, "real") for i in range(3))
WHOLE = state(2, "int")
SOME = bools.eq(ints.fmod(T, ints.const(2)), ints.fmod(N, ints.const(2)))  # every other iteration
LATE = bools.le(N, T)


def counted(mask: Term) -> Term:
    return reals.select(mask, reals.ONE, reals.ZERO)


def floored(mask: Term, added: Term) -> list[tuple[Term, Term]]:
    """The form that divides by max(1, count), with masked elements read as 0."""
    x = reals.select(mask, G, reals.ZERO)
    count = reals.add(COUNT, added)
    mean = reals.div(reals.add(reals.mul(MEAN, COUNT), x), reals.maximum(reals.ONE, count))
    deviation = reals.mul(reals.sub(x, mean), reals.sub(x, MEAN), counted(mask))
    return [(reals.ZERO, mean), (reals.ZERO, reals.add(SQUARES, deviation)), (reals.ZERO, count)]


def by_differences(
    divisor: Term, mask: Term = bools.TRUE, count: Term | None = None
) -> list[tuple[Term, Term]]:
    """The form m + (x − m)/n, kept where the mask does not hold."""
    delta = reals.sub(G, MEAN)
    mean = reals.select(mask, reals.add(MEAN, reals.div(delta, divisor)), MEAN)
    squares = reals.select(mask, reals.add(SQUARES, reals.mul(delta, reals.sub(G, mean))), SQUARES)
    after = ints.add(WHOLE, ints.ONE) if count is None else count
    return [(reals.ZERO, mean), (reals.ZERO, squares), (ints.ZERO, reals.select(mask, after, WHOLE))]


NEXT = reals.from_int(ints.add(T, ints.ONE))
MORE = reals.from_int(ints.add(WHOLE, ints.ONE))
FORMS = {
    "floored": floored(SOME, counted(SOME)),
    "floored, late": floored(LATE, counted(LATE)),
    "floored, all": floored(bools.TRUE, reals.ONE),
    "by the iteration": by_differences(NEXT),
    "by a count": by_differences(MORE, SOME),
    "by a count, late": by_differences(MORE, LATE),
}
MUTANTS = {
    "counts what it masks": floored(SOME, reals.ONE),
    "divides by the count before": by_differences(reals.maximum(reals.ONE, reals.from_int(T))),
    "one too many": by_differences(reals.from_int(ints.add(T, ints.const(2)))),
    "masked, by the iteration": by_differences(NEXT, SOME),
    "counts twice": by_differences(MORE, SOME, ints.add(WHOLE, ints.const(2))),
}


def textbook(carries: list[tuple[Term, Term]], n: int, pos: int) -> list[object]:
    """The values by stepping, for each number of iterations."""
    return [row[pos] for row in stepped(loop_of(*carries), {N: n}, 7)]


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("pos", [0, 1])
def test_closed_forms(name: str, pos: int) -> None:
    carries = FORMS[name]
    rule, forms = closed(loop_of(*carries), pos)
    assert rule in ("running mean", "mean of iterations", "squared deviations")
    for n in range(-2, 9):
        expected = textbook(carries, n, pos)
        assert [exact(f, {N: n}, ARRAYS) for f in forms] == expected


def other_elements() -> list[tuple[Term, Term]]:
    """The mean of the elements, and squared deviations of others."""
    carries = by_differences(NEXT)
    other = element(ints.add(T, ints.ONE))
    delta = reals.sub(other, MEAN)
    carries[1] = (reals.ZERO, reals.add(SQUARES, reals.mul(delta, reals.sub(other, carries[0][1]))))
    return carries


MUTANTS["squares of other elements"] = other_elements()


@pytest.mark.parametrize("name", MUTANTS)
def test_mutants_are_no_squared_deviations(name: str) -> None:
    """They are refused, or closed as what they are, by another rule; never as squared deviations from the mean."""
    carries = MUTANTS[name]
    for pos in range(2):
        try:
            rule, forms = closed(loop_of(*carries), pos)
        except NotClosed:
            continue
        assert rule != "squared deviations" or name == "one too many"
        for n in range(-2, 9):
            assert [exact(f, {N: n}, ARRAYS) for f in forms] == textbook(carries, n, pos)
    assert any(textbook(carries, n, 1) != textbook(other, n, 1) for n in range(9) for other in FORMS.values())


@pytest.mark.parametrize("pos", [0, 1])
def test_what_cancels_must_be_defined(pos: int) -> None:
    """log e − log e is 0 only where e > 0: such a step is not a running mean's, nor adds squared deviations."""
    carries = by_differences(NEXT)
    logarithm = reals.apply("log", G)
    init, step = carries[pos]
    carries[pos] = (init, reals.add(step, logarithm, reals.negate(logarithm)))
    try:
        rule, _ = closed(loop_of(*carries), pos)
    except NotClosed:
        return
    assert rule not in ("mean of iterations", "running mean", "squared deviations")


def test_a_mean_that_starts_elsewhere() -> None:
    """With max(1, count) a start other than 0 is forgotten: that is no running mean."""
    carries = floored(SOME, counted(SOME))
    carries[0] = (reals.ONE, carries[0][1])
    rule, forms = closed(loop_of(*carries), 0)
    assert rule != "running mean"
    for n in range(-2, 9):
        assert [exact(f, {N: n}, ARRAYS) for f in forms] == textbook(carries, n, 0)


# Pairwise.

K = var("k")


def elem(pos: int, side: str) -> Term:
    return make("elem", (), (0, pos, side), "real")


(MA, MB), (SA, SB), (WA, WB) = ((elem(i, "lhs"), elem(i, "rhs")) for i in range(3))
W = reals.add(WA, WB)
DELTA = reals.sub(MB, MA)
SHARE = reals.select(reals.compare("req", W, reals.ZERO), reals.ZERO, reals.div(WB, W))
GUARDED = (
    reals.add(MA, reals.mul(DELTA, SHARE)),
    reals.add(SA, SB, reals.mul(DELTA, DELTA, WA, SHARE)),
    W,
)
MEAN_OF_TWO = reals.div(reals.add(reals.mul(MA, WA), reals.mul(MB, WB)), reals.maximum(reals.ONE, W))
BY_MOMENTS = (
    MEAN_OF_TWO,
    reals.add(
        SA,
        reals.mul(MA, MA, WA),
        SB,
        reals.mul(MB, MB, WB),
        reals.negate(reals.mul(W, MEAN_OF_TWO, MEAN_OF_TWO)),
    ),
    W,
)
COMBINES = {"guarded": GUARDED, "by moments": BY_MOMENTS}
WRONG_COMBINES = {
    "deviation once": (GUARDED[0], reals.add(SA, SB, reals.mul(DELTA, WA, SHARE)), W),
    "mean unweighted": (reals.mul(reals.const(Fraction(1, 2)), reals.add(MA, MB)), *GUARDED[1:]),
    "the other weight": (reals.add(MA, reals.mul(DELTA, reals.div(WA, W))), *GUARDED[1:]),
    "sign": (GUARDED[0], reals.sub(GUARDED[1], reals.mul(reals.const(2), SB)), W),
    "floored at two": (
        reals.div(reals.add(reals.mul(MA, WA), reals.mul(MB, WB)), reals.maximum(reals.const(2), W)),
        *BY_MOMENTS[1:],
    ),
}


def readings(combine: tuple[Term, ...], weights: Term, some_weigh_nothing: bool = True) -> list[Term] | None:
    for recognise in RECOGNISERS:
        found = recognise(0, combine)
        if found is not None:
            mean = make("read", (K,), (0, 0, False), "real")
            weighs = reals.compare("rlt", reals.ZERO, weights)
            mean = reals.select(weighs, mean, reals.ZERO) if some_weigh_nothing else mean
            bodies = (mean, make("read", (K,), (1, 0, False), "real"), weights)
            return [found(i, (K, ints.ZERO, ints.const(4)), bools.TRUE, bodies) for i in range(3)]
    return None


def by_trees(
    combine: tuple[Term, ...], rows: list[tuple[Fraction, ...]], draw: random.Random
) -> list[object]:
    items = list(rows)
    while len(items) > 1:
        at = draw.randrange(len(items) - 1)
        point = {
            elem(i, side): row[i]
            for side, row in (("lhs", items[at]), ("rhs", items[at + 1]))
            for i in range(3)
        }
        items[at : at + 2] = [tuple(exact(c, point) for c in combine)]
    return list(items[0])


@pytest.mark.parametrize("name", COMBINES)
def test_pairwise(name: str) -> None:
    weights = reals.from_int(make("read", (K,), (2, 0, False)))
    found = readings(COMBINES[name], weights)
    assert found is not None
    draw = random.Random(7)
    refused = 0
    for _ in range(300):
        counts = [draw.choice([0, 0, 1, 3, -1 if draw.random() < 0.1 else 2]) for _ in range(4)]
        columns = [[Fraction(draw.randint(-3, 3)) for _ in range(4)] for _ in range(2)]
        arrays = {0: columns[0], 1: columns[1], 2: counts}
        columns[0] = [m if w > 0 else Fraction(0) for m, w in zip(columns[0], counts, strict=True)]
        rows = list(zip(*columns, map(Fraction, counts), strict=True))
        expected = by_trees(COMBINES[name], rows, draw)
        try:
            assert [exact(f, {}, arrays) for f in found] == expected
        except Undefined:
            assert min(counts) < 0
            refused += 1
    assert refused


def test_the_mean_of_nothing_depends_on_the_order() -> None:
    """The guarded combine gives some mean that weighs nothing: unless these are 0, it is refused."""
    weights = reals.from_int(make("read", (K,), (2, 0, False)))
    with pytest.raises(Unsupported):
        readings(GUARDED, weights, some_weigh_nothing=False)
    rows = [(Fraction(m), Fraction(0), Fraction(0)) for m in (1, 2)]
    orders = [by_trees(GUARDED, r, random.Random(1))[0] for r in (rows, rows[::-1])]
    assert orders == [1, 2]


@pytest.mark.parametrize("name", WRONG_COMBINES)
def test_wrong_combines(name: str) -> None:
    assert readings(WRONG_COMBINES[name], reals.ONE) is None


# Tiles.

ROWS, I = ints.const(3), var("i")


def tile(body: Term, mask: Term) -> Term:
    u = var("u")
    held, inner = (substitute_index(t, u) for t in (mask, body))
    return make("reduce", (u, ints.ZERO, ROWS, held, inner), ("add", 1), "real")


def substitute_index(t: Term, u: Term) -> Term:
    from triton_lift.terms.substitution import substitute

    return substitute(t, {T: u})


X = make("read", (ints.add(ints.scale(T, 2), I),), (0, 0, False), "real")
INSIDE = bools.lt(ints.add(ints.scale(T, 2), I), N)
TILE_SUM, TILE_COUNT = tile(X, INSIDE), tile(reals.ONE, INSIDE)
TILE_MEAN = reals.div(TILE_SUM, reals.maximum(reals.ONE, TILE_COUNT))
MU = make("param", (), (3, "mu"), "real")


def deviations(centre: Term) -> Term:
    d = reals.sub(X, centre)
    return tile(reals.mul(d, d), INSIDE)


def shifted(count: Term) -> Term:
    d = reals.sub(TILE_MEAN, MU)
    return reals.add(deviations(TILE_MEAN), reals.mul(count, d, d))


def simplified(t: Term) -> Term:
    context = Context(Session()).extend(bools.le(ints.ZERO, I), bools.lt(I, ints.const(2)))
    return Simplifier().simplify(t, context)


@pytest.mark.parametrize("t", [shifted(TILE_COUNT), reals.mul(TILE_MEAN, TILE_COUNT)], ids=["axes", "mean"])
def test_tiles_join(t: Term) -> None:
    after = simplified(t)
    assert "rdiv" not in repr(after)
    for n in range(8):
        for i in range(2):
            point = {N: n, I: i, MU: Fraction(2, 3)}
            arrays = {0: [Fraction(v) for v in (3, -1, 4, 1, -5, 9)]}
            assert exact(after, point, arrays) == exact(t, point, arrays)


def test_tiles_of_another_count_do_not_join() -> None:
    """Twice the count, the count of another mask, the mean of other elements."""
    other = tile(reals.ONE, bools.le(ints.add(ints.scale(T, 2), I), N))
    for t in (
        shifted(reals.mul(reals.const(2), TILE_COUNT)),
        shifted(other),
        reals.mul(TILE_MEAN, other),
        reals.add(deviations(reals.mul(reals.const(2), TILE_MEAN)), shifted(TILE_COUNT)),
    ):
        after = simplified(t)
        assert "rdiv" in repr(after)
