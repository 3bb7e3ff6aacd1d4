"""A counter that runs on over consecutive ranges, and the change of coordinates that forgets where it resumed."""

from __future__ import annotations

from collections import Counter
from itertools import product

import pytest
from exact import Value, exact
from recurrences import T, closed, loop_of, state, stepped

from triton_lift.closing import LoopCloser
from triton_lift.proving import Context, Session
from triton_lift.reading import Kernel
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.term import Term, var
from triton_lift.untiling.coordinates import Constraint, Coordinates, Output
from triton_lift.untiling.moves import MoveError, Shift

X, LOW = state(0, "int"), state(1, "int")
LENGTHS = {"constant": ints.const(2), "growing": T, "in turn": ints.fmod(ints.scale(T, 3), ints.const(4))}


def counted(start: int, first: int, stride: int, length: Term, gap: int = 0) -> Kernel:
    """x goes on by `stride` to the end of each range, the next of which begins `gap` after it."""
    end = ints.add(LOW, length)
    rounds = ints.fdiv(ints.add(end, ints.scale(X, -1), ints.const(stride - 1)), ints.const(stride))
    advanced = ints.add(X, ints.scale(ints.maximum(ints.ZERO, rounds), stride))
    step = reals.select(bools.le(LOW, X), reals.select(bools.le(end, X), X, advanced), X)
    return loop_of((ints.const(start), step), (ints.const(first), ints.add(end, ints.const(gap))))


def found(kernel: Kernel) -> tuple[str, list[int]]:
    """The rule for the counter, and its values at t = 0 … 7."""
    closer = LoopCloser(kernel)
    closer.facts = Context(Session())
    form = closer.close(kernel.loops[0], 0)
    return form.rule, [int(exact(form.at(ints.const(t), ()), {}, {})) for t in range(8)]


@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize("stride", [1, 2, 3, 7])
def test_the_closed_form_is_what_the_steps_give(stride: int, length: str) -> None:
    for start, first in product(range(9), range(-2, 4)):
        if start < first:
            continue
        kernel = counted(start, first, stride, LENGTHS[length])
        rule, values = found(kernel)
        assert rule == "running counter"
        assert values == [row[0] for row in stepped(kernel, {}, 7)]


@pytest.mark.parametrize("changed", ["begins below", "gaps", "overlaps", "may be shorter than 0"])
def test_what_runs_on_in_another_way_is_not_closed_so(changed: str) -> None:
    start, gap = (-1 if changed == "begins below" else 0), {"gaps": 1, "overlaps": -1}.get(changed, 0)
    length = ints.sub(ints.const(2), T) if changed.startswith("may") else ints.const(2)
    kernel = counted(start, 0, 3, length, gap)
    closer = LoopCloser(kernel)
    closer.facts = Context(Session())
    try:
        form = closer.close(kernel.loops[0], 0)
    except Exception as problem:
        assert "no closed form" in str(problem)
    else:
        assert form.rule != "running counter"
    with pytest.raises(Exception, match="no closed form"):
        closed(kernel, 0)


def points(output: Output, bound: int) -> Counter[tuple[int, bool]]:
    """The addresses of all points, and whether the guard holds."""
    result: Counter[tuple[int, bool]] = Counter()
    variables = output.coordinates.variables
    for values in product(range(bound), repeat=len(variables)):
        at: dict[Term, Value] = dict(zip(variables, values, strict=True))
        if all(exact(c.fact, at, {}) for c in output.coordinates.constraints):
            result[int(exact(output.offset, at, {})), bool(exact(output.guard, at, {}))] += 1
    return result


@pytest.mark.parametrize("amount", [2, -2, 1, -1])
def test_a_shift_keeps_the_points(amount: int) -> None:
    g, c = var("g"), var("c")
    moved = ints.scale(g, amount)
    constraints = [bools.lt(g, ints.const(3)), bools.lt(c, ints.const(8))]
    constraints += [bools.le(ints.ZERO, ints.add(c, moved))] if amount < 0 else []
    guard = bools.lt(ints.add(c, g), ints.const(7))
    address = ints.add(ints.scale(g, 100), ints.scale(ints.add(c, moved), 3))
    output = Output(Coordinates([g, c], [Constraint(f, False) for f in constraints]), address, guard, c)
    before = points(output, 14)
    Shift(1, moved).apply(output, Context(Session()))
    assert points(output, 14) == before
    assert c not in output.coordinates.variables


def test_a_shift_below_0_is_refused() -> None:
    g, c = var("g"), var("c")
    constraints = [
        Constraint(bools.lt(g, ints.const(3)), False),
        Constraint(bools.lt(c, ints.const(8)), False),
    ]
    output = Output(Coordinates([g, c], constraints), c, bools.TRUE, c)
    with pytest.raises(MoveError):
        Shift(1, ints.scale(g, -1)).apply(output, Context(Session()))
