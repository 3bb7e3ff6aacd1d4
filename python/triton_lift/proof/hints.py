"""Which products of quantities an obligation needs: the only help that solvers get."""

from __future__ import annotations

from collections.abc import Sequence

import z3

from triton_lift.proof.smtlib import entailment
from triton_lift.proof.solvers import Z3
from triton_lift.proving import Context
from triton_lift.terms.term import Term, by_order

_SECONDS = 10.0
_MOST = (150, 1500)  # pairs to choose from: those that the prover looks at, then more
Pair = tuple[Term, Term]


class NoHintsError(Exception):
    """The obligation was proved, but not in the form in which a proof states it."""


def products_for(context: Context, told: Sequence[Term], goal: Term) -> list[Pair]:
    """As few pairs as will do, so that `goal` follows from facts and their products. Raises NoHintsError.

    `told`: the facts in the order in which the prover was told them, which decides about the pairs that it looks at.
    """
    solver = Z3(_SECONDS)
    facts = sorted(told, key=by_order)
    if solver.check(entailment(facts, goal)) == "unsat":
        return []
    for most in _MOST:
        pairs = _core(facts, goal, list(dict.fromkeys(context.products(list(told), goal, most))))
        if pairs is not None:
            break
    else:
        raise NoHintsError
    for pair in list(pairs):
        rest = [p for p in pairs if p is not pair]
        if solver.check(entailment(facts, goal, rest)) == "unsat":
            pairs = rest
    return pairs


def _core(facts: list[Term], goal: Term, pairs: list[Pair]) -> list[Pair] | None:
    solver = z3.SimpleSolver()
    solver.set("timeout", int(_SECONDS * 1000))
    solver.from_string(entailment(facts, goal, pairs, optional=True))
    names = {f"product_{i}": pair for i, pair in enumerate(pairs)}
    if solver.check(*map(z3.Bool, names)) != z3.unsat:
        return None
    core = {str(literal) for literal in solver.unsat_core()}
    return [pair for name, pair in names.items() if name in core]
