"""Semantics of `tt`, part 3: reductions and scans with any combine, dots, functions of packed elements.

A combine is associative by contract, not commutative: neighbours are combined, in order. It is applied to whole
arrays at once where it has no control flow of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from triton_lift.interpreter.code import Op, Region
from triton_lift.interpreter.elements import FORMATS, Array, round_to
from triton_lift.interpreter.machine import Machine
from triton_lift.interpreter.registry import semantics
from triton_lift.interpreter.scf import results


def apply_region(machine: Machine, region: Region, arrays: Sequence[Array]) -> list[Array]:
    """A region of scalars applied to each element of arrays of one shape."""
    shape = np.shape(arrays[0])
    if region.is_straight_line:
        return [np.broadcast_to(r, shape) for r in machine.run(region, arrays)]
    columns: list[list[Any]] = []
    for index in np.ndindex(shape):
        row = machine.run(region, [np.asarray(a[index]) for a in arrays])
        columns = columns or [[] for _ in row]
        for column, value in zip(columns, row, strict=True):
            column.append(value)
    return [np.asarray(column).reshape(shape) for column in columns]


@semantics("tt.reduce")
def reduce(machine: Machine, op: Op, *arrays: Array) -> Any:
    axis = op.attributes["axis"]
    parts = [np.moveaxis(a, axis, 0) for a in arrays]
    while len(parts[0]) > 1:
        even = len(parts[0]) // 2 * 2
        pairs = [p[0:even:2] for p in parts] + [p[1:even:2] for p in parts]
        combined = apply_region(machine, op.regions[0], pairs)
        parts = [np.concatenate([c, p[even:]]) for c, p in zip(combined, parts, strict=True)]
    return results(op, [p[0] for p in parts])


@semantics("tt.scan")
def scan(machine: Machine, op: Op, *arrays: Array) -> Any:
    """Prefixes by doubling: after the round of distance d, place i holds the elements i - 2d + 1 … i."""
    axis = op.attributes["axis"]
    reverse = bool(op.attributes.get("reverse", False))
    parts = [np.moveaxis(a, axis, 0) for a in arrays]
    if reverse:
        parts = [p[::-1] for p in parts]
    distance = 1
    while distance < len(parts[0]):
        pairs = [p[:-distance] for p in parts] + [p[distance:] for p in parts]
        combined = apply_region(machine, op.regions[0], pairs)
        parts = [np.concatenate([p[:distance], c]) for p, c in zip(parts, combined, strict=True)]
        distance *= 2
    if reverse:
        parts = [p[::-1] for p in parts]
    return results(op, [np.moveaxis(p, 0, axis) for p in parts])


@semantics("tt.map_elementwise")
def map_elementwise(machine: Machine, op: Op, *arrays: Array) -> Any:
    """Each group of `pack` neighbours of the last axis goes in at once, operand by operand."""
    pack = op.attributes["pack"]
    split = [a.reshape(-1, pack)[:, i] for a in arrays for i in range(pack)]
    mapped = apply_region(machine, op.regions[0], split)
    joined = [
        np.stack(mapped[i : i + pack], axis=-1).reshape(arrays[0].shape) for i in range(0, len(mapped), pack)
    ]
    return results(op, joined)


@semantics("tt.dot")
def dot(machine: Machine, op: Op, a: Array, b: Array, c: Array) -> Array:
    """Products and sums in the accumulator's type (f32 for narrower floats); integers wrap in it."""
    wide = op.out.dtype if op.out.dtype.itemsize >= 4 else np.dtype(np.float32)
    if machine.options.tf32 and op.attributes.get("inputPrecision") in ("tf32", 0) and a.dtype == np.float32:
        a, b = round_to(a, FORMATS["tf32"]), round_to(b, FORMATS["tf32"])
    product = np.matmul(a.astype(wide), b.astype(wide))
    return op.out.round(product + c.astype(wide))
