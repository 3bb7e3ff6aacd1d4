"""Memory: each array argument in an address range of its own, so that a pointer is a plain 64-bit number.

An access is checked against the bounds of the array whose range the address lies in. The ranges are far apart:
an offset would have to be wrong by 2^39 bytes to reach another array.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from triton_lift.interpreter.elements import Array, Element
from triton_lift.interpreter.errors import InterpreterError

RANGE_BITS = 40
HALF_RANGE = 1 << (RANGE_BITS - 1)


@dataclass(eq=False)
class Segment:
    """The bytes of one array; `given` and `pointee` say how to hand it back."""

    name: str
    data: Array
    given: np.dtype[Any]
    pointee: Element


class Memory:
    """All arrays. `refuse(reason)` raises the error for the operation that is being executed."""

    def __init__(self) -> None:
        self.segments: list[Segment] = []

    def add(self, name: str, array: Array, pointee: Element) -> int:
        """Copies a flat array in; its address. A format that numpy lacks is given as float values or as its bits."""
        given = np.asarray(array)
        if given.ndim != 1:
            raise InterpreterError(f"argument {name}: a flat array is needed, not one of shape {given.shape}")
        as_bits = pointee.format is not None and given.dtype.kind in "ui"
        if as_bits:
            stored = given.astype(pointee.storage)
        else:
            values = given if pointee.format is None else pointee.round(given)
            stored = pointee.to_storage(values)
        data = np.frombuffer(bytearray(np.ascontiguousarray(stored).tobytes()), np.uint8)
        self.segments.append(Segment(name, data, given.dtype, pointee))
        return len(self.segments) << RANGE_BITS

    def contents(self) -> dict[str, Array]:
        """What memory holds now, each array in the type it was given in."""
        result = {}
        for segment in self.segments:
            raw = segment.data.view(segment.pointee.storage)
            as_bits = segment.pointee.format is not None and segment.given.kind in "ui"
            values = raw if as_bits else segment.pointee.from_storage(raw)
            result[segment.name] = values.astype(segment.given)
        return result

    def locate(
        self, addresses: Array, kind: Element, refuse: Callable[[str], InterpreterError]
    ) -> list[tuple[Array, Array, Array]]:
        """For 1-D addresses: (typed view of an array, which addresses lie in it, their element numbers) for each
        array that is touched. Raises what `refuse` makes when an address is out of bounds or misaligned."""
        numbers = (addresses + HALF_RANGE) >> RANGE_BITS
        found = []
        for number in np.unique(numbers):
            chosen = numbers == number
            offsets = addresses[chosen] - (number << RANGE_BITS)
            if not 1 <= number <= len(self.segments):
                raise refuse(f"address {int(addresses[chosen][0]):#x} is in no array")
            segment = self.segments[int(number) - 1]
            size = kind.storage.itemsize
            if np.any(offsets % size):
                raise refuse(f"misaligned access to {segment.name}")
            last = segment.data.size - size
            outside = (offsets < 0) | (offsets > last)
            if np.any(outside):
                bad = int(offsets[outside][0]) // size
                raise refuse(
                    f"out of bounds: element {bad} of {segment.name}, which has {segment.data.size // size}"
                )
            usable = segment.data[: segment.data.size // size * size]
            found.append((usable.view(kind.storage), chosen, offsets // size))
        return found

    def elements(self, addresses: Array, kind: Element) -> list[tuple[str, Array, Array]]:
        """For 1-D addresses inside of arrays: (an array's name, which addresses lie in it, their element numbers)."""
        numbers = (addresses + HALF_RANGE) >> RANGE_BITS
        found = []
        for number in np.unique(numbers):
            chosen = numbers == number
            offsets = addresses[chosen] - (number << RANGE_BITS)
            found.append((self.segments[int(number) - 1].name, chosen, offsets // kind.storage.itemsize))
        return found

    def load(
        self,
        addresses: Array,
        mask: Array,
        other: Array,
        kind: Element,
        refuse: Callable[[str], InterpreterError],
    ) -> Array:
        """Values at the addresses where the mask holds, `other` elsewhere."""
        result = np.array(np.broadcast_to(other, addresses.shape), dtype=kind.dtype)
        flat, picked = result.reshape(-1), np.flatnonzero(mask)
        for view, chosen, elements in self.locate(addresses.reshape(-1)[picked], kind, refuse):
            flat[picked[chosen]] = kind.from_storage(view[elements])
        return flat.reshape(addresses.shape)

    def store(
        self,
        addresses: Array,
        mask: Array,
        values: Array,
        kind: Element,
        refuse: Callable[[str], InterpreterError],
    ) -> None:
        """Writes where the mask holds; of several lanes with one address, the last one wins."""
        picked = np.flatnonzero(mask)
        raw = kind.to_storage(np.broadcast_to(values, addresses.shape)).reshape(-1)[picked]
        for view, chosen, elements in self.locate(addresses.reshape(-1)[picked], kind, refuse):
            view[elements] = raw[chosen]
