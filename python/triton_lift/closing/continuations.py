"""Loops that go on where another one stopped: a last iteration peeled off, a range cut in two.

Let the second loop start from what the first one ends with, let the first run L ≥ 0 times, and let its step at v be the
second one's at v − L for 0 ≤ v < L. Then both are one loop with the second one's step at v − L, started as the first
is: the second loop's value at t is that loop's at L + t. By induction on v ≤ L the one loop does what the first does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from triton_lift.proving import Context
from triton_lift.reading import Kernel, Loop
from triton_lift.reading.kernel import Carry
from triton_lift.simplification.divisions import holds
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms.binding import canonical_names
from triton_lift.terms.rationals import same
from triton_lift.terms.substitution import substitute
from triton_lift.terms.term import Term, make, subterms, var


@dataclass(frozen=True)
class Continuation:
    """One loop for two, in which the second starts at iteration `start`."""

    loop: Loop
    first: int
    start: Term


def find(kernel: Kernel, loop: Loop, trips: Callable[[Loop], Term], facts: Context) -> Continuation | None:
    """The loop that `loop` is the second part of. Raises PreconditionRequest where L ≥ 0 needs one."""
    partners = _partners(loop)
    if partners is None:
        return None
    number, positions = partners
    first = kernel.loops[number]
    length = _length(trips(first))
    if first.guard is not loop.guard or length is None or set(positions.values()) != set(first.carries):
        return None
    merged, v = -1 - loop.id, var("t")
    inside = facts.extend(bools.le(ints.ZERO, v), bools.lt(v, length))
    carries = {}
    for pos, carry in loop.carries.items():
        other = first.carries[positions[pos]]
        inside = inside.extend(*(f for c in carry.coords if c.op == "var" for f in _within(c, kernel)))
        step = _renamed(
            carry.next, loop, merged, {p: p for p in loop.carries}, {loop.var: ints.sub(v, length)}
        )
        indices = dict(zip(other.coords, carry.coords, strict=True))
        back = {theirs: mine for mine, theirs in positions.items()}
        start = substitute(other.init, {c: i for c, i in indices.items() if c.op == "var"})
        earlier = _renamed(
            other.next,
            first,
            merged,
            back,
            {first.var: v, **{c: i for c, i in indices.items() if c.op == "var"}},
        )
        if not _agree(step, earlier, inside):
            return None
        carries[pos] = Carry(pos, carry.coords, start, step)
    if not holds(facts, bools.le(ints.ZERO, length)):
        return None
    whole = Loop(merged, v, ints.ONE, ints.add(length, trips(loop)), loop.guard, loop.location, carries)
    return Continuation(whole, number, length)


def _partners(loop: Loop) -> tuple[int, dict[int, int]] | None:
    """The loop whose final values all initial ones are, and which of them."""
    positions = {}
    numbers = set()
    for pos, carry in loop.carries.items():
        init = carry.init
        if init.op != "final" or init.args != carry.coords or init.attr[0] == loop.id:
            return None
        numbers.add(init.attr[0])
        positions[pos] = init.attr[1]
    if len(numbers) != 1 or len(set(positions.values())) != len(positions):
        return None
    return numbers.pop(), positions


def _length(trips: Term) -> Term | None:
    """L, where the trip count is max(0, L)."""
    if trips.op != "imax":
        return trips
    others = [a for a in trips.args if a is not ints.ZERO]
    return others[0] if len(others) == 1 and len(trips.args) == 2 else None


def _within(coordinate: Term, kernel: Kernel) -> list[Term]:
    extent = kernel.extents.get(coordinate)
    if extent is None:
        return []
    return [bools.le(ints.ZERO, coordinate), bools.lt(coordinate, ints.const(extent))]


def _renamed(t: Term, loop: Loop, number: int, positions: dict[int, int], other: dict[Term, Term]) -> Term:
    """`t` with the states of `loop` as those of another, and with other things in place of variables."""
    t = substitute(t, other)
    while True:
        found = next((u for u in subterms([t]) if u.op == "state" and u.attr[0] == loop.id), None)
        if found is None:
            return t
        t = substitute(t, {found: make("state", found.args, (number, positions[found.attr[1]]), found.sort)})


def _agree(step: Term, earlier: Term, inside: Context) -> bool:
    """Whether two steps are equal where the first loop runs: conditions of one that are decided there are."""
    known = set(subterms([earlier]))
    decided = {}
    for u in subterms([step]):
        if u.op in ("le0", "eq0") and u not in known:
            if inside.proves(u):
                decided[u] = bools.TRUE
            elif inside.proves(bools.negate(u)):
                decided[u] = bools.FALSE
    a, b = canonical_names(substitute(step, decided)), canonical_names(earlier)
    return a is b or (a.sort == "real" and _divisors(a) == _divisors(b) and same(a, b))


def _divisors(t: Term) -> set[Term]:
    """What is divided by, and the partial functions: equal terms must be defined in the same places."""
    return {u.args[1] if u.op == "rdiv" else u for u in subterms([t]) if u.op in ("rdiv", "rfun")}
