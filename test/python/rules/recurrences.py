"""Loops written by hand, stepped one iteration after the other."""

from __future__ import annotations

from exact import Value, exact
from guarded import ARRAYS

from triton_lift.closing import LoopCloser
from triton_lift.reading.kernel import Carry, Kernel, Loop
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms.term import Sort, Term, make, var

T = var("t")
TRIPS = ints.const(7)


def state(pos: int, sort: Sort, *index: Term) -> Term:
    """Carried value `pos` of the loop, at an index."""
    return make("state", index, (0, pos), sort)


def loop_of(*carries: tuple[Term, Term]) -> Kernel:
    """A kernel with one loop of scalar carried values, given as (init, next)."""
    loop = Loop(0, T, ints.ONE, TRIPS, bools.TRUE, None)
    for pos, (init, step) in enumerate(carries):
        loop.carries[pos] = Carry(pos, (), init, step)
    return Kernel("loop", None, [], loops={0: loop})


def stepped(kernel: Kernel, point: dict[Term, Value], count: int) -> list[list[Value]]:
    """The carried values before iterations 0 … count. Raises Undefined where a step has no value."""
    carries = [kernel.loops[0].carries[pos] for pos in sorted(kernel.loops[0].carries)]
    values = [[exact(c.init, point, ARRAYS) for c in carries]]
    for t in range(count):
        now = {**point, T: t}
        for c, v in zip(carries, values[-1], strict=False):
            now[make("state", (), (0, c.pos), c.next.sort)] = v
        values.append([exact(c.next, now, ARRAYS) for c in carries])
    return values


def closed(kernel: Kernel, pos: int) -> tuple[str, list[Term]]:
    """The rule that closed a carried value, and its closed form at t = 0 … 7. Raises NotClosed."""
    form = LoopCloser(kernel).close(kernel.loops[0], pos)
    return form.rule, [form.at(ints.const(t), ()) for t in range(8)]
