"""Random arguments for kernels that nobody wrote an example for: from a recorded launch, or guessed.

Only a differential test uses this, so a bad guess costs a draw, never a wrong answer.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Grid = tuple[int, int, int]

MAX_PROGRAMS = 64
SMALL_ARRAY, LARGE_ARRAY = 1 << 14, 1 << 21  # elements of arrays whose shape is not known
_NUMPY = {"f64": np.float64, "i8": np.int8, "i16": np.int16, "i32": np.int32, "i64": np.int64, "i1": np.bool_}
_SIZES = (1, 2, 3, 5, 7, 8, 13, 16, 17, 24, 31, 33, 40)


@dataclass(frozen=True)
class Parameter:
    """A kernel argument as the IR has it; `type` is `ptr<f32>`, `i32` and the like."""

    name: str
    type: str
    divisibility: int = 1


@dataclass
class Draw:
    """One choice of arguments. `seed` repeats it."""

    seed: int
    args: dict[str, Any]
    grid: Grid


@dataclass
class Launch:
    """A recorded launch: the tensors' shapes and strides, the scalars, the grid."""

    args: dict[str, Any] = field(default_factory=dict)
    grid: Grid | None = None
    compiled_in: frozenset[int] = frozenset()  # sizes that the IR has as constants

    @classmethod
    def from_record(cls, record: dict[str, Any] | None) -> Launch:
        """From one line of an `index.jsonl`; without a launch in it, everything is guessed."""
        if record is None or not record.get("args"):
            return cls()
        x, y, z = (*(record.get("grid") or (1,)), 1, 1)[:3]
        constants = frozenset(c for c in record["constexprs"].values() if type(c) is int)
        return cls(record["args"], (int(x), int(y), int(z)), constants)

    @property
    def tensors(self) -> list[dict[str, Any]]:
        return [a for a in self.args.values() if isinstance(a, dict) and a.get("t") == "tensor"]


def draw(parameters: list[Parameter], launch: Launch, seed: int, elements: int = SMALL_ARRAY) -> Draw:
    """Arguments and a grid. Seed 0 is the recorded launch itself where it is small; others change its sizes.
    An array whose shape is not known gets this many `elements`."""
    rng = np.random.default_rng(seed)
    changed = _changed_numbers(parameters, launch, rng, as_recorded=seed == 0)
    args: dict[str, Any] = {}
    strides = _guessed_strides(parameters, rng)
    for p in parameters:
        recorded = launch.args.get(p.name)
        if p.type.startswith("ptr"):
            args[p.name] = _array(p, recorded, changed, rng, seed, elements)
        elif isinstance(recorded, (bool, int, float)):
            args[p.name] = changed.get(recorded, recorded) if type(recorded) is int else recorded
        elif p.name in strides:
            args[p.name] = strides[p.name]
        else:
            args[p.name] = _scalar(p, rng)
    return Draw(seed, args, _grid(launch, changed, rng))


def _changed_numbers(
    parameters: list[Parameter], launch: Launch, rng: np.random.Generator, as_recorded: bool
) -> dict[int, int]:
    """New values for the numbers of a launch: each size smaller, and what follows from sizes accordingly."""
    dims = sorted({d for t in launch.tensors for d in t["shape"] if d > 1})
    small = (
        all(prod(t["shape"]) <= 1 << 17 for t in launch.tensors) and prod(launch.grid or (1,)) <= MAX_PROGRAMS
    )
    if as_recorded and small:
        return {}
    multiples = {
        launch.args[p.name]: p.divisibility
        for p in parameters
        if p.divisibility > 1 and isinstance(launch.args.get(p.name), int)
    }
    new: dict[int, int] = {}
    for d in dims:
        step = next((m for v, m in multiples.items() if v == d), 1)
        limit = 100 if len(dims) < 4 else 24
        low = step if step > 1 else 2  # a size of 1 would not have been passed as an argument
        new[d] = (
            d
            if d <= 4 or d in launch.compiled_in
            else max(low, int(rng.integers(low, min(d, limit) + 1)) // step * step)
        )
    derived: dict[int, int] = {}
    for t in launch.tensors:
        shape, strides = t["shape"], t["stride"]
        changed = [new.get(d, d) for d in shape]
        for old, now in zip(strides, _new_strides(shape, strides, changed), strict=True):
            derived.setdefault(old, now)
        for first in range(len(shape)):
            for last in range(first + 2, len(shape) + 1):
                derived.setdefault(prod(shape[first:last]), prod(changed[first:last]))
    derived.pop(0, None)
    derived.pop(1, None)
    return {**derived, **new}


def _new_strides(shape: list[int], strides: list[int], changed: list[int]) -> list[int]:
    """Strides of the changed shape, in the recorded order and with the recorded gaps."""
    result = list(strides)
    before, now = 1, 1
    for d in sorted(range(len(shape)), key=lambda d: (strides[d], shape[d])):
        if strides[d] == 0:
            continue
        result[d] = now + max(0, strides[d] - before) if strides[d] != before else now
        before, now = strides[d] * shape[d], result[d] * changed[d]
    return result


def _array(
    p: Parameter, recorded: Any, changed: dict[int, int], rng: np.random.Generator, seed: int, count: int
) -> Array:
    if isinstance(recorded, dict):
        shape = [changed.get(d, d) for d in recorded["shape"]]
        strides = recorded["stride"]
        if changed:
            strides = _new_strides(recorded["shape"], strides, shape)
        count = 1 + sum((d - 1) * s for d, s in zip(shape, strides, strict=True)) if prod(shape) else 0
        count = max(64, count)
        if count > LARGE_ARRAY:
            raise ValueError(f"{p.name} is too large to draw")
    element = p.type[len("ptr<") : -1].split(",")[0].removeprefix("!tt.")
    return values(element, count, rng, seed)


def values(element: str, count: int, rng: np.random.Generator, seed: int) -> Array:
    """Floats are small multiples of 1/8, exact in every format: of both signs, positive, or negative by turns.
    Integers are small, so that they can be indices and don't wrap."""
    dtype = _NUMPY.get(element)
    if element == "i1":
        return rng.integers(0, 2, count).astype(np.bool_)
    if element.startswith("i"):
        return rng.integers(0, 6, count).astype(dtype)
    low, high = ((-12, 13), (1, 13), (-12, 0))[seed % 3]
    kind = np.float16 if element == "f16" else np.float64 if element == "f64" else np.float32
    return (rng.integers(low, high, count) / 8).astype(kind)


def _scalar(p: Parameter, rng: np.random.Generator) -> Any:
    if p.type == "i1":
        return bool(rng.integers(0, 2))
    if p.type.startswith("i"):
        return int(rng.choice(_SIZES)) * p.divisibility
    return float(rng.choice([0.125, 0.25, 0.5, 0.875]))


def _guessed_strides(parameters: list[Parameter], rng: np.random.Generator) -> dict[str, int]:
    """Strides that keep elements apart: parameters called strides, the last one of an array the smallest."""
    names = [p for p in parameters if "stride" in p.name and p.type.startswith("i")]
    result: dict[str, int] = {}
    groups: dict[str, list[Parameter]] = {}
    for p in names:
        groups.setdefault(_array_of(p.name), []).append(p)
    for group in groups.values():
        stride = int(rng.integers(1, 3))
        for p in reversed(group):
            stride = -(-stride // p.divisibility) * p.divisibility
            result[p.name] = stride
            stride *= 41 if len(group) < 3 else 9
    return result


def _array_of(name: str) -> str:
    """What is before or after `stride`, without the dimension's letter: `stride_am` and `stride_ak` are of `a`."""
    head, _, tail = name.partition("stride")
    return head.strip("_") or tail.strip("_s")[:1]


def _grid(launch: Launch, changed: dict[int, int], rng: np.random.Generator) -> Grid:
    if launch.grid is None:
        x, y, z = (int(rng.integers(1, n)) for n in (6, 4, 3))
        return x, y, z
    x, y, z = (changed.get(g, g) for g in launch.grid)
    while x * y * z > MAX_PROGRAMS:
        x, y, z = (-(-g // 2) for g in (x, y, z))
    return x, y, z
