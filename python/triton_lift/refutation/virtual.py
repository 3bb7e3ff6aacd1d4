"""Memory without an end: what each element holds at first is computed, what is written is kept aside.

A run on it tells how large the arrays of a launch must be, and runs single programs of launches whose arrays no
machine holds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from triton_lift.interpreter.elements import Array, Element
from triton_lift.interpreter.errors import InterpreterError
from triton_lift.interpreter.memory import HALF_RANGE, RANGE_BITS, Memory, Segment
from triton_lift.witness import ArrayArgument


class Overlay:
    """What was written to one array."""

    def __init__(self) -> None:
        self._recent: list[tuple[Array, Array]] = []
        self._elements = np.zeros(0, np.int64)
        self._values: Array = np.zeros(0)

    def write(self, elements: Array, values: Array) -> None:
        """Of several values for one element the last one counts."""
        if elements.size:
            self._recent.append((elements, values))

    def over(self, elements: Array, values: Array) -> Array:
        """The values of these elements: as written, or the given ones."""
        self._merge()
        if not self._elements.size:
            return values
        places = np.minimum(np.searchsorted(self._elements, elements), self._elements.size - 1)
        result: Array = np.where(self._elements[places] == elements, self._values[places], values)
        return result.astype(values.dtype)

    def _merge(self) -> None:
        if self._recent:
            older = [(self._elements, self._values)] if self._elements.size else []
            columns = list(zip(*older, *self._recent, strict=True))
            elements, values = (np.concatenate(column) for column in columns)
            self._elements, last = np.unique(elements[::-1], return_index=True)
            self._values = values[::-1][last]
            self._recent.clear()


class VirtualMemory(Memory):
    """`reach[name]` is the (lowest, highest) element of each array that was accessed. An access below the start of an
    array is refused, unless `anywhere`."""

    def __init__(self, contents: Mapping[str, ArrayArgument], *, anywhere: bool = False) -> None:
        super().__init__()
        self.initial = contents
        self.anywhere = anywhere
        self.reach: dict[str, tuple[int, int]] = {}
        self.written: dict[str, Overlay] = {}

    def add(self, name: str, array: Any, pointee: Element) -> int:
        """The address of an array; its contents are those given at the start."""
        self.segments.append(Segment(name, np.zeros(0, np.uint8), np.dtype(np.uint8), pointee))
        self.written[name] = Overlay()
        return len(self.segments) << RANGE_BITS

    def contents(self) -> dict[str, Array]:
        """Nothing: the arrays have no end."""
        return {}

    def load(
        self,
        addresses: Array,
        mask: Array,
        other: Array,
        kind: Element,
        refuse: Callable[[str], InterpreterError],
    ) -> Array:
        """As in any memory."""
        result = np.array(np.broadcast_to(other, addresses.shape), dtype=kind.dtype)
        flat, picked = result.reshape(-1), np.flatnonzero(mask)
        for name, chosen, elements in self._touched(addresses.reshape(-1)[picked], kind, refuse):
            initial = kind.round(self.initial[name].at(elements))
            flat[picked[chosen]] = self.written[name].over(elements, initial)
        return flat.reshape(addresses.shape)

    def store(
        self,
        addresses: Array,
        mask: Array,
        values: Array,
        kind: Element,
        refuse: Callable[[str], InterpreterError],
    ) -> None:
        """As in any memory."""
        picked = np.flatnonzero(mask)
        flat = np.broadcast_to(values, addresses.shape).reshape(-1)[picked]
        for name, chosen, elements in self._touched(addresses.reshape(-1)[picked], kind, refuse):
            self.written[name].write(elements, flat[chosen])

    def _touched(
        self, addresses: Array, kind: Element, refuse: Callable[[str], InterpreterError]
    ) -> list[tuple[str, Array, Array]]:
        numbers = (addresses + HALF_RANGE) >> RANGE_BITS
        if addresses.size and not (numbers.min() >= 1 and numbers.max() <= len(self.segments)):
            raise refuse("an address in no array")
        for number in np.unique(numbers):
            if not _alike(self.segments[int(number) - 1].pointee.storage, kind.storage):
                raise refuse("an array accessed with elements of another type")
        found = self.elements(addresses, kind)
        for name, _, elements in found:
            low, high = int(elements.min()), int(elements.max())
            if low < 0 and not self.anywhere:
                raise refuse(f"out of bounds: element {low} of {name}")
            known = self.reach.get(name, (low, high))
            self.reach[name] = min(low, known[0]), max(high, known[1])
        return found


def _alike(a: Any, b: Any) -> bool:
    """The same format; or truth values read and written as bytes."""
    return bool(a == b or (a.itemsize == b.itemsize == 1 and {a.kind, b.kind} <= set("biu")))
