"""What is known of named functions: one entry each, from its term to the quotient of polynomials that it is.

exp(x + y) = exp x·exp y; log(x·y) = log x + log y and √(x·y) = √x·√y for positive factors; 2^x = exp(x·log 2);
tanh x = (exp 2x − 1)/(exp 2x + 1); erf(−x) = −erf x; |−x| = |x|; and the definitions of what is made of these.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import isqrt

from triton_lift.egraph import algebra
from triton_lift.egraph.algebra import ONE, Mono, Poly, Quotient, inverse, plus, scaled, shifted
from triton_lift.egraph.facts import oriented
from triton_lift.egraph.normal import Function, Normal
from triton_lift.egraph.pieces import UndecidedError
from triton_lift.proving import Context
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.term import Term, make

_LARGEST_FACTORED = 10_000


def _entry(name: str) -> Callable[[Function], Function]:
    def add(function: Function) -> Function:
        Normal.functions[name] = function
        return function

    return add


def _function(name: str, p: Poly) -> Term:
    return make("rfun", (algebra.term(p),), name, "real")


# Exponentials.


def _exp(n: Normal, h: Poly) -> Quotient:
    """exp h; exp(k·log a) = aᵏ for a whole k."""
    num, den = ONE, ONE
    rest: Poly = {}
    for m, c in h.items():
        powers = list(m.powers)
        a = powers[0][0] if len(powers) == 1 and not m.exponent and powers[0][1] == 1 else None
        if a is not None and a in n.arguments and c.denominator == 1 and abs(c) <= 8:
            power = n.ring.power(n.arguments[a], abs(c.numerator))
            num, den = (n.ring.times(num, power), den) if c > 0 else (num, n.ring.times(den, power))
        else:
            rest[m] = c
    return (shifted(num, algebra.exponential(rest)) if rest else num), den


def _log_of(n: Normal, c: int) -> Poly:
    """log c by the prime factors of c."""
    result: Poly = {}
    divisor = 2
    while c > 1 and divisor < _LARGEST_FACTORED:
        if divisor * divisor > c:
            divisor = c
        while c % divisor == 0:
            result = plus(result, _log_atom(n, algebra.constant(divisor)))
            c //= divisor
        divisor += 1
    return plus(result, _log_atom(n, algebra.constant(c))) if c > 1 else result


def _log_atom(n: Normal, p: Poly) -> Poly:
    a = _function("log", p)
    n.arguments[a] = p
    return algebra.atom(a)


_LOG_2 = reals.LOG_2


def _base_two(n: Normal) -> Poly:
    n.arguments[_LOG_2] = algebra.constant(2)
    return algebra.atom(_LOG_2)


@_entry("exp")
def _natural_exponential(n: Normal, t: Term, context: Context) -> Quotient:
    return _exp(n, n.laurent(t.args[0], context))


@_entry("exp2")
def _binary_exponential(n: Normal, t: Term, context: Context) -> Quotient:
    return _exp(n, n.ring.times(n.laurent(t.args[0], context), _base_two(n)))


@_entry("expm1")
def _expm1(n: Normal, t: Term, context: Context) -> Quotient:
    p, q = _exp(n, n.laurent(t.args[0], context))
    return plus(p, scaled(q, -1)), q


def _hyperbolic(n: Normal, t: Term, context: Context) -> tuple[Poly, Poly]:
    p, q = _exp(n, n.laurent(t.args[0], context))
    return n.divided(p, q), n.divided(q, p)


@_entry("sinh")
def _sinh(n: Normal, t: Term, context: Context) -> Quotient:
    up, down = _hyperbolic(n, t, context)
    return plus(up, scaled(down, -1)), algebra.constant(2)


@_entry("cosh")
def _cosh(n: Normal, t: Term, context: Context) -> Quotient:
    return plus(*_hyperbolic(n, t, context)), algebra.constant(2)


@_entry("tanh")
def _tanh(n: Normal, t: Term, context: Context) -> Quotient:
    p, q = _exp(n, scaled(n.laurent(t.args[0], context), 2))
    return plus(p, scaled(q, -1)), plus(p, q)


# Logarithms.


def _extracted(n: Normal, p: Poly, context: Context) -> tuple[Mono, Fraction, Poly]:
    """p = m·c·r with a monomial m > 0 and a number c > 0, chosen alike for all multiples of p by such."""
    if not p:
        raise UndecidedError  # the logarithm of 0
    parts = []
    for m in p:
        powers = frozenset((a, k) for a, k in algebra.factors(m) if n.facts.positive_atom(a, context))
        parts.append(Mono(powers, m.exponent))
    unit = algebra.least(parts)
    r = shifted(p, inverse(unit))
    c = abs(r[algebra.least(r)])
    return unit, c, scaled(r, 1 / c)


def _log_of_poly(n: Normal, p: Poly, context: Context) -> Poly:
    unit, c, rest = _extracted(n, p, context)
    result = plus(_log_of(n, c.numerator), scaled(_log_of(n, c.denominator), -1), dict(unit.exponent))
    for a, k in algebra.factors(unit):
        result = plus(result, scaled(_log_atom(n, algebra.atom(a)), k))
    return result if rest == ONE else plus(result, _log_atom(n, rest))


def _logarithm(n: Normal, t: Term, p: Poly, q: Poly, context: Context, listed: bool = True) -> Poly:
    if n.facts.holds("positive", q, context):
        n.require("positive", p, t, context, listed)
        return plus(_log_of_poly(n, p, context), scaled(_log_of_poly(n, q, context), -1))
    p = n.divided(p, q)
    n.require("positive", p, t, context, listed)
    return _log_of_poly(n, p, context)


@_entry("log")
def _natural_logarithm(n: Normal, t: Term, context: Context) -> Quotient:
    return _logarithm(n, t.args[0], *n.quotient(t.args[0], context), context), ONE


@_entry("log2")
def _binary_logarithm(n: Normal, t: Term, context: Context) -> Quotient:
    return _natural_logarithm(n, t, context)[0], _base_two(n)


@_entry("log10")
def _decimal_logarithm(n: Normal, t: Term, context: Context) -> Quotient:
    p, q = n.quotient(t.args[0], context)
    return _logarithm(n, t.args[0], p, q, context, listed=False), _log_of(n, 10)


@_entry("log1p")
def _log1p(n: Normal, t: Term, context: Context) -> Quotient:
    p, q = n.quotient(t.args[0], context)
    return _logarithm(n, reals.add(reals.ONE, t.args[0]), plus(p, q), q, context, listed=False), ONE


# Roots.


def _root_of_number(n: Normal, c: Fraction) -> Poly:
    whole, square = c.numerator * c.denominator, Fraction(1, c.denominator)
    divisor = 2
    while divisor * divisor <= whole and divisor < _LARGEST_FACTORED:
        while whole % (divisor * divisor) == 0:
            whole //= divisor * divisor
            square *= divisor
        divisor += 1
    root = isqrt(whole)
    if root * root == whole:
        return algebra.constant(square * root)
    return scaled(_root_atom(n, algebra.constant(whole)), square)


def _root_atom(n: Normal, p: Poly) -> Poly:
    a = _function("sqrt", p)
    n.ring.squares[a] = n.facts.roots[a] = p
    return algebra.atom(a)


def _root_of_poly(n: Normal, p: Poly, context: Context) -> Poly:
    """√p, which is finite."""
    unit, c, rest = _extracted(n, p, context)
    result = shifted(
        _root_of_number(n, c), Mono(frozenset(), frozenset((h, k / 2) for h, k in unit.exponent))
    )
    for a, k in algebra.factors(unit):
        if k // 2:
            result = shifted(result, Mono(frozenset(((a, k // 2),)), frozenset()))
        if k % 2:
            result = n.ring.times(result, _root_atom(n, algebra.atom(a)))
    if len(rest) == 1:
        ((m, sign),) = rest.items()
        if sign > 0 and m.powers and all(k % 2 == 0 for _, k in m.powers):  # √u² = |u|
            root = {Mono(frozenset((a, k // 2) for a, k in m.powers), m.exponent): Fraction(1)}
            return n.ring.times(result, _magnitude(n, root, context))
    return result if rest == ONE else n.ring.times(result, _root_atom(n, rest))


def _root(n: Normal, t: Term, relation: str, context: Context) -> Quotient:
    p, q = n.quotient(t, context)
    if not n.facts.holds("positive", q, context):
        p, q = n.divided(p, q), ONE
    n.require(relation, p, t, context)
    if not p:
        return {}, ONE
    return _root_of_poly(n, p, context), _root_of_poly(n, q, context)


@_entry("sqrt")
def _sqrt(n: Normal, t: Term, context: Context) -> Quotient:
    return _root(n, t.args[0], "nonnegative", context)


@_entry("rsqrt")
def _rsqrt(n: Normal, t: Term, context: Context) -> Quotient:
    p, q = _root(n, t.args[0], "positive", context)
    return q, p


@_entry("pow")
def _pow(n: Normal, t: Term, context: Context) -> Quotient:
    base, exponent = t.args
    value = reals.value_of(exponent)
    if value is not None and value.denominator in (1, 2) and abs(value) <= 8:
        twice = abs(int(value * 2))
        if value < 0 and value.denominator == 1:
            n.require("nonzero", n.quotient(base, context)[0], base, context, listed=False)
        p, q = (
            n.quotient(base, context)
            if not twice % 2
            else _root(n, base, "positive" if value < 0 else "nonnegative", context)
        )
        k = twice if twice % 2 else twice // 2
        p, q = n.ring.power(p, k), n.ring.power(q, k)
        return (p, q) if value > 0 else (q, p)
    if reals.positive(base, n.facts.nonempty(context)):
        h, q = n.quotient(base, context)
        return _exp(n, n.ring.times(n.laurent(exponent, context), _logarithm(n, base, h, q, context)))
    if exponent.op == "toreal" and context.proves(bools.le(ints.ZERO, exponent.args[0])):
        return algebra.atom(make("rfun", (n.normal(base, context), exponent), "pow", "real")), ONE
    raise UndecidedError


# Odd and even ones.


@_entry("abs")
def _absolute(n: Normal, t: Term, context: Context) -> Quotient:
    return _magnitude(n, n.laurent(t.args[0], context), context), ONE


def _magnitude(n: Normal, p: Poly, context: Context) -> Poly:
    """|p|."""
    sign = n.sign(p, context)
    if sign in (">", ">=", "="):
        return p
    if sign in ("<", "<="):
        return scaled(p, -1)
    lead, _ = oriented(p)
    size = abs(next(iter(p.values())) / next(iter(lead.values())))
    a = _function("abs", lead)
    n.ring.squares[a] = n.ring.times(lead, lead)
    return scaled(algebra.atom(a), size)


def _error_function(n: Normal, p: Poly) -> Poly:
    if not p:
        return {}
    _, flipped = oriented(p)
    a = algebra.atom(_function("erf", scaled(p, -1) if flipped else p))
    return scaled(a, -1) if flipped else a


@_entry("erf")
def _erf(n: Normal, t: Term, context: Context) -> Quotient:
    return _error_function(n, n.laurent(t.args[0], context)), ONE


@_entry("erfc")
def _erfc(n: Normal, t: Term, context: Context) -> Quotient:
    return plus(ONE, scaled(_error_function(n, n.laurent(t.args[0], context)), -1)), ONE


@_entry("normcdf")
def _normcdf(n: Normal, t: Term, context: Context) -> Quotient:
    root = _root_of_number(n, Fraction(1, 2))
    inner = n.ring.times(n.laurent(t.args[0], context), root)
    return plus(ONE, _error_function(n, inner)), algebra.constant(2)


@_entry("clamp")
def _clamp(n: Normal, t: Term, context: Context) -> Quotient:
    x, low, high = t.args
    return n.quotient(reals.minimum(reals.maximum(x, low), high), context)
