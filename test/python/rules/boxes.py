"""Integer and boolean terms at all points of a small box at once."""

from __future__ import annotations

from typing import Any

import numpy as np

from triton_lift.evaluation.terms import Evaluator
from triton_lift.terms.term import Term, subterms


class Box:
    """All assignments of low … high − 1 to the leaves."""

    def __init__(self, leaves: list[Term], low: int, high: int) -> None:
        axes = np.meshgrid(*[np.arange(low, high, dtype=np.int64)] * len(leaves), indexing="ij")
        self.points = dict(zip(leaves, (a.ravel() for a in axes), strict=False))
        self.size = (high - low) ** len(leaves)

    def values(self, t: Term) -> Any:
        """The term's value at each point (unspecified where a divisor is 0)."""
        return np.broadcast_to(Evaluator(self.points, {})(t), (self.size,))

    def defined(self, *terms: Term) -> Any:
        """Where no divisor inside the terms is 0."""
        mask = np.ones(self.size, dtype=bool)
        for u in subterms(terms):
            if u.op in ("fdiv", "fmod", "tdiv", "trem"):
                mask &= self.values(u.args[1]) != 0
        return mask

    def where(self, *facts: Term) -> Any:
        """Where all facts are defined and hold."""
        mask = self.defined(*facts)
        for f in facts:
            mask = mask & self.values(f)
        return mask

    def counterexamples(self, facts: list[Term], goal: Term) -> list[dict[Term, int]]:
        """The points where the facts hold and the goal does not."""
        bad = np.flatnonzero(self.where(*facts) & self.defined(goal) & ~self.values(goal))
        return [{leaf: int(column[i]) for leaf, column in self.points.items()} for i in bad[:5]]
