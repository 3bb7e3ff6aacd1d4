"""Merging tiles: B·a + b with 0 ≤ b < B runs through the integers once.

Theorem: for B ≥ 1, (a, b) ↦ B·a + b is a bijection from {lo ≤ a < hi} × [0, B) to [B·lo, B·hi). So a reduction over a
and b whose guard and body depend on B·a + b alone is a reduction over r = B·a + b. B ≥ 1 is needed: for B < 0 and
hi < lo the left side is empty and the right one is not.
"""

from __future__ import annotations

from triton_lift.proving import Context
from triton_lift.terms import integers as ints
from triton_lift.terms.substitution import substitute
from triton_lift.terms.term import Term, var

Ranges = list[tuple[Term, Term, Term]]


def merge_tiles(box: Ranges, exprs: list[Term], context: Context) -> tuple[Ranges, list[Term]] | None:
    """One merge, if there is one: the smaller box and the expressions in terms of the merged variable."""
    for j, (b, low_b, size) in enumerate(box):
        if low_b is not ints.ZERO or size.free & {v for v, _, _ in box}:
            continue
        for i, (a, low, high) in enumerate(box):
            if i == j or (low.free | high.free) & {b}:
                continue
            if any({a, b} & (lo.free | hi.free) for k, (_, lo, hi) in enumerate(box) if k not in (i, j)):
                continue
            merged = var("k")
            replaced = in_terms_of(exprs, a, b, size, merged)
            if replaced is None:
                continue
            if not context.positive(size):
                break
            triple = (merged, ints.mul(size, low), ints.mul(size, high))
            return [triple if k == i else r for k, r in enumerate(box) if k != j], replaced
    return None


def in_terms_of(exprs: list[Term], a: Term, b: Term, size: Term, merged: Term) -> list[Term] | None:
    """The expressions with b := merged − size·a, if a then cancels from all of them."""
    if not any(b in e.free for e in exprs) or not any(a in e.free for e in exprs):
        return None
    # Cheap test first: wherever b occurs in a sum, a must occur with it.
    value = {b: ints.sub(merged, ints.mul(size, a))}
    result = []
    for e in exprs:
        new = substitute(e, value)
        if a in new.free:
            return None
        result.append(new)
    return result
