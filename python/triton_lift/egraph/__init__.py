"""The formula a paper would print: simplification on an e-graph, each result proved equal to the raw value."""

from __future__ import annotations

from collections.abc import Iterator

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
        for proposed in proposals(value, context, rewriter):
            if Equality().holds(value, proposed, context):
                return proposed
    except (DeadlineError, RecursionError):
        pass
    return value


def proposals(value: Term, context: Context, rewriter: Rewriter) -> Iterator[Term]:
    """What might be printed for a value, the best first; not the value itself, and nothing of it is proved."""
    found = rewriter.propose(value, context)
    apart = taken_apart(found)
    yield from (p for p in dict.fromkeys((apart, found, taken_apart(value))) if p is not value)


__all__ = ["EgraphRewriter", "Equality", "Rewriter", "promising", "proposals", "simplified"]
