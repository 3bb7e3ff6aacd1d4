"""Functions of coordinates that are affine in their binary digits: what reshapes and reversals of tensors make."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from triton_lift.networks.graph import Graph

Array = Any


@dataclass(frozen=True)
class Part:
    """factor · ((coordinate `axis`) // 2^`low` mod 2^`width`); `last`: there are no digits beyond."""

    axis: int
    low: int
    width: int
    last: bool
    factor: int


@dataclass(frozen=True)
class Digits:
    """constant + the sum of the parts."""

    constant: int
    parts: tuple[Part, ...]


def fit(shape: tuple[int, ...], values: Array) -> Digits | None:
    """The function that has these values at the points of a tensor, row by row; None where there is none."""
    places = np.indices(shape, np.int64).reshape(len(shape), len(values))
    constant = int(values[0])
    total = np.full(len(values), constant)
    parts: list[Part] = []
    stride = len(values)
    for axis, extent in enumerate(shape):
        stride //= extent
        digits = (extent - 1).bit_length()
        if extent != 1 << digits:
            # Such tensors there are not; but a coordinate as a whole would do.
            return None
        for digit in range(digits):
            factor = int(values[stride << digit]) - constant
            total = total + factor * (places[axis] >> digit & 1)
            before = parts[-1] if parts else None
            if before and before.axis == axis and factor == before.factor << before.width:
                parts[-1] = Part(axis, before.low, before.width + 1, digit + 1 == digits, before.factor)
            else:
                parts.append(Part(axis, digit, 1, digit + 1 == digits, factor))
    if not np.array_equal(total, values):
        return None
    return Digits(constant, tuple(part for part in parts if part.factor))


def write(graph: Graph, function: Digits, coordinates: tuple[int, ...]) -> int:
    """The function as a term of i32."""
    factors, operands = [], []
    for part in function.parts:
        x = coordinates[part.axis]
        if part.low:
            x = graph.add("divs", "i32", (x, graph.number(1 << part.low)))
        if not part.last:
            x = graph.add("rems", "i32", (x, graph.number(1 << part.width)))
        factors.append(part.factor)
        operands.append(x)
    return graph.affine(factors, operands, function.constant)
