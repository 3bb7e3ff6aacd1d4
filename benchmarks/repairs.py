"""Draws changed so that they meet a theorem's preconditions: as few scalars and axes of the grid as it takes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import permutations
from math import prod
from typing import Any

import numpy as np

from benchmarks.draws import MAX_PROGRAMS, Draw

ROUNDS = 6
MOST = 400  # values that are tried in a round
ORDINARY = (1, 2, 3, 4, 8, 16, 32, 64, 128, 0)


def repaired(program: Any, chosen: Draw) -> Draw:
    """The draw itself if it meets the preconditions, or if nothing nearby does."""
    unmet = _unmet(program, chosen)
    for _ in range(ROUNDS):
        if not unmet:
            break
        best, fewest = None, len(unmet)
        for trial in _nearby(program, chosen, unmet):
            still = len(_unmet(program, trial))
            if still < fewest:
                best, fewest = trial, still
            if fewest == 0:
                break
        if best is None:
            break
        chosen, unmet = best, _unmet(program, best)
    return chosen


def _unmet(program: Any, chosen: Draw) -> list[Any]:
    from triton_lift.evaluation.terms import Evaluator

    check = Evaluator(*program.bound(chosen.args, chosen.grid))
    with np.errstate(all="ignore"):
        return [fact for _, fact in program.preconditions if not bool(check(fact))]


def _nearby(program: Any, chosen: Draw, unmet: list[Any]) -> Iterator[Draw]:
    """Draws that differ in one axis of the grid or one scalar that an unmet precondition speaks of."""
    from triton_lift.terms.term import subterms

    leaves = [u for u in subterms(unmet) if u.op in ("nprogs", "param")]
    axes = sorted({u.attr for u in leaves if u.op == "nprogs"})
    names = [program.params[u.attr[0]][0] for u in leaves if u.op == "param" and u.sort == "int"]
    names = [n for n in dict.fromkeys(names) if isinstance(chosen.args[n], int)]
    numbers = dict.fromkeys(
        [*(u.attr for u in subterms(unmet) if u.op == "int"), *(chosen.args[n] for n in names), *chosen.grid]
    )
    candidates = list(dict.fromkeys([*ORDINARY, *_combined([n for n in numbers if 0 < n < 1 << 20])]))[:MOST]
    for axis in axes:
        for value in candidates:
            grid = (*chosen.grid[:axis], value, *chosen.grid[axis + 1 :])
            if value and prod(grid) <= MAX_PROGRAMS:
                yield replace(chosen, grid=grid)
    for name in names:
        for value in candidates:
            yield replace(chosen, args={**chosen.args, name: value})


def _combined(numbers: list[int]) -> Iterator[int]:
    for a in numbers:
        yield from (a, a - 1, a + 1)
    for a, b in permutations(numbers, 2):
        yield from (a * b, -(-a // b), a // b, a - b)
