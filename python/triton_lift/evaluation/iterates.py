"""Iterates on numpy arrays: one step after the other, all elements of all states at once.

A state is an array: axes for its indices in front, behind them those of the variables around. Points that are through
with their steps before others keep what they have.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from triton_lift.terms.iterates import parts_of
from triton_lift.terms.term import Term

if TYPE_CHECKING:
    from triton_lift.evaluation.terms import Evaluator

Array = Any
Systems = Mapping[
    Term, list[tuple[Array, int]]
]  # by their time: each state's array now, and its number of indices


def iterated(evaluator: Evaluator, t: Term) -> Array:
    """The value of an `iterate`."""
    parts = parts_of(t)
    dims = max((np.ndim(evaluator.leaves.get(leaf, 0)) for leaf in t.free), default=0)
    moments = np.asarray(evaluator(parts.moment))
    places = []
    for s in parts.states:
        count = len(s.indices)
        axes: dict[Term, Array] = {}
        for k, (c, extent) in enumerate(s.indices):
            shape = [1] * (count + dims)
            shape[k] = -1
            axes[c] = np.arange(int(evaluator(extent)), dtype=np.int64).reshape(shape)
        places.append(axes)
    now = []
    for s, axes in zip(parts.states, places, strict=True):
        first = evaluator.inside(axes, {})(s.first)
        now.append((_full(first, axes, dims), len(axes)))
    for number in range(int(moments.max(initial=0))):
        time = np.full((1,) * dims, number, dtype=np.int64)
        following = []
        for s, axes, (before, count) in zip(parts.states, places, now, strict=True):
            step = evaluator.inside({**axes, parts.time: time}, {parts.time: now})(s.next)
            following.append((np.where(number < moments, _full(step, axes, dims), before), count))
        now = following
    return element(now[parts.which], [np.asarray(evaluator(p)) for p in parts.place])


def element(state: tuple[Array, int], indices: list[Array]) -> Array:
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
