"""Division by something that may be 0, be it only because an exponential underflowed.

Divisors that are sizes, or integers read from memory, are among the assumptions of the theorem already.
"""

from __future__ import annotations

import math

from triton_lift.numerics.finding import Finding, Trial
from triton_lift.numerics.place import Place

KIND = "division by 0"


def find(place: Place) -> Finding | None:
    """A division of reals."""
    t = place.term
    if t.op != "rdiv" or t.args[1].op == "toreal":
        return None
    divisor = t.args[1]
    span = place.span(divisor, (math.ulp(0.0), math.inf))
    shown = place.wording.of(divisor)
    if span.low > 0 or span.high < 0:
        if not span.by:
            return None
        means = place.means(span)
        return Finding(KIND, True, f"the divisor is not 0: {means}", place.location)
    arrays = place.arrays(divisor)
    contents = ([0.0], [-200.0], [-1000.0], [200.0, *[0.0] * 6])
    trials = tuple(Trial(dict.fromkeys(arrays, values)) for values in contents) if arrays else ()
    return Finding(KIND, False, f"the divisor {shown} may be 0", place.location, trials=trials)
