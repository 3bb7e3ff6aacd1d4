"""The interface of simplifiers, and the egglog one.

A simplifier is not trusted: what it proposes is used only once `equal` has shown that it equals the raw value.
"""

from __future__ import annotations

from typing import Protocol

from triton_lift.egraph.cost import FUNCTIONS, preference
from triton_lift.egraph.encoding import Encoding
from triton_lift.proving import Context
from triton_lift.simplification.reductions import lower_corner
from triton_lift.terms import reals
from triton_lift.terms.binding import canonical_names
from triton_lift.terms.substitution import rebuild, rewrite
from triton_lift.terms.term import Term, bound_vars, make, subterms

_MOST_NODES = 90
_LARGEST = 2000  # what is larger has other worries than how its parts look
_MOST_PIECES = 12


class Rewriter(Protocol):
    """Proposes a simpler value."""

    def propose(self, value: Term, context: Context) -> Term:
        """A term that should equal `value` under the facts of the context; `value` itself where nothing is gained."""


def promising(t: Term) -> bool:
    """Whether there could be anything to simplify: the test that spares most values the e-graph."""
    parts = subterms([t])
    return (
        t.sort == "real"
        and len(parts) <= _LARGEST
        and any(
            u.op in ("rdiv", "rmax", "rmin")
            or (u.op == "rfun" and u.attr in FUNCTIONS)
            or (u.op == "select" and u.sort == "real")
            or (u.op == "reduce" and u.sort == "real" and _divisible(u))
            or (u.op == "radd" and _joinable(u))
            or (u.op == "rmul" and any(a.op == "reduce" and u.args.count(a) > 1 for a in u.args))
            for u in parts
        )
    )


def _joinable(t: Term) -> bool:
    """Whether ranges of sums could meet, or a summand be a point more: two of the summands are sums of like things."""
    sums = [
        a for p in t.args for a in (p.args if p.op == "rmul" else (p,)) if a.op == "reduce" and a.attr[1] == 1
    ]
    if not sums:
        return False
    prints = [_arrays(a) for p in t.args for a in (p.args if p.op == "rmul" else (p,)) if a.op != "real"]
    return any(prints.count(_arrays(s)) > 1 for s in sums)


def _arrays(t: Term) -> frozenset[object]:
    """Which arrays and functions occur in a term: what a shift of its index does not change."""
    return frozenset((u.op, u.attr) for u in subterms([t]) if u.op in ("read", "rfun"))


def _divisible(t: Term) -> bool:
    """Whether a reduction could be taken apart."""
    bound = frozenset(bound_vars(t))
    body = t.args[-1]
    return body.op in ("radd", "reduce") or (body.op == "rmul" and not all(f.free & bound for f in body.args))


class EgraphRewriter:
    """Equality saturation over the rewrites of `rewrites`, in pieces where a value is large."""

    def propose(self, value: Term, context: Context) -> Term:
        """The cheapest term found, if it is cheaper."""
        if not promising(value):
            return value
        return _Pieces(context).best(canonical_names(rewrite(value, _in_base_e)))


def _in_base_e(t: Term) -> Term | None:
    """2^(x·log₂ e + y) = exp(x + y·log 2)."""
    if t.op != "rfun" or t.attr != "exp2" or t.args[0].op != "radd":
        return None
    parts = t.args[0].args
    if not any(p.op == "rmul" and reals.LOG2_E in p.args for p in parts):
        return None
    return reals.apply("exp", reals.add(*(_times_log_2(p) for p in parts)))


def _times_log_2(t: Term) -> Term:
    if t.op == "rmul" and reals.LOG2_E in t.args:
        rest = list(t.args)
        rest.remove(reals.LOG2_E)
        return reals.mul(*rest)
    return reals.mul(reals.LOG_2, t)


class _Pieces:
    """One value: pieces are simplified from the inside out where the whole is too large."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.memo: dict[Term, Term] = {}
        self.questions = 0

    def best(self, t: Term) -> Term:
        found = self.memo.get(t)
        if found is None:
            found = self.memo[t] = self._best(t)
        return found

    def _best(self, t: Term) -> Term:
        if not t.args or not promising(t):
            return t
        if len(subterms([t])) > _MOST_NODES or not self.finite(t):
            t = self._by_parts(t)
            if len(subterms([t])) > _MOST_NODES or not self.finite(t):
                return t
        self.questions += 1
        if self.questions > _MOST_PIECES:
            return t
        self.context.session.deadline.check()
        from triton_lift.egraph.engine import cheapest

        encoding = Encoding(self.context)
        found = encoding.read(cheapest(encoding, encoding.write(t)))
        return found if preference(found) < preference(t) else t

    def _by_parts(self, t: Term) -> Term:
        if t.op == "reduce":
            return make("reduce", (*t.args[:-1], self.best(t.args[-1])), t.attr, t.sort)
        if t.op in ("argreduce", "ranked", "argranked", "matprod", "iterate", "read"):
            return t
        return rebuild(t, tuple(self.best(a) if a.sort == "real" else a for a in t.args))

    def finite(self, t: Term) -> bool:
        """Whether everything in `t` that a rewrite could speak of is finite, where `t` is defined at all."""
        for u in subterms([t]):
            if u.sort != "real" or u.op in ("radd", "rmul", "rdiv", "rmax", "rmin", "select", "real"):
                continue
            if u.op == "rfun" and u.attr in FUNCTIONS:
                continue
            if u.op == "reduce":
                if u.attr[0] == "add" or self.context.proves(lower_corner(u)):
                    continue
                return False
            if not reals.finite(u):
                return False
        return True
