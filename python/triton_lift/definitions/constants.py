"""Constants that have no finite decimal: their values, and the floats that kernels have for them."""

from __future__ import annotations

import math
import struct
from fractions import Fraction

from triton_lift.formulas import ast
from triton_lift.reading.floats import shortest_decimal

_FUNCTIONS = {"sqrt": math.sqrt, "exp": math.exp, "log": math.log}
NAMED = {"pi": math.pi, "e": math.e}


def irrational(e: ast.Expression) -> float | None:
    """The value of an expression without names that is not rational by its form."""
    inside = list(ast.nodes(e))
    if not any(isinstance(n, ast.Call) or (isinstance(n, ast.Name) and n.text in NAMED) for n in inside):
        return None
    return value_of(e)


def value_of(e: ast.Expression) -> float | None:
    """The value of an expression without names."""
    match e:
        case ast.Number(value):
            return float(value)
        case ast.Name(text):
            return NAMED.get(text)
        case ast.Negative(inner):
            found = value_of(inner)
            return None if found is None else -found
        case ast.Call(name, (inner,)) if name in _FUNCTIONS:
            found = value_of(inner)
            return None if found is None else _FUNCTIONS[name](found)
        case ast.Quotient(a, b):
            x, y = value_of(a), value_of(b)
            return None if x is None or not y else x / y
        case ast.Product(factors):
            values = [value_of(f) for f in factors]
            return None if None in values else math.prod(v for v in values if v is not None)
    return None


def reads_as(value: Fraction, constant: float) -> bool:
    """Whether a float that is nearest to the constant is read as this value."""
    for format_, code in (("f64", "d"), ("f32", "f"), ("f16", "e")):
        nearest = struct.unpack(f"<{code}", struct.pack(f"<{code}", constant))[0]
        if shortest_decimal(nearest, format_) == value:
            return True
    return float(value) == constant


def is_short(value: Fraction) -> bool:
    """Whether a number is a decimal of so few digits that every float format has one that is read as it."""
    scaled = value * 10**7
    return scaled.denominator == 1 and len(str(abs(scaled.numerator)).strip("0")) <= 7


def square_root(value: Fraction) -> Fraction | None:
    """The root of a square of a rational number."""
    if value <= 0:
        return None
    above, below = math.isqrt(value.numerator), math.isqrt(value.denominator)
    root = Fraction(above, below)
    return root if root * root == value else None
