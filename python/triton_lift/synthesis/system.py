"""What the search is given: the states of a loop that depend on each other, as one system of recurrences."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from triton_lift.reading import Loop
from triton_lift.reading.dependence import component
from triton_lift.terms.substitution import substitute
from triton_lift.terms.term import Term, bound_vars, make, subterms, var

_MOST_STATES = 8

Resolve = Callable[[list[tuple[int, int]], Term], Term]
"""A term without carried values, but for those that are named."""


@dataclass(frozen=True)
class System:
    """xᵢ(0) = inits[i], xᵢ(t + 1) = steps[i], in which the states stand for xᵢ(t) and `var` for t, for 0 ≤ t < trips.

    The first state is the one that is wanted. `time` is the variable for the answer.
    """

    states: tuple[Term, ...]
    inits: tuple[Term, ...]
    steps: tuple[Term, ...]
    var: Term
    time: Term
    trips: Term

    def free_of_states(self, t: Term) -> bool:
        """Whether `t` mentions none of the states."""
        return not any(u.op == "state" and u.attr in self.keys for u in t.free)

    @property
    def keys(self) -> frozenset[tuple[int, int]]:
        """Loop and position of each state."""
        return frozenset(s.attr for s in self.states)


class NoSystem(Exception):
    """The carried values are no system of numbers that a search could begin with; says why."""


def system_of(loop: Loop, pos: int, trips: Term, resolve: Resolve) -> System:
    """The carried value `pos` with those that it depends on and that depend on it. Raises NoSystem.

    All states must be wanted at fixed places: one that another needs at every place, as a sum over it does, is no
    system of numbers.
    """
    component = _component(loop, pos)
    if len(component) > _MOST_STATES:
        raise NoSystem(f"no search for {len(component)} carried values at once")
    keys = [(loop.id, p) for p in component]
    first = make("state", loop.carries[pos].coords, (loop.id, pos), loop.carries[pos].next.sort)
    found: dict[Term, tuple[Term, Term]] = {}
    pending = [first]
    while pending:
        state = pending.pop(0)
        if state in found:
            continue
        carry = loop.carries[state.attr[1]]
        place = {c: i for c, i in zip(carry.coords, state.args, strict=True) if c.op == "var"}
        step = substitute(resolve(keys, carry.next), place)
        found[state] = (substitute(resolve(keys, carry.init), place), step)
        inner = {v for u in subterms([step]) if u.op in _BINDERS for v in bound_vars(u)}
        for u in subterms([step]):
            if u.op == "state" and u.attr in keys:
                if u.free & inner or any(loop.var in a.free or _states(a) for a in u.args):
                    raise NoSystem("no search: one element's next value depends on all elements")
                pending.append(u)
            elif u.op == "state" and u.attr[0] == loop.id:
                raise NoSystem("no search while the loop's other carried values are left as they are")
        if len(found) > _MOST_STATES:
            raise NoSystem(f"no search for more than {_MOST_STATES} elements at once")
    inits, steps = zip(*found.values(), strict=True)
    if any(_mentions(i, keys) for i in inits):
        raise NoSystem("no search: a start value depends on the loop")
    return System(tuple(found), inits, steps, loop.var, var("t"), trips)


_BINDERS = ("reduce", "argreduce", "ranked", "argranked", "foldresult", "iterate")


def _states(t: Term) -> bool:
    return any(f.op == "state" for f in t.free)


def _mentions(t: Term, keys: list[tuple[int, int]]) -> bool:
    return any(f.op == "state" and f.attr in keys for f in t.free)


def _component(loop: Loop, pos: int) -> list[int]:
    """The positions that `pos` reaches and that reach it."""
    after = {
        p: {u.attr[1] for u in subterms([c.next]) if u.op == "state" and u.attr[0] == loop.id}
        for p, c in loop.carries.items()
    }
    return component(after, pos)
