"""Coverage: each point of the domain is reached by a program of the grid.

The changes of coordinates are bijections, so a point of the domain is written exactly if its program exists: the
launch constraints hold there. They are proved from the domain and, where the grid is too small, from a precondition
on the number of programs.
"""

from __future__ import annotations

from triton_lift.proving import Context
from triton_lift.simplification import Simplifier
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms.substitution import substitute
from triton_lift.terms.term import Term, subterms
from triton_lift.untiling.coordinates import Coordinates
from triton_lift.untiling.domain import Domain


def prove_coverage(
    domain: Domain, coordinates: Coordinates, base: Context, simplifier: Simplifier
) -> tuple[bool, list[Term]]:
    """Whether coverage was proved, and the preconditions on the grid that it needs."""
    context = base.extend(*domain.facts(), *(bools.le(ints.ZERO, v) for v, _, _ in domain.box))
    context = context.extend(*_tile_facts(domain, coordinates, context))
    needed: list[Term] = []
    for fact in domain.launch:
        if context.proves(fact):
            continue
        for candidate, grid, least in _candidates(fact, domain, coordinates):
            # A launch constraint asks for many programs: it is strictest where there are as few as allowed.
            strictest = substitute(fact, {grid: least})
            if (
                context.extend(candidate).proves(fact)
                or simplifier.simplify(strictest, context) is bools.TRUE
            ):
                context = context.extend(candidate)
                needed.append(candidate)
                break
        else:
            return False, needed
    return True, needed


def tile_count(high: Term, tile: Term) -> Term:
    """⌈high / tile⌉."""
    return ints.fdiv(ints.add(high, tile, ints.const(-1)), tile)


def _tile_facts(domain: Domain, coordinates: Coordinates, context: Context) -> list[Term]:
    """Proved ranges of tile numbers, kept as atoms so that products can be formed with them."""
    facts = []
    for v, _, high in domain.box:
        tile = coordinates.tile.get(v)
        if high is None or tile is None or not coordinates.axes.get(v):
            continue
        number, count = ints.fdiv(v, tile), tile_count(high, tile)
        for quantity in (ints.sub(ints.sub(count, number), ints.ONE), number):
            if context.proves(bools.le(ints.ZERO, quantity)):
                facts.append(bools.nonnegative_as_is(quantity))
    return facts


def _candidates(fact: Term, domain: Domain, coordinates: Coordinates) -> list[tuple[Term, Term, Term]]:
    """Preconditions `grid ≥ least` that may make the launch constraint hold: `(fact, grid, least)`."""
    grids = {u for u in subterms([fact]) if u.op == "nprogs"}
    if len(grids) != 1 or fact.op != "le0":
        return []
    (grid,) = grids
    split = ints.coefficient(fact.args[0], grid)
    factor = -(ints.value_of(split[0]) or 0) if split is not None else 0
    if split is None or factor <= 0:
        return []
    need = split[1]  # need ≤ factor · grid
    result: list[tuple[Term, Term, Term]] = []
    for known in domain.facts():
        # The domain already bounds the same expression.
        for part in bools.conjuncts(known):
            excess = ints.sub(need, part.args[0]) if part.op == "le0" else need
            if not excess.free:
                least = _ceiling(excess, factor)
                result.append((bools.le(least, grid), grid, least))
    counts = [
        tile_count(high, coordinates.tile.get(v, ints.ONE))
        for v, _, high in domain.box
        if high is not None and grid.attr in coordinates.axes.get(v, ())
    ]
    if counts and not any(c.free for c in counts):
        least = ints.mul(*counts)
        result.append((bools.nonnegative_as_is(ints.sub(grid, least)), grid, least))
    highest = {v: ints.sub(high, ints.ONE) for v, _, high in domain.box if high is not None and not high.free}
    top = substitute(need, highest)
    if not top.free:
        least = _ceiling(top, factor)
        result.append((bools.nonnegative_as_is(ints.sub(grid, least)), grid, least))
    return result


def _ceiling(t: Term, factor: int) -> Term:
    return ints.fdiv(ints.add(t, ints.const(factor - 1)), ints.const(factor))
