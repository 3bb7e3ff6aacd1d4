"""Elements by rank, where some are left out: filled with what is no greater (no less) than any element.

Theorem: of n elements of which all but m have the value c, and no other is less than c, the one of rank r from the
greatest is that of rank r among the m, if r < m, and else c. Likewise from the least. Of equal ones the first comes
first, so its place is the same too if the m are the first m.
"""

from __future__ import annotations

from collections.abc import Callable

from triton_lift.reading.floats import bounded
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.term import Term, make


def by_rank(
    op: str,
    kind: str,
    points: tuple[Term, Term],
    body: Term,
    rank: Term,
    element_type: Callable[[int], str] | None = None,
) -> Term:
    """The element of this rank (`ranked`), or its place (`argranked`), of the `body`s at the points (v, n): 0 ≤ v < n.

    kind: largest, smallest.
    """
    v, size = points

    def made(guard: Term, body: Term) -> Term:
        args = (v, ints.ZERO, size, guard, body, rank)
        return make(op, args, (kind, 1), body.sort if op == "ranked" else "int")

    plain = made(bools.TRUE, body)
    if body.op != "select":
        return plain
    c, a, b = body.args
    sign = 1 if kind == "largest" else -1
    if _constant(a) and not _constant(b):
        c, a, b = bools.negate(c), b, a
    if not _constant(b) or not bounded(a, b, sign, element_type):
        return plain
    outer = bools.conjunction(*(p for p in bools.conjuncts(c) if v not in p.free))
    inner = bools.conjunction(*(p for p in bools.conjuncts(c) if v in p.free))
    end = size if inner is bools.TRUE else _end(inner, v)
    if end is None:
        return plain
    # rank < size anyway
    there = bools.conjunction(outer, bools.lt(rank, end))
    return reals.select(there, made(inner, a), b if op == "ranked" else plain)


def _constant(t: Term) -> bool:
    return t.op in ("inf", "real", "int")


def _end(guard: Term, v: Term) -> Term | None:
    """The h of a guard v < h."""
    split = ints.coefficient(guard.args[0], v) if guard.op == "le0" else None
    if split is None or ints.value_of(split[0]) != 1 or v in split[1].free:
        return None
    return ints.sub(ints.ONE, split[1])
