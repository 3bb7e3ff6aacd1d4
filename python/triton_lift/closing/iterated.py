"""Loops without a closed form: what they carry is stated as the recurrence that it is.

The carried values that depend on each other, x, y, …, are states of one system: x_t is its iterate after t steps, by
definition of the loop and induction on t. There is nothing to find; but what is stated has to be about the elements
that matter. An index of a carried tensor at which all of its uses keep the same place is fixed there, the others are
indices of the state: of S'[i, j] = Σ_k S[i, k]·M[k, j], row i goes its own way, and j is an index.

**What is refused.** A state whose elements are the lanes of a tile, while the loop goes from tile to tile of an array
(x'[c] = f(x[c], a[t·B + c]) for c < B): which elements share a state is the tile size's doing, and no reader would want
to know. Where sums over the tile go into the next value, as in chunked linear attention, t counts chunks: these are
stated, as the papers do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from triton_lift.reading import Kernel, Loop
from triton_lift.reading.dependence import component
from triton_lift.terms import integers as ints
from triton_lift.terms.binding import fresh_names
from triton_lift.terms.iterates import Iterate, State, iterate, previous
from triton_lift.terms.substitution import rewrite, substitute
from triton_lift.terms.term import BINDERS, Term, bound_vars, by_order, subterms, var

NAME = "recurrence"
_MOST_STATES = 24
_MOST_PLACES = 3  # of one carried value that get states of their own
_LARGEST = 20_000

Resolve = Callable[[list[tuple[int, int]], Term], Term]
Place = tuple[Term | None, ...]  # where an index is fixed, and None where it is the state's own


class NoStatement(Exception):
    """The carried values are not stated as a recurrence; says why."""


@dataclass(frozen=True)
class _Carried:
    coords: tuple[Term, ...]
    first: Term
    next: Term


def stated(
    kernel: Kernel, loop: Loop, pos: int, trips: Term, time: Term, resolve: Resolve
) -> tuple[Term, Term]:
    """`(first value, value at time)` of a carried value at its coordinates. Raises NoStatement.

    `resolve` gives a term without carried values, but for those that are named.
    """
    positions = dependent(kernel, loop, pos)
    if len(positions) > _MOST_STATES:
        raise NoStatement(f"{len(positions)} carried values depend on each other")
    keys = [(loop.id, p) for p in positions]
    carried = {}
    for p in positions:
        c = loop.carries[p]
        carried[p] = _Carried(c.coords, resolve(keys, c.init), fresh_names(resolve(keys, c.next)))
        _check(carried[p], loop, keys)
    if len(subterms([c.next for c in carried.values()])) > _LARGEST:
        raise NoStatement("the step is too large to be stated")
    system = _System(kernel, loop, carried)
    states = system.states(pos)
    which, place = system.found(pos, carried[pos].coords)
    parts = Iterate(system.time, time, states, which, place)
    _no_tiles(parts, trips, kernel)
    return carried[pos].first, iterate(parts)


def dependent(kernel: Kernel, loop: Loop, pos: int) -> list[int]:
    """The carried values that `pos` depends on and that depend on it, through inner loops too."""
    after = {p: _mentioned(kernel, loop, c.next) for p, c in loop.carries.items()}
    return component(after, pos)


def _mentioned(kernel: Kernel, loop: Loop, t: Term) -> set[int]:
    """The positions of the loop's states in a term."""
    found: set[int] = set()
    pending, seen = [t], set[tuple[int, int]]()
    while pending:
        for u in subterms([pending.pop()]):
            if u.op not in ("state", "final"):
                continue
            if u.attr[0] == loop.id:
                found.add(u.attr[1])
            elif u.attr not in seen:
                seen.add(u.attr)
                inner = kernel.loops[u.attr[0]]
                carry = inner.carries[u.attr[1]]
                pending += [carry.init, carry.next, inner.trips]
    return found


def _check(c: _Carried, loop: Loop, keys: list[tuple[int, int]]) -> None:
    if any(f.op in ("state", "final") and f.attr[0] == loop.id for f in c.first.free):
        raise NoStatement("a start value depends on the loop")
    for f in c.next.free:
        if f.op in ("state", "final") and f.attr[0] == loop.id and (f.op == "final" or f.attr not in keys):
            raise NoStatement("the step depends on other carried values")
    if any(u.op in ("foldresult", "elem") for u in subterms([c.next, c.first])):
        raise NoStatement("the step has a combine without a name")


class _System:
    """The states that one element of a carried value needs."""

    def __init__(self, kernel: Kernel, loop: Loop, carried: Mapping[int, _Carried]) -> None:
        self.kernel, self.loop, self.carried = kernel, loop, carried
        self.keys = {(loop.id, p) for p in carried}
        self.time = var("t")
        self.wanted: list[tuple[int, Place]] = []
        self.indices: dict[tuple[int, Place], tuple[Term, ...]] = {}

    def states(self, pos: int) -> tuple[State, ...]:
        """The states, for an element of `pos` at its coordinates."""
        self.want(pos, self.carried[pos].coords)
        done: set[tuple[int, Place]] = set()
        while left := [w for w in self.wanted if w not in done]:
            done.add(left[0])
            step, bound = self.step(*left[0])
            for u in subterms([step]):
                if u.op == "state" and u.attr in self.keys:
                    fixed = tuple(None if _varies(a, bound) else a for a in u.args)
                    self.want(u.attr[1], fixed)
        self.wanted.sort(key=lambda wanted: wanted[0])  # the same system whichever is asked for
        return tuple(self.state(p, place) for p, place in self.wanted)

    def want(self, pos: int, place: Place) -> None:
        """Adds a state unless another has its elements; too many places of a carried value become one index."""
        if any(p == pos and _covers(have, place) for p, have in self.wanted):
            return
        mine = [have for p, have in self.wanted if p == pos]
        narrower = [have for have in mine if _covers(place, have)]
        if len(mine) - len(narrower) >= _MOST_PLACES:
            narrower = mine
            for have in mine:
                place = tuple(a if a is b else None for a, b in zip(place, have, strict=True))
        at = min((self.wanted.index((pos, n)) for n in narrower), default=len(self.wanted))
        kept = [w for w in self.wanted if w not in {(pos, n) for n in narrower}]
        self.wanted = [*kept[:at], (pos, place), *kept[at:]]

    def coordinates(self, pos: int, place: Place) -> tuple[Term, ...]:
        """The place with variables for the state's own indices."""
        if (pos, place) not in self.indices:
            self.indices[pos, place] = tuple(var("i") if a is None else a for a in place)
        return self.indices[pos, place]

    def step(self, pos: int, place: Place) -> tuple[Term, frozenset[Term]]:
        """The next value there, and the variables that are not the same in all of it."""
        here = self.coordinates(pos, place)
        carry = self.carried[pos]
        to = {c: i for c, i in zip(carry.coords, here, strict=True) if c.op == "var"}
        step = substitute(carry.next, to)
        bound = {v for u in subterms([step]) if u.op in BINDERS for v in bound_vars(u)}
        own = {i for a, i in zip(place, here, strict=True) if a is None}
        return step, frozenset(bound | own | {self.loop.var})

    def state(self, pos: int, place: Place) -> State:
        here = self.coordinates(pos, place)
        carry = self.carried[pos]
        step, _ = self.step(pos, place)

        def visit(u: Term) -> Term | None:
            if u.op != "state" or u.attr not in self.keys:
                return None
            number, indices = self.found(u.attr[1], u.args)
            return previous(self.time, number, indices, u.sort)

        to = {c: i for c, i in zip(carry.coords, here, strict=True) if c.op == "var"}
        following = substitute(rewrite(step, visit), {self.loop.var: self.time})
        own = tuple(
            (i, ints.const(self.kernel.extents[c]))
            for c, a, i in zip(carry.coords, place, here, strict=True)
            if a is None
        )
        return State(own, fresh_names(substitute(carry.first, to)), following)

    def found(self, pos: int, args: tuple[Term, ...]) -> tuple[int, tuple[Term, ...]]:
        """The state that has an element, and the element's indices there."""
        for number, (p, place) in enumerate(self.wanted):
            if p == pos and _covers(place, args):
                return number, tuple(a for a, fixed in zip(args, place, strict=True) if fixed is None)
        raise NoStatement("an element of a carried value has no state")


def _covers(place: Place, other: Place) -> bool:
    return all(a is None or a is b for a, b in zip(place, other, strict=True))


def _varies(t: Term, bound: frozenset[Term]) -> bool:
    return bool(t.free & bound) or any(f.op == "state" for f in t.free)


def _no_tiles(parts: Iterate, trips: Term, kernel: Kernel) -> None:
    """Raises NoStatement where a state's elements are lanes of tiles that the loop goes through.

    That they are, and not the columns of rows, shows in a mask over lane and iteration together, or in a number of
    iterations that is rounded up.
    """
    lanes = {
        v: ints.const(kernel.extents[v]) for v in sorted(parts.term.free, key=by_order) if v in kernel.extents
    }
    for state in parts.states:
        lanes.update(state.indices)
    inside = subterms([state.next for state in parts.states])
    rounded = {u.args[1] for u in subterms([trips]) if u.op == "fdiv"}
    for lane, extent in lanes.items():
        if extent is ints.ONE:
            continue
        tiled = {
            u.op for u in inside if u.op in ("read", "le0") and _tiles(u.args[0], parts.time, lane, extent)
        }
        if "le0" in tiled or (tiled and extent in rounded):
            raise NoStatement("its elements are lanes of the tiles that the loop goes through")


def _tiles(t: Term, time: Term, lane: Term, extent: Term) -> bool:
    """Whether t = c·(extent·time + lane) + rest with c ≠ 0."""
    by_time, by_lane = ints.coefficient(t, time), ints.coefficient(t, lane)
    if by_time is None or by_lane is None or by_lane[0] is ints.ZERO:
        return False
    return ints.mul(by_lane[0], extent) is by_time[0]
