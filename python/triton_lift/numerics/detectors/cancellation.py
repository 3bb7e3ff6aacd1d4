"""Variance as E[x²] − E[x]²: where the mean is large, both are nearly equal, and what remains is rounding error."""

from __future__ import annotations

from triton_lift.numerics.finding import Finding, Trial
from triton_lift.numerics.place import Place
from triton_lift.terms import reals
from triton_lift.terms.binding import canonical_names
from triton_lift.terms.substitution import substitute
from triton_lift.terms.term import Term, make, ranges, reduce_body

KIND = "cancellation"
_LARGE = ([10000.0, 10001.0, 10002.0], [1000.0, 1001.0, 1002.0], [100.0, 100.5, 101.0])


def find(place: Place) -> Finding | None:
    """A difference."""
    t = place.term
    if t.op != "radd":
        return None
    t = place.closed(t)
    parts = [reals.coefficient(a) for a in (t.args if t.op == "radd" else ())]
    squares = [s for c, a in parts if c > 0 for s in _sums(a)]
    for c, a in parts:
        if c >= 0:
            continue
        for s in _squared_sums(a):
            if any(_of_squares(q, s) for q in squares):
                arrays = place.arrays(s)
                shown = place.wording.of(reduce_body(s))
                trials = tuple(Trial(dict.fromkeys(arrays, values)) for values in _LARGE)
                text = f"E[a²] - E[a]² of a = {shown} cancels where the mean is large"
                return Finding(KIND, False, text, place.location, trials=trials)
    return None


def _factors(t: Term) -> list[Term]:
    """Factors of a product or quotient, those above the line."""
    if t.op == "rdiv":
        return _factors(t.args[0])
    return [f for a in t.args for f in _factors(a)] if t.op == "rmul" else [t]


def _sums(t: Term) -> list[Term]:
    return [f for f in _factors(t) if f.op == "reduce" and f.attr[0] == "add"]


def _squared_sums(t: Term) -> list[Term]:
    found = _sums(t)
    return [f for i, f in enumerate(found) if f in found[i + 1 :]]


def _of_squares(squares: Term, plain: Term) -> bool:
    """Whether one is the sum of the squares of what the other sums up."""
    names = {v: w for (v, _, _), (w, _, _) in zip(ranges(plain), ranges(squares), strict=False)}
    if plain.attr != squares.attr:
        return False
    body = substitute(reduce_body(plain), names)
    squared = make("reduce", (*squares.args[:-1], reals.mul(body, body)), squares.attr, "real")
    return canonical_names(squared) is canonical_names(squares)
