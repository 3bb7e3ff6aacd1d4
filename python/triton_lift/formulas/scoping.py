"""Which names are bound where: tells ranges from conditions, and maxima over ranges from those of arguments."""

from __future__ import annotations

from dataclasses import fields, replace
from fractions import Fraction
from typing import Any

from triton_lift.formulas import ast
from triton_lift.formulas.errors import FormulaError
from triton_lift.formulas.raw import Chain, RawIterate, RawReduction, RawStatement
from triton_lift.formulas.systems import RawRecurrence, grouped, state_name

# Function names that bind an index, and what they reduce with.
# Elements by their rank, which stands behind a semicolon and knows nothing of the indices.
RANKED = ("smallest", "largest", "argsmallest", "arglargest")
REDUCTIONS = {
    "sum": "add", "prod": "mul", "product": "mul", "all": "and", "any": "or", "forall": "and", "exists": "or",
    "argmax": "argmax", "argmin": "argmin", "xor": "xor", **{kind: kind for kind in RANKED},
}  # fmt: skip
# These are functions of several arguments too.
_EITHER = {"max": "max", "min": "min", "bitand": "bitand", "bitor": "bitor", "bitxor": "bitxor"}
_KINDS = {**REDUCTIONS, **_EITHER, "add": "add", "mul": "mul", "and": "and", "or": "or"}

_ONE = ast.Number(Fraction(1))
_ZERO = ast.Number(Fraction(0))
_MIRRORED: dict[str, ast.Relation] = {"<": ">", "≤": "≥", ">": "<", "≥": "≤", "=": "=", "≠": "≠"}
Scope = frozenset[str]


class Scoping:
    """Turns what the parser builds into formulas. `scalars` are names that are never bound."""

    def __init__(self, text: str, scalars: Scope) -> None:
        self.text = text
        self.scalars = scalars

    def statement(self, raw: RawStatement) -> ast.Statement:
        """A statement: the names in its indices are bound in all of it."""
        target = self.expression(raw.target, frozenset())
        names = {i.text for i in target.indices if isinstance(i, ast.Name)}
        if self.scalars:
            names.update(n.text for i in target.indices for n in ast.nodes(i) if isinstance(n, ast.Name))
        ranges, condition = self.domain(raw.domain, names - self.scalars)
        scope = frozenset(names) - self.scalars | {r.name for r in ranges}
        return ast.Statement(target, self.expression(raw.body, scope), ranges, condition)

    def domain(
        self, parts: tuple[Any, ...], names: set[str] | None = None
    ) -> tuple[tuple[ast.Range, ...], ast.Expression | None]:
        """Ranges and condition; `names` (None: not known) are the indices that a range may be of."""
        ranges: list[ast.Range] = []
        others = []
        for part in parts:
            found = as_range(part)
            known = self.scalars | {r.name for r in ranges}
            one_sided = not isinstance(part, Chain)
            if (
                found is None
                or found.name in known
                or (one_sided and names is not None and found.name not in names)
            ):
                others.append(part)
            else:
                ranges.append(replace(found, low=found.low or _ZERO))
        scope = frozenset(r.name for r in ranges) | frozenset(names or ())
        inside = tuple(self._range(r, scope) for r in ranges)
        return inside, self._all(others, scope)

    def expression(self, node: Any, scope: Scope) -> Any:
        """The formula for what was parsed, where the names in `scope` are bound."""
        try:
            return self._expression(node, scope)
        except RecursionError:
            raise FormulaError("the formula is nested too deeply") from None

    def _expression(self, node: Any, scope: Scope) -> Any:
        match node:
            case ast.Number() | ast.Name() | ast.Infinity() | ast.Truth() | ast.Hole():
                return node
            case Chain(operands, relations):
                parts = tuple(self._expression(o, scope) for o in operands)
                return ast.And(
                    tuple(
                        ast.Comparison(r, a, b) for r, a, b in zip(relations, parts, parts[1:], strict=False)
                    )
                )
            case ast.And(operands):
                return ast.both(*(self._expression(o, scope) for o in operands))
            case RawIterate(name, moment, indices):
                place = tuple(self._expression(i, scope) for i in indices)
                return ast.Iterate(name, self._expression(moment, scope), place)
            case ast.Access(name, (moment,)) if state_name(name) in scope:
                return ast.Iterate(name, self._expression(moment, scope), ())
            case ast.Call(name, arguments):
                return self._call(name, arguments, scope)
            case RawReduction("matprod", conditions, body, place):
                return self._matrices(conditions, body, place, scope)
            case RawReduction(name, conditions, body, rest):
                if name not in _KINDS:
                    raise FormulaError(
                        f"{name} is no reduction: sum, prod, max, min, argmax, argmin, all, any are"
                    )
                return self._reduction(_KINDS[name], conditions, body, rest, scope)
            case ast.Where(body, definitions):
                inside: list[ast.Definition | ast.Recurrence] = []
                for d in grouped(definitions, _raw_nodes):
                    if isinstance(d, RawRecurrence):
                        inside.append(self._recurrence(d, scope))
                        scope |= {state_name(name) for name in d.states}
                        continue
                    inside.append(ast.Definition(d.name, self._expression(d.value, scope)))
                    scope |= {d.name}
                return ast.Where(self._expression(body, scope), tuple(inside))
        changed = {}
        for field in fields(node):
            value = getattr(node, field.name)
            if isinstance(value, tuple):
                changed[field.name] = tuple(self._expression(v, scope) for v in value)
            elif not isinstance(value, str):
                changed[field.name] = self._expression(value, scope)
        return replace(node, **changed)

    def _call(self, name: str, arguments: tuple[Any, ...], scope: Scope) -> ast.Expression:
        if name == "matprod":
            raise FormulaError("matprod is written matprod(t < n, a, b, body; i, j)")
        if name in REDUCTIONS or (name in _EITHER and self._binds(arguments, scope)):
            if len(arguments) < 2:
                raise FormulaError(f"{name} needs an index and a body, as in {name}(k < n, x[k])")
            return self._reduction(_KINDS[name], arguments[:-1], arguments[-1], (), scope)
        inside = tuple(self._expression(a, scope) for a in arguments)
        if name == "where" and len(inside) == 3:
            return ast.Select(*inside)
        if name == "cdiv" and len(inside) == 2:
            return ast.Ceiling(*inside)
        return ast.Call(name, inside)

    def _binds(self, arguments: tuple[Any, ...], scope: Scope) -> bool:
        """Whether the first of the arguments is a range. A name alone is one if it is unbound and the body has it."""
        if len(arguments) < 2:
            return False
        first = arguments[0]
        if isinstance(first, ast.Name):
            free = first.text not in scope | self.scalars
            return free and any(
                isinstance(n, ast.Access) and _mentions(n, first.text) for n in _raw_nodes(arguments[-1])
            )
        return as_range(first) is not None

    def _reduction(
        self, kind: str, conditions: tuple[Any, ...], body: Any, rest: tuple[Any, ...], scope: Scope
    ) -> ast.Expression:
        ranges: list[ast.Range] = []
        others = []
        for part in conditions:
            found = as_range(part)
            taken = scope | self.scalars if ranges else self.scalars
            if found is None or found.name in taken or found.name in {r.name for r in ranges}:
                others.append(part)
                continue
            ranges.append(self._range(found, scope | {r.name for r in ranges}))
        if not ranges:
            raise FormulaError("a reduction binds no index: its first condition has to be like k < n")
        inner = scope | {r.name for r in ranges}
        if len(rest) > 1 or (rest and not kind.startswith("arg") and kind not in RANKED):
            raise FormulaError("only argmax and argmin, and ranks, have something behind a semicolon")
        return ast.Reduction(
            kind,
            tuple(ranges),
            self._all(others, inner),
            self._expression(body, inner),
            self._expression(rest[0], scope if kind in RANKED else inner) if rest else None,
        )

    def _matrices(
        self, conditions: tuple[Any, ...], body: Any, place: tuple[Any, ...], scope: Scope
    ) -> ast.Expression:
        factor = as_range(conditions[0]) if len(conditions) == 3 else None
        names = [c.text for c in conditions[1:] if isinstance(c, ast.Name)]
        if factor is None or len(names) != 2 or len(place) != 2:
            raise FormulaError("a product of matrices is written matprod(t < n, a, b, body; i, j)")
        row, column = (self._expression(e, scope) for e in place)
        inner = scope | {factor.name, *names}
        return ast.MatrixProduct(
            self._range(factor, scope), names[0], names[1], self._expression(body, inner), (row, column)
        )

    def _recurrence(self, raw: RawRecurrence, scope: Scope) -> ast.Recurrence:
        within = scope | {state_name(name) for name in raw.states}
        states = []
        for name, (first, following) in raw.states.items():
            ranges = []
            for part in first.indices:
                found = as_range(part)
                if found is None:
                    raise FormulaError(f"the indices of {name}[0] have their extents: {name}[0][i < n]")
                ranges.append(self._range(found, scope))
            names = tuple(i.text if isinstance(i, ast.Name) else "" for i in following.indices)
            if names != tuple(r.name for r in ranges):
                raise FormulaError(f"both lines of {name} have the same indices")
            own = scope | set(names)
            states.append(
                ast.State(
                    name,
                    tuple(ranges),
                    self._expression(first.value, own),
                    self._expression(following.value, within | own | {raw.time}),
                )
            )
        return ast.Recurrence(raw.time, tuple(states))

    def _range(self, found: ast.Range, scope: Scope) -> ast.Range:
        low, high = (None if b is None else self._expression(b, scope) for b in (found.low, found.high))
        return ast.Range(found.name, low, high)

    def _all(self, conditions: list[Any], scope: Scope) -> ast.Expression | None:
        if len(conditions) < 2:
            return self._expression(conditions[0], scope) if conditions else None
        parts: list[ast.Expression] = []
        for c in conditions:
            inside = self._expression(c, scope)
            parts.extend(inside.operands if isinstance(inside, ast.And) else (inside,))
        return ast.And(tuple(parts))


def as_range(condition: Any) -> ast.Range | None:
    """The range that a condition reads as, if it bounds a name."""
    match condition:
        case ast.Name(text):
            return ast.Range(text, None, None)
        case ast.Comparison("<" | "≤" as relation, ast.Name(text), high):
            return ast.Range(text, _ZERO, high if relation == "<" else _next(high))
        case ast.Comparison(">" | "≥" as relation, high, ast.Name(text)):
            return ast.Range(text, _ZERO, high if relation == ">" else _next(high))
        case ast.Comparison("<" | "≤" as relation, low, ast.Name(text)):
            return ast.Range(text, low if relation == "≤" else _next(low), None)
        case Chain((low, ast.Name(), high), (("<" | "≤"), ("<" | "≤"))):
            name, (first, second) = condition.operands[1], condition.relations
            return ast.Range(
                name.text, low if first == "≤" else _next(low), high if second == "<" else _next(high)
            )
        case Chain((high, ast.Name(), low), ((">" | "≥"), (">" | "≥"))):
            mirrored = tuple(_MIRRORED[r] for r in reversed(condition.relations))
            return as_range(Chain((low, condition.operands[1], high), mirrored))
    return None


def _next(bound: Any) -> Any:
    """bound + 1."""
    if isinstance(bound, ast.Number):
        return ast.Number(bound.value + 1)
    terms = bound.terms if isinstance(bound, ast.Sum) else (bound,)
    return ast.Sum((*terms, _ONE))


def _mentions(node: Any, name: str) -> bool:
    return any(isinstance(n, ast.Name) and n.text == name for n in _raw_nodes(node))


def _raw_nodes(root: Any) -> list[Any]:
    found, pending = [], [root]
    while pending:
        node = pending.pop()
        if isinstance(node, tuple):
            pending.extend(node)
        elif hasattr(node, "__dataclass_fields__"):
            found.append(node)
            pending.extend(getattr(node, f) for f in node.__dataclass_fields__)
    return found
