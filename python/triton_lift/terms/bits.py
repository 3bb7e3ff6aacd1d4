"""The bits of numbers in a float format, and numbers of given bits."""

from __future__ import annotations

import math
import struct
from fractions import Fraction

from triton_lift.terms.reals import INF, NEG_INF, const
from triton_lift.terms.term import Term, make

_LAYOUTS = {"f16": ("<e", 2), "f32": ("<f", 4), "f64": ("<d", 8)}


def _decoded(bits: int, format_: str) -> Term:
    if format_ == "bf16":
        bits, format_ = bits << 16, "f32"
    layout, size = _LAYOUTS[format_]
    (value,) = struct.unpack(layout, (bits % (1 << 8 * size)).to_bytes(size, "little"))
    if math.isnan(value):
        return make("rfun", (), "nan", "real")
    if math.isinf(value):
        return INF if value > 0 else NEG_INF
    return const(Fraction(value))


def to_bits(x: Term, format_: str) -> Term:
    """The bits of `x` rounded to a float format (f16, bf16, f32, f64), read as a signed integer; of 0 those of +0."""
    if x.op == "frombits" and x.attr == format_:
        return x.args[0]
    return make("tobits", (x,), format_, "int")


def from_bits(n: Term, format_: str) -> Term:
    """The number that these bits stand for in a float format: undefined for a NaN."""
    if n.op == "tobits" and n.attr == format_:
        return n.args[0]
    if n.op == "int":
        return _decoded(n.attr, format_)
    return make("frombits", (n,), format_, "real")
