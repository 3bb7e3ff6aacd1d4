"""What the parser builds where the meaning depends on which names are bound; `scoping` settles it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Conditions:
    """A list between commas."""

    parts: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Chain:
    """a < b ≤ c: a range, or two comparisons."""

    operands: tuple[Any, ...]
    relations: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class RawReduction:
    """A reduction whose conditions are not told from its ranges yet; `rest` stands behind its semicolon."""

    kind: str
    conditions: tuple[Any, ...]
    body: Any
    rest: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class RawState:
    """One line of a recurrence, `name[moment][indices] = value`: where it starts, or how it goes on."""

    name: str
    moment: Any
    indices: tuple[Any, ...]
    value: Any


@dataclass(frozen=True, slots=True)
class RawIterate:
    """name[moment][indices]."""

    name: str
    moment: Any
    indices: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class RawStatement:
    """A statement whose domain is not told apart yet."""

    target: Any
    body: Any
    domain: tuple[Any, ...]
