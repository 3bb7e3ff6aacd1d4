"""Rational normal form: a term as Σ c·∏atoms, where an atom may be the inverse 1/d of another term, or an indicator.

Valid over finite values with no d equal to 0. What is compared here is identities of rational functions: `cleared`
multiplies by the denominators, so two terms are equal where their cleared difference is empty.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.expansion import Expansion, negative, product, total
from triton_lift.terms.substitution import substitute
from triton_lift.terms.term import Term, make, subterms


def too_large(t: Term) -> bool:
    """Whether multiplying `t` out might take very long: no step of a mean or of a compensated sum is that large."""
    return len(subterms([t])) > 150


def rational(t: Term) -> Expansion:
    """`t` multiplied out; quotients become factors 1/d, integers read as reals become sums."""
    value = reals.value_of(t)
    if value is not None:
        return {(): value} if value else {}
    match t.op:
        case "radd":
            return total(*(rational(a) for a in t.args))
        case "rmul":
            result: Expansion = {(): Fraction(1)}
            for a in t.args:
                result = multiplied(result, rational(a))
            return result
        case "rdiv":
            return multiplied(rational(t.args[0]), _inverse(t.args[1]))
        case "select":
            c, a, b = t.args
            if (a, b) == (reals.ONE, reals.ZERO):
                return {(t,): Fraction(1)}
            chosen = rational(reals.select(c, reals.ONE, reals.ZERO))
            first, second = rational(a), rational(b)
            return total(second, multiplied(chosen, total(first, negative(second))))
        case "toreal":
            return _integer(t)
        case _:
            return {(t,): Fraction(1)}


def multiplied(p: Expansion, q: Expansion) -> Expansion:
    """p·q, where an indicator `c ? 1 : 0` is its own square."""
    result: Expansion = {}
    for m, c in product(p, q).items():
        once = tuple(a for i, a in enumerate(m) if not (i and a is m[i - 1] and _indicator(a)))
        result = total(result, {once: c})
    return result


def _indicator(t: Term) -> bool:
    return t.op == "select" and t.args[1:] == (reals.ONE, reals.ZERO)


def _integer(t: Term) -> Expansion:
    result: Expansion = {}
    for monomial, c in ints.polynomial(t.args[0]).items():
        factors: Expansion = {(): Fraction(c)}
        for atom in monomial:
            if atom.op == "select":
                real = rational(reals.select(atom.args[0], *map(reals.from_int, atom.args[1:])))
            else:
                real = {(reals.from_int(atom),): Fraction(1)}
            factors = multiplied(factors, real)
        result = total(result, factors)
    return result


def _inverse(d: Term) -> Expansion:
    """1/d, a constant factor apart."""
    c, base = reals.coefficient(d)
    return {(reals.div(reals.ONE, base),): 1 / c} if c else {(reals.div(reals.ONE, d),): Fraction(1)}


def denominators(p: Expansion) -> list[Term]:
    """The d of the factors 1/d, in order of appearance."""
    return list(dict.fromkeys(a.args[1] for m in p for a in m if is_inverse(a)))


def is_inverse(t: Term) -> bool:
    """Whether an atom is 1/d."""
    return t.op == "rdiv" and t.args[0] is reals.ONE


def times(p: Expansion, d: Term) -> Expansion:
    """p·d, where a factor 1/d cancels."""
    inverse = reals.div(reals.ONE, d)
    result: Expansion = {}
    for m, c in p.items():
        if inverse in m:
            rest = list(m)
            rest.remove(inverse)
            result = total(result, {tuple(rest): c})
        else:
            result = total(result, multiplied({m: c}, rational(d)))
    return result


def cleared(p: Expansion) -> Expansion:
    """p times powers of its denominators, so that none is left."""
    while True:
        found = denominators(p)
        if not found:
            return p
        p = times(p, found[0])


def same(a: Term, b: Term) -> bool:
    """Whether two terms are the same rational function: equal where both are defined."""
    if any(u.op == "inf" for u in subterms([a, b])):
        return a is b
    return not cleared(total(rational(a), negative(rational(b))))


def defined_but_for(t: Term, divisors: Iterable[Term] = ()) -> bool:
    """Whether `t` has a value wherever these divisors are not 0, for finite values of states and elements.

    Normal forms forget what cancels: where a term is said to be another one, it must not be the less defined one.
    """
    numbers: dict[Term, Term] = dict.fromkeys(divisors, reals.const(7))
    t = substitute(t, numbers)
    for i, u in enumerate(subterms([t])):
        if u.op in ("state", "elem"):
            numbers[u] = make("param", (), (-1 - i, "finite"), u.sort)
    return reals.finite(substitute(t, numbers))


def integral(t: Term) -> Term | None:
    """The integer whose reading as a real is `t`, None if there is none to be seen."""
    result: list[Term] = []
    for monomial, c in rational(t).items():
        factors = [_whole(a) for a in monomial]
        if c.denominator != 1 or any(f is None for f in factors):
            return None
        result.append(ints.mul(ints.const(c.numerator), *(f for f in factors if f is not None)))
    return ints.add(*result)


def _whole(t: Term) -> Term | None:
    if t.op == "toreal":
        return t.args[0]
    if t.op == "select":
        a, b = (integral(x) for x in t.args[1:])
        return None if a is None or b is None else reals.select(t.args[0], a, b)
    if t.op == "reduce" and t.attr[0] == "add":
        body = integral(t.args[-1])
        return None if body is None else make("reduce", (*t.args[:-1], body), t.attr, "int")
    return None
