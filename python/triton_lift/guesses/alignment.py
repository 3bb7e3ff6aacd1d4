"""Which index of a formula is which of the lift: solved from the element that both speak of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from triton_lift.proving import Context
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms.substitution import substitute
from triton_lift.terms.term import Term

Highs = Mapping[Term, Term]


def solve(
    unknowns: Sequence[Term],
    places: Sequence[tuple[Term, Term]],
    highs: Highs,
    context: Context,
) -> dict[Term, Term] | None:
    """The unknowns in terms of the other variables, from equations (with unknowns, without them) one a dimension.

    Solved are equations w + c = t, and n·u + w = t where 0 ≤ w < n (`highs` gives n). Equations without an unknown must
    follow from the context. None where that does not determine them.
    """
    found: dict[Term, Term] = {}
    pending = list(places)
    while pending:
        progress = False
        for equation in list(pending):
            mine = substitute(equation[0], found)
            open_ones = [w for w in unknowns if w in mine.free and w not in found]
            solution = _solution(open_ones, mine, equation[1], highs, context)
            if solution is None:
                continue
            found.update(solution)
            pending.remove(equation)
            progress = True
        if not progress:
            return None
    return found if all(w in found for w in unknowns) else None


def _solution(
    open_ones: list[Term], mine: Term, other: Term, highs: Highs, context: Context
) -> dict[Term, Term] | None:
    if not open_ones:
        return {} if mine is other or context.proves(bools.eq(mine, other)) else None
    if len(open_ones) == 1:
        (w,) = open_ones
        split = ints.coefficient(mine, w)
        factor = None if split is None else ints.value_of(split[0])
        if split is None or factor not in (1, -1):
            return None
        return {w: ints.scale(ints.sub(other, split[1]), factor)}
    if len(open_ones) == 2:
        for outer, inner in (open_ones, reversed(open_ones)):
            first, second = ints.coefficient(mine, outer), ints.coefficient(mine, inner)
            if first is None or second is None or second[0] is not ints.ONE:
                continue
            size = first[0]
            if (
                highs.get(inner) is size
                and size.op != "int"
                or ints.value_of(size) == ints.value_of(highs.get(inner, ints.ZERO))
            ):
                rest = ints.sub(ints.sub(mine, inner), ints.mul(size, outer))
                if context.proves(bools.le(ints.ONE, size)):
                    flat = ints.sub(other, rest)
                    return {outer: ints.fdiv(flat, size), inner: ints.fmod(flat, size)}
    return None


def is_renaming(solution: Mapping[Term, Term]) -> bool:
    """Whether every unknown is just another variable."""
    return all(t.op == "var" for t in solution.values())
