"""Irrational constants that kernels spell as floats.

A float that is the nearest of its format to log₂ e or log 2 is read as that constant, as others are read as the
shortest decimal that rounds to them; either is said. Of a decimal that stands for another well-known constant, that is
said too: the value stays the decimal.
"""

from __future__ import annotations

import math
import struct

from triton_lift.terms import reals
from triton_lift.terms.term import Term

# name → (the constant, its value)
_NAMED: dict[str, tuple[Term, float]] = {
    "log2(e)": (reals.LOG2_E, math.log2(math.e)),
    "log(2)": (reals.LOG_2, math.log(2)),
}


_WELL_KNOWN = {
    "pi": math.pi,
    "1/pi": 1 / math.pi,
    "sqrt(2)": math.sqrt(2),
    "1/sqrt(2)": math.sqrt(0.5),
    "sqrt(pi)": math.sqrt(math.pi),
    "sqrt(2/pi)": math.sqrt(2 / math.pi),
    "2/sqrt(pi)": 2 / math.sqrt(math.pi),
    "1/sqrt(2*pi)": 1 / math.sqrt(2 * math.pi),
    "log(10)": math.log(10),
    "log10(e)": math.log10(math.e),
    "log10(2)": math.log10(2),
}


def well_known(number: float, type_name: str) -> str | None:
    """The constant that `number`, a float of that type, is the nearest to, by its name; the sign stands before it."""
    for name, value in _WELL_KNOWN.items():
        if abs(number) == _nearest(value, type_name):
            return name if number > 0 else f"-{name}"
    return None


def _nearest(value: float, type_name: str) -> float:
    return value if type_name == "f64" else float(struct.unpack("f", struct.pack("f", value))[0])


def named_constant(number: float, type_name: str) -> tuple[str, Term] | None:
    """The constant that `number`, a float of that type, stands for; its name and the term."""
    for name, (term, value) in _NAMED.items():
        if number == _nearest(value, type_name):
            return name, term
    return None
