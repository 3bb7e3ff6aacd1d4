"""Square roots of what may be negative, and reciprocal roots of what may be 0."""

from __future__ import annotations

import math

from triton_lift.numerics.finding import Finding, Trial
from triton_lift.numerics.place import Place

KIND = "root of a negative number"


def find(place: Place) -> Finding | None:
    """A root."""
    t = place.term
    if t.op != "rfun" or t.attr not in ("sqrt", "rsqrt"):
        return None
    (x,) = t.args
    least = math.ulp(0.0) if t.attr == "rsqrt" else 0.0
    span = place.span(x, (least, math.inf))
    shown = place.wording.of(x)
    if span.low >= least:
        if not span.by:
            return None
        means = place.means(span)
        what = "0" if t.attr == "rsqrt" else "negative numbers"
        return Finding(KIND, True, f"{t.attr} is not taken of {what}: {means}", place.location)
    arrays = place.arrays(x)
    trials = tuple(Trial(dict.fromkeys(arrays, [v])) for v in (-1.0, 0.0)) if arrays else ()
    what = "0" if span.low == 0 else "negative numbers"
    return Finding(KIND, False, f"{t.attr}({shown}) may be taken of {what}", place.location, trials=trials)
