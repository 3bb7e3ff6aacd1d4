"""Sums taken apart, so that what does not depend on the index leaves them.

Σ (a·x(k) + y(k))·z(k) = a·Σ x(k)·z(k) + Σ y(k)·z(k) for a that does not depend on k. An e-graph that looks for the
least weight prefers one sum, in which the reader has to tell for each factor what it depends on. A proposal, like all
that simplifiers make: that it equals the value is proved elsewhere.
"""

from __future__ import annotations

from triton_lift.terms import reals
from triton_lift.terms.substitution import rewrite, substitute
from triton_lift.terms.term import Term, bound_vars, make, subterms

_MOST_SUMMANDS = 4
_ANY = make("var", (), ("any", -7))


def taken_apart(t: Term) -> Term:
    """`t` with its sums taken apart where that frees something that does not depend on the index."""
    apart = rewrite(t, _apart)
    return t if apart is t else rewrite(apart, _sign_first)


def _apart(t: Term) -> Term | None:
    if t.op != "reduce" or t.attr[0] != "add" or t.sort != "real":
        return None
    bound = frozenset(bound_vars(t))
    body = t.args[-1]
    factors = body.args if body.op == "rmul" else (body,)
    for i, f in enumerate(factors):
        if f.op == "radd" and len(f.args) <= _MOST_SUMMANDS and _frees(f, bound):
            others = [*factors[:i], *factors[i + 1 :]]
            return reals.add(*(_sum(t, reals.mul(a, *others), bound) for a in f.args))
    return None


def _sign_first(t: Term) -> Term | None:
    """(-a - b) / n as -((a + b) / n)."""
    if t.op != "rdiv" or t.args[0].op != "radd":
        return None
    if not all(reals.coefficient(a)[0] < 0 for a in t.args[0].args):
        return None
    positive = reals.add(*map(reals.negate, t.args[0].args))
    return make("rmul", (reals.MINUS_ONE, make("rdiv", (positive, t.args[1]), None, "real")), None, "real")


def _frees(f: Term, bound: frozenset[Term]) -> bool:
    """Whether summands have factors that do not depend on the index, beside others that do."""
    parts = [a.args if a.op == "rmul" else (a,) for a in f.args]
    freed = any(_told(x) and not x.free & bound for p in parts for x in p if len(p) > 1)
    return freed and all(any(x.free & bound for x in p) or not any(map(_told, p)) for p in parts)


def _told(x: Term) -> bool:
    """Whether a factor says more than a number."""
    return x.op != "real"


def _sum(t: Term, body: Term, bound: frozenset[Term]) -> Term:
    """Σ body, with what does not depend on the index beside it."""
    factors = list(body.args) if body.op == "rmul" else [body]
    outside = [f for f in factors if not f.free & bound]
    inside = [f for f in factors if f.free & bound]
    flipped = [_as_inside(f, inside) for f in outside]
    inner = make("reduce", (*t.args[:-1], reals.mul(*inside) if inside else reals.ONE), t.attr, "real")
    return reals.mul(*flipped, inner)


def _as_inside(f: Term, inside: list[Term]) -> Term:
    """m - x(j) as -(x(j) - m) where x(k) - m is under the sum."""
    turned = reals.negate(f) if f.op != "radd" else reals.add(*map(reals.negate, f.args))
    shapes = {_shape(g) for g in inside}
    if f.op == "radd" and _shape(f) not in shapes and _shape(turned) in shapes:
        return make("rmul", (reals.MINUS_ONE, turned), None, "real")
    return f


def _shape(t: Term) -> Term:
    """`t` with one variable for all."""
    return substitute(t, {u: _ANY for u in subterms([t]) if u.op == "var"})
