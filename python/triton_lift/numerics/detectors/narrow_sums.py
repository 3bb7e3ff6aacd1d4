"""Long sums kept in f16 or bf16: a f16 sum is infinite from 65520 on, and either loses what is small beside it."""

from __future__ import annotations

from triton_lift.numerics.finding import Finding, Trial
from triton_lift.numerics.place import Place
from triton_lift.terms import integers as ints
from triton_lift.terms.term import Term, ranges, reduce_body, subterms

KIND = "sum in a narrow type"
_SHORT = 16


def find(place: Place) -> Finding | None:
    """A sum over an axis, or one that a loop carries."""
    t = place.term
    if place.type not in ("f16", "bf16") or not _sums_up(t, place):
        return None
    body = reduce_body(t) if t.op == "reduce" else next(a for a in t.args if a.op != "state")
    arrays = place.arrays(body)
    shown = place.wording.of(body)
    sizes = ([300.0], [60000.0], [2048.0, 1.0, 1.0, 1.0], [256.0, 1.0, 1.0, 1.0], [0.1])
    trials = tuple(Trial(dict.fromkeys(arrays, values)) for values in sizes) if arrays else ()
    return Finding(KIND, False, f"the sum of {shown} is kept in {place.type}", place.location, trials=trials)


def _sums_up(t: Term, place: Place) -> bool:
    if t.op == "reduce":
        return t.attr[0] == "add" and any(
            (ints.value_of(high) or _SHORT) >= _SHORT for _, _, high in ranges(t)
        )
    if t.op != "radd" or not any(a.op == "state" for a in t.args):
        return False
    carries = (c for loop in place.kernel.loops.values() for c in loop.carries.values())
    return any(t in subterms([c.next]) for c in carries)
