"""The formula a paper would print: simplification on an e-graph, each result proved equal to the raw value."""

from __future__ import annotations

from triton_lift.egraph.equal import Equality
from triton_lift.egraph.rewriter import EgraphRewriter, Rewriter, promising
from triton_lift.egraph.sums import taken_apart
from triton_lift.proving import Context, DeadlineError
from triton_lift.terms.term import Term


def simplified(value: Term, context: Context, rewriter: Rewriter) -> Term:
    """What `rewriter` makes of a value, if it is proved equal under the facts of the context; else the value.

    Where time or stack end, the value stands as it is.
    """
    try:
        proposed = rewriter.propose(value, context)
        if proposed is not value and not Equality().holds(value, proposed, context):
            proposed = value
        apart = taken_apart(proposed)
        return apart if apart is not proposed and Equality().holds(value, apart, context) else proposed
    except (DeadlineError, RecursionError):
        return value


__all__ = ["EgraphRewriter", "Equality", "Rewriter", "promising", "simplified"]
