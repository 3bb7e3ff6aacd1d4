"""Means and squared deviations combined pairwise (Chan's formulas), as the combine of a reduction.

With W = w_a + w_b, let W·m = w_a·m_a + w_b·m_b and s = s_a + s_b + (m_b − m_a)²·w_a·w_b/W. Then for every tree
    w = Σ w_k,   m = Σ w_k·m_k / w,   s = Σ (s_k + w_k·(m_k − m)²),
by induction on the tree: both identities are rational, W ≠ 0. Weights are ≥ 0, so W = 0 only where both are 0; there
the combine gives s_a + s_b, and either 0 (it divides by max(1, W); weights are then 0 or at least 1) or m_a, one of the
means that weigh nothing: these have to be 0.
"""

from __future__ import annotations

from itertools import permutations

from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.binding import canonical_names, fresh_names
from triton_lift.terms.expansion import negative, total
from triton_lift.terms.rationals import cleared, defined_but_for, integral, multiplied, rational, same
from triton_lift.terms.substitution import substitute
from triton_lift.terms.term import Term, make, subterms

Pair = tuple[Term, Term]


def guard_of(combine: tuple[Term, ...], weight: Term) -> str | None:
    """How division by the weight's sum is guarded: `max`, `select`, or not (``); None if in several ways."""
    guards = set()
    for u in subterms(combine):
        if u.op == "rmax" and set(u.args) == {reals.ONE, weight}:
            guards.add("max")
        if u.op == "req" and set(u.args) == {weight, reals.ZERO}:
            guards.add("select")
    return guards.pop() if len(guards) == 1 else None if guards else ""


def moments(elements: list[Pair], combine: tuple[Term, ...]) -> tuple[int, int, int, str, bool] | None:
    """Positions of mean, squared deviations and weight, the guard, and whether the mean of nothing is the first."""
    if len(combine) != 3 or any(c.sort != "real" for c in combine):
        return None
    for mean, squares, weight in permutations(range(3)):
        (ma, mb), (sa, sb), (wa, wb) = elements[mean], elements[squares], elements[weight]
        w = combine[weight]
        if not same(w, reals.add(wa, wb)):
            continue
        guard = guard_of(combine, w)
        if guard is None or not all(defined_but_for(c, (reals.maximum(reals.ONE, w), w)) for c in combine):
            continue
        usual = {reals.maximum(reals.ONE, w): w, reals.compare("req", w, reals.ZERO): bools.FALSE}
        m, s = (substitute(combine[i], usual) for i in (mean, squares))
        if not same(reals.mul(m, w), reals.add(reals.mul(wa, ma), reals.mul(wb, mb))):
            continue
        spread = reals.mul(reals.sub(mb, ma), reals.sub(mb, ma), wa, wb)
        wanted = total(
            rational(sa), rational(sb), multiplied(rational(spread), rational(reals.div(reals.ONE, w)))
        )
        if cleared(total(rational(s), negative(wanted))):
            continue
        if not guard:
            return mean, squares, weight, guard, False
        nothing = {reals.maximum(reals.ONE, w): reals.ONE, reals.compare("req", w, reals.ZERO): bools.TRUE}
        m0, s0 = (
            substitute(substitute(combine[i], nothing), {wa: reals.ZERO, wb: reals.ZERO})
            for i in (mean, squares)
        )
        first = same(m0, ma)
        if (first or not rational(m0)) and same(s0, reals.add(sa, sb)):
            return mean, squares, weight, guard, first
    return None


def read(
    found: tuple[int, int, int, str, bool],
    pos: int,
    triple: tuple[Term, Term, Term],
    guard: Term,
    bodies: tuple[Term, ...],
) -> Term | None:
    """Result `pos` over the elements `bodies`; None where one may be infinite, or a weight negative."""
    mean, squares, weight, division, first = found
    if any(reals.may_be_infinite(b, sign) for b in bodies for sign in (1, -1)):
        return None
    m, s, w = bodies[mean], bodies[squares], bodies[weight]

    def sum_of(body: Term) -> Term:
        return make("reduce", (*triple, guard, body), ("add", 1), "real")

    if pos == weight:
        return sum_of(w)
    all_weights = sum_of(w)
    collected = sum_of(reals.mul(w, m))
    if division == "max":
        centre = reals.div(collected, reals.maximum(reals.ONE, all_weights))
    else:
        centre = reals.div(collected, all_weights)
        if division == "select":
            if first and not _none_of_nothing(m, w):
                return None
            # Nothing collected: 0, which is 0/1 where weights are integers.
            whole = integral(all_weights) is not None
            nothing = reals.compare("rle", all_weights, reals.ZERO)
            floored = reals.div(collected, reals.maximum(reals.ONE, all_weights))
            centre = floored if whole else reals.select(nothing, reals.ZERO, centre)
    if pos == mean:
        value = centre
    else:
        difference = reals.sub(m, fresh_names(centre))
        value = sum_of(reals.add(s, _times(w, reals.mul(difference, difference), division)))
    if w.op == "select" and w.args[2] is reals.ZERO and division:
        guard, w = bools.conjunction(guard, w.args[0]), w.args[1]  # nothing weighs 0
    condition = _weighs(w, division)
    if condition is bools.TRUE:
        return value
    if condition is None:
        return None
    holds = make("reduce", (*triple, guard, condition), ("and", 1), "bool")
    return make("provided", (value, holds), None, "real")


def _none_of_nothing(m: Term, w: Term) -> bool:
    """Whether the mean is 0 wherever the weight is."""
    if m is reals.ZERO or reals.positive(w):
        return True
    if m.op == "select" and m.args[2] is reals.ZERO and _weighs_where(w, set(bools.conjuncts(m.args[0]))):
        return True
    if m.op == "select" and w.op == "select" and m.args[0] is w.args[0]:
        return all(a is reals.ZERO for a, b in zip(m.args[1:], w.args[1:], strict=True) if b is reals.ZERO)
    if m.op != "rdiv" or m.args[1] is not reals.maximum(reals.ONE, w):
        return False
    counts, collected = _summed(w), _summed(m.args[0])
    if counts is None or collected is None or counts.args[-1] is not reals.ONE:
        return False
    counted = make("reduce", (*collected.args[:-1], reals.ONE), w.attr, "real")
    return canonical_names(counted) is canonical_names(counts)


def _weighs_where(w: Term, known: set[Term]) -> bool:
    """Whether what is known says that a weight is not 0."""
    if w.op == "select" and w.args[2] is reals.ZERO and set(bools.conjuncts(w.args[0])) <= known:
        return _weighs_where(w.args[1], known) or reals.compare("rlt", reals.ZERO, w) in known
    return reals.positive(w) or reals.compare("rlt", reals.ZERO, w) in known


def _summed(t: Term) -> Term | None:
    """A sum, with what masks its elements as its guard."""
    if t.op != "reduce" or t.attr != ("add", 1):
        return None
    *box, guard, body = t.args
    if body.op == "select" and body.args[2] is reals.ZERO:
        guard, body = bools.conjunction(guard, body.args[0]), body.args[1]
    return make("reduce", (*box, guard, body), t.attr, "real")


def _times(w: Term, t: Term, division: str) -> Term:
    """w·t; a guarded mean is finite, so that a weight of 0 or 1 says whether t takes part."""
    if division and w.op == "select" and set(w.args[1:]) == {reals.ZERO, reals.ONE}:
        c, a, _ = w.args
        return reals.select(c, t, reals.ZERO) if a is reals.ONE else reals.select(c, reals.ZERO, t)
    return reals.mul(w, t)


def _weighs(w: Term, division: str) -> Term | None:
    """That a weight is one that the theorem is about; None where that cannot be said."""
    whole = integral(w)
    if not division:
        if whole is not None:
            return bools.lt(ints.ZERO, whole)
        return bools.TRUE if reals.positive(w) else None
    if reals.nonnegative(w) and (division == "select" or whole is not None):
        return bools.TRUE
    return None if whole is None else bools.le(ints.ZERO, whole)
