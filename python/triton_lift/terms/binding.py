"""Names of bound variables."""

from __future__ import annotations

from collections.abc import Callable

from triton_lift.terms.substitution import rebuild, substitute
from triton_lift.terms.term import BINDERS, Term, bound_vars, make, var


def canonical_names(t: Term) -> Term:
    """Names each bound variable by the nesting depth of its binder, so that alpha-equivalent terms are the same.

    Different binders then share names: before such a term is substituted into, give it `fresh_names`.
    """
    return _renamed(t, lambda depth: make("var", (), ("k", -1 - depth)))


def fresh_names(t: Term) -> Term:
    """`t` with bound variables that occur nowhere else."""
    return _renamed(t, lambda depth: var("k"))


def _renamed(t: Term, name: Callable[[int], Term]) -> Term:
    memo: dict[Term, tuple[Term, int]] = {}

    def visit(u: Term) -> tuple[Term, int]:
        found = memo.get(u)
        if found is not None:
            return found
        parts = [visit(a) for a in u.args]
        depth = max((d for _, d in parts), default=0)
        built = rebuild(u, tuple(p for p, _ in parts))
        if built.op in BINDERS:
            names = {}
            for v in bound_vars(built):
                names[v] = name(depth)
                depth += 1
            args = tuple(substitute(a, names) for a in built.args)
            built = make(built.op, args, built.attr, built.sort)
        memo[u] = (built, depth)
        return memo[u]

    return visit(t)[0]
