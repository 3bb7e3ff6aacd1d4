"""Sums that a loop over tiles adds to memory, each over its own segment of one range.

Theorem. Let S > 0 and x₀ ≥ 0. A loop that starts at x₀ and goes on to the next multiple of S, up to B (stream-K: the
steps of a program, tile after tile), has in its iteration u the segment from l_u to h_u, with l₀ = x₀, l_u = S·(q + u)
for u > 0, q = ⌊x₀/S⌋, and h_u = min(S·(q + u + 1), B). If x₀ < B, these segments make up x₀ ≤ s < B: s is in the one of
u = ⌊s/S⌋ − q, and in no other, as S·(q + u) ≤ s < S·(q + u + 1). To add Σ_s f(u, s) to an element is to add each f(u,s)
to it. So adding the sum over its segment in each iteration is adding f(⌊s/S⌋ − q, s) in each iteration s of one loop
from x₀ to B. That S > 0 is owed as the step of the loop over tiles; that x₀ ≥ 0 is noted as owed (`Kernel.owed`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from triton_lift.closing.loops import LoopCloser, NotClosed
from triton_lift.reading import Effect, Kernel, Loop, WrapRisk
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.substitution import substitute
from triton_lift.terms.term import Term, ranges, reduce_guard, var


@dataclass(frozen=True)
class _Segments:
    """Iteration u of `loop` has the segment from `low` of `start` ≤ s < `end`; `tile` = ⌊start / size⌋."""

    loop: Loop
    size: Term
    start: Term
    end: Term
    tile: Term
    low: Term

    @property
    def here(self) -> Term:
        """S·(q + u)."""
        return ints.mul(self.size, ints.add(self.tile, self.loop.var))

    @property
    def inside(self) -> set[Term]:
        """What lies between 0 and s or between 0 and S, for each s of the segment, so that it fits if these do."""
        first, u = ints.mul(self.size, self.tile), self.loop.var
        below = [first, ints.add(first, ints.ONE), ints.mul(self.size, u), self.here, self.low]
        below += [self.tile, ints.add(self.tile, u), ints.add(self.tile, u, ints.ONE)]
        before = ints.sub(self.low, self.here)
        return {*below, before, ints.sub(self.size, before)}

    @property
    def bounds(self) -> dict[Term, Term]:
        """The end of the loop over tiles as counted, which is B where x₀ < B."""
        first = ints.mul(self.size, self.tile)
        return {ints.maximum(self.end, ints.add(first, ints.ONE)): self.end}


def joined(kernel: Kernel) -> Kernel:
    """The kernel with one loop over the whole range in the place of loops over segments of it."""
    for number, effect in enumerate(kernel.effects):
        after = _joined(effect, kernel)
        if after is not None:
            changed, kernel = after
            kernel.effects[number] = changed
    return kernel


def _joined(effect: Effect, kernel: Kernel) -> tuple[Effect, Kernel] | None:
    if effect.kind != "atomic_add" or not effect.loops or effect.value.op != "final":
        return None
    closer = LoopCloser(kernel)
    inner, loop = kernel.loops[effect.value.attr[0]], kernel.loops[effect.loops[-1]]
    try:
        total = closer.resolve(effect.value)
        if total.op != "reduce" or total.attr != ("add", 1) or reduce_guard(total) is not bools.TRUE:
            return None
        ((step, first, length),) = ranges(total)
        segments = _segments(loop, length, closer) if first is ints.ZERO else None
        if segments is None:
            return None
        s = ints.add(segments.start, merged := var("t"))
        moved = {loop.var: ints.sub(ints.fdiv(s, segments.size), segments.tile)}
        # The body speaks of steps as low + step.
        within = {step: ints.sub(s, segments.low), inner.var: ints.sub(s, segments.low)}

        def renamed(t: Term) -> Term:
            return substitute(substitute(closer.resolve(t), within), moved)

        def risky(risks: tuple[WrapRisk, ...]) -> tuple[WrapRisk, ...]:
            return tuple(
                replace(r, term=renamed(substitute(t, segments.bounds)))
                for r, t in ((r, closer.resolve(r.term)) for r in risks)
                if t not in segments.inside
            )

        changed = replace(
            effect,
            loops=(*effect.loops[:-1], (new := 1 + max(kernel.loops))),
            offset=renamed(effect.offset),
            guard=renamed(effect.guard),
            value=substitute(substitute(total.args[-1], within), moved),
            risks=risky(effect.risks),
            loop_risks=(*effect.loop_risks[:-1], risky(effect.loop_risks[-1])),
            guards=tuple((renamed(c), risky(risks)) for c, risks in effect.guards),
        )
    except NotClosed:
        return None
    trips = ints.maximum(ints.ZERO, ints.sub(segments.end, segments.start))
    whole = Loop(new, merged, ints.ONE, trips, loop.guard, loop.location, low=segments.start)
    owed = (*kernel.owed, (bools.le(ints.ZERO, segments.start), loop.location))
    return changed, replace(
        kernel, loops={**kernel.loops, new: whole}, effects=list(kernel.effects), owed=owed
    )


def _segments(loop: Loop, length: Term, closer: LoopCloser) -> _Segments | None:
    """The segments of a loop over tiles, of which each iteration's is so long; None if they are not such."""
    size, first = closer.resolve(loop.step), closer.resolve(loop.low)
    for tile in ints.atoms(first):
        if tile.op not in ("tdiv", "fdiv") or tile.args[1] is not size or ints.mul(size, tile) is not first:
            continue
        start = tile.args[0]
        here = ints.add(first, ints.mul(size, loop.var))
        low = reals.select(bools.eq(here, first), start, here)
        end = _end(length, low, ints.add(here, size))
        if end is None or loop.var in end.free:
            continue
        beyond = ints.sub(ints.maximum(end, ints.add(first, ints.ONE)), first)
        trips = ints.fdiv(ints.add(beyond, size, ints.const(-1)), size)
        if closer.trips(loop) is not ints.maximum(ints.ZERO, trips):
            continue
        runs = set(bools.conjuncts(closer.resolve(loop.guard)))
        if runs.issuperset(bools.conjuncts(bools.lt(start, end))):
            return _Segments(loop, size, start, end, tile, low)
    return None


def _end(length: Term, low: Term, following: Term) -> Term | None:
    """B, where a segment's length is max(0, min(following, B) − low)."""
    others = [t for t in length.args if t is not ints.ZERO] if length.op == "imax" else []
    least = ints.add(others[0], low) if len(others) == 1 else ints.ZERO
    if least.op != "imin" or following not in least.args:
        return None
    return ints.minimum(*(t for t in least.args if t is not following))
