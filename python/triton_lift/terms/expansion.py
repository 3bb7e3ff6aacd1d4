"""Real terms multiplied out: the normal form in which two exponents are compared.

Valid over finite values: a·(b + c) = a·b + a·c fails only where something is infinite.
"""

from __future__ import annotations

from fractions import Fraction

from triton_lift.terms import reals
from triton_lift.terms.term import Term, by_order

Expansion = dict[tuple[Term, ...], Fraction]


def expand(t: Term) -> Expansion:
    """`t` as a map from monomials (sorted tuples of atoms) to coefficients."""
    value = reals.value_of(t)
    if value is not None:
        return {(): value} if value else {}
    if t.op == "radd":
        return total(*(expand(a) for a in t.args))
    if t.op == "rmul":
        result: Expansion = {(): Fraction(1)}
        for a in t.args:
            result = product(result, expand(a))
        return result
    return {(t,): Fraction(1)}


def total(*parts: Expansion) -> Expansion:
    """The sum."""
    result: Expansion = {}
    for p in parts:
        for m, c in p.items():
            result[m] = result.get(m, Fraction(0)) + c
    return {m: c for m, c in result.items() if c}


def negative(p: Expansion) -> Expansion:
    """The negative."""
    return {m: -c for m, c in p.items()}


def collapse(p: Expansion) -> Term:
    """The term of an expansion."""
    return reals.add(*(reals.mul(reals.const(c), *m) for m, c in p.items())) if p else reals.ZERO


def product(p: Expansion, q: Expansion) -> Expansion:
    """The product."""
    result: Expansion = {}
    for m1, c1 in p.items():
        for m2, c2 in q.items():
            m = tuple(sorted(m1 + m2, key=by_order))
            result[m] = result.get(m, Fraction(0)) + c1 * c2
    return {m: c for m, c in result.items() if c}
