"""Two formulas up to names, the order of summands and factors, and where a division is written.

`same(ours, textbook)` finds a one-to-one renaming of arrays, scalars and indices that turns one into the other; a size
may be a constant of the kernel.
Irrational constants of a textbook are the floats that kernels have for them.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field, fields, replace
from fractions import Fraction
from itertools import count, permutations
from typing import Any

from triton_lift.definitions.constants import irrational, is_short, reads_as, square_root
from triton_lift.formulas import ast

Renaming = dict[tuple[str, str], str]
_MOST = 20000


@dataclass
class Factors:
    """coefficient·∏ above / ∏ below."""

    coefficient: float | Fraction = Fraction(1)
    above: list[Any] = field(default_factory=list)
    below: list[Any] = field(default_factory=list)


def same(ours: ast.Statement, textbook: ast.Statement) -> bool:
    """Whether both say the same but for names."""
    search = _Search()
    ours, textbook = (apart(s, {}, count()) for s in (ours, textbook))
    for names in search.pair(ours.target, textbook.target, {}):
        for _ in search.pair(ours.body, textbook.body, names):
            return True
    return False


def size(node: Any) -> int:
    """The number of nodes of a formula, shared ones counted each time; a number less one is one."""
    if isinstance(node, ast.Reduction):
        inside: list[Any] = [node.body, *(r.high for r in node.ranges if r.high is not None)]
        inside += [r.low for r in node.ranges if r.low not in (None, ast.Number(Fraction(0)))]
        inside += [p for p in (node.condition, node.index) if p is not None]
        return 1 + sum(map(size, inside))
    if not isinstance(node, ast.Statement | ast.Range) and irrational(node) is not None:
        return 1
    return 1 + sum(size(c) for c in ast.children(node))


class _Search:
    def __init__(self) -> None:
        self.steps = 0

    def pair(self, a: Any, b: Any, names: Renaming) -> Iterator[Renaming]:
        self.steps += 1
        if self.steps > _MOST:
            return
        if isinstance(a, ast.Name) and isinstance(b, ast.Name):
            yield from _renamed("name", a.text, b.text, names)
        elif isinstance(a, ast.Number) and isinstance(b, ast.Name):
            # A size that is a symbol in the textbook, and a constant of this kernel.
            number = str(a.value)
            if names.get(("size", b.text), number) == number:
                yield {**names, ("size", b.text): number}
        elif isinstance(a, ast.Access) and isinstance(b, ast.Access):
            if len(a.indices) == len(b.indices):
                for found in _renamed("array", a.array, b.array, names):
                    yield from self.all_of(list(a.indices), list(b.indices), found)
        elif _is_product(a) or _is_product(b):
            yield from self.products(factors(a), factors(b), names)
        elif isinstance(a, ast.Sum) and isinstance(b, ast.Sum):
            yield from self.unordered(list(a.terms), list(b.terms), names)
        elif isinstance(a, ast.Comparison) and isinstance(b, ast.Comparison):
            a, b = _less(a), _less(b)
            if a.relation == b.relation:
                yield from self.all_of([a.left, a.right], [b.left, b.right], names)
                if a.relation in "=≠":
                    yield from self.all_of([a.left, a.right], [b.right, b.left], names)
        elif isinstance(a, ast.Select) and isinstance(b, ast.Select):
            yield from self.all_of(
                [a.condition, a.then, a.otherwise], [b.condition, b.then, b.otherwise], names
            )
            turned = [_opposite(b.condition), b.otherwise, b.then]
            yield from self.all_of([a.condition, a.then, a.otherwise], turned, names)
        elif isinstance(a, ast.Call) and isinstance(b, ast.Call):
            if a.name == b.name and len(a.arguments) == len(b.arguments):
                many = self.unordered if a.name in ("max", "min") else self.all_of
                yield from many(list(a.arguments), list(b.arguments), names)
        elif isinstance(a, ast.Reduction) and isinstance(b, ast.Reduction):
            yield from self.reductions(a, b, names)
        elif type(a) is type(b):
            ours, theirs = list(ast.children(a)), list(ast.children(b))
            plain = [f.name for f in fields(a) if not hasattr(getattr(a, f.name), "__dataclass_fields__")
                     and not isinstance(getattr(a, f.name), tuple)]  # fmt: skip
            if len(ours) == len(theirs) and all(getattr(a, n) == getattr(b, n) for n in plain):
                yield from self.all_of(ours, theirs, names)

    def all_of(self, ours: list[Any], theirs: list[Any], names: Renaming) -> Iterator[Renaming]:
        if not ours:
            yield names
            return
        for found in self.pair(ours[0], theirs[0], names):
            yield from self.all_of(ours[1:], theirs[1:], found)

    def unordered(self, ours: list[Any], theirs: list[Any], names: Renaming) -> Iterator[Renaming]:
        if len(ours) != len(theirs):
            return
        if not ours:
            yield names
            return
        for i, b in enumerate(theirs):
            for found in self.pair(ours[0], b, names):
                yield from self.unordered(ours[1:], theirs[:i] + theirs[i + 1 :], found)

    def products(self, a: Factors, b: Factors, names: Renaming) -> Iterator[Renaming]:
        if not _equal(a.coefficient, b.coefficient):
            return
        for found in self.unordered(a.above, b.above, names):
            yield from self.unordered(a.below, b.below, found)

    def reductions(self, a: ast.Reduction, b: ast.Reduction, names: Renaming) -> Iterator[Renaming]:
        if a.kind != b.kind or len(a.ranges) != len(b.ranges):
            return
        rest = [(a.condition, b.condition), (a.index, b.index)]
        if any((x is None) != (y is None) for x, y in rest):
            return
        parts = [(x, y) for x, y in [(a.body, b.body), *rest] if x is not None]
        for order in permutations(b.ranges):
            pairs = [p for r, s in zip(a.ranges, order, strict=True) for p in _bounds(r, s)] + parts
            yield from self.all_of([x for x, _ in pairs], [y for _, y in pairs], names)


def _bounds(r: ast.Range, s: ast.Range) -> list[tuple[Any, Any]]:
    zero = ast.Number(Fraction(0))
    return [
        (ast.Name(r.name), ast.Name(s.name)),
        (r.low or zero, s.low or zero),
        (r.high or zero, s.high or zero),
    ]


def apart(node: Any, names: dict[str, str], count: Iterator[int]) -> Any:
    """The formula with a name of its own for each bound variable."""
    if isinstance(node, tuple):
        return tuple(apart(n, names, count) for n in node)
    if isinstance(node, ast.Name):
        return ast.Name(names.get(node.text, node.text))
    if not hasattr(node, "__dataclass_fields__"):
        return node
    if isinstance(node, ast.Reduction):
        names = {**names, **{r.name: f"{r.name}#{next(count)}" for r in node.ranges}}
    changed = {f.name: apart(getattr(node, f.name), names, count) for f in fields(node)}
    if isinstance(node, ast.Range):
        changed["name"] = names.get(node.name, node.name)
    return replace(node, **changed)


def _renamed(kind: str, ours: str, theirs: str, names: Renaming) -> Iterator[Renaming]:
    known = names.get((kind, ours))
    if known is not None:
        if known == theirs:
            yield names
    elif theirs not in [v for (k, _), v in names.items() if k == kind]:
        yield {**names, (kind, ours): theirs}


def _is_product(e: Any) -> bool:
    """Whether there is something to be taken apart."""
    found = factors(e)
    return found.coefficient != 1 or found.above != [e] or bool(found.below)


def factors(e: Any) -> Factors:
    """A product's parts; x² is x·x."""
    found = Factors()
    _collect(e, found, 1)
    return found


def _collect(e: Any, found: Factors, power: int) -> None:
    number = e.value if isinstance(e, ast.Number) else irrational(e)
    if number:
        found.coefficient = found.coefficient * (number if power > 0 else 1 / number)
        return
    match e:
        case ast.Negative(inner):
            found.coefficient = -found.coefficient
            _collect(inner, found, power)
        case ast.Product(parts):
            for p in parts:
                _collect(p, found, power)
        case ast.Quotient(a, b):
            _collect(a, found, power)
            _collect(b, found, -power)
        case ast.Power(base, ast.Number(n)) if n.denominator == 1 and 0 < n <= 4:
            for _ in range(int(n)):
                _collect(base, found, power)
        case ast.Call("rsqrt", (inner,)):
            _collect(ast.Call("sqrt", (inner,)), found, -power)
        case _:
            (found.above if power > 0 else found.below).append(e)


def _equal(ours: float | Fraction, theirs: float | Fraction) -> bool:
    if isinstance(theirs, Fraction) and not is_short(theirs):
        theirs = float(theirs)  # an irrational constant of a textbook, multiplied out
    if isinstance(ours, Fraction) and isinstance(theirs, Fraction):
        return ours == theirs
    if isinstance(ours, Fraction):
        size, root = abs(float(theirs)), square_root(abs(ours))
        same_size = reads_as(abs(ours), size) or (root is not None and reads_as(root, math.sqrt(size)))
        return same_size and math.copysign(1, ours) == math.copysign(1, theirs)
    return math.isclose(ours, float(theirs), rel_tol=1e-6)


def _less(c: ast.Comparison) -> ast.Comparison:
    turned: dict[str, ast.Relation] = {">": "<", "≥": "≤"}
    relation = turned.get(c.relation)
    return c if relation is None else ast.Comparison(relation, c.right, c.left)


def _opposite(c: ast.Expression) -> ast.Expression:
    if isinstance(c, ast.Comparison):
        others: dict[str, ast.Relation] = {"<": "≥", "≥": "<", "≤": ">", ">": "≤", "=": "≠", "≠": "="}
        return ast.Comparison(others[c.relation], c.left, c.right)
    return c.operand if isinstance(c, ast.Not) else ast.Not(c)
