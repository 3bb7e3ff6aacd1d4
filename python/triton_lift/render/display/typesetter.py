"""Formulas laid out as on paper: fractions, limits above and below, cases, long sums and products on several lines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from triton_lift.formulas import ast
from triton_lift.formulas.chains import chains
from triton_lift.formulas.style import AND, ATOM, COMPARE, OR, PRODUCT, SELECT, SUM, UNARY, WHERE, decimal
from triton_lift.render.display.notation import FUNCTIONS, NAMED, RANKED, SIGNS, Notation

_SHORT = 12  # what is too little for a line of its own
_LONG_INDEX = 30
_SMALL = 0.7  # of an index or a limit, against the line


@dataclass(frozen=True)
class Part:
    """Text in the notation, how tightly it binds, how wide it is in letters, and whether it is taller than a line."""

    text: str
    strength: int
    width: float
    tall: bool = False


class Typesetter:
    """Lays formulas out in a notation. Sums and products wider than `width` letters are broken; None: never."""

    def __init__(self, notation: Notation, width: float | None = 90) -> None:
        self.notation = notation
        self.limit = width
        self._parts: dict[int, tuple[ast.Node, Part]] = {}  # by identity: nodes are shared

    # Statements.

    def line(self, statement: ast.Statement) -> str:
        """`target = body`, and the domain behind it."""
        n = self.notation
        parts = [self.text(statement.target), n.sign("="), self.text(statement.body)]
        domain = self.domain(statement)
        if domain:
            parts += [n.space(), n.word("for "), domain]
        return n.row(parts)

    def lines(self, statement: ast.Statement) -> list[tuple[str, str]]:
        """The statement's lines, what stands left and right of where they are aligned; the domain last."""
        n = self.notation
        where = statement.body if isinstance(statement.body, ast.Where) else ast.Where(statement.body, ())
        first, *others = self._broken(where.body)
        result = [(self.text(statement.target), n.row([n.sign("="), first]))]
        result += [("", n.row([n.space(), line])) for line in others]
        for number, (left, value) in enumerate(self._defined(where)):
            first, *others = self._broken(value)
            word = "where " if number == 0 else "and "
            head = n.row([n.space(), n.word(word), left.text, n.sign("="), first])
            result += [("", head), *(("", n.row([n.space(), line])) for line in others)]
        domain = self.domain(statement)
        if domain:
            result.append(("", n.row([n.space(), n.word("for "), domain])))
        return result

    def domain(self, statement: ast.Statement) -> str:
        """The ranges of the statement's indices and its condition."""
        conditions = [self._range(r) for r in statement.ranges]
        if statement.condition is not None:
            conditions.append(self.part(statement.condition))
        return self._list(conditions).text

    def text(self, node: ast.Expression) -> str:
        """A formula."""
        return self.part(node).text

    def part(self, node: ast.Expression) -> Part:
        """A formula, with its measures. The depth of the formula costs no stack."""
        stack: list[ast.Node] = [node]
        while stack:
            top = stack[-1]
            pending = [c for c in ast.children(top) if id(c) not in self._parts]
            if pending:
                stack.extend(pending)
                continue
            stack.pop()
            if id(top) not in self._parts:
                self._parts[id(top)] = top, _LAYOUTS[type(top)](self, top)
        return self._parts[id(node)][1]

    # Parts put together.

    def at(self, node: ast.Expression, strength: int) -> Part:
        """A formula where it has to bind so tightly: in parentheses if it does not."""
        part = self.part(node)
        return part if part.strength >= strength else self.fenced("(", part)

    def fenced(self, opening: str, part: Part) -> Part:
        text = self.notation.fenced(opening, part.text, tall=part.tall)
        return Part(text, ATOM, part.width + 1, part.tall)

    def row(self, parts: list[Part | str], strength: int) -> Part:
        """Parts and signs between them."""
        n = self.notation
        texts = [n.sign(p) if isinstance(p, str) else p.text for p in parts]
        width = sum(2.5 if isinstance(p, str) else p.width for p in parts)
        return Part(n.row(texts), strength, width, any(isinstance(p, Part) and p.tall for p in parts))

    def _list(self, parts: list[Part]) -> Part:
        n = self.notation
        texts: list[str] = []
        for p in parts:
            texts += [n.comma(), p.text] if texts else [p.text]
        return Part(n.row(texts), SELECT, sum(p.width + 1 for p in parts), any(p.tall for p in parts))

    def _broken(self, node: ast.Expression) -> list[str]:
        """The lines of a formula that stands alone."""
        pieces = self._pieces(node)
        if self.limit is None or self.part(node).width < self.limit and len(pieces) < 2:
            return [self.text(node)]
        whole = sum(p.width for p in pieces)
        return [self.text(node)] if len(pieces) < 2 or whole <= self.limit else self._filled(pieces)

    def _pieces(self, node: ast.Expression) -> list[Part]:
        """The summands or factors of a formula, each with the sign before it."""
        if isinstance(node, ast.Sum):
            return [self._summand(t, i, node) for i, t in enumerate(node.terms)]
        if isinstance(node, ast.Product):
            last = len(node.factors) - 1
            found = [
                self.at(f, SUM if i == last and _open(f) else UNARY if i else PRODUCT)
                for i, f in enumerate(node.factors)
            ]
            return [found[0], *(self.row(["·", f], PRODUCT) for f in found[1:])]
        if isinstance(node, ast.And):
            found = [self._chain(c) for c in chains(node.operands)]
            return [found[0], *(self.row(["∧", f], AND) for f in found[1:])]
        if isinstance(node, ast.Or):
            found = [self.at(o, AND) for o in node.operands]
            return [found[0], *(self.row(["∨", f], AND) for f in found[1:])]
        return [self.part(node)]

    def _chain(self, chain: Sequence[Any]) -> Part:
        """Comparisons that continue one another, or one condition."""
        parts: list[Part | str] = [self.at(chain[0], COMPARE)]
        for comparison in chain[1:]:
            parts += [comparison.relation, self.at(comparison.right, SUM)]
        return self.row(parts, COMPARE)

    def _filled(self, pieces: list[Part]) -> list[str]:
        """As many pieces on a line as fit."""
        lines: list[list[Part]] = []
        used = 0.0
        for piece in pieces:
            if lines and (used + piece.width <= (self.limit or 0) or used < _SHORT):
                lines[-1].append(piece)
                used += piece.width
            else:
                lines.append([piece])
                used = piece.width
        return [self.notation.row([p.text for p in line]) for line in lines]

    def _joined(self, node: ast.Expression, strength: int) -> Part:
        """Summands or factors in one row, or on several lines if they are too wide for one."""
        pieces = self._pieces(node)
        width = sum(p.width for p in pieces)
        if self.limit is None or width <= self.limit:
            return Part(
                self.notation.row([p.text for p in pieces]), strength, width, any(p.tall for p in pieces)
            )
        lines = self._filled(pieces)
        if len(lines) == 1:
            return Part(lines[0], strength, width, any(p.tall for p in pieces))
        widest = min(width, max(self.limit, *(p.width for p in pieces)))
        return Part(self.notation.rows(lines), strength, widest, True)

    def _summand(self, term: ast.Expression, position: int, node: ast.Sum) -> Part:
        negative = isinstance(term, ast.Negative)
        inner = term.operand if isinstance(term, ast.Negative) else term
        last = position == len(node.terms) - 1 and _open(inner)
        part = self.at(inner, SUM if last else PRODUCT)
        if position:
            return self.row(["-" if negative else "+", part], SUM)
        return self._negated(part) if negative else part

    def _negated(self, part: Part) -> Part:
        n = self.notation
        return Part(n.row([n.prefix("-"), part.text]), SUM, part.width + 1, part.tall)

    def _range(self, r: ast.Range) -> Part:
        """low ≤ name < high."""
        low = self.at(r.low, SUM) if r.low is not None else self._number("0")
        parts: list[Part | str] = [low, "≤", self._name(r.name)]
        if r.high is not None:
            parts += ["<", self.at(r.high, SUM)]
        return self.row(parts, COMPARE)

    def _name(self, text: str) -> Part:
        return Part(self.notation.name(text), ATOM, len(text))

    def _number(self, text: str) -> Part:
        return Part(self.notation.number(text), ATOM, len(text))

    # Nodes.

    def number(self, node: ast.Number) -> Part:
        text = decimal(node.value)
        if text is not None:
            return self._number(text)
        above, below = str(node.value.numerator), str(node.value.denominator)
        n = self.notation
        return Part(n.fraction(n.number(above), n.number(below)), UNARY, max(len(above), len(below)), True)

    def access(self, node: ast.Access) -> Part:
        inner = self._list([self.part(i) for i in node.indices])
        if inner.tall or inner.width > _LONG_INDEX:  # too much for small letters
            name, fenced = self._name(node.array), self.fenced("[", inner)
            return Part(name.text + fenced.text, ATOM, name.width + fenced.width, inner.tall)
        text = self.notation.index(self.notation.name(node.array), inner.text)
        return Part(text, ATOM, len(node.array) + _SMALL * inner.width, inner.tall)

    def fraction(self, above: Part, below: Part) -> Part:
        text = self.notation.fraction(above.text, below.text)
        return Part(text, UNARY, max(above.width, below.width) + 1, True)

    def quotient(self, node: ast.Quotient) -> Part:
        """A fraction; of a sum, the sum behind 1 over what it is divided by."""
        above, below = self.part(node.numerator), self.part(node.denominator)
        if not _open(node):
            return self.fraction(above, below)
        factor = self.fraction(self._number("1"), below)
        text = self.notation.row([factor.text, self.notation.thin_space(), above.text])
        return Part(text, SUM, factor.width + above.width, True)

    def power(self, node: ast.Power) -> Part:
        base, exponent = self.at(node.base, ATOM), self.part(node.exponent)
        width = base.width + _SMALL * exponent.width
        return Part(self.notation.power(base.text, exponent.text), UNARY, width, base.tall or exponent.tall)

    def call(self, node: ast.Call) -> Part:
        args = [self.part(a) for a in node.arguments]
        n = self.notation
        match node.name, args:
            case "abs", [x]:
                return self.fenced("|", x)
            case "sqrt", [x]:
                return Part(n.root(x.text), ATOM, x.width + 1, True)
            case "rsqrt", [x]:
                return self.fraction(self._number("1"), Part(n.root(x.text), ATOM, x.width + 1, True))
            case ("exp2" | "exp10") as power, [x]:
                text = n.power(n.number(power[3:]), x.text)
                return Part(text, UNARY, 1 + _SMALL * x.width, True)
            case ("floor" | "ceil") as rounding, [x]:
                return self.fenced("⌊" if rounding == "floor" else "⌈", x)
        name, subscript = FUNCTIONS.get(node.name, (node.name, None))
        head = n.function(name) if subscript is None else n.index(n.function(name), n.number(subscript))
        inner = self.fenced("(", self._list(args))
        return Part(n.row([head, inner.text]), ATOM, len(name) + inner.width, inner.tall)

    def select(self, node: ast.Select) -> Part:
        branches: list[tuple[Part, Part | None]] = []
        rest: ast.Expression = node
        while isinstance(rest, ast.Select):
            branches.append((self.part(rest.then), self.part(rest.condition)))
            rest = rest.otherwise
        branches.append((self.part(rest), None))
        text = self.notation.cases([(v.text, None if c is None else c.text) for v, c in branches])
        width = max(v.width for v, _ in branches) + max(3 + (c.width if c else 6) for _, c in branches)
        return Part(text, SELECT if len(branches) > 1 else ATOM, width, True)

    def reduction(self, node: ast.Reduction) -> Part:
        n = self.notation
        below, above = self._limits(node)
        index = None if node.index is None else self.part(node.index)
        if node.kind in RANKED and index is not None:
            name, direction = RANKED[node.kind]
            order = None if direction is None else n.constant(direction)
            head = n.limits(name, [b.text for b in below], order, big=False)
            inner = self.fenced("(", self.part(node.body))
            wide = max(3.0, _SMALL * max(b.width for b in below)) + inner.width + _SMALL * index.width
            return Part(n.row([head, n.index(inner.text, index.text)]), UNARY, wide, True)
        width = max(3.0, _SMALL * max(b.width for b in below))
        texts = [b.text for b in below]
        upper = None if above is None else above.text
        if node.kind in SIGNS:
            head = n.limits(SIGNS[node.kind], texts, upper, big=True)
        else:
            head = n.limits(NAMED.get(node.kind, node.kind), texts, upper, big=False)
        body = self.at(node.body, PRODUCT)
        parts = [head, body.text]
        if index is not None:
            parts += [n.sign("↦"), index.text]
            width += index.width + 3
        strength = SUM if node.kind in SIGNS or index is not None else PRODUCT
        return Part(n.row(parts), strength, width + body.width, True)

    def _limits(self, node: ast.Reduction) -> tuple[list[Part], Part | None]:
        """What stands below the sign and above it: k = 0 and K − 1, where one range is all there is."""
        conditions = [] if node.condition is None else [self.part(node.condition)]
        if len(node.ranges) == 1 and node.kind in SIGNS:
            (r,) = node.ranges
            last = _less_one(r.high)
            if last is not None:
                low = self.at(r.low, SUM) if r.low is not None else self._number("0")
                return [self.row([self._name(r.name), "=", low], COMPARE), *conditions], self.part(last)
        return [*(self._range(r) for r in node.ranges), *conditions], None

    def matrix_product(self, node: ast.MatrixProduct) -> Part:
        n = self.notation
        sign = n.limits("∏", [self._range(node.factor).text], None, big=True)
        names = self._list([self._name(node.row), self._name(node.column)])
        place = self._list([self.part(p) for p in node.place])
        factor = n.index(self.fenced("(", self.part(node.body)).text, names.text)
        whole = Part(n.row([sign, factor]), SUM, 4 + self.part(node.body).width, True)
        return Part(n.index(self.fenced("(", whole).text, place.text), ATOM, whole.width + place.width, True)

    def division(self, opening: str, node: ast.Floor | ast.Ceiling) -> Part:
        above, below = self.at(node.numerator, PRODUCT), self.at(node.denominator, UNARY)
        return self.fenced(opening, self.row([above, "/", below], PRODUCT))

    def negation(self, node: ast.Not) -> Part:
        n, inner = self.notation, self.at(node.operand, ATOM)
        return Part(n.row([n.prefix("¬"), inner.text]), COMPARE, inner.width + 1, inner.tall)

    def definition(self, node: ast.Definition) -> Part:
        return self.row([self._name(node.name), "=", self.at(node.value, SUM)], COMPARE)

    def iterate(self, node: ast.Iterate) -> Part:
        """S with the moment above it, in brackets, and the indices below."""
        inner = self._list([self.part(i) for i in node.indices])
        return self._state(node.name, self.part(node.moment), inner if node.indices else None)

    def _state(self, name: str, moment: Part, indices: Part | None) -> Part:
        n = self.notation
        text = n.name(name) if indices is None else n.index(n.name(name), indices.text)
        above = self.fenced("(", moment)
        width = len(name) + _SMALL * max(above.width, 0 if indices is None else indices.width)
        return Part(n.power(text, above.text), UNARY, width, moment.tall)

    def _defined(self, node: ast.Where) -> list[tuple[Part, ast.Expression]]:
        """What stands left and right of the equals signs behind `where`."""
        found: list[tuple[Part, ast.Expression]] = []
        for d in node.definitions:
            if isinstance(d, ast.Definition):
                found.append((self._name(d.name), d.value))
                continue
            after = self.row([self._name(d.time), "+", self._number("1")], SUM)
            for s in d.states:
                ranges = self._list([self._range(r) for r in s.indices]) if s.indices else None
                names = self._list([self._name(r.name) for r in s.indices]) if s.indices else None
                found.append((self._state(s.name, self._number("0"), ranges), s.first))
                found.append((self._state(s.name, after, names), s.next))
        return found

    def where(self, node: ast.Where) -> Part:
        """A formula, and what the names in it stand for, in one line."""
        defined = self._list(
            [self.row([left, "=", self.at(value, SUM)], COMPARE) for left, value in self._defined(node)]
        )
        parts: list[Part | str] = [
            self.part(node.body),
            Part(self.notation.word(" where "), ATOM, 7),
            defined,
        ]
        return self.row(parts, WHERE)

    def joined(self, node: ast.Expression, strength: int) -> Part:
        """A sum, a product or a connective."""
        if isinstance(node, ast.Product) and _open(node):
            strength = SUM
        return self._joined(node, strength)


def _open(node: ast.Expression) -> bool:
    """Whether a formula ends with a sum sign's body, which reaches as far right as it can."""
    if isinstance(node, ast.Product):
        return _open(node.factors[-1])
    if isinstance(node, ast.Quotient):
        plain = (ast.Name, ast.Number, ast.Call, ast.Access)
        return (
            isinstance(node.numerator, ast.Reduction)
            and isinstance(node.denominator, plain)
            and _open(node.numerator)
        )
    return isinstance(node, ast.Reduction) and node.kind in SIGNS


def _less_one(high: ast.Expression | None) -> ast.Expression | None:
    """high − 1, as it is written; None where that takes more than a glance."""
    one = ast.Number(Fraction(1))
    match high:
        case ast.Number(value) if value >= 1:
            return ast.Number(value - 1)
        case ast.Sum((first, ast.Number(value))) if value == 1:
            return first
        case ast.Name() | ast.Call() | ast.Ceiling() | ast.Floor() | ast.Access():
            return ast.Sum((high, ast.Negative(one)))
    return None


_LAYOUTS: dict[type, Callable[[Typesetter, Any], Part]] = {
    ast.Number: Typesetter.number,
    ast.Infinity: lambda t, n: Part(t.notation.constant("∞"), ATOM, 1),
    ast.Truth: lambda t, n: Part(t.notation.word("true" if n.value else "false"), ATOM, 5),
    ast.Name: lambda t, n: t._name(n.text),
    ast.Access: Typesetter.access,
    ast.Call: Typesetter.call,
    ast.Negative: lambda t, n: t._negated(t.at(n.operand, PRODUCT)),
    ast.Sum: lambda t, n: t.joined(n, SUM),
    ast.Product: lambda t, n: t.joined(n, PRODUCT),
    ast.Quotient: Typesetter.quotient,
    ast.Floor: lambda t, n: t.division("⌊", n),
    ast.Ceiling: lambda t, n: t.division("⌈", n),
    ast.Modulo: lambda t, n: t.row([t.at(n.numerator, UNARY), "mod", t.at(n.denominator, UNARY)], SUM),
    ast.Power: Typesetter.power,
    ast.Select: Typesetter.select,
    ast.Definition: Typesetter.definition,
    ast.State: lambda t, n: Part("", SELECT, 0),  # set with its recurrence
    ast.Recurrence: lambda t, n: Part("", SELECT, 0),
    ast.Iterate: Typesetter.iterate,
    ast.Where: Typesetter.where,
    ast.Comparison: lambda t, n: t.row([t.at(n.left, SUM), n.relation, t.at(n.right, SUM)], COMPARE),
    ast.And: lambda t, n: t.joined(n, AND),
    ast.Or: lambda t, n: t.joined(n, OR),
    ast.Not: Typesetter.negation,
    ast.Range: lambda t, n: t._range(n),
    ast.Reduction: Typesetter.reduction,
    ast.MatrixProduct: Typesetter.matrix_product,
    ast.Hole: lambda t, n: Part(t.notation.constant("□"), ATOM, 1),
}
