"""Kernels that a program defines and never launches: not captured, so they are at least named."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterator
from typing import Any


def source_of(function: Any) -> str | None:
    """`file:line` of a JITFunction."""
    try:
        code = function.fn.__code__
    except AttributeError:
        return None
    return f"{code.co_filename}:{code.co_firstlineno}"


class Registry:
    """Every JIT function that was made, and those that were compiled."""

    def __init__(self) -> None:
        self._made: list[Any] = []
        self._reached: set[int] = set()

    def add(self, function: Any) -> None:
        self._made.append(function)

    def reached(self, function: Any) -> None:
        self._reached.add(id(function))

    def unreached(self) -> Iterator[Any]:
        """Functions that were never compiled and look like kernels: they return nothing, and no other calls them."""
        bodies = {id(f): _body(f) for f in self._made}
        called = {name for body in bodies.values() for name in _called(body)}
        for function in self._made:
            body = bodies[id(function)]
            if id(function) in self._reached or body is None or function.__name__ in called:
                continue
            if not any(isinstance(n, ast.Return) and n.value is not None for n in ast.walk(body)):
                yield function


def _body(function: Any) -> ast.AST | None:
    try:
        return ast.parse(textwrap.dedent(inspect.getsource(function.fn)))
    except (OSError, SyntaxError, TypeError, ValueError):
        return None


def _called(body: ast.AST | None) -> Iterator[str]:
    for node in ast.walk(body) if body is not None else ():
        if isinstance(node, ast.Call):
            for part in [node.func, *node.args, *(k.value for k in node.keywords)]:
                if isinstance(part, ast.Name):
                    yield part.id
                elif isinstance(part, ast.Attribute):
                    yield part.attr
