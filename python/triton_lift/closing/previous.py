"""Recurrences that a loop keeps in memory: an iteration reads what the one before it stored.

Theorem. Let the loop's store, which every iteration does, be the only write of X in the kernel, no two of whose points
share an address; a(t) is its address. What iteration t reads at a(t − 1), before it stores, is what the same lane of
iteration t − 1 stored, for t ≥ 1: nobody else writes there, so that is still there. So it is a carried value: x₀ is
what iteration 0 finds at a(−1), and x_{t+1} is what iteration t stores.
That no two points share an address is proved when the store has been lifted (`Kernel.visited_once`).
"""

from __future__ import annotations

from dataclasses import replace

from triton_lift.closing.loops import LoopCloser, NotClosed
from triton_lift.reading import Effect, Kernel, Loop
from triton_lift.reading.kernel import Carry
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms.substitution import substitute
from triton_lift.terms.term import Term, make, subterms


def carried_in_memory(kernel: Kernel) -> Kernel:
    """The kernel with carried values in place of such reads; the kernel itself where there are none."""
    arrays = [e.array for e in kernel.effects]
    for number, e in enumerate(kernel.effects):
        if e.kind != "store" or not e.loops or e.guard is not bools.TRUE or arrays.count(e.array) > 1:
            continue
        loop = kernel.loops[e.loops[-1]]
        mine = {u for u in subterms([e.value]) if _reads_before(u, e)}
        others = {u for u in subterms(_terms(kernel, e)) if _reads_before(u, e)}
        found = [u for u in mine - others if _of_the_iteration_before(u, e, kernel, loop)]
        if len(found) != 1 or kernel.arrival is not None:
            continue
        changed, carried = _with_carry(found[0], e, kernel, loop)
        effects = [carried if i == number else other for i, other in enumerate(kernel.effects)]
        kernel = replace(
            kernel,
            effects=effects,
            loops={**kernel.loops, loop.id: changed},
            visited_once=kernel.visited_once | {e.array},
        )
    return kernel


def _reads_before(u: Term, e: Effect) -> bool:
    """Whether it is a read of the store's array, in its loop, before it stores."""
    return u.op == "read" and u.attr[0] == e.array and u.attr[1] == e.version and e.loops[-1] in u.attr[2]


def _terms(kernel: Kernel, e: Effect) -> list[Term]:
    """All terms but the value that is stored."""
    terms = [e.offset, *(t for o in kernel.effects if o is not e for t in (o.offset, o.guard, o.value))]
    for loop in kernel.loops.values():
        terms += [loop.trips, loop.guard, *(t for c in loop.carries.values() for t in (c.init, c.next))]
    return terms


def _of_the_iteration_before(read: Term, e: Effect, kernel: Kernel, loop: Loop) -> bool:
    closer = LoopCloser(kernel)
    try:
        offset, address = closer.resolve(e.offset), closer.resolve(read.args[0])
    except NotClosed:
        return False
    before = substitute(offset, {loop.var: ints.sub(loop.var, ints.ONE)})
    return loop.var in offset.free and before is address


def _with_carry(read: Term, e: Effect, kernel: Kernel, loop: Loop) -> tuple[Loop, Effect]:
    lanes = tuple(lane for lane, _ in e.lanes)
    position = 1 + max(loop.carries, default=-1)
    state = make("state", lanes, (loop.id, position), read.sort)
    address = substitute(LoopCloser(kernel).resolve(read.args[0]), {loop.var: ints.ZERO})
    array, version, around = read.attr
    found = make("read", (address,), (array, version, tuple(n for n in around if n != loop.id)), read.sort)
    value = substitute(e.value, {read: state})
    carry = Carry(position, lanes, found, value)
    return replace(loop, carries={**loop.carries, position: carry}), replace(e, value=value)
