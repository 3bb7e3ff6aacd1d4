"""The search as a way to close loops: proposes closed forms for a system, accepts what the judge accepts."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice, product

import numpy as np

from triton_lift.proving import Context
from triton_lift.simplification import PreconditionRequest, Simplifier
from triton_lift.synthesis.atoms import atoms_of, operators_of
from triton_lift.synthesis.enumeration import Enumeration
from triton_lift.synthesis.induction import solves
from triton_lift.synthesis.pool import Budget, Exhausted
from triton_lift.synthesis.ranking import Ranking
from triton_lift.synthesis.recipes import Recipe, RecipeError, build, parse
from triton_lift.synthesis.samples import POINTS, TIMES, Samples, Unsampled, run
from triton_lift.synthesis.stopping import stopping
from triton_lift.synthesis.system import System
from triton_lift.synthesis.unrolling import UNROLLED, trips_of, unrolled
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms.binding import canonical_names
from triton_lift.terms.term import Term

PREFIX = "search: "
STOPPED = "stopped"
_CANDIDATES = 20_000
_VERDICTS = 12
_LARGEST_SYSTEM = 3_000
_TRIED_PER_STATE = 3


class Search:
    """Searches closed forms for one kernel; remembers what it found, and says what it tried."""

    def __init__(self, candidates: int = _CANDIDATES) -> None:
        self.candidates = candidates
        self.found: dict[tuple[int, int], str] = {}
        self.failed: dict[object, list[str]] = {}  # what was tried in vain, under which facts
        self.trace: list[str] = []

    def close(self, system: System, base: Context) -> tuple[str, Term] | None:
        """`(name, closed form)` of the system's first state; the name says how to find it again."""
        key = system.states[0].attr
        if key in self.found:
            value = again(self.found[key], system, base)
            if value is not None:
                return self.found[key], value
        # A kernel is lifted anew with each precondition, and once more with recurrences: the same search again.
        question = (
            *map(canonical_names, (*system.inits, *system.steps, system.trips)),
            *system.states,
            base.key,
        )
        if question in self.failed:
            self.trace = list(self.failed[question])
            return None
        self.trace = []
        trips = trips_of(system)
        if trips is not None and trips < 2:
            name = UNROLLED
        else:
            with np.errstate(all="ignore"):
                name = self._search(system, base) or self._stopped(system, base) or UNROLLED
        value = again(name, system, base)
        if value is None:
            self.failed[question] = list(self.trace)
            return None
        self.found[key] = name
        return name, value

    def _stopped(self, system: System, base: Context) -> str | None:
        found = stopping(system)
        name = None if found is None else self._search(found.forever, base)
        return None if name is None else f"{PREFIX}({STOPPED} {name.removeprefix(PREFIX)})"

    def _search(self, system: System, base: Context) -> str | None:
        system = simplified(system, base)
        roots = [*system.steps, *system.inits, *system.states, system.var]
        ranking = Ranking(roots)
        if sum(ranking.size(s) for s in system.steps) > _LARGEST_SYSTEM:
            self.trace.append("the step is too large for a search")
            return None
        atoms = atoms_of(system, ranking)
        budget = Budget(self.candidates, _VERDICTS)
        moments = np.broadcast_to(np.arange(TIMES + 1), (POINTS, TIMES + 1))
        samples = Samples(ranking, {system.var: moments}, system.free_of_states)
        try:
            runs = run(system, samples)
        except (Unsampled, ValueError):
            self.trace.append("no search: its values cannot be sampled")
            return None
        enumeration = Enumeration(system, atoms, operators_of(system), samples, runs, budget)
        proposals: list[list[Recipe]] = [[] for _ in system.states]
        try:
            for match in enumeration:
                number, recipe = match.number, match.recipe
                mine = proposals[number]
                start = Recipe("start", (Recipe(f"x{number}"), recipe))
                for form in (recipe, start) if match.from_start else (start,):
                    if form in mine or len(mine) >= _TRIED_PER_STATE and len(proposals) > 1:
                        continue
                    mine.append(form)
                    others = [p if i != number else [form] for i, p in enumerate(proposals)]
                    for choice in islice(product(*others), _TRIED_PER_STATE):
                        budget.judge()
                        if _closed(list(choice), system, base) is not None:
                            return PREFIX + "; ".join(map(str, choice))
        except Exhausted:
            pass
        self.trace.append(f"search tried {budget.made} candidates up to size {budget.largest}")
        if budget.judged:
            self.trace.append(f"{budget.judged} that fitted all samples were not proved")
        return None


def simplified(system: System, base: Context) -> System:
    """The system with its steps simplified under what holds in every iteration."""
    inside = base.extend(bools.le(ints.ZERO, system.var), bools.lt(system.var, system.trips))
    simplifier = Simplifier()

    def simpler(step: Term) -> Term:
        try:
            return simplifier.simplify(step, inside)
        except PreconditionRequest:
            return step

    return replace(system, steps=tuple(map(simpler, system.steps)))


def again(name: str, system: System, base: Context) -> Term | None:
    """The closed form of the first state that a name speaks of, proved anew; None where it is none."""
    if name == UNROLLED:
        return unrolled(system)
    if not name.startswith(PREFIX):
        return None
    try:
        recipes = [parse(text) for text in name.removeprefix(PREFIX).split(";")]
    except RecipeError:
        return None
    if recipes[0].op != STOPPED:
        return _closed(recipes, simplified(system, base), base)
    found = stopping(system)
    if found is None or len(recipes) > 1:
        return None
    form = _closed(list(recipes[0].args), simplified(found.forever, base), base)
    return None if form is None else found.stopped(form)


def _closed(recipes: list[Recipe], system: System, base: Context) -> Term | None:
    """The first state's closed form, if all the recipes together pass the judge."""
    if len(recipes) != len(system.states):
        return None
    ranking = Ranking([*system.steps, *system.inits, *system.states, system.var])
    atoms = atoms_of(system, ranking)
    try:
        forms = [build(r, system.time, system, atoms) for r in recipes]
    except RecipeError:
        return None
    if any(f.sort != s.sort for f, s in zip(forms, system.states, strict=True)):
        return None
    return forms[0] if solves(system, forms, base) else None
