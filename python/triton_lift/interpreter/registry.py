"""Semantics by operation name. Adding an operation is adding a function with `@semantics`.

A function gets the machine, the operation and the operands' values; it returns the result, a tuple of results,
or None. Scalars are arrays of shape (): most functions need not know which they are given.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from triton_lift.interpreter.code import Op
from triton_lift.interpreter.elements import Array

HANDLERS: dict[str, Callable[..., Any]] = {}
BRANCHES: dict[str, Callable[..., tuple[int, tuple[Any, ...]]]] = {}


def semantics(*names: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Registers what these operations compute."""

    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        for name in names:
            assert name not in HANDLERS, name
            HANDLERS[name] = function
        return function

    return register


def branch(*names: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Registers a terminator with successors: it returns the successor's position and its block arguments."""

    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        for name in names:
            BRANCHES[name] = function
        return function

    return register


def elementwise(table: dict[str, Callable[..., Array]]) -> None:
    """Registers functions of values alone; their results are brought into the result's type."""
    for name, function in table.items():
        semantics(name)(_rounded(function))


def _rounded(function: Callable[..., Array]) -> Callable[..., Array]:
    def run(machine: Any, op: Op, *values: Array) -> Array:
        return op.out.round(function(*values))

    return run
