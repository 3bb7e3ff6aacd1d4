"""Atomic updates: out[y] becomes old[y] ⊕ (⊕ over all points whose address is y).

Theorem: atomic updates with an associative, commutative ⊕ leave the same contents in any order. The points of the
grid split into indices (what the address depends on, one-to-one) and the rest, which is reduced over. The reduction
must be over the points that really run, so launch constraints that the domain does not imply are preconditions.
"""

from __future__ import annotations

from triton_lift.proving import Context
from triton_lift.reading import Effect, Unsupported
from triton_lift.simplification import PreconditionRequest, Simplifier
from triton_lift.simplification.reductions import reduction
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.term import Term, make
from triton_lift.untiling import Output
from triton_lift.untiling.domain import Domain
from triton_lift.untiling.writers import prove_single_writer

_KINDS = {"atomic_add": "add", "atomic_max": "max", "atomic_min": "min"}


def is_atomic(effect: Effect) -> bool:
    """Whether the effect is an atomic update."""
    return effect.kind != "store"


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
    if not proved or not covered:
        reason = "updates whose address depends on data" if not proved else "updates by an unbounded grid"
        raise Unsupported(f"tt.{effect.kind}", f"{reason} are not lifted yet", effect.location)
    for fact in grid:
        if not base.proves(fact):
            raise PreconditionRequest(fact)
    used = frozenset[int]().union(*output.coordinates.axes.values())
    for axis in range(3):
        single = bools.le(make("nprogs", (), axis), ints.ONE)
        if axis not in used and not base.proves(single):
            raise PreconditionRequest(single)

    box = [(v, low, high) for v, low, high in domain.box if v in summed and high is not None]
    if len(box) != len(summed):
        raise Unsupported(f"tt.{effect.kind}", "a reduction without bounds", effect.location)
    inner = [p for p in bools.conjuncts(domain.rest) if p.free & summed]
    outer = [p for p in bools.conjuncts(domain.rest) if not p.free & summed]
    if any((low.free | high.free) & summed for _, low, high in box):
        raise Unsupported(f"tt.{effect.kind}", "a reduction with dependent bounds", effect.location)
    plus = reals.add if output.value.sort == "real" else ints.add
    combine = {"add": plus, "max": reals.maximum, "min": reals.minimum}[kind]
    old = make("read", (output.offset,), (effect.array, 0, False), output.value.sort)
    total = reduction("reduce", kind, box, bools.conjunction(*inner), output.value)
    context = base.extend(*(f for f in domain.facts()))
    value = combine(old, s.simplify(total, context)) if box else combine(old, output.value)
    coordinates = output.coordinates.restricted(indices)
    about = Domain([r for r in domain.box if r[0] in indices], bools.conjunction(*outer), [])
    return Output(coordinates, output.offset, bools.conjunction(*about.facts()), value, []), about
