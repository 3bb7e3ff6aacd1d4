"""Polynomials in finite real atoms and exponentials: Σ c·∏ aⁿ·exp(h), n any integer, h again a polynomial.

The ring in which raw and simplified values are compared. An atom may have a negative power only where it is not 0. A
square that is known (√r² = r, |u|² = u²) is written out, so that equal polynomials look alike more often.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import NamedTuple

from triton_lift.terms import reals
from triton_lift.terms.term import Term, make

_MOST_MONOMIALS = 300


class TooLargeError(Exception):
    """The budget of one comparison is used up."""


class Mono(NamedTuple):
    """∏ aⁿ·exp(h): the atoms with their powers, and the terms of h."""

    powers: frozenset[tuple[Term, int]]
    exponent: frozenset[tuple[Mono, Fraction]]


Poly = dict[Mono, Fraction]
Quotient = tuple[Poly, Poly]

UNIT = Mono(frozenset(), frozenset())
ONE: Poly = {UNIT: Fraction(1)}


def constant(c: Fraction | int) -> Poly:
    """A number."""
    return {UNIT: Fraction(c)} if c else {}


def atom(a: Term, power: int = 1) -> Poly:
    """aⁿ."""
    return {Mono(frozenset(((a, power),)), frozenset()): Fraction(1)}


def exponential(h: Poly) -> Mono:
    """exp(h)."""
    return Mono(frozenset(), frozenset(h.items()))


def value_of(p: Poly) -> Fraction | None:
    """The number that `p` is, else None."""
    if not p:
        return Fraction(0)
    return p.get(UNIT) if len(p) == 1 else None


def plus(*parts: Poly) -> Poly:
    """The sum."""
    result: Poly = {}
    for p in parts:
        for m, c in p.items():
            total = result.get(m, 0) + c
            if total:
                result[m] = Fraction(total)
            else:
                result.pop(m, None)
    return result


def scaled(p: Poly, c: Fraction | int) -> Poly:
    """c·p."""
    return {m: v * c for m, v in p.items()} if c else {}


def inverse(m: Mono) -> Mono:
    """1/m."""
    return Mono(frozenset((a, -n) for a, n in m.powers), frozenset((h, -c) for h, c in m.exponent))


def product(a: Mono, b: Mono) -> Mono:
    """a·b, squares as they are."""
    if not b.powers and not b.exponent:
        return a
    if not a.powers and not a.exponent:
        return b
    powers = dict(a.powers)
    for x, n in b.powers:
        powers[x] = powers.get(x, 0) + n
    exponent = plus(dict(a.exponent), dict(b.exponent)) if a.exponent or b.exponent else {}
    return Mono(frozenset((x, n) for x, n in powers.items() if n), frozenset(exponent.items()))


def factors(m: Mono) -> list[tuple[Term, int]]:
    """The atoms with their powers, in the order of terms."""
    return sorted(m.powers, key=lambda e: e[0].order)


def shifted(p: Poly, m: Mono) -> Poly:
    """p·m, squares as they are."""
    return {product(k, m): c for k, c in p.items()}


Key = tuple[tuple[tuple[tuple[object, ...], int], ...], tuple[tuple[object, Fraction], ...]]


def key(m: Mono) -> Key:
    """For a total order of monomials."""
    powers = tuple(sorted((a.order, n) for a, n in m.powers))
    return powers, tuple(sorted((key(h), c) for h, c in m.exponent))


def less(a: Mono, b: Mono) -> bool:
    """A total order that multiplication keeps: of all monomials of a polynomial one is least, up to a common factor."""
    d = product(a, inverse(b))
    if d.exponent:
        return max(d.exponent, key=lambda e: key(e[0]))[1] < 0
    return bool(d.powers) and max(d.powers, key=lambda e: e[0].order)[1] < 0


def least(monos: Iterable[Mono]) -> Mono:
    """The least by that order."""
    result: Mono | None = None
    for m in monos:
        if result is None or less(m, result):
            result = m
    assert result is not None
    return result


class Algebra:
    """Multiplication within a budget; `squares` says which atoms have a square that is written out."""

    def __init__(self, budget: int = 25_000, parent: Algebra | None = None) -> None:
        self.budget = budget
        self.parent = parent
        self.squares: dict[Term, Poly] = {}

    def fresh(self) -> Algebra:
        """Another one, in which no squares are known: its steps count here as well."""
        return Algebra(min(self.budget, 12_000), self)

    def spend(self, steps: int) -> None:
        """Raises TooLargeError where the budget does not suffice."""
        self.budget -= steps
        if self.parent is not None:
            self.parent.budget -= steps
        if self.budget < 0:
            raise TooLargeError

    def times(self, p: Poly, q: Poly) -> Poly:
        """The product."""
        if len(p) * len(q) > _MOST_MONOMIALS * 4:
            raise TooLargeError
        self.spend(len(p) * len(q) + 1)
        result: Poly = {}
        again: list[tuple[Mono, Fraction]] = []
        for m1, c1 in p.items():
            for m2, c2 in q.items():
                m = product(m1, m2)
                if self.squares and any(n > 1 and a in self.squares for a, n in m.powers):
                    again.append((m, c1 * c2))
                    continue
                total = result.get(m, 0) + c1 * c2
                if total:
                    result[m] = Fraction(total)
                else:
                    result.pop(m, None)
        for m, c in again:
            result = plus(result, scaled(self._written_out(m), c))
        if len(result) > _MOST_MONOMIALS:
            raise TooLargeError
        return result

    def _written_out(self, m: Mono) -> Poly:
        result: Poly = {Mono(frozenset(), m.exponent): Fraction(1)}
        for a, n in factors(m):
            square = self.squares.get(a)
            if square is None or n < 2:
                result = self.times(result, atom(a, n))
            else:
                result = self.times(result, self.power(square, n // 2))
                if n % 2:
                    result = self.times(result, atom(a))
        return result

    def power(self, p: Poly, n: int) -> Poly:
        """pⁿ for n ≥ 0."""
        result = ONE
        for _ in range(n):
            result = self.times(result, p)
        return result

    def same(self, a: Quotient, b: Quotient) -> bool:
        """Whether two quotients are equal: the products crosswise are."""
        return a == b or self.times(a[0], b[1]) == self.times(b[0], a[1])


def term(p: Poly) -> Term:
    """A polynomial as a term."""
    return reals.add(reals.ZERO, *(_term(m, c) for m, c in sorted(p.items(), key=lambda e: key(e[0]))))


def _term(m: Mono, c: Fraction) -> Term:
    above: list[Term] = []
    below: list[Term] = []
    for a, n in factors(m):
        (above if n > 0 else below).extend([a] * abs(n))
    if m.exponent:
        above.append(make("rfun", (term(dict(m.exponent)),), "exp", "real"))
    numerator = reals.mul(reals.const(c), *above)
    return make("rdiv", (numerator, reals.mul(*below)), None, "real") if below else numerator
