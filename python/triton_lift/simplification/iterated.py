"""Iterates, simplified inside.

First and next values are needed for indices within their extents only, next ones at moments below the one that is
asked for: so they may be replaced by what equals them there. By induction on the moment all elements stay the same.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from triton_lift.proving import Context
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms.iterates import Iterate, State, at_start, iterate, parts_of
from triton_lift.terms.substitution import rebuild
from triton_lift.terms.term import Term

if TYPE_CHECKING:
    from triton_lift.simplification.contextual import Simplifier


def within(state: State) -> list[Term]:
    """What holds of a state's indices."""
    return [fact for c, extent in state.indices for fact in (bools.le(ints.ZERO, c), bools.lt(c, extent))]


def simplify_iterate(s: Simplifier, t: Term, context: Context) -> Term:
    """The rule for `iterate`."""
    return _known(inside(t, context, s.simplify), context)


def simplify_previous(s: Simplifier, t: Term, context: Context) -> Term:
    """The rule for `previous`: a condition among the states may be known to hold."""
    return _known(rebuild(t, (t.args[0], *(s.simplify(a, context) for a in t.args[1:]))), context)


def _known(t: Term, context: Context) -> Term:
    """What the facts say of a condition."""
    if t.sort == "bool":
        if t in context.facts:
            return bools.TRUE
        if bools.negate(t) in context.facts:
            return bools.FALSE
    return t


def inside(t: Term, context: Context, simplified: Callable[[Term, Context], Term]) -> Term:
    """An `iterate` with its parts replaced, each under what holds there."""
    parts = parts_of(t)
    moment = simplified(parts.moment, context)
    place = tuple(simplified(p, context) for p in parts.place)
    if moment is ints.ZERO:
        return simplified(at_start(Iterate(parts.time, moment, parts.states, parts.which, place)), context)
    during = context.extend(bools.le(ints.ZERO, parts.time), bools.lt(parts.time, moment))
    states = []
    for state in parts.states:
        here = within(state)
        first = simplified(state.first, context.extend(*here))
        states.append(State(state.indices, first, simplified(state.next, during.extend(*here))))
    return iterate(Iterate(parts.time, moment, tuple(states), parts.which, place))
