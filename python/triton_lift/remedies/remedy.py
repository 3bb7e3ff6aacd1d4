"""A small change of the source, and the theorem about the kernel that has it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from triton_lift.lifted import Lifted

# What is claimed of the changed kernel; the rest of its result says how that was come by.
_CLAIMED = (
    "values",
    "coverage",
    "single_writer",
    "outputs",
    "preconditions",
    "assumptions",
    "real_arithmetic",
)


@dataclass(frozen=True)
class Remedy:
    """`lifted` is verified: it is the kernel with `changes`, and no others. Of the kernel as it is, it says nothing.

    `changes`: what a load is given (``other=0``) → the places of these loads (`file:line`, or None where unknown).
    """

    changes: dict[str, list[str | None]]
    lifted: Lifted

    def line(self) -> str:
        """Which changes, where, and what they are good for."""
        told = " and ".join(f"`{given}` in {_loads(places)}" for given, places in self.changes.items())
        return f"with {told} it would be verified for all sizes:"

    def to_json(self) -> dict[str, Any]:
        """The changes, and the result's fields that state the theorem."""
        theorem = self.lifted.to_json()
        changes = [{"given": given, "location": p} for given, places in self.changes.items() for p in places]
        return {"changes": changes, **{name: theorem[name] for name in _CLAIMED}}


def _loads(places: list[str | None]) -> str:
    known = [place for place in places if place is not None]
    return f"the load{'s' if len(known) > 1 else ''} at {', '.join(known)}" if known else "its loads"
