"""Elements by rank, under what is known of the points."""

from __future__ import annotations

from typing import TYPE_CHECKING

from triton_lift.simplification.reductions import bounds
from triton_lift.terms.term import Term, make, ranges, reduce_body, reduce_guard

if TYPE_CHECKING:
    from triton_lift.proving import Context
    from triton_lift.simplification.contextual import Simplifier


def simplify_ranked(s: Simplifier, t: Term, context: Context) -> Term:
    """Range by range, guard, body and rank: each equal to what it was at every point that counts."""
    box = [(v, s.simplify(low, context), s.simplify(high, context)) for v, low, high in ranges(t)]
    inside = context.extend(bounds(box))
    guard = s.simplify(reduce_guard(t), inside)
    body = s.simplify(reduce_body(t), inside.extend(guard))
    flat = tuple(x for triple in box for x in triple)
    return make(t.op, (*flat, guard, body, s.simplify(t.args[-1], context)), t.attr, t.sort)
