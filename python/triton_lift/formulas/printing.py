"""Formulas as text, in any style. What is shared is spelled once; the depth of a formula costs no stack."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from triton_lift.formulas import ast
from triton_lift.formulas.chains import chains
from triton_lift.formulas.style import (
    AND,
    ATOM,
    COMPARE,
    OR,
    PRODUCT,
    SELECT,
    SUM,
    UNARY,
    WHERE,
    Spelled,
    Style,
)

_BIG = ("add", "mul")


class Printer:
    """Spells formulas in one style, and remembers what it has spelled."""

    def __init__(self, style: Style) -> None:
        self.style = style
        self._spelled: dict[int, tuple[ast.Node, Spelled]] = {}  # by identity: nodes are shared

    def show(self, node: ast.Expression, strength: int = SELECT) -> str:
        """The formula, in parentheses if it binds less tightly than `strength`."""
        return self._enclosed(self.spelled(node), strength)

    def statement(self, statement: ast.Statement) -> str:
        """`target = body  for domain`."""
        return self.style.statement(
            self.show(statement.target), self.spelled(statement.body)[0], self.domain(statement)
        )

    def domain(self, statement: ast.Statement) -> list[str]:
        """The parts of the statement's domain."""
        parts = [
            self.style.domain(
                r.name,
                None if r.low is None else self.show(r.low, SUM),
                None if r.high is None else self.show(r.high, SUM),
            )
            for r in statement.ranges
        ]
        return parts + ([self.show(statement.condition)] if statement.condition is not None else [])

    def spelled(self, node: ast.Expression) -> Spelled:
        """Text and strength."""
        found = self._spelled.get(id(node))
        if found is not None:
            return found[1]
        known = self._spelled
        stack: list[ast.Node] = [node]
        while stack:
            top = stack[-1]
            pending = [c for c in ast.children(top) if id(c) not in known]
            if pending:
                stack.extend(pending)
                continue
            stack.pop()
            if id(top) not in known:
                known[id(top)] = top, _SPELLERS[type(top)](self, top)
        return known[id(node)][1]

    def spell(self, node: ast.Node) -> Spelled:
        """Text and strength of a node whose parts are spelled."""
        return _SPELLERS[type(node)](self, node)

    def _enclosed(self, spelled: Spelled, strength: int) -> str:
        text, own = spelled
        return text if own >= strength else self.style.parentheses(text)

    def _list(self, nodes: tuple[ast.Expression, ...]) -> list[str]:
        return [self.show(n) for n in nodes]


def _number(p: Printer, n: ast.Number) -> Spelled:
    text = p.style.number(n.value)
    return text, PRODUCT if "/" in text else ATOM


def _sum(p: Printer, n: ast.Sum) -> Spelled:
    text = ""
    bare = _bare(n.terms)
    for i, term in enumerate(n.terms):
        negative = isinstance(term, ast.Negative)
        piece = p.show(
            term.operand if isinstance(term, ast.Negative) else term, SUM if i == bare else PRODUCT
        )
        if i:
            text += f" {p.style.minus if negative else '+'} {piece}"
        else:
            text = f"-{piece}" if negative else piece
    return text, SUM


def _bare(terms: tuple[ast.Expression, ...]) -> int | None:
    """The term with a sum sign that needs no parentheses: the last that is added. The sign reaches up to the next
    + or −."""
    last = max((i for i, t in enumerate(terms) if not isinstance(t, ast.Negative)), default=None)
    if last is None:
        return None
    if any(isinstance(t, ast.Negative) and isinstance(t.operand, ast.Reduction) for t in terms[last + 1 :]):
        return None
    found = terms[last]
    return last if isinstance(found, ast.Reduction) and found.kind in _BIG else None


def _product(p: Printer, n: ast.Product) -> Spelled:
    first, *others = n.factors
    leading = PRODUCT if isinstance(first, ast.Number) else UNARY
    return p.style.times([p.show(first, leading), *(p.show(f, UNARY) for f in others)]), PRODUCT


def _quotient(p: Printer, n: ast.Quotient) -> Spelled:
    a, b = n.numerator, n.denominator
    return p.style.divide(p.show(a, PRODUCT), p.show(a), p.show(b, UNARY), p.show(b))


def _power(p: Printer, n: ast.Power) -> Spelled:
    e = n.exponent
    if isinstance(e, ast.Number) and e.value.denominator == 1:
        return p.style.power(p.show(n.base, ATOM), e.value.numerator), UNARY
    return p.style.power(p.show(n.base, ATOM), p.show(e, ATOM)), UNARY


def _select(p: Printer, n: ast.Select) -> Spelled:
    parts = p.show(n.condition, OR), p.show(n.then, OR), p.show(n.otherwise, SELECT)
    return p.style.select(*parts), SELECT


def _comparison(p: Printer, n: ast.Comparison) -> Spelled:
    return f"{p.show(n.left, SUM)} {p.style.relations[n.relation]} {p.show(n.right, SUM)}", COMPARE


def _chain(p: Printer, chain: list[Any]) -> str:
    others = [f"{p.style.relations[o.relation]} {p.show(o.right, SUM)}" for o in chain[1:]]
    return " ".join([p.show(chain[0], COMPARE), *others])


def _range(p: Printer, n: ast.Range) -> Spelled:
    low, high = (None if b is None else p.show(b, SUM) for b in (n.low, n.high))
    return p.style.range(n.name, low, high), ATOM


def _reduction(p: Printer, n: ast.Reduction) -> Spelled:
    conditions = [_range(p, r)[0] for r in n.ranges]
    if n.condition is not None:
        conditions.append(p.show(n.condition, AND))
    body = p.show(n.body, p.style.body_strength(n.kind))
    return p.style.reduction(n.kind, conditions, body, None if n.index is None else p.show(n.index))


def _matrix_product(p: Printer, n: ast.MatrixProduct) -> Spelled:
    place = [p.show(e) for e in n.place]
    condition = _range(p, n.factor)[0]
    return p.style.matrix_product(condition, [n.row, n.column], p.show(n.body), place), ATOM


def _definition(p: Printer, n: ast.Definition) -> Spelled:
    return f"{p.style.name(n.name)} = {p.show(n.value, SUM)}", SELECT


def _iterate(p: Printer, n: ast.Iterate) -> Spelled:
    return p.style.access(n.name, [p.show(n.moment)]) + _bracketed(p._list(n.indices)), ATOM


def _bracketed(parts: list[str]) -> str:
    return f"[{', '.join(parts)}]" if parts else ""


def _recurrence(p: Printer, n: ast.Recurrence) -> Spelled:
    lines = []
    for s in n.states:
        ranges = _bracketed([_range(p, r)[0] for r in s.indices])
        indices = _bracketed([p.style.name(r.name) for r in s.indices])
        lines.append(f"{p.style.access(s.name, ['0'])}{ranges} = {p.show(s.first, SUM)}")
        following = p.style.access(s.name, [f"{p.style.name(n.time)} + 1"])
        lines.append(f"{following}{indices} = {p.show(s.next, SUM)}")
    return ", ".join(lines), SELECT


def _where(p: Printer, n: ast.Where) -> Spelled:
    definitions = [p.spell(d)[0] for d in n.definitions]
    return f"{p.show(n.body)} where {', '.join(definitions)}", WHERE


_SPELLERS: dict[type, Callable[[Printer, Any], Spelled]] = {
    ast.Number: _number,
    ast.Infinity: lambda p, n: (p.style.infinity, ATOM),
    ast.Truth: lambda p, n: ("true" if n.value else "false", ATOM),
    ast.Name: lambda p, n: (p.style.name(n.text), ATOM),
    ast.Access: lambda p, n: (p.style.access(n.array, p._list(n.indices)), ATOM),
    ast.Call: lambda p, n: (p.style.call(n.name, p._list(n.arguments)), ATOM),
    ast.Negative: lambda p, n: (f"-{p.show(n.operand, PRODUCT)}", SUM),
    ast.Sum: _sum,
    ast.Product: _product,
    ast.Quotient: _quotient,
    ast.Floor: lambda p, n: p.style.floor(p.show(n.numerator, PRODUCT), p.show(n.denominator, UNARY)),
    ast.Ceiling: lambda p, n: p.style.ceiling(p.show(n.numerator, PRODUCT), p.show(n.denominator, UNARY)),
    ast.Modulo: lambda p, n: p.style.modulo(p.show(n.numerator, UNARY), p.show(n.denominator, UNARY)),
    ast.Power: _power,
    ast.Select: _select,
    ast.Comparison: _comparison,
    ast.And: lambda p, n: (
        f" {p.style.conjunction} ".join(_chain(p, c) for c in chains(n.operands)),
        AND,
    ),
    ast.Or: lambda p, n: (f" {p.style.disjunction} ".join(p.show(o, AND) for o in n.operands), OR),
    ast.Not: lambda p, n: (f"{p.style.negation}{p.show(n.operand, ATOM)}", COMPARE),
    ast.Range: _range,
    ast.Reduction: _reduction,
    ast.MatrixProduct: _matrix_product,
    ast.Definition: _definition,
    ast.State: lambda p, n: ("", SELECT),  # spelled with its recurrence
    ast.Recurrence: _recurrence,
    ast.Iterate: _iterate,
    ast.Where: _where,
    ast.Hole: lambda p, n: (p.style.hole(n.name), ATOM),
}
