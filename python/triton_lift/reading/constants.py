"""Irrational constants that kernels spell as floats.

A float that is the nearest of its format to a constant below is read as that constant, as others are read as the
shortest decimal that rounds to them; either is said.
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


def named_constant(number: float, type_name: str) -> tuple[str, Term] | None:
    """The constant that `number`, a float of that type, stands for; its name and the term."""
    for name, (term, value) in _NAMED.items():
        if number == (value if type_name == "f64" else struct.unpack("f", struct.pack("f", value))[0]):
            return name, term
    return None
