"""Adjacent ranges of one reduction, as a peeled or split loop leaves them.

Theorem: for lo ≤ m and 0 ≤ n, ⊕_{lo ≤ k < m} e(k) ⊕ ⊕_{0 ≤ k < n} e(m + k) = ⊕_{lo ≤ k < m + n} e(k).
For n < 0, where the second range is empty, this holds with min(m, m + n) in the place of m.
If lo may be greater than m, then ⊕_{lo ≤ k < m} e(k) ⊕ ⊕_{s ≤ k < n} e(m + k) is that for s + m = max(lo, m) and
m ≤ max(lo, m + n).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from triton_lift.simplification.reductions import reduction
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.substitution import substitute
from triton_lift.terms.term import Term, ranges, reduce_body, reduce_guard

if TYPE_CHECKING:
    from triton_lift.proving import Context

_KINDS = {"radd": ("add", reals.add), "rmax": ("max", reals.maximum), "rmin": ("min", reals.minimum)}


def join(t: Term, context: Context) -> Term:
    """`t` with two of its summands (or comparands) joined, if they are adjacent."""
    if t.op not in _KINDS:
        return t
    kind, combine = _KINDS[t.op]
    parts = [a for a in t.args if a.op == "reduce" and a.attr == (kind, 1) and reduce_guard(a) is bools.TRUE]
    for first in parts:
        for second in parts:
            joined = _joined(kind, first, second, context) if first is not second else None
            if joined is not None:
                rest = [a for a in t.args if a is not first and a is not second]
                return join(combine(joined, *rest), context)
    return t


def _joined(kind: str, first: Term, second: Term, context: Context) -> Term | None:
    ((v, low, middle),) = ranges(first)
    ((w, start, size),) = ranges(second)
    body = reduce_body(first)
    for m in (middle, *(middle.args if middle.op == "imin" else ())):
        if substitute(body, {v: ints.add(w, m)}) is not reduce_body(second):
            continue
        sizes = size.args if size.op == "imin" else (size,)
        end = ints.minimum(*(ints.add(m, n) for n in sizes))
        if start is ints.ZERO:
            fits = bools.le(ints.ZERO, size) if m is middle else bools.eq(middle, ints.minimum(m, end))
            fits = bools.conjunction(bools.le(low, m), fits)
        elif m is middle:
            there = bools.eq(ints.add(start, m), ints.maximum(low, m))
            fits = bools.conjunction(there, bools.le(m, ints.maximum(low, end)))
        else:
            continue
        if context.proves(fits):
            return reduction("reduce", kind, [(v, low, end)], bools.TRUE, body)
    return None
