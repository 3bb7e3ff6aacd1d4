"""Iterates: what a system of recurrences has come to after a number of steps, for systems without a closed form.

States S₀, S₁, … are functions of indices, each with its extents. Sᵢ[0][c] = firstᵢ(c) and Sᵢ[t + 1][c] = nextᵢ(t, c),
where nextᵢ may speak of any element of any state at t. `iterate` is one element of one state at a moment ≥ 0.

In a term, `args` are (t, 0, moment), (c, 0, extent) for the indices of all states in turn, a guard that is true,
firstᵢ, nextᵢ, and the element's indices; `attr` is ((state's number, numbers of indices), number of bound variables).
Inside nextᵢ, `previous` with the arguments (t, indices) and `attr` (number, finite, sign) is the element of a state at
t: the bound t says of which system. Of reals, `finite` and `sign` (1: ≥ 0, 2: > 0) say what all elements of that state
are at all times, wherever they are defined.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.substitution import rewrite, substitute
from triton_lift.terms.term import Sort, Term, make, ranges, reduce_guard, subterms


@dataclass(frozen=True)
class State:
    """One state of a system: its indices with their extents, its first value and its next one, functions of them."""

    indices: tuple[tuple[Term, Term], ...]
    first: Term
    next: Term


@dataclass(frozen=True)
class Iterate:
    """The parts of an iterate: element `place` of state `which` at `moment`; `time` is t inside `next`."""

    time: Term
    moment: Term
    states: tuple[State, ...]
    which: int
    place: tuple[Term, ...]

    @property
    def term(self) -> Term:
        """The term of these parts."""
        (_, dims), count = _attr(self)
        box = [self.time, ints.ZERO, self.moment]
        for s in self.states:
            for c, extent in s.indices:
                box += [c, ints.ZERO, extent]
        values = [*(s.first for s in self.states), *(s.next for s in self.states)]
        sort = self.states[self.which].first.sort
        attr = ((self.which, dims), count)
        return make("iterate", (*box, bools.TRUE, *values, *self.place), attr, sort)


def _attr(parts: Iterate) -> tuple[tuple[int, tuple[int, ...]], int]:
    dims = tuple(len(s.indices) for s in parts.states)
    return (parts.which, dims), 1 + sum(dims)


def parts_of(t: Term) -> Iterate:
    """The parts of an `iterate`."""
    (which, dims), count = t.attr
    rest = t.args[3 * count + 1 :]
    states = []
    at = 3
    for i, d in enumerate(dims):
        indices = tuple((t.args[at + 3 * k], t.args[at + 3 * k + 2]) for k in range(d))
        states.append(State(indices, rest[i], rest[len(dims) + i]))
        at += 3 * d
    return Iterate(t.args[0], t.args[2], tuple(states), which, rest[2 * len(dims) :])


def previous(time: Term, number: int, indices: tuple[Term, ...], sort: Sort) -> Term:
    """The element of a state at t, inside what the states are next; nothing is known of it."""
    return make("previous", (time, *indices), (number, False, 0), sort)


def iterate(parts: Iterate) -> Term:
    """The term of some parts; what is said of the states' elements is found out anew.

    By induction: if all first values of some states are finite (≥ 0, > 0), and all next ones are where those states'
    elements are, then they are at all times. The greatest such claims are found by leaving out what fails.
    """
    claims = [_claim(s.first) for s in parts.states]
    if _supposed(parts, claims) and all(
        _weaker(c, _claim(s.next)) == c for c, s in zip(claims, parts.states, strict=True)
    ):
        return parts.term  # as it is nearly always where an iterate is rebuilt
    while True:
        supposed = _supposing(parts, claims)
        found = [_weaker(c, _claim(s.next)) for c, s in zip(claims, supposed.states, strict=True)]
        if found == claims:
            return supposed.term
        claims = found


Claim = tuple[bool, int]  # finite; 1: ≥ 0, 2: > 0


def _claim(t: Term) -> Claim:
    if t.sort != "real":
        return False, 0
    sign = 2 if reals.positive(t, _nonempty) else 1 if reals.nonnegative(t) else 0
    return reals.finite(t, _nonempty), sign


def _nonempty(t: Term) -> bool:
    """Whether a reduction has a fixed number of elements, and that is not 0."""
    if t.op != "reduce" or reduce_guard(t) is not bools.TRUE:
        return False
    return all((ints.value_of(ints.sub(high, low)) or 0) > 0 for _, low, high in ranges(t))


def _weaker(a: Claim, b: Claim) -> Claim:
    return a[0] and b[0], min(a[1], b[1])


def _supposed(parts: Iterate, claims: list[Claim]) -> bool:
    """Whether the steps suppose these claims already."""
    return all(
        u.attr[1:] == claims[u.attr[0]]
        for u in subterms([s.next for s in parts.states])
        if u.op == "previous" and u.args[0] is parts.time
    )


def _supposing(parts: Iterate, claims: list[Claim]) -> Iterate:
    def visit(u: Term) -> Term | None:
        if u.op != "previous" or u.args[0] is not parts.time:
            return None
        return make("previous", u.args, (u.attr[0], *claims[u.attr[0]]), u.sort)

    memo: dict[Term, Term] = {}
    states = tuple(State(s.indices, s.first, rewrite(s.next, visit, memo)) for s in parts.states)
    return replace(parts, states=states)


def stepped(parts: Iterate, moment: Term, place: tuple[Term, ...]) -> Term:
    """The same state's element at another moment and place."""
    return Iterate(parts.time, moment, parts.states, parts.which, place).term


def at_start(parts: Iterate) -> Term:
    """What the element is at moment 0."""
    state = parts.states[parts.which]
    return substitute(state.first, {c: p for (c, _), p in zip(state.indices, parts.place, strict=True)})
