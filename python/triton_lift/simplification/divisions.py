"""Divisions, remainders and wrap-around under a context."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms.substitution import rebuild
from triton_lift.terms.term import Term, subterms

if TYPE_CHECKING:
    from triton_lift.proving import Context
    from triton_lift.simplification.contextual import Simplifier


def _operands(s: Simplifier, t: Term, context: Context) -> tuple[Term, Term]:
    return s.simplify(t.args[0], context), s.simplify(t.args[1], context)


def _within(x: Term, d: Term) -> Term:
    return bools.conjunction(bools.le(ints.ZERO, x), bools.lt(x, d))


def holds(context: Context, goal: Term) -> bool:
    """Proves `goal`, or asks for `parameter ≥ 1` as a precondition if that is what is missing."""
    if context.proves(goal):
        return True
    from triton_lift.simplification.contextual import PreconditionRequest

    params = [u for u in subterms([goal]) if u.op == "param" and u.sort == "int"]
    missing = [bools.le(ints.ONE, p) for p in params]
    missing = [f for f in missing if not context.proves(f)]
    if missing and context.extend(*missing).proves(goal):
        for i in range(len(missing)):
            rest = missing[:i] + missing[i + 1 :]
            if context.extend(*rest).proves(goal):
                continue
            raise PreconditionRequest(missing[i])
        raise PreconditionRequest(missing[0])
    return False


def floor_division(s: Simplifier, t: Term, context: Context) -> Term:
    """⌊(D·q + r)/D⌋ = q for 0 ≤ r < D."""
    x, d = _operands(s, t, context)
    if not context.positive(d):
        return ints.fdiv(x, d)
    quotient, rest = ints.divide_exactly(x, d)
    if context.proves(_within(rest, d)):
        return quotient
    parts = _of_extremum(x, d, context)
    return ints.add(quotient, _cancel_factor(rest, d, context)) if parts is None else parts


def _of_extremum(x: Term, d: Term, context: Context) -> Term | None:
    """⌊(min(a, b) + r)/D⌋ = min(⌊(a + r)/D⌋, ⌊(b + r)/D⌋), where neither is left; likewise for max,
    and ⌊(r − min(a, b))/D⌋ = −min(−⌊(r − a)/D⌋, −⌊(r − b)/D⌋)."""
    for least in ints.atoms(x):
        split = ints.coefficient(x, least) if least.op in ("imin", "imax") else None
        sign = None if split is None else ints.value_of(split[0])
        if split is None or sign not in (1, -1):
            continue
        whole = [ints.divide_exactly(ints.add(ints.scale(a, sign), split[1]), d) for a in least.args]
        if all(context.proves(_within(rest, d)) for _, rest in whole):
            extremum = ints.minimum if least.op == "imin" else ints.maximum
            return ints.scale(extremum(*(ints.scale(q, sign) for q, _ in whole)), sign)
    return None


def _cancel_factor(x: Term, d: Term, context: Context) -> Term:
    """⌊(e·a + b)/(e·f)⌋ = ⌊a/f⌋ for 0 ≤ b < e and f > 0."""
    factors = d.args if d.op == "prod" else ()
    for e in factors:
        a, b = ints.divide_exactly(x, e)
        f, zero = ints.divide_exactly(d, e)
        positive = bools.conjunction(bools.lt(ints.ZERO, e), bools.lt(ints.ZERO, f))
        if (
            zero is ints.ZERO
            and a is not ints.ZERO
            and context.proves(bools.conjunction(positive, _within(b, e)))
        ):
            return ints.fdiv(a, f)
    return ints.fdiv(x, d)


def floor_remainder(s: Simplifier, t: Term, context: Context) -> Term:
    """(D·q + r) mod D = r for 0 ≤ r < D."""
    x, d = _operands(s, t, context)
    if not context.positive(d):
        return ints.fmod(x, d)
    _, rest = ints.divide_exactly(x, d)
    if context.proves(_within(rest, d)):
        return rest
    return ints.fmod(rest, d)


def truncating_division(s: Simplifier, t: Term, context: Context) -> Term:
    """Truncation is the floor for a dividend ≥ 0 and a divisor > 0."""
    x, d = _operands(s, t, context)
    result = ints.tdiv(x, d)
    if result.op != "tdiv" or not _floors(x, d, context):
        return result
    return (
        floor_division(s, ints.fdiv(x, d), context)
        if ints.fdiv(x, d).op == "fdiv"
        else s.simplify(ints.fdiv(x, d), context)
    )


def truncating_remainder(s: Simplifier, t: Term, context: Context) -> Term:
    """The same for the remainder."""
    x, d = _operands(s, t, context)
    result = ints.trem(x, d)
    if result.op != "trem" or not _floors(x, d, context):
        return result
    return (
        floor_remainder(s, ints.fmod(x, d), context)
        if ints.fmod(x, d).op == "fmod"
        else s.simplify(ints.fmod(x, d), context)
    )


def _floors(x: Term, d: Term, context: Context) -> bool:
    positive = context.positive(d) or holds(context, bools.lt(ints.ZERO, d))
    return positive and holds(context, bools.le(ints.ZERO, x))


def wrapped(s: Simplifier, t: Term, context: Context) -> Term:
    """A value that fits is not changed by wrapping."""
    x = s.simplify(t.args[0], context)
    result = rebuild(t, (x,))
    if result.op != "wrap":
        return result
    half = 1 << (t.attr - 1)
    fits = bools.conjunction(bools.le(ints.const(-half), x), bools.le(x, ints.const(half - 1)))
    return x if context.proves(fits) else result


def disjoint_bits(s: Simplifier, t: Term, context: Context) -> Term:
    """2ᵏ·q | r = 2ᵏ·q ⊕ r = 2ᵏ·q + r for 0 ≤ r < 2ᵏ."""
    a, b = (s.simplify(x, context) for x in t.args)
    result = rebuild(t, (a, b))
    for high, low in ((a, b), (b, a)):
        coefficients = [abs(c) for c in ints.polynomial(high).values()]
        if not coefficients:
            return low
        power = min(c & -c for c in coefficients)
        if power > 1 and context.proves(_within(low, ints.const(power))):
            return ints.add(high, low)
    return result


def comparison(s: Simplifier, t: Term, context: Context) -> Term:
    """Comparisons with a symbolic divisor D > 0.

    D·c·e + r ≤ −1 with 0 ≤ r < D·c is e ≤ −1; e ≤ ⌊x/D⌋ is D·e ≤ x, and ⌊x/D⌋ ≤ e is x < D·(e+1).
    """
    if t.op != "le0":
        return t
    p = ints.polynomial(t.args[0])
    for m, c in p.items():
        if len(m) == 1 and m[0].op == "fdiv" and abs(c) == 1 and context.positive(m[0].args[1]):
            rest = ints.from_polynomial({k: v for k, v in p.items() if k != m})
            return s.simplify(bools.le0(bools.multiplied_out(rest, c, m[0])), context)
    for d in dict.fromkeys(a for m in p if len(m) > 1 for a in m):
        quotient, rest = ints.divide_exactly(ints.sub(t.args[0], ints.ONE), d)
        if quotient is ints.ZERO or not context.proves(bools.lt(ints.ZERO, d)):
            continue
        # D·(c·e) is (c·D)·e, which leaves the rest more room.
        common = math.gcd(*ints.polynomial(quotient).values())
        if context.proves(_within(rest, ints.scale(d, common))):
            return s.simplify(
                bools.lt(ints.divide_exactly(quotient, ints.const(common))[0], ints.ZERO), context
            )
    return t
