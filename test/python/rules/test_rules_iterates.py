"""Recurrences that are stated: an iterate is what the loop carries, whatever is done to it. By brute force."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from exact import Undefined, Value, exact

from triton_lift.closing.iterated import NoStatement, stated
from triton_lift.evaluation.terms import Evaluator
from triton_lift.formulas import ast
from triton_lift.formulas.errors import FormulaError
from triton_lift.formulas.parsing import parse
from triton_lift.formulas.printing import Printer
from triton_lift.formulas.spelling import AsciiStyle, TextStyle
from triton_lift.lifting.iterates import bounds, facts_about, kept
from triton_lift.lifting.steps import change
from triton_lift.proving import Context, Session
from triton_lift.reading.kernel import Carry, Kernel, Loop
from triton_lift.simplification import Simplifier
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.binding import canonical_names, fresh_names
from triton_lift.terms.iterates import Iterate, State, iterate, parts_of, previous, stepped
from triton_lift.terms.substitution import substitute
from triton_lift.terms.term import Sort, Term, make, subterms, var

SIZE = 3
TRIPS = ints.const(6)
ARRAYS = {0: [Fraction(v) for v in (1, -2, 3, 0, 2, 5, -1, 1, 2, 3, 1, 1, 4, -3, 2, 1)]}


def read(offset: Term) -> Term:
    return make("read", (offset,), (0, 0, ()), "real")


class Handmade:
    """A loop whose carried tensors have the given numbers of dimensions, written as functions of what they are next."""

    def __init__(self, *dims: int, sort: Sort = "real") -> None:
        self.var = var("t")
        self.coords = [tuple(var("c") for _ in range(d)) for d in dims]
        self.sort = sort
        extents = {c: SIZE for coords in self.coords for c in coords}
        self.loop = Loop(0, self.var, ints.ONE, TRIPS, bools.TRUE, None)
        self.kernel = Kernel("loop", None, [], loops={0: self.loop}, extents=extents)

    def at(self, pos: int, *index: Term) -> Term:
        """A carried value at the start of an iteration."""
        return make("state", index, (0, pos), self.sort)

    def carry(self, pos: int, init: Term, following: Term) -> None:
        self.loop.carries[pos] = Carry(pos, self.coords[pos], init, following)

    def stated(self, pos: int) -> Term:
        """The value before iteration `time` at the coordinates."""
        self.time = var("n")
        return stated(self.kernel, self.loop, pos, TRIPS, self.time, lambda _, t: t)[1]

    def run(self, count: int) -> list[dict[tuple[int, ...], Value]]:
        """What the loop carries after so many iterations, one element after the other."""
        now = [self._elements(c.coords, c.init, {}) for c in self.loop.carries.values()]
        for t in range(count):
            states = {
                make("state", tuple(map(ints.const, i)), (0, p), self.sort): v
                for p, values in enumerate(now)
                for i, v in values.items()
            }
            now = [
                self._elements(c.coords, c.next, {self.var: t}, states) for c in self.loop.carries.values()
            ]
        return now

    def _elements(
        self,
        coords: tuple[Term, ...],
        t: Term,
        point: dict[Term, Value],
        states: dict[Term, Value] | None = None,
    ) -> dict[tuple[int, ...], Value]:
        found = {}
        for index in np.ndindex(*(SIZE,) * len(coords)):
            here = substitute(t, {c: ints.const(i) for c, i in zip(coords, index, strict=True)})
            found[index] = exact(_written_out(here), {**point, **(states or {})}, ARRAYS)
        return found


def _written_out(t: Term) -> Term:
    """Sums of fixed ranges element by element, so that each state stands at a number."""

    def visit(u: Term) -> Term:
        if u.op == "reduce":
            v, low, high = u.args[:3]
            values = [visit(substitute(u.args[4], {v: ints.const(i)})) for i in range(low.attr, high.attr)]
            return reals.add(*values)
        if not u.args:
            return u
        from triton_lift.terms.substitution import rebuild

        return rebuild(u, tuple(visit(a) for a in u.args))

    return visit(t)


def total(body: Callable[[Term], Term]) -> Term:
    k = var("k")
    return make("reduce", (k, ints.ZERO, ints.const(SIZE), bools.TRUE, body(k)), ("add", 1), "real")


def two_numbers() -> Handmade:
    h = Handmade(0, 0)
    h.carry(0, reals.ONE, reals.add(h.at(1), read(h.var)))
    h.carry(1, reals.const(2), reals.mul(h.at(0), h.at(1)))
    return h


def rows_and_columns() -> Handmade:
    h = Handmade(2)
    i, j = h.coords[0]
    init = read(ints.add(ints.scale(i, 3), j))
    sums = reals.add(total(lambda k: h.at(0, i, k)), reals.from_int(h.var))
    h.carry(0, init, reals.add(reals.mul(sums, h.at(0, i, j)), total(lambda k: h.at(0, k, j))))
    return h


def matrix_and_vector() -> Handmade:
    h = Handmade(2, 1)
    (i, j), (r,) = h.coords
    h.carry(0, read(ints.add(i, j)), reals.sub(h.at(0, i, j), reals.mul(h.at(1, i), h.at(1, i))))
    h.carry(1, read(r), total(lambda k: reals.mul(h.at(0, r, k), h.at(1, r))))
    return h


def swapped() -> Handmade:
    h = Handmade(2)
    i, j = h.coords[0]
    h.carry(
        0, read(ints.add(ints.scale(i, 3), j)), reals.add(reals.mul(h.at(0, j, i), h.at(0, j, i)), reals.ONE)
    )
    return h


def around_the_ring() -> Handmade:
    h = Handmade(1)
    (i,) = h.coords[0]
    right = ints.fmod(ints.add(i, ints.ONE), ints.const(SIZE))
    h.carry(0, read(i), reals.sub(reals.mul(h.at(0, i), h.at(0, i)), h.at(0, right)))
    return h


def pivot() -> Handmade:
    h = Handmade(1)
    (i,) = h.coords[0]
    h.carry(0, read(i), reals.sub(h.at(0, i), reals.mul(h.at(0, ints.ZERO), read(h.var))))
    return h


SYSTEMS = [two_numbers, rows_and_columns, matrix_and_vector, swapped, around_the_ring, pivot]


def elements(h: Handmade, pos: int, t: Term, count: int) -> dict[tuple[int, ...], Value]:
    found = {}
    for index in np.ndindex(*(SIZE,) * len(h.coords[pos])):
        point = {c: int(i) for c, i in zip(h.coords[pos], index, strict=True)}
        found[index] = exact(t, {**point, h.time: count}, ARRAYS)
    return found


@pytest.mark.parametrize("system", SYSTEMS)
def test_stated_is_what_the_loop_carries(system: Callable[[], Handmade]) -> None:
    h = system()
    for pos in h.loop.carries:
        value = h.stated(pos)
        for count in range(4):
            assert elements(h, pos, value, count) == h.run(count)[pos]


def changed(t: Term) -> list[Term]:
    """The iterate with another step, another start, one step more, and, of several indices, these in another order."""
    parts = parts_of(t)
    first, *others = parts.states
    steps = replace(first, next=reals.add(first.next, reals.ONE))
    start = replace(first, first=reals.add(first.first, reals.ONE))
    found = [
        iterate(replace(parts, states=(steps, *others))),
        iterate(replace(parts, states=(start, *others))),
        stepped(parts, ints.add(parts.moment, ints.ONE), parts.place),
    ]
    if len(parts.place) > 1:
        found.append(stepped(parts, parts.moment, tuple(reversed(parts.place))))
    return found


@pytest.mark.parametrize("system", SYSTEMS)
def test_changed_is_something_else(system: Callable[[], Handmade]) -> None:
    """So that the comparison above can fail."""
    h = system()
    for mutant in changed(h.stated(0)):
        assert any(elements(h, 0, mutant, count) != h.run(count)[0] for count in range(4))


@pytest.mark.parametrize("system", SYSTEMS)
def test_one_system_whichever_value_is_asked_for(system: Callable[[], Handmade]) -> None:
    h = system()
    counts = {len(parts_of(h.stated(pos)).states) for pos in h.loop.carries}
    assert len(counts) == 1


@pytest.mark.parametrize("system", SYSTEMS)
def test_simplified_renamed_and_evaluated_alike(system: Callable[[], Handmade]) -> None:
    h = system()
    for pos, coords in enumerate(h.coords):
        value = h.stated(pos)
        context = Context(Session(), [bools.le(ints.ZERO, h.time), bools.le(h.time, TRIPS)])
        context = context.extend(
            *(f for c in coords for f in (bools.le(ints.ZERO, c), bools.lt(c, ints.const(SIZE))))
        )
        alike = [Simplifier().simplify(value, context), canonical_names(value), fresh_names(value)]
        for count in range(4):
            wanted = elements(h, pos, value, count)
            for other in alike:
                assert elements(h, pos, other, count) == wanted
            shape = [[1] * len(coords) for _ in coords]
            for k in range(len(coords)):
                shape[k][k] = -1
            leaves = {c: np.arange(SIZE).reshape(s) for c, s in zip(coords, shape, strict=True)}
            arrays = {0: np.array([float(v) for v in ARRAYS[0]])}
            got = np.broadcast_to(
                Evaluator({**leaves, h.time: np.int64(count)}, arrays)(value), (SIZE,) * len(coords)
            )
            assert np.allclose(got, np.array([float(v) for v in wanted.values()]).reshape(got.shape))


def test_moments_that_differ_from_point_to_point() -> None:
    h = two_numbers()
    value = h.stated(1)
    times = np.array([0, 3, 1, 2])
    got = Evaluator({h.time: times}, {0: np.array([float(v) for v in ARRAYS[0]])})(value)
    assert got.tolist() == [float(h.run(int(n))[1][()]) for n in times]


def test_an_iterate_in_an_iterate() -> None:
    """y' = what x becomes in three steps that start from y: also where indices and moments of both differ."""
    inner_time, outer_time, c = var("t"), var("t"), var("c")
    mine = previous(outer_time, 0, (c,), "real")
    i = var("i")
    before = previous(inner_time, 0, (i,), "real")
    start = previous(outer_time, 0, (i,), "real")
    moved = State(((i, ints.const(SIZE)),), start, reals.add(before, read(ints.add(inner_time, i))))
    inner = iterate(Iterate(inner_time, outer_time, (moved,), 0, (ints.sub(ints.const(SIZE - 1), c),)))
    state = State(((c, ints.const(SIZE)),), read(c), reals.sub(inner, mine))
    n, place = var("n"), var("p")
    t = iterate(Iterate(outer_time, n, (state,), 0, (place,)))
    for count in range(4):
        y = [ARRAYS[0][k] for k in range(SIZE)]
        for step in range(count):
            x = [v + sum(ARRAYS[0][u + k] for u in range(step)) for k, v in enumerate(y)]
            y = [x[SIZE - 1 - k] - y[k] for k in range(SIZE)]
        assert [exact(t, {n: count, place: k}, ARRAYS) for k in range(SIZE)] == y
        got = Evaluator(
            {n: np.int64(count), place: np.arange(SIZE)}, {0: np.array([float(v) for v in ARRAYS[0]])}
        )(t)
        assert got.tolist() == [float(v) for v in y]


def test_what_is_said_of_elements_holds() -> None:
    """Positive and finite by induction; not where the induction fails."""
    t, n = var("t"), var("n")
    x, y = previous(t, 0, (), "real"), previous(t, 1, (), "real")

    def system(first: Term, following: Term, other: Term, becomes: Term) -> Term:
        states = (State((), first, following), State((), other, becomes))
        return iterate(Iterate(t, n, states, 0, ()))

    half = reals.const(Fraction(1, 2))
    kept_positive = system(reals.ONE, reals.div(x, reals.add(x, y)), half, reals.mul(x, y))
    assert reals.positive(kept_positive) and reals.finite(kept_positive)
    assert all(exact(kept_positive, {n: count}) > 0 for count in range(5))
    for broken in (
        system(reals.ONE, reals.sub(x, y), half, reals.mul(x, y)),
        system(reals.ONE, reals.add(x, y), reals.const(-1), reals.add(y, y)),
    ):
        assert not reals.positive(broken) and not reals.nonnegative(broken)
        assert any(exact(broken, {n: count}) <= 0 for count in range(5))
    infinite = system(reals.INF, x, half, y)
    assert not reals.finite(infinite) and reals.may_be_infinite(infinite, 1)
    nonnegative = system(reals.ZERO, reals.add(x, y), half, y)
    assert reals.nonnegative(nonnegative) and not reals.positive(nonnegative)


def test_claims_are_made_anew_where_parts_change() -> None:
    """A start value that was finite is replaced by one that is not."""
    t, n = var("t"), var("n")
    there = read(ints.ZERO)
    x = iterate(Iterate(t, n, (State((), there, reals.mul(previous(t, 0, (), "real"), reals.ONE)),), 0, ()))
    assert reals.finite(x)
    replaced = substitute(x, {there: reals.NEG_INF})
    assert not reals.finite(replaced)
    assert not any(u.attr[1] for u in subterms([replaced]) if u.op == "previous")


def bisecting(step: Callable[[Term, Term], Term]) -> tuple[Term, Term, Term]:
    t, n, size = var("t"), var("n"), make("param", (), (1, "n"))
    low, high = previous(t, 0, (), "int"), previous(t, 1, (), "int")
    middle = step(low, high)
    right = bools.negate(bools.le(make("fmod", (t, ints.const(2))), ints.ZERO))
    states = (
        State((), ints.ZERO, reals.select(right, middle, low)),
        State((), size, reals.select(right, high, middle)),
    )
    return iterate(Iterate(t, n, states, 0, ())), n, size


def test_integers_stay_between_their_start_values() -> None:
    half = ints.const(2)
    value, n, size = bisecting(lambda low, high: ints.add(low, ints.fdiv(ints.sub(high, low), half)))
    context = Context(Session(), [bools.le(ints.ZERO, size), bools.le(ints.ZERO, n)])
    facts = facts_about(value, context)
    assert context.extend(*facts).proves(bools.conjunction(bools.le(ints.ZERO, value), bools.le(value, size)))
    for count in range(5):
        for s in (0, 1, 7):
            assert all(exact(f, {n: count, size: s}) for f in facts)


def test_integers_that_leave_their_start_values_are_not_bounded() -> None:
    value, n, size = bisecting(lambda low, high: ints.add(high, ints.ONE))
    context = Context(Session(), [bools.le(ints.ZERO, size), bools.le(ints.ZERO, n)])
    parts = parts_of(value)
    assert not [c for c in kept(parts, context) if c.above is not None]
    assert any(exact(value, {n: count, size: 1}) > 1 for count in range(5))


def overstepping(again: Callable[[Term], Term]) -> tuple[Term, Term, Term]:
    """A search that goes on after it has found its place; `again`: whether a step goes right."""
    t, n, size = var("t"), var("n"), make("param", (), (1, "n"))
    low, high = previous(t, 0, (), "int"), previous(t, 1, (), "int")
    middle = ints.add(low, ints.tdiv(ints.sub(high, low), ints.const(2)))
    states = (
        State((), ints.ZERO, reals.select(again(t), ints.add(middle, ints.ONE), low)),
        State((), ints.sub(size, ints.ONE), reals.select(again(t), high, middle)),
    )
    return iterate(Iterate(t, n, states, 0, ())), n, size


RIGHT: dict[str, Callable[[Term], Term]] = {
    "always": lambda t: bools.TRUE,
    "never": lambda t: bools.FALSE,
    "by turns": lambda t: bools.eq(make("fmod", (t, ints.const(2))), ints.ZERO),
    "unknown": lambda t: reals.compare("rlt", reals.ZERO, read(t)),
}


@pytest.mark.parametrize("right", RIGHT)
def test_searches_that_overstep(right: str) -> None:
    value, n, size = overstepping(RIGHT[right])
    context = Context(Session(), [bools.le(ints.ONE, size), bools.le(ints.ZERO, n)])
    facts = facts_about(value, context, loose=True)
    within = bools.conjunction(bools.le(ints.ZERO, value), bools.le(value, ints.add(size, n)))
    assert context.extend(*facts).proves(within)
    for count in range(6):
        for s in (1, 2, 7):
            assert all(exact(f, {n: count, size: s}, ARRAYS) for f in (*facts, within))
    found = bounds(value, context.extend(*facts), loose=True, ends={})
    assert found is not None and all(nonnegative for _, nonnegative in found)
    for count in range(6):
        at = {n: count, size: 7}
        assert exact(value, at, ARRAYS) <= exact(found[0][0], at, ARRAYS)


def counting(step: Callable[[Term], Term]) -> tuple[Term, Term]:
    """A counter from 5 on."""
    t, n = var("t"), var("n")
    x = previous(t, 0, (), "int")
    return iterate(Iterate(t, n, (State((), ints.const(5), step(x)),), 0, ())), n


def counted() -> Term:
    """How many of three elements are positive: an integer from 0 to 3."""
    k = var("k")
    one = reals.select(reals.compare("rlt", reals.ZERO, read(k)), ints.ONE, ints.ZERO)
    return make("reduce", (k, ints.ZERO, ints.const(3), bools.TRUE, one), ("add", 1), "int")


COUNTERS: dict[str, tuple[Callable[[Term], Term], tuple[int, int] | None]] = {
    "counts": (lambda x: ints.add(x, counted()), (0, 3)),
    "counts down": (lambda x: ints.sub(x, counted()), (-3, 0)),
    "at times": (
        lambda x: reals.select(bools.le(x, ints.const(9)), ints.add(x, counted()), x),
        (0, 3),
    ),
    "capped": (lambda x: ints.add(x, ints.minimum(counted(), ints.ONE)), (0, 1)),
    "doubles": (lambda x: ints.scale(x, 2), None),
}


@pytest.mark.parametrize("name", COUNTERS)
def test_counters_grow_by_constants(name: str) -> None:
    step, expected = COUNTERS[name]
    value, n = counting(step)
    assert change(parts_of(value), 0) == expected
    context = Context(Session(), [bools.le(ints.ZERO, n)])
    facts = facts_about(value, context, loose=True)
    assert len(facts) > (expected is not None)
    values = [exact(value, {n: count}, ARRAYS) for count in range(6)]
    for count in range(6):
        assert all(exact(f, {n: count}, ARRAYS) for f in facts)
    least, most = expected or (0, 3)
    held = context.extend(*facts).proves(
        bools.conjunction(
            bools.le(ints.add(ints.const(5), ints.scale(n, least)), value),
            bools.le(value, ints.add(ints.const(5), ints.scale(n, most))),
        )
    )
    assert held == (expected is not None)
    assert held == all(5 + least * c <= v <= 5 + most * c for c, v in enumerate(values))


def test_lanes_of_tiles_are_refused_and_rows_are_not() -> None:
    def system(offset: Callable[[Term, Term], Term], trips: Term) -> Handmade:
        h = Handmade(1)
        (i,) = h.coords[0]
        x = h.at(0, i)
        h.carry(0, reals.ZERO, reals.add(reals.mul(x, x), read(offset(h.var, i))))
        h.trips = trips  # type: ignore[attr-defined]
        return h

    size = ints.const(SIZE)
    rounded = ints.fdiv(ints.add(make("param", (), (1, "n")), ints.const(SIZE - 1)), size)
    tiles = system(lambda t, i: ints.add(ints.mul(t, size), i), rounded)
    with pytest.raises(NoStatement):
        stated(tiles.kernel, tiles.loop, 0, rounded, var("n"), lambda _, t: t)
    rows = system(lambda t, i: ints.add(ints.mul(t, ints.const(5)), i), rounded)
    stated(rows.kernel, rows.loop, 0, rounded, var("n"), lambda _, t: t)


TEXTS = [
    "y[i] = S[n] where S[0] = x[i], S[t + 1] = S[t]²",
    "y[i, j] = S[n][i, j] where S[0][i<4, j<4] = x[i], S[t + 1][i, j] = Σ[k<4] S[t][i, k]·S[t][k, j]",
    "y[i] = S[n] + R[2][i] where S[0] = 1, S[t + 1] = S[t] + R[t][0], R[0][i<3] = x[i], R[t + 1][i] = S[t]·R[t][i]",
    "y[i] = Σ[k<n] (S[k] where S[0] = x[k], S[t + 1] = S[t] + 1)",
]


@pytest.mark.parametrize("text", TEXTS)
def test_printed_and_parsed(text: str) -> None:
    (statement,) = parse(text, {"n"})
    assert any(isinstance(node, ast.Recurrence) for node in ast.nodes(statement))
    for style in (TextStyle(), AsciiStyle()):
        assert parse(Printer(style).statement(statement), {"n"}) == [statement]
    assert Printer(TextStyle()).statement(statement).replace("  for", " for").startswith(text)


def test_states_that_do_not_need_each_other_are_apart() -> None:
    (statement,) = parse(
        "y[0] = R[n] where S[0] = 1, S[t + 1] = S[t]², R[0] = 0, R[t + 1] = R[t]·S[t]", {"n"}
    )
    found = [node for node in ast.nodes(statement) if isinstance(node, ast.Recurrence)]
    assert [len(r.states) for r in found] == [1, 1]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("y[0] = S[n] where S[0] = 1", "needs two lines"),
        ("y[0] = S[n] where S[0] = 1, S[t] = 2", "t \\+ 1"),
        ("y[0] = S[n][0] where S[0][i] = 1, S[t + 1][j] = 2", "same indices"),
        ("y[0] = S[n] where S[0, 1] = 1, S[t + 1] = 2", "moment"),
    ],
)
def test_what_is_no_recurrence(text: str, problem: str) -> None:
    with pytest.raises(FormulaError, match=problem):
        parse(text, {"n"})


def test_undefined_elements_that_are_not_needed() -> None:
    """An element that divides by 0 makes undefined what needs it, and nothing else."""
    t, n, i, p = var("t"), var("n"), var("i"), var("p")
    x = previous(t, 0, (i,), "real")
    state = State(((i, ints.const(2)),), reals.from_int(i), reals.div(reals.ONE, x))
    value = iterate(Iterate(t, n, (state,), 0, (p,)))
    assert exact(value, {n: 1, p: 1}) == 1
    with pytest.raises(Undefined):
        exact(value, {n: 1, p: 0})
