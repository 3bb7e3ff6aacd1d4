"""What is printed of the paths of one output."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Case:
    """One path: what is written where the condition holds."""

    condition: str
    formula: str


@dataclass(frozen=True)
class PathTable:
    """array[indices] case by case. The conditions are proved to exclude each other, and if `complete`, to leave nothing
    out of the domain; else what none of them holds for is not written."""

    array: str
    indices: list[str]
    domain: str
    cases: list[Case]
    complete: bool

    def lines(self) -> list[str]:
        """For a reader."""
        target = f"{self.array}[{', '.join(self.indices)}]"
        found = [f"{target} = {c.formula} where {c.condition}" for c in self.cases]
        return found if self.complete else [*found, f"{target} stays as it is otherwise"]

    def to_json(self) -> dict[str, Any]:
        """As in the JSON of a result."""
        return {
            "array": self.array,
            "indices": self.indices,
            "domain": self.domain,
            "cases": [{"condition": c.condition, "formula": c.formula} for c in self.cases],
            "complete": self.complete,
        }
