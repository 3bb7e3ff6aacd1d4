"""Merging tiles: B·a + b with 0 ≤ b < B runs through the integers once.

Theorem: for B ≥ 1, (a, b) ↦ B·a + b is a bijection from {lo ≤ a < hi} × [0, B) to [B·lo, B·hi); and for any B if lo = 0
and hi ≥ 0, as both sides are empty for B < 1. (For B < 0 and hi < lo the left side is empty and the right one is not.)
Likewise (a, b) ↦ b − B·a, as it is B·a' + b − B·(lo + hi − 1) with a' = lo + hi − 1 − a: tiles from the last one on.
So a reduction over a and b whose guard and body depend on B·a + b alone is a reduction over r = B·a + b. A last tile
that ends at N, b < N − B·a, is r < N, where N may depend on other variables; and so is a < ⌈(N − b) / B⌉ from a = 0
on: iterations that programs share out, by ranges or in turn, are one range.
"""

from __future__ import annotations

from triton_lift.proving import Context
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms.substitution import substitute
from triton_lift.terms.term import Term, var

Ranges = list[tuple[Term, Term, Term]]


def merge_tiles(box: Ranges, exprs: list[Term], context: Context) -> tuple[Ranges, list[Term]] | None:
    """One merge, if there is one: the smaller box and the expressions in terms of the merged variable."""
    names = {v for v, _, _ in box}
    for j, (b, low_b, end) in enumerate(box):
        if low_b is not ints.ZERO:
            continue
        for i, (a, low, high) in enumerate(box):
            if i == j or b in low.free:
                continue
            in_turn = _in_turn(high, b, end, names) if b in high.free and low is ints.ZERO else None
            if b in high.free and (in_turn is None or not context.positive(end)):
                continue
            if any({a, b} & (lo.free | hi.free) for k, (_, lo, hi) in enumerate(box) if k not in (i, j)):
                continue
            found = _merged(exprs, (a, low, high), b, end, names) if in_turn is None else None
            if in_turn is not None:
                merged = var("k")
                replaced = in_terms_of(exprs, a, b, end, merged)
                found = None if replaced is None else (merged, end, [in_turn], replaced)
            if found is None:
                continue
            merged, size, limits, replaced = found
            if not context.positive(size) and not (
                low is ints.ZERO and context.proves(bools.le(ints.ZERO, high))
            ):
                break
            last = ints.minimum(*([] if in_turn is not None else [ints.mul(size, high)]), *limits)
            triple = (merged, ints.mul(size, low), last)
            # What its end depends on comes before it.
            kept, given_up = (max(i, j), min(i, j)) if last.free & names else (i, j)
            return [triple if k == kept else r for k, r in enumerate(box) if k != given_up], replaced
    return None


def _merged(
    exprs: list[Term], outer: tuple[Term, Term, Term], b: Term, end: Term, names: set[Term]
) -> tuple[Term, Term, list[Term], list[Term]] | None:
    """`(r, B, N's, the expressions in terms of r)`, for tiles from the first one on or from the last one on."""
    a, low, high = outer
    turned = ints.sub(ints.add(low, high), ints.ONE)
    for sign in (1, -1):
        if sign < 0 and a in end.free:
            end = substitute(end, {a: ints.sub(turned, a)})
        tile = _tile(end, a, b, names)
        if tile is None:
            continue
        size, limits = tile
        merged = var("k")
        replaced = in_terms_of(exprs, a, b, ints.scale(size, sign), merged)
        if replaced is not None and sign < 0:
            back = {merged: ints.sub(merged, ints.mul(size, turned))}
            replaced = [substitute(e, back) for e in replaced]
        if replaced is not None:
            return merged, size, limits, replaced
    return None


def _tile(end: Term, a: Term, b: Term, names: set[Term]) -> tuple[Term, list[Term]] | None:
    """B and the N's of b < min(B, N − B·a, …), written as one range's `end`."""
    if not end.free & names:
        return end, []
    least = next((u for u in ints.atoms(end) if u.op == "imin"), None)
    split = None if least is None else ints.coefficient(end, least)
    if least is None or split is None or split[0] is not ints.ONE:
        return None
    parts = [ints.add(part, split[1]) for part in least.args]
    for size in parts:
        limits = [ints.add(p, ints.mul(size, a)) for p in parts if p is not size]
        if not size.free & names and not any(t.free & {a, b} for t in limits):
            return size, limits
    return None


def _in_turn(high: Term, b: Term, size: Term, names: set[Term]) -> Term | None:
    """N of a < ⌈(N − b) / B⌉."""
    quotient = next((u for u in ints.atoms(high) if u.op == "fdiv" and u.args[1] is size), None)
    split = None if quotient is None else ints.coefficient(high, quotient)
    if quotient is None or split is None or split[0] is not ints.ONE:
        return None
    # ⌊x/B⌋ + c is ⌈(N − b)/B⌉ with x + c·B = N − b + B − 1.
    limit = ints.add(quotient.args[0], ints.mul(split[1], size), b, ints.ONE, ints.scale(size, -1))
    return None if limit.free & names or size.free & names else limit


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
