"""The points of an output on one launch."""

from __future__ import annotations

from typing import Any

import numpy as np

from triton_lift.evaluation.program import ProgramOutput, bounding_box
from triton_lift.evaluation.terms import Evaluator
from triton_lift.terms.term import Term

_MOST_POINTS = 1 << 18


def points(
    output: ProgramOutput, leaves: dict[Term, Any], arrays: dict[int, Any]
) -> tuple[Evaluator, Any] | None:
    """What evaluates terms at all points of a box around the output's, and which of these are its own; None if there
    are none. An output without variables has one point. Raises ValueError for too many."""
    box = bounding_box(output, leaves, arrays)
    if any(size <= 0 for size in box):
        return None
    if np.prod(box, dtype=np.float64) > _MOST_POINTS:
        raise ValueError("too many points")
    at = dict(leaves)
    for i, (v, size) in enumerate(zip(output.variables, box, strict=True)):
        at[v] = np.arange(size, dtype=np.int64).reshape((size,) + (1,) * (len(box) - 1 - i))
    value = Evaluator(at, arrays)
    mask = np.ones(tuple(box) or (1,), dtype=bool)
    for c in output.constraints:
        mask &= value(c)
    return (value, mask) if mask.any() else None
