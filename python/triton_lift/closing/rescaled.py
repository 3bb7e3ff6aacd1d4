"""Rescaled accumulators, as in online softmax.

Let m be another carried value, with next value m', and let x' = x·exp(P(m) − P(m')) + β. Then X = x·exp(P(m)) is a
plain accumulator: X' = x'·exp(P(m')) = X + β·exp(P(m')). So for t ≥ 1
    x_t = exp(−P(m_t)) · (x₀·exp(P(m₀)) + Σ_{u<t} β(u)·exp(P(m_{u+1})))
where the factor exp(P(m')) cancels against the same shift inside β. Likewise for exp2, and for x' = x·exp(P(m) − P(m')
+ d) + β with d free of states: then X' = X·exp(d) + β·exp(P(m')) is a linear recurrence.
Side condition: P(m_t) is finite for t ≥ 1. A running maximum m' = max(m + d, …), with d finite, of values below +∞
that is finite once stays finite, so
m₁ is the witness; the result is `provided` it is finite. A step `m' = −∞ ? x : …` has no such condition: while
m_t = −∞, x_t = x₀, and the increments so far are 0, which is checked.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from triton_lift.closing.linear import product_of
from triton_lift.closing.recurrence import Recurrence
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.binding import canonical_names, fresh_names
from triton_lift.terms.expansion import Expansion, collapse, expand, negative, total
from triton_lift.terms.exponentials import absorb
from triton_lift.terms.substitution import substitute
from triton_lift.terms.term import Term, make, subterms, var


@dataclass(frozen=True)
class Companions:
    """What the rule may ask about the other carried values of the loop.

    `next_of` gives the next value of a state leaf, in terms of the loop's states; `at` its closed form at a time;
    `resolve` replaces the states in a term by closed forms; `initially` gives a state's value before the loop, None
    for one of a loop around it.
    """

    next_of: Callable[[Term], Term]
    at: Callable[[Term, Term], Term]
    resolve: Callable[[Term], Term]
    initially: Callable[[Term], Term | None]


def rescaled(r: Recurrence, companions: Companions) -> Term | None:
    """x_t of a rescaled accumulator; `r.step` mentions the loop's other states by name."""
    step = canonical_names(r.step)
    others = {u for u in subterms([step]) if u.op == "state" and u is not r.state}
    for state in sorted(others, key=lambda u: u.serial):
        after = canonical_names(companions.next_of(state))
        # A running maximum only: it is finite for good once it is finite.
        others_of = _others(after, state)
        if others_of is None:
            continue
        guard = reals.compare("req", after, reals.NEG_INF)
        # `m' = −∞ ? x : …` keeps x until there is something to rescale by. Without it, the result is provided that
        # the maximum is finite; either way guards against −∞ do not fire where the step is used.
        guarded = step.op == "select" and step.args[0] is guard and step.args[1] is r.state
        split = _linear_in_state(r, substitute(step.args[2] if guarded else step, {guard: bools.FALSE}))
        if split is None:
            continue
        factor, rest = split
        if factor.op != "rfun" or factor.attr not in ("exp", "exp2"):
            continue
        exponent = expand(factor.args[0])
        before_part = {m: c for m, c in exponent.items() if state in m}
        after_part: Expansion = expand(substitute(collapse(before_part), {state: after}))
        decay = collapse(total(exponent, negative(before_part), after_part))
        if not before_part or not reals.finite(decay) or any(u.op == "state" for u in subterms([decay])):
            continue
        shifted = absorb(rest, collapse(after_part), str(factor.attr))
        if shifted is None:
            continue
        if guarded and (not _vanishes(shifted, others_of) or decay is not reals.ZERO):
            continue
        increment = companions.resolve(fresh_names(shifted))
        if r.free_of_state(increment):
            return _closed(r, companions, state, before_part, increment, decay, str(factor.attr), guarded)
    return None


def _others(after: Term, state: Term) -> list[Term] | None:
    """What else a running maximum m' = max(m + d, …) is taken of; None if `after` is none of `state`."""
    if after.op != "rmax":
        return None
    others = [a for a in after.args if state not in subterms([a])]
    mine = [a for a in after.args if a not in others]
    if len(mine) != 1 or not all(reals.below_infinity(a) for a in others):
        return None
    rest = [reals.ZERO] if mine[0] is state else [a for a in mine[0].args if a is not state]
    if mine[0] is not state and (mine[0].op != "radd" or len(rest) != len(mine[0].args) - 1):
        return None
    return others if all(reals.finite(d) for d in rest) else None


def _vanishes(increment: Term, values: list[Term]) -> bool:
    """Whether the increment is 0 where all values that the maximum is taken of are −∞."""
    return substitute(increment, dict.fromkeys(values, reals.NEG_INF)) is reals.ZERO


def _closed(
    r: Recurrence,
    companions: Companions,
    state: Term,
    potential: Expansion,
    increment: Term,
    decay: Term,
    base: str,
    guarded: bool,
) -> Term | None:
    def scale_at(time: Term, sign: int) -> Term:
        part = collapse(potential if sign > 0 else negative(potential))
        return reals.apply(base, substitute(part, {state: companions.at(state, time)}))

    first = reals.mul(r.init, scale_at(ints.ZERO, 1))
    if any(u.op == "inf" for u in subterms([first])):
        return None  # exp(c·(−∞)) with c of unknown sign
    u = var("u")
    body = substitute(increment, {r.var: u})
    if decay is not reals.ZERO:
        each = reals.apply(base, decay)
        first = reals.mul(first, product_of(each, r.var, ints.ZERO, r.time))
        body = reals.mul(body, product_of(each, r.var, ints.add(u, ints.ONE), r.time))
    sum_so_far = make("reduce", (u, ints.ZERO, r.time, bools.TRUE, body), ("add", 1), "real")
    value = reals.mul(scale_at(r.time, -1), reals.add(first, sum_so_far))
    if guarded:
        nothing_yet = reals.compare("req", companions.at(state, r.time), reals.NEG_INF)
        closed = reals.select(nothing_yet, r.init, value)
    else:
        closed = make("provided", (value, companions.at(state, ints.ONE)), None, "real")
    return reals.select(bools.le(r.time, ints.ZERO), r.init, closed)


def _linear_in_state(r: Recurrence, step: Term) -> tuple[Term, Term] | None:
    """`(α, β)` with step = x·α + β and neither mentioning x."""
    parts = step.args if step.op == "radd" else (step,)
    mine = [p for p in parts if not r.free_of_state(p)]
    if len(mine) != 1 or mine[0].op != "rmul" or r.state not in mine[0].args:
        return None
    factors = list(mine[0].args)
    factors.remove(r.state)
    factor = reals.mul(*factors)
    return (factor, reals.add(*(p for p in parts if p is not mine[0]))) if r.free_of_state(factor) else None
