"""Boolean terms. Integer comparisons are `le0`/`eq0` of a polynomial in lowest terms; negations are pushed inward."""

from __future__ import annotations

from math import gcd

from triton_lift.terms import integers as ints
from triton_lift.terms.term import Term, make

TRUE = make("bool", (), True, "bool")
FALSE = make("bool", (), False, "bool")


def const(value: bool) -> Term:
    """TRUE or FALSE."""
    return TRUE if value else FALSE


def negate(t: Term) -> Term:
    """¬t."""
    match t.op:
        case "bool":
            return const(not t.attr)
        case "not":
            return t.args[0]
        case "le0":
            return le0(ints.sub(ints.ONE, t.args[0]))
        case "and":
            return disjunction(*map(negate, t.args))
        case "or":
            return conjunction(*map(negate, t.args))
        case _:
            return make("not", (t,), None, "bool")


def conjunction(*terms: Term) -> Term:
    """t₁ ∧ … ∧ tₙ, flattened, in order of first appearance."""
    return _combine("and", TRUE, FALSE, terms)


def disjunction(*terms: Term) -> Term:
    """t₁ ∨ … ∨ tₙ, flattened."""
    return _combine("or", FALSE, TRUE, terms)


def _combine(op: str, unit: Term, zero: Term, terms: tuple[Term, ...]) -> Term:
    flat: dict[Term, None] = {}
    for t in terms:
        for u in t.args if t.op == op else (t,):
            if u is zero or negate_atom(u) in flat:
                return zero
            if u is not unit:
                flat[u] = None
    if not flat:
        return unit
    parts = tuple(flat)
    return parts[0] if len(parts) == 1 else make(op, parts, None, "bool")


def negate_atom(t: Term) -> Term | None:
    """The negation of an atom, None for compound terms."""
    return negate(t) if t.op not in ("and", "or") else None


def conjuncts(t: Term) -> tuple[Term, ...]:
    """The parts of a conjunction."""
    if t is TRUE:
        return ()
    return t.args if t.op == "and" else (t,)


def le0(t: Term) -> Term:
    """t ≤ 0."""
    p = ints.polynomial(t)
    constant = p.pop((), 0)
    if not p:
        return const(constant <= 0)
    divisor = gcd(*p.values())
    if divisor > 1:
        p = {m: c // divisor for m, c in p.items()}
        constant = -(-constant // divisor)
    partial = [m for m in p if len(m) == 1 and m[0].op in _TAKEN_APART]
    if len(partial) > 1:
        partial.sort(key=_depth_of_extremum)
    for m in partial:
        split = _split_extremum(p, constant, m, p[m]) or _multiply_out_division(p, constant, m, p[m])
        if split is not None:
            return split
    if constant:
        p[()] = constant
    return make("le0", (ints.from_polynomial(p),), None, "bool")


_TAKEN_APART = {"imin", "imax", "fdiv", "tdiv"}


def _depth_of_extremum(m: tuple[Term, ...]) -> int:
    """0 for an extremum, 1 for a quotient of one, 2 for another quotient."""
    if m[0].op in ("imin", "imax"):
        return 0
    return 1 if any(a.op in ("imin", "imax") for a in ints.atoms(m[0].args[0])) else 2


def _without(p: ints.Polynomial, constant: int, m: tuple[Term, ...]) -> Term:
    rest = {k: v for k, v in p.items() if k != m}
    rest[()] = constant
    return ints.from_polynomial(rest)


def _split_extremum(p: ints.Polynomial, constant: int, m: tuple[Term, ...], c: int) -> Term | None:
    """e + c·max(…) ≤ 0 is a conjunction for c > 0, a disjunction for c < 0; min the other way."""
    atom = m[0]
    if atom.op not in ("imin", "imax"):
        return None
    rest = _without(p, constant, m)
    parts = [le0(ints.add(rest, ints.scale(a, c))) for a in atom.args]
    return conjunction(*parts) if (atom.op == "imax") == (c > 0) else disjunction(*parts)


def _multiply_out_division(p: ints.Polynomial, constant: int, m: tuple[Term, ...], c: int) -> Term | None:
    """e ≤ ⌊x/D⌋ is D·e ≤ x, and ⌊x/D⌋ ≤ e is x < D·(e+1), for a constant D > 0."""
    atom = m[0]
    if atom.op == "tdiv" and len(p) == 1 and abs(c) == 1 and (ints.value_of(atom.args[1]) or 0) > 0:
        return _truncated(constant, c, atom)
    if atom.op != "fdiv" or abs(c) != 1 or (ints.value_of(atom.args[1]) or 0) <= 0:
        return None
    return le0(multiplied_out(_without(p, constant, m), c, atom))


def _truncated(constant: int, sign: int, division: Term) -> Term:
    """c ± (x / D) ≤ 0, rounded toward 0, for a constant c: (x / D) ≤ e is x < D·(e + 1) for e ≥ 0, else x ≤ D·e."""
    x, d = division.args
    size = ints.value_of(d) or 1
    if sign > 0:
        return le(x, ints.const(-constant * size + (size - 1 if constant <= 0 else 0)))
    return le(ints.const(constant * size - (size - 1 if constant <= 0 else 0)), x)


def multiplied_out(rest: Term, sign: int, division: Term) -> Term:
    """The t with (rest + sign·⌊x/D⌋ ≤ 0) ⇔ (t ≤ 0), for sign = ±1 and D > 0."""
    x, d = division.args
    if sign < 0:
        return ints.sub(ints.mul(d, rest), x)
    return ints.add(x, ints.mul(d, ints.sub(rest, ints.ONE)), ints.ONE)


def le(a: Term, b: Term) -> Term:
    """a ≤ b over the integers."""
    return le0(ints.sub(a, b))


def lt(a: Term, b: Term) -> Term:
    """a < b over the integers."""
    return le0(ints.add(a, ints.scale(b, -1), ints.ONE))


def eq(a: Term, b: Term) -> Term:
    """a = b over the integers."""
    difference = ints.sub(a, b)
    p = ints.polynomial(difference)
    constant = p.pop((), 0)
    if not p:
        return const(constant == 0)
    divisor = gcd(*p.values())
    if constant % divisor:
        return FALSE
    first = min(p, key=lambda m: [a.order for a in m])
    if p[first] < 0:
        divisor = -divisor
    p = {m: c // divisor for m, c in p.items()}
    p[()] = constant // divisor
    return make("eq0", (ints.from_polynomial(p),), None, "bool")


def nonnegative_as_is(t: Term) -> Term:
    """0 ≤ t, kept in this form: divisions and extrema inside stay atoms, so that products can be formed with them."""
    return make("le0", (ints.scale(t, -1),), None, "bool")
