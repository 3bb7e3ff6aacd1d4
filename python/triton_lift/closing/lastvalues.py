"""A value computed anew in each iteration: x_{t+1} = g(t) gives x_t = (t = 0 ? x₀ : g(t − 1))."""

from __future__ import annotations

from triton_lift.closing.recurrence import Recurrence
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.substitution import substitute
from triton_lift.terms.term import Term


def last_value(r: Recurrence) -> Term | None:
    """x_t of a step that does not look at x."""
    if not r.free_of_state(r.step):
        return None
    previous = substitute(r.step, {r.var: ints.sub(r.time, ints.ONE)})
    return reals.select(bools.le(r.time, ints.ZERO), r.init, previous)
