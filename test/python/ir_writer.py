"""Writing TTIR text, operation by operation; every value knows its type."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

Shape = tuple[int, ...]
PARAMETERS = {
    "x": "ptr<f32>",
    "y": "ptr<f32>",
    "z": "ptr<i32>",
    "out": "ptr<f32>",
    "n": "i32",
    "m": "i32",
    "s": "f32",
}


@dataclass(frozen=True)
class Value:
    """An SSA value; `kind` is f32, i32 or i1."""

    name: str
    kind: str
    shape: Shape

    @property
    def type(self) -> str:
        return type_of(self.kind, self.shape)


def type_of(kind: str, shape: Shape) -> str:
    return f"tensor<{'x'.join(map(str, shape))}x{kind}>" if shape else kind


@dataclass
class Writer:
    """The text so far, and the values in scope."""

    random: random.Random
    lines: list[str] = field(default_factory=list)
    scope: list[Value] = field(default_factory=list)
    count: int = 0
    depth: int = 2

    def emit(self, kind: str, shape: Shape, right: str, *, visible: bool = False) -> Value:
        """One operation with one result; `visible` values are reused by later expressions."""
        self.count += 1
        value = Value(f"%v{self.count}", kind, shape)
        self.lines.append("    " + "  " * (self.depth - 2) + f"{value.name} = {right}")
        if visible:
            self.scope.append(value)
        return value

    def line(self, text: str) -> None:
        self.lines.append("    " + "  " * (self.depth - 2) + text)

    @contextmanager
    def nested(self) -> Iterator[None]:
        """A region: what is defined in it is not visible after it."""
        kept = list(self.scope)
        self.depth += 1
        yield
        self.depth -= 1
        self.scope = kept

    def constant(self, number: float | int, kind: str, shape: Shape = ()) -> Value:
        text = f"{number:e}" if kind == "f32" else str(int(number))
        if kind == "f32" and number in (float("inf"), float("-inf")):
            text = "0x7F800000" if number > 0 else "0xFF800000"
        if kind == "i1":
            text = "true" if number else "false"
        if shape:
            return self.emit(kind, shape, f"arith.constant dense<{text}> : {type_of(kind, shape)}")
        return self.emit(kind, shape, f"arith.constant {text if kind == 'i1' else f'{text} : {kind}'}")

    def parameter(self, name: str) -> Value:
        return Value(f"%{name}", PARAMETERS[name], ())

    def binary(self, op: str, a: Value, b: Value) -> Value:
        return self.emit(a.kind, a.shape, f"{op} {a.name}, {b.name} : {a.type}")

    def compare(self, predicate: str, a: Value, b: Value) -> Value:
        op = "arith.cmpf" if a.kind == "f32" else "arith.cmpi"
        return self.emit("i1", a.shape, f"{op} {predicate}, {a.name}, {b.name} : {a.type}")

    def shaped(self, value: Value, shape: Shape) -> Value:
        """A scalar, or a vector along one axis, as a tensor of this shape."""
        if value.shape == shape:
            return value
        if not value.shape:
            return self.emit(
                value.kind, shape, f"tt.splat {value.name} : {value.kind} -> {type_of(value.kind, shape)}"
            )
        return self.emit(
            value.kind, shape, f"tt.broadcast {value.name} : {value.type} -> {type_of(value.kind, shape)}"
        )

    def lanes(self, size: int) -> Value:
        return self.emit(
            "i32", (size,), f"tt.make_range {{end = {size} : i32, start = 0 : i32}} : tensor<{size}xi32>"
        )

    def along(self, value: Value, axis: int, shape: Shape) -> Value:
        """A vector as a tensor whose other axis has size 1, spread over the shape."""
        wide = tuple(value.shape[0] if a == axis else 1 for a in range(2))
        column = self.emit(
            value.kind,
            wide,
            f"tt.expand_dims {value.name} {{axis = {1 - axis} : i32}} : {value.type} -> {type_of(value.kind, wide)}",
        )
        return self.shaped(column, shape)
