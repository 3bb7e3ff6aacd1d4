"""Values that step by something known.

invariant: x_{t+1} = x_t gives x_t = x₀.
linear: x_{t+1} = x_t + d(t) over the integers gives x_t = x₀ + d·t for constant d, and x₀ + Σ_{u<t} d(u) otherwise.
Both by induction on t: base t = 0, step by adding d(t) to both sides (identities of the normal form).
"""

from __future__ import annotations

from triton_lift.closing.recurrence import Recurrence
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.substitution import substitute
from triton_lift.terms.term import Term, make, var


def invariant(r: Recurrence) -> Term | None:
    """x_t = x₀ for a state that never changes."""
    return r.init if r.step is r.state else None


def _difference(r: Recurrence, step: Term) -> Term:
    """x_{t+1} − x_t, case by case."""
    if step.op == "select" and r.free_of_state(step.args[0]):
        c, a, b = step.args
        return reals.select(c, _difference(r, a), _difference(r, b))
    return ints.sub(step, r.state)


def linear(r: Recurrence) -> Term | None:
    """x_t = x₀ + d·t, integers only."""
    if r.state.sort != "int":
        return None
    difference = _difference(r, r.step)
    if not r.free_of_state(difference):
        return None
    if r.var not in difference.free:
        return ints.add(r.init, ints.mul(difference, r.time))
    u = var("u")
    body = substitute(difference, {r.var: u})
    total = make("reduce", (u, ints.ZERO, r.time, bools.TRUE, body), ("add", 1), "int")
    return ints.add(r.init, total)
