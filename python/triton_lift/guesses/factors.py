"""Quotients of real terms factor by factor, and products with a sum as sums."""

from __future__ import annotations

from collections.abc import Iterable

from triton_lift.terms import reals
from triton_lift.terms.binding import fresh_names
from triton_lift.terms.term import Term, bound_vars, make, reduce_body


def factors(t: Term) -> tuple[list[Term], list[Term]]:
    """The factors above and below the line."""
    if t.op == "rmul":
        above: list[Term] = []
        below: list[Term] = []
        for a in t.args:
            p, q = factors(a)
            above += p
            below += q
        return above, below
    if t.op == "rdiv":
        (p, q), (r, s) = factors(t.args[0]), factors(t.args[1])
        return p + s, q + r
    return [t], []


def divided(t: Term, divisors: Iterable[Term]) -> Term:
    """t divided by the others; equal factors above and below are left out (they are not 0 where it matters)."""
    above, below = factors(t)
    for d in divisors:
        p, q = factors(d)
        below += p
        above += q
    for x in list(below):
        if x in above:
            above.remove(x)
            below.remove(x)
    numbers = [x for x in below if x.op == "real" and reals.value_of(x)]
    for x in numbers:
        below.remove(x)
        above.append(reals.div(reals.ONE, x))
    top = reals.mul(*above) if above else reals.ONE
    return reals.div(top, reals.mul(*below)) if below else top


def as_sum_over(t: Term, count: int) -> Term | None:
    """a·(Σ b) / c as Σ a·b / c, over that many variables; None where there is not exactly one such sum."""
    above, below = factors(t)
    sums = [x for x in above if x.op == "reduce" and x.attr == ("add", count) and x.sort == "real"]
    if len(sums) != 1:
        return None
    total = fresh_names(sums[0])
    above.remove(sums[0])
    if any(v in x.free for x in (*above, *below) for v in bound_vars(total)):
        return None
    body = divided(reals.mul(*above, reduce_body(total)), below)
    return make("reduce", (*total.args[:-1], body), total.attr, "real")
