"""The judge: whether proposed closed forms solve a system, by induction on the number of iterations.

Theorem: if Fᵢ(0) = xᵢ(0) for all i, and Fᵢ(t + 1) = stepᵢ with every xⱼ replaced by Fⱼ(t) whenever 0 ≤ t < trips, then
xᵢ(t) = Fᵢ(t) for all 0 ≤ t ≤ trips. Both are shown with `Equality`, once the last element of each reduction up to t + 1
has been taken out:
    ⊕_{l≤u<t+1} e(u) = ⊕_{l≤u<t} e(u) ⊕ e(t) where l ≤ t.
Integer division is by numbers other than 0, as the loop itself divides by them.
"""

from __future__ import annotations

from collections.abc import Sequence

from triton_lift.proving import Context
from triton_lift.simplification.reductions import unit
from triton_lift.synthesis.equality import Equality
from triton_lift.synthesis.factoring import outward, reduce
from triton_lift.synthesis.system import System
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.substitution import rebuild, substitute
from triton_lift.terms.term import Term, ranges, reduce_body, reduce_guard, subterms

COMBINE = {
    ("add", "real"): reals.add,
    ("mul", "real"): reals.mul,
    ("max", "real"): reals.maximum,
    ("min", "real"): reals.minimum,
    ("add", "int"): ints.add,
    ("mul", "int"): ints.mul,
    ("max", "int"): ints.maximum,
    ("min", "int"): ints.minimum,
    ("and", "bool"): bools.conjunction,
    ("or", "bool"): bools.disjunction,
}


def solves(system: System, forms: Sequence[Term], base: Context) -> bool:
    """Whether xᵢ(time) = forms[i] for all 0 ≤ time ≤ trips, under the facts of `base`. False: no proof was found."""
    t = system.time
    equality = Equality()
    start = base.extend(bools.le(ints.ZERO, system.trips))
    for form, init in zip(forms, system.inits, strict=True):
        first = unrolled(substitute(form, {t: ints.ZERO}), ints.ZERO, start)
        if not equality.holds(first, init, start):
            return False
    inside = base.extend(bools.le(ints.ZERO, t), bools.lt(t, system.trips))
    values = dict(zip(system.states, forms, strict=True))
    after = ints.add(t, ints.ONE)
    for form, step in zip(forms, system.steps, strict=True):
        stepped = substitute(substitute(step, {system.var: t}), values)
        grown = unrolled(_latest_chosen(substitute(form, {t: after}), after), after, inside)
        if not equality.holds(grown, unrolled(stepped, after, inside), inside):
            return False
    return True


def _latest_chosen(t: Term, end: Term) -> Term:
    """`t` by cases of whether a condition holds in the last iteration, for each latest iteration in which one does.

    The greatest −1 ≤ u < t + 1 with c(u), or −1: it is t if c(t), else the greatest −1 ≤ u < t; for t ≥ 0.
    """
    for u in subterms([t]):
        if u.op != "reduce" or u.attr != ("max", 1) or u.sort != "int" or reduce_guard(u) is not bools.TRUE:
            continue
        ((v, low, high),) = ranges(u)
        body = reduce_body(u)
        if high is not end or ints.value_of(low) != -1 or body.op != "select" or body.args[1:] != (low, v):
            continue
        last = ints.sub(end, ints.ONE)
        holds = bools.negate(substitute(body.args[0], {v: last}))
        before = reduce(u, v, low, last, bools.TRUE, body)
        t = reals.select(holds, substitute(t, {u: last}), substitute(t, {u: before}))
    return t


def unrolled(t: Term, end: Term, context: Context) -> Term:
    """`t` with the last element of each reduction up to `end` taken out; an empty reduction is its unit."""
    memo: dict[tuple[Term, frozenset[Term]], Term] = {}

    def visit(u: Term, context: Context) -> Term:
        if not u.args:
            return u
        key = (u, context.key)
        found = memo.get(key)
        if found is None:
            found = memo[key] = compute(u, context)
        return found

    def compute(u: Term, context: Context) -> Term:
        if u.op != "reduce" or u.attr[1] != 1:
            return rebuild(u, tuple(visit(a, context) for a in u.args))
        ((v, low, high),) = ranges(u)
        guard, body = reduce_guard(u), reduce_body(u)
        neutral = unit(u.attr[0], u.sort)
        combine = COMBINE.get((u.attr[0], u.sort))
        if low is high and neutral is not None:
            return neutral
        last = ints.sub(high, ints.ONE)
        takes_out = high is end and combine is not None and (neutral is not None or guard is bools.TRUE)
        # An integer maximum of nothing has no value.
        rest = bools.le(low, last) if neutral is not None or low is last else bools.lt(low, last)
        if takes_out and context.proves(rest):
            at_last = {v: last}
            one = visit(substitute(body, at_last), context)
            if guard is not bools.TRUE:
                one = reals.select(visit(substitute(guard, at_last), context), one, neutral)  # type: ignore[arg-type]
            if low is last:
                return one
            assert combine is not None
            within = context.extend(bools.le(low, v), bools.lt(v, last))
            return combine(outward(reduce(u, v, low, last, visit(guard, within), visit(body, within))), one)
        within = context.extend(bools.le(low, v), bools.lt(v, high))
        return outward(reduce(u, v, low, high, visit(guard, within), visit(body, within)))

    return visit(t, context)
