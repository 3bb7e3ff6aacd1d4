"""Semantics of `math`: each function in the precision of its result."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from triton_lift.interpreter.arith import like, signed
from triton_lift.interpreter.elements import Array
from triton_lift.interpreter.registry import elementwise


def by_scalars(function: Callable[..., float]) -> Callable[..., Array]:
    """A function of Python floats, applied to each element; where it has no value, nan."""

    def safe(*values: Any) -> float:
        try:
            return float(function(*(float(v) for v in values)))
        except ValueError:
            return math.nan
        except OverflowError:
            return math.inf

    def run(*arrays: Array) -> Array:
        spread = np.broadcast_arrays(*arrays)
        flat = [safe(*values) for values in zip(*(a.ravel() for a in spread), strict=True)]
        return np.asarray(flat, np.float64).reshape(spread[0].shape)

    return run


erf = by_scalars(math.erf)


def rsqrt(x: Array) -> Array:
    """1 / √x, rounded once."""
    return np.asarray(1.0 / np.sqrt(np.asarray(x, np.float64)))


def fma(x: Array, y: Array, z: Array) -> Array:
    """x·y + z, rounded once: the product of two floats of at most 24 bits is exact in 53."""
    wide = np.asarray(x, np.float64) * np.asarray(y, np.float64)
    return wide + np.asarray(z, np.float64)


def power(x: Array, y: Array) -> Array:
    return np.asarray(np.power(np.asarray(x, np.float64), np.asarray(y, np.float64)))


def round_half_away(x: Array) -> Array:
    """The nearest integer, halves away from zero."""
    whole = np.trunc(x)
    return np.asarray(whole + np.copysign(np.abs(x - whole) >= 0.5, x))


elementwise(
    {
        "math.exp": np.exp,
        "math.exp2": np.exp2,
        "math.expm1": np.expm1,
        "math.log": np.log,
        "math.log2": np.log2,
        "math.log10": np.log10,
        "math.log1p": np.log1p,
        "math.sqrt": np.sqrt,
        "math.rsqrt": rsqrt,
        "math.cbrt": np.cbrt,
        "math.sin": np.sin,
        "math.cos": np.cos,
        "math.tan": np.tan,
        "math.asin": np.arcsin,
        "math.acos": np.arccos,
        "math.atan": np.arctan,
        "math.atan2": np.arctan2,
        "math.sinh": np.sinh,
        "math.cosh": np.cosh,
        "math.tanh": np.tanh,
        "math.asinh": np.arcsinh,
        "math.acosh": np.arccosh,
        "math.atanh": np.arctanh,
        "math.erf": erf,
        "math.erfc": by_scalars(math.erfc),
        "math.floor": np.floor,
        "math.ceil": np.ceil,
        "math.trunc": np.trunc,
        "math.round": round_half_away,
        "math.roundeven": np.rint,
        "math.absf": np.abs,
        "math.absi": lambda x: like(np.abs(signed(x)), x),
        "math.copysign": np.copysign,
        "math.powf": power,
        "math.fpowi": power,
        "math.fma": fma,
        "math.isnan": np.isnan,
        "math.isinf": np.isinf,
        "math.isfinite": np.isfinite,
    }
)
