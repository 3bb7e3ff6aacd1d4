"""Terms as formulas. One printer; a Style says how each construct looks (Unicode text or LaTeX)."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from triton_lift.render.accesses import Layouts
from triton_lift.render.styles import Style
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.term import Term, ranges, reduce_body, reduce_guard, subterms

# Binding strengths, loosest first.
_SELECT, _OR, _AND, _COMPARE, _SUM, _PRODUCT, _UNARY, _ATOM = range(8)


def _first_array(t: Term) -> int:
    """Factors are shown in the order of the arrays they read."""
    return min((u.attr[0] for u in subterms([t]) if u.op == "read"), default=-1)


_BOUND_NAMES = "krsuvwqpxyz"
INDEX_NAMES = "ijlmnd"


class FormulaPrinter:
    """Prints terms of one kernel: `arrays` gives array names, `indices` the variables that name output indices."""

    def __init__(self, style: Style, arrays: dict[int, str], layouts: Layouts, taken: set[str]) -> None:
        self.style = style
        self.arrays = arrays
        self.layouts = layouts
        self.taken = set(taken)
        self.names: dict[Term, str] = {}

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
        text, own = self._show(t)
        return text if own >= strength else self.style.parentheses(text)

    def access(self, array: int, offset: Term) -> str:
        """An element of an array."""
        indices = [self.show(e) for e in self.layouts.indices(array, offset)]
        return self.style.access(self.arrays[array], indices)

    def _show(self, t: Term) -> tuple[str, int]:
        method: Callable[[Term], tuple[str, int]] | None = getattr(self, f"_{t.op}", None)
        if method is not None:
            return method(t)
        return self.style.call(t.op, [self.show(a) for a in t.args]), _ATOM

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
        parts = [
            (Fraction(c), self.show(m, _PRODUCT), False) for c, m in zip(coefficients, t.args, strict=True)
        ]
        if constant:
            parts.append((Fraction(constant), "", True))
        return self._sum(parts)

    def _prod(self, t: Term) -> tuple[str, int]:
        variables = [a for a in t.args if a.op != "param"]
        params = [a for a in t.args if a.op == "param"]
        return self.style.times([self.show(a, _UNARY) for a in (*variables, *params)]), _PRODUCT

    def _radd(self, t: Term) -> tuple[str, int]:
        parts = []
        # A sum sign reaches as far right as it can: the one that may go without parentheses comes last.
        terms = sorted(t.args, key=lambda a: reals.coefficient(a)[1].op == "reduce")
        for i, a in enumerate(terms):
            value = reals.value_of(a)
            if value is not None:
                parts.append((value, "", True))
                continue
            c, base = reals.coefficient(a)
            bare = i == len(terms) - 1 and c == 1
            parts.append((c, self.show(base, _SUM if bare else _PRODUCT), False))
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
        factors = [
            self.show(a, _UNARY) if n == 1 else self.style.power(self.show(a, _ATOM), n)
            for a, n in sorted(counts.items(), key=lambda item: _first_array(item[0]))
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
        return self.style.call("min", [self.show(a) for a in t.args]), _ATOM

    def _imax(self, t: Term) -> tuple[str, int]:
        return self.style.call("max", [self.show(a) for a in t.args]), _ATOM

    _rmin, _rmax = _imin, _imax

    def _iabs(self, t: Term) -> tuple[str, int]:
        return f"|{self.show(t.args[0])}|", _ATOM

    def _pow2(self, t: Term) -> tuple[str, int]:
        return self.style.power("2", self.show(t.args[0], _ATOM)), _UNARY

    def _wrap(self, t: Term) -> tuple[str, int]:
        return self.style.call(f"int{t.attr}", [self.show(t.args[0])]), _ATOM

    def _fptoint(self, t: Term) -> tuple[str, int]:
        return self.style.call("trunc", [self.show(t.args[0])]), _ATOM

    def _rfun(self, t: Term) -> tuple[str, int]:
        return self.style.function(str(t.attr), [self.show(a) for a in t.args]), _ATOM

    def _read(self, t: Term) -> tuple[str, int]:
        return self.access(t.attr[0], t.args[0]), _ATOM

    def _select(self, t: Term) -> tuple[str, int]:
        c, a, b = t.args
        return self.style.select(self.show(c, _OR), self.show(a, _OR), self.show(b, _SELECT)), _SELECT

    # Booleans.

    def _and(self, t: Term) -> tuple[str, int]:
        return f" {self.style.conjunction} ".join(self.show(a, _COMPARE) for a in t.args), _AND

    def _or(self, t: Term) -> tuple[str, int]:
        return f" {self.style.disjunction} ".join(self.show(a, _AND) for a in t.args), _OR

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
        return f"{left} < {right}", _COMPARE

    def _rle(self, t: Term) -> tuple[str, int]:
        left, right = self._sides(t)
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
