"""Whether two terms are equal for all values that the facts allow: by normal form, by cases, and by the prover.

Reals are compared as quotients of polynomials in their atoms, which is exact where all atoms are finite and no divisor
is 0; both are side conditions. Integers and truth values are left to the context's prover, after three theorems:
    a / b / c = a / (b·c) rounded toward zero (b, c ≠ 0) and, for b, c > 0, rounded down;
    (k·(x mod n) + y) mod n = (k·x + y) mod n;   2^(x + c) = 2^c·2^x for x ≥ 0, c > 0.
"""

from __future__ import annotations

from fractions import Fraction

from triton_lift.proving import Context
from triton_lift.simplification import PreconditionRequest, Simplifier
from triton_lift.simplification.reductions import unit
from triton_lift.synthesis.factoring import outward
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.binding import canonical_names
from triton_lift.terms.expansion import Expansion, total
from triton_lift.terms.substitution import rebuild, substitute
from triton_lift.terms.term import Term, bound_vars, by_order, ranges, reduce_body, reduce_guard, subterms

_MOST_CASES = 48
_MOST_MONOMIALS = 400
_BINDERS = ("reduce", "argreduce", "ranked", "argranked", "foldresult", "iterate")
_THROUGH = {
    "radd", "rmul", "rdiv", "rmax", "rmin", "rfun", "toreal", "select", "and", "or", "not", "rlt", "rle", "req",
}  # fmt: skip


class _TooLarge(Exception):
    """A polynomial with too many monomials."""


class Equality:
    """Shows equalities; each question has its own budget of cases."""

    def __init__(self) -> None:
        self.simplifier = Simplifier()
        self.cases = 0

    def holds(self, a: Term, b: Term, context: Context) -> bool:
        """Whether a = b follows from the facts of the context. False: not shown."""
        self.cases = 0
        a, b = canonical_names(a), canonical_names(b)
        if a is b:
            return True
        if a.sort != b.sort:
            return False
        return self._by_cases(a, b, context.extend(*bounds_of_extrema([a, b], context)))

    def _by_cases(self, a: Term, b: Term, context: Context) -> bool:
        a, b = self._settled(a, context), self._settled(b, context)
        if a is b:
            return True
        condition = _condition(a) or _condition(b)
        if condition is None:
            return self._decided(a, b, context)
        self.cases += 1
        if self.cases > _MOST_CASES:
            return False
        for fact, value in ((condition, bools.TRUE), (bools.negate(condition), bools.FALSE)):
            case = context.extend(fact)
            if not case.consistent():
                continue
            chosen: dict[Term, Term] = {condition: value}
            # 0 ≤ t and t ≤ 0: t is 0.
            free = sorted((v for v in condition.free if v.op == "var"), key=by_order)
            zero = [v for v in free if case.proves(bools.eq(v, ints.ZERO))]
            chosen.update(dict.fromkeys(zero, ints.ZERO))
            if not self._by_cases(substitute(a, chosen), substitute(b, chosen), case):
                return False
        return True

    def _settled(self, t: Term, context: Context) -> Term:
        """`t` with the choices made that the facts decide, and integers in normal form; reductions stay."""
        memo: dict[Term, Term] = {}
        t = self._without_extrema(t, context)

        def visit(u: Term) -> Term:
            found = memo.get(u)
            if found is None:
                found = memo[u] = compute(u)
            return found

        def compute(u: Term) -> Term:
            if u.op == "select":
                condition = visit(u.args[0])
                if condition is bools.TRUE:
                    return visit(u.args[1])
                if condition is bools.FALSE:
                    return visit(u.args[2])
                return reals.select(condition, visit(u.args[1]), visit(u.args[2]))
            if u.op == "reduce":
                empty = _nothing(u, context)
                if empty is not None or u.attr[1] != 1:
                    return empty or u
                factored = outward(u)
                return factored if factored.op == "reduce" else visit(factored)
            if u.sort == "int" or u.op in ("le0", "eq0"):
                return self._integer(u, context)
            if u.op == "toreal":
                return reals.from_int(self._integer(u.args[0], context))
            if u.op == "read":
                return rebuild(u, tuple(self._integer(a, context) for a in u.args))
            if u.op not in _THROUGH:
                return u
            return _inward(_ordered(rebuild(u, tuple(visit(a) for a in u.args)), context))

        return visit(t)

    def _without_extrema(self, t: Term, context: Context) -> Term:
        """`t` with the integer extrema decided that the facts decide, inside of reductions too."""
        everything = subterms([t])
        inner = {v for u in everything if u.op in _BINDERS for v in bound_vars(u)}
        decided: dict[Term, Term] = {}
        for u in everything:
            if u.op in ("imax", "imin") and not u.free & inner:
                simpler = self._integer(u, context)
                if simpler is not u:
                    decided[u] = simpler
        return substitute(t, decided)

    def _integer(self, t: Term, context: Context) -> Term:
        t = _nested_divisions(t, context)
        try:
            return self.simplifier.simplify(t, context)
        except PreconditionRequest:
            return t

    def _decided(self, a: Term, b: Term, context: Context) -> bool:
        if a.sort == "int":
            return context.proves(bools.eq(a, b))
        if a.sort == "bool":
            return context.proves(bools.disjunction(bools.negate(a), b)) and context.proves(
                bools.disjunction(bools.negate(b), a)
            )
        if _by_monomials(a) is _by_monomials(b):
            return True
        try:
            (p, q), (r, s) = self._quotient(a, context), self._quotient(b, context)
            return p is not None and r is not None and _times(p, s) == _times(r, q)
        except _TooLarge:
            return False

    def _quotient(self, t: Term, context: Context) -> tuple[Expansion | None, Expansion]:
        """Numerator and denominator of a finite real; (None, …) where it may not be one."""
        nonempty = self.simplifier.nonempty(context)
        one: Expansion = {(): Fraction(1)}

        def polynomial(u: Term) -> Expansion:
            result: Expansion = {}
            for m, c in ints.polynomial(u).items():
                atoms = tuple(sorted((reals.from_int(a) for a in m), key=by_order))
                result[atoms] = Fraction(c)
            return result

        memo: dict[Term, tuple[Expansion | None, Expansion]] = {}

        def visit(u: Term) -> tuple[Expansion | None, Expansion]:
            if u not in memo:
                memo[u] = quotient(u)
            return memo[u]

        def quotient(u: Term) -> tuple[Expansion | None, Expansion]:
            value = reals.value_of(u)
            if value is not None:
                return ({(): value} if value else {}), one
            if u.op == "toreal":
                return polynomial(u.args[0]), one
            if u.op in ("radd", "rmul", "rdiv"):
                parts = [visit(x) for x in u.args]
                if any(p is None for p, _ in parts):
                    return None, one
                num, den = parts[0]
                for (p, q), x in zip(parts[1:], u.args[1:], strict=True):
                    assert num is not None and p is not None
                    if u.op == "radd":
                        num = _times(num, one) if den == q else num
                        num = total(num, p) if den == q else total(_times(num, q), _times(p, den))
                        den = den if den == q else _times(den, q)
                    elif u.op == "rmul":
                        num, den = _times(num, p), _times(den, q)
                    elif self._nonzero(x, context):
                        num, den = _times(num, q), _times(den, p)
                    else:
                        return None, one
                return num, den
            return ({(u,): Fraction(1)} if reals.finite(u, nonempty) else None), one

        return visit(t)

    def _nonzero(self, t: Term, context: Context) -> bool:
        if reals.value_of(t):
            return True
        if t.op == "toreal":
            (n,) = t.args
            return context.proves(bools.lt(ints.ZERO, n)) or context.proves(bools.lt(n, ints.ZERO))
        nonempty = self.simplifier.nonempty(context)
        return reals.positive(t, nonempty) and reals.finite(t, nonempty)


def _by_monomials(t: Term) -> Term:
    """`t` with integers read as reals monomial by monomial."""
    integers = [u for u in subterms([t]) if u.op == "toreal"]
    return substitute(t, {u: _summands(u.args[0]) for u in integers})


def _summands(n: Term) -> Term:
    """An integer as a real, monomial by monomial."""
    monomials = ((ints.from_polynomial({m: 1}), c) for m, c in ints.polynomial(n).items())
    return reals.add(reals.ZERO, *(reals.mul(reals.const(c), reals.from_int(m)) for m, c in monomials))


def _ordered(t: Term, context: Context) -> Term:
    """A maximum without what is certainly at most another part of it, by a fact or by its form; a minimum likewise."""
    if t.op not in ("rmax", "rmin"):
        return t
    kept = list(t.args)
    for a in t.args:
        for b in kept:
            low, high = (a, b) if t.op == "rmax" else (b, a)
            sides = [
                (low, high),
                (reals.ZERO, reals.sub(high, low)),
                (reals.sub(low, high), reals.ZERO),
            ]
            known = [reals.compare(op, *side) for op in ("rlt", "rle") for side in sides]
            known += [bools.negate(reals.compare(op, y, x)) for op in ("rlt", "rle") for x, y in sides]
            if a is b or not (reals.finite(a) and reals.finite(b)):
                continue
            if any(f in context.facts for f in known) or reals.nonnegative(reals.sub(high, low)):
                kept.remove(a)
                break
    return (reals.maximum if t.op == "rmax" else reals.minimum)(*kept)


def _inward(t: Term) -> Term:
    """c + max(a, b) = max(c + a, c + b) for finite c; min likewise."""
    if t.op == "radd":
        for x in t.args:
            rest = [a for a in t.args if a is not x]
            if x.op in ("rmax", "rmin") and all(map(reals.finite, rest)):
                combine = reals.maximum if x.op == "rmax" else reals.minimum
                return combine(*(_inward(reals.add(*rest, a)) for a in x.args))
    return t


def _nothing(t: Term, context: Context) -> Term | None:
    """The unit of a reduction over nothing, or over units."""
    box = ranges(t)
    neutral = unit(t.attr[0], t.sort)
    if neutral is not None and reduce_body(t) is neutral:
        return neutral
    if neutral is None or len(box) != 1:
        return None
    ((_, low, high),) = box
    return neutral if low is high or (high.free and context.proves(bools.le(high, low))) else None


def _times(p: Expansion, q: Expansion) -> Expansion:
    if len(p) * len(q) > _MOST_MONOMIALS:
        raise _TooLarge
    result: Expansion = {}
    for m1, c1 in p.items():
        for m2, c2 in q.items():
            m = tuple(sorted(m1 + m2, key=by_order))
            result[m] = result.get(m, Fraction(0)) + c1 * c2
    return {m: c for m, c in result.items() if c}


def _condition(t: Term) -> Term | None:
    """A condition to distinguish cases by: of a choice outside of reductions, indices and conditions."""
    pending = [t]
    seen: set[Term] = set()
    while pending:
        u = pending.pop()
        if u in seen:
            continue
        seen.add(u)
        if u.op == "select":
            return u.args[0]
        if u.op in _THROUGH and u.sort == "real":
            pending.extend(reversed(u.args))
    return None


def _nested_divisions(t: Term, context: Context) -> Term:
    """Integer divisions and remainders of divisions and remainders, by one number; reductions stay as they are."""
    memo: dict[Term, Term] = {}

    def visit(u: Term) -> Term:
        found = memo.get(u)
        if found is None:
            found = u if u.op in ("reduce", "argreduce", "read") or not u.args else compute(u)
            memo[u] = found
        return found

    def compute(u: Term) -> Term:
        u = rebuild(u, tuple(map(visit, u.args)))
        match u.op:
            case "tdiv" if u.args[0].op == "tdiv":
                x, a = u.args[0].args
                return visit(ints.tdiv(x, ints.mul(a, u.args[1])))
            case "fdiv" if u.args[0].op == "fdiv":
                x, a = u.args[0].args
                if all(context.proves(bools.le(ints.ONE, d)) for d in (a, u.args[1])):
                    return visit(ints.fdiv(x, ints.mul(a, u.args[1])))
            case "fmod":
                x, n = u.args
                inner = [
                    m for m in ints.polynomial(x) if len(m) == 1 and m[0].op == "fmod" and m[0].args[1] is n
                ]
                for m in inner:
                    c = ints.polynomial(x)[m]
                    x = ints.add(x, ints.scale(ints.sub(m[0].args[0], m[0]), c))
                if inner:
                    return visit(ints.fmod(x, n))
            case "pow2":
                (x,) = u.args
                c = ints.polynomial(x).get((), 0)
                rest = ints.sub(x, ints.const(c))
                if 0 < c < 64 and context.proves(bools.le(ints.ZERO, rest)):
                    return ints.scale(ints.pow2(rest), 1 << c)
        return u

    return visit(t)


def bounds_of_extrema(roots: list[Term], context: Context) -> list[Term]:
    """For a maximum over l ≤ u < h of integers e(u), where l < h: e(l) ≤ it, and it ≤ h − 1 if all e(u) are."""
    facts = []
    for t in subterms(roots):
        if t.op != "reduce" or t.sort != "int" or t.attr != ("max", 1) or reduce_guard(t) is not bools.TRUE:
            continue
        ((v, low, high),) = ranges(t)
        if not context.proves(bools.lt(low, high)):
            continue
        body = reduce_body(t)
        facts.append(bools.le(substitute(body, {v: low}), t))
        last = ints.sub(high, ints.ONE)
        if context.extend(bools.le(low, v), bools.lt(v, high)).proves(bools.le(body, last)):
            facts.append(bools.le(t, last))
    return facts
