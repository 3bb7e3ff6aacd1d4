"""Integer terms, kept in polynomial normal form: equal polynomials are the same term.

Every constructor is exact over the mathematical integers. Division and remainder come in two kinds: `fdiv`/`fmod`
round toward minus infinity (0 ≤ fmod < divisor for a positive divisor), `tdiv`/`trem` toward zero as the machine
does; what is known of signs turns the second into the first.
"""

from __future__ import annotations

from collections.abc import Iterable, Set

from triton_lift.terms.term import Term, by_order, make, subterms

Polynomial = dict[tuple[Term, ...], int]


def const(value: int) -> Term:
    """An integer constant."""
    return make("int", (), value)


ZERO = const(0)
ONE = const(1)


def value_of(t: Term) -> int | None:
    """The value of a constant, else None."""
    return t.attr if t.op == "int" else None


def polynomial(t: Term) -> Polynomial:
    """`t` as a map from monomials (sorted tuples of atoms; the empty one is the constant) to coefficients."""
    if t.op == "int":
        return {(): t.attr} if t.attr else {}
    if t.op == "prod":
        return {t.args: 1}
    if t.op == "lin":
        coefficients: tuple[int, ...] = t.attr
        result = {
            (m.args if m.op == "prod" else (m,)): c for m, c in zip(t.args, coefficients[:-1], strict=True)
        }
        if coefficients[-1]:
            result[()] = coefficients[-1]
        return result
    return {(t,): 1}


def from_polynomial(p: Polynomial) -> Term:
    """The term of a polynomial."""
    constant = p.get((), 0)
    items = [(m, c) for m, c in p.items() if c and m]
    if not items:
        return const(constant)
    monomials = [(m[0] if len(m) == 1 else make("prod", m), c) for m, c in items]
    if len(monomials) == 1 and monomials[0][1] == 1 and not constant:
        return monomials[0][0]
    monomials.sort(key=lambda mc: mc[0].order)
    return make("lin", tuple(m for m, _ in monomials), (*(c for _, c in monomials), constant))


def add(*terms: Term) -> Term:
    """Sum."""
    total: Polynomial = {}
    for t in terms:
        for m, c in polynomial(t).items():
            total[m] = total.get(m, 0) + c
    return from_polynomial(total)


def scale(t: Term, factor: int) -> Term:
    """`factor · t`."""
    return from_polynomial({m: c * factor for m, c in polynomial(t).items()}) if factor != 1 else t


def sub(a: Term, b: Term) -> Term:
    """`a − b`."""
    return add(a, scale(b, -1))


def mul(*terms: Term) -> Term:
    """Product, multiplied out."""
    result: Polynomial = {(): 1}
    for t in terms:
        factor = polynomial(t)
        product: Polynomial = {}
        for m1, c1 in result.items():
            for m2, c2 in factor.items():
                m = tuple(sorted(m1 + m2, key=by_order)) if m1 and m2 else m1 + m2
                product[m] = product.get(m, 0) + c1 * c2
        result = product
    return from_polynomial(result)


def monomials_of_product(p: Polynomial, q: Polynomial) -> set[tuple[Term, ...]]:
    """The monomials of degree two and more in p·q; no term is made of it."""
    product: Polynomial = {}
    for m1, c1 in p.items():
        for m2, c2 in q.items():
            m = m1 + m2
            if len(m) > 1:
                if m1 and m2:
                    m = tuple(sorted(m, key=by_order))
                product[m] = product.get(m, 0) + c1 * c2
    return {m for m, c in product.items() if c}


def atoms(t: Term) -> Set[Term]:
    """The atoms of a polynomial, in its order."""
    return dict.fromkeys(a for m in polynomial(t) for a in m).keys()


def coefficient(t: Term, atom: Term) -> tuple[Term, Term] | None:
    """`(c, rest)` with t = c·atom + rest and neither containing `atom` as a factor or inside an atom; else None."""
    linear: Polynomial = {}
    rest: Polynomial = {}
    for m, c in polynomial(t).items():
        hits = m.count(atom)
        others = tuple(a for a in m if a is not atom)
        if hits > 1 or any(atom in a.free for a in others):
            return None
        (linear if hits else rest)[others] = c
    return from_polynomial(linear), from_polynomial(rest)


def divide_exactly(t: Term, divisor: Term) -> tuple[Term, Term]:
    """`(a, b)` with t = divisor·a + b, moving every monomial that `divisor` (a constant or one monomial) divides."""
    d = polynomial(divisor)
    if len(d) != 1:
        return _divide_by_sum(t, divisor)
    ((dm, dc),) = d.items()
    quotient: Polynomial = {}
    rest: Polynomial = {}
    for m, c in polynomial(t).items():
        remaining = list(m)
        fits = True
        for a in dm:
            if a in remaining:
                remaining.remove(a)
            else:
                fits = False
                break
        if fits and c % dc == 0:
            quotient[tuple(remaining)] = c // dc
        elif not dm:
            # Constant divisor: the constant's remainder is nonnegative, other coefficients shrink toward 0.
            q = int(c / dc) if m else c // dc
            quotient[m] = q
            rest[m] = c - q * dc
        else:
            rest[m] = c
    return from_polynomial(quotient), from_polynomial(rest)


def _divide_by_sum(t: Term, divisor: Term) -> tuple[Term, Term]:
    """Long division by a polynomial of several monomials, led by its last one of most factors."""
    d = polynomial(divisor)
    lead = max((m for m in d if m), key=lambda m: (len(m), [a.order for a in m]), default=None)
    if lead is None:
        return ZERO, t
    quotient, rest = ZERO, t
    for _ in range(8):
        for m, c in polynomial(rest).items():
            remaining = list(m)
            if all(a in remaining and (remaining.remove(a) or True) for a in lead) and c % d[lead] == 0:  # type: ignore[func-returns-value]
                step = from_polynomial({tuple(remaining): c // d[lead]})
                break
        else:
            return quotient, rest
        reduced = sub(rest, mul(step, divisor))
        if len(polynomial(reduced)) >= len(polynomial(rest)):
            return quotient, rest
        quotient, rest = add(quotient, step), reduced
    return quotient, rest


def fdiv(a: Term, b: Term) -> Term:
    """⌊a / b⌋; `b` is nonzero where the term is used."""
    divisor = value_of(b)
    if divisor == 1:
        return a
    if divisor is not None and divisor > 0:
        quotient, rest = divide_exactly(a, b)
        if value_of(rest) is not None:
            return quotient  # the remainder is already in [0, divisor)
        inner = make("fdiv", (rest, b))
        if rest.op == "fdiv" and (value_of(rest.args[1]) or 0) > 0:
            inner = fdiv(rest.args[0], mul(rest.args[1], b))
        return add(quotient, inner)
    quotient, rest = divide_exactly(a, b)
    if rest is ZERO and divisor != 0:
        return quotient
    return make("fdiv", (a, b))


def fmod(a: Term, b: Term) -> Term:
    """a − b·⌊a / b⌋."""
    divisor = value_of(b)
    if divisor == 1:
        return ZERO
    if divisor is not None and divisor > 0:
        _, rest = divide_exactly(a, b)
        if value_of(rest) is not None:
            return rest
        if rest.op == "fmod" and (value_of(rest.args[1]) or 1) % divisor == 0:
            return fmod(rest.args[0], b)
        return make("fmod", (rest, b))
    return make("fmod", (a, b))


def tdiv(a: Term, b: Term) -> Term:
    """a / b, rounded toward zero."""
    va, vb = value_of(a), value_of(b)
    if vb == 1:
        return a
    if va is not None and vb:
        return const(abs(va) // abs(vb) * (1 if (va < 0) == (vb < 0) else -1))
    return make("tdiv", (a, b))


def trem(a: Term, b: Term) -> Term:
    """a − b·tdiv(a, b): the remainder with the dividend's sign."""
    if value_of(b) == 1:
        return ZERO
    if value_of(a) is not None and value_of(b):
        return sub(a, mul(b, tdiv(a, b)))
    return make("trem", (a, b))


def minimum(*terms: Term) -> Term:
    """The least of the terms."""
    return _extremum("imin", terms)


def maximum(*terms: Term) -> Term:
    """The greatest of the terms."""
    return _extremum("imax", terms)


def _extremum(op: str, terms: Iterable[Term]) -> Term:
    flat: list[Term] = []
    constant: int | None = None
    parts = [u for t in terms for u in (t.args if t.op == op else (t,))]
    if op == "imax" and any((value_of(u) or -1) >= 0 or u is ZERO for u in parts):
        # Where they differ, both quotients are ≤ 0.
        parts = [fdiv(*u.args) if u.op == "tdiv" and (value_of(u.args[1]) or 0) > 0 else u for u in parts]
    for t in parts:
        for u in t.args if t.op == op else (t,):
            v = value_of(u)
            if v is not None:
                constant = v if constant is None else (min if op == "imin" else max)(v, constant)
            elif u not in flat:
                flat.append(u)
    if constant is not None:
        flat.append(const(constant))
    flat.sort(key=by_order)
    return flat[0] if len(flat) == 1 else make(op, tuple(flat))


def wrap(t: Term, width: int) -> Term:
    """`t` reduced to the signed range of `width` bits."""
    v = value_of(t)
    if v is not None:
        half = 1 << (width - 1)
        return const((v + half) % (1 << width) - half)
    return make("wrap", (t,), width)


def unsigned(t: Term, width: int) -> Term:
    """The unsigned reading of a `width`-bit value."""
    return fmod(t, const(1 << width))


def pow2(t: Term) -> Term:
    """2 to the power `t`, for t ≥ 0."""
    v = value_of(t)
    return const(1 << v) if v is not None and 0 <= v < 4096 else make("pow2", (t,))


def expand_remainders(t: Term) -> Term:
    """`t` with every factor x mod D written as x − D·⌊x/D⌋; digits of one number then sum up to it."""
    for _ in range(8):
        p = polynomial(t)
        found = next((a for m in p for a in m if a.op == "fmod"), None)
        if found is None:
            return t
        x, d = found.args
        replacement = sub(x, mul(d, fdiv(x, d)))
        parts = []
        for m, c in p.items():
            rest = list(m)
            extra = ONE
            if found in rest:
                rest.remove(found)
                extra = replacement
            parts.append(mul(from_polynomial({tuple(rest): c}), extra))
        t = add(*parts)
    return t


def scrambled(t: Term, memo: dict[Term, bool]) -> bool:
    """Whether `t` is made of pseudo-random bits: ⊕ of what wraps. `memo` keeps the answers."""
    found = memo.get(t)
    if found is None:
        found = any(scrambled(a, memo) for a in t.args) or (
            t.op == "bitxor" and any(u.op == "wrap" for u in subterms([t]))
        )
        memo[t] = found
    return found
