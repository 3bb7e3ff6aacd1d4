"""Whether a formula's value is the lift's: by the normal form of lifted values, and by the provers of equality."""

from __future__ import annotations

from triton_lift.egraph.equal import Equality as EqualWhereDefined
from triton_lift.guesses.claims import comparable
from triton_lift.proving import Context
from triton_lift.simplification import PreconditionRequest, Simplifier
from triton_lift.simplification.finishing import finish
from triton_lift.synthesis.equality import Equality
from triton_lift.terms import reals
from triton_lift.terms.substitution import rewrite
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
    if a.sort != "real":
        return False
    pairs = dict.fromkeys([(a, b), (lifted, guess), (_without_rsqrt(a), _without_rsqrt(b))])
    return any(EqualWhereDefined().holds(x, y, context) for x, y in pairs)


def _without_rsqrt(t: Term) -> Term:
    """rsqrt(x) is 1 / sqrt(x): both are defined for x > 0."""

    def visit(u: Term) -> Term | None:
        if u.op == "rfun" and u.attr == "rsqrt":
            return reals.div(reals.ONE, reals.apply("sqrt", *u.args))
        return None

    return rewrite(t, visit)
