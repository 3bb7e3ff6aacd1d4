"""Theorem: a loop that goes on where another stopped has, in closed form, the values that running both gives.

Two loops are stepped one after the other, for lengths −2 … 5 of the first; where the closed form needs L ≥ 0 that has
to be asked for as a precondition. Mutants (another step, another start, a mask that is not the first loop's) must not
be taken for one loop."""

from __future__ import annotations

import pytest
from exact import Value, exact
from guarded import ARRAYS, element

from triton_lift.closing import LoopCloser, NotClosed
from triton_lift.proving import Context, Session
from triton_lift.reading.kernel import Carry, Kernel, Loop
from triton_lift.simplification import PreconditionRequest
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.substitution import substitute
from triton_lift.terms.term import Term, make, var

L = make("param", (), (0, "length"))
LIMIT = make("param", (), (1, "limit"))
T, U = var("t"), var("u")
SHIFTED = ints.add(U, L)


def state(number: int, pos: int = 0) -> Term:
    return make("state", (), (number, pos), "real")


def final(pos: int = 0) -> Term:
    return make("final", (), (0, pos), "real")


def kernel(first: list[tuple[Term, Term]], second: list[tuple[Term, Term]], more: int = 2) -> Kernel:
    """Loop 0 runs max(0, L) times, loop 1 `more` times; carried values as (init, next)."""
    loops = {}
    for number, (v, trips, carries) in enumerate(
        [(T, ints.maximum(ints.ZERO, L), first), (U, ints.const(more), second)]
    ):
        loops[number] = Loop(number, v, ints.ONE, trips, bools.TRUE, None)
        for pos, (init, step) in enumerate(carries):
            loops[number].carries[pos] = Carry(pos, (), init, step)
    return Kernel("loops", None, [], loops=loops)


def run(k: Kernel, point: dict[Term, Value], count: int) -> list[Value]:
    """The second loop's carried values after the first loop and `count` iterations."""
    values: list[Value] = []
    for number, v, trips in ((0, T, max(0, point[L])), (1, U, count)):
        carries = k.loops[number].carries
        ends = {final(pos): value for pos, value in enumerate(values)}
        values = [exact(c.init, {**point, **ends}, ARRAYS) for c in carries.values()]
        for t in range(trips):
            now = {**point, v: t, **{state(number, p): x for p, x in enumerate(values)}}
            values = [exact(c.next, now, ARRAYS) for c in carries.values()]
    return values


def mean_step(x: Term, v: Term, mask: Term) -> Term:
    """x' = mask ? x + (e − x)/(v + 1) : x."""
    after = reals.add(x, reals.div(reals.sub(element(v), x), reals.from_int(ints.add(v, ints.ONE))))
    return reals.select(mask, after, x)


def pair(mask: Term, first_mask: Term = bools.TRUE, at: Term = SHIFTED) -> Kernel:
    return kernel(
        [(reals.ZERO, mean_step(state(0), T, first_mask))], [(final(), mean_step(state(1), at, mask))]
    )


INSIDE = bools.lt(SHIFTED, LIMIT)
FACTS = [bools.lt(ints.sub(L, ints.ONE), LIMIT), bools.le(ints.ZERO, L)]


def close(k: Kernel, facts: list[Term]) -> tuple[str, Term, Term]:
    closer = LoopCloser(k)
    closer.facts = Context(Session()).extend(*facts)
    form = closer.close(k.loops[1], 0)
    return form.rule, form.time, form.value


@pytest.mark.parametrize("mask", [bools.TRUE, INSIDE], ids=["peeled", "masked"])
def test_one_loop_for_two(mask: Term) -> None:
    k = pair(mask)
    rule, time, value = close(k, FACTS)
    assert rule == "goes on with loop 0"
    for length in range(6):
        for limit in range(length, 9):
            point = {L: length, LIMIT: limit}
            for count in range(3):
                got = exact(substitute(value, {time: ints.const(count)}), point, ARRAYS)
                assert got == run(k, point, count)[0]


def test_the_length_must_not_be_negative() -> None:
    """With L = −3 the first loop does not run, and the second starts before its time: a precondition is asked for."""
    k = pair(bools.TRUE)
    with pytest.raises(PreconditionRequest):
        close(k, FACTS[:1])
    _, time, value = close(k, FACTS)
    moved = {L: -3, LIMIT: 5}
    assert exact(substitute(value, {time: ints.ONE}), moved, ARRAYS) != run(k, moved, 1)[0]


@pytest.mark.parametrize(
    "k",
    [
        pair(INSIDE, first_mask=bools.lt(T, ints.const(3))),
        pair(bools.lt(LIMIT, SHIFTED)),
        pair(bools.TRUE, at=ints.add(SHIFTED, ints.ONE)),
        pair(bools.TRUE, at=U),
        kernel(
            [(reals.ZERO, mean_step(state(0), T, bools.TRUE))],
            [(reals.ZERO, mean_step(state(1), SHIFTED, bools.TRUE))],
        ),
    ],
    ids=["masked before", "masked after", "one further", "from the start", "started anew"],
)
def test_what_is_not_one_loop(k: Kernel) -> None:
    """Refused, or closed by another rule; the values are right in any case."""
    try:
        rule, time, value = close(k, FACTS)
    except NotClosed:
        return
    assert not rule.startswith("goes on")
    for length in range(4):
        for limit in range(length, 7):
            if any(u.op == "final" for u in value.free):
                continue
            for count in range(3):
                point = {L: length, LIMIT: limit}
                got = exact(substitute(value, {time: ints.const(count)}), point, ARRAYS)
                assert got == run(k, point, count)[0]
