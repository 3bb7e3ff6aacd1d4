"""Sums in which something may be infinite: ±∞ + e = ±∞ for finite e, and e − e = 0 for finite e."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from triton_lift.terms import reals
from triton_lift.terms.term import Term

if TYPE_CHECKING:
    from triton_lift.proving import Context
    from triton_lift.simplification.contextual import Simplifier


def absorb(s: Simplifier, t: Term, context: Context) -> Term:
    """A sum with one infinite summand, the others being finite here; or one in which finite terms cancel."""
    if t.op != "radd":
        return t
    infinite = [a for a in t.args if a.op == "inf"]
    if len(infinite) == 1 and all(a is infinite[0] or s.finite(a, context) for a in t.args):
        return infinite[0]
    coefficients: dict[Term, list[Fraction]] = {}
    for c, base in map(reals.coefficient, t.args):
        coefficients.setdefault(base, []).append(c)
    repeated = [base for base, cs in coefficients.items() if len(cs) > 1 and s.finite(base, context)]
    if not repeated:
        return t
    for base in repeated:
        coefficients[base] = [sum(coefficients[base], Fraction(0))]
    parts = [reals.mul(reals.const(c), base) for base, cs in coefficients.items() for c in cs if c]
    return reals.add(*parts)
