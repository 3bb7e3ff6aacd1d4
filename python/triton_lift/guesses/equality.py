"""Whether a formula's value is the lift's: by the normal form of lifted values, and by the provers of equality."""

from __future__ import annotations

from triton_lift.egraph.equal import Equality as EqualWhereDefined
from triton_lift.guesses.claims import comparable
from triton_lift.proving import Context
from triton_lift.simplification import PreconditionRequest, Simplifier
from triton_lift.simplification.finishing import finish
from triton_lift.synthesis.equality import Equality
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.binding import canonical_names, fresh_names
from triton_lift.terms.substitution import rewrite, substitute
from triton_lift.terms.term import Term, bound_vars, make, ranges, subterms


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
    lifted, guess = _from_zero(lifted), _from_zero(guess)
    a, b = finished(lifted, context), finished(guess, context)
    if lifted is guess or a is b or Equality().holds(a, b, context):
        return True
    if a.sort != "real":
        return False
    pairs = dict.fromkeys([(a, b), (lifted, guess), (_without_rsqrt(a), _without_rsqrt(b))])
    return any(EqualWhereDefined().holds(x, y, context) for x, y in pairs)


def _from_zero(t: Term) -> Term:
    """Reductions over l ≤ v < h as such over 0 ≤ v < h − l."""

    def visit(u: Term) -> Term | None:
        if u.op not in ("reduce", "argreduce") or all(low is ints.ZERO for _, low, _ in ranges(u)):
            return None
        args = list(u.args)
        for i, v in enumerate(bound_vars(u)):
            low, high = args[3 * i + 1], args[3 * i + 2]
            args[3 * i + 1 : 3 * i + 3] = [ints.ZERO, ints.sub(high, low)]
            args[3 * i + 3 :] = [substitute(a, {v: ints.add(v, low)}) for a in args[3 * i + 3 :]]
        return make(u.op, tuple(args), u.attr, u.sort)

    if all(
        low is ints.ZERO for u in subterms([t]) if u.op in ("reduce", "argreduce") for _, low, _ in ranges(u)
    ):
        return t
    return canonical_names(rewrite(fresh_names(t), visit))


def _without_rsqrt(t: Term) -> Term:
    """rsqrt(x) is 1 / sqrt(x): both are defined for x > 0."""

    def visit(u: Term) -> Term | None:
        if u.op == "rfun" and u.attr == "rsqrt":
            return reals.div(reals.ONE, reals.apply("sqrt", *u.args))
        return None

    return rewrite(t, visit)
