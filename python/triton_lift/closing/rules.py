"""The rules that close recurrences, in the order in which they are tried. Adding one is adding a file and an entry."""

from __future__ import annotations

from collections.abc import Callable

from triton_lift.closing import (
    accumulators,
    compensation,
    counters,
    extrema,
    inductions,
    lastvalues,
    linear,
    matrices,
    means,
    rescaled,
    selection,
)
from triton_lift.closing.recurrence import Recurrence
from triton_lift.terms.term import Term

Rule = Callable[[Recurrence], Term | None]
JointRule = Callable[[Recurrence, rescaled.Companions], Term | None]

RULES: list[tuple[str, Rule]] = [
    ("invariant", inductions.invariant),
    ("linear induction", inductions.linear),
    ("accumulator", accumulators.accumulator),
    ("last value", lastvalues.last_value),
    ("mean of iterations", means.mean_of_iterations),
    ("linear recurrence", linear.linear_recurrence),
    ("shifted extremum", linear.shifted_extremum),
    ("matrix recurrence", matrices.matrix_recurrence),
    ("taken in order", selection.taken_in_order),
]

JOINT_RULES: list[tuple[str, JointRule]] = [
    ("rescaled accumulator", rescaled.rescaled),
    ("place of an extremum", extrema.attained),
    ("running mean", means.running_mean),
    ("compensation", compensation.cancels),
    ("squared deviations", means.squared_deviations),
    ("running counter", counters.running),
]
"""Rules that look at the loop's other states by name instead of their closed forms."""
