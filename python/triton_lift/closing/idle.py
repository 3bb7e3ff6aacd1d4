"""What a rescaled accumulator does while the running maximum is −∞: while nothing has been met.

Let m' = max(m, w₁, …) with m = −∞. Then m' = −∞ if and only if every wᵢ is −∞, and of that follows:
    (c ? a : e) = −∞ with finite e: c holds, and a = −∞; likewise for the other branch;
    a + e = −∞ with finite e, and a·e = −∞ with finite e > 0: a = −∞;
    max over k with g(k) of e(k) = −∞: e(k) = −∞ for each k with g(k).
A step guarded against it (`m' = −∞ ? 0 : m'` where m' is subtracted) is seen with all this put in.
What a masked load leaves arbitrary is taken to be finite here; who uses the answer shows that.
"""

from __future__ import annotations

from typing import Literal

from triton_lift.terms import booleans as bools
from triton_lift.terms import reals
from triton_lift.terms.substitution import rewrite, substitute
from triton_lift.terms.term import (
    BINDERS,
    Term,
    bound_vars,
    make,
    ranges,
    reduce_body,
    reduce_guard,
    subterms,
)

Idle = Literal["keeps", "zero"]


def while_nothing(step: Term, me: Term, maximum: Term, after: Term, values: list[Term]) -> Idle | None:
    """What `step` does to a finite x while m = m' = −∞: it keeps x, it sets x to 0, or something else (None).

    `maximum` is m, `after` is m', the greatest of m and `values`.
    """
    guard = reals.compare("req", after, reals.NEG_INF)
    there = substitute(step, {guard: bools.TRUE})
    if there is me:
        return "keeps"
    there = at_minus_infinity(substitute(there, {after: reals.NEG_INF, maximum: reals.NEG_INF}), values)
    if there is me:
        return "keeps"
    times_zero = there.op == "rmul" and set(there.args) == {reals.ZERO, me}  # 0 for a finite x
    return "zero" if there is reals.ZERO or times_zero else None


def at_minus_infinity(t: Term, values: list[Term]) -> Term:
    """`t` with what follows from all `values` being −∞."""
    for value in values:
        t = _at(t, value)
    return t


def _at(t: Term, value: Term) -> Term:
    if value.op == "select":
        c, a, b = value.args
        for truth, other, here in ((bools.TRUE, b, a), (bools.FALSE, a, b)):
            if _finite_if_defined(other):
                return _at(_decided(t, c, truth), here)
    if value.op in ("radd", "rmul"):
        others = [a for a in value.args if not _finite_if_defined(a)]
        signs = [a for a in value.args if a not in others and not (value.op == "radd" or reals.positive(a))]
        if len(others) == 1 and value.args.count(others[0]) == 1 and not signs:
            return _at(substitute(t, {value: reals.NEG_INF}), others[0])
    if value.op == "reduce" and value.attr == ("max", 1):
        t = rewrite(t, lambda u: _summed(u, value))
    return substitute(t, {value: reals.NEG_INF})


def _decided(t: Term, condition: Term, truth: Term) -> Term:
    """`t` where a condition holds, or does not: then each of its parts does, or none of its alternatives."""
    known = {condition: truth}
    if condition.op == ("and" if truth is bools.TRUE else "or"):
        known |= dict.fromkeys(condition.args, truth)
    if condition.op == "not":
        known[condition.args[0]] = bools.negate(truth)
    return substitute(t, known)


def _summed(u: Term, greatest: Term) -> Term | None:
    """A sum over the same points as a maximum that is −∞, with what that says of each point."""
    if u.op != "reduce" or u.attr != ("add", 1):
        return None
    ((v, low, high),) = ranges(u)
    ((w, *bounds),) = ranges(greatest)
    guard = substitute(reduce_guard(greatest), {w: v})
    if [low, high] != bounds or not (guard is bools.TRUE or guard is reduce_guard(u)):
        return None
    if any(v in bound_vars(x) for x in subterms([reduce_body(greatest)]) if x.op in BINDERS):
        return None
    body = _at(reduce_body(u), substitute(reduce_body(greatest), {w: v}))
    if body is reals.ZERO:
        return body
    return None if body is reduce_body(u) else make("reduce", (*u.args[:-1], body), u.attr, u.sort)


def _finite_if_defined(t: Term) -> bool:
    """Whether `t` is finite if what masked loads leave arbitrary in it is."""
    memo: dict[Term, Term] = {}
    return reals.finite(
        rewrite(t, lambda u: reals.ONE if (u.op, u.sort) == ("arbitrary", "real") else None, memo)
    )
