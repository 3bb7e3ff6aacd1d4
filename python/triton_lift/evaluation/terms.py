"""Terms on numpy arrays: integers as int64, reals as float64, booleans as bool; indices are broadcast axes."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from fractions import Fraction
from statistics import NormalDist, StatisticsError
from typing import Any

import numpy as np

from triton_lift.evaluation.iterates import States, Systems, element, iterated, iterates
from triton_lift.terms.term import Term, bound_vars, ranges, reduce_body, reduce_guard

Array = Any
_MOST_POINTS = 1 << 28  # of one reduction, for all points around it
_AT_ONCE = 1 << 22  # of these, in memory


def _by_scalars(function: Callable[..., float]) -> Callable[..., Array]:
    """A function of Python's numbers on arrays, nan where it raises."""

    def safe(*values: float) -> float:
        try:
            return function(*values)
        except (ValueError, OverflowError, StatisticsError):
            return math.nan

    return np.vectorize(safe, otypes=[np.float64])


def _normal_quantile(p: Array) -> Array:
    p = np.asarray(p, dtype=np.float64)
    inner = _by_scalars(NormalDist().inv_cdf)(p)
    return np.where(p == 0, -np.inf, np.where(p == 1, np.inf, inner))


def _bessel(order: int) -> Callable[[Array], Array]:
    """Bessel's integral by the trapezoidal rule, exact to rounding for arguments below some hundreds."""
    angles = (np.arange(1024) + 0.5) * (np.pi / 1024)
    return lambda x: np.mean(np.cos(order * angles - np.multiply.outer(x, np.sin(angles))), axis=-1)


FUNCTIONS: dict[str, Callable[..., Array]] = {
    "exp": np.exp,
    "exp2": np.exp2,
    "log": np.log,
    "log2": np.log2,
    "sqrt": np.sqrt,
    "rsqrt": lambda x: 1.0 / np.sqrt(x),
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
    "tanh": np.tanh,
    "erf": _by_scalars(math.erf),
    "abs": np.abs,
    "floor": np.floor,
    "ceil": np.ceil,
    "pow": np.power,
    "clamp": lambda x, low, high: np.minimum(np.maximum(x, low), high),
    "fmod": np.fmod,
    **{
        name: getattr(np, numpy_name)
        for name, numpy_name in {
            "acos": "arccos",
            "acosh": "arccosh",
            "asin": "arcsin",
            "asinh": "arcsinh",
            "atan": "arctan",
            "atanh": "arctanh",
            "atan2": "arctan2",
            "cbrt": "cbrt",
            "cosh": "cosh",
            "sinh": "sinh",
            "expm1": "expm1",
            "log1p": "log1p",
            "log10": "log10",
            "hypot": "hypot",
            "rint": "rint",
            "trunc": "trunc",
        }.items()
    },  # fmt: skip
    "exp10": lambda x: np.power(10.0, x),
    "erfc": _by_scalars(math.erfc),
    "erfcx": lambda x: np.exp(np.square(x)) * _by_scalars(math.erfc)(x),
    "erfinv": lambda x: _normal_quantile((np.asarray(x) + 1) / 2) / math.sqrt(2),
    "erfcinv": lambda x: -_normal_quantile(np.asarray(x) / 2) / math.sqrt(2),
    "normcdf": lambda x: _by_scalars(math.erfc)(-np.asarray(x) / math.sqrt(2)) / 2,
    "normcdfinv": _normal_quantile,
    "j0": _bessel(0),
    "j1": _bessel(1),
    "sinpi": lambda x: np.sin(np.pi * np.fmod(x, 2.0)),
    "cospi": lambda x: np.cos(np.pi * np.fmod(x, 2.0)),
    "remainder": _by_scalars(math.remainder),
    "lgamma": _by_scalars(math.lgamma),
    "tgamma": _by_scalars(math.gamma),
    "round": lambda x: np.sign(x) * np.floor(np.abs(x) + 0.5),
    "rhypot": lambda x, y: 1.0 / np.hypot(x, y),
    "nan": lambda: np.float64("nan"),
}

_FORMATS = {"f16": (np.float16, np.int16), "f32": (np.float32, np.int32), "f64": (np.float64, np.int64)}


def _to_bits(a: Array, name: str) -> Array:
    """Bits of the numbers, rounded to the format, as signed integers; a zero has no sign."""
    if name == "bf16":
        bits = _to_bits(a, "f32") & 0xFFFFFFFF
        bits = (bits + 0x7FFF + ((bits >> 16) & 1)) >> 16
        return bits.astype(np.int16).astype(np.int64)
    number, integer = _FORMATS[name]
    return (np.asarray(a, np.float64) + 0.0).astype(number).view(integer).astype(np.int64)


def _from_bits(a: Array, name: str) -> Array:
    if name == "bf16":
        return _from_bits(np.asarray(a) << 16, "f32")
    number, integer = _FORMATS[name]
    return np.asarray(a).astype(integer).view(number).astype(np.float64)


REDUCERS: dict[str, tuple[Any, Any]] = {
    "add": (np.add, 0),
    "mul": (np.multiply, 1),
    "max": (np.maximum, None),
    "min": (np.minimum, None),
    "and": (np.logical_and, True),
    "or": (np.logical_or, False),
    "xor": (np.logical_xor, False),
    "bitand": (np.bitwise_and, -1),
    "bitor": (np.bitwise_or, 0),
    "bitxor": (np.bitwise_xor, 0),
}


class Evaluator:
    """Evaluates terms under an environment: leaves → values, array numbers → flat arrays.

    Inside of a binder another one knows the binder's variables: what does not speak of them is left to the one around.
    """

    def __init__(
        self,
        leaves: Mapping[Term, Array],
        arrays: Mapping[int, Array],
        systems: Systems | None = None,
        around: Evaluator | None = None,
    ) -> None:
        self.leaves = dict(leaves)
        self.arrays = arrays
        self.systems: Systems = systems or {}
        self.around = around
        self.own: set[Term] = set()  # the variables that the one around does not know
        self.memo: dict[Term, Array] = {}
        self._states: dict[Term, States] = {}

    def inside(self, leaves: Mapping[Term, Array], systems: Systems) -> Evaluator:
        """The same with more leaves, and with states of recurrences."""
        inner = Evaluator(self.leaves, self.arrays, {**self.systems, **systems}, self)
        for v, values in leaves.items():
            inner.bind(v, values)
        inner.own.update(systems)
        return inner

    def bind(self, v: Term, values: Array) -> None:
        """Gives a variable its values; nothing that speaks of it was asked for before."""
        self.leaves[v] = values
        self.own.add(v)

    def __call__(self, t: Term) -> Array:
        if t in self.leaves:
            return self.leaves[t]
        found = self.memo.get(t)
        if found is None:
            if self.around is not None and self.own.isdisjoint(t.free):
                return self.around(t)
            with np.errstate(all="ignore"):
                found = self.memo[t] = self._value(t)
        return found

    def states(self, system: Term) -> States:
        """What all states of a system have come to: once for all of its elements."""
        if self.around is not None and self.own.isdisjoint(system.free):
            return self.around.states(system)
        if system not in self._states:
            self._states[system] = iterates(self, system)
        return self._states[system]

    def _value(self, t: Term) -> Array:
        match t.op:
            case "int":
                if not -(1 << 63) <= t.attr < 1 << 63:
                    raise ValueError(f"cannot evaluate: {t.attr} does not fit 64 bits")
                return np.int64(t.attr)
            case "bool":
                return np.bool_(t.attr)
            case "real":
                value: Fraction = t.attr
                return np.float64(value.numerator / value.denominator)
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
            case "read":
                return self._read(t)
            case "reduce" | "argreduce":
                return self._reduce(t)
            case "ranked" | "argranked":
                return self._ranked(t)
            case "matprod":
                return self._matrix_product(t)
            case "iterate":
                return iterated(self, t)
            case "previous":
                return element(self.systems[t.args[0]][t.attr[0]], [np.asarray(self(a)) for a in t.args[1:]])
            case "rfun":
                name = str(t.attr)
                if name not in FUNCTIONS:
                    raise ValueError(f"cannot evaluate {name}")
                return FUNCTIONS[name](*map(self, t.args))
            case _:
                return OPERATORS[t.op](t, *map(self, t.args))

    def _read(self, t: Term) -> Array:
        number: int = t.attr[0]
        array = self.arrays[number]
        offset = np.asarray(self(t.args[0]))
        if len(array) == 0:
            return np.zeros(offset.shape, dtype=array.dtype)
        # Offsets outside belong to points that a guard excludes.
        return array[np.clip(offset, 0, len(array) - 1)]

    def _reduce(self, t: Term) -> Array:
        """Evaluates on a fresh leading axis per bound variable, as many points at once as memory is meant for."""
        kind: str = t.attr[0]
        if kind in ("argmax", "argmin"):
            inner, mask = self._points(t)
            return self._arg_reduce(t, kind, inner, mask, len(ranges(t)))
        ufunc, neutral = REDUCERS[kind]
        extents, around = self._extents(t)
        v = max(extents, key=lambda u: extents[u][1] - extents[u][0])
        low, high = extents[v]
        points = math.prod(end - start for start, end in extents.values()) * around
        if points > _MOST_POINTS:
            raise ValueError(f"{points} points of a reduction are too many to evaluate")
        length = max(1, (high - low) * _AT_ONCE // max(points, 1))
        found: Array | None = None
        for start in range(low, max(high, low + 1), length):
            part = self._reduced(t, ufunc, neutral, {**extents, v: (start, min(start + length, high))})
            found = part if found is None else ufunc(found, part)
        return found

    def _reduced(self, t: Term, ufunc: Any, neutral: Any, extents: Mapping[Term, tuple[int, int]]) -> Array:
        """A reduction of the points within some extents."""
        inner, mask = self._points(t, extents)
        body = np.asarray(inner(reduce_body(t)))
        if neutral is None:
            highest = ufunc is np.maximum
            if body.dtype.kind == "f":
                neutral = -np.inf if highest else np.inf
            else:
                info = np.iinfo(np.int64)
                neutral = info.min if highest else info.max
        shape = np.broadcast_shapes(
            body.shape, np.shape(mask), *(np.shape(inner.leaves[v]) for v in bound_vars(t))
        )
        full = np.broadcast_to(np.where(mask, body, neutral), shape)
        for _ in ranges(t):
            full = ufunc.reduce(full, axis=0, initial=neutral)
        return full

    def _extents(self, t: Term) -> tuple[dict[Term, tuple[int, int]], int]:
        """Between which numbers a binder's variables run, whatever those around are, and how many points those have.

        Bounds may depend on outer indices and on earlier bound variables.
        """
        dims = self._dims(t)
        inner = self.inside({}, {})
        extents = {}
        for i, (v, low, high) in enumerate(ranges(t)):
            least, greatest = np.asarray(inner(low)), np.asarray(inner(high))
            lo, hi = (int(least.min()), int(greatest.max())) if least.size and greatest.size else (0, 0)
            extents[v] = lo, max(hi, lo)
            inner.bind(v, _axis(lo, hi, dims + i))
        shapes = [np.shape(self.leaves[leaf]) for leaf in t.free if leaf in self.leaves]
        return extents, math.prod(np.broadcast_shapes(*shapes))

    def _dims(self, t: Term) -> int:
        return max((np.ndim(self.leaves.get(leaf, 0)) for leaf in t.free), default=0)

    def _points(
        self, t: Term, extents: Mapping[Term, tuple[int, int]] | None = None
    ) -> tuple[Evaluator, Array]:
        """The points of a binder, one leading axis for each variable, and which of them it is about."""
        if extents is None:
            extents, around = self._extents(t)
            points = math.prod(high - low for low, high in extents.values()) * around
            if points > _MOST_POINTS:
                raise ValueError(f"{points} points of a reduction are too many to evaluate")
        box, dims = ranges(t), self._dims(t)
        inner = self.inside({}, {})
        for i, (v, _, _) in enumerate(box):
            inner.bind(v, _axis(*extents[v], dims + i))
        mask: Array = inner(reduce_guard(t))
        for v, low, high in box:
            mask = mask & (inner(low) <= inner.leaves[v]) & (inner.leaves[v] < inner(high))
        return inner, mask

    def _ranked(self, t: Term) -> Array:
        """The points that count, stably sorted, one after the other; of an integer's least value the order is kept."""
        inner, mask = self._points(t)
        body, rank = np.asarray(inner(reduce_body(t))), np.asarray(self(t.args[-1]))
        variables = [inner.leaves[v] for v in bound_vars(t)]
        shape = np.broadcast_shapes(body.shape, np.shape(mask), *map(np.shape, variables))
        outer = np.broadcast_shapes(shape[len(variables) :], rank.shape)
        shape = (*shape[: len(variables)], *outer)
        points = math.prod(shape[: len(variables)])
        if points == 0:
            return np.zeros(outer, dtype=body.dtype if t.op == "ranked" else np.int64)
        body, counts = (np.broadcast_to(a, shape).reshape(points, *outer) for a in (body, mask))
        keys = body if t.attr[0] == "smallest" else (-body if body.dtype.kind == "f" else ~body)
        order = np.argsort(keys, axis=0, kind="stable")
        order = np.take_along_axis(order, np.argsort(~np.take_along_axis(counts, order, 0), 0, "stable"), 0)
        place = np.clip(np.broadcast_to(rank, outer), 0, points - 1)[np.newaxis]
        chosen = np.take_along_axis(order, place, axis=0)
        values = body if t.op == "ranked" else np.broadcast_to(variables[0], shape)
        return np.take_along_axis(values, chosen, axis=0)[0]

    def _matrix_product(self, t: Term) -> Array:
        """One factor after the other; axes of the leaves behind those of row and column."""
        (v, low, high), (i, _, size), (j, _, _) = ranges(t)
        n, starts, ends = int(self(size)), np.asarray(self(low)), np.asarray(self(high))
        dims = self._dims(t)
        inner = self.inside({}, {})
        inner.bind(i, np.arange(n).reshape(n, 1, *(1,) * dims))
        inner.bind(j, np.arange(n).reshape(1, n, *(1,) * dims))
        identity = (inner.leaves[i] == inner.leaves[j]).astype(np.float64)
        product = identity
        first, last = (int(starts.min()), int(ends.max())) if starts.size and ends.size else (0, 0)
        for number in range(first, last):
            step = inner.inside({v: np.int64(number)}, {})
            here = (starts <= number) & (number < ends)
            factor = np.where(here, step(t.args[10]), identity)
            product = np.einsum("ik...,kj...->ij...", factor, product)
        row, col = (np.clip(np.asarray(self(a)), 0, n - 1) for a in t.args[11:])
        shape = np.broadcast_shapes(product.shape[2:], row.shape, col.shape)
        places = np.ogrid[tuple(slice(0, extent) for extent in shape)]
        whole = np.broadcast_to(product, (n, n, *shape))
        return whole[(np.broadcast_to(row, shape), np.broadcast_to(col, shape), *places)]

    def _arg_reduce(self, t: Term, kind: str, inner: Evaluator, mask: Array, count: int) -> Array:
        body = np.asarray(inner(reduce_body(t)), dtype=np.float64)
        worst = -np.inf if kind == "argmax" else np.inf
        index = inner(t.args[-1])
        shape = np.broadcast_shapes(
            body.shape, np.shape(mask), np.shape(index), *(np.shape(inner.leaves[v]) for v in bound_vars(t))
        )
        best = np.broadcast_to(np.where(mask, body, worst), shape)
        extreme = best
        for axis in range(count):
            pick = np.max if kind == "argmax" else np.min
            extreme = pick(extreme, axis=axis, keepdims=True, initial=worst)
        candidates = np.where((best == extreme) & mask, index, np.iinfo(np.int64).max)
        for _ in range(count):
            candidates = np.min(candidates, axis=0, initial=np.iinfo(np.int64).max)
        return candidates


def _axis(low: int, high: int, behind: int) -> Array:
    """The numbers from low to below high along an axis with so many others behind it."""
    return np.arange(low, max(high, low), dtype=np.int64).reshape((-1,) + (1,) * behind)


def _fold(function: Callable[[Array, Array], Array]) -> Callable[..., Array]:
    def apply(_: Term, first: Array, *rest: Array) -> Array:
        for r in rest:
            first = function(first, r)
        return first

    return apply


def _trunc_div(_: Term, a: Array, b: Array) -> Array:
    b = np.where(b == 0, 1, b)
    return np.sign(a) * np.sign(b) * (np.abs(a) // np.abs(b))


def _nonzero(b: Array) -> Array:
    return np.where(b == 0, 1, b)


def _wrap(t: Term, a: Array) -> Array:
    width: int = t.attr
    if width >= 64:
        return a
    half = 1 << (width - 1)
    return (a + half) % (1 << width) - half


OPERATORS: dict[str, Callable[..., Array]] = {
    "prod": _fold(np.multiply),
    "fdiv": lambda _, a, b: a // _nonzero(b),
    "fmod": lambda _, a, b: a % _nonzero(b),
    "tdiv": _trunc_div,
    "trem": lambda _, a, b: np.fmod(a, _nonzero(b)),
    "imin": _fold(np.minimum),
    "imax": _fold(np.maximum),
    "iabs": lambda _, a: np.abs(a),
    "wrap": _wrap,
    "pow2": lambda _, a: np.left_shift(np.int64(1), np.clip(a, 0, 62)),
    "bitand": _fold(np.bitwise_and),
    "bitor": _fold(np.bitwise_or),
    "bitxor": _fold(np.bitwise_xor),
    "fptoint": lambda _, a: np.trunc(np.nan_to_num(a)).astype(np.int64),
    "tobits": lambda t, a: _to_bits(a, t.attr),
    "frombits": lambda t, a: _from_bits(a, t.attr),
    "toreal": lambda _, a: np.asarray(a, dtype=np.float64),
    "radd": _fold(np.add),
    "rmul": _fold(np.multiply),
    "rdiv": lambda _, a, b: a / b,
    "rmin": _fold(np.minimum),
    "rmax": _fold(np.maximum),
    "provided": lambda _, value, condition: value,
    "and": _fold(np.logical_and),
    "or": _fold(np.logical_or),
    "not": lambda _, a: np.logical_not(a),
    "le0": lambda _, a: a <= 0,
    "eq0": lambda _, a: a == 0,
    "rlt": lambda _, a, b: a < b,
    "rle": lambda _, a, b: a <= b,
    "req": lambda _, a, b: a == b,
}
