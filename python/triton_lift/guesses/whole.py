"""Guesses of whole arrays, `out = softmax(x, axis=1)·w`, as formulas of elements.

The notation is NumPy's: operations broadcast from the last axis, `x.T`, `x[:, None]`, `a @ b`, functions of the library
of definitions along an `axis` (with `keepdims`) or of matrices. How many axes an array has, and how long an axis is
over which a function runs, is what the lift says; an axis that would have two lengths is an error.
"""

from __future__ import annotations

import ast as python
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from functools import partial
from itertools import count
from typing import Any

from triton_lift.definitions.library import Definition, library
from triton_lift.definitions.patterns import renamed
from triton_lift.definitions.writing import is_size
from triton_lift.formulas import ast
from triton_lift.formulas.errors import FormulaError
from triton_lift.formulas.functions import FUNCTIONS
from triton_lift.formulas.spelling import SUPERSCRIPTS
from triton_lift.guesses.claims import Claims, Store
from triton_lift.guesses.ranges import Ranges
from triton_lift.guesses.readings import highs
from triton_lift.terms import integers as ints

Indices = tuple[ast.Expression, ...]
_TARGET = re.compile(r"\s*(\w+)\s*:?=(?!=)")
_OPERATORS = {"·": "*", "×": "*", "−": "-", "^": "**", "≤": "<=", "≥": ">=", "≠": "!="}
_RELATIONS: dict[type, ast.Relation] = {
    python.Lt: "<", python.LtE: "≤", python.Gt: ">", python.GtE: "≥", python.Eq: "=", python.NotEq: "≠",
}  # fmt: skip
_DIGITS = {ord(c): str(i) for i, c in enumerate(SUPERSCRIPTS)}
_REDUCTIONS = ("max", "min", "sum", "prod", "argmax", "argmin")


@dataclass(frozen=True)
class Value:
    """An expression over `rank` axes: `at` gives the element at as many indices."""

    rank: int
    at: Callable[[Indices], ast.Expression]

    def over(self, indices: Indices) -> ast.Expression:
        """The element where it is broadcast to more axes."""
        return self.at(indices[len(indices) - self.rank :])


def statement(text: str, claims: Claims) -> ast.Statement | None:
    """The statement about elements; None for a text that is no equation of a whole array. Raises FormulaError."""
    match = _TARGET.match(text)
    if match is None or match[1] not in claims.vocabulary.arrays:
        return None
    array = claims.vocabulary.arrays[match[1]].number
    stores = [s for s in claims.stores if s.array == array]
    if len(stores) != 1:
        raise FormulaError(f"the kernel does not write {match[1]} as a whole, in one store")
    (store,) = stores
    reader = _Reader(claims, store)
    value = reader.read(text[match.end() :])
    target = claims.vocabulary.layouts.indices(array, store.offset)
    names = dict(zip(store.variables, store.names, strict=True))
    plain = [ast.Name(names[t]) for t in target if t in names]
    if len(plain) != len(target) or len(set(plain)) != len(plain):
        raise FormulaError(f"{match[1]} is not written index by index: {claims.shown_access(store)}")
    if value.rank > len(plain):
        raise FormulaError(f"{match[1]} has {len(plain)} axes, its value {value.rank}")
    found = ast.Statement(ast.Access(match[1], tuple(plain)), value.over(tuple(plain)))
    reader.check_lengths(found)
    return found


class _Reader:
    def __init__(self, claims: Claims, store: Store) -> None:
        self.claims = claims
        # As it is printed: tiles may be read beyond the end of an array.
        self.known = Ranges(claims, replace(store, value=store.shown), {}).known
        taken = {*claims.vocabulary.scalars, *claims.vocabulary.arrays, *store.names}
        self.fresh = (name for name in map("k{}".format, count(1)) if name not in taken)
        ends = highs(store.facts)
        self.lengths: dict[str, ast.Expression] = {
            name: self.size(ends[v])
            for v, name in zip(store.variables, store.names, strict=True)
            if v in ends
        }

    def size(self, t: Any) -> ast.Expression:
        """A number of elements, as syntax."""
        return self.claims.syntax.expression(t)

    def read(self, text: str) -> Value:
        for sign, spelled in _OPERATORS.items():
            text = text.replace(sign, spelled)
        text = re.sub(f"[{SUPERSCRIPTS}]+", lambda m: "**" + m[0].translate(_DIGITS), text)
        try:
            return self.value(python.parse(text.strip(), mode="eval").body)
        except (SyntaxError, ValueError) as problem:
            raise FormulaError(f"not an expression of whole arrays: {problem}") from None

    def value(self, e: python.expr) -> Value:
        match e:
            case python.Constant(bool()) | python.Constant(None):
                pass
            case python.Constant(int() | float() as number):
                literal = ast.Number(Fraction(repr(number)))
                return Value(0, lambda _: literal)
            case python.Name(name):
                return self.name(name)
            case python.UnaryOp(python.USub(), inner):
                return _elementwise(lambda a: ast.Negative(a), self.value(inner))
            case python.BinOp(left, python.MatMult(), right):
                return self.called("matmul", [self.value(left), self.value(right)], {}, None, False)
            case python.BinOp(left, op, right) if type(op) in _BINARY:
                return _elementwise(_BINARY[type(op)], self.value(left), self.value(right))
            case python.Compare(left, [op], [right]) if type(op) in _RELATIONS:
                relation = _RELATIONS[type(op)]
                return _elementwise(
                    lambda a, b: ast.Comparison(relation, a, b), self.value(left), self.value(right)
                )
            case python.IfExp(condition, then, otherwise):
                return _elementwise(ast.Select, *map(self.value, (condition, then, otherwise)))
            case python.Attribute(inner, "T" | "mT"):
                return _transposed(self.value(inner))
            case python.Subscript(inner, places):
                elements = places.elts if isinstance(places, python.Tuple) else [places]
                return _spread(self.value(inner), elements)
            case python.Call(python.Name(name), arguments, keywords):
                return self.call(name, arguments, keywords)
        raise FormulaError(f"no part of an expression of whole arrays: {python.unparse(e)}")

    def name(self, name: str) -> Value:
        vocabulary = self.claims.vocabulary
        if name in vocabulary.arrays:
            rank = len(vocabulary.layouts.steps(vocabulary.arrays[name].number))
            return Value(rank, lambda indices: ast.Access(name, indices))
        if name not in vocabulary.scalars and name != "e":
            known = [*vocabulary.scalars, *vocabulary.arrays]
            raise FormulaError(f"{name} is no argument of the kernel{vocabulary.unknown(name, known)}")
        return Value(0, lambda _: ast.Name(name))

    def call(self, name: str, arguments: list[python.expr], keywords: list[python.keyword]) -> Value:
        named = {k.arg: k.value for k in keywords if k.arg is not None}
        axis, keep = named.pop("axis", None), named.pop("keepdims", None)
        try:
            place = None if axis is None else int(python.literal_eval(axis))
            kept = keep is not None and bool(python.literal_eval(keep))
        except (ValueError, TypeError):
            raise FormulaError("an axis is a number") from None
        values = [self.value(a) for a in arguments]
        reduces = name in _REDUCTIONS and (len(values) == 1 or place is not None)
        if name in FUNCTIONS and not named and not reduces:
            return _elementwise(lambda *parts: ast.Call(name, parts), *values)
        return self.called(name, values, {k: self.value(v) for k, v in named.items()}, place, kept)

    def called(
        self, name: str, values: list[Value], named: dict[str, Value], axis: int | None, keep: bool
    ) -> Value:
        """A function of the library."""
        candidates = [d for d in library() if d.name == name and not d.elsewhere]
        for d in sorted(
            candidates, key=lambda d: -len(d.indices)
        ):  # of matrices, then of a matrix and a vector
            if len(values) + len(named) != len(d.arguments):
                continue
            bound = dict(zip(d.arguments, values, strict=False))
            if set(d.arguments[len(values) :]) != set(named):
                continue
            body = _inlined(d)
            ranks = _ranks(d, body)
            use = _Use(self, d, body, {**bound, **named}, ranks)
            fitting = all(use.values[n].rank >= c for n, c in ranks.items())
            if fitting:
                one = len(d.indices) <= 1 and all(c <= 1 for c in ranks.values())
                return use.along(axis, keep) if one else use.of_matrices(axis)
        raise FormulaError(f"there is no function {name} of such arguments in the library of definitions")

    def length(self, inside: ast.Expression, marker: ast.Name) -> ast.Expression:
        """How long the axis is at which the marker stands."""
        found = set()
        for node in ast.nodes(inside):
            if isinstance(node, ast.Access):
                for d, index in enumerate(node.indices):
                    if index == marker:
                        found |= self.known.get((node.array, len(node.indices), d), set())
        if len(found) != 1:
            raise FormulaError(
                "the length of an axis cannot be told from the lift: write the formula of elements"
            )
        ((low, high),) = found
        if low is not ints.ZERO or not is_size(high):
            raise FormulaError("a function does not run over the whole of an axis")
        return self.size(high)

    def check_lengths(self, found: ast.Statement) -> None:
        """An axis of an array is as long as the range of its index: there is one length for each. FormulaError."""
        seen: dict[tuple[str, int], ast.Expression] = {}
        for node in (n for root in (found.target, found.body) for n in ast.nodes(root)):
            if not isinstance(node, ast.Access):
                continue
            for d, index in enumerate(node.indices):
                size = self.lengths.get(index.text) if isinstance(index, ast.Name) else None
                if size is not None and seen.setdefault((node.array, d), size) != size:
                    raise FormulaError(f"axis {d} of {node.array} would have two lengths")


@dataclass
class _Use:
    """A definition of the library in use: `ranks` of the arguments that have indices in it."""

    reader: _Reader
    definition: Definition
    body: ast.Expression
    values: dict[str, Value]
    ranks: dict[str, int]

    def along(self, axis: int | None, keep: bool) -> Value:
        """Along an axis, or element by element."""
        if not self.ranks:
            return _elementwise(
                lambda *parts: self.filled(dict(zip(self.values, parts, strict=True)), {}, ()),
                *self.values.values(),
            )
        rank = max(self.values[n].rank for n in self.ranks)
        if axis is None and rank > 1:
            raise FormulaError(f"{self.definition.name} of {rank} axes: say which axis")
        place = (axis or 0) % rank if -rank <= (axis or 0) < rank else -1
        if place < 0:
            raise FormulaError(f"there is no axis {axis}")

        def at(indices: Indices) -> ast.Expression:
            stays = bool(self.definition.indices) or keep
            outer = (*indices[:place], *indices[place + 1 :]) if stays else indices

            def element(n: str, e: Indices) -> ast.Expression:
                return self.values[n].over((*outer[:place], *e, *outer[place:]))

            arrays = {n: partial(element, n) for n in self.ranks}
            scalars = {n: v.over(outer) for n, v in self.values.items() if n not in self.ranks}
            return self.filled(scalars, arrays, indices[place : place + 1] if self.definition.indices else ())

        return Value(rank if self.definition.indices or keep else rank - 1, at)

    def of_matrices(self, axis: int | None) -> Value:
        """Of the last axes; those before them are a batch."""
        if axis is not None:
            raise FormulaError(f"{self.definition.name} is of the last axes, and takes no axis")
        places = len(self.definition.indices)
        batch = max(self.values[n].rank - c for n, c in self.ranks.items())

        def at(indices: Indices) -> ast.Expression:
            outer = indices[:batch]

            def element(n: str, e: Indices) -> ast.Expression:
                value = self.values[n]
                return value.at((*outer[batch - (value.rank - len(e)) :], *e))

            arrays = {n: partial(element, n) for n in self.ranks}
            scalars = {n: v.over(outer) for n, v in self.values.items() if n not in self.ranks}
            return self.filled(scalars, arrays, indices[batch:])

        return Value(batch + places, at)

    def filled(
        self,
        scalars: Mapping[str, ast.Expression],
        arrays: Mapping[str, Callable[[Indices], ast.Expression]],
        places: Indices,
    ) -> ast.Expression:
        """The definition's body with the arguments put in. Bound names are new ones: nothing is captured."""
        names = {**scalars, **dict(zip(self.definition.indices, places, strict=True))}
        for node in ast.nodes(self.body):
            if isinstance(node, ast.Reduction):
                for r in node.ranges:
                    if isinstance(r.high, ast.Name) and r.high.text not in names:
                        names[r.high.text] = self._size(r.name, node.body, arrays)
        found: ast.Expression = self._visit(self.body, names, arrays)
        return found

    def _size(
        self, index: str, body: ast.Expression, arrays: Mapping[str, Callable[[Indices], ast.Expression]]
    ) -> ast.Expression:
        marker = ast.Name("#")
        for node in ast.nodes(body):
            if isinstance(node, ast.Access) and ast.Name(index) in node.indices and node.array in arrays:
                others: Indices = tuple(
                    marker if i == ast.Name(index) else ast.Name("##") for i in node.indices
                )
                return self.reader.length(arrays[node.array](others), marker)
        raise FormulaError("the length of an axis cannot be told")

    def _visit(
        self,
        node: Any,
        names: Mapping[str, ast.Expression],
        arrays: Mapping[str, Callable[[Indices], ast.Expression]],
    ) -> Any:
        if isinstance(node, tuple):
            return tuple(self._visit(n, names, arrays) for n in node)
        if isinstance(node, ast.Name):
            return names.get(node.text, node)
        if isinstance(node, ast.Access):
            return arrays[node.array](self._visit(node.indices, names, arrays))
        if not hasattr(node, "__dataclass_fields__"):
            return node
        if isinstance(node, ast.Reduction):
            new = {r.name: next(self.reader.fresh) for r in node.ranges}
            names = {**names, **{old: ast.Name(name) for old, name in new.items()}}
            boxes = tuple(
                ast.Range(new[r.name], self._visit(r.low, names, arrays), self._visit(r.high, names, arrays))
                for r in node.ranges
            )
            for r, box in zip(node.ranges, boxes, strict=True):
                if isinstance(r.high, ast.Name) and box.high is not None:
                    self.reader.lengths[box.name] = box.high
            parts = {
                f.name: self._visit(getattr(node, f.name), names, arrays)
                for f in fields(node)
                if f.name != "ranges"
            }
            return replace(node, ranges=boxes, **parts)
        return replace(
            node, **{f.name: self._visit(getattr(node, f.name), names, arrays) for f in fields(node)}
        )


def _inlined(d: Definition) -> ast.Expression:
    """The body, with earlier definitions written out."""

    def visit(node: Any) -> Any:
        if isinstance(node, tuple):
            return tuple(map(visit, node))
        if isinstance(node, ast.Call) and node.name in d.earlier:
            names = [a.text for a in node.arguments if isinstance(a, ast.Name)]
            if names:
                return visit(renamed(d.earlier[node.name], names))
        if not hasattr(node, "__dataclass_fields__"):
            return node
        return replace(node, **{f.name: visit(getattr(node, f.name)) for f in fields(node)})

    found: ast.Expression = visit(d.statement.body)
    return found


def _ranks(d: Definition, body: ast.Expression) -> dict[str, int]:
    """The arguments with indices, and how many."""
    return {
        n.array: len(n.indices)
        for n in ast.nodes(body)
        if isinstance(n, ast.Access) and n.array in d.arguments
    }


def _elementwise(build: Callable[..., ast.Expression], *values: Value) -> Value:
    rank = max((v.rank for v in values), default=0)
    return Value(rank, lambda indices: build(*(v.over(indices) for v in values)))


def _transposed(value: Value) -> Value:
    if value.rank < 2:
        raise FormulaError("only what has two axes is transposed")
    return Value(value.rank, lambda i: value.at((*i[:-2], i[-1], i[-2])))


def _spread(value: Value, elements: list[python.expr]) -> Value:
    """x[:, None]: an axis of length 1 for None."""
    full = [isinstance(e, python.Slice) and e.lower is e.upper is e.step is None for e in elements]
    new = [isinstance(e, python.Constant) and e.value is None for e in elements]
    if not all(a or b for a, b in zip(full, new, strict=True)) or sum(full) > value.rank:
        raise FormulaError("only `:` and `None` stand between the brackets of a whole array")
    rest = value.rank - sum(full)

    def at(indices: Indices) -> ast.Expression:
        kept = tuple(i for i, stays in zip(indices, [*full, *[True] * rest], strict=True) if stays)
        return value.at(kept)

    return Value(len(elements) + rest, at)


_BINARY: dict[type, Callable[[ast.Expression, ast.Expression], ast.Expression]] = {
    python.Add: lambda a, b: ast.Sum((a, b)),
    python.Sub: lambda a, b: ast.Sum((a, ast.Negative(b))),
    python.Mult: lambda a, b: ast.Product((a, b)),
    python.Div: ast.Quotient,
    python.Pow: ast.Power,
}
