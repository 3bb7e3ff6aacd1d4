"""What an example is: a kernel, the types it is compiled for, inputs for given sizes, the expected result.

Kernels are named, not imported: a spec needs numpy alone, so it serves where Triton is not installed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Sizes = Mapping[str, int]
Args = dict[str, Any]
Grid = tuple[int, int, int]

IR_FOLDER = Path(__file__).resolve().parent.parent / "ir"
FORMULA_FOLDER = IR_FOLDER.parent / "formulas"


class Draw:
    """Random inputs of the element type that an example is compiled for."""

    def __init__(self, seed: int, dtype: str) -> None:
        self.seed = seed
        self.rng = np.random.default_rng(seed)
        self.dtype = np.float16 if dtype == "fp16" else np.float32

    def floats(self, count: int) -> Array:
        """Small multiples of 1/8: exact in f16, so that no way of computing loses digits on the way in. Every other
        seed gives negative numbers only, as a maximum that takes in a 0 is noticed by these alone."""
        high = 17 if self.seed % 2 == 0 else 0
        return (self.rng.integers(-16, high, max(count, 0)) / 8).astype(self.dtype)

    def ints(self, low: int, high: int, count: int) -> Array:
        """i32 numbers in [low, high)."""
        return self.rng.integers(low, high, max(count, 0), dtype=np.int64).astype(np.int32)

    def strides(self, *shape: int, last: int | None = None) -> tuple[int, ...]:
        """Strides of an array of this shape that is stored with gaps, its dimensions in any order; `last` fixes the
        last dimension's stride and leaves that dimension innermost."""
        order = list(self.rng.permutation(len(shape)))
        if last is not None:
            order = [len(shape) - 1, *(d for d in order if d != len(shape) - 1)]
        strides = [0] * len(shape)
        stride = int(self.rng.integers(1, 3)) if last is None else last
        for dim in order:
            strides[dim] = stride
            stride = stride * max(shape[dim], 1) + int(self.rng.integers(0, 4))
        return tuple(strides)

    def empty(self, count: int) -> Array:
        """An output: filled with a number that no kernel writes by chance."""
        return np.full(max(count, 0), 777.0, self.dtype)


@dataclass(frozen=True)
class Example:
    """One kernel compiled for one choice of types and block sizes.

    `kernel` is `module.function` within `examples`; the dump is `ir/<name>.ttir`. In `signature`, `T` stands for
    `dtype`; parameters in neither `signature` nor `constexprs` do not exist. `draw` makes arguments and grid for
    given sizes; `reference` gives the outputs that are expected, in float64, from the same arguments.
    `sizes` are those always tried; tests draw others from `ranges`. `mutants` maps each wrong twin
    `examples.mutants.<module>.<function>__<mutation>` to what it gets wrong.
    """

    name: str
    kernel: str
    signature: dict[str, str]
    constexprs: dict[str, int]
    draw: Callable[[Draw, Sizes], tuple[Args, Grid]]
    reference: Callable[[Args, Sizes], dict[str, Array]]
    sizes: tuple[dict[str, int], ...]
    ranges: Mapping[str, Sequence[int]]
    dtype: str = "fp32"
    mutants: dict[str, str] = field(default_factory=dict)
    divisible_by_16: tuple[str, ...] = ()
    tolerance: float = 2e-5

    @property
    def types(self) -> dict[str, str]:
        """The signature with the element type filled in."""
        return {name: kind.replace("T", self.dtype) for name, kind in self.signature.items()}

    def ir(self, stage: str = "ttir") -> Path:
        """The dump's path."""
        return IR_FOLDER / f"{self.name}.{stage}"

    def mutant_ir(self, mutation: str) -> Path:
        """The path of the dump of one of the mutants."""
        return IR_FOLDER / "mutants" / f"{self.name}__{mutation}.ttir"

    def formula(self) -> Path:
        """The path of the formula that is expected; element types make no difference to it."""
        return FORMULA_FOLDER / f"{self.name.removesuffix('_f16')}.txt"

    def inputs(self, sizes: Sizes, seed: int = 0) -> tuple[Args, Grid]:
        """Arguments (flat arrays and numbers) and a grid for these sizes."""
        return self.draw(Draw(seed, self.dtype), sizes)

    def f16(self, tolerance: float = 4e-3) -> Example:
        """The same kernel on f16 elements; the mutants stay with the f32 version."""
        return replace(self, name=f"{self.name}_f16", dtype="fp16", mutants={}, tolerance=tolerance)


def signature(text: str) -> dict[str, str]:
    """`"x y: *T, n: i32"` as a dictionary, in the order of the kernel's parameters."""
    result: dict[str, str] = {}
    for group in text.split(","):
        names, kind = group.split(":")
        result.update(dict.fromkeys(names.split(), kind.strip()))
    return result


def places(shape: tuple[int, ...], strides: tuple[int, ...]) -> Array:
    """The place in memory of each element of a strided array."""
    grids = np.meshgrid(*(np.arange(s) for s in shape), indexing="ij")
    return sum((g * s for g, s in zip(grids, strides, strict=True)), np.zeros(shape, np.int64))


def extent(shape: tuple[int, ...], strides: tuple[int, ...]) -> int:
    """The number of elements of memory that a strided array spans."""
    return 0 if 0 in shape else 1 + sum((n - 1) * s for n, s in zip(shape, strides, strict=True))


def written(old: Array, where: Array, values: Array) -> Array:
    """An output array after values were written at these places, in float64."""
    result = old.astype(np.float64)
    result[where] = values
    return result


def cdiv(a: int, b: int) -> int:
    """⌈a / b⌉."""
    return -(-a // b)
