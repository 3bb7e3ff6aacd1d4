"""An effect, lifted."""

from __future__ import annotations

from dataclasses import dataclass

from triton_lift.lifting.wraps import Wrap
from triton_lift.reading import Effect
from triton_lift.terms.term import Term
from triton_lift.untiling import Output
from triton_lift.untiling.domain import Domain


@dataclass
class LiftedEffect:
    """An effect in terms of array indices, with what was proved about it.

    `formula`: what is printed, proved equal to `value`; None until it is simplified.
    `iterations`: the variable of each loop around it. `ordered`: it relies on the program order of accesses by
    different lanes. `indices`: the variables with their printed names, as they are read; none until it is printed.
    """

    effect: Effect
    output: Output
    domain: Domain
    value: Term
    covered: bool
    grid: list[Term]
    wraps: list[Wrap]
    iterations: dict[int, Term]
    ordered: bool = False
    formula: Term | None = None
    indices: tuple[tuple[Term, str], ...] = ()
