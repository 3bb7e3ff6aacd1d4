"""log of something that may be 0 or less, be it only because an exponential underflowed."""

from __future__ import annotations

import math

from triton_lift.numerics.finding import Finding, Trial
from triton_lift.numerics.place import Place

KIND = "logarithm of 0"


def find(place: Place) -> Finding | None:
    """A logarithm."""
    t = place.term
    if t.op != "rfun" or t.attr not in ("log", "log2", "log10"):
        return None
    (x,) = t.args
    span = place.span(x, (math.ulp(0.0), math.inf))
    shown = place.wording.of(x)
    if span.low > 0:
        if not span.by:
            return None
        means = place.means(span)
        return Finding(KIND, True, f"{t.attr} is not taken of 0: {means}", place.location)
    arrays = place.arrays(x)
    trials = tuple(Trial(dict.fromkeys(arrays, [v])) for v in (0.0, -1.0, -200.0, -1000.0))
    text = f"{t.attr}({shown}) may be taken of 0"
    return Finding(KIND, False, text, place.location, trials=trials if arrays else ())
