"""Terms as formulas. One printer; a Style says how each construct looks (Unicode text or LaTeX)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction

from triton_lift.render import order
from triton_lift.render.accesses import Layouts
from triton_lift.render.styles import Style
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.substitution import substitute
from triton_lift.terms.term import Term, make, ranges, reduce_body, reduce_guard, subterms

# Binding strengths, loosest first.
_SELECT, _OR, _AND, _COMPARE, _SUM, _PRODUCT, _UNARY, _ATOM = range(8)


_BOUND_NAMES = "krsuvwqpxyz"
INDEX_NAMES = "ijlmnd"


_MANY = 1 << 40


class FormulaPrinter:
    """Prints terms of one kernel: `arrays` gives array names, `indices` the variables that name output indices."""

    def __init__(self, style: Style, arrays: dict[int, str], layouts: Layouts, taken: set[str]) -> None:
        self.style = style
        self.arrays = arrays
        self.layouts = layouts
        self.taken = set(taken)
        self.names: dict[Term, str] = {}
        self.mixes: dict[Term, str] = {}
        self._scrambled: dict[Term, bool] = {}
        self._texts: dict[tuple[Term, frozenset[tuple[Term, str]]], tuple[str, int]] = {}

    def name_indices(self, variables: list[Term]) -> list[str]:
        """Gives output indices their names, in order."""
        self.names = {}
        for v in variables:
            self.names[v] = self._fresh(INDEX_NAMES)
        return [self.names[v] for v in variables]

    def name_inner(self, variables: list[Term]) -> list[str]:
        """Names for variables that are not indices, until `forget`."""
        for v in variables:
            self.names[v] = self._fresh(_BOUND_NAMES)
        return [self.names[v] for v in variables]

    def forget(self, variables: list[Term]) -> None:
        """Takes those names back."""
        for v in variables:
            del self.names[v]

    def _fresh(self, letters: str) -> str:
        used = self.taken | set(self.names.values())
        for suffix in ("", "1", "2", "3"):
            for letter in letters:
                if letter + suffix not in used:
                    return letter + suffix
        return f"v{len(self.names)}"

    def show(self, t: Term, strength: int = _SELECT) -> str:
        """`t` as text, in parentheses if it binds less tightly than `strength`."""
        return self._enclosed(*self._show(t), strength)

    def show_briefly(self, t: Term, longest: int) -> str:
        """The beginning of `t` as text; of a term that fills pages, only how large it is."""
        size: dict[Term, int] = {}
        for u in subterms([t]):
            size[u] = 1 + sum(size[a] for a in u.args)
        if size[t] > 10 * longest:
            return f"an expression of {size[t]} operations"
        shown = self.show(t)
        return shown if len(shown) <= longest else shown[:longest] + "…"

    def access(self, array: int, offset: Term) -> str:
        """An element of an array."""
        indices = [self.show(e) for e in self.layouts.indices(array, offset)]
        return self.style.access(self.arrays[array], indices)

    def _ordered(
        self, terms: Iterable[Term], key: Callable[[Term], tuple[int, ...]]
    ) -> list[tuple[Term, str, int]]:
        """The terms with their texts and strengths, by the key and then by the text."""
        shown = [(t, *self._show(t)) for t in terms]
        return sorted(shown, key=lambda s: (key(s[0]), s[1]))

    def _enclosed(self, text: str, own: int, strength: int) -> str:
        return text if own >= strength else self.style.parentheses(text)

    def _show(self, t: Term) -> tuple[str, int]:
        if not t.args:
            return self._written(t)
        # What is shared is written once; names that are taken decide what inner indices are called.
        key = (t, frozenset(self.names.items()))
        found = self._texts.get(key)
        if found is None:
            found = self._texts[key] = self._written(t)
        return found

    def _written(self, t: Term) -> tuple[str, int]:
        if t.sort == "int" and t.args and ints.scrambled(t, self._scrambled):
            return self._mix(t), _ATOM
        method: Callable[[Term], tuple[str, int]] | None = getattr(self, f"_{t.op}", None)
        if method is not None:
            return method(t)
        return self.style.call(t.op, [self.show(a) for a in t.args]), _ATOM

    def _mix(self, t: Term) -> str:
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
        return self.style.call(name, sorted(self.show(u) for u in sources))

    # Leaves.

    def _int(self, t: Term) -> tuple[str, int]:
        value: int = t.attr
        return str(value), _ATOM if value >= 0 else _UNARY

    def _bool(self, t: Term) -> tuple[str, int]:
        return ("true" if t.attr else "false"), _ATOM

    def _real(self, t: Term) -> tuple[str, int]:
        value: Fraction = t.attr
        text = self.style.number(value)
        return text, _ATOM if value >= 0 and "/" not in text else _UNARY if "/" not in text else _PRODUCT

    def _inf(self, t: Term) -> tuple[str, int]:
        return (self.style.infinity if t.attr == 1 else "-" + self.style.infinity), _ATOM

    def _param(self, t: Term) -> tuple[str, int]:
        return self.style.name(t.attr[1]), _ATOM

    def _nprogs(self, t: Term) -> tuple[str, int]:
        return self.style.call("num_programs", [str(t.attr)]), _ATOM

    def _pid(self, t: Term) -> tuple[str, int]:
        return self.style.call("program_id", [str(t.attr)]), _ATOM

    def _var(self, t: Term) -> tuple[str, int]:
        return self.names.get(t) or f"{t.attr[0]}{t.attr[1]}", _ATOM

    def _arbitrary(self, t: Term) -> tuple[str, int]:
        return self.style.call("undefined", [self.show(a) for a in t.args]), _ATOM

    # Sums and products.

    def _sum(self, parts: list[tuple[Fraction, str, bool]]) -> tuple[str, int]:
        """Parts are (coefficient, text, needs parentheses as a factor)."""
        parts.sort(key=lambda p: p[0] < 0)
        text = ""
        for c, body, is_constant in parts:
            sign = "-" if c < 0 else "+"
            c = abs(c)
            piece = (
                self.style.number(c)
                if is_constant
                else body
                if c == 1
                else self.style.times([self.style.number(c), body])
            )
            if not text:
                text = piece if sign == "+" else f"-{piece}"
            else:
                text += f" {self.style.minus if sign == '-' else '+'} {piece}"
        return text, _SUM if len(parts) > 1 or text.startswith("-") else _PRODUCT

    def _lin(self, t: Term) -> tuple[str, int]:
        *coefficients, constant = t.attr
        factor = dict(zip(t.args, coefficients, strict=True))
        ordered = self._ordered(t.args, lambda m: order.in_integer_sum(m, self.names))
        parts = [
            (Fraction(factor[m]), self._enclosed(text, own, _PRODUCT), False) for m, text, own in ordered
        ]
        if constant:
            parts.append((Fraction(constant), "", True))
        return self._sum(parts)

    def _prod(self, t: Term) -> tuple[str, int]:
        ordered = self._ordered(t.args, lambda a: order.in_integer_product(a, self.names))
        return self.style.times([self._enclosed(text, own, _UNARY) for _, text, own in ordered]), _PRODUCT

    def _radd(self, t: Term) -> tuple[str, int]:
        parts = []
        leads = order.constant_leads(t.args)
        # One base may occur twice: ∞ - ∞ is left in place.
        shown = [(c, base, *self._show(base)) for c, base in map(reals.coefficient, t.args)]
        shown.sort(key=lambda part: (order.in_real_sum(part[1], leads=leads), part[2], -part[0]))
        # A sum sign reaches as far right as it can: the one that may go without parentheses comes last.
        shown.sort(key=lambda part: part[1].op == "reduce")
        for i, (c, base, text, own) in enumerate(shown):
            value = reals.value_of(base)
            if value is not None:
                parts.append((value, "", True))
                continue
            bare = i == len(shown) - 1 and c == 1
            parts.append((c, self._enclosed(text, own, _SUM if bare else _PRODUCT), False))
        return self._sum(parts)

    def _rmul(self, t: Term) -> tuple[str, int]:
        value = reals.value_of(t.args[0])
        if value is not None:
            c, base = reals.coefficient(t)
            if c == -1:
                return f"-{self.show(base, _PRODUCT)}", _SUM
            if c.numerator in (1, -1) and c.denominator > 1 and not self.style.is_short(c):
                quotient, own = self.style.divide(
                    self.show(base, _PRODUCT), self.show(base), str(c.denominator)
                )
                return (quotient, own) if c > 0 else (f"-{quotient}", _SUM)
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
            above, own = self._product(counts)
            return self.style.divide(
                self._enclosed(above, own, _PRODUCT), above, self.show(below, _UNARY), self.show(below)
            )[0], _PRODUCT
        return self._product(counts)

    def _product(self, counts: dict[Term, int]) -> tuple[str, int]:
        """The factors, each to its power."""
        ordered = self._ordered(counts, order.in_real_product)
        if len(ordered) == 1 and counts[ordered[0][0]] == 1:
            return ordered[0][1:]
        factors = [
            self._enclosed(text, own, _UNARY)
            if counts[a] == 1
            else self.style.power(self._enclosed(text, own, _ATOM), counts[a])
            for a, text, own in ordered
        ]
        return self.style.times(factors), _PRODUCT if len(factors) > 1 else _UNARY

    def _rdiv(self, t: Term) -> tuple[str, int]:
        a, b = t.args
        return self.style.divide(self.show(a, _PRODUCT), self.show(a), self.show(b, _UNARY), self.show(b))[
            0
        ], _PRODUCT

    def _toreal(self, t: Term) -> tuple[str, int]:
        return self._show(t.args[0])

    def _fdiv(self, t: Term) -> tuple[str, int]:
        x, d = t.args
        ceil = ints.sub(x, ints.sub(d, ints.ONE))
        if len(ints.polynomial(ceil)) < len(ints.polynomial(x)):
            return self.style.ceiling(self.show(ceil, _PRODUCT), self.show(d, _UNARY)), _ATOM
        return self.style.floor(self.show(x, _PRODUCT), self.show(d, _UNARY)), _ATOM

    def _fmod(self, t: Term) -> tuple[str, int]:
        x, d = t.args
        return f"{self.show(x, _UNARY)} {self.style.mod} {self.show(d, _UNARY)}", _SUM

    def _tdiv(self, t: Term) -> tuple[str, int]:
        return self.style.call("div", [self.show(a) for a in t.args]), _ATOM

    def _trem(self, t: Term) -> tuple[str, int]:
        return self.style.call("rem", [self.show(a) for a in t.args]), _ATOM

    def _imin(self, t: Term) -> tuple[str, int]:
        return self.style.call("min", self._candidates(t)), _ATOM

    def _imax(self, t: Term) -> tuple[str, int]:
        return self.style.call("max", self._candidates(t)), _ATOM

    _rmin, _rmax = _imin, _imax

    def _candidates(self, t: Term) -> list[str]:
        return [text for _, text, _ in self._ordered(t.args, lambda a: order.in_extremum(a, self.names))]

    def _iabs(self, t: Term) -> tuple[str, int]:
        return f"|{self.show(t.args[0])}|", _ATOM

    def _pow2(self, t: Term) -> tuple[str, int]:
        return self.style.power("2", self.show(t.args[0], _ATOM)), _UNARY

    def _wrap(self, t: Term) -> tuple[str, int]:
        return self.style.call(f"int{t.attr}", [self.show(t.args[0])]), _ATOM

    def _fptoint(self, t: Term) -> tuple[str, int]:
        return self.style.call("trunc", [self.show(t.args[0])]), _ATOM

    def _tobits(self, t: Term) -> tuple[str, int]:
        return self.style.call(f"bits_{t.attr}", [self.show(t.args[0])]), _ATOM

    def _frombits(self, t: Term) -> tuple[str, int]:
        return self.style.call(f"{t.attr}_of_bits", [self.show(t.args[0])]), _ATOM

    def _rfun(self, t: Term) -> tuple[str, int]:
        if t.attr == "exp" and t.args[0] is reals.ONE:
            return "e", _ATOM
        if t.attr == "pow" and t.args[1].op == "toreal":
            return self.style.power(self.show(t.args[0], _ATOM), self.show(t.args[1], _ATOM)), _UNARY
        return self.style.function(str(t.attr), [self.show(a) for a in t.args]), _ATOM

    def _provided(self, t: Term) -> tuple[str, int]:
        return self._show(t.args[0])  # on what condition is said beside the formula

    def _read(self, t: Term) -> tuple[str, int]:
        return self.access(t.attr[0], t.args[0]), _ATOM

    def _select(self, t: Term) -> tuple[str, int]:
        c, a, b = t.args
        return self.style.select(self.show(c, _OR), self.show(a, _OR), self.show(b, _SELECT)), _SELECT

    # Booleans.

    def _and(self, t: Term) -> tuple[str, int]:
        return f" {self.style.conjunction} ".join(self._conditions(t, _COMPARE)), _AND

    def _or(self, t: Term) -> tuple[str, int]:
        return f" {self.style.disjunction} ".join(self._conditions(t, _AND)), _OR

    def _conditions(self, t: Term, strength: int) -> list[str]:
        ordered = self._ordered(t.args, lambda a: order.in_condition(a, self.names))
        return [self._enclosed(text, own, strength) for _, text, own in ordered]

    def _not(self, t: Term) -> tuple[str, int]:
        (a,) = t.args
        if a.op in ("eq0", "req"):
            left, right = self._sides(a)
            return f"{left} {self.style.unequal} {right}", _COMPARE
        return f"{self.style.negation}{self.show(a, _ATOM)}", _UNARY

    def _sides(self, t: Term) -> tuple[str, str]:
        if t.op in ("le0", "eq0"):
            p = ints.polynomial(t.args[0])
            left = {m: c for m, c in p.items() if c > 0 and m}
            right = {m: -c for m, c in p.items() if c < 0 and m}
            constant = p.get((), 0)
            target = left if constant > 0 else right
            target[()] = abs(constant)
            return self.show(ints.from_polynomial(left), _SUM), self.show(ints.from_polynomial(right), _SUM)
        return self.show(t.args[0], _SUM), self.show(t.args[1], _SUM)

    def _le0(self, t: Term) -> tuple[str, int]:
        p = ints.polynomial(t.args[0])
        if p.get((), 0) == 1:
            left, right = self._strict(t)
            return f"{left} < {right}", _COMPARE
        left, right = self._sides(t)
        return f"{left} {self.style.at_most} {right}", _COMPARE

    def _strict(self, t: Term) -> tuple[str, str]:
        p = ints.polynomial(ints.sub(t.args[0], ints.ONE))
        left = {m: c for m, c in p.items() if c > 0}
        right = {m: -c for m, c in p.items() if c < 0}
        return self.show(ints.from_polynomial(left), _SUM), self.show(ints.from_polynomial(right), _SUM)

    def _eq0(self, t: Term) -> tuple[str, int]:
        left, right = self._sides(t)
        return f"{left} = {right}", _COMPARE

    def _rlt(self, t: Term) -> tuple[str, int]:
        left, right = self._sides(t)
        if t.args[0] is reals.ZERO:
            return f"{right} > {left}", _COMPARE
        return f"{left} < {right}", _COMPARE

    def _rle(self, t: Term) -> tuple[str, int]:
        left, right = self._sides(t)
        if t.args[0] is reals.ZERO:
            return f"{right} {self.style.at_least} {left}", _COMPARE
        return f"{left} {self.style.at_most} {right}", _COMPARE

    def _req(self, t: Term) -> tuple[str, int]:
        left, right = self._sides(t)
        return f"{left} = {right}", _COMPARE

    # Binders.

    def _reduce(self, t: Term) -> tuple[str, int]:
        kind: str = t.attr[0]
        hidden = dict(self.names)
        conditions = []
        for v, low, high in ranges(t):
            low_text, high_text = self.show(low, _SUM), self.show(high, _SUM)
            self.names[v] = self._fresh(_BOUND_NAMES)
            conditions.append(self.style.range(self.names[v], low_text, high_text))
        guard = reduce_guard(t)
        if guard is not bools.TRUE:
            conditions.append(self.show(guard, _AND))
        body = self.show(reduce_body(t), _PRODUCT if kind == "add" else _SELECT)
        index = self.show(t.args[-1]) if t.op == "argreduce" else None
        names = [self.names[v] for v, _, _ in ranges(t)]
        self.names = hidden
        text = self.style.reduction(kind, names, conditions, body, index)
        return text, _SUM if kind in ("add", "mul") else _ATOM

    _argreduce = _reduce

    def _matprod(self, t: Term) -> tuple[str, int]:
        (v, low, high), (i, _, _), (j, _, _) = ranges(t)
        place = [self.show(a) for a in t.args[11:]]
        start, end = self.show(low, _SUM), self.show(high, _SUM)
        self.name_inner([v, i, j])
        body = self.show(t.args[10])
        names = [self.names[i], self.names[j]]
        condition = self.style.range(self.names[v], start, end)
        self.forget([v, i, j])
        return self.style.matrix_product(condition, names, body, place), _ATOM
