"""A recurrence as the rules see it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from triton_lift.proving import Context
from triton_lift.terms.substitution import substitute
from triton_lift.terms.term import Term


@dataclass(frozen=True)
class Recurrence:
    """x₀ = init, x_{t+1} = step.

    `state` is x_t at the coordinates, `marker` what every occurrence of x (at any index) has among its free leaves,
    `var` the loop variable t inside `step`, `time` the variable for the answer.
    """

    state: Term
    marker: Term
    var: Term
    time: Term
    init: Term
    step: Term
    trips: Term
    facts: Context | None = None  # what holds in every program
    extents: Mapping[Term, int] | None = None  # the sizes of the dimensions that coordinates run over
    element_type: Callable[[int], str] | None = None  # the format of an array's elements

    def at_time(self, t: Term) -> Term:
        """A term of the loop body, at the answer's time."""
        return substitute(t, {self.var: self.time})

    def free_of_state(self, t: Term) -> bool:
        """Whether `t` does not mention x."""
        return self.marker not in t.free
