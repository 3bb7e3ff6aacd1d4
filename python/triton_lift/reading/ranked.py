"""Elements by rank, where some are left out: filled with what is no greater (no less) than any element.

Theorem: of n elements of which all but m have the value c, and no other is less than c, the one of rank r from the
greatest is that of rank r among the m, if r < m, and else c. Likewise from the least.
"""

from __future__ import annotations

from collections.abc import Callable

from triton_lift.reading.floats import bounded
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.term import Term, make


def by_rank(
    kind: str, v: Term, size: Term, body: Term, rank: Term, element_type: Callable[[int], str] | None = None
) -> Term:
    """The element of this rank of the `body`s for 0 ≤ v < size; kind: largest, smallest."""
    plain = make("ranked", (v, ints.ZERO, size, bools.TRUE, body, rank), (kind, 1), body.sort)
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
    return reals.select(there, make("ranked", (v, ints.ZERO, size, inner, a, rank), (kind, 1), a.sort), b)


def _constant(t: Term) -> bool:
    return t.op in ("inf", "real", "int")


def _end(guard: Term, v: Term) -> Term | None:
    """The h of a guard v < h."""
    split = ints.coefficient(guard.args[0], v) if guard.op == "le0" else None
    if split is None or ints.value_of(split[0]) != 1 or v in split[1].free:
        return None
    return ints.sub(ints.ONE, split[1])
