"""Semantics of `tt.extern_elementwise`: the functions of CUDA's libdevice and AMD's ocml, by symbol.

Symbols differ from library to library in prefix and suffix only; one table of plain names serves all. Integer
functions read their operands as the library's signature does.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable

import numpy as np

from triton_lift.interpreter.arith import convert_float, high_product, like, saturating, signed, unsigned
from triton_lift.interpreter.code import Op
from triton_lift.interpreter.elements import Array
from triton_lift.interpreter.errors import UnsupportedOp
from triton_lift.interpreter.machine import Machine
from triton_lift.interpreter.math import by_scalars, erf, fma, power, round_half_away, rsqrt
from triton_lift.interpreter.registry import semantics

FLOATS: dict[str, Callable[..., Array]] = {
    "abs": np.abs,
    "acos": np.arccos,
    "acosh": np.arccosh,
    "add_rn": np.add,
    "asin": np.arcsin,
    "asinh": np.arcsinh,
    "atan": np.arctan,
    "atan2": np.arctan2,
    "atanh": np.arctanh,
    "cbrt": np.cbrt,
    "ceil": np.ceil,
    "copysign": np.copysign,
    "cos": np.cos,
    "cosh": np.cosh,
    "cospi": lambda x: np.cos(np.pi * np.fmod(x.astype(np.float64), 2.0)),
    "div_rn": np.divide,
    "div": np.divide,
    "erf": erf,
    "erfc": by_scalars(math.erfc),
    "exp": np.exp,
    "exp10": lambda x: np.power(10.0, x.astype(np.float64)),
    "exp2": np.exp2,
    "expm1": np.expm1,
    "fabs": np.abs,
    "fdim": lambda x, y: np.where(np.isnan(x) | np.isnan(y), np.nan, np.fmax(x - y, 0)),
    "floor": np.floor,
    "fma": fma,
    "fma_rn": fma,
    "max": np.fmax,
    "fmax": np.fmax,
    "min": np.fmin,
    "fmin": np.fmin,
    "fmod": np.fmod,
    "hypot": np.hypot,
    "lgamma": by_scalars(math.lgamma),
    "log": np.log,
    "log10": np.log10,
    "log1p": np.log1p,
    "log2": np.log2,
    "mul_rn": np.multiply,
    "nearbyint": np.rint,
    "nextafter": np.nextafter,
    "pow": power,
    "powi": power,
    "rcp": np.reciprocal,
    "rcp_rn": np.reciprocal,
    "remainder": by_scalars(math.remainder),
    "rint": np.rint,
    "round": round_half_away,
    "rsqrt": rsqrt,
    "saturate": lambda x: np.fmin(np.fmax(x, 0), 1),
    "sin": np.sin,
    "sinh": np.sinh,
    "sinpi": lambda x: np.sin(np.pi * np.fmod(x.astype(np.float64), 2.0)),
    "sqrt": np.sqrt,
    "sqrt_rn": np.sqrt,
    "sub_rn": np.subtract,
    "tan": np.tan,
    "tanh": np.tanh,
    "tgamma": by_scalars(math.gamma),
    "trunc": np.trunc,
}
TESTS: dict[str, Callable[[Array], Array]] = {
    "isnan": np.isnan,
    "isinf": np.isinf,
    "isfinited": np.isfinite,
    "finite": np.isfinite,
    "isfinite": np.isfinite,
    "signbit": np.signbit,
}
SYMBOL = re.compile(r"^(?:__nv_(?:fast_)?|__ocml_)(?P<name>\w+?)$")


def plain(symbol: str) -> list[str]:
    """The plain names that a symbol may stand for: without prefix, and without the suffix of its type."""
    found = SYMBOL.match(symbol)
    if not found:
        return []
    name = re.sub(r"_f(?:16|32|64)$", "", found["name"])
    return [name, name.removesuffix("f"), name.removesuffix("d")]


@semantics("tt.extern_elementwise", "tt.pure_extern_elementwise", "tt.impure_extern_elementwise")
def extern(machine: Machine, op: Op, *values: Array) -> Array:
    symbol = op.attributes["symbol"]
    special = SPECIAL.get(symbol)
    if special is not None:
        return special(op, *values)
    names = plain(symbol)
    is_float = all(np.asarray(v).dtype.kind == "f" for v in values[:1])
    for name in names if is_float else ():
        if op.out.kind == "float" and name in FLOATS:
            return op.out.round(FLOATS[name](*(np.asarray(v) for v in values)))
        if op.out.kind == "int" and name in TESTS:
            return op.out.round(TESTS[name](values[0]))
    raise UnsupportedOp(f"the function {symbol} is not known here", op.name, op.location)


def _to_integer(rounding: Callable[[Array], Array], is_signed: bool) -> Callable[..., Array]:
    return lambda op, x: saturating(rounding(x), op.out, is_signed)


def _count_bits(op: Op, x: Array) -> Array:
    bits = np.unpackbits(np.ascontiguousarray(x).reshape(-1).view(np.uint8).reshape(x.size, -1), axis=1)
    return np.asarray(bits.sum(axis=1)).reshape(np.shape(x)).astype(op.out.dtype)


def _leading_zeros(op: Op, x: Array) -> Array:
    lengths = [int(v).bit_length() for v in unsigned(x).reshape(-1)]
    return (8 * x.dtype.itemsize - np.asarray(lengths, np.int64)).reshape(np.shape(x)).astype(op.out.dtype)


def _high(is_signed: bool) -> Callable[..., Array]:
    return lambda op, x, y: high_product(x, y, op.out.width, is_signed)


def _bits(op: Op, x: Array) -> Array:
    return np.ascontiguousarray(x).view(op.out.dtype).reshape(np.shape(x))


SPECIAL: dict[str, Callable[..., Array]] = {
    "__nv_fdiv_rn": lambda op, x, y: x / y,
    "__nv_fdiv_rz": lambda op, x, y: convert_float(x.astype(np.float64) / y, op.out, "rtz"),
    "__nv_abs": lambda op, x: like(np.abs(signed(x)), x),
    "__nv_llabs": lambda op, x: like(np.abs(signed(x)), x),
    "__nv_clz": _leading_zeros,
    "__nv_clzll": _leading_zeros,
    "__nv_popc": _count_bits,
    "__nv_popcll": _count_bits,
    "__nv_mulhi": _high(True),
    "__nv_umulhi": _high(False),
    "__nv_mul64hi": _high(True),
    "__nv_umul64hi": _high(False),
    "__nv_float_as_int": _bits,
    "__nv_float_as_uint": _bits,
    "__nv_int_as_float": _bits,
    "__nv_uint_as_float": _bits,
    "__nv_double_as_longlong": _bits,
    "__nv_longlong_as_double": _bits,
    "__nv_llrint": _to_integer(np.rint, True),
    "__nv_llrintf": _to_integer(np.rint, True),
    "__nv_llround": _to_integer(round_half_away, True),
    "__nv_llroundf": _to_integer(round_half_away, True),
    "__nv_float2int_rn": _to_integer(np.rint, True),
    "__nv_float2int_rz": _to_integer(np.trunc, True),
    "__nv_float2int_rd": _to_integer(np.floor, True),
    "__nv_float2int_ru": _to_integer(np.ceil, True),
    "__nv_float2uint_rn": _to_integer(np.rint, False),
    "__nv_float2ll_rn": _to_integer(np.rint, True),
    "__nv_float2ll_rz": _to_integer(np.trunc, True),
}
