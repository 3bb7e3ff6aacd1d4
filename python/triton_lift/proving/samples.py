"""Points that refute hopeless goals before a solver is asked: random ones, and those that the solver came upon.

A goal that fails at a point where all facts hold does not follow from them. This only ever saves time: it never
proves anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from triton_lift.evaluation.terms import OPERATORS
from triton_lift.terms.term import Term

_COUNT = 4096
_EVALUATED = {
    "prod", "fdiv", "fmod", "tdiv", "trem", "imin", "imax", "iabs", "wrap", "pow2", "and", "or", "not", "le0", "eq0",
}  # fmt: skip
_SIZES = np.array(
    [1, 1, 2, 3, 5, 7, 8, 13, 16, 31, 33, 63, 64, 65, 100, 127, 128, 129, 200, 256, 500, 1000, 1024, 1025]
)
_HUGE = 512  # points at which offsets do not fit 32 bits
_HUGE_SIZES = np.array([1 << 16, 1 << 20, 1 << 24, 1 << 30, (1 << 31) - 1, -(1 << 31), -(1 << 20)])
_HUGE_COORDINATES = np.array([0, 1, 31, 100, 1000, 1 << 16])
_ODD = np.array([0, 0, -1, -40, -100])
_COORDINATES = np.array([0, 0, 0, 0, 1, 1, 1, 2, 2, 3, 4, 5, 7, 8, 15, 16, 30, 31, 32, 50, 63, 64, 100])


_KEPT = 24  # points that the solver came upon


class Points:
    """A pool of points; a term's values at all of them are computed once."""

    count: int

    def __init__(self) -> None:
        self._values: dict[Term, Any] = {}

    def refutes(self, facts: list[Term], goal: Term) -> bool:
        """Whether some point satisfies the facts and not the goal."""
        bad = ~self.values(goal)
        for f in facts:
            if not bad.any():
                return False
            bad = bad & self.values(f)
        return bool((bad & self.exact()).any())

    def exact(self) -> Any:
        """At which points nothing that was computed left 64 bits."""
        return True

    def values(self, t: Term) -> Any:
        """The values of an integer or boolean term."""
        found = self._values.get(t)
        if found is None:
            with np.errstate(all="ignore"):
                found = self._values[t] = self._compute(t)
        return found

    def _compute(self, t: Term) -> Any:
        match t.op:
            case "int":
                # Beyond 64 bits any large number refutes as well.
                return np.full(self.count, max(min(t.attr, 1 << 62), -(1 << 62)), dtype=np.int64)
            case "bool":
                return np.full(self.count, t.attr, dtype=bool)
            case "lin":
                *coefficients, constant = t.attr
                total = np.full(self.count, max(min(constant, 1 << 62), -(1 << 62)), dtype=np.int64)
                for c, m in zip(coefficients, t.args, strict=True):
                    total = total + np.int64(max(min(c, 1 << 62), -(1 << 62))) * self.values(m)
                return total
            case "select" if t.sort != "real":
                return np.where(*(self.values(a) for a in t.args))
            case _ if t.op in _EVALUATED:
                return OPERATORS[t.op](t, *(self.values(a) for a in t.args))
            case _:
                return self._leaf(t)

    def _leaf(self, t: Term) -> Any:
        raise NotImplementedError


class Learned(Points):
    """Points at which the solver found a goal to fail; neighbouring questions fail there too."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0
        self._points: list[Mapping[Term, int | bool]] = []
        self._exact: Any = np.ones(0, dtype=bool)

    def learn(self, point: Mapping[Term, int | bool]) -> None:
        """Adds a point, given as the values of leaves."""
        self._points = [*self._points[1 - _KEPT :], point]
        self.count = len(self._points)
        self._values.clear()
        self._exact = np.ones(self.count, dtype=bool)

    def exact(self) -> Any:
        """The solver's points may lie far out, where products of them overflow and anything may seem to hold."""
        return self._exact

    def _compute(self, t: Term) -> Any:
        found = super()._compute(t)
        size: Any = 0.0
        if t.op == "lin":
            *coefficients, constant = t.attr
            parts = zip(coefficients, t.args, strict=True)
            size = abs(float(constant)) + sum(abs(float(c)) * abs(self.values(m) * 1.0) for c, m in parts)
        elif t.op == "prod":
            size = np.prod([abs(self.values(a) * 1.0) for a in t.args], axis=0)
        elif t.op == "pow2":
            size = np.exp2(np.minimum(self.values(t.args[0]) * 1.0, 1000.0))
        elif t.op == "int":
            size = abs(float(t.attr))
        elif t.sort == "int":
            size = abs(found * 1.0)
        self._exact = self._exact & (size < float(1 << 62))
        return found

    def _leaf(self, t: Term) -> Any:
        usual: int | bool = t.sort == "bool" or t.op in ("param", "nprogs")
        limit = 1 << 62
        values = [max(-limit, min(limit, p.get(t, usual))) for p in self._points]
        return np.array(values, dtype=bool if t.sort == "bool" else np.int64)


class Samples(Points):
    """Random points."""

    count = _COUNT

    def __init__(self) -> None:
        super().__init__()
        self._random = np.random.default_rng(20260101)

    def _leaf(self, t: Term) -> Any:
        if t.sort == "bool":
            return self._random.random(_COUNT) < 0.5
        if t.op not in ("param", "nprogs"):
            drawn = self._random.choice(_COORDINATES, _COUNT)
            drawn[-_HUGE:] = self._random.choice(_HUGE_COORDINATES, _HUGE)
            return drawn
        drawn = self._random.choice(_SIZES, _COUNT)
        if t.op == "param":
            # Nothing says that an argument is positive.
            odd = self._random.random(_COUNT) < 0.1
            drawn = np.where(odd, self._random.choice(_ODD, _COUNT), drawn)
        drawn[-_HUGE:] = self._random.choice(_HUGE_SIZES, _HUGE)
        return drawn
