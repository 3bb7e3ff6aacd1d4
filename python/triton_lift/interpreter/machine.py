"""The machine: runs functions and regions of decoded code, one program of the grid after the other."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from triton_lift.interpreter.code import Block, Function, Op, Region
from triton_lift.interpreter.elements import Array, Element
from triton_lift.interpreter.errors import InterpreterError, OutOfTime, UnsupportedOp
from triton_lift.interpreter.memory import Memory
from triton_lift.interpreter.registry import BRANCHES

Grid = tuple[int, int, int]


@dataclass(frozen=True)
class Write:
    """What one execution of a store (or of an atomic update) wrote to one array: element numbers and values of the
    lanes that are not masked off, in the order of the lanes. `number` tells the executions apart."""

    number: int
    program: Grid
    array: str
    elements: Array
    values: Array
    location: str | None


@dataclass(frozen=True)
class Options:
    """`garbage_float` and `garbage_int` are what lanes hold that have no defined value; `tf32` says whether
    tf32 dots round their operands; `max_steps` bounds the iterations of loops without a trip count.

    `masked(location)` says what the load at that source line gives in lanes that are masked off and have no `other`:
    these numbers by turns, in the order of the lanes (None: garbage as elsewhere). `on_store` is told of every write
    that is no atomic update, `on_update` of those. `backwards` runs the programs in the opposite order. After
    `deadline`, a moment of `time.monotonic`, OutOfTime is raised.
    """

    garbage_float: float = float("nan")
    garbage_int: int = 0x5BADF00D_5BADF00D
    tf32: bool = False
    max_steps: int = 1_000_000
    masked: Callable[[str | None], Sequence[float] | None] | None = None
    on_store: Callable[[Write], None] | None = None
    on_update: Callable[[Write], None] | None = None
    backwards: bool = False
    deadline: float | None = None


class Machine:
    """State of one run: memory, the present program's id, the frame of the function being executed."""

    def __init__(self, functions: dict[str, Function], memory: Memory, grid: Grid, options: Options) -> None:
        self.functions = functions
        self.memory = memory
        self.grid = grid
        self.options = options
        self.program: Grid = (0, 0, 0)
        self.frame: list[Any] = []
        self.writes = 0
        self.ahead: Any = None  # what the program has started and not waited for

    def garbage(self, kind: Element) -> Array:
        """A scalar of this type that nobody should rely on; easy to recognise, and odd, as integers go."""
        if kind.kind == "float":
            return kind.round(np.asarray(self.options.garbage_float))
        if kind.kind == "pointer":
            return np.asarray(0, np.int64)
        number = self.options.garbage_int & ((1 << kind.width) - 1)
        return np.asarray(number, np.uint64).astype(kind.dtype)

    def unread(self, kind: Element, op: Op, shape: tuple[int, ...]) -> Array:
        """What a load without `other` gives where it is masked off."""
        numbers = self.options.masked(op.location) if self.options.masked else None
        if numbers is None or kind.kind == "pointer" or (kind.kind == "int" and np.isnan(numbers).any()):
            return self.garbage(kind)
        lanes = np.arange(math.prod(shape)) % len(numbers)
        return kind.round(np.asarray(numbers)[lanes].reshape(shape))

    def write(self, op: Op, addresses: Array, mask: Array, values: Array, kind: Element) -> None:
        """Stores where the mask holds, and tells who wants to know."""

        def refuse(reason: str) -> InterpreterError:
            return InterpreterError(reason, op.name, op.location)

        self.memory.store(addresses, mask, values, kind, refuse)
        self.tell(self.options.on_store, op, addresses, mask, values, kind)

    def tell(
        self,
        who: Callable[[Write], None] | None,
        op: Op,
        addresses: Array,
        mask: Array,
        values: Array,
        kind: Element,
    ) -> None:
        """Tells of one execution of an operation that writes."""
        if who is None:
            return
        self.writes += 1
        picked = np.flatnonzero(mask)
        stored = np.broadcast_to(values, addresses.shape).reshape(-1)[picked]
        for name, chosen, elements in self.memory.elements(addresses.reshape(-1)[picked], kind):
            who(Write(self.writes, self.program, name, elements, stored[chosen], op.location))

    def run_grid(self, kernel: Function, arguments: Sequence[Any]) -> None:
        """Runs the kernel once for each program, x fastest."""
        step = -1 if self.options.backwards else 1
        axes = [range(count)[::step] for count in self.grid]
        for z in axes[2]:
            for y in axes[1]:
                for x in axes[0]:
                    self.program, self.ahead = (x, y, z), None
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
        if self.options.deadline is not None and time.monotonic() > self.options.deadline:
            raise OutOfTime("the time for this run is over")
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
