"""Which rank the outputs of a network of comparators have, decided by the 0-1 principle.

Theorem (Knuth, The Art of Computer Programming 3, 5.3.4, theorem Z, for selection): let f be made of min and max, and
let g be the t-th largest of n numbers. Both commute with monotone maps; so f = g if and only if f = g on all of
{0, 1}ⁿ, where g is 1 if and only if at least t of the n are 1.

The 2ⁿ inputs are not enumerated: lanes that no comparator has connected are independent of each other, and where the
lanes of a component are functions of the number of ones alone, n + 1 inputs stand for all. A lane's values on the
inputs of its component are the bits of an integer, so that min is `&` and max is `|`. This is exact: no input of a
component is left out that could make a difference.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

# Inputs that are followed for one component: of two settled ones, and of others.
_MOST_COLUMNS, _MOST_OTHERS = 300_000, 1 << 13


class Undecided(Exception):
    """A component has too many inputs that differ."""


@dataclass(frozen=True, eq=False)
class Component:
    """Lanes that depend on each other.

    `inputs`: the network's inputs that they depend on; `counts`: the number of ones in each of the inputs followed,
    which are those with 0, 1, … ones if it is settled, and the pairs of such if it joins two that were (`second`: the
    number of inputs of the second).
    """

    inputs: tuple[int, ...]
    counts: tuple[int, ...]
    second: int = 0

    @property
    def settled(self) -> bool:
        """Whether one input for each number of ones is followed."""
        return len(self.counts) == len(self.inputs) + 1

    @cached_property
    def thresholds(self) -> dict[int, int]:
        """The table of "at least t ones" ↦ t."""
        by_count = _pairs_by_count(self) if self.second else _by_count(self)
        found: dict[int, int] = {}
        table = 0
        for count in range(len(self.inputs), -1, -1):
            table |= by_count[count]
            found[table] = count
        return found


@dataclass(frozen=True)
class State:
    """For each lane its component, and its values on the component's inputs."""

    lanes: tuple[tuple[Component, int], ...]


@dataclass(frozen=True)
class Ranks:
    """A lane is the element of this rank, from 0 for the greatest, of these inputs."""

    rank: int
    inputs: tuple[int, ...]


def start(count: int) -> State:
    """So many inputs, each a component of its own."""
    return State(tuple((Component((i,), (0, 1)), 0b10) for i in range(count)))


def step(state: State, exchanges: list[tuple[str, int, int]]) -> State:
    """The lanes after a layer: ("min" | "max" | "pass", lane, lane) each. Raises Undecided."""
    old = list(state.lanes)
    for kind, p, q in exchanges:
        if kind != "pass" and old[p][0] is not old[q][0]:
            _join(old, old[p][0], old[q][0])
    new = []
    for kind, p, q in exchanges:
        component, a = old[p]
        b = old[q][1]
        new.append((component, a if kind == "pass" else a & b if kind == "min" else a | b))
    return State(tuple(_settled(new)))


def ranks(state: State) -> list[Ranks | None]:
    """What each lane is, where it is the element of some rank of its component's inputs."""
    result: list[Ranks | None] = []
    for component, table in state.lanes:
        least = component.thresholds.get(table)
        result.append(None if not least else Ranks(least - 1, component.inputs))
    return result


def _join(lanes: list[tuple[Component, int]], a: Component, b: Component) -> None:
    """Two independent components as one, whose inputs are the pairs of theirs."""
    columns = len(a.counts) * len(b.counts)
    settled = a.settled and b.settled
    if columns > (_MOST_COLUMNS if settled else _MOST_OTHERS):
        raise Undecided
    inputs = tuple(sorted((*a.inputs, *b.inputs)))
    counts = tuple(x + y for x in a.counts for y in b.counts)
    joined = Component(inputs, counts, len(b.inputs) if settled else 0)
    width = len(b.counts)
    repeated = _every(width, len(a.counts))
    tables: dict[tuple[bool, int], int] = {}
    for i, (component, table) in enumerate(lanes):
        if component is not a and component is not b:
            continue
        first = component is a
        if (first, table) not in tables:
            tables[first, table] = _stretched(table, width) if first else table * repeated
        lanes[i] = joined, tables[first, table]


def _stretched(table: int, width: int) -> int:
    """Each bit, so many times."""
    return int("".join(digit * width for digit in bin(table)[2:]), 2)


def _every(distance: int, count: int) -> int:
    """So many ones, each at such a distance from the one before."""
    return int(("0" * (distance - 1) + "1") * count, 2) if count else 0


def _by_count(component: Component) -> list[int]:
    """The columns with so many ones."""
    result = [0] * (len(component.inputs) + 1)
    for column, count in enumerate(component.counts):
        result[count] |= 1 << column
    return result


def _pairs_by_count(component: Component) -> list[int]:
    """The same for the pairs (x, y), x < n + 1, y < m + 1, at x·(m + 1) + y: a diagonal each."""
    m, n = component.second, len(component.inputs) - component.second
    diagonal = _every(m, min(n, m) + 1)
    result = []
    for count in range(n + m + 1):
        first, last = max(0, count - m), min(count, n)
        # x·(m + 1) + (count − x) = count + x·m
        line = diagonal & ((1 << (m * (last - first) + 1)) - 1)
        result.append(line << (count + first * m))
    return result


def _settled(lanes: list[tuple[Component, int]]) -> list[tuple[Component, int]]:
    """Components all of whose lanes depend on the number of ones alone, with one input for each number."""
    members: dict[Component, list[int]] = {}
    for i, (component, _) in enumerate(lanes):
        members.setdefault(component, []).append(i)
    for component, places in members.items():
        if component.settled:
            continue
        least = [component.thresholds.get(lanes[i][1]) for i in places]
        if None in least:
            continue
        size = len(component.inputs)
        every = (1 << (size + 1)) - 1
        small = Component(component.inputs, tuple(range(size + 1)))
        for i, t in zip(places, least, strict=True):
            assert t is not None
            lanes[i] = small, every >> t << t
    return lanes
