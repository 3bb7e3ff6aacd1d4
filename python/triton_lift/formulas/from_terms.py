"""Terms to formulas: the one place where a term becomes syntax.

What is decided here is what a reader sees whatever the notation: names of indices, the order of summands and factors,
which way round a comparison stands, where a division is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from fractions import Fraction
from typing import Any

from triton_lift.formulas import ast, recurrences
from triton_lift.formulas.chains import adjacent
from triton_lift.formulas.printing import Printer
from triton_lift.formulas.spelling import TextStyle
from triton_lift.render import order
from triton_lift.render.accesses import Layouts
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.substitution import substitute
from triton_lift.terms.term import BINDERS, Term, bound_vars, make, ranges, reduce_body, reduce_guard

BOUND_NAMES = "krsuvwqpxyz"

_MANY = 1 << 40
_PAGES = 20_000
_SUPPOSED_SHORT = TextStyle()
_TWO = ast.Number(Fraction(2))


class FromTerms:
    """Formulas for the terms of one kernel: `arrays` gives array names, `names` what the variables in sight are called,
    `taken` names that nothing else may have."""

    def __init__(self, arrays: dict[int, str], layouts: Layouts, taken: Iterable[str]) -> None:
        self.arrays = arrays
        self.layouts = layouts
        self.taken = set(taken)
        self.names: dict[Term, str] = {}
        self.mixes: dict[Term, str] = {}
        self.letters: dict[Term, tuple[str, ...]] = {}  # time of a recurrence around: the names of its states
        self.systems: dict[Term, list[str]] = {}
        self.text = Printer(TextStyle())  # what is equal otherwise is ordered by its text
        self._scrambled: dict[Term, bool] = {}
        self._sizes: dict[int, tuple[ast.Node, int]] = {}  # by identity: nodes are shared
        self._made: dict[tuple[Term, frozenset[Any], frozenset[Any]], ast.Expression] = {}

    def name_indices(self, indices: Iterable[tuple[Term, str]]) -> None:
        """Gives output indices their names, in the order in which they are read."""
        self.names = dict(indices)

    def name_inner(self, variables: list[Term]) -> list[str]:
        """Names for variables that are not indices, until `forget`."""
        for v in variables:
            self.names[v] = self.fresh()
        return [self.names[v] for v in variables]

    def forget(self, variables: list[Term]) -> None:
        """Takes those names back."""
        for v in variables:
            del self.names[v]

    def fresh(self) -> str:
        """A name that nothing in sight has."""
        used = self.taken | set(self.names.values())
        for suffix in ("", "1", "2", "3"):
            for letter in BOUND_NAMES:
                if letter + suffix not in used:
                    return letter + suffix
        return f"v{len(self.names)}"

    def expression(self, t: Term) -> ast.Expression:
        """The formula of a term."""
        if not t.args:
            return self._written(t)
        # What is shared is written once; names that are taken decide what inner indices are called.
        key = (t, frozenset(self.names.items()), frozenset(self.letters.items()))
        found = self._made.get(key)
        if found is None:
            found = self._made[key] = self._written(t)
        return found

    def element(self, array: int, offset: Term) -> ast.Access:
        """An element of an array."""
        return ast.Access(
            self.arrays[array], tuple([self.expression(e) for e in self.layouts.indices(array, offset)])
        )

    def _ordered(
        self, terms: Iterable[Term], key: Callable[[Term], tuple[int, ...]]
    ) -> list[tuple[Term, ast.Expression]]:
        """The terms with their formulas, by the key and then by the text."""
        written = [(t, self.expression(t)) for t in terms]
        return sorted(written, key=lambda w: (key(w[0]), self._spelled(w[1])))

    def _spelled(self, e: ast.Expression) -> str:
        """The text of a formula that does not fill pages: what shares its parts could have any number of them."""
        stack: list[ast.Node] = [e]
        while stack:
            pending = [c for c in ast.children(stack[-1]) if id(c) not in self._sizes]
            if pending:
                stack += pending
                continue
            node = stack.pop()
            self._sizes[id(node)] = node, 1 + sum(self._sizes[id(c)][1] for c in ast.children(node))
        return self.text.spelled(e)[0] if self._sizes[id(e)][1] <= _PAGES else ""

    def _written(self, t: Term) -> ast.Expression:
        if t.sort == "int" and t.args and ints.scrambled(t, self._scrambled):
            return self._mix(t)
        method: Callable[[Term], ast.Expression] | None = getattr(self, f"_{t.op}", None)
        return method(t) if method is not None else self._call(t.op, t.args)

    def _call(self, name: str, args: Iterable[Term]) -> ast.Expression:
        return ast.Call(name, tuple([self.expression(a) for a in args]))

    def _mix(self, t: Term) -> ast.Expression:
        """Pseudo-random bits as a function of what they are made from; written out, they fill pages."""
        # The same bits have the same name in every output, by the names of its indices.
        named = {v: make("var", (), (name, -_MANY)) for v, name in self.names.items() if v in t.free}
        name = self.mixes.setdefault(substitute(t, named), f"mix{len(self.mixes) + 1}")
        sources: dict[Term, None] = {}
        pending, seen = [t], {t}
        while pending:
            u = pending.pop()
            if u.op in ("param", "var", "read", "pid", "nprogs"):
                sources[u] = None
                continue
            pending += [a for a in u.args if a not in seen]
            seen.update(u.args)
        # Of an array that a binder inside goes through, all elements count.
        inside = {v for u in seen if u.op in BINDERS for v in bound_vars(u)}
        whole = {u.attr[0] for u in sources if u.op == "read" and u.free & inside}
        written: list[ast.Expression] = [ast.Name(self.arrays[array]) for array in sorted(whole)]
        written += [self.expression(u) for u in sources if not u.free & inside]
        return ast.Call(name, tuple(sorted(written, key=self._spelled)))

    # Leaves.

    def _int(self, t: Term) -> ast.Expression:
        return number(Fraction(t.attr))

    def _bool(self, t: Term) -> ast.Expression:
        return ast.Truth(t.attr)

    def _real(self, t: Term) -> ast.Expression:
        return number(t.attr)

    def _inf(self, t: Term) -> ast.Expression:
        return ast.Infinity() if t.attr == 1 else ast.Negative(ast.Infinity())

    def _param(self, t: Term) -> ast.Expression:
        return ast.Name(t.attr[1])

    def _nprogs(self, t: Term) -> ast.Expression:
        return ast.Call("num_programs", (number(Fraction(t.attr)),))

    def _pid(self, t: Term) -> ast.Expression:
        return ast.Call("program_id", (number(Fraction(t.attr)),))

    def _var(self, t: Term) -> ast.Expression:
        return ast.Name(self.names.get(t) or f"{t.attr[0]}{t.attr[1]}")

    def _arbitrary(self, t: Term) -> ast.Expression:
        return self._call("undefined", t.args)

    # Sums and products.

    def _lin(self, t: Term) -> ast.Expression:
        *coefficients, constant = t.attr
        factor = dict(zip(t.args, coefficients, strict=True))
        ordered = self._ordered(t.args, lambda m: order.in_integer_sum(m, self.names))
        parts: list[tuple[Fraction, ast.Expression | None]] = [(Fraction(factor[m]), e) for m, e in ordered]
        if constant:
            parts.append((Fraction(constant), None))
        return _sum(parts)

    def _prod(self, t: Term) -> ast.Expression:
        ordered = self._ordered(t.args, lambda a: order.in_integer_product(a, self.names))
        return ast.Product(tuple([e for _, e in ordered]))

    def _radd(self, t: Term) -> ast.Expression:
        leads = order.constant_leads(t.args)
        # One base may occur twice: ∞ - ∞ is left in place.
        shown = [(c, base, self.expression(base)) for c, base in map(reals.coefficient, t.args)]
        shown.sort(key=lambda p: (order.in_real_sum(p[1], leads=leads), self._spelled(p[2]), -p[0]))
        # A sum sign reaches as far right as it can: the one that may go without parentheses comes last.
        shown.sort(key=lambda p: p[1].op == "reduce")
        parts: list[tuple[Fraction, ast.Expression | None]] = []
        for c, base, e in shown:
            value = reals.value_of(base)
            parts.append((c, e) if value is None else (value, None))
        return _sum(parts)

    def _rmul(self, t: Term) -> ast.Expression:
        value = reals.value_of(t.args[0])
        if value is not None:
            c, base = reals.coefficient(t)
            if c < 0:
                return ast.Negative(self.expression(reals.scaled(base, -c)))
            if c.numerator == 1 and c.denominator > 1 and not _SUPPOSED_SHORT.is_short(c):
                return ast.Quotient(self.expression(base), number(Fraction(c.denominator)))
        counts: dict[Term, int] = {}
        for a in t.args:
            counts[a] = counts.get(a, 0) + 1
        quotients = [a for a, n in counts.items() if n == 1 and a.op == "rdiv"]
        if len(quotients) == 1 < len(counts):  # (a / b)·c is read more easily as a·c / b
            del counts[quotients[0]]
            numerator, below = quotients[0].args
            for a in numerator.args if numerator.op == "rmul" else (numerator,):
                if a is not reals.ONE:
                    counts[a] = counts.get(a, 0) + 1
            return _quotient(self._product(counts), self.expression(below))
        return self._product(counts)

    def _product(self, counts: dict[Term, int]) -> ast.Expression:
        """The factors, each to its power."""
        factors = []
        for a, e in self._ordered(counts, order.in_real_product):
            n = counts[a]
            factors.append(e if n == 1 else ast.Power(e, ast.Number(Fraction(n))))
        return _product(factors)

    def _rdiv(self, t: Term) -> ast.Expression:
        return _quotient(self.expression(t.args[0]), self.expression(t.args[1]))

    def _toreal(self, t: Term) -> ast.Expression:
        return self.expression(t.args[0])

    def _fdiv(self, t: Term) -> ast.Expression:
        x, d = t.args
        ceil = ints.sub(x, ints.sub(d, ints.ONE))
        if len(ints.polynomial(ceil)) < len(ints.polynomial(x)):
            return ast.Ceiling(self.expression(ceil), self.expression(d))
        return ast.Floor(self.expression(x), self.expression(d))

    def _fmod(self, t: Term) -> ast.Expression:
        return ast.Modulo(self.expression(t.args[0]), self.expression(t.args[1]))

    def _tdiv(self, t: Term) -> ast.Expression:
        return self._call("div", t.args)

    def _trem(self, t: Term) -> ast.Expression:
        return self._call("rem", t.args)

    def _imin(self, t: Term) -> ast.Expression:
        return ast.Call("min", self._candidates(t))

    def _imax(self, t: Term) -> ast.Expression:
        return ast.Call("max", self._candidates(t))

    _rmin, _rmax = _imin, _imax

    def _candidates(self, t: Term) -> tuple[ast.Expression, ...]:
        return tuple([e for _, e in self._ordered(t.args, lambda a: order.in_extremum(a, self.names))])

    def _iabs(self, t: Term) -> ast.Expression:
        return self._call("abs", t.args)

    def _pow2(self, t: Term) -> ast.Expression:
        return ast.Power(_TWO, self.expression(t.args[0]))

    def _wrap(self, t: Term) -> ast.Expression:
        return self._call(f"int{t.attr}", t.args)

    def _fptoint(self, t: Term) -> ast.Expression:
        return self._call("trunc", t.args)

    def _tobits(self, t: Term) -> ast.Expression:
        return self._call(f"bits_{t.attr}", t.args)

    def _frombits(self, t: Term) -> ast.Expression:
        return self._call(f"{t.attr}_of_bits", t.args)

    def _rfun(self, t: Term) -> ast.Expression:
        if t.attr == "exp" and t.args[0] is reals.ONE and "e" not in self.taken:
            return ast.Name("e")
        if t.attr == "pow" and t.args[1].op == "toreal":
            return ast.Power(self.expression(t.args[0]), self.expression(t.args[1]))
        return self._call(str(t.attr), t.args)

    def _provided(self, t: Term) -> ast.Expression:
        return self.expression(t.args[0])  # on what condition is said beside the formula

    def _read(self, t: Term) -> ast.Expression:
        return self.element(t.attr[0], t.args[0])

    def _select(self, t: Term) -> ast.Expression:
        c, a, b = t.args
        return ast.Select(self.expression(c), self.expression(a), self.expression(b))

    # Booleans.

    def _and(self, t: Term) -> ast.Expression:
        return ast.And(tuple(adjacent(self._conditions(t))))

    def _or(self, t: Term) -> ast.Expression:
        return ast.Or(self._conditions(t))

    def _conditions(self, t: Term) -> tuple[ast.Expression, ...]:
        return tuple([e for _, e in self._ordered(t.args, lambda a: order.in_condition(a, self.names))])

    def _not(self, t: Term) -> ast.Expression:
        (a,) = t.args
        if a.op in ("eq0", "req"):
            return ast.Comparison("≠", *self._sides(a))
        if a.op in ("rlt", "rle"):  # of numbers one is the smaller, or both are equal
            return (self._rle if a.op == "rlt" else self._rlt)(make(a.op, a.args[::-1], None, "bool"))
        return ast.Not(self.expression(a))

    def _sides(self, t: Term) -> tuple[ast.Expression, ast.Expression]:
        if t.op in ("le0", "eq0"):
            p = ints.polynomial(t.args[0])
            left = {m: c for m, c in p.items() if c > 0 and m}
            right = {m: -c for m, c in p.items() if c < 0 and m}
            constant = p.get((), 0)
            target = left if constant > 0 else right
            target[()] = abs(constant)
            sides = [ints.from_polynomial(left), ints.from_polynomial(right)]
            if t.op == "eq0":  # which side is subtracted is a matter of what was made before
                sides = [x for x, _ in self._ordered(sides, lambda a: order.in_equality(a, self.names))]
            return self.expression(sides[0]), self.expression(sides[1])
        return self.expression(t.args[0]), self.expression(t.args[1])

    def _le0(self, t: Term) -> ast.Expression:
        p = ints.polynomial(t.args[0])
        if p.get((), 0) == 1:
            p = ints.polynomial(ints.sub(t.args[0], ints.ONE))
            left, right = (
                ints.from_polynomial({m: abs(c) for m, c in p.items() if c * sign > 0}) for sign in (1, -1)
            )
            return ast.Comparison("<", self.expression(left), self.expression(right))
        return ast.Comparison("≤", *self._sides(t))

    def _eq0(self, t: Term) -> ast.Expression:
        return ast.Comparison("=", *self._sides(t))

    _req = _eq0

    def _rlt(self, t: Term) -> ast.Expression:
        left, right = self._sides(t)
        if t.args[0] is reals.ZERO:
            return ast.Comparison(">", right, left)
        return ast.Comparison("<", left, right)

    def _rle(self, t: Term) -> ast.Expression:
        left, right = self._sides(t)
        if t.args[0] is reals.ZERO:
            return ast.Comparison("≥", right, left)
        return ast.Comparison("≤", left, right)

    # Binders.

    def _reduce(self, t: Term) -> ast.Expression:
        hidden = dict(self.names)
        box = []
        for v, low, high in ranges(t):
            start, end = self.expression(low), self.expression(high)
            self.names[v] = self.fresh()
            box.append(ast.Range(self.names[v], start, end))
        guard = reduce_guard(t)
        condition = self.expression(guard) if guard is not bools.TRUE else None
        body = self.expression(reduce_body(t))
        index = self.expression(t.args[-1]) if t.op == "argreduce" else None
        if index == ast.Name(box[0].name):
            index = None
        self.names = hidden
        return ast.Reduction(t.attr[0], tuple(box), condition, body, index)

    _argreduce = _reduce

    def _ranked(self, t: Term) -> ast.Expression:
        rank = self.expression(t.args[-1])
        found = self._reduce(t)
        assert isinstance(found, ast.Reduction)
        return replace(found, kind="arg" * (t.op == "argranked") + found.kind, index=rank)

    _argranked = _ranked

    def _matprod(self, t: Term) -> ast.Expression:
        (v, low, high), (i, _, _), (j, _, _) = ranges(t)
        row, column = (self.expression(a) for a in t.args[11:])
        start, end = self.expression(low), self.expression(high)
        self.name_inner([v, i, j])
        body = self.expression(t.args[10])
        result = ast.MatrixProduct(
            ast.Range(self.names[v], start, end), self.names[i], self.names[j], body, (row, column)
        )
        self.forget([v, i, j])
        return result

    def _iterate(self, t: Term) -> ast.Expression:
        return recurrences.written(self, t)

    def _previous(self, t: Term) -> ast.Expression:
        return recurrences.element(self, t)


def number(value: Fraction) -> ast.Expression:
    """A number of any sign."""
    return ast.Number(value) if value >= 0 else ast.Negative(ast.Number(-value))


def _product(factors: list[ast.Expression]) -> ast.Expression:
    return factors[0] if len(factors) == 1 else ast.Product(tuple(factors))


def _quotient(a: ast.Expression, b: ast.Expression) -> ast.Expression:
    """a / b; the sign of a number stands in front."""
    if isinstance(a, ast.Negative):
        inner = a.operand
        leading = inner.factors[0] if isinstance(inner, ast.Product) else inner
        if isinstance(leading, ast.Number):
            return ast.Negative(ast.Quotient(inner, b))
    return ast.Quotient(a, b)


def _scaled(c: Fraction, e: ast.Expression) -> ast.Expression:
    """c·e for c > 0, the number in front: c·a / b, c·a·b."""
    if c == 1:
        return e
    if c.numerator == 1 and not _SUPPOSED_SHORT.is_short(c):
        below = ast.Number(Fraction(c.denominator))
        if not isinstance(e, ast.Quotient):
            return ast.Quotient(e, below)
        old = e.denominator
        return ast.Quotient(
            e.numerator, ast.Product((below, *(old.factors if isinstance(old, ast.Product) else (old,))))
        )
    if isinstance(e, ast.Quotient):
        return ast.Quotient(_scaled(c, e.numerator), e.denominator)
    return ast.Product((ast.Number(c), *(e.factors if isinstance(e, ast.Product) else (e,))))


def _sum(parts: list[tuple[Fraction, ast.Expression | None]]) -> ast.Expression:
    """Σ c·e, of which e = None is 1; what is subtracted comes last."""
    terms = []
    for c, e in sorted(parts, key=lambda p: p[0] < 0):
        term = ast.Number(abs(c)) if e is None else _scaled(abs(c), e)
        terms.append(term if c > 0 or (c == 0 and e is None) else ast.Negative(term))
    return terms[0] if len(terms) == 1 else ast.Sum(tuple(terms))
