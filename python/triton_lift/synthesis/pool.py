"""Recipes with their values on the samples, one for each behaviour: the first, which is a smallest, stays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from triton_lift.synthesis.recipes import Recipe
from triton_lift.terms.term import Sort

Array = Any


class Exhausted(Exception):
    """The number of candidates that may be looked at is used up."""


@dataclass
class Budget:
    """How many more candidates may be made and how many more judged: counts, so that answers are the same anywhere."""

    candidates: int
    verdicts: int
    made: int = 0
    judged: int = 0
    largest: int = 0

    def make(self, recipe: Recipe) -> None:
        """Counts a candidate. Raises Exhausted."""
        if self.made >= self.candidates:
            raise Exhausted
        self.made += 1
        self.largest = max(self.largest, recipe.size)

    def judge(self) -> None:
        """Counts a question to the judge. Raises Exhausted."""
        if self.judged >= self.verdicts:
            raise Exhausted
        self.judged += 1


def signature(sort: Sort, values: Array) -> bytes | None:
    """What tells behaviours apart; None where something is undefined."""
    if sort != "real":
        return np.ascontiguousarray(values).tobytes()
    if np.isnan(values).any():
        return None
    with np.errstate(all="ignore"):
        # Fewer digits forget how a quotient was computed; adding 0 makes −0 to 0.
        rounded = np.round(values, 9).astype(np.float32) + np.float32(0)
        return np.ascontiguousarray(rounded).tobytes()


@dataclass(frozen=True)
class Entry:
    """A recipe and what it is worth at each point and time."""

    recipe: Recipe
    sort: Sort
    values: Array


@dataclass
class Pool:
    """Entries that differ on the columns from `first` on; `infinite`: they may be infinite there."""

    budget: Budget
    first: int
    infinite: bool = True
    by_signature: dict[tuple[Sort, bytes], Entry] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)

    def add(self, recipe: Recipe, sort: Sort, values: Array) -> Entry | None:
        """The new entry, None if there is one that behaves the same, or if it has no values."""
        self.budget.make(recipe)
        seen = values[:, self.first :]
        mark = signature(sort, seen)
        if mark is None or (sort, mark) in self.by_signature:
            return None
        if not self.infinite and sort == "real" and np.isinf(seen).any():
            return None
        entry = self.by_signature[sort, mark] = Entry(recipe, sort, values)
        self.entries.append(entry)
        return entry

    def find(self, sort: Sort, values: Array) -> Entry | None:
        """The entry with these values, if there is one."""
        mark = signature(sort, values[:, self.first :])
        return None if mark is None else self.by_signature.get((sort, mark))

    def of(self, sort: Sort, largest: int, most: int) -> Iterator[Entry]:
        """The smallest entries of a sort, up to a size; of equal ones the earlier."""
        fitting = [e for e in self.entries if e.sort == sort and e.recipe.size <= largest]
        return iter(sorted(fitting, key=lambda e: e.recipe.size)[:most])
