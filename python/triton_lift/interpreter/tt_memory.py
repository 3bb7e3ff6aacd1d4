"""Semantics of `tt`, part 2: pointers, loads, stores, atomics, block pointers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from triton_lift.interpreter.arith import like, signed, unsigned
from triton_lift.interpreter.code import Op
from triton_lift.interpreter.elements import Array, Element, element
from triton_lift.interpreter.errors import InterpreterError, UnsupportedOp
from triton_lift.interpreter.machine import Machine
from triton_lift.interpreter.registry import semantics


def refusing(op: Op) -> Callable[[str], InterpreterError]:
    """Errors of this operation."""
    return lambda reason: InterpreterError(reason, op.name, op.location)


def pointee(op: Op, position: int = 0) -> Element:
    """What the pointer operand points to. Raises UnsupportedOp where it is no plain pointer."""
    kind = op.operand_types[position].element
    if kind is None or kind.pointee is None:
        raise UnsupportedOp(f"pointer of type {op.operand_types[position].text}", op.name, op.location)
    try:
        return element(kind.pointee)
    except KeyError:
        raise UnsupportedOp(f"elements of type {kind.pointee}", op.name, op.location) from None


@semantics("tt.addptr")
def add_pointer(machine: Machine, op: Op, pointer: Array, offset: Array) -> Array:
    size = pointee(op).storage.itemsize
    return np.asarray(pointer + signed(offset).astype(np.int64) * size)


@semantics("tt.load")
def load(machine: Machine, op: Op, pointer: Any, *rest: Array) -> Array:
    if isinstance(pointer, Window):
        return load_window(machine, op, pointer)
    kind = pointee(op)
    addresses = np.asarray(pointer)
    mask = np.broadcast_to(rest[0], addresses.shape) if rest else np.ones(addresses.shape, np.bool_)
    other = rest[1] if len(rest) > 1 else machine.unread(kind, op, addresses.shape)
    return machine.memory.load(addresses, mask, other, kind, refusing(op))


@semantics("tt.store")
def store(machine: Machine, op: Op, pointer: Any, value: Array, *rest: Array) -> None:
    if isinstance(pointer, Window):
        return store_window(machine, op, pointer, value)
    addresses = np.asarray(pointer)
    mask = np.broadcast_to(rest[0], addresses.shape) if rest else np.ones(addresses.shape, np.bool_)
    machine.write(op, addresses, mask, value, pointee(op))
    return None


def _signed_pick(function: Callable[[Array, Array], Array]) -> Callable[[Array, Array], Array]:
    return lambda old, new: (
        function(old, new) if old.dtype.kind == "f" else like(function(signed(old), signed(new)), old)
    )


def _unsigned_pick(function: Callable[[Array, Array], Array]) -> Callable[[Array, Array], Array]:
    return lambda old, new: like(function(unsigned(old), unsigned(new)), old)


# By the name of the operation in the IR, and in the order of its numbers in old generic forms.
ATOMICS: dict[str, Callable[[Array, Array], Array]] = {
    "and": np.bitwise_and,
    "or": np.bitwise_or,
    "xor": np.bitwise_xor,
    "add": np.add,
    "fadd": np.add,
    "max": _signed_pick(np.maximum),
    "min": _signed_pick(np.minimum),
    "umax": _unsigned_pick(np.maximum),
    "umin": _unsigned_pick(np.minimum),
    "exch": lambda old, new: new,
}
_NAMES = ("", *ATOMICS)


def atomic_name(attribute: Any) -> str:
    """The operation's name: as it stands, or by its number."""
    return _NAMES[attribute] if isinstance(attribute, int) else str(attribute)


@semantics("tt.atomic_rmw")
def atomic(machine: Machine, op: Op, pointer: Array, value: Array, *rest: Array) -> Array:
    """Lanes act one after the other; each gets what it found."""
    kind = pointee(op)
    name = atomic_name(op.attributes["atomic_rmw_op"])
    if name not in ATOMICS:
        raise UnsupportedOp(f"atomic {name}", op.name, op.location)
    addresses = np.asarray(pointer)
    mask = np.broadcast_to(rest[0], addresses.shape) if rest else np.ones(addresses.shape, np.bool_)
    values = np.broadcast_to(value, addresses.shape)
    return combine_in_memory(machine, op, kind, addresses, mask, values, ATOMICS[name])


def combine_in_memory(
    machine: Machine,
    op: Op,
    kind: Element,
    addresses: Array,
    mask: Array,
    values: Array,
    function: Callable[[Array, Array], Array],
) -> Array:
    """Memory becomes function(old, value) lane by lane; the old values, garbage in masked lanes."""
    old = np.array(np.broadcast_to(machine.garbage(kind), addresses.shape))
    flat_old, flat_values = old.reshape(-1), values.reshape(-1)
    pending = np.flatnonzero(mask)
    flat_addresses = addresses.reshape(-1)
    while pending.size:
        # In each round the first lane of each address acts: the order among the lanes of an address is kept.
        _, first = np.unique(flat_addresses[pending], return_index=True)
        acting = pending[first]
        targets = flat_addresses[acting]
        everywhere = np.ones(targets.shape, np.bool_)
        found = machine.memory.load(targets, everywhere, machine.garbage(kind), kind, refusing(op))
        machine.memory.store(
            targets, everywhere, kind.round(function(found, flat_values[acting])), kind, refusing(op)
        )
        flat_old[acting] = found
        pending = np.delete(pending, first)
    machine.tell(machine.options.on_update, op, addresses, mask, values, kind)
    return flat_old.reshape(addresses.shape)


@semantics("tt.atomic_cas")
def compare_and_swap(machine: Machine, op: Op, pointer: Array, expected: Array, value: Array) -> Array:
    addresses = np.asarray(pointer)
    pairs = np.arange(addresses.size).reshape(addresses.shape)
    wanted = np.broadcast_to(expected, addresses.shape).reshape(-1)
    fresh = np.broadcast_to(value, addresses.shape).reshape(-1)

    def swap(old: Array, lanes: Array) -> Array:
        return np.where(old == wanted[lanes], fresh[lanes], old)

    everywhere = np.ones(addresses.shape, np.bool_)
    return combine_in_memory(machine, op, pointee(op), addresses, everywhere, pairs, swap)


@dataclass(frozen=True)
class Window:
    """A block of a strided array: what block pointers and descriptors denote. Sizes and strides in elements."""

    base: int
    kind: Element
    shape: tuple[int, ...]
    strides: tuple[int, ...]
    offsets: tuple[int, ...]
    block: tuple[int, ...]
    padding: float = 0.0

    def places(self, checked: tuple[int, ...]) -> tuple[Array, Array]:
        """The addresses of the block's elements, and which lie inside of the array in the checked dimensions."""
        addresses = np.full(self.block, self.base, np.int64)
        inside = np.ones(self.block, np.bool_)
        for dim, size in enumerate(self.block):
            index = self.offsets[dim] + np.arange(size, dtype=np.int64)
            column = index.reshape(-1, *([1] * (len(self.block) - dim - 1)))
            addresses = addresses + column * (self.strides[dim] * self.kind.storage.itemsize)
            if dim in checked:
                inside = inside & (column >= 0) & (column < self.shape[dim])
        return addresses, inside


def _integers(values: tuple[Array, ...]) -> tuple[int, ...]:
    return tuple(int(v) for v in values)


@semantics("tt.make_tensor_ptr")
def make_block_pointer(machine: Machine, op: Op, base: Array, *rest: Array) -> Window:
    rank = len(rest) // 3
    block = _block_shape(op.type.text)
    shape, strides, offsets = (_integers(rest[i * rank : (i + 1) * rank]) for i in range(3))
    return Window(int(base), pointee(op), shape, strides, offsets, block)


def _block_shape(text: str) -> tuple[int, ...]:
    """(64, 32) from `!tt.ptr<tensor<64x32xf16>>` or `!tt.tensordesc<64x32xf16>`."""
    inner = text.rsplit("<", 1)[1]
    return tuple(int(part) for part in inner.split("x") if part.isdigit())


@semantics("tt.advance")
def advance(machine: Machine, op: Op, window: Window, *deltas: Array) -> Window:
    moved = tuple(a + int(b) for a, b in zip(window.offsets, deltas, strict=True))
    return replace(window, offsets=moved)


def load_window(machine: Machine, op: Op, window: Window) -> Array:
    checked = tuple(op.attributes.get("boundaryCheck", ()))
    padding = np.nan if op.attributes.get("padding") in ("nan", 2) else 0.0
    addresses, inside = window.places(checked)
    other = window.kind.round(np.asarray(padding))
    return machine.memory.load(addresses, inside, other, window.kind, refusing(op))


def store_window(machine: Machine, op: Op, window: Window, value: Array) -> None:
    addresses, inside = window.places(tuple(op.attributes.get("boundaryCheck", ())))
    machine.write(op, addresses, inside, value, window.kind)
