"""A loop that runs a few times only: x_t is x₀ for t ≤ 0, step(x₀) for t ≤ 1, and so on up to the trip count.

There is nothing to prove; it is taken where no closed form is found, or where the loop runs at most once.
"""

from __future__ import annotations

from triton_lift.synthesis.system import System
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.substitution import substitute
from triton_lift.terms.term import Term

UNROLLED = "unrolled"
MOST_TRIPS = 4
_LARGEST_TREE = 50_000


def trips_of(system: System) -> int | None:
    """How often the loop runs, if that is a number."""
    return ints.value_of(system.trips)


def unrolled(system: System) -> Term | None:
    """The first state as a choice between its values; None where it runs too often, or they are too large."""
    trips = trips_of(system)
    if trips is None or trips > MOST_TRIPS:
        return None
    now = dict(zip(system.states, system.inits, strict=True))
    values = [now[system.states[0]]]
    for t in range(trips):
        now = {
            state: substitute(substitute(step, {system.var: ints.const(t)}), now)
            for state, step in zip(system.states, system.steps, strict=True)
        }
        values.append(now[system.states[0]])
        if _tree(values[-1], {}) > _LARGEST_TREE:
            return None
    form = values[-1]
    for t, value in reversed(list(enumerate(values[:-1]))):
        form = reals.select(bools.le(system.time, ints.const(t)), value, form)
    return form


def _tree(t: Term, sizes: dict[Term, int]) -> int:
    """The number of nodes as a tree, which is what is printed."""
    if t not in sizes:
        sizes[t] = 1 + sum(_tree(a, sizes) for a in t.args)
    return sizes[t]
