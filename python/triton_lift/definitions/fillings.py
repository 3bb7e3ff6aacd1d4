"""What the holes of a pattern stand for."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cache

from triton_lift.terms import reals
from triton_lift.terms.substitution import rebuild, substitute
from triton_lift.terms.term import Term, subterms

_NEVER = "irrational"


@cache
def _unknowns(p: Term) -> tuple[frozenset[str], frozenset[Term]]:
    """The holes of a piece of a pattern, and its variables. Irrational constants are never known beforehand."""
    inside = subterms([p])
    names = {_NEVER if u.op == "constant" else u.attr for u in inside if u.op in ("hole", "constant")}
    return frozenset(names), frozenset(v for v in p.free if v.op == "var")


@dataclass(frozen=True)
class Filling:
    """`holes`: name → (variables, term); `variables`: of the pattern → of the term; `constants`: float → as spelled."""

    holes: dict[str, tuple[tuple[Term, ...], Term]] = field(default_factory=dict)
    variables: dict[Term, Term] = field(default_factory=dict)
    constants: dict[float, Fraction] = field(default_factory=dict)

    def with_hole(self, name: str, variables: tuple[Term, ...], value: Term) -> Filling:
        return replace(self, holes={**self.holes, name: (variables, value)})

    def with_variables(self, pairs: dict[Term, Term]) -> Filling:
        return replace(self, variables={**self.variables, **pairs})

    def with_constant(self, value: float, spelled: Fraction) -> Filling:
        return replace(self, constants={**self.constants, value: spelled})

    def complete(self, p: Term) -> bool:
        """Whether everything in a piece of the pattern is known."""
        names, variables = _unknowns(p)
        return names <= self.holes.keys() and variables <= self.variables.keys()

    def fill(self, p: Term) -> Term:
        """The pattern with its holes filled. KeyError where one is open."""
        memo: dict[Term, Term] = {}

        def visit(u: Term) -> Term:
            if u not in memo:
                memo[u] = build(u)
            return memo[u]

        def build(u: Term) -> Term:
            if u.op == "var":
                return self.variables.get(u, u)
            if u.op == "constant":
                return reals.const(self.constants[u.attr])
            args = tuple(map(visit, u.args))
            if u.op == "hole":
                variables, value = self.holes[u.attr]
                return substitute(value, dict(zip(variables, args, strict=True)))
            return rebuild(u, args)

        return visit(p)
