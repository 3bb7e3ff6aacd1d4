"""By how much an integer state of a recurrence changes in one step, as far as constants tell."""

from __future__ import annotations

from collections.abc import Iterable

from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms.iterates import Iterate, previous
from triton_lift.terms.term import Term, ranges, reduce_body, reduce_guard, subterms

Interval = tuple[int, int]


def change(parts: Iterate, which: int) -> Interval | None:
    """Between which numbers `next − before` lies in each step, for each element of a state."""
    state = parts.states[which]
    here = tuple(c for c, _ in state.indices)
    # What is known of a state is told of reals only: an integer's element has one form.
    return _difference(state.next, previous(parts.time, which, here, "int"))


def ranges_of_sums(terms: Iterable[Term]) -> list[Term]:
    """What constants tell of the sums of integers in some terms."""
    facts = []
    for u in subterms(list(terms)):
        found = interval(u) if u.op == "reduce" and u.sort == "int" else None
        if found is not None:
            facts += [bools.le(ints.const(found[0]), u), bools.le(u, ints.const(found[1]))]
    return facts


def _difference(t: Term, before: Term) -> Interval | None:
    if t.op == "select":
        return _hull([_difference(a, before) for a in t.args[1:]])
    return interval(ints.sub(t, before))


def interval(t: Term) -> Interval | None:
    """Numbers that an integer term lies between, whatever its leaves are."""
    match t.op:
        case "int":
            return t.attr, t.attr
        case "lin":
            *coefficients, constant = t.attr
            low = high = constant
            for c, m in zip(coefficients, t.args, strict=True):
                found = interval(m)
                if found is None:
                    return None
                low += min(c * found[0], c * found[1])
                high += max(c * found[0], c * found[1])
            return low, high
        case "select":
            return _hull([interval(a) for a in t.args[1:]])
        case "imin" | "imax":
            parts = [interval(a) for a in t.args]
            pick = min if t.op == "imin" else max
            known = [p for p in parts if p is not None]
            return (
                (pick(a for a, _ in known), pick(b for _, b in known)) if len(known) == len(parts) else None
            )
        case "fmod" if (ints.value_of(t.args[1]) or 0) > 0:
            return 0, (ints.value_of(t.args[1]) or 0) - 1
        case "reduce" if t.attr[0] == "add":
            return _summed(t)
    return None


def _summed(t: Term) -> Interval | None:
    """Σ of at most so many elements."""
    body, count = interval(reduce_body(t)), 1
    for _, low, high in ranges(t):
        size = ints.value_of(ints.sub(high, low))
        if size is None:
            return None
        count *= max(size, 0)
    if body is None:
        return None
    if reduce_guard(t) is not bools.TRUE:
        body = min(body[0], 0), max(body[1], 0)
    return count * body[0], count * body[1]


def _hull(parts: list[Interval | None]) -> Interval | None:
    known = [p for p in parts if p is not None]
    if len(known) < len(parts):
        return None
    return min(a for a, _ in known), max(b for _, b in known)
