"""Atomic updates: out[y] becomes old[y] ⊕ (⊕ over all points whose address is y).

Theorem: atomic updates with an associative, commutative ⊕ leave the same contents in any order. The points of the
grid split into indices (what the address depends on, one-to-one) and the rest, which is reduced over; or, for any
address, element a collects the points whose address is a. The reduction
must be over the points that really run, so launch constraints that the domain does not imply are preconditions.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from triton_lift.proving import Context
from triton_lift.reading import Effect, Unsupported
from triton_lift.reading.kernel import INITIAL
from triton_lift.simplification import PreconditionRequest, Simplifier
from triton_lift.simplification.reductions import reduction
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.substitution import substitute
from triton_lift.terms.term import Sort, Term, make, var
from triton_lift.untiling import Coordinates, Output
from triton_lift.untiling.coordinates import Constraint
from triton_lift.untiling.domain import Domain
from triton_lift.untiling.writers import prove_single_writer

_KINDS = {"atomic_add": "add", "atomic_max": "max", "atomic_min": "min"}


def is_atomic(effect: Effect) -> bool:
    """Whether the effect is an atomic update."""
    return effect.kind != "store"


def before_update(effect: Effect, offset: Term, sort: Sort) -> Term:
    """What the element held before the kernel. What the kernel loads itself is another read: it may see updates."""
    return make("read", (offset,), (effect.array, 0, (INITIAL,)), sort)


def accumulated(
    effect: Effect,
    output: Output,
    domain: Domain,
    covered: bool,
    grid: list[Term],
    base: Context,
    s: Simplifier,
) -> tuple[Output, Domain]:
    """The update as a store of old ⊕ reduction, over the indices alone.

    Raises Unsupported for other operations and for addresses that are not one-to-one in their indices.
    """
    kind = _KINDS.get(effect.kind)
    if kind is None or (output.value.sort == "int" and kind != "add"):
        raise Unsupported(f"tt.{effect.kind}", "this atomic operation is not lifted yet", effect.location)
    indices = [v for v in output.coordinates.variables if v in output.offset.free]
    summed = {v for v in output.coordinates.variables if v not in output.offset.free}
    guards = bools.conjuncts(output.guard)
    about_indices = bools.conjunction(*(g for g in guards if not g.free & summed))
    alone = Output(output.coordinates, output.offset, about_indices, ints.ZERO, [])
    proved, _ = prove_single_writer(alone, domain, base)
    if not covered:
        raise Unsupported(
            f"tt.{effect.kind}", "updates by an unbounded grid are not lifted yet", effect.location
        )
    for fact in grid:
        if not base.proves(fact):
            raise PreconditionRequest(fact)
    used = frozenset[int]().union(*output.coordinates.axes.values())
    for axis in range(3):
        single = bools.le(make("nprogs", (), axis), ints.ONE)
        if axis not in used and not base.proves(single):
            raise PreconditionRequest(single)

    update = _one_to_one(output, domain, indices, summed) if proved else _by_address(output, domain, base)
    context = base.extend(
        *update.about.facts(), *(bools.le(ints.ZERO, v) for v in output.coordinates.variables)
    )
    update = update.with_plain_bounds(context)
    if any(high is None for _, _, high in update.box):
        raise Unsupported(f"tt.{effect.kind}", "a reduction with such bounds", effect.location)
    plus = reals.add if output.value.sort == "real" else ints.add
    combine = {"add": plus, "max": reals.maximum, "min": reals.minimum}[kind]
    old = before_update(effect, update.offset, output.value.sort)
    box = [(v, low, high) for v, low, high in update.box if high is not None]
    about = update.about
    if box:
        total = reduction("reduce", kind, box, update.guard, update.value)
        value = combine(old, s.simplify(total, context))
    else:  # one point: what there is to say of it is said of the element
        about = Domain(about.box, bools.conjunction(about.rest, update.guard), about.launch)
        value = combine(old, update.value)
    guard = bools.conjunction(*about.facts())
    return Output(update.coordinates, update.offset, guard, value, []), about


@dataclass
class _Update:
    """old[offset] ⊕ (⊕ of value over the box, under the guard), for the indices of `about`."""

    coordinates: Coordinates
    about: Domain
    offset: Term
    box: list[tuple[Term, Term, Term | None]]
    guard: Term
    value: Term

    @property
    def variables(self) -> list[Term]:
        return [v for v, _, _ in self.box]

    def with_plain_bounds(self, context: Context) -> _Update:
        """The same with bounds that do not depend on other indices: what does is a condition instead."""
        mine = set(self.variables)
        conditions = [self.guard]
        box: list[tuple[Term, Term, Term | None]] = []
        for v, low, high in self.box:
            if low.free & mine:
                conditions.append(bools.le(low, v))
                low = ints.ZERO
            parts = () if high is None else high.args if high.op == "imin" else (high,)
            conditions += [bools.lt(v, part) for part in parts if part.free & mine]
            plain = [part for part in parts if not part.free & mine]
            box.append((v, low, ints.minimum(*plain) if plain else None))
        guard = bools.conjunction(*conditions)
        within = context.extend(guard, *(bools.lt(v, high) for v, _, high in box if high is not None))
        box = [(v, low, high or _implied_bound(v, guard, mine, within)) for v, low, high in box]
        return replace(self, box=box, guard=guard)


def _implied_bound(v: Term, guard: Term, others: set[Term], context: Context) -> Term | None:
    """N where S·v + … < N and nothing in it is negative."""
    for fact in bools.conjuncts(guard):
        split = ints.coefficient(fact.args[0], v) if fact.op == "le0" and v in fact.free else None
        if split is None:
            continue
        beyond = substitute(ints.sub(ints.ONE, split[1]), dict.fromkeys(others, ints.ZERO))
        if context.proves(bools.lt(v, beyond)):
            return beyond
    return None


def _one_to_one(output: Output, domain: Domain, indices: list[Term], summed: set[Term]) -> _Update:
    """Where the address tells the indices apart: the others are reduced over.

    What bounds an index by others is a condition on these.
    """
    inner = [p for p in bools.conjuncts(domain.rest) if p.free & summed]
    outer = [p for p in bools.conjuncts(domain.rest) if not p.free & summed]
    box: list[tuple[Term, Term, Term | None]] = []
    for v, low, high in (r for r in domain.box if r[0] in indices):
        if low.free & summed:
            inner.append(bools.le(low, v))
            low = ints.ZERO
        parts = () if high is None else high.args if high.op == "imin" else (high,)
        inner += [bools.lt(v, part) for part in parts if part.free & summed]
        plain = [part for part in parts if not part.free & summed]
        box.append((v, low, ints.minimum(*plain) if plain else None))
    return _Update(
        output.coordinates.restricted(indices),
        Domain(box, bools.conjunction(*outer), []),
        output.offset,
        [r for r in domain.box if r[0] in summed],
        bools.conjunction(*inner),
        output.value,
    )


def _by_address(output: Output, domain: Domain, base: Context) -> _Update:
    """Addresses that depend on data: element a collects the points whose address is a.

    Where the address is D·q + j with an index 0 ≤ j < D, so is a = D·r + j, and the points are those with q = r.
    """
    kept: list[tuple[Term, Term, Term | None]] = []
    place, weight = ints.ZERO, ints.ONE
    key = output.offset
    changed = True
    while changed:
        changed = False
        for v, low, high in domain.box:
            split = ints.coefficient(key, v)
            if high is None or low is not ints.ZERO or split is None or split[0] is not ints.ONE:
                continue
            quotient, rest = ints.divide_exactly(split[1], high)
            if rest is not ints.ZERO or v in quotient.free or high.free or not base.positive(high):
                continue
            if any(v in lo.free or (hi is not None and v in hi.free) for _, lo, hi in domain.box):
                continue
            kept.append((v, low, high))
            place, weight = ints.add(place, ints.mul(weight, v)), ints.mul(weight, high)
            key, changed = quotient, True
            break
    element = var("a")
    names = {v for v, _, _ in kept}
    about = [(element, ints.ZERO, None), *reversed(kept)]
    facts = [
        fact for v, low, high in kept if high is not None for fact in (bools.le(low, v), bools.lt(v, high))
    ]
    return _Update(
        Coordinates([v for v, _, _ in about], [Constraint(f, launch=False) for f in facts]),
        Domain(about, bools.TRUE, []),
        ints.add(ints.mul(weight, element), place),
        [r for r in domain.box if r[0] not in names],
        bools.conjunction(domain.rest, bools.eq(key, element)),
        output.value,
    )
