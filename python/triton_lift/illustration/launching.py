"""A launch worth looking at: small, allowed by the preconditions, and with several programs at work if that can be."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, product
from typing import Any

import numpy as np

from triton_lift.evaluation.program import Program
from triton_lift.evaluation.terms import Evaluator
from triton_lift.refutation.launches import Launch
from triton_lift.refutation.subject import Subject
from triton_lift.terms.term import Term, make, subterms

_MOST_PROGRAMS = 12  # along one axis


def launches(subject: Subject) -> Iterator[Launch]:
    """Launches that the preconditions allow, on the smallest grids that are large enough, in order of size."""
    block = subject.block
    part = min(5, block // 2 + 1)
    for size in (3, 7, part, block // 2 + 1, block + block // 2 + 1, 2 * block + part, block):
        both = (subject.launches(size, (1, 1, 1), apart) for apart in (False, True))
        for launch in chain.from_iterable(both):
            program = subject.lifted.program
            if program is None:
                yield from (launch.on(grid) for _, grid in subject.ordinary(several=True))
                continue
            grid = smallest_grid(program, launch, subject.axes)
            if grid is not None:
                yield launch.on(grid)


def smallest_grid(program: Program, launch: Launch, axes: list[int]) -> tuple[int, int, int] | None:
    """The grid with the fewest programs on which all conditions hold; two or three where nothing says how many there
    are: two where the domain does not say so either, so that one program takes several turns."""
    leaves = scalars_of(program, launch)
    conditions = [condition for _, condition in program.preconditions] + list(program.grid)
    counts = [range(1, _MOST_PROGRAMS + 1) if axis in axes else (1,) for axis in range(3)]
    free = [axis for axis in axes if not any(_mentions(c, axis) for c in conditions)]
    facts = [f for o in program.outputs for f in o.domain or o.constraints]
    turns = {axis for axis in free if not any(_mentions(f, axis) for f in facts)}
    enough = {axis: 2 if axis in turns else 3 - axes.index(axis) % 2 for axis in free}
    for x, y, z in sorted(product(*counts), key=lambda g: g[0] * g[1] * g[2]):
        grid = (x, y, z)
        if any(grid[axis] != enough[axis] for axis in free):  # so many rows are enough to look at
            continue
        here = Evaluator({**leaves, **grid_leaves(grid)}, {})
        try:
            if all(bool(here(condition)) for condition in conditions):
                return grid
        except (KeyError, ValueError):
            return None
    return None


def _mentions(condition: Term, axis: int) -> bool:
    return any(u.op == "nprogs" and u.attr == axis for u in subterms([condition]))


def grid_leaves(grid: tuple[int, ...]) -> dict[Term, Any]:
    """The numbers of programs, for an `Evaluator`."""
    return {make("nprogs", (), axis): np.int64(count) for axis, count in enumerate(grid)}


def scalars_of(program: Program, launch: Launch) -> dict[Term, Any]:
    """The scalar arguments, for an `Evaluator`; an array stands somewhere."""
    leaves: dict[Term, Any] = {}
    for index, (name, kind) in enumerate(program.params):
        if kind.startswith("ptr"):
            leaves[make("param", (), (index, name))] = np.int64((index + 1) << 40)
        elif kind[0] == "i":
            sort = "bool" if kind == "i1" else "int"
            leaves[make("param", (), (index, name), sort)] = np.int64(launch.args[name])  # type: ignore[arg-type]
        else:
            leaves[make("param", (), (index, name), "real")] = np.float64(launch.args[name])  # type: ignore[arg-type]
    return leaves
