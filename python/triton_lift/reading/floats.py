"""Float constants: the shortest decimal that rounds to the stored value is what the author wrote."""

from __future__ import annotations

import math
import struct
from fractions import Fraction

_DIGITS = {"f64": 17, "f32": 9, "tf32": 9, "f16": 5, "bf16": 4}


def shortest_decimal(value: float, type_name: str) -> Fraction:
    """The decimal with the fewest digits that rounds to the finite `value` in the given format.

    Formats without an entry here are taken exactly.
    """
    digits = _DIGITS.get(type_name)
    if digits is None or value == 0:
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
