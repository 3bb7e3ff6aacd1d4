"""From a log of stores to panels: memory in the order of addresses, and the domain of each formula."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from triton_lift.evaluation.program import Program, ProgramOutput, bounding_box
from triton_lift.evaluation.terms import Evaluator
from triton_lift.formulas import ast
from triton_lift.illustration.model import Panel, Run
from triton_lift.interpreter import Write
from triton_lift.terms.term import Term

MOST_ROWS = 160
MOST_POINTS = 1 << 18


class Owners:
    """Of each element of an array: who wrote it last, as which of its elements, and whether others wrote there too; of
    atomic updates, how many programs took part."""

    def __init__(self, log: Sequence[Write], array: str, length: int, updates: Sequence[Write] = ()) -> None:
        self.programs: list[tuple[int, int, int]] = []
        self.owner = np.full(length, -1, np.int64)
        self.lane = np.zeros(length, np.int64)
        self.clash = np.zeros(length, bool)
        numbers: dict[tuple[int, int, int], int] = {}
        for write in log:
            if write.array != array:
                continue
            number = numbers.setdefault(write.program, len(numbers))
            elements = write.elements
            self.clash[elements] |= (self.owner[elements] >= 0) & (self.owner[elements] != number)
            self.owner[elements] = number
            self.lane[elements] = np.arange(len(elements))
        self.together = np.ones(length, np.int64)
        for write in updates:
            if write.array == array:
                number = numbers.setdefault(write.program, len(numbers))
                elements, first = np.unique(write.elements, return_index=True)
                others = (self.owner[elements] >= 0) & (self.owner[elements] != number)
                self.together[elements] += others
                self.owner[elements] = number
                self.lane[elements] = first
        self.programs = list(numbers)

    def runs(self, row: int, elements: Any) -> list[Run]:
        """The runs of one row, given the element in each of its cells (−1: none)."""
        known = elements >= 0
        safe = np.where(known, elements, 0)
        owner = np.where(known, self.owner[safe], -1)
        lane, clash = self.lane[safe], self.clash[safe] & known
        together = self.together[safe]
        owner = np.where(known & (together > 1), len(self.programs), owner)  # nobody's in particular
        found: list[Run] = []
        start = 0
        for column in range(1, len(elements) + 1):
            if (
                column < len(elements)
                and owner[column] == owner[start]
                and _alike(column, start, clash, together)
            ):
                step = lane[column] - lane[column - 1]
                expected = lane[start + 1] - lane[start] if column > start + 1 else step
                if owner[start] < 0 or together[start] > 1 or (step == expected and step in (-1, 1)):
                    continue
            number = int(owner[start])
            step = int(lane[start + 1] - lane[start]) if column > start + 1 else 1
            if number < 0:
                found.append(Run(row, start, column - 1, None, 0, 0))
            elif number == len(self.programs):
                program = self.programs[int(self.owner[safe[start]])]
                many = int(together[start])
                found.append(Run(row, start, column - 1, program, int(lane[start]), step, together=many))
            else:
                program = self.programs[number]
                found.append(Run(row, start, column - 1, program, int(lane[start]), step, bool(clash[start])))
            start = column
        return found


def _alike(column: int, start: int, *marks: Any) -> bool:
    return all(m[column] == m[start] for m in marks)


def memory_panel(owners: Owners, array: str, length: int, columns: int) -> Panel:
    """The elements of an array in order, `columns` in a row."""
    columns = min(columns, length)
    rows = -(-length // columns)
    runs: list[Run] = []
    for row in range(min(rows, MOST_ROWS)):
        elements = np.arange(row * columns, min(length, (row + 1) * columns))
        runs += owners.runs(row, elements)
    return Panel("memory", array, min(rows, MOST_ROWS), columns, "", "", runs, max(0, rows - MOST_ROWS))


def domain_panel(
    program: Program,
    output: ProgramOutput,
    statement: ast.Statement,
    owners: Owners,
    leaves: dict[Term, Any],
    arrays: dict[int, Any],
) -> tuple[Panel, int] | None:
    """The points of a formula's domain: the last index from left to right, all others from top to bottom; and how far
    apart rows are in memory (0: there is one)."""
    variables = [v for v in output.variables if v in output.offset.free] or list(output.variables)
    if set(variables) != set(output.variables):
        return None
    box = bounding_box(output, leaves, arrays)
    points = int(np.prod(box, dtype=np.float64)) if box else 1
    if not 0 < points <= MOST_POINTS:
        return None
    places = dict(leaves)
    for i, (v, size) in enumerate(zip(output.variables, box, strict=True)):
        places[v] = np.arange(size, dtype=np.int64).reshape((size,) + (1,) * (len(box) - 1 - i))
    value = Evaluator(places, arrays)
    mask = np.ones(tuple(box), dtype=bool)
    for c in output.constraints:
        mask &= value(c)
    offsets = np.where(mask, np.broadcast_to(value(output.offset), mask.shape), -1)
    offsets = np.where(offsets < len(owners.owner), offsets, -1)
    order = sorted(range(len(box)), key=lambda axis: -_stride(offsets, axis))
    offsets = offsets.transpose(order) if box else offsets
    grid = offsets.reshape(-1, offsets.shape[-1] if box else 1)
    called = dict(output.indices)
    names = [called.get(output.variables[i], str(i)) for i in order]
    runs: list[Run] = []
    for row in range(min(len(grid), MOST_ROWS)):
        runs += owners.runs(row, grid[row])
    pitch = _stride(offsets, offsets.ndim - 2) if offsets.ndim > 1 and offsets.shape[-2] > 1 else 0
    panel = Panel(
        "domain",
        statement.target.array,
        min(len(grid), MOST_ROWS),
        grid.shape[1],
        ", ".join(names[:-1]),
        names[-1] if names else "",
        runs,
        max(0, len(grid) - MOST_ROWS),
    )
    return panel, pitch


def _stride(offsets: Any, axis: int) -> int:
    """How far apart neighbours along an axis are."""
    if offsets.shape[axis] < 2:
        return 1 << 62
    both = (np.diff(offsets, axis=axis))[tuple(slice(0, 1) for _ in offsets.shape)]
    return int(np.abs(both).max(initial=0))
