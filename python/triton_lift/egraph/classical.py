"""The classical counterpart of the e-graph: normal forms, from the inside out, kept where they are cheaper.

One answer for each term instead of all equal ones: what helps only after a detour through something dearer is missed.
"""

from __future__ import annotations

from triton_lift.egraph import algebra
from triton_lift.egraph.algebra import Algebra, Mono, Poly, Quotient, TooLargeError, inverse, scaled, shifted
from triton_lift.egraph.cost import preference
from triton_lift.egraph.facts import Facts
from triton_lift.egraph.normal import Normal
from triton_lift.egraph.pieces import UndecidedError
from triton_lift.egraph.rewriter import promising
from triton_lift.proving import Context
from triton_lift.terms import reals
from triton_lift.terms.binding import canonical_names
from triton_lift.terms.substitution import rebuild
from triton_lift.terms.term import Term, make, subterms

_MOST_NODES = 120
_MOST_DIVISORS = 6


class ClassicalRewriter:
    """Quotients of polynomials, multiplied out and divided by each of their monomials in turn."""

    def propose(self, value: Term, context: Context) -> Term:
        """The cheapest term found, if it is cheaper."""
        if not promising(value):
            return value
        memo: dict[Term, Term] = {}
        canonical = canonical_names(value)
        found = self._best(canonical, context, memo)
        return value if preference(found) >= preference(canonical) else canonical_names(found)

    def _best(self, t: Term, context: Context, memo: dict[Term, Term]) -> Term:
        found = memo.get(t)
        if found is None:
            found = memo[t] = self._improved(t, context, memo)
        return found

    def _improved(self, t: Term, context: Context, memo: dict[Term, Term]) -> Term:
        if not t.args or not promising(t):
            return t
        context.session.deadline.check()
        if t.op == "reduce":
            inner = make("reduce", (*t.args[:-1], self._best(t.args[-1], context, memo)), t.attr, t.sort)
        elif t.op in ("argreduce", "ranked", "argranked", "matprod", "iterate", "read"):
            inner = t
        else:
            inner = rebuild(t, tuple(self._best(a, context, memo) if a.sort == "real" else a for a in t.args))
        if len(subterms([t])) > _MOST_NODES:
            return inner
        return min([inner, *self._normal_forms(t, context)], key=preference)

    def _normal_forms(self, t: Term, context: Context) -> list[Term]:
        n = Normal(Facts(), Algebra(20_000))
        n.trusting = True
        try:
            p, q = n.quotient(t, context)
        except (UndecidedError, TooLargeError):
            return []
        if not p:
            return [reals.ZERO]
        divisors = sorted({*p, *q}, key=algebra.key)[:_MOST_DIVISORS]
        return [_written((p, q), m) for m in [algebra.UNIT, *divisors]]


def _written(quotient: Quotient, m: Mono) -> Term:
    """The quotient with both parts divided by m."""
    p, q = (shifted(x, inverse(m)) for x in quotient)
    c = next(iter(q.values()))
    p, q = scaled(p, 1 / c), scaled(q, 1 / c)
    return reals.div(_sum(p), _sum(q)) if q != algebra.ONE else _sum(p)


def _sum(p: Poly) -> Term:
    return algebra.term(p)
