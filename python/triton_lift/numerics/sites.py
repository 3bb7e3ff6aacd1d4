"""The places of a kernel where floats are computed, each with what is known when its result is used."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from triton_lift.reading import Kernel
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms.term import Term, ranges, reduce_guard

_MOST_VISITS = 4000


@dataclass(frozen=True)
class Site:
    """One operation: its value as a term, the type it is computed in, its source line; `facts` hold wherever its
    result matters. `absorbed`: it only matters as a summand of a divisor, where ∞ gives the right limit."""

    term: Term
    type: str
    location: str | None
    facts: tuple[Term, ...]
    absorbed: bool = False


def sites(kernel: Kernel) -> Iterator[Site]:
    """All places that an effect depends on, each once for each set of facts; loops' bodies with no facts but theirs."""
    walk = _Walk(kernel)
    for e in kernel.effects:
        box = [(v, ints.const(extent)) for v, extent in e.lanes]
        box += [(kernel.loops[n].var, kernel.loops[n].trips) for n in e.loops]
        inside = (f for v, high in box for f in (bools.le(ints.ZERO, v), bools.lt(v, high)))
        yield from walk.visit(e.value, (*bools.conjuncts(e.guard), *inside), False)
    while walk.carried:
        (number, pos), _ = walk.carried.popitem()
        walk.done.add((number, pos))
        loop = kernel.loops[number]
        carry = loop.carries.get(pos)
        if carry is None:
            continue
        facts = (bools.le(ints.ZERO, loop.var), bools.lt(loop.var, loop.trips))
        yield from walk.visit(carry.next, facts, False)
        yield from walk.visit(carry.init, (), False)


class _Walk:
    def __init__(self, kernel: Kernel) -> None:
        self.kernel = kernel
        self.seen: set[tuple[Term, tuple[Term, ...], bool]] = set()
        self.carried: dict[tuple[int, int], None] = {}
        self.done: set[tuple[int, int]] = set()

    def visit(self, root: Term, facts: tuple[Term, ...], absorbed: bool) -> Iterator[Site]:
        pending = [(root, facts, absorbed)]
        while pending:
            t, known, below = pending.pop()
            if (t, known, below) in self.seen or len(self.seen) > _MOST_VISITS:
                continue
            self.seen.add((t, known, below))
            place = self.kernel.places.get(t)
            if place is not None:
                yield Site(t, *place, known, below)
            if t.op in ("state", "final") and t.attr not in self.done:
                self.carried[t.attr] = None
            pending += self._inside(t, known, below)

    def _inside(
        self, t: Term, facts: tuple[Term, ...], absorbed: bool
    ) -> Iterator[tuple[Term, tuple[Term, ...], bool]]:
        match t.op:
            case "select":
                c, a, b = t.args
                yield c, facts, False
                yield a, _with(facts, c), absorbed
                yield b, _with(facts, bools.negate(c)), absorbed
            case "reduce" | "argreduce" | "ranked" | "argranked" | "foldresult":
                inside = facts
                for v, low, high in ranges(t):
                    inside = _with(inside, bools.conjunction(bools.le(low, v), bools.lt(v, high)))
                inside = _with(inside, reduce_guard(t))
                for a in t.args[3 * t.attr[1] + 1 :]:
                    yield a, inside, False
                for _, low, high in ranges(t):
                    yield low, facts, False
                    yield high, facts, False
            case "rdiv":
                above, below = t.args
                yield above, facts, False
                yield below, facts, not _shared(above, below)
            case "radd":
                for a in t.args:
                    yield a, facts, absorbed
            case "rmul" if len(t.args) == 2 and t.args[0].op == "real" and t.args[0].attr > 0:
                yield t.args[1], facts, absorbed
            case _:
                for a in t.args:
                    yield a, facts, False


def _shared(above: Term, below: Term) -> bool:
    """Whether an exponential of the divisor stands above as well: ∞ / ∞ has no limit."""
    from triton_lift.terms.term import subterms

    mine = {u for u in subterms([below]) if u.op == "rfun" and u.attr in ("exp", "exp2")}
    return any(u in mine for u in subterms([above])) if mine else False


def _with(facts: tuple[Term, ...], fact: Term) -> tuple[Term, ...]:
    new = tuple(p for p in bools.conjuncts(fact) if p not in facts and p is not bools.TRUE)
    return (*facts, *new)
