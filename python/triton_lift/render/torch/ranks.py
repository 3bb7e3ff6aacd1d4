"""Elements by rank as torch.sort: the whole order is computed once, whichever ranks are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from triton_lift.render.torch.errors import TorchError
from triton_lift.render.torch.nodes import Node
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.term import Term, ranges, reduce_body, reduce_guard

if TYPE_CHECKING:
    from triton_lift.render.torch.elementwise import Context
    from triton_lift.render.torch.translate import Translator


def ranked(translate: Translator, t: Term, context: Context, guarded: bool) -> Node:
    """`ranked` and `argranked` of one variable.

    What does not count is made the greatest (least) there is, and stands behind all else. A rank that is an index of
    its own has the sorted dimension in its place; another is looked up.
    """
    if len(ranges(t)) != 1:
        raise TorchError("an order over several ranges has no counterpart in PyTorch")
    ((v, low, high),) = ranges(t)
    body, guard, rank = reduce_body(t), reduce_guard(t), t.args[-1]
    around = translate.box.hull(low, high)
    translate.box.ranges[v] = around
    masks = [bools.le(low, v)] * (around.low is not low) + [bools.lt(v, high)] * (around.high is not high)
    masks += [c for c in bools.conjuncts(guard) if c is not bools.TRUE]
    by_place = t.op == "argranked"
    if by_place and masks and reals.may_be_infinite(body, -1 if t.attr[0] == "largest" else 1):
        raise TorchError("places among what may be infinite, some of which do not count")
    own = rank in context and rank not in body.free | guard.free | low.free | high.free
    inner = tuple(v if u is rank else u for u in context) if own else (*context, v)
    values = translate(body, inner, guarded or bool(masks))
    if masks:
        last = translate.neutral("max" if t.attr[0] == "largest" else "min", body.sort)
        values = translate.masked(values, masks, inner, last)
    values = translate.spread(translate.nodes.tensor(values), inner, (v,))
    behind = len(inner) - 1 - inner.index(v)
    assert values.axes is not None
    what = (-1 - behind, t.attr[0] == "largest", by_place)
    order = translate.nodes.make("sort", (values,), what, values.axes, "int" if by_place else values.kind)
    if by_place and around.low is not ints.ZERO:
        order = translate.nodes.broadcast("lin", (order, translate(around.low, ())), "int", (1, 1, 0))
    # Under a condition there may be more ranks than elements.
    if own and not guarded and translate.box.ranges[rank].low is ints.ZERO:
        last_rank = translate.box.ranges[rank].high
        if last_rank is around.size:
            return order
        return translate.nodes.make(
            "first", (order, translate(last_rank, ())), behind, order.axes, order.kind
        )
    places = translate(rank, context if own else inner, True)
    axes = list(order.axes or ())
    axes[len(axes) - 1 - behind] = own
    rest = list(places.axes or ())
    longest = max(len(axes), len(rest))
    both = [False] * (longest - len(axes)) + axes, [False] * (longest - len(rest)) + rest
    full = tuple(a or b for a, b in zip(*both, strict=True))
    found = translate.nodes.make("at_rank", (order, places), -1 - behind, full, order.kind)
    return found if own else translate.nodes.make("drop", (found,), 1, full[:-1], order.kind)
