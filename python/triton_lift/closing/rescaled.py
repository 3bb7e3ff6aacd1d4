"""Rescaled accumulators, as in online softmax.

Let m be another carried value, with next value m', and let x' = x·exp(P(m) − P(m')) + β. Then X = x·exp(P(m)) is a
plain accumulator: X' = x'·exp(P(m')) = X + β·exp(P(m')). So for t ≥ 1
    x_t = exp(−P(m_t)) · (x₀·exp(P(m₀)) + Σ_{u<t} β(u)·exp(P(m_{u+1})))
where the factor exp(P(m')) cancels against the same shift inside β. Likewise for exp2.
Side condition: P(m_t) is finite for t ≥ 1. A running maximum of values below +∞ that is finite once stays finite, so
m₁ is the witness; the result is `provided` it is finite. A step `m' = −∞ ? x : …` has no such condition: while
m_t = −∞, x_t = x₀, and the increments so far are 0, which is checked.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from triton_lift.closing.recurrence import Recurrence
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.binding import canonical_names, fresh_names
from triton_lift.terms.expansion import Expansion, collapse, expand, negative, total
from triton_lift.terms.substitution import substitute
from triton_lift.terms.term import Term, make, reduce_body, subterms, var


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
        if after.op != "rmax" or state not in after.args:
            continue
        if not all(reals.below_infinity(a) for a in after.args if a is not state):
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
        if not before_part or total(exponent, negative(before_part), after_part):
            continue
        shifted = _absorb(rest, collapse(after_part), str(factor.attr))
        if shifted is None:
            continue
        if guarded and not _vanishes(shifted, [a for a in after.args if a is not state]):
            continue
        increment = companions.resolve(fresh_names(shifted))
        if r.free_of_state(increment):
            return _closed(r, companions, state, before_part, increment, str(factor.attr), guarded)
    return None


def _vanishes(increment: Term, values: list[Term]) -> bool:
    """Whether the increment is 0 where all values that the maximum is taken of are −∞."""
    return substitute(increment, dict.fromkeys(values, reals.NEG_INF)) is reals.ZERO


def _closed(
    r: Recurrence,
    companions: Companions,
    state: Term,
    potential: Expansion,
    increment: Term,
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


def _absorb(t: Term, exponent: Term, base: str) -> Term | None:
    """t·base^exponent, where that removes the exponent from an exponential in every summand; else None."""
    if t is reals.ZERO:
        return t
    match t.op:
        case "rfun" if t.attr == base:
            before = expand(t.args[0])
            after = total(before, expand(exponent))
            # Infinite summands cancel nothing: the exponent itself is finite where this is used.
            return reals.apply(base, collapse(after)) if len(after) < len(before) else None
        case "radd":
            parts = [_absorb(a, exponent, base) for a in t.args]
            return None if None in parts else reals.add(*parts)  # type: ignore[arg-type]
        case "rmul":
            for i, a in enumerate(t.args):
                changed = _absorb(a, exponent, base)
                if changed is not None:
                    return reals.mul(*t.args[:i], changed, *t.args[i + 1 :])
            return None
        case "rdiv":
            changed = _absorb(t.args[0], exponent, base)
            return None if changed is None else reals.div(changed, t.args[1])
        case "select":
            parts = [_absorb(a, exponent, base) for a in t.args[1:]]
            return None if None in parts else reals.select(t.args[0], *parts)  # type: ignore[arg-type]
        case "reduce" if t.attr[0] == "add":
            body = _absorb(reduce_body(t), exponent, base)
            return None if body is None else make("reduce", (*t.args[:-1], body), t.attr, "real")
        case _:
            return None
