"""The library of named functions: `library.toml`, read and compiled once."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib import resources
from typing import Any

from triton_lift.definitions.patterns import Pattern, compiled
from triton_lift.formulas import ast
from triton_lift.formulas.parsing import parse, parse_expression


@dataclass(frozen=True)
class Definition:
    """`name[indices] = body`; `forms` are equal to it, `near` is not. `arguments` is the order in which they are
    printed, `conditions` are names of truth values; `whole`: it is named only where whole arrays go in."""

    formula: str
    arguments: tuple[str, ...]
    forms: tuple[str, ...] = ()
    near: str = ""
    source: str = ""
    conditions: frozenset[str] = frozenset()
    whole: bool = False
    earlier: Mapping[str, Definition] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def statement(self) -> ast.Statement:
        """The definition as syntax."""
        (statement,) = parse(self.formula)
        return statement

    @property
    def name(self) -> str:
        """What it is called."""
        return self.statement.target.array

    @cached_property
    def indices(self) -> tuple[str, ...]:
        """The names of the indices of its element."""
        places = self.statement.target.indices
        bounded = {r.name for r in self.statement.ranges}
        names = [[n.text for n in ast.nodes(i) if isinstance(n, ast.Name)] for i in places]
        alone = {n for inside in names if len(inside) == 1 for n in inside}  # d, or 2*d
        return tuple(n for n in dict.fromkeys(sum(names, [])) if n in bounded or n in alone)

    @cached_property
    def elsewhere(self) -> bool:
        """Whether it reads an argument at other places than its own element's, or sums: `x[d + h]`. Then what it is
        applied to is no single element."""
        accesses = [n for n in ast.nodes(self.statement.body) if isinstance(n, ast.Access)]
        return any(
            not isinstance(i, ast.Name) and any(ast.Name(n) in ast.nodes(i) for n in self.indices)
            for a in accesses
            for i in a.indices
        )

    @cached_property
    def bodies(self) -> tuple[ast.Expression, ...]:
        """The body and its other forms."""
        return (self.statement.body, *(parse_expression(f, indices=self.indices) for f in self.forms))

    @cached_property
    def patterns(self) -> tuple[Pattern, ...]:
        """One for each body."""
        return tuple(self.pattern(b) for b in self.bodies)

    def pattern(self, body: ast.Expression) -> Pattern:
        """A body as a pattern."""
        return compiled(body, self)


def read(text: str) -> tuple[Definition, ...]:
    """The definitions of a library's text, in its order. Raises FormulaError, and KeyError for what is missing."""
    found: list[Definition] = []
    for entry in tomllib.loads(text)["definition"]:
        found.append(_definition(entry, found))
    return tuple(found)


def _definition(entry: Mapping[str, Any], earlier: Iterable[Definition]) -> Definition:
    names: dict[str, Definition] = {}
    for d in earlier:
        names.setdefault(d.name, d)
    return Definition(
        entry["formula"],
        tuple(entry["arguments"]),
        tuple(entry.get("forms", ())),
        entry.get("not", ""),
        entry.get("source", ""),
        frozenset(entry.get("conditions", ())),
        entry.get("whole", False),
        names,
    )


@cache
def library() -> tuple[Definition, ...]:
    """The definitions that come with the tool."""
    return read(resources.files(__package__).joinpath("library.toml").read_text(encoding="utf-8"))
