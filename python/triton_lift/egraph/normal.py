"""Real terms as quotients of polynomials (`algebra`): the normal form in which raw and simplified values are compared.

Exact where every atom is finite and no divisor is 0; both are side conditions, shown or known because the raw value is
defined (`facts`). What cannot be shown raises UndecidedError. Exponentials are pulled apart, so that a shift by what
does not depend on the summed index leaves a sum: Σ a·exp(x − m) = exp(−m)·Σ a·exp(x). Functions are in `functions`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction

from triton_lift.egraph import algebra
from triton_lift.egraph.algebra import (
    ONE,
    UNIT,
    Algebra,
    Mono,
    Poly,
    Quotient,
    inverse,
    plus,
    product,
    scaled,
    shifted,
)
from triton_lift.egraph.facts import Facts, Sign, oriented
from triton_lift.egraph.pieces import Pieces, UndecidedError, from_zero, one_by_one
from triton_lift.proving import Context
from triton_lift.simplification.reductions import bounds, reduction
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.binding import canonical_names
from triton_lift.terms.substitution import substitute
from triton_lift.terms.term import Term, by_order, make, ranges, reduce_body, reduce_guard

# Numbers of variables while their binder is looked into. Canonical names are above, points that are fixed are below.
FIRST_LEVEL = -1000
LAST_LEVEL = -1_000_000


class CaseNeededError(Exception):
    """The comparison needs to know a condition, or the sign of a polynomial."""

    def __init__(self, condition: Term | None, difference: Poly | None) -> None:
        super().__init__("a case distinction is needed")
        self.condition, self.difference = condition, difference


Function = Callable[["Normal", Term, Context], Quotient]


class Normal:
    """Normal forms under some facts. `splitting`: a choice that is not decided asks for a case distinction."""

    functions: dict[str, Function] = {}  # filled by the module of that name

    def __init__(self, facts: Facts, calculus: Algebra, splitting: bool = False) -> None:
        self.facts, self.ring, self.splitting = facts, calculus, splitting
        self.trusting = False  # whether a partial operation that is met is known to be defined
        self.arguments: dict[Term, Poly] = {}  # of a logarithm
        self.pieces = Pieces(self)
        self._memo: dict[tuple[Term, frozenset[Term], bool], Quotient] = {}
        self._levels: dict[tuple[int, Term], list[Term]] = {}

    def forget(self) -> None:
        """Forgets normal forms, not facts."""
        self._memo.clear()

    # Terms.

    def quotient(self, t: Term, context: Context) -> Quotient:
        """`t` as (numerator, denominator), the latter not 0."""
        memo_key = (t, context.key, self.trusting)
        found = self._memo.get(memo_key)
        if found is None:
            self.ring.spend(1)
            found = self._memo[memo_key] = self._quotient(t, context)
            if not found[1]:
                raise UndecidedError  # it divides by 0
        return found

    def _quotient(self, t: Term, context: Context) -> Quotient:
        match t.op:
            case "real":
                return algebra.constant(t.attr), ONE
            case "toreal":
                return self._integer(t.args[0]), ONE
            case "radd":
                return self._sum(t, context)
            case "rmul":
                num, den = ONE, ONE
                for a in t.args:
                    p, q = self.quotient(a, context)
                    num, den = self.ring.times(num, p), self.ring.times(den, q)
                return num, den
            case "rdiv":
                (p, q), (r, s) = (self.quotient(a, context) for a in t.args)
                self.require("nonzero", r, t.args[1], context)
                return self.ring.times(p, s), self.ring.times(q, r)
            case "rfun":
                function = self.functions.get(str(t.attr))
                if function is not None:
                    return function(self, t, context)
                args = tuple(self.normal(a, context) for a in t.args)
                return self.atom(make("rfun", args, t.attr, "real"), context)
            case "rmax" | "rmin":
                return self._extremum(t, context)
            case "select":
                return self._select(t, context)
            case "reduce":
                return self._reduce(t, context)
            case _:
                return self.atom(t, context)

    def atom(self, a: Term, context: Context) -> Quotient:
        """A term of which nothing is known but that it is finite."""
        if not self.facts.finite(a, context):
            raise UndecidedError
        return algebra.atom(a), ONE

    def require(self, relation: str, p: Poly, t: Term, context: Context, listed: bool = True) -> None:
        """Raises UndecidedError unless `p`, which `t` is a positive multiple of, is nonzero (positive, nonnegative).

        `listed`: the report lists it as an assumption where the raw value needs it.
        """
        if self.trusting and listed:
            self.facts.note(relation, p, context)  # type: ignore[arg-type]
        elif not self.facts.holds(relation, p, context):  # type: ignore[arg-type]
            nonempty = self.facts.nonempty(context)
            if not (reals.nonnegative(t) if relation == "nonnegative" else reals.positive(t, nonempty)):
                raise UndecidedError

    def laurent(self, t: Term, context: Context) -> Poly:
        """`t` without a denominator: 1/q is an atom where q has more than one term."""
        return self.divided(*self.quotient(t, context))

    def divided(self, p: Poly, q: Poly) -> Poly:
        """p/q as a polynomial; q is not 0."""
        if q == ONE:
            return p
        unit = algebra.least(q)
        c = q[unit]
        rest = shifted(scaled(q, 1 / c), inverse(unit))
        p = scaled(shifted(p, inverse(unit)), 1 / c)
        if len(rest) == 1:
            return p
        return self.ring.times(p, algebra.atom(make("rdiv", (reals.ONE, algebra.term(rest)), None, "real")))

    def normal(self, t: Term, context: Context) -> Term:
        """The canonical term equal to `t`."""
        return algebra.term(self.laurent(t, context))

    def _integer(self, n: Term) -> Poly:
        result: Poly = {}
        for m, c in ints.polynomial(n).items():
            powers: dict[Term, int] = {}
            for a in m:
                a = reals.from_int(a)
                powers[a] = powers.get(a, 0) + 1
            if any(a.op != "toreal" for a in powers):
                raise UndecidedError
            result[Mono(frozenset(powers.items()), frozenset())] = Fraction(c)
        return result

    def _sum(self, t: Term, context: Context) -> Quotient:
        num, den = self.quotient(t.args[0], context)
        for a in t.args[1:]:
            p, q = self.quotient(a, context)
            self.ring.spend(len(num) + len(p))
            if den == q:
                num = plus(num, p)
            else:
                num = plus(self.ring.times(num, q), self.ring.times(p, den))
                den = self.ring.times(den, q)
        return num, den

    # Choices.

    def sign(self, p: Poly, context: Context) -> Sign | None:
        """The sign of `p`; a case distinction where one is wanted and possible."""
        found = self.facts.sign(p, context)
        if found is None and self.splitting and not any(self._inner(algebra.term(p))):
            raise CaseNeededError(None, p)
        return found

    def _inner(self, t: Term) -> list[Term]:
        inside = (v for v in t.free if v.op == "var" and LAST_LEVEL <= v.attr[1] <= FIRST_LEVEL)
        return sorted(inside, key=by_order)

    def _extremum(self, t: Term, context: Context) -> Quotient:
        turn = -1 if t.op == "rmin" else 1
        if t.op == "rmax" and reals.ZERO in t.args and len(t.args) == 2:
            (other,) = (a for a in t.args if a is not reals.ZERO)
            if self._nonnegative(other, context):
                return self.quotient(other, context)
        return self._extreme_of([self.laurent(a, context) for a in t.args], turn, context), ONE

    def _extreme_of(self, parts: list[Poly], turn: int, context: Context) -> Poly:
        """The greatest of some polynomials, or the least if `turn` is -1."""
        kept: list[Poly] = []
        for p in self._apart((scaled(p, turn) for p in parts), context):
            signs = [(q, self.facts.sign(plus(p, scaled(q, -1)), context)) for q in kept]
            if any(s in ("<", "<=", "=") for _, s in signs):
                continue
            kept = [q for q, s in signs if s not in (">", ">=")]
            kept.append(p)
        if len(kept) > 1:
            self.sign(plus(kept[0], scaled(kept[1], -1)), context)
        return scaled(self._greatest(kept), turn)

    def _apart(self, parts: Iterable[Poly], context: Context) -> Iterator[Poly]:
        """max(a, max(b, c)) is of a, b and c."""
        for p in parts:
            ((m, c),) = p.items() if len(p) == 1 else ((UNIT, Fraction(0)),)
            a = next(iter(m.powers))[0] if len(m.powers) == 1 else None
            if c == 1 and a is not None and a.op == "rmax" and p == algebra.atom(a):
                yield from self._apart([self.laurent(x, context) for x in a.args], context)
            else:
                yield p

    def _nonnegative(self, t: Term, context: Context) -> bool:
        """Whether a term is certainly ≥ 0 by its form."""
        if t.op == "rdiv":
            above, below = t.args
            positive = reals.positive(below, self.facts.nonempty(context))
            return self._nonnegative(above, context) and (positive or reals.nonnegative(below))
        return reals.nonnegative(t)

    def _greatest(self, parts: list[Poly]) -> Poly:
        """max(a + c, b + c) = c + max(a, b), max(s·a, s·b) = s·max(a, b) for s > 0."""
        if len(parts) == 1:
            return parts[0]
        shared: Poly = {}
        for m, c in parts[0].items():
            if all(p.get(m) == c for p in parts):
                shared[m] = c
        rest = [plus(p, scaled(shared, -1)) for p in parts]
        size = max(abs(c) for p in rest for c in p.values())
        terms = sorted((algebra.term(scaled(p, 1 / size)) for p in rest), key=by_order)
        return plus(shared, scaled(algebra.atom(make("rmax", tuple(terms), None, "real")), size))

    def _select(self, t: Term, context: Context) -> Quotient:
        c, a, b = t.args
        condition = self.condition(c, context)
        if condition in (bools.TRUE, bools.FALSE):
            return self.quotient(a if condition is bools.TRUE else b, context)
        if self.splitting and not self._inner(condition):
            raise CaseNeededError(c, None)
        if condition.op == "not":
            c, condition, a, b = bools.negate(c), condition.args[0], b, a
        p = self.laurent(a, context.extend(c))
        q = self.laurent(b, context.extend(bools.negate(c)))
        if p == q:
            return p, ONE
        chosen = (condition, algebra.term(p), algebra.term(q))
        return algebra.atom(make("select", chosen, None, "real")), ONE

    def condition(self, c: Term, context: Context) -> Term:
        """A condition in canonical form: reals are compared with 0."""
        if c in context.facts:
            return bools.TRUE
        if bools.negate(c) in context.facts:
            return bools.FALSE
        match c.op:
            case "not":
                return bools.negate(self.condition(c.args[0], context))
            case "and":
                return bools.conjunction(*(self.condition(a, context) for a in c.args))
            case "or":
                return bools.disjunction(*(self.condition(a, context) for a in c.args))
            case "rlt" | "rle":
                return self._comparison(
                    c.op == "rlt", self.laurent(reals.sub(c.args[1], c.args[0]), context), context
                )
            case _:
                return c

    def _comparison(self, strict: bool, p: Poly, context: Context) -> Term:
        """p > 0 or p ≥ 0."""
        sign = self.facts.sign(p, context)
        if sign is not None:
            if sign == ">" or (sign in (">=", "=") and not strict):
                return bools.TRUE
            if sign == "<" or (sign in ("<=", "=") and strict):
                return bools.FALSE
        q, flipped = oriented(p)
        if flipped:
            return bools.negate(make("rle" if strict else "rlt", (reals.ZERO, algebra.term(q)), None, "bool"))
        return make("rlt" if strict else "rle", (reals.ZERO, algebra.term(q)), None, "bool")

    # Reductions.

    def opened(self, t: Term) -> tuple[list[Term], list[tuple[Term, Term, Term]], Term, Term]:
        """Variables, box, guard and body of a reduction, with variables that belong to its box and depth alone."""
        box, guard = ranges(t), reduce_guard(t)
        depth = max([0, *(FIRST_LEVEL - v.attr[1] + 1 for v in self._inner(t))])
        bare = make("reduce", (*t.args[:-2], guard, reals.ZERO), ("add", len(box)), "real")
        name = (depth, canonical_names(bare))
        if name not in self._levels:
            used = sum(map(len, self._levels.values()))
            numbers = range(FIRST_LEVEL - used, FIRST_LEVEL - used - len(box), -1)
            self._levels[name] = [make("var", (), ("k", n)) for n in numbers]
        variables = self._levels[name]
        to = {v: w for (v, _, _), w in zip(box, variables, strict=True)}
        renamed = [
            (w, substitute(lo, to), substitute(hi, to)) for (_, lo, hi), w in zip(box, variables, strict=True)
        ]
        return variables, renamed, substitute(guard, to), substitute(reduce_body(t), to)

    def _reduce(self, t: Term, context: Context) -> Quotient:
        kind: str = t.attr[0]
        if t.sort != "real" or kind not in ("add", "max", "min"):
            return self.atom(canonical_names(t), context)
        t = from_zero(t)
        apart = one_by_one(t)
        if apart is not t:
            return self.quotient(apart, context)
        variables, box, guard, body = self.opened(t)
        inside = context.extend(bounds(box), guard)
        if kind == "add":
            return self._total(variables, box, guard, body, context, inside)
        if not self.facts.finite(canonical_names(t), context):
            raise UndecidedError
        return self._extreme(kind, variables, box, guard, self.laurent(body, inside), context), ONE

    def _closed(self, kind: str, box: list[tuple[Term, Term, Term]], guard: Term, body: Term) -> Term:
        result = canonical_names(reduction("reduce", kind, box, guard, body))
        if kind != "add" or body.op != "reduce" or body.attr[0] != "add":
            return result
        # Σ over r of Σ over s is Σ over s of Σ over r: one of the two is the canonical one.
        _, inner_box, inner_guard, inner = self.opened(body)
        bound = {v for v, _, _ in box}
        if bound & inner_guard.free or any(bound & (lo.free | hi.free) for _, lo, hi in inner_box):
            return result
        swapped = reduction("reduce", "add", box, guard, inner)
        other = canonical_names(reduction("reduce", "add", inner_box, inner_guard, swapped))
        return min(result, other, key=repr)

    def _total(
        self,
        variables: list[Term],
        box: list[tuple[Term, Term, Term]],
        guard: Term,
        body: Term,
        context: Context,
        inside: Context,
    ) -> Quotient:
        num, den = self.quotient(body, inside)
        bound = frozenset(variables)
        # A divisor is taken out only where it is not 0 outside either: over nothing, it need not be defined. As a
        # factor 1/d it may go out, for then the sum beside it is 0.
        if any(depends(m, bound) for m in den) or not self.facts.holds("nonzero", den, context):
            num, den = self.divided(num, den), ONE
        result: Poly = {}
        for m, c in num.items():
            free, rest = split(m, bound)
            inner = self._points(box, guard, context) if rest == UNIT else None
            if inner is None:
                one = algebra.term({rest: Fraction(1)})
                inner = self._plain_sum(box, guard, one, context)
            result = plus(result, self.ring.times({free: c}, inner))
        return result, den

    def _plain_sum(
        self, box: list[tuple[Term, Term, Term]], guard: Term, body: Term, context: Context
    ) -> Poly:
        """Σ of what varies in all its factors: in the canonical order, and in pieces."""
        closed = self._closed("add", box, guard, body)
        if closed is not canonical_names(reduction("reduce", "add", box, guard, body)):
            return self.laurent(closed, context)
        pieces = self.pieces.split("add", box, guard, body, context)
        return plus(*pieces) if pieces else algebra.atom(closed)

    def _points(self, box: list[tuple[Term, Term, Term]], guard: Term, context: Context) -> Poly | None:
        """How many points a plain range has."""
        if guard is not bools.TRUE or len(box) != 1:
            return None
        ((_, low, high),) = box
        return self._integer(ints.sub(high, low)) if context.proves(bools.le(low, high)) else None

    def _extreme(
        self,
        kind: str,
        variables: list[Term],
        box: list[tuple[Term, Term, Term]],
        guard: Term,
        body: Poly,
        context: Context,
    ) -> Poly:
        """max (e + c) = c + max e; max s·e = s·max e for s > 0; min e = −max −e."""
        bound = frozenset(variables)
        free = {m: c for m, c in body.items() if not depends(m, bound)}
        rest = {m: c for m, c in body.items() if depends(m, bound)}
        if not rest:
            return free
        lead, flipped = oriented(rest)
        size = abs(next(iter(rest.values())) / next(iter(lead.values())))
        if flipped:
            kind = "min" if kind == "max" else "max"
        factor: Poly = algebra.constant(-size if flipped else size)
        if len(lead) == 1:
            (m,) = lead
            outer, inner = split(m, bound)
            if all(self.facts.positive_atom(a, context) for a, _ in algebra.factors(outer)):
                factor, lead = self.ring.times(factor, {outer: Fraction(1)}), {inner: Fraction(1)}
        one = algebra.term(lead)
        pieces = self.pieces.split(kind, box, guard, one, context)
        if pieces:
            found = self._extreme_of(pieces, 1 if kind == "max" else -1, context)
        else:
            found = algebra.atom(self._closed(kind, box, guard, one))
        return plus(free, self.ring.times(factor, found))


def depends(m: Mono, bound: frozenset[Term]) -> bool:
    """Whether a monomial speaks of one of the variables."""
    return any(a.free & bound for a, _ in m.powers) or any(depends(h, bound) for h, _ in m.exponent)


def split(m: Mono, bound: frozenset[Term]) -> tuple[Mono, Mono]:
    """The factors without and with the variables."""
    free = Mono(
        frozenset((a, n) for a, n in m.powers if not a.free & bound),
        frozenset((h, c) for h, c in m.exponent if not depends(h, bound)),
    )
    return free, product(m, inverse(free))
