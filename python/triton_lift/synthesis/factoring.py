"""Factors, summands and conditions that do not depend on the reduced variable are taken out of reductions."""

from __future__ import annotations

from triton_lift.simplification.reductions import unit
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.term import Term, make, ranges, reduce_body, reduce_guard


def reduce(like: Term, v: Term, low: Term, high: Term, guard: Term, body: Term) -> Term:
    """A reduction of the kind of another one."""
    return make("reduce", (v, low, high, guard, body), like.attr, like.sort)


def outward(t: Term) -> Term:
    """`t` with what does not depend on the reduced variable taken out of the reduction, where that is exact.

    Σ c·e = c·Σ e and max(c + e) = c + max e for finite c and finite e; ∃(c ∧ e) = c ∧ ∃e, ∀(c ∨ e) = c ∨ ∀e.
    Sums are split: Σ (e + f) = Σ e + Σ f for finite e and f. A choice between e and a unit becomes a guard.
    """
    kind: str = t.attr[0]
    ((v, low, high),) = ranges(t)
    guard, body = reduce_guard(t), reduce_body(t)
    neutral = unit(kind, t.sort)
    if body.op == "select" and neutral is not None and neutral in body.args[1:]:
        condition, kept, other = body.args
        if kept is neutral:
            condition, kept = bools.negate(condition), other
        return outward(reduce(t, v, low, high, bools.conjunction(guard, condition), kept))
    if kind == "add" and body.op == "radd" and all(map(reals.finite, body.args)):
        return reals.add(*(outward(reduce(t, v, low, high, guard, a)) for a in body.args))
    if kind == "add" and t.sort == "int":
        return _outward_integers(t, v, low, high, guard, body)
    inner = {"add": "rmul", "max": "radd", "min": "radd", "or": "and", "and": "or"}.get(kind)
    if body.op != inner or t.sort == "int":
        return t
    free = [a for a in body.args if v not in a.free]
    bound = [a for a in body.args if v in a.free]
    if not free or not bound:
        return t
    if t.sort == "real" and not all(map(reals.finite, body.args)):
        return t
    combine = {"rmul": reals.mul, "radd": reals.add, "and": bools.conjunction, "or": bools.disjunction}[inner]
    return combine(*free, reduce(t, v, low, high, guard, combine(*bound)))


def _outward_integers(t: Term, v: Term, low: Term, high: Term, guard: Term, body: Term) -> Term:
    parts = []
    for m, c in ints.polynomial(body).items():
        free = ints.from_polynomial({tuple(a for a in m if v not in a.free): c})
        bound = ints.from_polynomial({tuple(a for a in m if v in a.free): 1})
        parts.append(ints.mul(free, reduce(t, v, low, high, guard, bound)))
    return ints.add(*parts)
