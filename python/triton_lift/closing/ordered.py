"""Scans with a combine that is associative but not commutative: their elements are taken in order.

Linear recurrence: combine((a, b), (a', b')) = (a·a', a'·b + b') composes x ↦ a·x + b with x ↦ a'·x + b', so a prefix
gives (∏ a_k, Σ_k b_k·∏_{v after k} a_v). A reverse scan goes from the last element to the first: "after" is "below".

Sum of what came before: combine((x, y), (x', y')) = (x + y + x', y') gives (Σ_k x_k + Σ_{k but the last} y_k, y of the
last): the y of each element but the last one stands at the left of exactly one combine. Stick-breaking attention scans
so, with all x = 0.

Only scans: nothing says in which order a reduction combines.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations

from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.binding import fresh_names
from triton_lift.terms.rationals import defined_but_for, same
from triton_lift.terms.substitution import substitute
from triton_lift.terms.term import Term, make, var

Pair = tuple[Term, Term]
Triple = tuple[Term, Term, Term]
# (position of the result, (variable, low, high), elements, whether from the last to the first) → the result
Reading = Callable[[int, Triple, tuple[Term, ...], bool], Term | None]


def linear_recurrence(elements: list[Pair], combine: tuple[Term, ...]) -> Reading | None:
    """(∏ a, Σ b·∏ later a), in either position."""
    if len(combine) != 2 or not all(c.sort == "real" and defined_but_for(c) for c in combine):
        return None
    for factor, summand in permutations(range(2)):
        (a, later), (b, added) = elements[factor], elements[summand]
        if not same(combine[factor], reals.mul(a, later)):
            continue
        if same(combine[summand], reals.add(reals.mul(later, b), added)):
            return lambda pos, triple, bodies, reverse, f=factor: _composed(
                pos == f, f, triple, bodies, reverse
            )  # type: ignore[misc]
    return None


def _composed(
    product: bool, factor: int, triple: Triple, bodies: tuple[Term, ...], reverse: bool
) -> Term | None:
    if any(reals.may_be_infinite(t, sign) for t in bodies for sign in (1, -1)):
        return None
    k, low, high = triple
    a, b = bodies[factor], bodies[1 - factor]

    def product_of(start: Term, end: Term) -> Term:
        v = var("v")
        return make(
            "reduce", (v, start, end, bools.TRUE, substitute(fresh_names(a), {k: v})), ("mul", 1), "real"
        )

    if product:
        return product_of(low, high)
    later = product_of(low, k) if reverse else product_of(ints.add(k, ints.ONE), high)
    return make("reduce", (*triple, bools.TRUE, reals.mul(b, later)), ("add", 1), "real")


def sum_before(elements: list[Pair], combine: tuple[Term, ...]) -> Reading | None:
    """(Σ x + Σ of the y before the last, the last y), in either position."""
    if len(combine) != 2 or not all(c.sort == "real" and defined_but_for(c) for c in combine):
        return None
    for total, latest in permutations(range(2)):
        (x, added), (y, last) = elements[total], elements[latest]
        if same(combine[latest], last) and same(combine[total], reals.add(x, y, added)):
            return lambda pos, triple, bodies, reverse, n=total: _before(
                pos == n, bodies[n], bodies[1 - n], triple, reverse
            )  # type: ignore[misc]
    return None


def _before(total: bool, x: Term, y: Term, triple: Triple, reverse: bool) -> Term | None:
    if any(reals.may_be_infinite(t, sign) for t in (x, y) for sign in (1, -1)):
        return None
    k, low, high = triple
    last = low if reverse else ints.sub(high, ints.ONE)
    if not total:
        return substitute(fresh_names(y), {k: last})
    v = var("v")
    between = (ints.add(low, ints.ONE), high) if reverse else (low, last)
    before = make("reduce", (v, *between, bools.TRUE, substitute(fresh_names(y), {k: v})), ("add", 1), "real")
    return reals.add(make("reduce", (*triple, bools.TRUE, x), ("add", 1), "real"), before)


RECOGNISERS = [linear_recurrence, sum_before]
