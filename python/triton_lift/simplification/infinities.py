"""Sums and products in which something may be infinite: ±∞ + e = ±∞ for finite e, e − e = 0 for finite e, and
∞·e = ±∞ by the sign of e, if that is finite."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.term import Term, subterms

if TYPE_CHECKING:
    from triton_lift.proving import Context
    from triton_lift.simplification.contextual import Simplifier


def absorb(s: Simplifier, t: Term, context: Context) -> Term:
    """A sum with one infinite summand, the others being finite here; or one in which finite terms cancel; or a product
    with one infinite factor, the signs of the others being known here."""
    if t.op == "rmul":
        i = next((i for i, a in enumerate(t.args) if a.op == "inf"), None)
        found = None if i is None else product(s, t.args[i], [*t.args[:i], *t.args[i + 1 :]], context)
        return t if found is None else found
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


def product(s: Simplifier, infinity: Term, factors: list[Term], context: Context) -> Term | None:
    """±∞ times the factors; None if one of them is not known to be finite and of one sign.

    What scales the elements of a row scales what is put in the place of missing ones, too: that an argument which does
    is positive is requested as a precondition.
    """
    negative = False
    missing = None
    for f in factors:
        value = reals.value_of(f)
        if value == 0 or not s.finite(f, context):
            return None
        negative ^= value is not None and value < 0
        if value is None and not _positive(s, f, context):
            if f.free or any(u.op in ("pid", "nprogs", "arbitrary") for u in subterms([f])):
                return None
            missing = missing or f
    if missing is not None:
        from triton_lift.simplification.contextual import PreconditionRequest

        integer = missing.op == "toreal"
        raise PreconditionRequest(
            bools.lt(ints.ZERO, missing.args[0]) if integer else reals.compare("rlt", reals.ZERO, missing)
        )
    return reals.mul(reals.MINUS_ONE, infinity) if negative else infinity


def _positive(s: Simplifier, t: Term, context: Context) -> bool:
    return reals.positive(t, s.nonempty(context)) or reals.compare("rlt", reals.ZERO, t) in context.facts
