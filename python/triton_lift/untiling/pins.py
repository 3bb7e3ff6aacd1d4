"""Coordinates that the guard pins to one value, or of which the grid leaves nothing but 0.

Theorem. If v = e at every point at which something is stored, e without v, these points are in bijection with those of
the other coordinates at which it is stored for v = e: v ≥ 0 becomes e ≥ 0, and every condition is taken at v = e.
Only where the address does not tell v anyway; of what is made from program numbers, only what has one constant value.
"""

from __future__ import annotations

from triton_lift.proving import Context
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms.substitution import substitute
from triton_lift.terms.term import Term
from triton_lift.untiling.coordinates import Constraint, Output


def drop_pinned(output: Output, base: Context) -> bool:
    """Removes the coordinates that have one value only; whether there were any."""
    coordinates = output.coordinates
    found = False
    for v in list(coordinates.variables):
        if v in output.offset.free:
            continue
        value = _pinned(output, v)
        if coordinates.axes.get(v) and (value is None or ints.value_of(value) is None):
            matters = v in output.value.free or output.read_back
            only_zero = matters and output.context(base).proves(bools.le(v, ints.ZERO))
            value = ints.ZERO if only_zero else None
        if value is None:
            continue
        found = True
        at = {v: value}
        coordinates.variables.remove(v)
        coordinates.axes.pop(v, None)
        coordinates.tile.pop(v, None)
        coordinates.constraints = [
            *(Constraint(substitute(c.fact, at), c.launch) for c in coordinates.constraints),
            Constraint(bools.le(ints.ZERO, value), launch=False),
        ]
        output.guard, output.value = substitute(output.guard, at), substitute(output.value, at)
        output.passengers = [substitute(p, at) for p in output.passengers]
        output.origin = {leaf: substitute(t, at) for leaf, t in output.origin.items()}
    return found


def _pinned(output: Output, v: Term) -> Term | None:
    """e, where the guard has v = e."""
    for part in bools.conjuncts(output.guard):
        split = ints.coefficient(part.args[0], v) if part.op == "eq0" and v in part.free else None
        factor = None if split is None else ints.value_of(split[0])
        if split is not None and factor in (1, -1) and v not in split[1].free:
            return ints.scale(split[1], -factor)
    return None
