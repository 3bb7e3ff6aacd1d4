"""Concrete runs of a system: its states, and every term that a closed form may be made of, at a few random points.

Integers are machine integers, reals dyadic numbers with few digits in float64: their sums, products and extrema are
exact, quotients nearly. Array elements are a random function of the offset. What is drawn for a leaf depends on the
leaf alone, so the same system gives the same runs.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from triton_lift.evaluation.terms import FUNCTIONS, OPERATORS, REDUCERS
from triton_lift.synthesis.ranking import Ranking
from triton_lift.synthesis.system import System
from triton_lift.terms.term import Term, ranges, reduce_body, reduce_guard, subterms

Array = Any
POINTS = 48
TIMES = 5
_TABLE = 257
_WIDEST = 24
_INTEGERS = np.array([-6, -1, 0, 1, 2, 3, 4, 5, 7, 9, 12, 33, 150, 1000, 5000, 20000])
_REALS = np.array([k / 4 for k in range(-12, 13) if k] + [-20.0, -9.5, 8.5, 12.0, 15.0, 23.0])
_SMALL = np.array([1, 2, 3, 4, 5, 6, 7, 9])


class Unsampled(Exception):
    """A term that has no values here."""


class Samples:
    """Values of terms at all points (rows) and times 0 … TIMES (columns); `var` is the time."""

    def __init__(
        self, ranking: Ranking, times: Mapping[Term, Array], given: Callable[[Term], bool] = lambda _: False
    ) -> None:
        """`given`: whether a condition does not depend on the states."""
        self.ranking, self.given = ranking, given
        self.times = dict(times)
        self._memo: dict[Term, Array] = {}
        self._axes = 0

    def __call__(self, t: Term) -> Array:
        found = self.times.get(t)
        if found is None:
            found = self._memo.get(t)
        if found is None:
            with np.errstate(all="ignore"):
                found = self._memo[t] = self._value(t)
        return found

    def _value(self, t: Term) -> Array:
        match t.op:
            case "int":
                return np.int64(max(min(t.attr, 1 << 62), -(1 << 62)))
            case "bool":
                return np.bool_(t.attr)
            case "real":
                return np.float64(t.attr.numerator / t.attr.denominator)
            case "inf":
                return np.float64(t.attr) * np.inf
            case "lin":
                *coefficients, constant = t.attr
                total: Array = np.int64(constant)
                for c, m in zip(coefficients, t.args, strict=True):
                    total = total + np.int64(c) * self(m)
                return total
            case "select":
                return np.where(self(t.args[0]), self(t.args[1]), self(t.args[2]))
            case "rfun" if t.attr in FUNCTIONS:
                return FUNCTIONS[t.attr](*map(self, t.args))
            case "reduce":
                return self._reduce(t)
            case "argreduce" if self.given(t):
                return self._drawn(t, tuple(sorted(t.free, key=self.ranking.label)))
            case "argreduce" | "ranked" | "argranked" | "foldresult" | "provided":
                raise Unsampled
            case "le0" | "eq0" | "rlt" | "rle" | "req" if self.given(t) and not _about_time(t):
                return self._truth(t, *map(self, t.args))
            case _ if t.op in OPERATORS:
                return OPERATORS[t.op](t, *map(self, t.args))
            case _:
                return self._drawn(t, t.args)

    def _drawn(self, t: Term, args: tuple[Term, ...]) -> Array:
        """A random number for a leaf, a random function of its arguments for a read and the like."""
        shape = (_TABLE,) if args else (POINTS, 1)
        random = np.random.default_rng(zlib.crc32(self.ranking.label(t).encode()))
        if t.sort == "bool":
            drawn = random.random(shape) < 0.5
        elif t.sort == "int":
            drawn = random.choice(_SMALL if args else _INTEGERS, shape).astype(np.int64)
        else:
            drawn = random.choice(_REALS, shape)
        if not args:
            return drawn
        place = np.arange(POINTS, dtype=np.int64).reshape(POINTS, 1)
        for a in args:
            place = place * 1000003 + np.asarray(self(a)).astype(np.int64)
        return drawn[_hashed(place)]

    def _truth(self, t: Term, a: Array, b: Array | int = 0) -> Array:
        """Some predicate of what is compared and of where: real conditions hardly ever change in a short run.

        x ≤ 0 and 1 − x ≤ 0 stay each other's opposite.
        """
        table = np.random.default_rng(zlib.crc32(t.op.encode())).random(_TABLE) < 0.5
        place: Array = np.arange(POINTS).reshape(POINTS, 1) * 7
        for v in t.free:
            place = place + 3 * np.asarray(self(v))
        if t.op == "le0":
            return table[_hashed(place + 16 * np.maximum(a, 1 - a))] ^ (np.asarray(a) > 0)
        return table[_hashed(place + 16 * np.asarray(a) + 160 * np.asarray(b))]

    def _reduce(self, t: Term) -> Array:
        inner = Samples(self.ranking, self.times, self.given)
        inner._axes = self._axes
        mask: Array = np.bool_(True)
        for v, low, high in ranges(t):
            first, last = np.asarray(inner(low)), np.asarray(inner(high))
            start = int(np.min(first)) if first.size else 0
            width = min(max(int(np.max(last - first, initial=0)), 0), _WIDEST)
            inner._axes += 1
            steps = np.arange(width, dtype=np.int64).reshape((width,) + (1,) * (inner._axes + 1))
            inner.times[v] = steps + (first if first.ndim else start)
            mask = mask & (inner.times[v] < last)
        mask = mask & inner(reduce_guard(t))
        body = np.asarray(inner(reduce_body(t)))
        ufunc, neutral = REDUCERS[t.attr[0]]
        if neutral is None:
            low_end, high_end = (-np.inf, np.inf) if t.sort == "real" else (-(1 << 62), 1 << 62)
            neutral = low_end if t.attr[0] == "max" else high_end
        count = len(ranges(t))
        shape = np.broadcast_shapes(
            body.shape, np.shape(mask), *(np.shape(inner.times[v]) for v, _, _ in ranges(t))
        )
        full = np.broadcast_to(np.where(mask, body, neutral), shape)
        for _ in range(count):
            full = ufunc.reduce(full, axis=0, initial=neutral)
        return full


def _about_time(t: Term) -> bool:
    """Whether nothing but iterations and numbers is in it."""
    return not any(u.op not in ("var", "int") and not u.args or u.op == "read" for u in subterms([t]))


def _hashed(values: Array) -> Array:
    return (np.asarray(values).astype(np.int64) * 40503 >> 3) % _TABLE


def run(system: System, samples: Samples) -> list[Array]:
    """The states' values at times 0 … TIMES, one array for each."""
    now = [samples(i) + np.zeros((POINTS, 1), dtype=_dtype(i)) for i in system.inits]
    columns: list[list[Array]] = [[x] for x in now]
    for moment in range(TIMES):
        at = Samples(samples.ranking, {system.var: np.full((POINTS, 1), moment)}, samples.given)
        at.times.update(zip(system.states, now, strict=True))
        now = [at(s) + np.zeros((POINTS, 1), dtype=_dtype(s)) for s in system.steps]
        for column, value in zip(columns, now, strict=True):
            column.append(value)
    return [np.concatenate(c, axis=1) for c in columns]


def _dtype(t: Term) -> Any:
    return {"int": np.int64, "real": np.float64, "bool": np.bool_}[t.sort]
