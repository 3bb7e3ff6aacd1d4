"""Looks for a launch on which a guess is wrong."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from triton_lift.evaluation.program import ProgramOutput
from triton_lift.evaluation.terms import Evaluator
from triton_lift.guess_result import Counterexample
from triton_lift.guesses.claims import Claims
from triton_lift.guesses.launches import Run
from triton_lift.guesses.points import points
from triton_lift.guesses.readings import Reading, moved
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms.substitution import substitute
from triton_lift.terms.term import Term, ranges, subterms
from triton_lift.witness import plain

# Of two real values, relative to the larger: what is less may be rounding of the evaluation.
_CERTAIN = 1e-7
_MOST_WORK = 1 << 23


class CloseError(Exception):
    """A difference so small that the kernel's own rounding hides it."""

    def __init__(self, relative: float) -> None:
        self.relative = relative
        super().__init__(
            f"it differs from the lifted value by {relative:.1g} of it, less than the kernel rounds"
        )


def counterexample(
    reading: Reading, claims: Claims, runs: Iterable[Run]
) -> tuple[Counterexample | None, int]:
    """The first element of a run that is not what the reading says; on how many runs it was evaluated.

    Raises CloseError.
    """
    close: float | None = None
    evaluated = 0
    for run in runs:
        for output, indices in _outputs(reading):
            try:
                found = _on_run(reading, claims, run, output, indices)
            except CloseError as error:
                close = close or error.relative
                continue
            except (ArithmeticError, ValueError, KeyError, MemoryError, RecursionError):
                break  # what cannot be evaluated shows nothing
            if found is not None:
                return found, evaluated + 1
        else:
            evaluated += 1
    if close is not None:
        raise CloseError(close)
    return None, evaluated


def _outputs(reading: Reading) -> list[tuple[ProgramOutput, tuple[Term, ...]]]:
    """What the statement says is written, and the indices of its left side."""
    number = reading.aligned[0][0].array
    if reading.facts is not None:
        variables = tuple(reading.variables.values())
        below = tuple(bools.le(ints.ZERO, v) for v in variables)
        output = ProgramOutput(number, variables, below + reading.facts, reading.offset, reading.value)
        return [(output, variables)]
    found = []
    for store, solution in reading.aligned:
        value = moved(reading, reading.value, solution)
        named = tuple(substitute(v, solution) for v in reading.variables.values())
        found.append((ProgramOutput(number, store.variables, store.reached, store.offset, value), named))
    return found


def _on_run(
    reading: Reading, claims: Claims, run: Run, output: ProgramOutput, indices: tuple[Term, ...]
) -> Counterexample | None:
    found = points(output, run.leaves, run.arrays)
    if found is None:
        return None
    value, mask = found
    if _points(output.value, value) * mask.size > _MOST_WORK:
        raise ValueError("too much to evaluate")
    name = claims.program.params[output.array][0]
    kernel, lifted = run.kernel[name], run.lifted[name]
    offsets = np.broadcast_to(value(output.offset), mask.shape)
    mask &= (offsets >= 0) & (offsets < len(kernel))
    if not mask.any():
        return None
    elements = offsets[mask]
    said = np.broadcast_to(value(output.value), mask.shape)[mask].astype(np.float64)
    done, exact = kernel[elements].astype(np.float64), lifted[elements].astype(np.float64)
    with np.errstate(all="ignore"):
        # What several points of the lift write has no one value to be compared with.
        usable = np.isfinite(done) & np.isfinite(exact) & (run.writers[name][elements] < 2)
        apart = np.where(np.isfinite(said), np.abs(said - exact), np.inf)
        size = np.maximum(np.maximum(np.abs(np.where(np.isfinite(said), said, 0)), np.abs(exact)), 1e-3)
        differs = usable & (apart > _CERTAIN * size)
        shows = differs & (np.abs(done - exact) < apart / 4)
    if not shows.any():
        if differs.any():
            raise CloseError(float((apart / size)[differs].max()))
        return None
    first = int(np.flatnonzero(shows)[0])
    place = tuple(axis[first] for axis in np.nonzero(mask))[: len(output.variables)]
    where = Evaluator(
        {**run.leaves, **{v: np.int64(p) for v, p in zip(output.variables, place, strict=True)}}, run.arrays
    )
    return Counterexample(
        list(run.launch.grid),
        dict(run.launch.args),
        name,
        [int(where(i)) for i in _left_side(reading, indices)],
        int(elements[first]),
        plain(_number(kernel[elements[first]])),
        plain(_number(said[first]) if kernel.dtype.kind == "f" else _number(said[first], whole=True)),
    )


def _points(root: Term, value: Evaluator) -> float:
    """About how many points the reductions inside have, one in the other."""
    inside: dict[Term, float] = {}
    for t in subterms([root]):
        points = max((inside[a] for a in t.args), default=1.0)
        if t.op in ("reduce", "argreduce"):
            for _, low, high in ranges(t):
                free = low.free | high.free
                if all(v in value.leaves for v in free):  # else its bounds are within those of another
                    points *= max(1.0, float(np.max(value(high)) - np.min(value(low))))
        inside[t] = points
    return inside[root]


def _left_side(reading: Reading, indices: tuple[Term, ...]) -> list[Term]:
    """The indices of the statement's left side, its own variables as given."""
    to = dict(zip(reading.variables.values(), indices, strict=True))
    return [substitute(i, to) for i in reading.indices]


def _number(value: Any, *, whole: bool = False) -> Any:
    number = value.item()
    return int(number) if whole and number == number and abs(number) != float("inf") else number
