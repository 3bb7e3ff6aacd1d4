"""Functions of the library of definitions that act on single numbers, for use in guesses: `sigmoid(x[i])`."""

from __future__ import annotations

from functools import cache

from triton_lift.definitions.library import library
from triton_lift.formulas import ast
from triton_lift.formulas.to_terms import Definitions


@cache
def of_arrays() -> frozenset[str]:
    """The names of the others: what is printed with them cannot be read."""
    return frozenset(d.name for d in library()) - {name for name, _ in elementwise()}


@cache
def elementwise() -> Definitions:
    """By name and number of arguments: the arguments' names, and the formula in them."""
    found: Definitions = {}
    for d in library():
        inner = [n for n in ast.nodes(d.statement.body) if isinstance(n, ast.Access)]
        free = {n.text for n in ast.nodes(d.statement.body) if isinstance(n, ast.Name)}
        if not d.indices and not inner and not d.whole and not d.conditions and free <= set(d.arguments):
            found.setdefault((d.name, len(d.arguments)), (d.arguments, d.statement.body))
    return found
