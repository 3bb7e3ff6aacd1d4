"""Bounds on the integers that recurrences go through: what their arithmetic needs in order not to wrap.

The states of a system stay between their start values (lo and hi of a bisection do), or on one side of one of them,
if each step keeps them there; one stays below another, always or while a condition among the states holds. Of all such
claims the greatest set that the steps keep is found by leaving out what
fails, and holds at all times by induction. What cannot be bounded is refused: a precondition on the states of a
recurrence is nothing that a reader could check.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import permutations

from triton_lift.closing import NotClosed
from triton_lift.proving import Context
from triton_lift.simplification import PreconditionRequest
from triton_lift.simplification.iterated import within
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms.iterates import Iterate, State, parts_of, stepped
from triton_lift.terms.substitution import substitute
from triton_lift.terms.term import Term, make, subterms

_MOST_STATES = 6
_MOST_ORDERED = 3  # numbers without indices of which pairs are compared, and conditions under which


def recurrent(t: Term) -> bool:
    """Whether a term speaks of a recurrence's states."""
    return any(u.op == "iterate" for u in subterms([t]))


@dataclass(frozen=True)
class Claim:
    """Something about the states' elements at one moment: `fact` is of `previous`, of states without indices; or
    about each element of one state, which `element` stands for in it."""

    fact: Term
    element: Term | None = None
    state: int = -1
    above: Term | None = None  # the bound of that element, if it is an upper one

    def at(self, values: Mapping[Term, Term]) -> Term:
        """The claim with values for the states' elements."""
        return substitute(self.fact, values)


def facts_about(t: Term, context: Context) -> list[Term]:
    """What is known of the states in a term."""
    facts: list[Term] = []
    for u in subterms([t]):
        if u.op != "iterate" or u.sort != "int":
            continue
        parts = parts_of(u)
        numbers = _elements(parts)
        now = {p: stepped(replace(parts, which=i), parts.moment, ()) for i, p in numbers.items()}
        for claim in kept(parts, context):
            if claim.element is None:
                facts.append(claim.at(now))
            elif claim.state == parts.which:
                facts.append(claim.at({claim.element: u}))
    return facts


def kept(parts: Iterate, context: Context) -> list[Claim]:
    """The claims that hold at the start and that each step keeps."""
    claims = _candidates(parts)
    numbers = _elements(parts)
    outer = [context.extend(*within(s)) for s in parts.states]
    everywhere = context.extend(*(f for s in parts.states for f in within(s)))

    def holds(claim: Claim, after: Callable[[State], Term], contexts: list[Context], whole: Context) -> bool:
        if claim.element is not None:
            return contexts[claim.state].proves(claim.at({claim.element: after(parts.states[claim.state])}))
        return whole.proves(claim.at({p: after(parts.states[i]) for i, p in numbers.items()}))

    claims = [c for c in claims if holds(c, lambda s: s.first, outer, everywhere)]
    elements = {u for s in parts.states for u in subterms([s.next]) if u.op == "previous" and u.sort == "int"}
    mine = sorted((u for u in elements if u.args[0] is parts.time), key=lambda u: u.serial)
    running = bools.le(ints.ZERO, parts.time), bools.lt(parts.time, parts.moment)
    while claims:
        supposed = [c.at({c.element: u}) for u in mine for c in claims if c.element and c.state == u.attr[0]]
        supposed += [c.fact for c in claims if c.element is None]
        during = [o.extend(*running, *supposed) for o in outer]
        whole = everywhere.extend(*running, *supposed)
        left = [c for c in claims if holds(c, lambda s: s.next, during, whole)]
        if left == claims:
            break
        claims = left
    return claims


def _elements(parts: Iterate) -> dict[int, Term]:
    """The states without indices that are no reals, as they stand inside of what the states are next."""
    return {
        i: make("previous", (parts.time,), (i, False, 0), s.first.sort)
        for i, s in enumerate(parts.states)
        if s.first.sort != "real" and not s.indices
    }


def _candidates(parts: Iterate) -> list[Claim]:
    numbers = [i for i, s in enumerate(parts.states) if s.first.sort == "int"]
    own = {c for s in parts.states for c, _ in s.indices}
    starts = list(
        dict.fromkeys(parts.states[i].first for i in numbers if not parts.states[i].first.free & own)
    )
    if not starts or len(numbers) > _MOST_STATES:
        return []
    claims = []
    for i in numbers:
        x = make("param", (), (-1, f"element {i}"))  # stands for any element of the state
        for low in dict.fromkeys([*starts, ints.minimum(*starts)]):
            claims.append(Claim(bools.le(low, x), x, i))
        for high in dict.fromkeys([*starts, ints.maximum(*starts)]):
            claims.append(Claim(bools.le(x, high), x, i, high))
    scalars = _elements(parts)
    ordered = [p for p in scalars.values() if p.sort == "int"]
    conditions = [p for p in scalars.values() if p.sort == "bool"]
    if max(len(ordered), len(conditions)) <= _MOST_ORDERED:
        for a, b in permutations(ordered, 2):
            claims.append(Claim(bools.le(a, b)))
            claims += [Claim(bools.disjunction(bools.negate(c), bools.lt(a, b))) for c in conditions]
    return claims


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
            bounds.update((c.above, None) for c in kept(parts_of(u), context) if c.above is not None)
    constant = ints.const(ints.polynomial(t).get((), 0))
    for factor in (1, 2):
        for b in bounds:
            bound = ints.add(ints.scale(b, factor), constant)
            if not recurrent(bound) and context.proves(bools.le(t, bound)):
                return bound
    return None
