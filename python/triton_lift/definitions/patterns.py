"""Definitions as patterns: terms with holes.

    hole      args: the indices that what stands here may depend on; attr: its name
    constant  attr: the value of a constant without a finite decimal, for which kernels write a float

The indices of the defined element and bound variables are variables as in any term.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

from triton_lift.definitions.constants import NAMED, irrational, is_short
from triton_lift.formulas import ast
from triton_lift.formulas.functions import as_integer, as_real
from triton_lift.formulas.to_terms import ToTerms
from triton_lift.formulas.vocabulary import Vocabulary
from triton_lift.render.accesses import Layouts
from triton_lift.terms import booleans as bools
from triton_lift.terms.term import Sort, Term, make, subterms, var

if TYPE_CHECKING:
    from triton_lift.definitions.library import Definition


@dataclass(frozen=True)
class Pattern:
    """`term` at `indices`, where `facts` hold: each index is below its limit in `limits` (None: it has none). It is the
    function's element at `element`."""

    term: Term
    indices: tuple[Term, ...]
    facts: tuple[Term, ...]
    limits: tuple[Term | None, ...]
    element: tuple[Term, ...]
    size: int


def compiled(body: ast.Expression, definition: Definition) -> Pattern:
    """One body of a definition as a pattern. Raises FormulaError."""
    names = {name: var(name) for name in definition.indices}
    translation = _Translation(definition, body)
    facts = []
    limits: dict[str, Term] = {}
    for r in definition.statement.ranges:
        v = names[r.name]
        if r.low is not None:
            facts.append(bools.le(translation.integer(r.low, names, "as bound"), v))
        if r.high is not None:
            limits[r.name] = translation.integer(r.high, names, "as bound")
            facts.append(bools.lt(v, limits[r.name]))
    term = translation.term(body, names)
    if term.op not in ("argreduce", "hole"):
        term = as_real(term)
    ends = tuple(map(limits.get, names))
    element = tuple(translation.integer(i, names, "as index") for i in definition.statement.target.indices)
    return Pattern(term, tuple(names.values()), tuple(facts), ends, element, _weight(term))


class _Translation(ToTerms):
    """From syntax to a term in which every unbound name is a hole."""

    def __init__(self, definition: Definition, body: ast.Expression) -> None:
        super().__init__(Vocabulary((), Layouts()))
        self.definition = definition
        self.integers = set(_integers((definition.statement, body))) - set(definition.indices)

    def _term(self, e: ast.Expression, names: Mapping[str, Term]) -> Term:
        match e:
            case ast.Name(text) if text not in names and text != "e":
                if text in NAMED:
                    return make("constant", (), NAMED[text], "real")
                return make("hole", (), text, self._sort(text))
            case ast.Access(array, indices):
                where = tuple(as_integer(self._term(i, names), "as index") for i in indices)
                sort: Sort = "bool" if array in self.definition.conditions else "real"
                return make("hole", where, array, sort)
            case ast.Call(name, arguments) if name in self.definition.earlier:
                known = self.definition.earlier[name]
                if all(isinstance(a, ast.Name) for a in arguments) and _indexed(known):
                    return self._term(renamed(known, [a.text for a in arguments]), names)  # type: ignore[union-attr]
        if isinstance(e, ast.Number) and not is_short(e.value):
            return make("constant", (), float(e.value), "real")
        value = irrational(e)
        return make("constant", (), value, "real") if value is not None else super()._term(e, names)

    def _sort(self, name: str) -> Sort:
        if name in self.definition.conditions:
            return "bool"
        return "int" if name in self.integers else "real"


def _indexed(definition: Definition) -> bool:
    """Whether the definition is of a function of an array, like `mean`."""
    arrays = {n.array for n in ast.nodes(definition.statement.body) if isinstance(n, ast.Access)}
    return not definition.indices and set(definition.arguments) <= arrays


def renamed(definition: Definition, arguments: list[str]) -> ast.Expression:
    """The body for other arrays."""
    names = dict(zip(definition.arguments, arguments, strict=True))

    def visit(node: Any) -> Any:
        if isinstance(node, tuple):
            return tuple(map(visit, node))
        if not hasattr(node, "__dataclass_fields__"):
            return node
        changed = {f.name: visit(getattr(node, f.name)) for f in fields(node)}
        if isinstance(node, ast.Access):
            changed["array"] = names.get(node.array, node.array)
        return replace(node, **changed)

    renamed: ast.Expression = visit(definition.statement.body)
    return renamed


def _integers(roots: tuple[ast.Node, ...]) -> Iterator[str]:
    """Names that stand in bounds and indices."""
    for root in roots:
        for node in ast.nodes(root):
            inside: tuple[Any, ...] = ()
            if isinstance(node, ast.Range):
                inside = (node.low, node.high)
            elif isinstance(node, ast.Access):
                inside = node.indices
            elif isinstance(node, ast.Comparison) and node.relation == "≤":
                inside = (node.left, node.right) if _of_indices(root, node) else ()
            for part in inside:
                if part is not None:
                    yield from (n.text for n in ast.nodes(part) if isinstance(n, ast.Name))


def _of_indices(root: ast.Node, node: ast.Comparison) -> bool:
    """Whether a comparison speaks of the indices of the defined element."""
    names = {n.text for side in (node.left, node.right) for n in ast.nodes(side) if isinstance(n, ast.Name)}
    accesses = [n for n in ast.nodes(root) if isinstance(n, ast.Access)]
    return any(isinstance(i, ast.Name) and i.text in names for a in accesses for i in a.indices)


def holes(t: Term) -> dict[str, int]:
    """The holes of a pattern, with the number of their indices."""
    return {u.attr: len(u.args) for u in subterms([t]) if u.op == "hole"}


def _weight(t: Term) -> int:
    """How much a pattern says: its size, where numbers of its own count most, and holes each time they occur."""
    if t.args:
        return 1 + sum(map(_weight, t.args))
    if t.op == "constant" or (t.op == "real" and t.attr not in (-1, 0, 1)):
        return 4
    return 2 if t.op in ("hole", "var") else 1
