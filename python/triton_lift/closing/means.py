"""Running means and sums of squared deviations, as Welford's algorithm keeps them.

Let c be a count, c' = c + w, and let m' = (c·m + g)/c' with g free of m. By induction, while no divisor is 0:
    c_t·m_t = c₀·m₀ + Σ_{u<t} g(u), so m_t = (c₀·m₀ + Σ_{u<t} g(u))/c_t where c_t > 0, and m_t = m₀ where c_t = 0.
With w = 1 and c₀ ≥ 0 each divisor is at least 1. Where the kernel divides by max(1, c') instead, c₀ = 0 and w is 0 or
1, g being 0 where w is: then m_t is the same quotient by max(1, c_t), and 0 = m₀ before anything has been counted.

If besides s' = s + c/c'·(e − m)² (= (e − m)·(e − m')) where w = 1 and g = e, and s' = s where w = 0, then
    s_t = s₀ + c₀·(m₀ − m_t)² + Σ_{u<t, w(u)=1} (e(u) − m_t)²:
with V_t = Σ e² − c_t·m_t² the step is V' − V, and c₀·m₀ + Σ e = c_t·m_t. Elements are finite throughout.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from triton_lift.closing.recurrence import Recurrence
from triton_lift.closing.rescaled import Companions
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.binding import canonical_names, fresh_names
from triton_lift.terms.expansion import Expansion, collapse, negative, total
from triton_lift.terms.rationals import (
    cleared,
    defined_but_for,
    denominators,
    integral,
    multiplied,
    rational,
    same,
    times,
    too_large,
)
from triton_lift.terms.substitution import substitute
from triton_lift.terms.term import Term, by_order, make, subterms, var


@dataclass(frozen=True)
class MeanStep:
    """m' = (mask ? (before·m + value)/after : m); `floored`: the divisor is max(1, after)."""

    mask: Term
    before: Term
    value: Term
    after: Term
    floored: bool


@dataclass(frozen=True)
class Count:
    """c_t = `at(t)`, from `start`; it grows by one where `counts` holds."""

    at: Callable[[Term], Term]
    start: Term
    counts: Term


def running_mean(r: Recurrence, companions: Companions) -> Term | None:
    """m_t of a running mean; `r.step` mentions the loop's other states by name."""
    found = _mean(r, companions, canonical_names(r.step), r.state)
    if found is None:
        return None
    step, count = found
    counted = bools.conjunction(step.mask, count.counts)
    value = _under(step.value, counted)
    data = companions.resolve(fresh_names(value))
    if not (r.free_of_state(data) and reals.finite(value) and reals.finite(r.init)):
        return None
    collected = reals.add(reals.mul(r.init, count.start), _sum(r, companions, counted, data))
    now = count.at(r.time)
    if step.floored or (count.start is reals.ZERO and r.init is reals.ZERO):
        return reals.div(collected, reals.maximum(reals.ONE, now))  # 0/1 before anything has been counted
    whole = integral(now)
    nothing = reals.compare("rle", now, reals.ZERO) if whole is None else bools.le(whole, ints.ZERO)
    closed = reals.select(nothing, r.init, reals.div(collected, now))
    if count.start is reals.ZERO:
        return closed
    first = integral(count.start)
    return None if first is None else make("provided", (closed, bools.le(ints.ZERO, first)), None, "real")


def mean_of_iterations(r: Recurrence) -> Term | None:
    """m_t of a running mean whose count is the iteration's number: no other carried value takes part."""

    def none_other(*_: Term) -> Term:
        raise AssertionError("a step without other states asks for one")

    return running_mean(r, Companions(none_other, none_other, lambda t: t, none_other))


def squared_deviations(r: Recurrence, companions: Companions) -> Term | None:
    """s_t of a sum of squared deviations from a running mean."""
    mask, inner = _masked(canonical_names(r.step), r.state, r.marker)
    if too_large(inner):
        return None
    means = {u for u in subterms([inner]) if u.op == "state" and u.sort == "real" and r.marker not in u.free}
    for mean in sorted(means, key=by_order):
        found = _mean(r, companions, canonical_names(companions.next_of(mean)), mean)
        if found is None or found[0].mask is not mask:
            continue
        step, count = found
        counted = bools.conjunction(mask, count.counts)
        value = _under(step.value, counted)
        if not _deviates(r, _under(inner, count.counts), mean, step, count, value):
            continue
        if count.counts is not bools.TRUE and not _stays(r, step, inner, bools.negate(count.counts)):
            continue
        data = companions.resolve(fresh_names(value))
        if not (r.free_of_state(data) and reals.finite(value)):
            continue
        now, first = companions.at(mean, r.time), companions.at(mean, ints.ZERO)
        difference, moved = reals.sub(data, now), reals.sub(first, now)
        squares = _sum(r, companions, counted, reals.mul(difference, difference))
        before = [] if count.start is reals.ZERO else [reals.mul(count.start, moved, moved)]
        return reals.add(r.init, *before, squares)
    return None


def _masked(step: Term, x: Term, marker: Term) -> tuple[Term, Term]:
    """`(mask, inner)` with step = (mask ? inner : x); the mask is known to hold inside."""
    if step.op == "select" and marker not in step.args[0].free:
        c, a, b = step.args
        for kept, changed, mask in ((b, a, c), (a, b, bools.negate(c))):
            if kept is x:
                return mask, _under(changed, mask)
    return bools.TRUE, step


def _under(t: Term, fact: Term) -> Term:
    """`t` where `fact` holds."""
    known = {}
    for part in bools.conjuncts(fact):
        if part.args:
            known[part] = bools.TRUE
            known[bools.negate(part)] = bools.FALSE
    return substitute(t, known)


def _mean_step(step: Term, m: Term) -> MeanStep | None:
    (marker,) = (u for u in m.free if u.op == "state" and u.attr == m.attr)
    mask, inner = _masked(step, m, marker)
    if too_large(inner):
        return None
    parts = rational(inner)
    divisors = denominators(parts)
    if len(divisors) != 1:
        return None
    (divisor,) = divisors
    if not defined_but_for(inner, (divisor,)):
        return None
    before: Expansion = {}
    value: Expansion = {}
    for monomial, c in times(parts, divisor).items():
        rest = list(monomial)
        target = value
        if m in rest:
            rest.remove(m)
            target = before
        if any(marker in a.free or a.op == "rdiv" for a in rest):
            return None
        target[tuple(rest)] = c
    floored = divisor.op == "rmax" and len(divisor.args) == 2 and reals.ONE in divisor.args
    if floored:
        (divisor,) = (a for a in divisor.args if a is not reals.ONE)
    return MeanStep(mask, collapse(before), collapse(value), divisor, floored) if before else None


def _mean(r: Recurrence, companions: Companions, after: Term, m: Term) -> tuple[MeanStep, Count] | None:
    """The step of a running mean, with what it counts."""
    step = _mean_step(after, m)
    count = None if step is None else _count(r, companions, step, m)
    if step is None or count is None:
        return None
    if step.floored:
        # Nothing counted, nothing collected: 0 = 0/max(1, 0).
        unseen = (
            _under(step.value, bools.negate(count.counts)) if count.counts is not bools.TRUE else reals.ZERO
        )
        starts = (count.start, companions.at(m, ints.ZERO) if m is not r.state else r.init)
        if rational(unseen) or any(s is not reals.ZERO for s in starts) or step.mask is not bools.TRUE:
            return None
    elif count.counts is not bools.TRUE:
        return None
    return step, count


def _count(r: Recurrence, companions: Companions, step: MeanStep, m: Term) -> Count | None:
    states = [u for u in subterms([step.before]) if u.op == "state"]
    if not states:
        return _count_of_iterations(r, step)
    if len(states) != 1 or step.before is not _real(states[0]):
        return None
    (state,) = states
    after = canonical_names(companions.next_of(state))
    if any(u.op == "state" and u is not state for u in subterms([after])):
        return None
    if not same(_real(_under(after, step.mask)), step.after):
        return None
    if step.mask is not bools.TRUE and _under(after, bools.negate(step.mask)) is not state:
        return None
    weight = _grown(_real(state), step.after)
    if weight is None:
        return None

    def at(time: Term) -> Term:
        return _real(companions.at(state, time))

    return Count(at, at(ints.ZERO), weight)


def _count_of_iterations(r: Recurrence, step: MeanStep) -> Count | None:
    """The count is the iteration's number and a constant; what is masked comes after all that is not."""
    weight = _grown(step.before, step.after)
    following = substitute(step.before, {r.var: ints.add(r.var, ints.ONE)})
    if weight is not bools.TRUE or not same(following, step.after):
        return None
    if step.mask is bools.TRUE:
        return Count(lambda t: substitute(step.before, {r.var: t}), _first(r, step.before), weight)
    u = var("u")
    earlier = substitute(fresh_names(step.mask), {r.var: u})
    if r.facts is None or not r.facts.extend(
        bools.le(ints.ZERO, u), bools.lt(u, r.var), *bools.conjuncts(step.mask)
    ).proves(earlier):
        return None
    start = _first(r, step.before)

    def at(time: Term) -> Term:
        one = reals.select(earlier, ints.ONE, ints.ZERO)
        seen = make("reduce", (u, ints.ZERO, time, bools.TRUE, one), ("add", 1), "int")
        return reals.add(start, reals.from_int(seen))

    return Count(at, start, weight)


def _first(r: Recurrence, t: Term) -> Term:
    return collapse(rational(substitute(t, {r.var: ints.ZERO})))


def _grown(before: Term, after: Term) -> Term | None:
    """Where the count grows by one; None if it may grow by anything but 0 and 1."""
    difference = total(rational(after), negative(rational(before)))
    if difference == {(): 1}:
        return bools.TRUE
    unless = difference.pop((), 0) == 1
    if len(difference) != 1:
        return None
    ((monomial, c),) = difference.items()
    if len(monomial) != 1 or monomial[0].op != "select" or c != (-1 if unless else 1):
        return None
    condition: Term = monomial[0].args[0]
    return bools.negate(condition) if unless else condition


def _deviates(r: Recurrence, inner: Term, mean: Term, step: MeanStep, count: Count, value: Term) -> bool:
    """Whether the step adds c/c'·(e − m)² where something is counted."""
    before = _under(step.before, count.counts)
    after = _under(step.after, count.counts)
    if step.floored:
        inner = substitute(inner, {reals.maximum(reals.ONE, after): after})  # c ≥ 0 there
    if not defined_but_for(inner, (after,)):
        return False
    difference = reals.sub(value, mean)
    wanted = multiplied(rational(before), rational(reals.mul(difference, difference)))
    wanted = multiplied(wanted, rational(reals.div(reals.ONE, after)))
    return not cleared(total(rational(inner), {(r.state,): reals.MINUS_ONE.attr}, negative(wanted)))


def _stays(r: Recurrence, step: MeanStep, inner: Term, elsewhere: Term) -> bool:
    """Whether nothing is added where nothing is counted."""
    inner, after = _under(inner, elsewhere), _under(step.after, elsewhere)
    if not defined_but_for(inner, (reals.maximum(reals.ONE, after), after)):
        return False
    return not cleared(total(rational(inner), {(r.state,): reals.MINUS_ONE.attr}))


def _sum(r: Recurrence, companions: Companions, guard: Term, body: Term) -> Term:
    u = var("u")
    holds, body = (substitute(t, {r.var: u}) for t in (companions.resolve(fresh_names(guard)), body))
    return make("reduce", (u, ints.ZERO, r.time, holds, body), ("add", 1), "real")


def _real(t: Term) -> Term:
    return reals.from_int(t) if t.sort == "int" else t
