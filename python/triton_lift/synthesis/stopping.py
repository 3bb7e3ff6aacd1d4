"""Values that go on until a condition on them fails: x' = (c(x) ? s(x) : x), with c and s the same in every iteration.

Let y be what goes on forever: y(0) = x₀, y(u + 1) = s(y(u)). Then x_t = y(τ), where τ is the least u ≤ t with u = t or
¬c(y(u)). By induction, together with: τ = t, or ¬c(x_t). For t = 0, τ = 0. If c(x_t), then τ = t, x_{t+1} = s(y(t)) =
y(t + 1), and the next τ is t + 1. If not, x_{t+1} = x_t, and τ stays: it is the least u with ¬c(y(u)), at most t.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from triton_lift.synthesis.system import System
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.substitution import substitute
from triton_lift.terms.term import Term, make, var


@dataclass(frozen=True)
class Stopping:
    """`forever`: the system of what goes on; `goes_on`: the condition, of the state."""

    forever: System
    goes_on: Term

    def stopped(self, form: Term) -> Term:
        """x_t, from the closed form of what goes on."""
        (state,), time = self.forever.states, self.forever.time
        u = var("u")
        here = substitute(self.goes_on, {state: substitute(form, {time: u})})
        moments = reals.select(bools.conjunction(bools.lt(u, time), here), time, u)
        box = (u, ints.ZERO, ints.add(time, ints.ONE))
        last = make("reduce", (*box, bools.TRUE, moments), ("min", 1), "int")
        return substitute(form, {time: last})


def stopping(system: System) -> Stopping | None:
    """The system as one that stops, if it is one."""
    if len(system.states) != 1:
        return None
    (state,), (step,) = system.states, system.steps
    if step.op != "select" or state not in step.args[1:]:
        return None
    condition, first, second = step.args
    if second is not state:
        condition, first = bools.negate(condition), second
    if system.var in condition.free or system.var in first.free or system.free_of_states(condition):
        return None
    return Stopping(replace(system, steps=(first,)), condition)
