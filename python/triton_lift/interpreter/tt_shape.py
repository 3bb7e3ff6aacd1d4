"""Semantics of `tt`, part 1: making and rearranging tensors. All orders are row-major."""

from __future__ import annotations

from typing import Any

import numpy as np

from triton_lift.interpreter.arith import convert_float, high_product
from triton_lift.interpreter.code import Op
from triton_lift.interpreter.elements import Array
from triton_lift.interpreter.errors import InterpreterError
from triton_lift.interpreter.machine import Machine
from triton_lift.interpreter.registry import elementwise, semantics
from triton_lift.interpreter.scf import results

AXES = {"x": 0, "y": 1, "z": 2}


def _axis(op: Op) -> int:
    """The axis of a program id: a name or a number, as the IR's version has it."""
    axis = op.attributes["axis"]
    return AXES[axis] if isinstance(axis, str) else int(axis)


@semantics("tt.get_program_id")
def program_id(machine: Machine, op: Op) -> Array:
    return np.asarray(machine.program[_axis(op)], np.int32)


@semantics("tt.get_num_programs")
def number_of_programs(machine: Machine, op: Op) -> Array:
    return np.asarray(machine.grid[_axis(op)], np.int32)


@semantics("tt.make_range")
def make_range(machine: Machine, op: Op) -> Array:
    return np.arange(op.attributes["start"], op.attributes["end"], dtype=op.out.dtype)


@semantics("tt.splat", "tt.broadcast")
def spread(machine: Machine, op: Op, x: Array) -> Array:
    return np.broadcast_to(x, op.type.shape)


@semantics("tt.unsplat")
def unsplat(machine: Machine, op: Op, x: Array) -> Array:
    return x.reshape(())


@semantics("tt.expand_dims", "tt.reshape", "tt.view")
def reshape(machine: Machine, op: Op, x: Array) -> Array:
    return x.reshape(op.type.shape)


@semantics("tt.trans")
def transpose(machine: Machine, op: Op, x: Array) -> Array:
    return np.transpose(x, op.attributes.get("order", (1, 0)))


@semantics("tt.join")
def join(machine: Machine, op: Op, x: Array, y: Array) -> Array:
    return np.stack([x, y], axis=-1)


@semantics("tt.split")
def split(machine: Machine, op: Op, x: Array) -> tuple[Array, Array]:
    return x[..., 0], x[..., 1]


@semantics("tt.cat")
def concatenate(machine: Machine, op: Op, x: Array, y: Array) -> Array:
    return np.concatenate([x, y])


@semantics("tt.gather")
def gather(machine: Machine, op: Op, x: Array, indices: Array) -> Array:
    axis = op.attributes["axis"]
    size = x.shape[axis]
    if np.any((indices < 0) | (indices >= size)):
        raise InterpreterError(f"index outside of 0 … {size - 1}", op.name, op.location)
    return np.take_along_axis(x, indices, axis)


@semantics("tt.histogram")
def histogram(machine: Machine, op: Op, x: Array, mask: Array | None = None) -> Array:
    bins = op.type.shape[0]
    counted = x[mask] if mask is not None else x
    if np.any((counted < 0) | (counted >= bins)):
        raise InterpreterError(f"value outside of 0 … {bins - 1}", op.name, op.location)
    return np.bincount(counted, minlength=bins).astype(op.out.dtype)


@semantics("tt.fp_to_fp")
def convert(machine: Machine, op: Op, x: Array) -> Array:
    return convert_float(x, op.out, op.attributes.get("rounding"))


@semantics("tt.mulhiui")
def multiply_high(machine: Machine, op: Op, x: Array, y: Array) -> Array:
    if op.out.width == 32:
        product = x.view(np.uint32).astype(np.uint64) * y.view(np.uint32).astype(np.uint64)
        return np.asarray(product >> np.uint64(32)).astype(np.uint32).view(np.int32)
    return high_product(x, y, op.out.width, is_signed=False)


@semantics("tt.clampf")
def clamp(machine: Machine, op: Op, x: Array, low: Array, high: Array) -> Array:
    """max(min(x, high), low); without propagation, a nan gives the lower bound."""
    if op.attributes.get("propagateNan", "none") in ("none", 0):
        return op.out.round(np.fmin(np.fmax(x, low), high))
    return op.out.round(np.minimum(np.maximum(x, low), high))


@semantics("tt.assert")
def check(machine: Machine, op: Op, holds: Array, *mask: Array) -> None:
    if not np.all(holds):
        raise InterpreterError(f"assertion fails: {op.attributes.get('message', '')}", op.name, op.location)


@semantics(
    "tt.print",
    "tt.grid_dependency_wait",
    "tt.grid_dependency_launch_dependents",
    "tt.experimental_tensormap_fenceproxy_acquire",
    "gpu.barrier",
    "ttg.barrier",
    "tt.debug_barrier",
)
def nothing(machine: Machine, op: Op, *operands: Any) -> None:
    """No effect on values: programs run one after the other, lanes in step."""


@semantics("ttg.convert_layout")
def same(machine: Machine, op: Op, x: Array) -> Array:
    """Layouts say where elements live, not what they are."""
    return x


@semantics("tt.int_to_ptr", "tt.ptr_to_int")
def pointer_as_integer(machine: Machine, op: Op, x: Array) -> Array:
    return x.astype(np.int64)


@semantics("tt.call")
def call(machine: Machine, op: Op, *arguments: Any) -> Any:
    name = op.attributes["callee"]
    if name not in machine.functions:
        raise InterpreterError(f"no function @{name}", op.name, op.location)
    return results(op, machine.call(machine.functions[name], arguments))


elementwise({"tt.precise_divf": np.divide, "tt.approx_divf": np.divide, "tt.precise_sqrt": np.sqrt})
