"""Sums of exponentials less their maximum: the largest summand is 1, so the sum is at least 1."""

from __future__ import annotations

from triton_lift.numerics.order import same, within
from triton_lift.reading import Loop
from triton_lift.terms import booleans as bools
from triton_lift.terms import reals
from triton_lift.terms.substitution import substitute
from triton_lift.terms.term import Term, ranges, reduce_body


def largest_is_one(t: Term) -> bool:
    """Whether t = Σ over k of exp(e(k) - max over r of e(r)), masked or not, over the same range."""
    return any(_maximum_of(value, top, t) for value, top in _shifted(t))


def rescaled_sum(loop: Loop, pos: int) -> bool:
    """Whether a loop carries l' = l·exp(m - m') + Σ over k of exp(e(k) - m') with m' = max(m, max over k of e(k)).

    Where m' is m, l is kept and something nonnegative added; else some e(k) is m'. As m is -∞ at first, l ≥ 1 after
    the first iteration.
    """
    carry = loop.carries[pos]
    me = ("state", (loop.id, pos))
    parts = carry.next.args if carry.next.op == "radd" else ()
    kept = [p for p in parts if p.op == "rmul" and any((u.op, u.attr) == me for u in p.args)]
    added = [p for p in parts if p.op == "reduce"]
    if len(parts) != 2 or len(kept) != 1 or len(added) != 1 or len(kept[0].args) != 2:
        return False
    (factor,) = (u for u in kept[0].args if (u.op, u.attr) != me)
    for value, top in _shifted(added[0]):
        if top.op != "rmax" or not any(_maximum_of(value, m, added[0]) for m in top.args):
            continue
        olds = [m for m in top.args if m.op == "state" and m.attr[0] == loop.id]
        for old in olds:
            first = loop.carries[old.attr[1]].init
            if first is reals.NEG_INF and _is_exp(factor) and same(factor.args[0], reals.sub(old, top)):
                return True
    return False


def _is_exp(t: Term) -> bool:
    return t.op == "rfun" and t.attr in ("exp", "exp2")


def _shifted(t: Term) -> list[tuple[Term, Term]]:
    """`(e, m)` for a sum of exp(e - m); of a masked sum e is -∞ where the mask does not hold."""
    body = reduce_body(t) if t.op == "reduce" and t.attr[0] == "add" else reals.ZERO
    mask = bools.TRUE
    if body.op == "select" and reals.ZERO in body.args[1:]:
        condition, then, other = body.args
        mask, body = (condition, then) if other is reals.ZERO else (bools.negate(condition), other)
    if not _is_exp(body) or body.args[0].op != "radd":
        return []
    parts = body.args[0].args
    found = []
    for a in parts:
        c, top = reals.coefficient(a)
        if c == -1:
            value = reals.add(*(x for x in parts if x is not a))
            found.append((reals.select(mask, value, reals.NEG_INF), top))
    return found


def _maximum_of(value: Term, top: Term, t: Term) -> bool:
    """Whether `top` is the maximum of `value`, or of a part of it, over the range of the sum t."""
    if top.op != "reduce" or top.attr != ("max", t.attr[1]):
        return False
    names = {v: w for (v, _, _), (w, _, _) in zip(ranges(top), ranges(t), strict=True)}
    if [substitute(f, names) for f in within(top)] != within(t):
        return False
    body = substitute(reduce_body(top), names)
    return same(body, value) or same(_chosen(body), value)


def _chosen(t: Term) -> Term:
    """What a masked term is where it is not -∞."""
    return t.args[1] if t.op == "select" and t.args[2] is reals.NEG_INF else t
