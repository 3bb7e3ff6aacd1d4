"""The IR in plain Python data: decoded once, so that execution does not go through MLIR's objects again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from mlir._mlir_libs._mlir import ir

from triton_lift.interpreter.elements import Element, element
from triton_lift.interpreter.errors import UnsupportedOp


@dataclass(frozen=True)
class Type:
    """A scalar, tensor or opaque type. `text` is MLIR's spelling; `shape` is () for scalars; `element` is None
    where the elements are nothing that this interpreter computes with (descriptors, tokens)."""

    text: str
    shape: tuple[int, ...]
    element: Element | None
    is_tensor: bool


@dataclass(eq=False)
class Op:
    """One operation; operands and results are numbers of slots in the function's frame."""

    name: str
    operands: tuple[int, ...]
    operand_types: tuple[Type, ...]
    results: tuple[int, ...]
    types: tuple[Type, ...]
    attributes: dict[str, Any]
    regions: list[Region]
    successors: tuple[int, ...]
    source: Any
    run: Callable[..., Any] | None = None

    @property
    def location(self) -> str | None:
        """`file:line` of the outermost user-code frame."""
        return line_of(self.source)

    @property
    def type(self) -> Type:
        """The type of the (first) result."""
        return self.types[0]

    @property
    def out(self) -> Element:
        """The element type of the (first) result. Raises UnsupportedOp where it is none to compute with."""
        found = self.types[0].element
        if found is None:
            raise UnsupportedOp(f"no values of type {self.types[0].text}", self.name, self.location)
        return found


@dataclass(eq=False)
class Block:
    """Straight-line code; the last operation says where it goes on."""

    arguments: tuple[int, ...]
    types: tuple[Type, ...]
    ops: list[Op]


@dataclass(eq=False)
class Region:
    blocks: list[Block]

    @property
    def is_straight_line(self) -> bool:
        """Whether the region computes without control flow, so that it can be applied to whole arrays at once."""
        return len(self.blocks) == 1 and all(
            not op.regions and op.name != "tt.call" for op in self.blocks[0].ops
        )


@dataclass(eq=False)
class Function:
    """A function: `slots` is the size of its frame."""

    name: str
    public: bool
    parameters: list[str]
    body: Region
    slots: int


def line_of(location: Any) -> str | None:
    """`file:line` of a location: the caller's side of call sites, the first of fused ones, what a name stands for."""
    while location is not None:
        if location.is_a_callsite():
            location = location.caller
        elif location.is_a_name():
            location = location.child_loc
        elif location.is_a_fused():
            location = next(iter(location.locations), None)
        elif location.is_a_file():
            return f"{location.filename}:{location.start_line}"
        else:
            return None
    return None


def decode_attribute(attribute: Any) -> Any:
    """Numbers, strings and sequences as Python's own; dense elements as arrays; the rest as MLIR spells it."""
    if isinstance(attribute, ir.DenseElementsAttr):
        return _dense(attribute)
    if isinstance(
        attribute, (ir.IntegerAttr, ir.FloatAttr, ir.BoolAttr, ir.StringAttr, ir.FlatSymbolRefAttr)
    ):
        return attribute.value
    if isinstance(attribute, ir.UnitAttr):
        return True
    if isinstance(attribute, (ir.DenseI32ArrayAttr, ir.DenseI64ArrayAttr, ir.DenseBoolArrayAttr)):
        return tuple(attribute)
    if isinstance(attribute, ir.ArrayAttr):
        return tuple(decode_attribute(a) for a in attribute)
    return str(attribute)


def _dense(attribute: Any) -> Any:
    if attribute.is_splat:
        return decode_attribute(attribute.get_splat_value())
    shape = tuple(ir.ShapedType(attribute.type).shape)
    try:
        return np.array(list(attribute)).reshape(shape)
    except TypeError:  # an element type whose numbers MLIR does not hand out
        return str(attribute)


class Decoder:
    """Decodes one function; types are shared by all."""

    def __init__(self, handlers: dict[str, Callable[..., Any]]) -> None:
        self.handlers = handlers
        self.types: dict[Any, Type] = {}
        self.numbers: dict[Any, int] = {}

    def type(self, source: Any) -> Type:
        found = self.types.get(source)
        if found is None:
            is_tensor = isinstance(source, ir.RankedTensorType)
            shape = tuple(source.shape) if is_tensor else ()
            try:
                kind = element(str(source.element_type if is_tensor else source))
            except KeyError:
                kind = None
            found = self.types[source] = Type(str(source), shape, kind, is_tensor)
        return found

    def number(self, value: Any) -> int:
        return self.numbers.setdefault(value, len(self.numbers))

    def op(self, source: Any, blocks: dict[Any, int]) -> Op:
        operation = source.operation
        name = operation.name
        operands, results = list(operation.operands), list(operation.results)
        attributes = operation.attributes
        names = [a if isinstance(a, str) else a.name for a in attributes]
        return Op(
            name,
            tuple(self.number(v) for v in operands),
            tuple(self.type(v.type) for v in operands),
            tuple(self.number(v) for v in results),
            tuple(self.type(v.type) for v in results),
            {a: decode_attribute(attributes[a]) for a in names},
            [self.region(r) for r in operation.regions],
            tuple(blocks[b] for b in operation.successors),
            operation.location,
            self.handlers.get(name),
        )

    def region(self, source: Any) -> Region:
        found = list(source.blocks)
        numbers = {block: number for number, block in enumerate(found)}
        return Region([self.block(block, numbers) for block in found])

    def block(self, source: Any, numbers: dict[Any, int]) -> Block:
        arguments = list(source.arguments)
        return Block(
            tuple(self.number(a) for a in arguments),
            tuple(self.type(a.type) for a in arguments),
            [self.op(op, numbers) for op in source.operations],
        )

    def function(self, source: Any) -> Function:
        self.numbers = {}
        operation = source.operation
        attributes = operation.attributes
        visibility = attributes["sym_visibility"].value if "sym_visibility" in attributes else "public"
        region = operation.regions[0]
        parameters: list[str] = []
        if list(region.blocks):
            parameters = [_parameter(a, i) for i, a in enumerate(region.blocks[0].arguments)]
        body = self.region(region)
        name = attributes["sym_name"].value
        return Function(name, visibility == "public", parameters, body, len(self.numbers))


def _parameter(argument: Any, position: int) -> str:
    """The name that the argument had in the source, which its location keeps."""
    name, location = f"arg{position}", argument.location
    while (
        location.is_a_name()
    ):  # assigned to another variable, it has that one's name outside, its own innermost
        name, location = str(location.name_str), location.child_loc
    return name


def functions_of(module: Any, handlers: dict[str, Callable[..., Any]]) -> Iterator[Function]:
    """All functions of a module, in its order."""
    decoder = Decoder(handlers)
    for op in module.body.operations:
        if op.operation.name in ("tt.func", "func.func") and len(op.operation.regions[0].blocks):
            yield decoder.function(op)
