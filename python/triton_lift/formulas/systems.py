"""Which lines behind `where` belong together: `S[0] = …` with `S[t + 1] = …`, and states that need each other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from triton_lift.formulas import ast
from triton_lift.formulas.errors import FormulaError
from triton_lift.formulas.raw import RawIterate, RawState

_ZERO, _ONE = ast.Number(Fraction(0)), ast.Number(Fraction(1))


@dataclass(frozen=True)
class RawRecurrence:
    """States that need each other: name → (line at the start, line from t to t + 1)."""

    time: str
    states: dict[str, tuple[RawState, RawState]]


def grouped(definitions: tuple[Any, ...], nodes: Callable[[Any], list[Any]]) -> list[Any]:
    """The definitions in an order in which each speaks of those before it, with recurrences put together.

    `nodes`: everything in a raw formula.
    """
    lines = [d for d in definitions if isinstance(d, RawState)]
    if not lines:
        return list(definitions)
    pairs: dict[str, tuple[RawState, RawState]] = {}
    times: dict[str, str] = {}
    for name in dict.fromkeys(line.name for line in lines):
        mine = [line for line in lines if line.name == name]
        first = [line for line in mine if line.moment == _ZERO]
        following = [line for line in mine if line.moment != _ZERO]
        if len(first) != 1 or len(following) != 1:
            raise FormulaError(f"{name} needs two lines: {name}[0] = … and {name}[t + 1] = …")
        times[name] = _time(following[0])
        pairs[name] = first[0], following[0]
    groups = _strongly_connected({n: _needs(pair, nodes) & set(pairs) for n, pair in pairs.items()})
    found: list[Any] = [d for d in definitions if not isinstance(d, RawState)]
    for group in groups:
        if len({times[n] for n in group}) > 1:
            raise FormulaError(f"{', '.join(group)} need each other: their moments have one name")
        ordered = [n for n in pairs if n in group]
        found.append(RawRecurrence(times[ordered[0]], {n: pairs[n] for n in ordered}))
    return found


def state_name(name: str) -> str:
    """A state's name among those that are bound: no index is called so."""
    return name + "[]"


def _time(line: RawState) -> str:
    match line.moment:
        case ast.Sum((ast.Name(text), one)) if one == _ONE:
            return text
    raise FormulaError(f"the second line of {line.name} is for the moment t + 1: {line.name}[t + 1] = …")


def _needs(pair: tuple[RawState, RawState], nodes: Callable[[Any], list[Any]]) -> set[str]:
    """The states that the two lines speak of."""
    found = set()
    for line in pair:
        for node in nodes(line.value):
            if isinstance(node, RawIterate):
                found.add(node.name)
            elif isinstance(node, ast.Access) and len(node.indices) == 1:
                found.add(node.array)
    return found


def _strongly_connected(needs: dict[str, set[str]]) -> list[list[str]]:
    """The groups of names that need each other, those that others need first."""
    reach = {n: set(m) for n, m in needs.items()}
    for k in needs:
        for n in needs:
            if k in reach[n]:
                reach[n] |= reach[k]
    groups: list[list[str]] = []
    for n in needs:
        group = [n, *(m for m in needs if m != n and m in reach[n] and n in reach[m])]
        if not any(n in g for g in groups):
            groups.append(group)
    ordered: list[list[str]] = []
    while groups:
        known = {n for g in ordered for n in g}
        at = next(i for i, g in enumerate(groups) if all(needs[n] <= known | set(g) for n in g))
        ordered.append(groups.pop(at))
    return ordered
