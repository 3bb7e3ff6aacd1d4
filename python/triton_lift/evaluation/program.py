"""The executable form of a lifted kernel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from triton_lift.evaluation.bounds import Bounds
from triton_lift.evaluation.terms import Evaluator
from triton_lift.terms import booleans as bools
from triton_lift.terms.term import Term, make

if TYPE_CHECKING:
    from triton_lift.formulas import ast

_MAX_POINTS = 1 << 26


@dataclass(frozen=True)
class ProgramOutput:
    """array[offset] := value at the integer points ≥ 0 that satisfy all constraints, in program order.

    `distinct`: the theorem presupposes that all writes to the array go to distinct elements. `domain`: the printed
    domain as facts, if every point of it is proved to be written (by a grid that is large enough). `formula`: what is
    printed for the value, proved equal to it. `box` and `rest`: the domain as it is printed, a range (variable, low,
    high) for each index, and what the indices satisfy besides. `indices`: the variables with their printed names, as
    they are read.
    """

    array: int
    variables: tuple[Term, ...]
    constraints: tuple[Term, ...]
    offset: Term
    value: Term
    distinct: bool = False
    domain: tuple[Term, ...] | None = None
    formula: Term | None = None
    box: tuple[tuple[Term, Term, Term | None], ...] | None = None
    rest: Term = bools.TRUE
    indices: tuple[tuple[Term, str], ...] = ()


@dataclass(frozen=True)
class Operation:
    """An integer operation whose result must fit `width` signed bits, as far as the proof goes.

    It is computed for all 0 ≤ v < high of the `ranges` under which the constraints hold.
    """

    term: Term
    width: int
    location: str | None
    ranges: tuple[tuple[Term, Term], ...]
    constraints: tuple[Term, ...]


@dataclass(frozen=True)
class Program:
    """A lifted kernel that can be run: its arguments (name, type), checkable preconditions, and outputs.

    `operations`: those that the printed bounds are about; `grid`: the grid that coverage needs; `statements`: what is
    printed for each output.
    """

    params: tuple[tuple[str, str], ...]
    preconditions: tuple[tuple[str, Term], ...]
    outputs: tuple[ProgramOutput, ...]
    operations: tuple[Operation, ...] = ()
    grid: tuple[Term, ...] = ()
    statements: tuple[ast.Statement, ...] = ()

    def bound(
        self, args: Mapping[str, Any], grid: tuple[int, int, int]
    ) -> tuple[dict[Term, Any], dict[int, Any]]:
        """What scalars, the grid's axes and the arrays' lengths are, and the arrays by number, widened."""
        leaves: dict[Term, Any] = {}
        arrays: dict[int, Any] = {}
        for index, (name, kind) in enumerate(self.params):
            if name not in args:
                raise ValueError(f"argument {name!r} is missing")
            if kind.startswith("ptr"):
                missing = args[name] is None
                arrays[index] = _widened(np.zeros(0) if missing else np.asarray(args[name]))
                leaves[make("length", (), index)] = np.int64(len(arrays[index]))
                # Some address: nothing but whether it is null can be told of it.
                address = np.int64(0 if missing else (index + 1) << 40)
                leaves[make("param", (), (index, name), "int")] = address
            elif kind[0] == "i":
                term = make("param", (), (index, name), "bool" if kind == "i1" else "int")
                leaves[term] = np.bool_(args[name]) if kind == "i1" else np.int64(args[name])
            else:
                leaves[make("param", (), (index, name), "real")] = np.float64(args[name])
        for axis in range(3):
            leaves[make("nprogs", (), axis)] = np.int64(grid[axis])
        return leaves, arrays

    def evaluate(self, args: Mapping[str, Any], grid: tuple[int, int, int]) -> dict[str, Any]:
        """Memory after the kernel (see `Lifted.evaluate`)."""
        leaves, arrays = self.bound(args, grid)
        check = Evaluator(leaves, arrays)
        for text, condition in self.preconditions:
            if not bool(check(condition)):
                raise ValueError(f"precondition does not hold: {text}")
        memory = {o.array: arrays[o.array].copy() for o in self.outputs}
        if 0 in grid:
            return {self.params[number][0]: contents for number, contents in memory.items()}
        written: dict[int, list[Any]] = {o.array: [] for o in self.outputs if o.distinct}
        for output in self.outputs:
            offsets = _run(output, leaves, arrays, memory[output.array])
            if output.array in written:
                written[output.array].append(offsets)
        for number, parts in written.items():
            together = np.concatenate(parts)
            if len(np.unique(together)) != len(together):
                name = self.params[number][0]
                raise ValueError(
                    f"precondition does not hold: distinct indices have distinct offsets in {name}"
                )
        return {self.params[number][0]: contents for number, contents in memory.items()}


def _widened(array: Any) -> Any:
    if array.dtype.kind == "f" or array.dtype.kind == "V" or array.dtype.name == "bfloat16":
        return array.astype(np.float64).ravel()
    if array.dtype.kind in "iu":
        return array.astype(np.int64).ravel()
    return array.ravel()


def _run(output: ProgramOutput, leaves: dict[Term, Any], arrays: dict[int, Any], target: Any) -> Any:
    """Writes one output into `target`; the offsets written."""
    box = bounding_box(output, leaves, arrays)
    nothing = np.zeros(0, dtype=np.int64)
    if any(size <= 0 for size in box):
        return nothing
    if prod(box) > _MAX_POINTS:
        raise ValueError(f"{prod(box)} points are too many to evaluate")
    count = len(box)
    points = dict(leaves)
    for i, (v, size) in enumerate(zip(output.variables, box, strict=True)):
        points[v] = np.arange(size, dtype=np.int64).reshape((size,) + (1,) * (count - 1 - i))
    value = Evaluator(points, arrays)
    mask = np.ones(tuple(box), dtype=bool)
    for c in output.constraints:
        mask &= value(c)
    if not mask.any():
        return nothing
    offsets = np.broadcast_to(value(output.offset), mask.shape)[mask]
    values = np.broadcast_to(value(output.value), mask.shape)[mask]
    if offsets.min() < 0 or offsets.max() >= len(target):
        raise ValueError("the formula writes outside an array: it is too small for these arguments")
    target[offsets] = values
    return offsets


def bounding_box(output: ProgramOutput, leaves: dict[Term, Any], arrays: dict[int, Any]) -> list[int]:
    """A size for each variable such that all points that satisfy the constraints lie in the box."""
    bounds = Bounds(output.variables, Evaluator(leaves, arrays))
    for _ in range(len(output.variables) + 1):
        for c in output.constraints:
            bounds.require(c)
    box = [bounds.highest[v] for v in output.variables]
    if any(high < 0 for high in box):
        return [0] * len(box)
    if any(isinstance(high, float) for high in box):
        raise ValueError("an index has no upper bound for these arguments")
    return [int(high) + 1 for high in box]
