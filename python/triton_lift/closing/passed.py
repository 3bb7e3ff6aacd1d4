"""Values that an iteration of a loop stores and reads again, at a place that is the same in each.

Theorem. Let the only store to X in the kernel be done in every iteration of a loop, at addresses a(lane) that no
iteration changes and that no two lanes or programs share. What an iteration reads at a(r) after its store, for a lane r
of the store, is what it has just stored there: nobody else stores to it. Of all the stores to a(lane) the last
iteration's remains.
That no two points share an address is proved when the store has been lifted (`Kernel.visited_once`).
"""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

from triton_lift.closing.loops import LoopCloser, NotClosed
from triton_lift.reading import Effect, Kernel
from triton_lift.terms import booleans as bools
from triton_lift.terms.substitution import substitute
from triton_lift.terms.term import Term, by_order, subterms


def passed(effect: Effect, kernel: Kernel, reads: set[Term]) -> tuple[Term, Kernel] | None:
    """The store's address, and the kernel with the values in the place of the reads; None where it does not apply.

    `reads`: those of the array that are inside of loops.
    """
    alone = [e.array for e in kernel.effects].count(effect.array) == 1
    if effect.kind != "store" or effect.guard is not bools.TRUE or not alone or kernel.arrival is not None:
        return None
    own = {u for u in reads if u.attr == (effect.array, effect.version + 1, effect.loops)}
    if not own or own != reads:
        return None
    loop = kernel.loops[effect.loops[-1]]
    closer = LoopCloser(kernel)
    try:
        offset = closer.resolve(effect.offset)
        addresses = {u: closer.resolve(u.args[0]) for u in sorted(own, key=by_order)}
    except NotClosed:
        return None
    if loop.var in offset.free or any(u.op in ("state", "final", "read") for u in subterms([offset])):
        return None
    values: dict[Term, Term] = {}
    for u, address in addresses.items():
        names = _lanes_at(offset, address, effect, kernel)
        if names is None:
            return None
        values[u] = substitute(effect.value, names)
    carries = {pos: replace(c, next=substitute(c.next, values)) for pos, c in loop.carries.items()}
    loops = {**kernel.loops, loop.id: replace(loop, carries=carries)}
    effects = [
        replace(e, value=substitute(e.value, values)) if e.loops == effect.loops and e is not effect else e
        for e in kernel.effects
    ]
    changed = replace(
        kernel,
        loops=loops,
        effects=effects,
        visited_once=kernel.visited_once | {effect.array},
        passed=kernel.passed | {effect.array},
    )
    return (offset, changed) if not _left(changed, own) else None


def _lanes_at(offset: Term, address: Term, effect: Effect, kernel: Kernel) -> dict[Term, Term] | None:
    """The lanes of the store that have the address, as variables of the same extents."""
    lanes = [lane for lane, _ in effect.lanes]
    others = sorted((v for v in address.free if v in kernel.extents), key=by_order)
    for chosen in permutations(others, len(lanes)):
        names = dict(zip(lanes, chosen, strict=True))
        fits = all(kernel.extents[v] <= extent for v, (_, extent) in zip(chosen, effect.lanes, strict=True))
        if fits and substitute(offset, names) is address:
            return names
    return None


def _left(kernel: Kernel, reads: set[Term]) -> bool:
    """Whether any of the reads is left, somewhere else than in the loop's own values."""
    terms = [t for e in kernel.effects for t in (e.offset, e.guard, e.value)]
    for loop in kernel.loops.values():
        terms += [loop.trips, loop.guard, *(t for c in loop.carries.values() for t in (c.init, c.next))]
    return any(u in reads for u in subterms(terms))
