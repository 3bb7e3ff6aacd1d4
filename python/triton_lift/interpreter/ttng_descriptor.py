"""Semantics of `ttng`: descriptors made at an address, and copies through descriptors, which count as finished at once.

Such a descriptor lists its dimensions from the innermost on, and strides in bytes for all but the innermost.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from triton_lift.interpreter.code import Op
from triton_lift.interpreter.elements import Array
from triton_lift.interpreter.errors import UnsupportedOp
from triton_lift.interpreter.machine import Machine
from triton_lift.interpreter.registry import semantics
from triton_lift.interpreter.tt_descriptor import (
    gathered,
    loaded,
    reduced,
    scattered,
    stored,
    window_on,
)
from triton_lift.interpreter.tt_memory import Window


@semantics("ttg.global_scratch_alloc")
def scratch(machine: Machine, op: Op) -> Any:
    """A place for a descriptor: what is made there is kept in it."""
    return [None]


@semantics("ttng.tensormap_create")
def create(machine: Machine, op: Op, place: Any, base: Array, *rest: Array) -> None:
    _, _, boxes, dims, steps, _ = op.attributes["operandSegmentSizes"]
    shape = tuple(int(v) for v in reversed(rest[boxes : boxes + dims]))
    strides = tuple(int(v) for v in reversed(rest[boxes + dims : boxes + dims + steps]))
    if op.attributes["fill_mode"] not in (0, 1):
        raise UnsupportedOp("a descriptor with this filling", op.name, op.location)
    place[0] = (int(base), shape, strides, np.nan if op.attributes["fill_mode"] == 1 else 0.0)


@semantics("ttng.reinterpret_tensor_descriptor")
def descriptor_at(machine: Machine, op: Op, place: Any) -> Window:
    base, shape, in_bytes, padding = place[0]
    size = window_on(base, op.type.text, shape, shape).kind.storage.itemsize
    strides = (*(step // size for step in in_bytes), 1)
    return window_on(base, op.type.text, shape, strides, padding)


@semantics("ttng.async_tma_copy_global_to_local")
def copy_in(machine: Machine, op: Op, window: Window, *rest: Array) -> None:
    _, coordinates, offsets, *_ = op.attributes["operandSegmentSizes"]
    if offsets:
        raise UnsupportedOp("a copy with offsets", op.name, op.location)
    memory, _, predicate = rest[coordinates:]
    if predicate:
        memory[...] = loaded(machine, op, window, rest[:coordinates]).reshape(memory.shape)


@semantics("ttng.async_tma_copy_local_to_global")
def copy_out(machine: Machine, op: Op, window: Window, *rest: Array) -> None:
    stored(machine, op, window, rest[-1], rest[:-1])


@semantics("ttng.async_tma_reduce")
def reduce_out(machine: Machine, op: Op, window: Window, *rest: Array) -> None:
    reduced(machine, op, window, rest[-1], rest[:-1])


@semantics("ttng.async_tma_gather")
def gather_in(
    machine: Machine,
    op: Op,
    window: Window,
    rows: Array,
    column: Array,
    barrier: Array,
    memory: Array,
    predicate: Array,
) -> None:
    if predicate:
        memory[...] = gathered(machine, op, window, rows, column, memory.shape[1])


@semantics("ttng.async_tma_scatter")
def scatter_out(machine: Machine, op: Op, window: Window, rows: Array, column: Array, memory: Array) -> None:
    scattered(machine, op, window, rows, column, memory)
