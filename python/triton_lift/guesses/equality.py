"""Whether a formula's value is the lift's: by the normal form of lifted values, and by the provers of equality."""

from __future__ import annotations

from triton_lift.egraph.equal import Equality as EqualWhereDefined
from triton_lift.guesses.claims import comparable
from triton_lift.proving import Context
from triton_lift.simplification import PreconditionRequest, Simplifier
from triton_lift.simplification.finishing import finish
from triton_lift.simplification.reductions import unit
from triton_lift.synthesis.equality import Equality
from triton_lift.terms import booleans as bools
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


_MOST_SIZES = 2


def equal(lifted: Term, guess: Term, context: Context) -> bool:
    """Whether `guess` equals the lifted value wherever that is defined and the facts hold. False: not shown.

    Where nothing says that a range has a point, both cases are looked at: some identities need one, and of none, both
    sides are constants.
    """
    return _equal(lifted, guess, context) or _by_sizes(lifted, guess, context, _MOST_SIZES)


def _by_sizes(lifted: Term, guess: Term, context: Context, most: int) -> bool:
    """By cases: some range of the two has a point, or none."""
    size = _open_size(lifted, guess, context) if most else None
    if size is None:
        return False
    some, none = (context.extend(fact) for fact in (bools.le(ints.ONE, size), bools.le(size, ints.ZERO)))
    over_none = _over_none(lifted, size), _over_none(guess, size)
    return all(
        not case.consistent() or _equal(*pair, case) or _by_sizes(*pair, case, most - 1)
        for pair, case in ((over_none, none), ((lifted, guess), some))
    )


def _over_none(t: Term, size: Term) -> Term:
    """`t` where no range of this size has a point."""

    def visit(u: Term) -> Term | None:
        if u.op != "reduce" or not any(ints.sub(high, low) is size for _, low, high in ranges(u)):
            return None
        return unit(u.attr[0], u.sort)

    return rewrite(t, visit)


def _open_size(lifted: Term, guess: Term, context: Context) -> Term | None:
    """The size of a range, told by arguments alone, that may be empty and may not be."""
    for u in subterms([lifted, guess]):
        for _, low, high in ranges(u) if u.op == "reduce" and u.sort == "real" else ():
            size = ints.sub(high, low)
            if size.free or ints.value_of(size) is not None:
                continue
            if not context.proves(bools.le(ints.ONE, size)) and not context.proves(bools.le(size, ints.ZERO)):
                return size
    return None


def _equal(lifted: Term, guess: Term, context: Context) -> bool:
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
