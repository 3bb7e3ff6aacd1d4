"""Theorem: the decimal read for a float constant rounds to that constant in its format; none with fewer digits does."""

from __future__ import annotations

import math
import struct
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from triton_lift.reading.constants import named_constant, well_known
from triton_lift.reading.floats import shortest_decimal


def nearest(decimal: Fraction, type_name: str) -> float:
    """Rounding to nearest, ties to even, on the exact value: p significant bits, e the least exponent."""
    precision, least = {"f64": (53, -1074), "f32": (24, -149), "f16": (11, -24), "bf16": (8, -133)}[type_name]
    if decimal == 0:
        return 0.0
    size = abs(decimal)
    exponent = (
        math.floor(math.log2(size)) if size.denominator == 1 or size >= 1 else -math.ceil(math.log2(1 / size))
    )
    while Fraction(2) ** exponent > size:
        exponent -= 1
    while Fraction(2) ** (exponent + 1) <= size:
        exponent += 1
    unit = Fraction(2) ** max(exponent - precision + 1, least)
    return math.copysign(float(round(size / unit) * unit), decimal)


def digits(value: Fraction) -> int:
    """Significant decimal digits of a terminating decimal."""
    scale = 0
    while (value * 10**scale).denominator != 1:
        scale += 1
    return len(str(abs(int(value * 10**scale))).strip("0"))


def check(value: float, type_name: str) -> None:
    found = shortest_decimal(value, type_name)
    assert nearest(found, type_name) == value
    # No decimal with one digit less is as close: the two neighbours at that precision round elsewhere.
    count = digits(found)
    if count > 1:
        shorter = Fraction(f"{value:.{count - 2}e}")
        unit = Fraction(10) ** (len(f"{shorter}") and math.floor(math.log10(abs(value))) - count + 2)
        assert all(nearest(shorter + k * unit, type_name) != value for k in (-1, 0, 1))


@given(
    st.floats(width=32, allow_nan=False, allow_infinity=False).filter(
        lambda x: abs(x) > 1e-30 and abs(x) < 1e30
    )
)
def test_single_precision(value: float) -> None:
    check(value, "f32")


@given(st.floats(width=16, allow_nan=False, allow_infinity=False).filter(lambda x: abs(x) > 1e-4))
def test_half_precision(value: float) -> None:
    check(value, "f16")


@given(st.integers(0x2000, 0x5F00), st.booleans())
def test_bfloat16(bits: int, negative: bool) -> None:
    value = struct.unpack("<f", struct.pack("<I", bits << 16))[0]
    check(-value if negative else value, "bf16")


@given(st.floats(allow_nan=False, allow_infinity=False).filter(lambda x: 1e-200 < abs(x) < 1e200))
def test_double_precision(value: float) -> None:
    assert nearest(shortest_decimal(value, "f64"), "f64") == value


@pytest.mark.parametrize(
    ("text", "type_name"),
    [
        ("1e-5", "f32"),
        ("1e-6", "f32"),
        ("0.1", "f16"),
        ("1.442695", "f32"),
        ("0.044715", "f32"),
        ("-0.7", "bf16"),
    ],
)
def test_what_the_author_wrote_is_read(text: str, type_name: str) -> None:
    stored = nearest(Fraction(text), type_name)
    assert shortest_decimal(stored, type_name) == Fraction(text)
    # The next representable number is something else.
    if type_name == "f32":
        assert shortest_decimal(
            float(np.nextafter(np.float32(stored), np.float32(9))), type_name
        ) != Fraction(text)


def test_formats_without_a_decimal_reading_are_exact() -> None:
    assert shortest_decimal(0.1, "f8E4M3FN") == Fraction(0.1)


@pytest.mark.parametrize(
    ("name", "value"), [("sqrt(2/pi)", (2 / math.pi) ** 0.5), ("1/sqrt(2)", 0.5**0.5), ("pi", math.pi)]
)
def test_well_known_constants_are_told(name: str, value: float) -> None:
    """The nearest float of a constant is told by its name, its neighbours are not; its value stays the decimal."""
    single = np.float32(value)
    assert well_known(float(single), "f32") == name
    assert well_known(-float(single), "f32") == f"-{name}"
    assert well_known(value, "f64") == name
    assert well_known(value, "f32") is None
    for direction in (-np.inf, np.inf):
        assert well_known(float(np.nextafter(single, np.float32(direction))), "f32") is None
        assert well_known(math.nextafter(value, direction), "f64") is None
    assert named_constant(float(single), "f32") is None
