"""Rescaled accumulators, as in online softmax.

Let m be another carried value, with next value m', and let x' = x·exp(P(m) − P(m')) + β. Then X = x·exp(P(m)) is a
plain accumulator: X' = x'·exp(P(m')) = X + β·exp(P(m')). So for t ≥ 1
    x_t = exp(−P(m_t)) · (x₀·exp(P(m₀)) + Σ_{u<t} β(u)·exp(P(m_{u+1})))
where the factor exp(P(m')) cancels against the same shift inside β. Likewise for exp2, and for x' = x·exp(P(m) − P(m')
+ d) + β with d free of states: then X' = X·exp(d) + β·exp(P(m')) is a linear recurrence.
Side condition: P(m_t) is finite for t ≥ 1. A running maximum m' = max(m + d, …), with d finite, of values below +∞
that is finite once stays finite, so
m₁ is the witness; the result is `provided` it is finite. A step that is guarded against m' = −∞ has no such condition:
while m_t = −∞, x_t = x₀ if the step keeps x (`m' = −∞ ? x : …`), and 0 after the first step if it sets a finite x to 0
(`m' = −∞ ? 0 : m'` is what is subtracted), and the increments so far are 0, both of which is checked.
That the values are below +∞ is seen in them; where masked loads leave some of them arbitrary, the result is `provided`
max(0, m_t) is finite.

A loop that goes on where another stopped starts with x₀ = exp(−P(m₀))·S, so that x₀·exp(P(m₀)) is S for a finite m₀;
for m₀ = −∞ it is 0 if x₀ is finite and P(−∞) = −∞.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from triton_lift.closing.idle import Idle, at_minus_infinity, while_nothing
from triton_lift.closing.linear import product_of
from triton_lift.closing.recurrence import Recurrence
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.binding import canonical_names, fresh_names
from triton_lift.terms.expansion import Expansion, collapse, expand, negative, total
from triton_lift.terms.exponentials import absorb
from triton_lift.terms.substitution import rewrite, substitute
from triton_lift.terms.term import Term, by_order, make, subterms, var


@dataclass(frozen=True)
class Companions:
    """What the rule may ask about the other carried values of the loop.

    `next_of` gives the next value of a state leaf, in terms of the loop's states; `at` its closed form at a time;
    `resolve` replaces the states in a term by closed forms; `initially` gives a state's value before the loop, None
    for one of a loop around it. `presuppose` notes what is taken for granted of memory in each iteration u (a
    variable), and what follows from it.
    """

    next_of: Callable[[Term], Term]
    at: Callable[[Term, Term], Term]
    resolve: Callable[[Term], Term]
    initially: Callable[[Term], Term | None]
    presuppose: Callable[[Term, list[Term], list[Term]], None] = lambda u, facts, following: None


@dataclass(frozen=True)
class _Accumulator:
    """x' = x·exp(P(m) − P(m') + d) + β, with β·exp(P(m')) as `increment`."""

    maximum: Term
    values: list[Term]  # what m' is the greatest of, besides m
    potential: Expansion
    increment: Term
    decay: Term
    base: str
    idle: Idle | None  # what the step does while m' = −∞


def rescaled(r: Recurrence, companions: Companions) -> Term | None:
    """x_t of a rescaled accumulator; `r.step` mentions the loop's other states by name."""
    step = canonical_names(r.step)
    others = {u for u in subterms([step]) if u.op == "state" and u is not r.state}
    for state in sorted(others, key=by_order):
        found = _accumulator(r, companions, step, state)
        if found is not None:
            increment = companions.resolve(fresh_names(found.increment))
            if r.free_of_state(increment):
                return _closed(r, companions, replace(found, increment=increment))
    return None


def _accumulator(r: Recurrence, companions: Companions, step: Term, state: Term) -> _Accumulator | None:
    """How `step` rescales by another state."""
    after = canonical_names(companions.next_of(state))
    # A running maximum only: it is finite for good once it is finite.
    values = _others(after, state, companions)
    if values is None:
        return None
    # Where the maximum is −∞, other things are shown; elsewhere guards against that do not fire.
    general = substitute(step, {reals.compare("req", after, reals.NEG_INF): bools.FALSE})
    general = rewrite(general, lambda u: _difference(u, after))
    split = _linear_in_state(r, general)
    if split is None:
        return None
    factor, rest = split
    if factor.op != "rfun" or factor.attr not in ("exp", "exp2"):
        return None
    exponent = expand(factor.args[0])
    before_part = {m: c for m, c in exponent.items() if state in m}
    after_part: Expansion = expand(substitute(collapse(before_part), {state: after}))
    decay = collapse(total(exponent, negative(before_part), after_part))
    if not before_part or not reals.finite(decay) or any(u.op == "state" for u in subterms([decay])):
        return None
    shifted = absorb(rest, collapse(after_part), str(factor.attr))
    if shifted is None:
        return None
    idle = None
    if decay is reals.ZERO and at_minus_infinity(shifted, values) is reals.ZERO:
        idle = while_nothing(step, r.state, state, after, values)
    return _Accumulator(state, values, before_part, shifted, decay, str(factor.attr), idle)


def _difference(t: Term, finite: Term) -> Term | None:
    """`x = y ? 0 : x − y` is x − y where one of them is finite."""
    if t.op != "select" or t.args[0].op != "req" or t.args[1] is not reals.ZERO:
        return None
    x, y = t.args[0].args
    return t.args[2] if finite in (x, y) and t.args[2] in (reals.sub(x, y), reals.sub(y, x)) else None


def _others(after: Term, state: Term, companions: Companions) -> list[Term] | None:
    """What else a running maximum m' = max(m + d, …) is taken of; None if `after` is none of `state`."""
    if after.op != "rmax":
        return None
    others = [a for a in after.args if state not in subterms([a])]
    mine = [a for a in after.args if a not in others]
    if len(mine) != 1 or not all(reals.below_infinity(a) or _partly_arbitrary(a, companions) for a in others):
        return None
    rest = [reals.ZERO] if mine[0] is state else [a for a in mine[0].args if a is not state]
    if mine[0] is not state and (mine[0].op != "radd" or len(rest) != len(mine[0].args) - 1):
        return None
    return others if all(reals.finite(d) for d in rest) else None


def _partly_arbitrary(t: Term, companions: Companions) -> bool:
    """Whether it is left to the place of use to show that `t` is below +∞: for what masked loads leave arbitrary."""
    if not any(u.op == "arbitrary" for u in subterms([t])):
        return False
    resolved = companions.resolve(fresh_names(t))
    return not any(u.op in ("state", "final") for u in subterms([resolved]))


def _closed(r: Recurrence, companions: Companions, a: _Accumulator) -> Term | None:
    def scale_at(time: Term, sign: int) -> Term:
        part = collapse(a.potential if sign > 0 else negative(a.potential))
        return reals.apply(a.base, substitute(part, {a.maximum: companions.at(a.maximum, time)}))

    first = _first(r, companions, a)
    if first is None:
        return None
    u = var("u")
    body = substitute(a.increment, {r.var: u})
    if a.decay is not reals.ZERO:
        each = reals.apply(a.base, a.decay)
        first = reals.mul(first, product_of(each, r.var, ints.ZERO, r.time))
        body = reals.mul(body, product_of(each, r.var, ints.add(u, ints.ONE), r.time))
    sum_so_far = make("reduce", (u, ints.ZERO, r.time, bools.TRUE, body), ("add", 1), "real")
    closed = reals.mul(scale_at(r.time, -1), reals.add(first, sum_so_far))
    greatest = companions.at(a.maximum, r.time)
    if a.idle is None:
        closed = make("provided", (closed, companions.at(a.maximum, ints.ONE)), None, "real")
    else:
        nothing_yet = reals.compare("req", greatest, reals.NEG_INF)
        closed = reals.select(nothing_yet, r.init if a.idle == "keeps" else reals.ZERO, closed)
    start = [] if a.idle is None else [companions.at(a.maximum, ints.ZERO)]
    if not all(map(reals.below_infinity, [*a.values, *start])):
        closed = make("provided", (closed, reals.maximum(reals.ZERO, greatest)), None, "real")
    return reals.select(bools.le(r.time, ints.ZERO), r.init, closed)


def _first(r: Recurrence, companions: Companions, a: _Accumulator) -> Term | None:
    """x₀·exp(P(m₀)), without what cancels of it."""
    start = companions.at(a.maximum, ints.ZERO)
    potential = collapse(a.potential)
    exponent = substitute(potential, {a.maximum: start})
    product = reals.mul(r.init, reals.apply(a.base, exponent))
    if start.op == "inf":
        # exp(c·(−∞)) with c of unknown sign is not known.
        return None if any(u.op == "inf" for u in subterms([product])) else product
    init, start, exponent = (canonical_names(x) for x in (r.init, start, exponent))
    absorbed = absorb(init, exponent, a.base)
    if absorbed is None:
        return product
    nothing_yet = reals.compare("req", start, reals.NEG_INF)
    lowest = reals.apply(a.base, substitute(potential, {a.maximum: reals.NEG_INF}))
    there = reals.mul(substitute(init, {nothing_yet: bools.TRUE}), lowest)
    return fresh_names(reals.select(nothing_yet, there, absorbed))


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
