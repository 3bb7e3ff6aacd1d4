"""Launches as they were observed: the grid, the numbers among the arguments, shapes and strides of the tensors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Tensor:
    """Sizes and strides (in elements) of one tensor."""

    shape: tuple[int, ...]
    strides: tuple[int, ...]

    @property
    def length(self) -> int:
        """How many elements of memory it spans."""
        if 0 in self.shape:
            return 0
        return 1 + sum((n - 1) * abs(s) for n, s in zip(self.shape, self.strides, strict=True))


@dataclass(frozen=True)
class Launch:
    """One launch. `numbers` and `tensors`: (argument, value), in the order of the arguments."""

    grid: tuple[int, int, int]
    numbers: tuple[tuple[str, int | float], ...] = ()
    tensors: tuple[tuple[str, Tensor], ...] = ()


def read_launch(record: Mapping[str, Any]) -> Launch | None:
    """The launch of a capture's record (`grid`, `arguments`); None where it is not one."""
    try:
        x, y, z = (*map(int, record["grid"]), 1, 1, 1)[:3]
        arguments = dict(record["arguments"])
    except (KeyError, TypeError, ValueError):
        return None
    numbers: list[tuple[str, int | float]] = []
    tensors: list[tuple[str, Tensor]] = []
    for name, value in arguments.items():
        if isinstance(value, bool | int | float):
            numbers.append((name, int(value) if isinstance(value, bool) else value))
        elif isinstance(value, Mapping) and "shape" in value:
            shape, strides = tuple(value["shape"]), tuple(value.get("strides", ()))
            if len(shape) == len(strides) and all(isinstance(n, int) for n in (*shape, *strides)):
                tensors.append((name, Tensor(shape, strides)))
    return Launch((x, y, z), tuple(numbers), tuple(tensors))


def read_launches(records: Iterable[Mapping[str, Any]]) -> tuple[Launch, ...]:
    """The different launches among the records; an empty grid launches nothing."""
    found = (read_launch(record) for record in records)
    return tuple(dict.fromkeys(launch for launch in found if launch is not None and 0 not in launch.grid))
