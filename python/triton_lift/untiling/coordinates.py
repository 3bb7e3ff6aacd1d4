"""Coordinates of an effect: the integer points at which it happens.

The points are program ids, loop iterations and lanes, all ≥ 0, subject to constraints.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from triton_lift.proving import Context
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms.term import Term


@dataclass(frozen=True)
class Constraint:
    """A condition on the points. `launch`: it comes from the grid, so whether it cuts anything off is coverage's
    question; otherwise it is part of the domain."""

    fact: Term
    launch: bool


@dataclass
class Coordinates:
    """The points of one effect. `axes[v]`: the grid axes v was made from; `tile[v]`: how many consecutive values of
    v one program covers."""

    variables: list[Term]
    constraints: list[Constraint]
    axes: dict[Term, frozenset[int]] = field(default_factory=dict)
    tile: dict[Term, Term] = field(default_factory=dict)

    def restricted(self, variables: list[Term]) -> Coordinates:
        """The coordinates without the others, and without the constraints that mention those."""
        gone = frozenset(v for v in self.variables if v not in variables)
        return Coordinates(
            variables,
            [c for c in self.constraints if not c.fact.free & gone],
            {v: self.axes[v] for v in variables if v in self.axes},
            {v: self.tile[v] for v in variables if v in self.tile},
        )

    def facts(self, launch: bool = True) -> list[Term]:
        """What holds at every point (with or without the launch constraints)."""
        nonnegative = [bools.le(ints.ZERO, v) for v in self.variables]
        return nonnegative + [c.fact for c in self.constraints if launch or not c.launch]


@dataclass
class Output:
    """array[offset] := value at every point that satisfies the guard; `passengers` are rewritten along.

    `origin`: what each program id and loop iteration (of the kernel) is, in terms of the coordinates. `read_back`: the
    kernel reads the array as well.
    """

    coordinates: Coordinates
    offset: Term
    guard: Term
    value: Term
    passengers: list[Term] = field(default_factory=list)
    origin: dict[Term, Term] = field(default_factory=dict)
    read_back: bool = False

    def context(self, base: Context) -> Context:
        """What is known where the value is stored."""
        return base.extend(*self.coordinates.facts(), self.guard)
