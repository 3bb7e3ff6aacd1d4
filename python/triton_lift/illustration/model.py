"""What a picture of a launch shows."""

from __future__ import annotations

from dataclasses import dataclass, field

Program = tuple[int, int, int]


@dataclass(frozen=True)
class Run:
    """Cells next to each other in one row, columns `first` to `last`, written by one program in a row of its lanes:
    its `lane`-th element and those after it (`step` 1) or before it (−1; 0 where they are in no such order).

    `program` is None where nobody writes; `clash` says that somebody else writes something there too. Where several
    programs take part in atomic updates, `together` is how many, and `program` one of them.
    """

    row: int
    first: int
    last: int
    program: Program | None
    lane: int = 0
    step: int = 1
    clash: bool = False
    together: int = 1


@dataclass(frozen=True)
class Panel:
    """Cells in rows and columns, as runs. `kind`: the domain of a formula, its rows and columns named by indices, or
    the memory of an array, its elements in order."""

    kind: str  # "domain" or "memory"
    array: str
    rows: int
    columns: int
    row_name: str
    column_name: str
    runs: list[Run]
    left_out: int = 0  # rows that were too many to show


@dataclass(frozen=True)
class Illustration:
    """The IR of a kernel and, if one could be run, a small launch of it."""

    ir: str
    grid: Program | None = None
    scalars: dict[str, int | float | bool] = field(default_factory=dict)
    panels: list[Panel] = field(default_factory=list)
    taking_part: frozenset[Program] = frozenset()  # in atomic updates
