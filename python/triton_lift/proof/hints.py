"""Which products of quantities an obligation needs: the only help that solvers get."""

from __future__ import annotations

import z3

from triton_lift.proof.smtlib import entailment
from triton_lift.proof.solvers import Z3
from triton_lift.proving import Context
from triton_lift.terms.term import Term

_SECONDS = 10.0
Pair = tuple[Term, Term]


class NoHintsError(Exception):
    """The obligation was proved, but not in the form in which a proof states it."""


def products_for(context: Context, facts: list[Term], goal: Term) -> list[Pair]:
    """As few pairs as will do, so that `goal` follows from `facts` and their products. Raises NoHintsError."""
    solver = Z3(_SECONDS)
    if solver.check(entailment(facts, goal)) == "unsat":
        return []
    pairs = _core(facts, goal, list(dict.fromkeys(context.products(facts, goal))))
    for pair in list(pairs):
        rest = [p for p in pairs if p is not pair]
        if solver.check(entailment(facts, goal, rest)) == "unsat":
            pairs = rest
    return pairs


def _core(facts: list[Term], goal: Term, pairs: list[Pair]) -> list[Pair]:
    solver = z3.SimpleSolver()
    solver.set("timeout", int(_SECONDS * 1000))
    solver.from_string(entailment(facts, goal, pairs, optional=True))
    names = {f"product_{i}": pair for i, pair in enumerate(pairs)}
    if solver.check(*map(z3.Bool, names)) != z3.unsat:
        raise NoHintsError
    core = {str(literal) for literal in solver.unsat_core()}
    return [pair for name, pair in names.items() if name in core]
