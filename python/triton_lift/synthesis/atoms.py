"""The atoms of a system: what its steps are made of beside the states."""

from __future__ import annotations

from triton_lift.synthesis.ranking import Ranking
from triton_lift.synthesis.system import System
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.substitution import substitute
from triton_lift.terms.term import Sort, Term, bound_vars, subterms

MOST_ATOMS = 16
_MOST_CONSTANTS = 6
_OPEN = {
    "radd",
    "rmul",
    "rdiv",
    "rmax",
    "rmin",
    "select",
    "and",
    "or",
    "not",
    "lin",
    "prod",
    "toreal",
    "imax",
    "imin",
}
_CONSTANT = {"int", "real", "bool", "inf"}
_NEUTRAL: dict[Sort, tuple[Term, ...]] = {
    "real": (reals.ZERO,),
    "int": (ints.ZERO,),
    "bool": (bools.FALSE, bools.TRUE),
}


def atoms_of(system: System, ranking: Ranking) -> list[Term]:
    """Terms in `system.var`, without states: the largest such parts of the steps, what those are combined of, and the
    steps from neutral states. Those that say most come first; equal systems have equal lists.
    """
    whole: dict[Term, None] = {}
    for step in system.steps:
        largest(step, system, whole, set())
    for step in system.steps:
        for choice in range(2):
            start = {s: _NEUTRAL[s.sort][min(choice, len(_NEUTRAL[s.sort]) - 1)] for s in system.states}
            whole[substitute(step, start)] = None
    for state, step in zip(system.states, system.steps, strict=True):
        whole.update(dict.fromkeys(_factor(state, step, system)))
    parts: dict[Term, None] = {}
    for t in whole:
        if t.op in _OPEN:
            for a in t.args:
                parts[a] = None
                if a.op in _OPEN:
                    parts.update(dict.fromkeys(a.args))

    def usable(t: Term) -> bool:
        if t.op == "real":
            return t.attr not in (0, 1, -1)
        return t.op not in _CONSTANT and system.free_of_states(t)

    chosen = sorted(filter(usable, whole), key=ranking.key)
    rest = sorted((p for p in parts if usable(p) and p not in whole), key=ranking.key)
    return (chosen + rest)[:MOST_ATOMS]


def _factor(state: Term, step: Term, system: System) -> list[Term]:
    """What the state is multiplied by, where it occurs in several summands."""
    if state.sort == "int":
        split = ints.coefficient(step, state)
        return [t for t in split or () if system.free_of_states(t)]
    if step.op != "radd" or sum(not system.free_of_states(a) for a in step.args) < 2:
        return []
    at_one, at_zero = (
        substitute(step, {s: n if s is state else reals.ZERO for s in system.states if s.sort == "real"})
        for n in (reals.ONE, reals.ZERO)
    )
    return [reals.sub(at_one, at_zero)]


def largest(
    t: Term,
    system: System,
    found: dict[Term, None],
    seen: set[tuple[Term, frozenset[Term]]],
    bound: frozenset[Term] = frozenset(),
) -> None:
    """Collects the largest subterms of `t` that mention no state and no bound variable."""
    if (t, bound) in seen:
        return
    seen.add((t, bound))
    if system.free_of_states(t):
        if not t.free & bound:
            found[t] = None
        return
    if t.op == "state":
        return
    if t.op in ("reduce", "argreduce", "ranked", "argranked", "foldresult", "iterate"):
        bound = bound | frozenset(bound_vars(t))
    for a in t.args:
        largest(a, system, found, seen, bound)


def operators_of(system: System) -> set[str]:
    """The operators that are applied to states, at any depth."""
    return {u.op for u in subterms(list(system.steps)) if not system.free_of_states(u)}


def constants_of(system: System) -> list[int]:
    """The small integers in the steps, and their successors: periods and bounds are made of them."""
    found: set[int] = set()
    for u in subterms(list(system.steps)):
        if u.op == "int":
            found.add(abs(u.attr))
        elif u.op == "lin":
            found.update(map(abs, u.attr))
    return sorted(n for n in {*found, *(n + 1 for n in found)} if 2 < n < 1 << 20)[:_MOST_CONSTANTS]
