"""Loops closed by rules that are known."""

from __future__ import annotations

from triton_lift.closing import LoopCloser, iterated
from triton_lift.closing.rules import JointRule, Rule
from triton_lift.proving import Context
from triton_lift.reading import Kernel, Loop
from triton_lift.synthesis import System, again
from triton_lift.terms.term import Term


class ChosenCloser(LoopCloser):
    """Closes each carried value by the rule chosen for it: `(loop, position)` → the rule's name."""

    def __init__(self, kernel: Kernel, chosen: dict[tuple[int, int], str]) -> None:
        super().__init__(kernel)
        self.chosen = chosen

    def rules(self, loop: Loop, pos: int) -> list[tuple[str, Rule]]:
        return [(n, r) for n, r in super().rules(loop, pos) if n == self.chosen.get((loop.id, pos))]

    def joint_rules(self, loop: Loop, pos: int) -> list[tuple[str, JointRule]]:
        return [(n, r) for n, r in super().joint_rules(loop, pos) if n == self.chosen.get((loop.id, pos))]

    def statable(self, loop: Loop, pos: int) -> bool:
        return self.chosen.get((loop.id, pos)) == iterated.NAME

    def searched(self, system: System, facts: Context) -> tuple[str, Term] | None:
        """The closed form that the chosen name spells out, proved anew."""
        name = self.chosen.get(system.states[0].attr, "")
        value = again(name, system, facts)
        return None if value is None else (name, value)
