"""Bounds on the integers that recurrences go through: what their arithmetic needs in order not to wrap.

The states of a system stay between their start values (lo and hi of a bisection do), or on one side of one of them,
if each step keeps them there: of all such claims the greatest set that the steps keep is found by leaving out what
fails, and holds at all times by induction. What cannot be bounded is refused: a precondition on the states of a
recurrence is nothing that a reader could check.
"""

from __future__ import annotations

from triton_lift.closing import NotClosed
from triton_lift.proving import Context
from triton_lift.simplification import PreconditionRequest
from triton_lift.simplification.iterated import within
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms.iterates import Iterate, parts_of
from triton_lift.terms.term import Term, subterms

_MOST_STATES = 6

# x ≥ bound (side 1) or x ≤ bound (side −1), for all elements of a state at all times
_Claim = tuple[int, int, Term]


def recurrent(t: Term) -> bool:
    """Whether a term speaks of a recurrence's states."""
    return any(u.op == "iterate" for u in subterms([t]))


def facts_about(t: Term, context: Context) -> list[Term]:
    """What is known of the integer states in a term."""
    facts: list[Term] = []
    for u in subterms([t]):
        if u.op == "iterate" and u.sort == "int":
            parts = parts_of(u)
            facts += [_fact(u, side, bound) for i, side, bound in kept(parts, context) if i == parts.which]
    return facts


def kept(parts: Iterate, context: Context) -> list[_Claim]:
    """The claims that hold at the start and that each step keeps."""
    numbers = [i for i, s in enumerate(parts.states) if s.first.sort == "int"]
    own = {c for s in parts.states for c, _ in s.indices}
    starts = list(
        dict.fromkeys(s.first for i, s in enumerate(parts.states) if i in numbers and not s.first.free & own)
    )
    if not starts or len(numbers) > _MOST_STATES:
        return []
    lows, highs = (
        dict.fromkeys([*starts, ints.minimum(*starts)]),
        dict.fromkeys([*starts, ints.maximum(*starts)]),
    )
    claims = [(i, 1, b) for i in numbers for b in lows] + [(i, -1, b) for i in numbers for b in highs]
    at_start = [context.extend(*within(s)) for s in parts.states]
    claims = [c for c in claims if at_start[c[0]].proves(_fact(parts.states[c[0]].first, *c[1:]))]
    elements = {u for s in parts.states for u in subterms([s.next]) if u.op == "previous" and u.sort == "int"}
    mine = sorted((u for u in elements if u.args[0] is parts.time), key=lambda u: u.serial)
    running = bools.le(ints.ZERO, parts.time), bools.lt(parts.time, parts.moment)
    while claims:
        supposed = [_fact(u, side, b) for u in mine for i, side, b in claims if i == u.attr[0]]
        during = [context.extend(*running, *within(s), *supposed) for s in parts.states]
        left = [c for c in claims if during[c[0]].proves(_fact(parts.states[c[0]].next, *c[1:]))]
        if left == claims:
            break
        claims = left
    return claims


def _fact(x: Term, side: int, bound: Term) -> Term:
    return bools.le(bound, x) if side == 1 else bools.le(x, bound)


def refuse(t: Term, context: Context, location: str | None) -> None:
    """Integer arithmetic on states that is not shown to fit: asks for sizes that are not negative, or gives up."""
    for u in subterms([t]):
        if u.op != "iterate" or u.sort != "int":
            continue
        for s in parts_of(u).states:
            about_launch = not s.first.free and all(
                v.op in ("param", "int", "lin", "prod") for v in subterms([s.first])
            )
            enough = bools.le(ints.ZERO, s.first)
            if s.first.sort == "int" and about_launch and not context.proves(enough):
                raise PreconditionRequest(enough)
    raise NotClosed("integer arithmetic on the states of a recurrence is not shown not to wrap", location)


def most(t: Term, context: Context) -> Term | None:
    """An upper bound of a term that is not negative, without states: once or twice what bounds one of them, and a
    constant. The context has what is known of the states."""
    if not context.proves(bools.le(ints.ZERO, t)):
        return None
    bounds: dict[Term, None] = {}
    for u in subterms([t]):
        if u.op == "iterate" and u.sort == "int":
            bounds.update((b, None) for _, side, b in kept(parts_of(u), context) if side == -1)
    constant = ints.const(ints.polynomial(t).get((), 0))
    for factor in (1, 2):
        for b in bounds:
            bound = ints.add(ints.scale(b, factor), constant)
            if not recurrent(bound) and context.proves(bools.le(t, bound)):
                return bound
    return None
