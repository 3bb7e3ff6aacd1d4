"""Single writer: no two points of an output write different values to one element.

Points and index tuples are in bijection, so it is enough that distinct index tuples have distinct addresses, and that
what the program ids leave open does not matter.
"""

from __future__ import annotations

from triton_lift.proving import Context
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms.strides import by_stride
from triton_lift.terms.substitution import substitute
from triton_lift.terms.term import Term, subterms
from triton_lift.untiling.coordinates import Output
from triton_lift.untiling.domain import Domain
from triton_lift.untiling.sums import reach


def prove_single_writer(output: Output, domain: Domain, base: Context) -> tuple[bool, list[Term] | None]:
    """Whether it was proved; and, if that needs distinct addresses as a precondition, the offset's indices.

    Addresses that depend on data are presupposed to be distinct only where the array is read back: nothing could be
    said of such reads otherwise.
    """
    context = output.context(base)
    strides: list[tuple[Term, Term, Term | None]] = []
    rest = output.offset
    for v, _, high in domain.box:
        split = ints.coefficient(rest, v)
        if split is None:
            return _presupposed(output, domain, context)
        stride, rest = split
        if stride is ints.ZERO:
            if v in output.value.free and not context.proves(bools.le(v, ints.ZERO)):
                return False, None
            continue
        if stride.free:
            return _presupposed(output, domain, context)
        strides.append((v, stride, _reach(v, output, context) if high is None else high))
    if rest.free or any(u.op == "read" for u in ints.atoms(rest)):
        return _presupposed(output, domain, context)
    if _mixed_radix(strides, context):
        return True, None
    if all(ints.value_of(stride) is not None for _, stride, _ in strides):
        return False, None  # no argument could make these addresses distinct
    return True, [v for v, _, _ in strides]


def _presupposed(output: Output, domain: Domain, context: Context) -> tuple[bool, list[Term] | None]:
    by_data = any(u.op == "read" for u in subterms([output.offset]))
    others = [v for v, _, _ in domain.box if v not in output.offset.free and v in output.value.free]
    if not output.read_back or not by_data or not all(context.proves(bools.le(v, ints.ZERO)) for v in others):
        return False, None
    return True, [v for v, _, _ in domain.box if v in output.offset.free]


def _reach(v: Term, output: Output, context: Context) -> Term | None:
    """A number that an index stays below which nothing but a condition on several of them bounds, or the grid."""
    found = (reach(v, c.fact, context) for c in output.coordinates.constraints)
    return next((high for high in found if high is not None), None)


def grid_that_fits(output: Output, domain: Domain, base: Context) -> Term | None:
    """A bound on the number of programs under which no two points share an address.

    s·v + S·w with s a divisor of S has distinct addresses for v < S/s; and where the address does not tell v at all, v
    has to be 0. A launch constraint c·v + r < d·G with r ≥ 0 says v < h for G ≤ c·h/d. Of a program's own number that
    would be a grid of one program: nothing that one would want to be asked for.
    """
    context = output.context(base)
    numbers = {v: _constant(ints.coefficient(output.offset, v)) for v, _, _ in domain.box}
    strides = [n for n in numbers.values() if n]
    facts = []
    for v, _, high in domain.box:
        stride = numbers[v]
        larger = [n for n in strides if stride and n > stride > 0 and n % stride == 0]
        room = min(larger) // stride if stride and larger else 1
        matters_not = stride == 0 and v not in output.value.free and not output.read_back
        if stride is None or matters_not or (stride and not larger):
            continue
        for c in output.coordinates.constraints:
            limit = _programs_for(v, room, c.fact, context) if c.launch else None
            if limit is not None and high in (None, reach(v, c.fact, context)):
                facts.append(limit)
    bounded = base.extend(*facts)
    if not bounded.consistent() or not prove_single_writer(output, domain, bounded)[0]:
        return None
    return next((f for f in facts if not base.proves(f)), None)


def _constant(split: tuple[Term, Term] | None) -> int | None:
    return None if split is None else ints.value_of(split[0])


def _programs_for(v: Term, room: int, fact: Term, context: Context) -> Term | None:
    """The bound on the number of programs that keeps v below `room`, by a launch constraint; two programs at least."""
    high = reach(v, fact, context)
    grids = [] if high is None else [a for a in subterms([high]) if a.op == "nprogs"]
    split = ints.coefficient(fact.args[0], v)
    if len(grids) != 1 or split is None:
        return None
    step, programs = ints.value_of(split[0]), ints.coefficient(fact.args[0], grids[0])
    per_program = None if programs is None else ints.value_of(programs[0])
    if not step or per_program is None or per_program >= 0 or ints.polynomial(split[1]).get((), 0) != 1:
        return None
    limit = step * room // -per_program
    return bools.le(grids[0], ints.const(limit)) if limit > 1 else None


def _mixed_radix(strides: list[tuple[Term, Term, Term | None]], context: Context) -> bool:
    """Some order of the indices has each stride exceed the largest offset that the smaller ones reach."""
    ordered = sorted(strides, key=lambda item: ints.value_of(item[1]) or 1 << 62)
    return _fits(ordered, ints.ZERO, context)


def _fits(remaining: list[tuple[Term, Term, Term | None]], reach: Term, context: Context) -> bool:
    if not remaining:
        return True
    for i, (_, stride, high) in enumerate(remaining):
        rest = remaining[:i] + remaining[i + 1 :]
        if (high is None and rest) or not context.proves(bools.lt(reach, stride)):
            continue
        beyond = ints.add(reach, ints.mul(stride, ints.sub(high, ints.ONE))) if high is not None else reach
        if _fits(rest, beyond, context):
            return True
    return False


def disjoint(first: Output, second: Output, base: Context) -> tuple[bool, bool]:
    """Whether two outputs to one array never write the same element; and whether that rests on distinct index tuples
    having distinct addresses."""
    context = base.extend(*first.coordinates.facts(), first.guard, *second.coordinates.facts(), second.guard)
    if context.proves(bools.negate(bools.eq(first.offset, second.offset))):
        return True, False
    for slots in (False, True):
        ours, theirs = by_stride(first.offset, slots), by_stride(second.offset, slots)
        same = [bools.eq(ours.get(k, ints.ZERO), theirs.get(k, ints.ZERO)) for k in {**ours, **theirs}]
        if context.proves(bools.negate(bools.conjunction(*same))):
            return True, True
    return _in_different_places(first, second, context) or _in_different_places(second, first, context), False


def _in_different_places(first: Output, second: Output, context: Context) -> bool:
    """S·v + r and S·w + r' with 0 ≤ r, r' < S are equal only if v = w and r = r': shown to be impossible."""
    for v in first.coordinates.variables:
        split = ints.coefficient(first.offset, v)
        if split is None or split[0] is ints.ZERO or split[0].free:
            continue
        stride, rest = split
        for w in second.coordinates.variables:
            theirs = ints.sub(second.offset, ints.mul(stride, w))
            if len(ints.polynomial(theirs)) >= len(ints.polynomial(second.offset)):
                continue
            inside = [fact for r in (rest, theirs) for fact in (bools.le(ints.ZERO, r), bools.lt(r, stride))]
            if not all(context.proves(fact) for fact in inside):
                continue
            same = {w: v}
            together = Context(context.session, [substitute(f, same) for f in context.facts])
            if together.proves(bools.negate(bools.eq(rest, substitute(theirs, same)))):
                return True
    return False


def clash(output: Output, proved: bool) -> bool:
    """Whether points share an address and store values that depend on which point it is.

    Certain if an index does not occur in the address; with constant strides, if distinctness is not `proved`.
    """
    variables = output.coordinates.variables
    if any(v not in output.offset.free and v in output.value.free for v in variables):
        return True
    rest = output.offset
    for v in variables:
        split = ints.coefficient(rest, v)
        if split is None or ints.value_of(split[0]) is None:
            return False
        rest = split[1]
    return not proved


def exclusive(first: Output, second: Output, base: Context) -> bool:
    """Whether two outputs write to the same addresses point by point, but never both at one point (if and else)."""
    ours, theirs = first.coordinates.variables, second.coordinates.variables
    if len(ours) != len(theirs):
        return False
    renamed = dict(zip(theirs, ours, strict=True))
    if substitute(second.offset, renamed) is not first.offset or not all(
        v in first.offset.free for v in ours
    ):
        return False
    facts = [*second.coordinates.facts(), second.guard]
    context = base.extend(*first.coordinates.facts(), first.guard, *(substitute(f, renamed) for f in facts))
    return context.absurd or not context.consistent()
