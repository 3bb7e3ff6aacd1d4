"""Floats as stored: what decimal a constant was written as, and which terms are numbers that nothing rounded."""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from fractions import Fraction

from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.term import Term

_DIGITS = {"f64": 17, "f32": 9, "tf32": 9, "f16": 5, "bf16": 4}


def shortest_decimal(value: float, type_name: str) -> Fraction:
    """The decimal with the fewest digits that rounds to the finite `value` in the given format.

    Formats without an entry here are taken exactly.
    """
    digits = _DIGITS.get(type_name)
    whole = type_name == "f16" and value == int(value)  # 65504 is no rounded 65500
    if digits is None or value == 0 or whole:
        return Fraction(value)
    for precision in range(1, digits + 1):
        text = f"{value:.{precision}g}"
        if _round_to(float(text), type_name) == value:
            return Fraction(text)
    return Fraction(value)


def _round_to(value: float, type_name: str) -> float:
    if type_name == "f64":
        return value
    try:
        if type_name == "f16":
            return float(struct.unpack("<e", struct.pack("<e", value))[0])
        single = float(struct.unpack("<f", struct.pack("<f", value))[0])
    except OverflowError:
        return math.inf
    if type_name != "bf16":
        return single
    (bits,) = struct.unpack("<I", struct.pack("<f", single))
    bits = (bits + 0x7FFF + ((bits >> 16) & 1)) & 0xFFFF0000
    return float(struct.unpack("<f", struct.pack("<I", bits))[0])


_LARGEST = {
    "f16": (11, 15),
    "bf16": (8, 127),
    "f32": (24, 127),
    "f64": (53, 1023),
}  # significand bits, exponent


def largest(type_name: str) -> Fraction | None:
    """The largest finite number of a format; None for those that are not listed here."""
    if type_name not in _LARGEST:
        return None
    bits, exponent = _LARGEST[type_name]
    return (2 - Fraction(2) ** (1 - bits)) * Fraction(2) ** exponent


# Formats all of whose numbers a format has.
_NARROWER = {
    "f64": {"f64", "f32", "f16", "bf16"},
    "f32": {"f32", "f16", "bf16"},
    "f16": {"f16"},
    "bf16": {"bf16"},
}


def as_stored(x: Term, format_: str, element_type: Callable[[int], str]) -> bool:
    """Whether the machine's number is `x` itself: nothing rounds between here and the memory or bits it is from."""
    match x.op:
        case "read":
            return element_type(x.attr[0]) in _NARROWER.get(format_, ())
        case "frombits":
            return x.attr in _NARROWER.get(format_, ())
        case "inf":
            return True
        case "real":
            value = reals.value_of(x) or Fraction(0)
            return abs(value.numerator) < 1 << 8 and value.denominator in (1, 2, 4, 8)
        case "select":
            return all(as_stored(a, format_, element_type) for a in x.args[1:])
        case "ranked":
            return as_stored(x.args[-2], format_, element_type)
        case "rmin" | "rmax":
            return all(as_stored(a, format_, element_type) for a in x.args)
        case "rmul" if x.args[0] is reals.MINUS_ONE and len(x.args) == 2:
            return as_stored(x.args[1], format_, element_type)
        case "rfun" if x.attr == "abs":
            return as_stored(x.args[0], format_, element_type)
        case "arbitrary":
            return True
        case _:
            return False


def bounded(
    x: Term, bound: Term, sign: int, element_type: Callable[[int], str] | None, *, strictly: bool = False
) -> bool:
    """Whether sign·x ≥ sign·bound where x is defined, or > with `strictly` (of reals)."""
    if bound.op == "inf":
        return bool(bound.attr == -sign) and (not strictly or _differs(x, bound))
    if x.sort == "int":
        return not strictly and _bounded_integer(x, bound, sign, element_type)
    limit = reals.value_of(bound)
    if limit is None:
        return False
    match x.op:
        case "real":
            value = reals.value_of(x)
            return value is not None and (sign * value > sign * limit or (not strictly and value == limit))
        case "inf":
            return bool(x.attr == sign)
        case "select":
            return all(bounded(a, bound, sign, element_type, strictly=strictly) for a in x.args[1:])
        case "rmax" | "rmin":
            helps = any if (x.op == "rmax") == (sign > 0) else all
            return helps(bounded(a, bound, sign, element_type, strictly=strictly) for a in x.args)
        case "read" if element_type is not None:
            most = largest(element_type(x.attr[0]))
            return most is not None and (most < -sign * limit or (not strictly and most == -sign * limit))
        case _:
            return sign > 0 and (limit < 0 or (limit == 0 and not strictly)) and reals.nonnegative(x)


def _differs(x: Term, infinite: Term) -> bool:
    """Whether x is certainly not that infinity."""
    return not reals.may_be_infinite(x, infinite.attr)


def _bounded_integer(x: Term, bound: Term, sign: int, element_type: Callable[[int], str] | None) -> bool:
    limit = ints.value_of(bound)
    if limit is None:
        return False
    match x.op:
        case "int":
            return sign * int(x.attr) >= sign * limit
        case "select":
            return all(_bounded_integer(a, bound, sign, element_type) for a in x.args[1:])
        case "wrap":
            return _within(int(x.attr), limit, sign)
        case "read" if element_type is not None:
            name = element_type(x.attr[0])
            return name[0] == "i" and name[1:].isdigit() and _within(int(name[1:]), limit, sign)
        case _:
            return False


def _within(width: int, limit: int, sign: int) -> bool:
    """Whether no integer of so many bits is beyond the limit."""
    half = 1 << (width - 1)
    return limit <= -half if sign > 0 else limit >= half - 1
