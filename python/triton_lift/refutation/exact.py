"""Integer and boolean terms at concrete arguments, in Python's unbounded integers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import prod
from typing import Any

from triton_lift.terms.term import Term


class NotExactError(Exception):
    """A term that depends on more than integer arguments."""


class Exact:
    """Evaluates terms; `leaves` gives arguments, numbers of programs, program ids, lanes and indices."""

    def __init__(self, leaves: Mapping[Term, int]) -> None:
        self.leaves = leaves
        self.memo: dict[Term, int] = {}

    def __call__(self, t: Term) -> int:
        """The value; of a boolean term 0 or 1. Raises NotExactError."""
        known: int | None = self.leaves.get(t)
        if known is not None:
            return known
        if t not in self.memo:
            self.memo[t] = self._value(t)
        return self.memo[t]

    def _value(self, t: Term) -> int:
        if t.op in ("int", "bool"):
            number: int = int(t.attr)
            return number
        if t.op == "lin":
            *coefficients, constant = t.attr
            parts = (c * self(m) for c, m in zip(coefficients, t.args, strict=True))
            total: int = sum(parts, int(constant))
            return total
        if t.op == "select":
            return self(t.args[1] if self(t.args[0]) else t.args[2])
        function = _OPERATORS.get(t.op)
        if function is None:
            raise NotExactError(t.op)
        return int(function(*map(self, t.args)))


def _divided(function: Callable[[int, int], int]) -> Callable[[int, int], int]:
    def safe(a: int, b: int) -> int:
        if b == 0:
            raise NotExactError("division by zero")
        return function(a, b)

    return safe


def _truncated(a: int, b: int) -> int:
    return abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)


_OPERATORS: dict[str, Callable[..., Any]] = {
    "prod": lambda *a: prod(a),
    "fdiv": _divided(lambda a, b: a // b),
    "fmod": _divided(lambda a, b: a % b),
    "tdiv": _divided(_truncated),
    "trem": _divided(lambda a, b: a - b * _truncated(a, b)),
    "imin": min,
    "imax": max,
    "iabs": abs,
    "and": lambda *a: all(a),
    "or": lambda *a: any(a),
    "not": lambda a: not a,
    "le0": lambda a: a <= 0,
    "eq0": lambda a: a == 0,
}


def wrapped(value: int, width: int) -> int:
    """What `width` bits hold of a number."""
    half = 1 << (width - 1)
    return (value + half) % (1 << width) - half
