"""exp of an argument that nothing bounds from above: from about 88.7 on it is infinite in f32, from 11.1 on in f16."""

from __future__ import annotations

import math

from triton_lift.numerics.bounds import LARGEST_EXPONENTS
from triton_lift.numerics.finding import Finding, Trial
from triton_lift.numerics.place import Place

KIND = "overflow of exp"
_SIZES = (100.0, 20.0, 1000.0, 5.0)


def find(place: Place) -> Finding | None:
    """An exponential."""
    t = place.term
    if t.op != "rfun" or t.attr not in ("exp", "exp2"):
        return None
    limit = LARGEST_EXPONENTS.get(place.type)
    if limit is None:
        return None
    (x,) = t.args
    span = place.span(x, (-math.inf, limit / (math.log(2) if t.attr == "exp2" else 1)))
    shown = place.wording.of(x)
    name = str(t.attr)
    if span.high <= limit:
        if not span.by:
            return None
        return Finding(KIND, True, f"{name} does not overflow: {place.means(span)}", place.location)
    if place.site.absorbed:
        return Finding(KIND, True, f"{name} may overflow, in a divisor: the limit is right", place.location)
    arrays = place.arrays(x)
    trials = []
    for size in _SIZES:
        for signs in _signs(len(arrays)):
            trials.append(Trial({a: [s * size] for a, s in zip(arrays, signs, strict=True)}))
    if arrays:  # one element far above its neighbours
        trials.append(Trial(dict.fromkeys(arrays, [-100.0] * 4 + [100.0])))
    text = f"{name}({shown}) overflows in {place.type}: nothing bounds its argument"
    return Finding(KIND, False, text, place.location, trials=tuple(trials))


def _signs(count: int) -> list[tuple[int, ...]]:
    """All equal, and the first or the last one different."""
    plus = (1,) * count
    found = [plus, tuple(-s for s in plus)]
    if count > 1:
        found += [(-1, *plus[1:]), (*plus[1:], -1)]
    return list(dict.fromkeys(found)) if count else []
