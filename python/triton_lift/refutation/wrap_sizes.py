"""The smallest sizes at which an integer operation wraps, of a kernel that would accept them.

A launch is: integer arguments that meet the preconditions, and the smallest grid that coverage needs. Sizes are taken
as small as possible: first the largest of them, then each by itself. What is found is a concrete launch and a concrete
point at which the operation's exact result does not fit; that nothing smaller wraps is what the search suggests.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from triton_lift.evaluation.program import Operation, Program
from triton_lift.refutation.exact import Exact, NotExactError, wrapped
from triton_lift.terms import integers as ints
from triton_lift.terms.term import Term, make, subterms
from triton_lift.witness import WrapWitness

Sizes = dict[Term, int]
# Nodes of terms that may be evaluated for one kernel, some 0.2 s of work. It is no time limit, so that the answer is
# the same whenever it is asked for.
WORK = 300_000
GRID_LIMITS = ((1 << 31) - 1, 65535, 65535)


def smallest(program: Program) -> WrapWitness | None:
    """The operation that wraps at the smallest sizes; None where none is found to wrap."""
    work = Work(WORK)
    best: tuple[int, WrapWitness] | None = None
    for operation in program.operations:
        try:
            found = _Search(program, operation, work).run()
        except NotExactError:
            continue
        except Exhausted:
            break
        if found is not None and (best is None or found[0] < best[0]):
            best = found
    return None if best is None else best[1]


class Exhausted(Exception):
    """No work may be done any more."""


@dataclass
class Work:
    """How much may still be done."""

    left: int

    def do(self, amount: int) -> None:
        """Raises Exhausted where that is too much."""
        self.left -= amount
        if self.left < 0:
            raise Exhausted


@dataclass
class _Search:
    program: Program
    operation: Operation
    work: Work
    nodes: int = 0
    limits: Sizes = field(default_factory=dict)
    steps: Sizes = field(default_factory=dict)
    least_grid: dict[Term, list[Term]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        facts = [fact for _, fact in self.program.preconditions]
        roots = [self.operation.term, *self.operation.constraints, *facts, *self.program.grid]
        roots += [high for _, high in self.operation.ranges]
        leaves = subterms(roots)
        self.nodes = len(leaves)
        for number, (name, kind) in enumerate(self.program.params):
            term = make("param", (), (number, name))
            if kind[0] == "i" and kind != "i1" and term in leaves:
                self.limits[term] = (1 << (int(kind[1:]) - 1)) - 1
        for axis, limit in enumerate(GRID_LIMITS):
            grid = make("nprogs", (), axis)
            self.least_grid[grid] = [g for fact in self.program.grid if (g := _least(fact, grid)) is not None]
            if grid in leaves and not self.least_grid[grid]:
                self.limits[grid] = limit
        for fact in facts:
            self._note(fact)

    def _note(self, fact: Term) -> None:
        """Uses p ≤ c and c | p."""
        if fact.op == "eq0" and fact.args[0].op == "fmod" and fact.args[0].args[0] in self.limits:
            step = ints.value_of(fact.args[0].args[1])
            if step:
                self.steps[fact.args[0].args[0]] = step
        p = ints.polynomial(fact.args[0]) if fact.op in ("le0", "eq0") else {}
        names = [m for m in p if m]
        if len(names) == 1 and len(names[0]) == 1 and p[names[0]] == 1 and names[0][0] in self.limits:
            self.limits[names[0][0]] = min(self.limits[names[0][0]], -p.get((), 0))

    def run(self) -> tuple[int, WrapWitness] | None:
        """The largest size, and the witness with it."""
        power = next((k for k in range(1, 32) if self.wraps(self.all_at(1 << k))), None)
        if power is None:
            return None
        top = _least_number(1 << (power - 1), 1 << power, lambda s: self.wraps(self.all_at(s)))
        sizes = self.all_at(top)
        for term in list(sizes):
            self.lower(sizes, term)
        return top, self.witness(sizes)

    def lower(self, sizes: Sizes, term: Term) -> None:
        """Makes one size as small as the others allow."""
        step = self.steps.get(term, 1)

        def holds(count: int) -> bool:
            return self.wraps({**sizes, term: count * step})

        sizes[term] = step if holds(1) else step * _least_number(1, sizes[term] // step, holds)

    def all_at(self, size: int) -> Sizes:
        """All sizes at most this, and as large as they may be."""
        result = {}
        for term, limit in self.limits.items():
            step = self.steps.get(term, 1)
            result[term] = max(min(size, limit) // step, 1) * step
        return result

    def wraps(self, sizes: Sizes) -> bool:
        """Whether the operation wraps somewhere in the launch with these sizes, and that launch is accepted."""
        return self.point(sizes) is not None

    def point(self, sizes: Sizes) -> tuple[Sizes, int] | None:
        """Arguments and a point, and the exact result there."""
        leaves = self.launch(sizes)
        if leaves is None:
            return None
        half = 1 << (self.operation.width - 1)
        for point in self.points(leaves):
            value = Exact(point)(self.operation.term)
            if not -half <= value < half:
                return point, value
        return None

    def launch(self, sizes: Sizes) -> Sizes | None:
        """The sizes with the smallest grid; None where a precondition does not hold."""
        self.work.do(self.nodes)
        leaves = dict(sizes)
        for axis, (grid, needs) in enumerate(self.least_grid.items()):
            if grid not in leaves:
                leaves[grid] = max([1, *(Exact(leaves)(need) for need in needs)])
            if leaves[grid] > GRID_LIMITS[axis]:
                return None
        exact = Exact(leaves)
        return leaves if all(exact(fact) for _, fact in self.program.preconditions) else None

    def points(self, leaves: Sizes) -> Iterator[Sizes]:
        """The point with the largest coordinates, one after the other or in the opposite order; and the first."""
        for order in (self.operation.ranges, self.operation.ranges[::-1]):
            point = self.filled(leaves, order)
            if point is not None:
                yield point

    def filled(self, leaves: Sizes, order: Sequence[tuple[Term, Term]]) -> Sizes | None:
        """A point that satisfies the constraints, its coordinates as large as they may be while later ones are 0."""
        point = {**leaves, **{v: 0 for v, _ in order}}
        if not self.allowed(point):
            return None
        for v, high in order:
            last = Exact(point)(high) - 1
            if last > 0:
                point[v] = self.highest(point, v, last)
        return point

    def highest(self, point: Sizes, v: Term, last: int) -> int:
        """The largest value, at most `last`, that one coordinate may have at a point where it may be 0."""

        def too_large(number: int) -> bool:
            return number > last or not self.allowed({**point, v: number})

        return last if not too_large(last) else _least_number(0, last + 1, too_large) - 1

    def allowed(self, point: Sizes) -> bool:
        """Whether the operation is computed at this point."""
        self.work.do(self.nodes)
        exact = Exact(point)
        return all(exact(v) < exact(high) for v, high in self.operation.ranges) and all(
            exact(fact) for fact in self.operation.constraints
        )

    def witness(self, sizes: Sizes) -> WrapWitness:
        """What is reported of these sizes."""
        found = self.point(sizes)
        assert found is not None
        point, value = found
        grid = [point[make("nprogs", (), axis)] for axis in range(3)]
        numbers = {
            str(t.attr[1]): n for t, n in sizes.items() if t.op == "param" and n > self.steps.get(t, 1)
        }
        width = self.operation.width
        return WrapWitness(numbers, grid, width, value, wrapped(value, width), self.operation.location)


def _least(fact: Term, grid: Term) -> Term | None:
    """need from need ≤ factor·grid, divided by the factor and rounded up."""
    split = ints.coefficient(fact.args[0], grid) if fact.op == "le0" else None
    factor = -(ints.value_of(split[0]) or 0) if split is not None else 0
    if split is None or factor <= 0:
        return None
    return ints.fdiv(ints.add(split[1], ints.const(factor - 1)), ints.const(factor))


def _least_number(below: int, above: int, holds: Callable[[int], bool]) -> int:
    """The least number at which something holds that does not hold at `below` but at `above`, and from there on."""
    while above - below > 1:
        middle = (below + above) // 2
        below, above = (below, middle) if holds(middle) else (middle, above)
    return above
