"""Bounds on the integers that recurrences go through: what their arithmetic needs in order not to wrap.

The states of a system stay between their start values (lo and hi of a bisection do), or on one side of one of them,
if each step keeps them there; one stays below another, always or while a condition among the states holds. Of all such
claims the greatest set that the steps keep is found by leaving out what
fails, and holds at all times by induction. Where that is not enough, looser claims are tried: a search that goes on
after it has found its place oversteps its bounds, and a counter grows by no more than so much in each step. What cannot
be bounded is refused: a precondition on the states of a recurrence is nothing that a reader could check.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import islice, permutations, product

from triton_lift.closing import NotClosed
from triton_lift.lifting import steps
from triton_lift.proving import Context
from triton_lift.simplification import PreconditionRequest
from triton_lift.simplification.iterated import within
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms.iterates import Iterate, State, parts_of, stepped
from triton_lift.terms.substitution import substitute
from triton_lift.terms.term import Term, by_order, make, subterms

_MOST_STATES = 6
_MOST_ATTEMPTS = 24  # at a bound of one term
_MOST_ORDERED = 3  # numbers without indices of which pairs are compared, and conditions under which


def recurrent(t: Term) -> bool:
    """Whether a term speaks of a recurrence's states."""
    return any(u.op == "iterate" for u in subterms([t]))


@dataclass(frozen=True)
class Claim:
    """Something about the states' elements at one moment: `fact` is of `previous`, of states without indices; or
    about each element of one state, which `element` stands for in it. It may speak of the moment, as the system's time.
    `above`, `below`: the bound of that element."""

    fact: Term
    element: Term | None = None
    state: int = -1
    above: Term | None = None
    below: Term | None = None

    def at(self, values: Mapping[Term, Term]) -> Term:
        """The claim with values for the states' elements, and for the moment."""
        return substitute(self.fact, values)


def facts_about(t: Term, context: Context, loose: bool = False) -> list[Term]:
    """What is known of the states in a term."""
    facts: list[Term] = []
    for u in subterms([t]):
        if u.op != "iterate" or u.sort != "int":
            continue
        parts = parts_of(u)
        numbers = _elements(parts)
        now = {p: stepped(replace(parts, which=i), parts.moment, ()) for i, p in numbers.items()}
        now[parts.time] = parts.moment
        for claim in kept(parts, context, loose):
            if claim.element is None:
                facts.append(claim.at(now))
            elif claim.state == parts.which:
                facts.append(claim.at({claim.element: u, parts.time: parts.moment}))
    return [*facts, *steps.ranges_of_sums([t])] if loose else facts


def kept(parts: Iterate, context: Context, loose: bool = False) -> list[Claim]:
    """The claims that hold at the start and that each step keeps; with `loose`, more of them are tried."""
    key = parts.term, context.key, loose
    found: list[Claim] | None = context.session.kept.get(key)
    if found is None:
        found = context.session.kept[key] = _kept(parts, context, loose)
    return found


def _kept(parts: Iterate, context: Context, loose: bool) -> list[Claim]:
    claims = [*_candidates(parts), *(growing(parts) if loose else ())]
    numbers = _elements(parts)
    if loose:
        context = context.extend(*steps.ranges_of_sums(s.next for s in parts.states))
    outer = [context.extend(*within(s)) for s in parts.states]
    everywhere = context.extend(*(f for s in parts.states for f in within(s)))

    def holds(
        claim: Claim, after: Callable[[State], Term], time: Term, contexts: list[Context], whole: Context
    ) -> bool:
        if claim.element is not None:
            values = {claim.element: after(parts.states[claim.state]), parts.time: time}
            return contexts[claim.state].proves(claim.at(values))
        return whole.proves(
            claim.at({parts.time: time, **{p: after(parts.states[i]) for i, p in numbers.items()}})
        )

    claims = [c for c in claims if holds(c, lambda s: s.first, ints.ZERO, outer, everywhere)]
    elements = {u for s in parts.states for u in subterms([s.next]) if u.op == "previous" and u.sort == "int"}
    mine = sorted((u for u in elements if u.args[0] is parts.time), key=by_order)
    running = bools.le(ints.ZERO, parts.time), bools.lt(parts.time, parts.moment)
    later = ints.add(parts.time, ints.ONE)
    while claims:
        supposed = [c.at({c.element: u}) for u in mine for c in claims if c.element and c.state == u.attr[0]]
        supposed += [c.fact for c in claims if c.element is None]
        during = [o.extend(*running, *supposed) for o in outer]
        whole = everywhere.extend(*running, *supposed)
        left = [c for c in claims if holds(c, lambda s: s.next, later, during, whole)]
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
    numbers, starts = _numbers(parts), _starts(parts)
    if not starts or len(numbers) > _MOST_STATES:
        return []
    claims = []
    for i in numbers:
        x = _any_element(i)
        for low in dict.fromkeys([*starts, ints.minimum(*starts)]):
            claims.append(Claim(bools.le(low, x), x, i, below=low))
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


def growing(parts: Iterate) -> list[Claim]:
    """Looser claims: x is at most so much beyond a start value, or than what grows by a constant in each step; and
    x is at most a little above y."""
    numbers, starts = _numbers(parts), _starts(parts)
    if not starts or len(numbers) > _MOST_STATES:
        return []
    ends: dict[Term, None] = {}
    least: dict[Term, None] = {}
    for start in dict.fromkeys([*starts, ints.maximum(*starts)]):
        ends.update((ints.add(start, parts.time, ints.const(beyond)), None) for beyond in (0, 1))
    for start in dict.fromkeys([*starts, ints.minimum(*starts)]):
        least.update((ints.sub(start, ints.const(beyond)), None) for beyond in (1, 2))
    for i in numbers:
        change = steps.change(parts, i)
        if change is not None and parts.states[i].first in starts:
            least[ints.add(parts.states[i].first, ints.scale(parts.time, min(change[0], 0)))] = None
            ends[ints.add(parts.states[i].first, ints.scale(parts.time, max(change[1], 0)))] = None
    claims = []
    for i in numbers:
        x = _any_element(i)
        claims += [Claim(bools.le(x, end), x, i, above=end) for end in ends]
        claims += [Claim(bools.le(low, x), x, i, below=low) for low in least]
    ordered = [p for p in _elements(parts).values() if p.sort == "int"]
    if len(ordered) <= _MOST_ORDERED:
        for a, b in permutations(ordered, 2):
            claims += [Claim(bools.le(a, ints.add(b, ints.const(n)))) for n in (1, 2)]
    return claims


def _any_element(state: int) -> Term:
    """Stands for any element of a state."""
    return make("param", (), (-1, f"element {state}"))


def _numbers(parts: Iterate) -> list[int]:
    return [i for i, s in enumerate(parts.states) if s.first.sort == "int"]


def _starts(parts: Iterate) -> list[Term]:
    """The start values that are the same for all elements."""
    own = {c for s in parts.states for c, _ in s.indices}
    firsts = (parts.states[i].first for i in _numbers(parts))
    return list(dict.fromkeys(first for first in firsts if not first.free & own))


def presuppose_sizes(t: Term, context: Context) -> None:
    """Asks for sizes that are not negative, where the states of a term start from sizes."""
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


def refuse(t: Term, context: Context, location: str | None) -> None:
    """Integer arithmetic on states that is not shown to fit: asks for sizes that are not negative, or gives up."""
    presuppose_sizes(t, context)
    raise NotClosed("integer arithmetic on the states of a recurrence is not shown not to wrap", location)


def bounds(
    t: Term, context: Context, loose: bool, ends: Mapping[Term, Term]
) -> list[tuple[Term, bool]] | None:
    """Terms without states that a term lies between; each with whether it is known not to be negative.

    The term fits wherever these do. The context has what is known of the states; `ends`: the last values of loops'
    variables. None where no bound is found.
    """
    nonnegative = context.proves(bools.le(ints.ZERO, t))
    above = _bound(t, context, loose, ends, upper=True)
    if above is None:
        return None
    if nonnegative:
        return [(above, True)]
    below = _bound(t, context, loose, ends, upper=False)
    return None if below is None else [(above, False), (below, False)]


def _bound(t: Term, context: Context, loose: bool, ends: Mapping[Term, Term], upper: bool) -> Term | None:
    """A bound without states: each state's own in a sum; or once or twice what bounds one of them, and a constant."""
    highs: dict[Term, dict[Term, None]] = {}
    lows: dict[Term, dict[Term, None]] = {}
    for u in subterms([t]):
        if u.op == "iterate" and u.sort == "int":
            parts = parts_of(u)
            claims = [c for c in kept(parts, context, loose) if c.state == parts.which]
            last = {parts.time: substitute(parts.moment, ends)}
            highs[u] = {substitute(c.above, last): None for c in claims if c.above is not None}
            lows[u] = {substitute(c.below, last): None for c in claims if c.below is not None}
    whole = ints.polynomial(t)
    parts_of_sum: list[dict[Term, None]] = []
    for m, c in whole.items():
        known = steps.interval(m[0]) if len(m) == 1 else None
        if known is not None:
            parts_of_sum.append({ints.const(c * known[(c > 0) == upper]): None})
        elif len(m) == 1 and m[0] in highs:
            found = highs[m[0]] if (c > 0) == upper else lows[m[0]]
            parts_of_sum.append({ints.scale(bound, c): None for bound in found})
        else:
            parts_of_sum.append({ints.mul(ints.const(c), *m): None})
    attempts = [ints.add(*chosen) for chosen in islice(product(*parts_of_sum), _MOST_ATTEMPTS)]
    constant = ints.const(whole.get((), 0))
    for bound in {b: None for found in (highs if upper else lows).values() for b in found}:
        attempts += [ints.add(ints.scale(bound, factor), constant) for factor in (1, 2)]
    for bound in dict.fromkeys(attempts):
        wanted = bools.le(t, bound) if upper else bools.le(bound, t)
        if not recurrent(bound) and context.proves(wanted):
            return bound
    return None
