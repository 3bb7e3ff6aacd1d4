"""Large formulas: parts that occur more than once get a name, `… where t1 = …`.

Nothing is left out: a formula that shares its parts has as many characters as it has parts, not as many as it would
have written out, which may be more than there are atoms.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import fields, replace
from typing import Any

from triton_lift.formulas import ast
from triton_lift.formulas.recurrences import raised
from triton_lift.formulas.systems import state_name

_READABLE = 500  # nodes: what is not larger is written out
_WORTH_A_NAME = (24, 8, 3)  # nodes; smaller parts get names only where the formula stays large otherwise

# Conditions, and what is no expression: none gets a name.
_UNNAMED = (ast.Range, ast.Comparison, ast.And, ast.Or, ast.Not, ast.Truth, ast.State, ast.Recurrence)


def abbreviated(statement: ast.Statement, taken: Collection[str] = ()) -> ast.Statement:
    """The statement, with names for what its body repeats if it is large. `taken` are names that nothing else has."""
    statement = raised(statement)
    if _sizes(statement.body)[id(statement.body)] <= _READABLE:
        return statement
    used = {*taken, *_names(statement)}
    letter = next((c for c in "tzqyuvw" if not any(n.startswith(c) for n in used)), "part_of_this_")
    body: ast.Expression = statement.body
    for smallest in _WORTH_A_NAME:
        body = _shared(statement.body, smallest, letter)
        if sum(1 for _ in ast.nodes(body)) >= _sizes(body)[id(body)] / 2:
            break
    return replace(statement, body=body)


def _names(statement: ast.Statement) -> set[str]:
    found = set()
    for node in ast.nodes(statement):
        if isinstance(node, ast.Name):
            found.add(node.text)
        elif isinstance(node, ast.Access):
            found.add(node.array)
        elif isinstance(node, ast.Range | ast.State):
            found.add(node.name)
        elif isinstance(node, ast.Recurrence):
            found.add(node.time)
    return found


def _upwards(root: ast.Node) -> list[ast.Node]:
    """All nodes, each object once and after those inside it."""
    seen: set[int] = set()
    order: list[ast.Node] = []
    stack: list[tuple[ast.Node, bool]] = [(root, False)]
    while stack:
        node, done = stack.pop()
        if done:
            order.append(node)
        elif id(node) not in seen:
            seen.add(id(node))
            stack.append((node, True))
            stack.extend((c, False) for c in ast.children(node))
    return order


def _sizes(root: ast.Node) -> dict[int, int]:
    """How many nodes each part has when it is written out, by identity."""
    sizes: dict[int, int] = {}
    for node in _upwards(root):
        sizes[id(node)] = 1 + sum(sizes[id(c)] for c in ast.children(node))
    return sizes


def _binds(node: ast.Node) -> frozenset[str]:
    """The names that a node binds inside."""
    match node:
        case ast.Reduction():
            return frozenset(r.name for r in node.ranges)
        case ast.MatrixProduct():
            return frozenset({node.factor.name, node.row, node.column})
        case ast.State():
            return frozenset(r.name for r in node.indices)
        case ast.Recurrence():
            return frozenset({node.time, *(state_name(s.name) for s in node.states)})
        case ast.Where():
            recurrences = [d for d in node.definitions if isinstance(d, ast.Recurrence)]
            return frozenset(state_name(s.name) for d in recurrences for s in d.states)
    return frozenset()


def _shared(body: ast.Expression, smallest: int, letter: str) -> ast.Expression:
    """The body with names for the parts of at least `smallest` nodes that occur more than once."""
    order = _upwards(body)
    sizes, bound = _sizes(body), frozenset[str]().union(*map(_binds, order))
    uses: dict[int, int] = {}
    speaks: dict[int, frozenset[str]] = {}  # of which names that are bound further out
    for node in order:
        inner = ast.children(node)
        mine = frozenset[str]()
        if isinstance(node, ast.Name | ast.Iterate):
            mine = bound & {node.text if isinstance(node, ast.Name) else state_name(node.name)}
        speaks[id(node)] = mine.union(*(speaks[id(c)] for c in inner)) - _binds(node)
        for c in inner:
            uses[id(c)] = uses.get(id(c), 0) + 1
    definitions: list[ast.Definition] = []
    made: dict[int, Any] = {}
    for node in order:
        built = _rebuilt(node, made)
        if (
            node is not body
            and not speaks[id(node)]
            and uses[id(node)] > 1
            and sizes[id(node)] >= smallest
            and not isinstance(node, _UNNAMED)
        ):
            name = f"{letter}{len(definitions) + 1}"
            definitions.append(ast.Definition(name, built))
            built = ast.Name(name)
        made[id(node)] = built
    found: ast.Expression = made[id(body)]
    if definitions and isinstance(found, ast.Where):
        return ast.Where(found.body, (*definitions, *found.definitions))
    return ast.Where(found, tuple(definitions)) if definitions else found


def _rebuilt(node: ast.Node, made: dict[int, Any]) -> Any:
    """The node with its parts as they were made."""
    changed: dict[str, Any] = {}
    for field in fields(node):
        value = getattr(node, field.name)
        if isinstance(value, tuple):
            changed[field.name] = tuple(made.get(id(v), v) for v in value)
        elif id(value) in made:
            changed[field.name] = made[id(value)]
    return replace(node, **changed) if changed else node
