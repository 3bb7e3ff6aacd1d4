"""Element types: how each is stored in memory, and in which numpy type it is computed.

Formats that numpy lacks (bf16, tf32, the 8-bit floats) are computed in float32 and rounded to the format after
each operation. For the basic operations this is the correctly rounded result: 24 bits are more than twice their
precision plus two.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


@dataclass(frozen=True)
class Format:
    """A binary float format that numpy lacks: `bias` is the exponent's, `finite` says that there is no infinity."""

    exponent: int
    mantissa: int
    bias: int
    finite: bool = False
    unsigned_zero: bool = False

    @property
    def width(self) -> int:
        return 1 + self.exponent + self.mantissa

    @property
    def largest(self) -> float:
        """The largest finite number."""
        if self.unsigned_zero:
            return float((2 - 2.0**-self.mantissa) * 2.0 ** (2**self.exponent - 1 - self.bias))
        if self.finite:
            return float((2 - 2.0 ** (1 - self.mantissa)) * 2.0 ** (2**self.exponent - 1 - self.bias))
        return float((2 - 2.0**-self.mantissa) * 2.0 ** (2**self.exponent - 2 - self.bias))


FORMATS = {
    "bf16": Format(8, 7, 127),
    "tf32": Format(8, 10, 127),
    "f8E5M2": Format(5, 2, 15),
    "f8E4M3FN": Format(4, 3, 7, finite=True),
    "f8E4M3FNUZ": Format(4, 3, 8, finite=True, unsigned_zero=True),
    "f8E5M2FNUZ": Format(5, 2, 16, finite=True, unsigned_zero=True),
}

NATIVE = {"f16": Format(5, 10, 15), "f32": Format(8, 23, 127)}


def round_to(x: Array, fmt: Format, toward_zero: bool = False) -> Array:
    """The nearest number of the format (ties to even), as float32. Too large a number becomes inf, or nan where
    the format has none; toward zero, it becomes the largest finite one."""
    wide = np.asarray(x, np.float64)
    with np.errstate(all="ignore"):
        _, exponent = np.frexp(wide)
        quantum = np.ldexp(1.0, np.maximum(exponent - 1, 1 - fmt.bias) - fmt.mantissa)
        scaled = wide / quantum
        rounded = (np.trunc(scaled) if toward_zero else np.rint(scaled)) * quantum
    too_large = np.isfinite(wide) & (np.abs(rounded) > fmt.largest)
    beyond = fmt.largest if toward_zero else np.nan if fmt.finite else np.inf
    rounded = np.where(too_large, np.copysign(beyond, wide), rounded)
    special = np.where(np.isinf(wide) & fmt.finite, np.nan, wide)
    return np.where(np.isfinite(wide), rounded, special).astype(np.float32)


@cache
def _decoding(fmt: Format) -> Array:
    """The value of each bit pattern of a format of at most 16 bits."""
    bits = np.arange(1 << fmt.width)
    sign = np.where(bits >> (fmt.width - 1), -1.0, 1.0)
    exponent = (bits >> fmt.mantissa) & ((1 << fmt.exponent) - 1)
    mantissa = bits & ((1 << fmt.mantissa) - 1)
    fraction = mantissa / (1 << fmt.mantissa) + (exponent > 0)
    value = sign * np.ldexp(fraction, np.maximum(exponent, 1) - fmt.bias)
    top = exponent == (1 << fmt.exponent) - 1
    if fmt.unsigned_zero:
        value[bits == 1 << (fmt.width - 1)] = np.nan
    elif fmt.finite:
        value[top & (mantissa == (1 << fmt.mantissa) - 1)] = np.nan
    else:
        value[top] = np.where(mantissa[top] == 0, sign[top] * np.inf, np.nan)
    result: Array = value.astype(np.float32)
    return result


def _decode(bits: Array, fmt: Format) -> Array:
    return _decoding(fmt)[bits]


def _encode(x: Array, fmt: Format) -> Array:
    """The bit patterns of numbers of the format."""
    store = np.uint8 if fmt.width == 8 else np.uint16
    table = _decoding(fmt)
    half = 1 << (fmt.width - 1)
    positive = table[:half]
    known = ~np.isnan(positive)
    magnitude = np.searchsorted(positive[known], np.abs(x))
    magnitude = np.where(np.isnan(x), int(np.flatnonzero(np.isnan(table))[0]), magnitude)
    negative = np.signbit(x) & ~np.isnan(x) & ~((x == 0) & fmt.unsigned_zero)
    return (magnitude + np.where(negative, half, 0)).astype(store)


@dataclass(frozen=True)
class Element:
    """A scalar type. `dtype` is what values are computed in, `storage` what memory holds; `kind` is `int`,
    `float` or `pointer`, `pointee` the element type that a pointer points to (None: a block or no memory)."""

    name: str
    kind: str
    width: int
    dtype: np.dtype[Any]
    storage: np.dtype[Any]
    format: Format | None = None
    pointee: str | None = None

    def round(self, x: Array) -> Array:
        """A result of an operation, brought into this type."""
        if self.format is not None:
            return round_to(x, self.format)
        return np.asarray(x).astype(self.dtype, copy=False)

    def from_storage(self, raw: Array) -> Array:
        """Values from what memory holds."""
        if self.format is not None:
            return _decode(raw, self.format)
        if self.name == "i1":
            return (raw & 1).astype(np.bool_)
        return raw

    def to_storage(self, x: Array) -> Array:
        """What memory holds for these values."""
        if self.format is not None:
            return _encode(np.asarray(x), self.format)
        return np.asarray(x).astype(self.storage, copy=False)


_FLOATS: dict[str, tuple[int, type[np.generic]]] = {
    "f16": (16, np.float16),
    "f32": (32, np.float32),
    "f64": (64, np.float64),
}
_INTS: dict[int, type[np.generic]] = {8: np.int8, 16: np.int16, 32: np.int32, 64: np.int64}


@cache
def element(name: str) -> Element:
    """The element type with this MLIR spelling. Raises KeyError where there is none here."""
    if name.startswith("!tt.ptr<"):
        inner = name[len("!tt.ptr<") : -1]
        pointee = _pointee(inner)
        return Element(name, "pointer", 64, np.dtype(np.int64), np.dtype(np.int64), None, pointee)
    if name in _FLOATS:
        width, dtype = _FLOATS[name]
        return Element(name, "float", width, np.dtype(dtype), np.dtype(dtype))
    if name in FORMATS and name != "tf32":
        width = FORMATS[name].width
        store = np.dtype(np.uint8 if width == 8 else np.uint16)
        return Element(name, "float", width, np.dtype(np.float32), store, FORMATS[name])
    if name == "i1":
        return Element(name, "int", 1, np.dtype(np.bool_), np.dtype(np.uint8))
    if name == "index":
        return Element(name, "int", 64, np.dtype(np.int64), np.dtype(np.int64))
    for width, dtype in _INTS.items():
        if name in (f"i{width}", f"ui{width}", f"si{width}"):
            return Element(name, "int", width, np.dtype(dtype), np.dtype(dtype))
    raise KeyError(name)


def _pointee(inner: str) -> str | None:
    """`f32` from `f32`, `f32, 1` or `f32, "constant"`; None for a pointer to a block."""
    if inner.startswith("tensor<"):
        return None
    depth = 0
    for position, letter in enumerate(inner):
        depth += (letter == "<") - (letter == ">")
        if letter == "," and depth == 0:
            return inner[:position].strip()
    return inner.strip()
