"""The machine: runs functions and regions of decoded code, one program of the grid after the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from triton_lift.interpreter.code import Block, Function, Op, Region
from triton_lift.interpreter.elements import Array, Element
from triton_lift.interpreter.errors import InterpreterError, UnsupportedOp
from triton_lift.interpreter.memory import Memory
from triton_lift.interpreter.registry import BRANCHES

Grid = tuple[int, int, int]


@dataclass(frozen=True)
class Options:
    """`garbage_float` and `garbage_int` are what lanes hold that have no defined value; `tf32` says whether
    tf32 dots round their operands; `max_steps` bounds the iterations of loops without a trip count."""

    garbage_float: float = float("nan")
    garbage_int: int = 0x5BADF00D_5BADF00D
    tf32: bool = False
    max_steps: int = 1_000_000


class Machine:
    """State of one run: memory, the present program's id, the frame of the function being executed."""

    def __init__(self, functions: dict[str, Function], memory: Memory, grid: Grid, options: Options) -> None:
        self.functions = functions
        self.memory = memory
        self.grid = grid
        self.options = options
        self.program: Grid = (0, 0, 0)
        self.frame: list[Any] = []

    def garbage(self, kind: Element) -> Array:
        """A scalar of this type that nobody should rely on; easy to recognise, and odd, as integers go."""
        if kind.kind == "float":
            return kind.round(np.asarray(self.options.garbage_float))
        if kind.kind == "pointer":
            return np.asarray(0, np.int64)
        number = self.options.garbage_int & ((1 << kind.width) - 1)
        return np.asarray(number, np.uint64).astype(kind.dtype)

    def run_grid(self, kernel: Function, arguments: Sequence[Any]) -> None:
        """Runs the kernel once for each program, x fastest."""
        nx, ny, nz = self.grid
        for z in range(nz):
            for y in range(ny):
                for x in range(nx):
                    self.program = (x, y, z)
                    self.call(kernel, arguments)

    def call(self, function: Function, arguments: Sequence[Any]) -> list[Any]:
        """Runs a function in a frame of its own; what it returns."""
        caller, self.frame = self.frame, [None] * function.slots
        try:
            return self.run(function.body, arguments)
        finally:
            self.frame = caller

    def run(self, region: Region, arguments: Iterable[Any]) -> list[Any]:
        """Runs a region from its first block; the operands of the terminator that leaves it."""
        block = region.blocks[0]
        while True:
            last = self._run_block(block, arguments)
            if not last.successors:
                return self.operands(last)
            with describing(last):
                target, arguments = BRANCHES[last.name](last, *self.operands(last))
            block = region.blocks[last.successors[target]]

    def _run_block(self, block: Block, arguments: Iterable[Any]) -> Op:
        frame = self.frame
        for slot, value in zip(block.arguments, arguments, strict=True):
            frame[slot] = value
        for op in block.ops[:-1]:
            if op.run is None:
                raise UnsupportedOp(
                    "the interpreter has no semantics for this operation", op.name, op.location
                )
            try:
                result = op.run(self, op, *[frame[slot] for slot in op.operands])
            except InterpreterError:
                raise
            except Exception as error:
                raise InterpreterError(f"{type(error).__name__}: {error}", op.name, op.location) from error
            if len(op.results) == 1:
                frame[op.results[0]] = result
            elif op.results:
                for slot, value in zip(op.results, result, strict=True):
                    frame[slot] = value
        return block.ops[-1]

    def operands(self, op: Op) -> list[Any]:
        """The present values of an operation's operands."""
        return [self.frame[slot] for slot in op.operands]


@contextmanager
def describing(op: Op) -> Iterator[None]:
    """Turns a failure inside into an error that names the operation."""
    try:
        yield
    except InterpreterError:
        raise
    except KeyError as error:
        raise UnsupportedOp(
            "the interpreter has no semantics for this operation", op.name, op.location
        ) from error
