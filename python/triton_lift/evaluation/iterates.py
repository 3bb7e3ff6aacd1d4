"""Iterates on numpy arrays: one step after the other, all elements of all states at once.

A state is an array: axes for its indices in front, behind them those of the variables around. Where it is asked for at
several moments, what it is at each of them has an axis before these.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from triton_lift.terms import integers as ints
from triton_lift.terms.iterates import parts_of
from triton_lift.terms.term import Term

if TYPE_CHECKING:
    from triton_lift.evaluation.terms import Evaluator

Array = Any
State = tuple[Array, int]  # its values now, and its number of indices
Systems = Mapping[Term, list[State]]  # by their time
_MOST_ELEMENTS = 1 << 26  # of all states at all moments that are asked for


@dataclass(frozen=True)
class States:
    """All states of a system at the moments that are asked for, those in ascending order."""

    moments: Array
    values: list[State]


def iterated(evaluator: Evaluator, t: Term) -> Array:
    """The value of an `iterate`."""
    parts = parts_of(t)
    zeros = (ints.ZERO,) * len(parts.states[0].indices)
    states = evaluator.states(replace(parts, which=0, place=zeros).term)
    moment = np.searchsorted(states.moments, np.asarray(evaluator(parts.moment)))
    values, count = states.values[parts.which]
    return element((values, 1 + count), [moment, *(np.asarray(evaluator(p)) for p in parts.place)])


def iterates(evaluator: Evaluator, system: Term) -> States:
    """All states of a system, at all moments that the evaluator's points have for it."""
    parts = parts_of(system)
    dims = max((np.ndim(evaluator.leaves.get(leaf, 0)) for leaf in system.free), default=0)
    moments = np.unique(np.maximum(evaluator(parts.moment), 0))
    places = []
    for s in parts.states:
        count = len(s.indices)
        axes: dict[Term, Array] = {}
        for k, (c, extent) in enumerate(s.indices):
            shape = [1] * (count + dims)
            shape[k] = -1
            axes[c] = np.arange(int(evaluator(extent)), dtype=np.int64).reshape(shape)
        places.append(axes)
    # What a step says of a state's elements without its time and its states is computed once.
    around = [evaluator.inside(axes, {}) for axes in places]
    now = [
        (_full(here(s.first), axes, dims), len(axes))
        for s, axes, here in zip(parts.states, places, around, strict=True)
    ]
    kept: list[list[Array]] = [[] for _ in parts.states]
    size = 0
    for number in range(int(moments.max(initial=0)) + 1):
        if number in moments:
            for history, (values, _) in zip(kept, now, strict=True):
                history.append(values)
                size += np.size(values)
            if size > _MOST_ELEMENTS:
                raise ValueError("the states of a recurrence at all moments are too many to evaluate")
        if number == moments.max(initial=0):
            break
        time = np.full((1,) * dims, number, dtype=np.int64)
        now = [
            (_full(here.inside({parts.time: time}, {parts.time: now})(s.next), axes, dims), len(axes))
            for s, axes, here in zip(parts.states, places, around, strict=True)
        ]
    return States(
        moments,
        [
            (np.stack(np.broadcast_arrays(*history)), count)
            for history, (_, count) in zip(kept, now, strict=True)
        ],
    )


def element(state: State, indices: list[Array]) -> Array:
    """A state's elements at some places, for each point of the axes behind its own."""
    values, count = state
    rest = values.shape[count:]
    inside = [np.clip(i, 0, n - 1) for i, n in zip(indices, values.shape, strict=False)]
    behind = []
    for k, size in enumerate(rest):
        shape = [1] * len(rest)
        shape[k] = -1
        behind.append(np.arange(size).reshape(shape))
    # An axis of size 1 is the same for all points: its only index goes with any of them.
    return values[(*inside, *behind)] if inside or behind else values


def _full(values: Array, axes: Mapping[Term, Array], dims: int) -> Array:
    """The values with all axes, those of the state's own indices in full."""
    shape = np.broadcast_shapes(
        np.shape(values), (1,) * (len(axes) + dims), *(a.shape for a in axes.values())
    )
    return np.broadcast_to(values, shape)
