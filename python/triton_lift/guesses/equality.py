"""Whether a formula's value is the lift's: by the normal form of lifted values, and by the provers of equality."""

from __future__ import annotations

from triton_lift.egraph.equal import Equality as EqualWhereDefined
from triton_lift.guesses.claims import comparable
from triton_lift.proving import Context
from triton_lift.simplification import PreconditionRequest, Simplifier
from triton_lift.simplification.finishing import finish
from triton_lift.synthesis.equality import Equality
from triton_lift.terms.term import Term


def finished(t: Term, context: Context) -> Term:
    """`t` as the lifter would present it."""
    try:
        return comparable(finish(t, context, Simplifier()))
    except PreconditionRequest:
        return t


def equal(lifted: Term, guess: Term, context: Context) -> bool:
    """Whether `guess` equals the lifted value wherever that is defined and the facts hold. False: not shown."""
    if lifted is guess:
        return True
    if lifted.sort != guess.sort:
        return False
    a, b = finished(lifted, context), finished(guess, context)
    if a is b or Equality().holds(a, b, context):
        return True
    return a.sort == "real" and (
        EqualWhereDefined().holds(a, b, context) or EqualWhereDefined().holds(lifted, guess, context)
    )
