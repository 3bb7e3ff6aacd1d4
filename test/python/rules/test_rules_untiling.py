"""Theorems: changing coordinates keeps what is written where; the domain is the set of written index tuples if coverage
is proved and the preconditions on the grid hold; if a single writer is proved, no element gets two values."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from systems import (
    GRID,
    Launch,
    M,
    N,
    S,
    System,
    Verdicts,
    c,
    inner,
    labelled,
    launches,
    program,
    tuples,
    verdicts,
    written_after,
)

from triton_lift.evaluation.terms import Evaluator
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms.term import Term

EVERYWHERE = {"m": (-1, 0, 3), "n": (-1, 1, 6), "s": (-1, 7), "g": (1, 2, 5), "h": (1, 2)}


def vector(stride: int = 4, block: int = 4, shift: int = 0) -> System:
    p, i = program(), inner(c(block))
    place = ints.add(ints.scale(p[0], stride), i[0], c(shift))
    return System([p, i], place, bools.lt(place, N), labelled(place))


def rows(limit: Term = N) -> System:
    """One row a program, up to 8 columns."""
    p, i = program(), inner(c(8))
    return System([p, i], ints.add(ints.mul(p[0], S), i[0]), bools.lt(i[0], limit), labelled(p[0], i[0]))


def grid_stride() -> System:
    p, i = program(), inner(c(4))
    start, step = ints.scale(p[0], 4), ints.scale(GRID[0], 4)
    t = inner(ints.maximum(ints.ZERO, ints.fdiv(ints.add(ints.sub(N, start), step, c(-1)), step)))
    place = ints.add(start, ints.mul(t[0], step), i[0])
    return System([p, t, i], place, bools.lt(place, N), labelled(place))


def two_axes() -> System:
    p, q, i, j = program(0), program(1), inner(c(2)), inner(c(4))
    row, column = ints.add(ints.scale(p[0], 2), i[0]), ints.add(ints.scale(q[0], 4), j[0])
    guard = bools.conjunction(bools.lt(row, M), bools.lt(column, N))
    return System([p, q, i, j], ints.add(ints.mul(row, S), column), guard, labelled(row, column))


def one_axis_for_two(truncating: bool = True) -> System:
    p, i, j = program(), inner(c(2)), inner(c(4))
    width = (ints.tdiv if truncating else ints.fdiv)(ints.add(N, c(3)), c(4))
    row = ints.add(ints.scale(ints.tdiv(p[0], width), 2), i[0])
    column = ints.add(ints.scale(ints.trem(p[0], width), 4), j[0])
    guard = bools.conjunction(bools.lt(row, M), bools.lt(column, N))
    return System([p, i, j], ints.add(ints.mul(row, S), column), guard, labelled(row, column))


def grouped(group: int = 2) -> System:
    """The grouped order of matrix tiles."""
    p, i, j = program(), inner(c(2)), inner(c(4))
    high, wide = ints.tdiv(ints.add(M, c(1)), c(2)), ints.tdiv(ints.add(N, c(3)), c(4))
    per_group = ints.scale(wide, group)
    first = ints.scale(ints.tdiv(p[0], per_group), group)
    size = ints.minimum(ints.sub(high, first), c(group))
    place = ints.trem(p[0], per_group)
    row = ints.add(ints.scale(ints.add(first, ints.trem(place, size)), 2), i[0])
    column = ints.add(ints.scale(ints.tdiv(place, size), 4), j[0])
    guard = bools.conjunction(bools.lt(row, M), bools.lt(column, N))
    return System([p, i, j], ints.add(ints.mul(row, S), column), guard, labelled(row, column))


def nested_loops() -> System:
    a, b = inner(N), inner(M)
    place = ints.add(ints.mul(a[0], M), b[0])
    return System([a, b], place, bools.TRUE, labelled(place))


def pinned(to: Term) -> System:
    """One lane stores; the guard, not the address, tells which."""
    p, i = program(), inner(c(4))
    guard = bools.conjunction(bools.eq(i[0], to), bools.lt(p[0], N))
    return System([p, i], p[0], guard, labelled(p[0], i[0]))


def counted_down(steps: Term = N, every: int = 1, shift: int = 0) -> System:
    """The last row of each program's first."""
    p, t, i = program(), inner(ints.fdiv(ints.add(steps, c(every - 1)), c(every))), inner(c(4))
    row = ints.sub(ints.add(ints.mul(p[0], M), ints.sub(t[2], t[0])), c(1 - shift))
    place = ints.add(ints.scale(row, 4), i[0])
    return System([p, t, i], place, bools.lt(ints.scale(t[0], every), N), labelled(p[0], t[0], i[0]))


SYSTEMS = {
    "counted down": counted_down,
    "counted down in tiles": lambda: counted_down(every=3),
    "counted down from elsewhere": lambda: counted_down(shift=2),
    "counted down from the other size": lambda: counted_down(M),
    "vector": vector,
    "shifted": lambda: vector(shift=3),
    "with gaps": lambda: vector(stride=6),
    "overlapping tiles": lambda: vector(stride=3),
    "rows": rows,
    "grid stride": grid_stride,
    "two axes": two_axes,
    "one axis for two": one_axis_for_two,
    "one axis for two, floors": lambda: one_axis_for_two(False),
    "grouped": grouped,
    "nested loops": nested_loops,
    "pinned": lambda: pinned(c(2)),
    "pinned by an argument": lambda: pinned(ints.sub(M, c(1))),
    "pinned out of range": lambda: pinned(c(4)),
}


def check(system: System, found: Verdicts, where: list[Launch]) -> None:
    assert where, "the facts must hold somewhere"
    for launch in where:
        before = system.written(launch)
        after = written_after(found.output, launch)
        assert after == before, launch
        assert written_after(found.output, launch, margin=2) == after, "the bounding box lost a point"
        if found.single and found.distinct is None:
            columns, at, mask = tuples(found.output, launch)
            assert len(dict(before)) == len(before), "two values for one element"
        in_domain, reached = domain_points(found, launch)
        assert reached <= in_domain
        if found.covered and all(bool(Evaluator(launch, {})(g)) for g in found.needed):
            assert reached == in_domain, launch


def domain_points(found: Verdicts, launch: Launch) -> tuple[set[tuple[int, ...]], set[tuple[int, ...]]]:
    """The index tuples of the printed domain, and those that a program reaches (up to 16 in each direction)."""
    variables = [v for v, _, _ in found.domain.box]
    grid = np.meshgrid(*[np.arange(16 if len(variables) < 4 else 7)] * len(variables), indexing="ij")
    columns = [a.ravel() for a in grid]
    at = Evaluator({**launch, **dict(zip(variables, columns, strict=False))}, {})

    def where(facts: list[Term]) -> set[tuple[int, ...]]:
        mask = np.ones(columns[0].shape, dtype=bool)
        for f in facts:
            mask = mask & at(f)
        return {tuple(int(col[i]) for col in columns) for i in np.flatnonzero(mask)}

    return where(found.domain.facts()), where([*found.output.coordinates.facts(), found.output.guard])


@pytest.mark.parametrize("name", SYSTEMS)
def test_known_systems(name: str) -> None:
    system = SYSTEMS[name]()
    found = verdicts(system, [])
    check(system, found, launches(found.facts, **EVERYWHERE))


FITTING = {
    "vector": (vector, {"n": (1, 4, 5, 9), "g": (1, 2, 3)}),
    "two axes": (two_axes, {"m": (1, 3), "n": (1, 4, 6), "s": (6,), "g": (1, 2, 3), "h": (1, 2, 3)}),
    "one axis for two": (one_axis_for_two, {"m": (1, 3), "n": (1, 4, 6), "s": (6,), "g": (1, 2, 3, 4)}),
    "grouped": (grouped, {"m": (1, 3, 6), "n": (1, 4, 6), "s": (6,), "g": (1, 2, 3, 4, 5, 6)}),
}


@pytest.mark.parametrize("name", FITTING)
def test_one_program_fewer_does_not_cover(name: str) -> None:
    """The precondition on the grid is the least one: where it fails, a point of the domain is not reached."""
    make_system, choices = FITTING[name]
    system = make_system()
    found = verdicts(system, [])
    assert found.covered and found.needed
    enough = short = 0
    for launch in launches(found.facts, **choices):
        in_domain, reached = domain_points(found, launch)
        if all(bool(Evaluator(launch, {})(g)) for g in found.needed):
            assert reached == in_domain
            enough += 1
        else:
            assert reached < in_domain
            short += 1
    assert enough and short


def test_a_grid_stride_loop_covers_with_any_grid() -> None:
    found = verdicts(grid_stride(), [])
    assert found.covered and not found.needed and found.single and found.distinct is None


def test_gaps_are_not_called_covered_as_one_range() -> None:
    """4 of every 6 elements: the domain must not be 0 ≤ i < n."""
    system = vector(stride=6)
    found = verdicts(system, [])
    check(system, found, launches(found.facts, n=(9, 14), g=(1, 2, 3)))
    assert len(found.domain.box) == 2 or found.domain.rest is not bools.TRUE


def test_single_writers() -> None:
    """Distinct addresses are proved, made a precondition, or refuted; never assumed in silence."""
    assert verdicts(vector(), []).distinct is None
    assert verdicts(rows(), [bools.le(N, S)]).distinct is None
    assert verdicts(rows(), []).distinct is not None, "rows closer than they are long overlap"
    overlapping = verdicts(vector(stride=3), [])
    assert not overlapping.single or overlapping.distinct is not None


def test_a_value_that_depends_on_the_program_clashes() -> None:
    p, i = program(), inner(c(4))
    everyone = System([p, i], i[0], bools.lt(i[0], N), labelled(i[0], p[0]))
    assert verdicts(everyone, [bools.le(N, c(4))]).clash
    same = System([p, i], i[0], bools.lt(i[0], N), labelled(i[0]))
    assert not verdicts(same, [bools.le(N, c(4))]).clash


def test_a_block_that_is_too_small_asks_for_a_bound() -> None:
    """Columns ≥ 8 of a row are never written: n ≤ 8 is asked for."""
    assert bools.le(N, c(8)) in verdicts(rows(), []).facts


@settings(max_examples=40)
@given(st.data())
def test_random_systems(data: st.DataObject) -> None:
    """Random strides, shifts, tile sizes, divisors and labels."""
    draw = data.draw
    p, t, i = (
        program(),
        inner(draw(st.sampled_from([c(2), c(3), N, ints.fdiv(ints.add(N, c(3)), c(4))]))),
        inner(c(4)),
    )
    chosen = [p, *([t] if draw(st.booleans()) else []), i]
    coefficient = st.sampled_from([c(0), c(1), c(2), c(4), c(4), c(8), M, N, ints.scale(GRID[0], 4), S])
    place = ints.add(i[0], *(ints.mul(v, draw(coefficient)) for v, _, _ in chosen if v is not i[0]))
    shape = draw(st.sampled_from(["flat", "flat", "divided", "mod"]))
    if shape != "flat":
        d = draw(st.sampled_from([c(2), c(3), N, S]))
        q, r = ints.tdiv(place, d), ints.trem(place, d)
        place = ints.add(
            ints.mul(q, draw(st.sampled_from([d, S, c(5)]))), r if shape == "divided" else ints.scale(r, 2)
        )
    labels = draw(st.sampled_from([[place], [p[0], i[0]], [ints.add(ints.scale(p[0], 4), i[0])], [i[0]]]))
    guard = draw(
        st.sampled_from(
            [
                bools.TRUE,
                bools.lt(place, N),
                bools.lt(ints.add(ints.scale(p[0], 4), i[0]), N),
                bools.le(c(1), i[0]),
            ]
        )
    )
    system = System(chosen, place, guard, labelled(*labels))
    # Divisors and strides are at least 1 here: what the kernel does otherwise is undefined.
    facts = [bools.le(ints.ONE, size) for size in (M, N, S)]
    try:
        found = verdicts(system, facts)
    except AssertionError:
        return
    where = launches(found.facts, m=(1, 3), n=(1, 4, 6), s=(1, 4), g=(1, 2, 3), h=(1,))
    if where:
        check(system, found, where)


def test_the_comparison_can_fail() -> None:
    system, other = vector(), vector(shift=1)
    found = verdicts(system, [])
    with pytest.raises(AssertionError):
        check(other, found, launches(found.facts, n=(5,), g=(2,)))


def test_a_pinned_lane_is_no_index() -> None:
    assert len(verdicts(pinned(c(2)), []).output.coordinates.variables) == 1


def test_what_counts_down_is_counted_from_the_other_end() -> None:
    output = verdicts(counted_down(), []).output
    assert all(n > 0 for n in ints.polynomial(output.offset).values())
