"""Accumulators that a loop keeps in memory.

Let a loop store to X only at addresses a(lane) that no iteration changes, under a guard that none changes, and read X
only there, before it stores. Then X[a] at iteration t is a carried value: x₀ is what the loop found, x_{t+1} the stored
value with x_t for the read; and the stores amount to one store of x_T after the loop, if it runs at all.
Side conditions that are proved later, as for any read of an array that the kernel writes: distinct lanes and programs
have distinct addresses, so that nobody else changes the element meanwhile.
"""

from __future__ import annotations

from dataclasses import replace

from triton_lift.closing.loops import LoopCloser, NotClosed
from triton_lift.closing.passed import passed
from triton_lift.closing.previous import carried_in_memory
from triton_lift.closing.visited import first_visits
from triton_lift.reading import Effect, Kernel
from triton_lift.reading.kernel import Carry
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.substitution import substitute
from triton_lift.terms.term import Term, make, subterms


def carry_memory(kernel: Kernel) -> Kernel:
    """The kernel with carried values in place of such accumulators; the kernel itself where there is none."""
    read = {u.attr[0] for u in subterms(_terms(kernel, kernel.effects)) if u.op == "read"}
    kernel = replace(kernel, read_back=frozenset(read & {e.array for e in kernel.effects}))
    if not any(e.loops for e in kernel.effects) or not _reads(kernel, None):
        return kernel
    changed = passed_within_iterations(
        replace(kernel, loops=dict(kernel.loops), effects=list(kernel.effects))
    )
    for number, effect in enumerate(kernel.effects):
        after = _carried(effect, changed)
        if after is not None:
            changed.effects[number] = after
    return first_visits(carried_in_memory(changed))


def _reads(kernel: Kernel, loop: int | None, array: int | None = None) -> set[Term]:
    """The reads inside a loop that also stores to the array read; of all loops and arrays, or of one."""
    return {
        u
        for u in subterms(_terms(kernel, kernel.effects))
        if u.op == "read" and u.attr[2] and loop in (None, *u.attr[2]) and array in (None, u.attr[0])
    }


def _carried(effect: Effect, kernel: Kernel) -> Effect | None:
    if effect.kind != "store" or not effect.loops:
        return None
    loop = kernel.loops[effect.loops[-1]]
    others = [e for e in kernel.effects if e is not effect and e.array == effect.array and loop.id in e.loops]
    reads = _reads(kernel, loop.id, effect.array)
    if others or len(reads) != 1:
        return None
    (read,) = reads
    if read.attr[1] != effect.version or read not in subterms([effect.value]):
        return None
    if read in subterms([effect.offset, effect.guard]) or _elsewhere(read, effect, kernel):
        return None
    closer = LoopCloser(kernel)
    try:
        offset, address, guard = (closer.resolve(t) for t in (effect.offset, read.args[0], effect.guard))
    except NotClosed:
        return None
    if address is not offset or any(loop.var in t.free or _varies(t) for t in (offset, guard)):
        return None
    around = tuple(n for n in read.attr[2] if n != loop.id)
    stored = {part: bools.TRUE for part in bools.conjuncts(effect.guard) if part.args}
    return after_the_loop(effect, kernel, offset, guard, (read, around), substitute(effect.value, stored))


def after_the_loop(
    effect: Effect,
    kernel: Kernel,
    offset: Term,
    guard: Term,
    old: tuple[Term | None, tuple[int, ...]],
    value: Term,
) -> Effect:
    """One store after the loop in the place of one in each iteration, at an address that none changes.

    What the address holds becomes a carried value of the loop, in `kernel`. `old`: the read of it in `value`, if there
    is one, and the loops around the loop.
    """
    loop = kernel.loops[effect.loops[-1]]
    lanes = tuple(lane for lane, _ in effect.lanes)
    position = 1 + max(loop.carries, default=-1)
    key = (loop.id, position)
    sort = effect.value.sort
    state = make("state", lanes, key, sort)
    read, around = old
    found = make("read", (offset,), (effect.array, effect.version, around), sort)
    step = reals.select(effect.guard, value if read is None else substitute(value, {read: state}), state)
    carry = Carry(position, lanes, found, step)
    kernel.loops[loop.id] = replace(loop, carries={**loop.carries, position: carry})
    runs = bools.conjunction(loop.guard, bools.lt(ints.ZERO, loop.trips))
    return replace(
        effect,
        loops=effect.loops[:-1],
        offset=offset,
        guard=bools.conjunction(guard, runs),
        value=make("final", lanes, key, sort),
        loop_risks=effect.loop_risks[:-1],
        guards=(*effect.guards, *((c, effect.loop_risks[-1]) for c in bools.conjuncts(runs))),
    )


def passed_within_iterations(kernel: Kernel) -> Kernel:
    """The kernel without values that an iteration stores and reads again (see `passed`)."""
    for number, effect in enumerate(kernel.effects):
        found = passed(effect, kernel, _reads(kernel, None, effect.array)) if effect.loops else None
        if found is None:
            continue
        offset, kernel = found
        effects = list(kernel.effects)
        around = effect.loops[:-1]
        kernel = replace(kernel, effects=effects, loops=dict(kernel.loops))
        effects[number] = after_the_loop(effect, kernel, offset, effect.guard, (None, around), effect.value)
    return kernel


def _varies(t: Term) -> bool:
    return any(u.op == "state" for u in subterms([t]))


def _elsewhere(read: Term, effect: Effect, kernel: Kernel) -> bool:
    """Whether the read occurs anywhere but in the effect's value."""
    return read in subterms(_terms(kernel, [e for e in kernel.effects if e is not effect]))


def _terms(kernel: Kernel, effects: list[Effect]) -> list[Term]:
    """All terms of these effects and of the loops."""
    terms = [t for e in effects for t in (e.offset, e.guard, e.value)]
    for loop in kernel.loops.values():
        terms += [loop.trips, loop.guard]
        terms += [t for c in loop.carries.values() for t in (c.init, c.next)]
    return terms
