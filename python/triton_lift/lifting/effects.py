"""One effect on its way from summary to formula."""

from __future__ import annotations

from collections.abc import Callable

from triton_lift.closing import LoopCloser
from triton_lift.lifting import wraps
from triton_lift.lifting.atomics import accumulated, is_atomic
from triton_lift.lifting.lifted_effect import LiftedEffect
from triton_lift.proving import Context
from triton_lift.reading import Effect, Kernel
from triton_lift.simplification import Simplifier
from triton_lift.simplification.finishing import finish, tighten
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms.substitution import substitute
from triton_lift.terms.term import Term, make, ranges, reduce_guard, subterms, var
from triton_lift.untiling import Coordinates, Output, untile
from triton_lift.untiling.coordinates import Constraint
from triton_lift.untiling.coverage import prove_coverage
from triton_lift.untiling.domain import Domain, domain_of, request_block_bound, request_sizes_that_agree


def lift_effect(
    effect: Effect,
    kernel: Kernel,
    closer: LoopCloser,
    base: Context,
    simplifier: Simplifier,
    settle: Callable[[Output], bool],
) -> LiftedEffect | None:
    """The effect untiled and proved; None if its guard can never hold.

    `settle` puts what is known of memory in the place of reads, before untiling, and says whether the program's own
    stores were among it.
    """
    value = closer.advanced(effect.value)
    offset, guard, value = (closer.resolve(t) for t in (effect.offset, effect.guard, value))
    # A load under the store's own mask: seen before either is rewritten.
    holds = {part: bools.TRUE for part in bools.conjuncts(guard) if part.args}
    offset, value = substitute(offset, holds), substitute(value, holds)
    coordinates = _coordinates(effect, kernel, closer, (offset, guard, value))
    named = {leaf: v for v, leaf in coordinates.items() if leaf.op == "pid"}
    base = base.extend(*closer.supposed(effect.loops))
    variables = list(coordinates)
    iterations = {number: kernel.loops[number].var for number in effect.loops}
    constraints: list[Constraint] = []
    for v, leaf in coordinates.items():
        if leaf.op == "pid":
            constraints.append(Constraint(bools.lt(v, _programs(leaf.attr, base)), launch=True))
    for number in effect.loops:
        loop = kernel.loops[number]
        high = substitute(closer.trips(loop), named)
        constraints.append(Constraint(bools.lt(loop.var, high), launch=False))
        constraints.append(Constraint(substitute(closer.resolve(loop.guard), named), launch=False))
    for lane, extent in effect.lanes:
        constraints.append(Constraint(bools.lt(lane, ints.const(extent)), launch=False))
    risks = wraps.of_data(effect, closer)
    output = Output(
        Coordinates(
            variables,
            constraints,
            {v: frozenset((leaf.attr,)) for v, leaf in coordinates.items() if leaf.op == "pid"},
            {v: ints.ONE for v, leaf in coordinates.items() if leaf.op == "pid"},
        ),
        substitute(offset, named),
        substitute(guard, named),
        substitute(value, named),
        [substitute(risk.term, named) for risk in risks],
        {leaf: v for v, leaf in coordinates.items() if leaf.op == "pid" or v in iterations.values()},
        read_back=effect.kind == "store" and effect.array in kernel.read_back,
    )
    forwarded = settle(output) or effect.array in kernel.passed
    untile(output, base, simplifier)
    context = output.context(base)
    if (
        output.guard is bools.FALSE
        or context.absurd
        or any(c.fact is bools.FALSE for c in output.coordinates.constraints)
    ):
        return None
    request_sizes_that_agree(output, base)
    domain = domain_of(output, base)
    covered, grid = prove_coverage(domain, output.coordinates, base, simplifier)
    if not covered and any(high is None for _, _, high in domain.box):
        domain = domain.within_grid()
        covered, grid = prove_coverage(domain, output.coordinates, base, simplifier)
    if covered:
        # Reached points satisfy the launch constraints: what they imply is no longer a side condition.
        domain.rest = _without_implied(domain, base.extend(*grid))
    boxed = Domain(domain.box, bools.TRUE).facts()
    domain.rest = simplifier.simplify(domain.rest, base.extend(*boxed))
    shown = output
    if is_atomic(effect):
        shown, domain = accumulated(effect, output, domain, covered, grid, base, simplifier)
    within = shown.context(base).extend(*domain.facts())
    value = finish(shown.value, within, simplifier)
    _request_block_bounds(value, within)
    owed = wraps.of_control(effect, kernel, closer, base, simplifier)
    owed += wraps.undischarged(output.passengers, risks, context, simplifier, kernel, closer)
    return LiftedEffect(effect, shown, domain, value, covered, grid, owed, iterations, forwarded)


def _coordinates(
    effect: Effect, kernel: Kernel, closer: LoopCloser, roots: tuple[Term, ...]
) -> dict[Term, Term]:
    """Variable → what it stands for (a program id, or itself): grid axes, then loops, then lanes."""
    loops = [kernel.loops[n] for n in effect.loops]
    trips = [closer.trips(loop) for loop in loops] + [closer.resolve(loop.guard) for loop in loops]
    used = {u for u in subterms((*roots, *trips)) if u.op == "pid"}
    result = {var("p"): u for u in sorted(used, key=lambda u: u.attr)}
    for loop in loops:
        result[loop.var] = loop.var
    for lane, _ in effect.lanes:
        result[lane] = lane
    return result


def _programs(axis: int, base: Context) -> Term:
    """How many programs there are along an axis: a constant where a precondition says which."""
    count = make("nprogs", (), axis)
    for fact in base.facts:
        split = ints.coefficient(fact.args[0], count) if fact.op == "eq0" else None
        factor, rest = (ints.value_of(part) for part in split) if split is not None else (None, None)
        if factor and rest is not None:
            return ints.const(-rest // factor)
    return count


def _request_block_bounds(value: Term, context: Context) -> None:
    """A reduction over min(B, n) elements asks for n ≤ B, as the domain does."""
    for u in subterms([value]):
        if u.op in ("reduce", "argreduce", "ranked", "argranked"):
            box, _ = tighten(ranges(u), reduce_guard(u), context)
            for _, _, high in box:
                request_block_bound(high)


def _without_implied(domain: Domain, base: Context) -> Term:
    kept = list(bools.conjuncts(domain.rest))
    for part in list(kept):
        others = [p for p in kept if p is not part]
        boxed = Domain(domain.box, bools.conjunction(*others)).facts()
        nonnegative = [bools.le(ints.ZERO, v) for v, _, _ in domain.box]
        if base.extend(*boxed, *nonnegative).proves(part):
            kept = others
    return bools.conjunction(*kept)
