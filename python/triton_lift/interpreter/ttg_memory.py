"""Semantics of `ttg` and `ttng`: memory of the program's own, copies and products that run ahead, barriers; and of
`amdg`'s buffers.

A block of memory is an array; a part of it is a view. A copy that runs ahead arrives when it is waited for: until then
nobody should rely on what is there. Products count as finished at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from triton_lift.interpreter.arith import signed
from triton_lift.interpreter.code import Op, Type
from triton_lift.interpreter.elements import FORMATS, Array, Element, element, round_to
from triton_lift.interpreter.errors import UnsupportedOp
from triton_lift.interpreter.machine import Machine
from triton_lift.interpreter.registry import semantics
from triton_lift.interpreter.scf import results
from triton_lift.interpreter.tt_memory import load, pointee, refusing

_BLOCK = re.compile(r"!ttg\.memdesc<((?:\d+x)+)(\w+)[,>]")


@dataclass
class Copies:
    """Copies on their way: those that no group holds yet, and the groups, oldest first."""

    loose: list[Callable[[], None]] = field(default_factory=list)
    groups: list[list[Callable[[], None]]] = field(default_factory=list)

    def arrive(self, remaining: int) -> None:
        """All groups but the last `remaining` have arrived."""
        while len(self.groups) > remaining:
            for write in self.groups.pop(0):
                write()


def copies(machine: Machine) -> Copies:
    """The copies of the program that is running."""
    if machine.ahead is None:
        machine.ahead = Copies()
    found = machine.ahead
    assert isinstance(found, Copies)
    return found


def block_of(kind: Type, op: Op) -> tuple[tuple[int, ...], Element]:
    """Shape and element type of memory. Raises UnsupportedOp."""
    found = _BLOCK.match(kind.text)
    try:
        if found is not None:
            return tuple(int(n) for n in found[1][:-1].split("x")), element(found[2])
    except KeyError:
        pass
    raise UnsupportedOp(f"memory of type {kind.text}", op.name, op.location)


@semantics("ttg.local_alloc", "ttng.tmem_alloc")
def allocate(machine: Machine, op: Op, *source: Array) -> Any:
    shape, kind = block_of(op.type, op)
    filled = source[0] if source else machine.garbage(kind)
    memory = np.array(np.broadcast_to(filled, shape))
    return results(op, [memory, None][: len(op.results)])


@semantics("ttg.memdesc_index")
def part(machine: Machine, op: Op, memory: Array, index: Array) -> Array:
    place = int(index)
    if not 0 <= place < len(memory):
        raise refusing(op)(f"part {place} of {len(memory)}")
    found = memory[place : place + 1] if memory.ndim == 1 else memory[place]
    return np.asarray(found)


@semantics("ttg.memdesc_trans")
def transpose(machine: Machine, op: Op, memory: Array) -> Array:
    return np.transpose(memory, op.attributes["order"])


@semantics("ttg.memdesc_reshape")
def reshape(machine: Machine, op: Op, memory: Array) -> Array:
    view = memory.reshape(block_of(op.type, op)[0])
    if not np.shares_memory(view, memory):
        raise refusing(op)("memory whose parts are not next to each other")
    return view


@semantics("ttg.memdesc_subslice")
def subslice(machine: Machine, op: Op, memory: Array) -> Array:
    shape, _ = block_of(op.type, op)
    places = zip(op.attributes["offsets"], shape, strict=True)
    return np.asarray(memory[tuple(slice(start, start + size) for start, size in places)])


@semantics("ttg.local_load", "ttng.tmem_load")
def read(machine: Machine, op: Op, memory: Array, *token: Any) -> Any:
    return results(op, [memory.copy(), None][: len(op.results)])


@semantics("ttg.local_store")
def write(machine: Machine, op: Op, value: Array, memory: Array) -> None:
    memory[...] = value


@semantics("ttng.tmem_store")
def write_if(machine: Machine, op: Op, value: Array, memory: Array, predicate: Array, *token: Any) -> None:
    if predicate:
        memory[...] = value


@semantics("ttg.async_copy_global_to_local")
def copy(machine: Machine, op: Op, pointer: Array, memory: Array, *rest: Array) -> None:
    """What is copied is read now, and written when the copy arrives."""
    value = load(machine, op, pointer, *rest)
    _, kind = block_of(op.operand_types[1], op)
    memory[...] = machine.garbage(kind)

    def arrive() -> None:
        memory[...] = value

    copies(machine).loose.append(arrive)


@semantics("ttg.async_commit_group")
def commit(machine: Machine, op: Op, *tokens: Any) -> None:
    ahead = copies(machine)
    ahead.groups.append(ahead.loose)
    ahead.loose = []


@semantics("ttg.async_wait")
def wait(machine: Machine, op: Op, *tokens: Any) -> None:
    copies(machine).arrive(int(op.attributes["num"]))


def product(machine: Machine, a: Array, b: Array, wide: np.dtype[Any]) -> Array:
    """a b in a type at least as wide as f32; matrix units read f32 as tf32."""
    if machine.options.tf32 and a.dtype == np.float32:
        a, b = round_to(a, FORMATS["tf32"]), round_to(b, FORMATS["tf32"])
    wide = wide if wide.itemsize >= 4 else np.dtype(np.float32)
    return np.asarray(np.matmul(a.astype(wide), b.astype(wide)))


@semantics("ttng.warp_group_dot")
def warp_group_dot(machine: Machine, op: Op, a: Array, b: Array, c: Array, *use: Array) -> Array:
    found = product(machine, a, b, op.out.dtype)
    return op.out.round(found + c.astype(found.dtype) if not use or use[0] else found)


@semantics("ttng.warp_group_dot_wait")
def waited(machine: Machine, op: Op, *values: Any) -> Any:
    return results(op, list(values))


@semantics("ttng.tc_gen5_mma")
def tensor_core(machine: Machine, op: Op, a: Array, b: Array, d: Array, *rest: Any) -> None:
    """The operands after d: a token if there is one, whether d counts, whether anything is done, barriers."""
    has_token = "async.token" in op.operand_types[3].text
    use, predicate = rest[has_token : has_token + 2]
    if not predicate:
        return
    _, kind = block_of(op.operand_types[2], op)
    found = product(machine, a, b, kind.dtype)
    d[...] = kind.round(found + d.astype(found.dtype) if use else found)


@semantics(
    "ttg.local_dealloc",
    "ttng.fence_async_shared",
    "ttng.init_barrier",
    "ttng.inval_barrier",
    "ttng.wait_barrier",
    "ttng.barrier_expect",
    "ttng.tensormap_fenceproxy_acquire",
    "ttng.async_tma_store_wait",
    "ttng.tc_gen5_commit",
    "rocdl.s.setprio",
    "rocdl.sched.barrier",
)
def nothing(machine: Machine, op: Op, *operands: Any) -> None:
    """Orders what runs in step here."""


@semantics("amdg.in_thread_transpose")
def same(machine: Machine, op: Op, x: Array) -> Array:
    return x


def _addresses(op: Op, position: int, pointer: Array, offsets: Array) -> tuple[Array, Element]:
    kind = pointee(op, position)
    return pointer + signed(offsets).astype(np.int64) * kind.storage.itemsize, kind


@semantics("amdg.buffer_load")
def buffer_load(machine: Machine, op: Op, pointer: Array, offsets: Array, *rest: Array) -> Array:
    """0 where the mask does not hold, unless there is an `other`."""
    addresses, kind = _addresses(op, 0, pointer, offsets)
    mask = np.broadcast_to(rest[0] if rest else np.True_, addresses.shape)
    other = rest[1] if len(rest) > 1 else np.zeros((), kind.dtype)
    return machine.memory.load(addresses, mask, other, kind, refusing(op))


@semantics("amdg.buffer_store")
def buffer_store(
    machine: Machine, op: Op, value: Array, pointer: Array, offsets: Array, *mask: Array
) -> None:
    addresses, kind = _addresses(op, 1, pointer, offsets)
    holds = np.broadcast_to(mask[0] if mask else np.True_, addresses.shape)
    machine.write(op, addresses, holds, value, kind)
