"""Coordinate systems as kernels have them: programs, loops, lanes, and what they store where."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from triton_lift.evaluation import ProgramOutput
from triton_lift.evaluation.program import bounding_box
from triton_lift.evaluation.terms import Evaluator
from triton_lift.proving import Context, Session
from triton_lift.simplification import PreconditionRequest, Simplifier
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.term import Term, make, var
from triton_lift.untiling import Coordinates, Output, untile
from triton_lift.untiling.coordinates import Constraint
from triton_lift.untiling.coverage import prove_coverage
from triton_lift.untiling.domain import Domain, domain_of
from triton_lift.untiling.writers import clash, prove_single_writer

M, N, S = (make("param", (), (i, name)) for i, name in enumerate("mns"))
GRID = [make("nprogs", (), axis) for axis in range(2)]
SIZES = [M, N, S, *GRID]
Launch = dict[Term, int]
Written = set[tuple[int, float]]


def c(value: int) -> Term:
    return ints.const(value)


@dataclass
class System:
    """Variables with the axis that a program id belongs to (None: a loop or lane) and their upper ends."""

    variables: list[tuple[Term, int | None, Term]]
    offset: Term
    guard: Term
    value: Term

    def output(self) -> Output:
        """As the lifter starts with it."""
        return Output(
            Coordinates(
                [v for v, _, _ in self.variables],
                [Constraint(bools.lt(v, high), axis is not None) for v, axis, high in self.variables],
                {v: frozenset((axis,)) for v, axis, _ in self.variables if axis is not None},
                {v: ints.ONE for v, axis, _ in self.variables if axis is not None},
            ),
            self.offset,
            self.guard,
            self.value,
        )

    def written(self, launch: Launch) -> Written:
        """What is stored where, point by point from the outermost variable to the innermost."""
        found = [dict(launch)]
        for v, _, high in self.variables:
            found = [{**p, v: i} for p in found for i in range(int(Evaluator(p, {})(high)))]
        result = set()
        for p in found:
            at = Evaluator(p, {})
            if at(self.guard):
                result.add((int(at(self.offset)), float(at(self.value))))
        return result


def tuples(output: Output, launch: Launch, margin: int = 0) -> tuple[list[Any], Evaluator, Any]:
    """The output's points as columns, an evaluator at them, and the mask of those that satisfy its constraints."""
    variables = output.coordinates.variables
    constraints = tuple(
        part
        for f in (output.guard, *(k.fact for k in output.coordinates.constraints))
        for part in bools.conjuncts(f)
    )
    box = bounding_box(
        ProgramOutput(0, tuple(variables), constraints, output.offset, output.value), dict(launch), {}
    )
    axes = np.meshgrid(*[np.arange(n + margin, dtype=np.int64) for n in box], indexing="ij")
    columns = [a.ravel() for a in axes]
    at = Evaluator({**launch, **dict(zip(variables, columns, strict=False))}, {})
    mask = np.ones(columns[0].shape if columns else (1,), dtype=bool)
    for f in constraints:
        mask = mask & at(f)
    return columns, at, mask


def written_after(output: Output, launch: Launch, margin: int = 0) -> Written:
    """What the untiled output stores where."""
    _, at, mask = tuples(output, launch, margin)
    offsets = np.broadcast_to(at(output.offset), mask.shape)[mask]
    values = np.broadcast_to(at(output.value), mask.shape)[mask]
    return {(int(o), float(v)) for o, v in zip(offsets, values, strict=False)}


@dataclass
class Verdicts:
    """An untiled system, with what was found out about it, under `facts`."""

    output: Output
    domain: Domain
    covered: bool
    needed: list[Term]
    single: bool
    distinct: list[Term] | None
    clash: bool
    facts: list[Term]


def verdicts(system: System, facts: list[Term]) -> Verdicts:
    """Untiles a system and asks for everything, granting the preconditions that are asked for."""
    facts = [*facts, *(bools.le(ints.ONE, g) for g in GRID)]
    session = Session()
    for _ in range(8):
        base = Context(session, facts)
        try:
            simplifier = Simplifier()
            output = untile(system.output(), base, simplifier)
            domain = domain_of(output, base)
        except PreconditionRequest as request:
            facts.append(request.fact)
            continue
        covered, needed = prove_coverage(domain, output.coordinates, base, simplifier)
        single, distinct = prove_single_writer(output, domain, base)
        return Verdicts(output, domain, covered, needed, single, distinct, clash(output, single), facts)
    raise AssertionError("it keeps asking")


def launches(facts: list[Term], **choices: tuple[int, ...]) -> list[Launch]:
    """Sizes and grids at which the facts hold."""
    names = {"m": M, "n": N, "s": S, "g": GRID[0], "h": GRID[1]}
    options = {t: choices.get(k, (1,)) for k, t in names.items()}
    found = [dict(zip(options, values, strict=False)) for values in product(*options.values())]
    return [p for p in found if all(bool(Evaluator(p, {})(f)) for f in facts)]


def program(axis: int = 0) -> tuple[Term, int, Term]:
    return var("p"), axis, GRID[axis]


def inner(high: Term) -> tuple[Term, None, Term]:
    return var("i"), None, high


def labelled(*parts: Term) -> Term:
    """A value that tells where it comes from."""
    return reals.from_int(ints.add(*(ints.scale(t, 7**i) for i, t in enumerate(parts))))
