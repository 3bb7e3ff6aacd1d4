"""What the scalar arguments of a kernel are for, told from how the IR uses them (never from their names).

- a *size* is compared, bounds a loop, divides, or is in a minimum or maximum: `offset < n`;
- a *factor* multiplies something that is compared later: `row·stride < height`;
- a *stride* multiplies something that only addresses are made of;
- everything else is *other*.

A wrong guess costs a chance to find a witness; it never makes one, since every witness is run.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from triton_lift.interpreter.code import Function, Op, Region

Names = frozenset[str]
_NONE: Names = frozenset()
_COMPARING = {
    "arith.cmpi", "arith.divsi", "arith.divui", "arith.remsi", "arith.remui", "arith.ceildivsi", "arith.floordivsi",
    "arith.minsi", "arith.minui", "arith.maxsi", "arith.maxui",
}  # fmt: skip
_PASSING = {
    "tt.splat", "tt.broadcast", "tt.expand_dims", "tt.reshape", "tt.trans", "ttg.convert_layout", "arith.extsi",
    "arith.extui", "arith.trunci", "arith.index_cast", "arith.addi", "arith.subi", "arith.muli", "arith.select",
    "tt.addptr",
} | _COMPARING  # fmt: skip

# Operations that add an offset to a pointer, and which operand the pointer is.
_ADDRESSING = {"tt.addptr": 0, "amdg.buffer_load": 0, "amdg.buffer_store": 1}


@dataclass(frozen=True)
class _Tags:
    """Of a value: the arguments it is made of if of nothing else; those that scale a part of it, and whether there is
    a part that none scales; the arrays it points into."""

    only: Names | None = None
    scaled: Names = _NONE
    plain: bool = True
    arrays: Names = _NONE


@dataclass
class Roles:
    """The names of the integer arguments by role; strides by the array that they are of, and the arrays in which
    neighbours have a stride of 1."""

    sizes: set[str] = field(default_factory=set)
    factors: set[str] = field(default_factory=set)
    dense: set[str] = field(default_factory=set)
    strides: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def of(self, name: str) -> str:
        """The one role of an argument."""
        if name in self.sizes:
            return "size"
        if name in self.factors:
            return "factor"
        return "stride" if any(name in found for found in self.strides.values()) else "other"


def roles_of(function: Function) -> Roles:
    """The roles of a kernel's arguments."""
    found = Roles()
    tags: dict[int, _Tags] = {}
    block = function.body.blocks[0]
    for slot, name, kind in zip(block.arguments, function.parameters, block.types, strict=True):
        pointer = kind.element is not None and kind.element.kind == "pointer"
        tags[slot] = _Tags(arrays=frozenset((name,))) if pointer else _Tags(frozenset((name,)))
    for op in operations(function.body):
        operands = [tags.get(slot, _Tags()) for slot in op.operands]
        _note(op, operands, found)
        result = _result(op, operands)
        for slot in op.results:
            tags[slot] = result
        if op.name == "scf.for":  # pointers that advance stay in their arrays
            for inner, operand in zip(op.regions[0].blocks[0].arguments[1:], operands[3:], strict=False):
                tags[inner] = _Tags(arrays=operand.arrays)
    return found


def operations(region: Region) -> Iterator[Op]:
    """All operations, those of nested regions after the one that holds them."""
    for block in region.blocks:
        for op in block.ops:
            yield op
            for inner in op.regions:
                yield from operations(inner)


def _note(op: Op, operands: list[_Tags], found: Roles) -> None:
    if op.name in _COMPARING:
        for t in operands:
            found.sizes |= t.only or _NONE
            found.factors |= t.scaled
    elif op.name == "scf.for":
        for t in operands[:3]:
            found.sizes |= (t.only or _NONE) | t.scaled
    elif op.name in _ADDRESSING:
        pointer, offset = operands[_ADDRESSING[op.name] :][:2]
        for array in pointer.arrays:
            # What advances a pointer as it stands may do so in a loop.
            found.strides[array] |= offset.scaled | (offset.only or _NONE)
            if offset.only is None and offset.plain:
                found.dense.add(array)


def _result(op: Op, operands: list[_Tags]) -> _Tags:
    if op.name not in _PASSING:
        return _Tags(_NONE if not operands and op.name == "arith.constant" else None)
    arrays = _NONE.union(*(t.arrays for t in operands))
    if all(t.only is not None for t in operands):
        return _Tags(_NONE.union(*(t.only or _NONE for t in operands)), arrays=arrays)
    if op.name == "arith.cmpi":
        return _Tags()
    scaled = _NONE.union(*(t.scaled for t in operands))
    plain = any(t.plain for t in operands if t.only is None)
    if op.name == "arith.muli" and any(t.only for t in operands):
        return _Tags(None, scaled.union(*(t.only or _NONE for t in operands)), False, arrays)
    return _Tags(None, scaled, plain, arrays)
