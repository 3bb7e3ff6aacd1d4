"""Semantics of `tt`, part 4: tensor descriptors. All dimensions are checked: outside, loads give the padding and
stores do nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from triton_lift.interpreter.code import Op
from triton_lift.interpreter.elements import Array, element
from triton_lift.interpreter.errors import UnsupportedOp
from triton_lift.interpreter.machine import Machine
from triton_lift.interpreter.registry import semantics
from triton_lift.interpreter.tt_memory import (
    ATOMICS,
    Window,
    atomic_name,
    combine_in_memory,
    pointee,
    refusing,
)


def block_of(text: str) -> tuple[tuple[int, ...], str]:
    """((64, 32), "f16") from `!tt.tensordesc<64x32xf16>`, with or without `tensor<…>` inside and a layout after."""
    inner = text.split("<", 1)[1].rsplit(">", 1)[0].removeprefix("tensor<").split(",")[0].rstrip(">")
    *sizes, kind = inner.split("x")
    kind = kind[1:] if kind[:2] in ("ui", "si") else kind
    return tuple(int(s) for s in sizes), kind


@semantics("tt.make_tensor_descriptor")
def make_descriptor(machine: Machine, op: Op, base: Array, *rest: Array) -> Window:
    rank = len(rest) // 2
    block, _ = block_of(op.type.text)
    padding = np.nan if op.attributes.get("padding") in ("nan", 2) else 0.0
    shape = tuple(int(v) for v in rest[:rank])
    strides = tuple(int(v) for v in rest[rank:])
    return Window(int(base), pointee(op), shape, strides, (0,) * rank, block, padding)


def _placed(op: Op, window: Window, indices: tuple[Array, ...]) -> tuple[Array, Array]:
    """The block at these indices: addresses and which of them lie inside."""
    if not isinstance(window, Window):
        raise UnsupportedOp("a descriptor that is an opaque address", op.name, op.location)
    moved = replace(window, offsets=tuple(int(i) for i in indices))
    return moved.places(tuple(range(len(moved.block))))


def _read(machine: Machine, op: Op, window: Window, addresses: Array, inside: Array) -> Array:
    other = window.kind.round(np.asarray(window.padding))
    return machine.memory.load(addresses, inside, other, window.kind, refusing(op))


def loaded(machine: Machine, op: Op, window: Window, indices: tuple[Array, ...]) -> Array:
    """The block at these indices."""
    addresses, inside = _placed(op, window, indices)
    return _read(machine, op, window, addresses, inside)


def stored(machine: Machine, op: Op, window: Window, value: Array, indices: tuple[Array, ...]) -> None:
    """Writes the block at these indices."""
    addresses, inside = _placed(op, window, indices)
    machine.write(op, addresses, inside, value.reshape(addresses.shape), window.kind)


def reduced(machine: Machine, op: Op, window: Window, value: Array, indices: tuple[Array, ...]) -> None:
    """Combines the block at these indices with memory."""
    addresses, inside = _placed(op, window, indices)
    name = atomic_name(op.attributes["kind"])
    if name not in ("add", "min", "max", "and", "or", "xor"):
        raise UnsupportedOp(f"reduction {name}", op.name, op.location)
    values = value.reshape(addresses.shape)
    combine_in_memory(machine, op, window.kind, addresses, inside, values, ATOMICS[name])


def _rows(window: Window, rows: Array, column: Array, width: int) -> tuple[Array, Array]:
    """The given rows of a matrix, `width` elements of each from a column on."""
    r = rows.astype(np.int64)[:, None]
    c = int(column) + np.arange(width, dtype=np.int64)[None, :]
    size = window.kind.storage.itemsize
    addresses = window.base + (r * window.strides[0] + c * window.strides[1]) * size
    inside = (r >= 0) & (r < window.shape[0]) & (c >= 0) & (c < window.shape[1])
    return addresses, inside


def gathered(machine: Machine, op: Op, window: Window, rows: Array, column: Array, width: int) -> Array:
    """`width` elements of each of these rows."""
    addresses, inside = _rows(window, rows, column, width)
    return _read(machine, op, window, addresses, inside)


def scattered(machine: Machine, op: Op, window: Window, rows: Array, column: Array, value: Array) -> None:
    """Writes a part of each of these rows."""
    addresses, inside = _rows(window, rows, column, value.shape[1])
    machine.write(op, addresses, inside, value, window.kind)


@semantics("tt.descriptor_load", "tt.experimental_descriptor_load")
def descriptor_load(machine: Machine, op: Op, window: Window, *indices: Array) -> Array:
    return loaded(machine, op, window, indices).reshape(op.type.shape)


@semantics("tt.descriptor_store", "tt.experimental_descriptor_store")
def descriptor_store(machine: Machine, op: Op, window: Window, value: Array, *indices: Array) -> None:
    stored(machine, op, window, value, indices)


@semantics("tt.descriptor_reduce")
def descriptor_reduce(machine: Machine, op: Op, window: Window, value: Array, *indices: Array) -> None:
    reduced(machine, op, window, value, indices)


@semantics("tt.descriptor_gather")
def descriptor_gather(machine: Machine, op: Op, window: Window, rows: Array, column: Array) -> Array:
    return gathered(machine, op, window, rows, column, op.type.shape[1])


@semantics("tt.descriptor_scatter")
def descriptor_scatter(
    machine: Machine, op: Op, window: Window, rows: Array, column: Array, value: Array
) -> None:
    scattered(machine, op, window, rows, column, value)


def window_on(
    base: int, text: str, shape: tuple[int, ...], strides: tuple[int, ...], padding: float = 0.0
) -> Window:
    """The descriptor for an argument of type `text`. Raises KeyError where its elements are of an unknown type."""
    block, kind = block_of(text)
    return Window(base, element(kind), shape, strides, (0,) * len(shape), block, padding)
