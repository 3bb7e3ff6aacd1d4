"""Real terms over the reals extended with ±inf.

Folding is done only where the result is unambiguous: inf−inf, 0·inf and x/0 are left in place. Products are not
multiplied out, so a term keeps the shape its author gave it. `rfun` applies a named function (`attr`).
"""

from __future__ import annotations

from fractions import Fraction

from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms.signs import LOG2_E as LOG2_E
from triton_lift.terms.signs import LOG_2 as LOG_2
from triton_lift.terms.signs import below_infinity as below_infinity
from triton_lift.terms.signs import finite as finite
from triton_lift.terms.signs import may_be_infinite as may_be_infinite
from triton_lift.terms.signs import nonnegative as nonnegative
from triton_lift.terms.signs import number as number
from triton_lift.terms.signs import positive as positive
from triton_lift.terms.term import Term, by_order, make


def const(value: Fraction | int) -> Term:
    """A finite constant."""
    return make("real", (), Fraction(value), "real")


ZERO = const(0)
ONE = const(1)
MINUS_ONE = const(-1)
INF = make("inf", (), 1, "real")
NEG_INF = make("inf", (), -1, "real")


def value_of(t: Term) -> Fraction | None:
    """The value of a finite constant, else None."""
    return t.attr if t.op == "real" else None


def from_int(t: Term) -> Term:
    """An integer as a real."""
    v = ints.value_of(t)
    if v is not None:
        return const(v)
    if t.op == "select" and any(a.op == "int" for a in t.args[1:]):
        return select(t.args[0], *map(from_int, t.args[1:]))
    return make("toreal", (t,), None, "real")


def add(*terms: Term) -> Term:
    """Sum; like terms are collected where they are the same term."""
    flat: list[Term] = []
    for t in terms:
        flat.extend(t.args if t.op == "radd" else (t,))
    constant = Fraction(0)
    coefficients: dict[Term, Fraction] = {}
    infinite: Term | None = None
    for t in flat:
        v = value_of(t)
        if v is not None:
            constant += v
        elif t.op == "inf" and infinite in (None, t):
            infinite = t
        else:
            c, base = coefficient(t)
            if c == 0:  # 0·∞ is undefined: it stays
                c, base = Fraction(1), t
            have = coefficients.get(base)
            if have is not None and have * c < 0 and not finite(base):
                # ∞ − ∞ is undefined: terms of opposite sign are collected only where they are finite.
                return make("radd", tuple(flat), None, "real")
            coefficients[base] = c if have is None else have + c
            if not coefficients[base]:
                del coefficients[base]
    parts = [scaled(base, c) for base, c in coefficients.items()]
    if infinite is not None:
        if all(finite(p) for p in parts):
            return infinite
        parts.append(infinite)
    if constant and infinite is None:
        parts.append(const(constant))
    parts.sort(key=by_order)
    if not parts:
        return const(constant)
    return parts[0] if len(parts) == 1 else make("radd", tuple(parts), None, "real")


def coefficient(t: Term) -> tuple[Fraction, Term]:
    """`(c, base)` with t = c·base and base without a constant factor."""
    if t.op == "rmul" and value_of(t.args[0]) is not None:
        rest = t.args[1:]
        base = rest[0] if len(rest) == 1 else make("rmul", rest, None, "real")
        return value_of(t.args[0]) or Fraction(0), base
    return Fraction(1), t


def scaled(base: Term, c: Fraction) -> Term:
    """c·base for a base without a constant factor."""
    if c == 1:
        return base
    factors = base.args if base.op == "rmul" else (base,)
    return make("rmul", (const(c), *factors), None, "real")


def negate(t: Term) -> Term:
    """−t."""
    return mul(MINUS_ONE, t)


def sub(a: Term, b: Term) -> Term:
    """a − b."""
    return add(a, negate(b))


def mul(*terms: Term) -> Term:
    """Product, flattened; a constant comes first; `select(c, u, 0)` factors move outward where that is exact."""
    flat: list[Term] = []
    for t in terms:
        flat.extend(t.args if t.op == "rmul" else (t,))
    constant = Fraction(1)
    factors: list[Term] = []
    for t in flat:
        v = value_of(t)
        if v is not None:
            constant *= v
        else:
            factors.append(t)
    if constant == 0 and all(finite(f) for f in factors):
        return ZERO
    if not factors:
        return const(constant)
    if constant != 1 and len(factors) == 1:
        (only,) = factors
        if only.op == "inf" and constant != 0:
            return only if constant > 0 else (NEG_INF if only is INF else INF)
        if only.op == "radd" and constant == -1:
            return add(*(mul(MINUS_ONE, a) for a in only.args))
    for i, f in enumerate(factors):
        if f.op == "select" and ZERO in f.args[1:]:
            others = [*factors[:i], *factors[i + 1 :], const(constant)]
            if all(finite(o) for o in others):
                c, a, b = f.args
                return select(
                    c,
                    ZERO if a is ZERO else mul(a, *others),
                    ZERO if b is ZERO else mul(b, *others),
                )
    factors.sort(key=by_order)
    if constant != 1:
        factors.insert(0, const(constant))
    return factors[0] if len(factors) == 1 else make("rmul", tuple(factors), None, "real")


def div(a: Term, b: Term) -> Term:
    """a / b."""
    vb = value_of(b)
    if vb:
        return mul(a, const(1 / vb))
    return make("rdiv", (a, b), None, "real")


def minimum(*terms: Term) -> Term:
    """The least of the terms."""
    return _extremum("rmin", INF, NEG_INF, terms)


def maximum(*terms: Term) -> Term:
    """The greatest of the terms."""
    return _extremum("rmax", NEG_INF, INF, terms)


def _extremum(op: str, unit: Term, zero: Term, terms: tuple[Term, ...]) -> Term:
    flat: list[Term] = []
    constant: Fraction | None = None
    for t in terms:
        for u in t.args if t.op == op else (t,):
            v = value_of(u)
            if u is zero:
                return zero
            if u.op == "toreal" and u.args[0].op == op.replace("r", "i", 1):
                # The greatest of integers, read as a real: its constant takes part here.
                numbers = [a for a in u.args[0].args if a.op == "int"]
                if numbers and len(u.args[0].args) > 1:
                    chosen = ints.maximum if op == "rmax" else ints.minimum
                    u = from_int(chosen(*(a for a in u.args[0].args if a.op != "int")))
                    v = Fraction((max if op == "rmax" else min)(a.attr for a in numbers))
                    if u not in flat:
                        flat.append(u)
            if v is not None:
                constant = v if constant is None else (min if op == "rmin" else max)(v, constant)
            elif u is not unit and u not in flat:
                flat.append(u)
    if constant is not None:
        flat.append(const(constant))
    flat.sort(key=by_order)
    if not flat:
        return unit
    return flat[0] if len(flat) == 1 else make(op, tuple(flat), None, "real")


_AT_INFINITY: dict[tuple[str, int], Term] = {
    ("exp", -1): ZERO,
    ("exp", 1): INF,
    ("exp2", -1): ZERO,
    ("exp2", 1): INF,
    ("log", 1): INF,
    ("log2", 1): INF,
    ("sqrt", 1): INF,
    ("rsqrt", 1): ZERO,
    ("abs", 1): INF,
    ("abs", -1): INF,
    ("tanh", 1): ONE,
    ("tanh", -1): MINUS_ONE,
    ("erf", 1): ONE,
    ("erf", -1): MINUS_ONE,
}
_AT_ZERO = {
    "exp": ONE,
    "exp2": ONE,
    "sqrt": ZERO,
    "sin": ZERO,
    "cos": ONE,
    "tan": ZERO,
    "tanh": ZERO,
    "erf": ZERO,
}
_AT_ZERO["abs"] = ZERO


def _without_factor(t: Term, factor: Term) -> Term | None:
    """t / factor, where that removes the factor from every summand."""
    if t is factor:
        return ONE
    if t.op == "rmul" and factor in t.args:
        others = list(t.args)
        others.remove(factor)
        return mul(*others)
    if t.op == "radd":
        parts = [_without_factor(a, factor) for a in t.args]
        return None if None in parts else add(*(p for p in parts if p is not None))
    return None


def apply(name: str, *args: Term) -> Term:
    """A named function (`exp`, `sqrt`, `powf`, a libdevice symbol …)."""
    if name == "pow" and value_of(args[1]) in (1, 2, 3, 4):
        return mul(*[args[0]] * int(value_of(args[1]) or 0))
    if name in ("exp", "exp2"):
        # 2^(x·log₂ e) = e^x, e^(x·log 2) = 2^x
        other = _without_factor(args[0], LOG2_E if name == "exp2" else LOG_2)
        if other is not None:
            return apply("exp" if name == "exp2" else "exp2", other)
    if len(args) == 1:
        (x,) = args
        if x.op == "inf" and (name, x.attr) in _AT_INFINITY:
            return _AT_INFINITY[name, x.attr]
        if x is ZERO and name in _AT_ZERO:
            return _AT_ZERO[name]
        v = value_of(x)
        if name == "abs" and v is not None:
            return const(abs(v))
        if name == "floor" and v is not None:
            return const(v.numerator // v.denominator)
    return make("rfun", args, name, "real")


def select(c: Term, a: Term, b: Term) -> Term:
    """a if c else b, of any sort."""
    if c is bools.TRUE or a is b:
        return a
    if c is bools.FALSE:
        return b
    if c.op == "not":
        c, a, b = c.args[0], b, a
    if a.op == "select" and a.args[0] is c:
        a = a.args[1]
    if b.op == "select" and b.args[0] is c:
        b = b.args[2]
    if a.sort == "bool":
        return bools.disjunction(bools.conjunction(c, a), bools.conjunction(bools.negate(c), b))
    if a.op == "select" and a.args[2] is b:
        return select(bools.conjunction(c, a.args[0]), a.args[1], b)
    if b.op == "select" and b.args[1] is a:
        return select(bools.disjunction(c, b.args[0]), a, b.args[2])
    if c.op in ("rlt", "rle") and {a, b} == set(c.args) and number(a) and number(b):
        return minimum(a, b) if a is c.args[0] else maximum(a, b)
    return make("select", (c, a, b), None, a.sort)


def compare(op: str, a: Term, b: Term) -> Term:
    """`rlt`, `rle` or `req` of two reals; constants are folded."""
    va, vb = _key(a), _key(b)
    if va is not None and vb is not None:
        return bools.const({"rlt": va < vb, "rle": va <= vb, "req": va == vb}[op])
    if a is b and number(a):
        return bools.const(op != "rlt")
    if "toreal" in (a.op, b.op):
        i, j = _integer(a), _integer(b)
        if i is not None and j is not None:
            return {"rlt": bools.lt, "rle": bools.le, "req": bools.eq}[op](i, j)
    return make(op, (a, b), None, "bool")


def _integer(t: Term) -> Term | None:
    """The integer that `t` is, as a term of integers."""
    v = value_of(t)
    if v is not None:
        return ints.const(v.numerator) if v.denominator == 1 else None
    return t.args[0] if t.op == "toreal" else None


def _key(t: Term) -> tuple[int, Fraction] | None:
    v = value_of(t)
    if v is not None:
        return (0, v)
    return (t.attr, Fraction(0)) if t.op == "inf" else None
