"""Which conditions distinguish paths, and the paths of one value.

A path is taken by whole programs: its condition is the same for all elements along some index. One that speaks of
indices alone, and of nothing that is loaded, is a mask.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from triton_lift.proving import Context
from triton_lift.simplification import PreconditionRequest, Simplifier
from triton_lift.terms import booleans as bools
from triton_lift.terms.substitution import substitute
from triton_lift.terms.term import BINDERS, Term, bound_vars, subterms

_MOST_CONDITIONS = 3


@dataclass(frozen=True)
class Path:
    """`value` is what is written where `condition` holds."""

    condition: Term
    value: Term


def distinguishes(condition: Term, indices: frozenset[Term]) -> bool:
    """Whether a condition separates paths of an output with these indices."""
    inside = subterms([condition])
    if any(u.op == "reduce" for u in inside):
        return False
    used = {u for u in inside if u.op == "var"}
    loaded = any(u.op == "read" for u in inside)
    return used < indices and (loaded or not used)


def conditions(value: Term, indices: frozenset[Term]) -> list[Term]:
    """The conditions of choices in a value that separate paths, the outermost first."""
    everything = subterms([value])
    bound = {v for u in everything if u.op in BINDERS for v in bound_vars(u)}
    found: dict[Term, None] = {}
    for u in reversed(everything):
        if u.op == "select":
            for atom in _atoms(u.args[0]):
                if not atom.free & bound and distinguishes(atom, indices):
                    found[atom] = None
    return list(found)


def split(value: Term, indices: frozenset[Term], context: Context) -> list[Path]:
    """The paths of one value: each with the choices made; those that the facts exclude left out."""
    atoms = conditions(value, indices)
    if not 0 < len(atoms) <= _MOST_CONDITIONS:
        return [Path(bools.TRUE, value)]
    return list(_split(value, atoms, bools.TRUE, context))


def _split(value: Term, atoms: list[Term], condition: Term, context: Context) -> Iterator[Path]:
    if not atoms:
        yield Path(condition, _simplified(value, context))
        return
    atom, *rest = atoms
    for fact, truth in ((atom, bools.TRUE), (bools.negate(atom), bools.FALSE)):
        case = context.extend(fact)
        if case.consistent():
            chosen = substitute(value, {atom: truth})
            yield from _split(chosen, rest, bools.conjunction(condition, fact), case)


def _simplified(value: Term, context: Context) -> Term:
    try:
        return Simplifier().simplify(value, context)
    except PreconditionRequest:
        return value


def _atoms(condition: Term) -> Iterable[Term]:
    """The parts that and, or and not make a condition of."""
    if condition.op in ("and", "or", "not"):
        for a in condition.args:
            yield from _atoms(a)
    else:
        yield condition


def disjoint(paths: list[Path], context: Context) -> bool:
    """Whether no two conditions hold at once."""
    return not any(
        context.extend(a.condition, b.condition).consistent() for i, a in enumerate(paths) for b in paths[:i]
    )


def complete(paths: list[Path], context: Context) -> bool:
    """Whether some condition always holds."""
    return not context.extend(*(bools.negate(p.condition) for p in paths)).consistent()
