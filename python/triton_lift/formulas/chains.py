"""Conditions written in one breath: 0 ≤ x and x < n as 0 ≤ x < n."""

from __future__ import annotations

from collections.abc import Sequence

from triton_lift.formulas import ast

_UPWARDS = ("<", "≤")


def adjacent(operands: Sequence[ast.Expression]) -> list[ast.Expression]:
    """The operands in their order, but that a comparison is followed by one that goes on from it."""
    left, result = list(operands), []
    while left:
        run = [left.pop(0)]
        while before := next((o for o in left if _continues(o, run[0])), None):
            left.remove(before)
            run.insert(0, before)
        while after := next((o for o in left if _continues(run[-1], o)), None):
            left.remove(after)
            run.append(after)
        result += run
    return result


def chains(operands: Sequence[ast.Expression]) -> list[list[ast.Expression]]:
    """The operands in their order; those that are written as one chain of comparisons stand together."""
    result: list[list[ast.Expression]] = []
    for operand in operands:
        if result and _continues(result[-1][-1], operand):
            result[-1].append(operand)
        else:
            result.append([operand])
    return result


def _continues(first: ast.Expression, second: ast.Expression) -> bool:
    """Not over a name: that would read as its range."""
    return (
        isinstance(first, ast.Comparison)
        and isinstance(second, ast.Comparison)
        and first.relation in _UPWARDS
        and second.relation in _UPWARDS
        and not isinstance(first.right, ast.Name)
        and first.right == second.left
    )
