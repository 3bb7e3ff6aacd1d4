"""The meaning of terms, computed one point at a time in exact arithmetic: what the brute-force tests compare with.

Integers are Python's, reals are fractions or ±inf (floats where a function like exp leaves the rationals). What has no
value raises Undefined: inf − inf, 0 · inf, x / 0, an integer divided by 0, the maximum of no integers. Only what is
needed is computed: the branch that a selection takes, the points that a guard admits.
"""

from __future__ import annotations

import math
import operator
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import reduce
from itertools import product
from typing import Any

from triton_lift.terms.iterates import State, parts_of
from triton_lift.terms.term import Term, make, ranges, reduce_body, reduce_guard

Value = Any
Point = Mapping[Term, Value]
INF = math.inf


class Undefined(Exception):
    """The term has no value at this point."""


class TooLarge(Undefined, OverflowError):
    """The exponential of a number that is finite, as it is, but no float any more."""


class DividedByZero(Undefined):
    """An integer division by 0: the machine gives some integer."""


def exact(t: Term, point: Point, arrays: Mapping[int, Sequence[Value]] | None = None) -> Value:
    """The value of `t` where leaves have the values of `point`. Raises Undefined."""
    return _Reading(arrays or {}).value(t, dict(point))


class _Reading:
    def __init__(self, arrays: Mapping[int, Sequence[Value]]) -> None:
        self.arrays = arrays

    def value(self, t: Term, point: dict[Term, Value]) -> Value:
        if t in point:
            return point[t]
        match t.op:
            case "int" | "bool" | "real":
                return t.attr
            case "inf":
                return t.attr * INF
            case "select":
                return self.value(t.args[1] if self.value(t.args[0], point) else t.args[2], point)
            case "and":
                return all(self.value(a, point) for a in t.args)
            case "or":
                return any(self.value(a, point) for a in t.args)
            case "read":
                return self.arrays[t.attr[0]][self.value(t.args[0], point)]
            case "reduce":
                kind = t.attr[0]
                values = [self.value(reduce_body(t), p) for p in self.points(t, point)]
                return fold(kind, t.sort, values)
            case "argreduce":
                pairs = [
                    (self.value(reduce_body(t), p), self.value(t.args[-1], p)) for p in self.points(t, point)
                ]
                if not pairs:
                    raise Undefined
                best = (max if t.attr[0] == "argmax" else min)(v for v, _ in pairs)
                return min(i for v, i in pairs if v == best)
            case "lin":
                *coefficients, constant = t.attr
                return constant + sum(
                    c * self.value(m, point) for c, m in zip(coefficients, t.args, strict=False)
                )
            case "matprod":
                return self.matrix_product(t, point)
            case "iterate":
                return self.iterate(t, point)
            case "previous":
                system = make("var", (), ("system", t.args[0].attr[1]))
                return point[system][t.attr[0]][tuple(self.value(a, point) for a in t.args[1:])]
            case "provided":
                witness = self.value(t.args[1], point)
                if witness is False or abs(witness) == INF:
                    raise Undefined
                return self.value(t.args[0], point)
            case "rfun":
                return function(t.attr, *(self.value(a, point) for a in t.args))
            case _:
                return OPERATORS[t.op](t.attr, *(self.value(a, point) for a in t.args))

    def matrix_product(self, t: Term, point: dict[Term, Value]) -> Value:
        (v, low, high), (i, _, size), (j, _, _) = ranges(t)
        n = self.value(size, point)
        rows = [[Fraction(a == b) for b in range(n)] for a in range(n)]
        for k in range(self.value(low, point), self.value(high, point)):
            m = [[self.value(t.args[10], {**point, v: k, i: a, j: b}) for b in range(n)] for a in range(n)]
            rows = [[total([mul(m[a][c], rows[c][b]) for c in range(n)]) for b in range(n)] for a in range(n)]
        return rows[self.value(t.args[11], point)][self.value(t.args[12], point)]

    def iterate(self, t: Term, point: dict[Term, Value]) -> Value:
        """All elements of all states, step by step; one that has no value makes those undefined that need it."""
        parts = parts_of(t)
        system = make("var", (), ("system", parts.time.attr[1]))
        now = [_Elements(self, s, s.first, point) for s in parts.states]
        for number in range(self.value(parts.moment, point)):
            there = {**point, parts.time: number, system: now}
            now = [_Elements(self, s, s.next, there) for s in parts.states]
        return now[parts.which][tuple(self.value(p, point) for p in parts.place)]

    def points(self, t: Term, point: dict[Term, Value]) -> Iterator[dict[Term, Value]]:
        found = [point]
        for v, low, high in ranges(t):
            found = [{**p, v: i} for p in found for i in range(self.value(low, p), self.value(high, p))]
        return (p for p in found if self.value(reduce_guard(t), p))


class _Elements(dict[tuple[int, ...], Value]):
    """A state's elements, computed when they are needed."""

    def __init__(self, reading: _Reading, state: State, value: Term, point: dict[Term, Value]) -> None:
        super().__init__()
        self.reading, self.state, self.term, self.point = reading, state, value, point

    def __missing__(self, index: tuple[int, ...]) -> Value:
        inside = self.point
        for (c, extent), i in zip(self.state.indices, index, strict=True):
            if not 0 <= i < self.reading.value(extent, self.point):
                raise Undefined
            inside = {**inside, c: i}
        self[index] = self.reading.value(self.term, inside)
        return self[index]


def add(a: Value, b: Value) -> Value:
    """a + b over the extended reals."""
    if {a, b} == {INF, -INF}:
        raise Undefined
    return a + b


def mul(a: Value, b: Value) -> Value:
    """a · b over the extended reals."""
    if {abs(a), abs(b)} == {0, INF}:
        raise Undefined
    if INF in (abs(a), abs(b)):
        return INF if (a > 0) == (b > 0) else -INF
    return a * b


def div(a: Value, b: Value) -> Value:
    """a / b over the extended reals."""
    if b == 0 or abs(a) == abs(b) == INF:
        raise Undefined
    if abs(b) == INF:
        return Fraction(0)
    if abs(a) == INF:
        return a if b > 0 else -a
    return Fraction(a) / Fraction(b) if not isinstance(a, float) and not isinstance(b, float) else a / b


def fdiv(a: int, b: int) -> int:
    """⌊a / b⌋."""
    if b == 0:
        raise DividedByZero
    return a // b


def fmod(a: int, b: int) -> int:
    """a − b·⌊a / b⌋."""
    return a - b * fdiv(a, b)


def tdiv(a: int, b: int) -> int:
    """a / b rounded toward zero."""
    if b == 0:
        raise DividedByZero
    return int(Fraction(a, b))


def trem(a: int, b: int) -> int:
    """The remainder with the dividend's sign."""
    return a - b * tdiv(a, b)


def wrap(a: int, width: int) -> int:
    """The two's-complement reading of the low bits."""
    low = a & ((1 << width) - 1)
    return low - (1 << width) if low >> (width - 1) else low


def pow2(a: int) -> int:
    """2 to the power a."""
    if a < 0:
        raise Undefined
    return 1 << a


def function(name: str, *args: Value) -> Value:
    """A named real function, where it is defined and finite or has a limit at ±inf."""
    if name not in _FUNCTIONS:
        raise Undefined
    return _FUNCTIONS[name](*args)


def _exp(x: Value) -> Value:
    if 700 <= x < INF:
        raise TooLarge
    return Fraction(0) if x == -INF else Fraction(1) if x == 0 else math.exp(x) if x < INF else INF


def _sqrt(x: Value) -> Value:
    if x < 0:
        raise Undefined
    root = math.sqrt(x)
    return Fraction(int(root)) if root in (0, 1, 2, 3) else root


def _log(x: Value) -> Value:
    if x <= 0:
        raise Undefined
    return math.log(x)


_FUNCTIONS: dict[str, Callable[..., Value]] = {
    "exp": _exp,
    "exp2": lambda x: _exp(x) if x in (0, INF, -INF) else 2.0**x,
    "sqrt": _sqrt,
    "log": _log,
    "rsqrt": lambda x: div(Fraction(1), _sqrt(x)),
    "abs": abs,
    "pow": lambda x, n: Fraction(x) ** int(n) if x or n >= 0 else div(Fraction(1), Fraction(0)),
    "tanh": lambda x: math.tanh(x) if x else Fraction(0),
}

OPERATORS: dict[str, Callable[..., Value]] = {
    "prod": lambda _, *a: math.prod(a),
    "fdiv": lambda _, a, b: fdiv(a, b),
    "fmod": lambda _, a, b: fmod(a, b),
    "tdiv": lambda _, a, b: tdiv(a, b),
    "trem": lambda _, a, b: trem(a, b),
    "imin": lambda _, *a: min(a),
    "imax": lambda _, *a: max(a),
    "iabs": lambda _, a: abs(a),
    "wrap": lambda width, a: wrap(a, width),
    "pow2": lambda _, a: pow2(a),
    "bitand": lambda _, *a: reduce(operator.and_, a),
    "bitor": lambda _, *a: reduce(operator.or_, a),
    "bitxor": lambda _, *a: reduce(operator.xor, a),
    "toreal": lambda _, a: Fraction(a),
    "radd": lambda _, *a: total(a),
    "rmul": lambda _, *a: reduce(mul, sorted(a, key=lambda x: abs(x) == INF)),
    "rdiv": lambda _, a, b: div(a, b),
    "rmin": lambda _, *a: min(a),
    "rmax": lambda _, *a: max(a),
    "not": lambda _, a: not a,
    "le0": lambda _, a: a <= 0,
    "eq0": lambda _, a: a == 0,
    "rlt": lambda _, a, b: a < b,
    "rle": lambda _, a, b: a <= b,
    "req": lambda _, a, b: a == b,
}


def total(values: Sequence[Value]) -> Value:
    """The sum of extended reals, undefined if both infinities take part."""
    return reduce(add, values, Fraction(0))


_FOLDS: dict[tuple[str, str], Callable[[Sequence[Value]], Value]] = {
    ("add", "int"): sum,
    ("add", "real"): total,
    ("mul", "int"): math.prod,
    ("mul", "real"): lambda values: reduce(mul, values, Fraction(1)),
    ("max", "real"): lambda values: max(values, default=-INF),
    ("min", "real"): lambda values: min(values, default=INF),
    ("and", "bool"): all,
    ("or", "bool"): any,
    ("xor", "bool"): lambda values: sum(values) % 2 == 1,
    ("bitand", "int"): lambda values: reduce(operator.and_, values, -1),
    ("bitor", "int"): lambda values: reduce(operator.or_, values, 0),
    ("bitxor", "int"): lambda values: reduce(operator.xor, values, 0),
}


def fold(kind: str, sort: str, values: Sequence[Value]) -> Value:
    """The reduction of a list."""
    if (kind, sort) in (("max", "int"), ("min", "int")):
        return max(values, default=-(1 << 64)) if kind == "max" else min(values, default=1 << 64)
    return _FOLDS[kind, sort](values)


def points(leaves: Mapping[Term, Sequence[Value]]) -> Iterator[dict[Term, Value]]:
    """All assignments of the given values to the leaves."""
    names = list(leaves)
    return (dict(zip(names, values, strict=False)) for values in product(*leaves.values()))


def pool(count: int, leaves: Mapping[Term, Sequence[Value]]) -> list[dict[Term, Value]]:
    """Points drawn once and for all: the same in each run."""
    draw = random.Random(7)
    return [{leaf: draw.choice(values) for leaf, values in leaves.items()} for _ in range(count)]


def same(a: Value, b: Value) -> bool:
    """Equality; up to rounding where a function has left the rationals."""
    if isinstance(a, float) or isinstance(b, float):
        return a == b or math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-9)
    return bool(a == b)
