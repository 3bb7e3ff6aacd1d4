"""Offsets as the indices of the tensor that lies there.

An index tuple t of a tensor with sizes D and strides s stands for the offset Σ t_d·s_d. It is accepted where that is
the offset as a polynomial, and where 0 ≤ t_d < D_d is proved for all dimensions but the slowest: beyond that one lies
memory that is not the tensor's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from triton_lift.proving import Context
from triton_lift.render.accesses import Layouts
from triton_lift.simplification.iterated import within
from triton_lift.simplification.reductions import bounds
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms.iterates import parts_of
from triton_lift.terms.strides import Stride, by_stride, is_size
from triton_lift.terms.term import Term, ranges, reduce_guard
from triton_lift.views.coordinates import Shown
from triton_lift.views.observed import Numbers, Observed
from triton_lift.views.symbols import Symbols


@dataclass(frozen=True)
class Place:
    """One access: what holds there, and what bounds the variables."""

    array: int
    offset: Term
    context: Context
    limits: tuple[tuple[Term, Term], ...]


def places(shown: Shown, base: Context) -> Iterator[Place]:
    """The accesses of one output."""
    limits = tuple((v, high) for v, _, high in shown.box if high is not None)
    context = base.extend(*shown.facts())
    yield Place(shown.array, shown.offset, context, limits)
    seen: set[tuple[Term, frozenset[Term]]] = set()
    stack = [(t, context, limits) for t in (shown.value, shown.rest, shown.offset)]
    while stack:
        t, context, limits = stack.pop()
        if not t.args or (t, context.key) in seen:
            continue
        seen.add((t, context.key))
        if t.op == "read":
            yield Place(t.attr[0], t.args[0], context, limits)
        if t.op == "select":
            c, a, b = t.args
            stack += [(c, context, limits), (a, context.extend(c), limits)]
            stack.append((b, context.extend(bools.negate(c)), limits))
        elif t.op in ("reduce", "argreduce", "matprod"):
            context = context.extend(bounds(ranges(t)), reduce_guard(t))
            limits = (*limits, *((v, high) for v, _, high in ranges(t)))
            stack += [(a, context, limits) for a in t.args]
        elif t.op == "iterate":
            parts = parts_of(t)
            stack += [(a, context, limits) for a in (parts.moment, *parts.place)]
            for s in parts.states:
                here = context.extend(*within(s))
                inside = (*limits, *s.indices)
                stack.append((s.first, here, inside))
                running = bools.le(ints.ZERO, parts.time), bools.lt(parts.time, parts.moment)
                stack.append((s.next, here.extend(*running), (*inside, (parts.time, parts.moment))))
        else:
            stack += [(a, context, limits) for a in t.args]


@dataclass(frozen=True)
class TensorLayout:
    """A tensor's sizes and strides, dimension by dimension.

    `order`: the dimensions that have more than one element, the slowest first.
    """

    sizes: tuple[Term, ...]
    strides: tuple[Term, ...]
    order: tuple[int, ...]

    def indices(self, offset: Term) -> list[Term] | None:
        """The index tuple whose offset this is, as polynomials; None where there is none."""
        found, rest = [ints.ZERO] * len(self.sizes), offset
        for d in self.order:
            found[d], rest = ints.divide_exactly(rest, self.strides[d])
        return found if rest is ints.ZERO else None


@dataclass
class TensorLayouts(Layouts):
    """Tensors for the arrays that are shown as such. The others are flat, unless all of their strides are what they are
    without launches: only those are explained."""

    tensors: dict[int, TensorLayout] = field(default_factory=dict)

    def indices(self, array: int, offset: Term) -> list[Term]:
        if array in self.tensors:
            return self.tensors[array].indices(offset) or [offset]
        if by_stride(offset).keys() <= set(self.strides.get(array, ())):
            return super().indices(array, offset)
        return [offset]

    def steps(self, array: int) -> list[Stride]:
        if array not in self.tensors:
            return super().steps(array)
        return [tuple(ints.atoms(s)) for s in self.tensors[array].strides]


def layout_of(array: int, accesses: list[Place], observed: Observed, symbols: Symbols) -> TensorLayout | None:
    """The tensor behind an array, if all of its accesses are elements of it."""
    rank = len(observed.tensors[array][0].shape)
    order = observed.dimensions(array)
    numbers = [observed.strides(array, d) for d in order]
    if any(0 in n for n in numbers) or len(set(numbers)) < len(numbers):
        return None  # one element has several indices
    used = list(dict.fromkeys(step for a in accesses for step in _steps(a.offset)))
    strides, sizes = [ints.ZERO] * rank, [ints.ONE] * rank
    for d, n in zip(order, numbers, strict=True):
        stride = _stride(n, used, observed)
        if stride is None:
            return None
        strides[d] = stride
    layout = TensorLayout(tuple(sizes), tuple(strides), tuple(order))
    elements: list[tuple[Place, list[Term]]] = []
    for a in accesses:
        indices = layout.indices(a.offset)
        if indices is None:
            return None
        elements.append((a, indices))
    for d in order:
        sizes[d] = _size(d, observed.sizes(array, d), elements, observed, symbols)
    for a, indices in elements:
        for d in order[1:]:
            inside = bools.conjunction(bools.le(ints.ZERO, indices[d]), bools.lt(indices[d], sizes[d]))
            if not a.context.proves(inside):
                return None
    return replace(layout, sizes=tuple(sizes))


def _steps(offset: Term) -> Iterator[Term]:
    """What an offset grows by with its indices."""
    for monomial, c in ints.polynomial(offset).items():
        sizes = tuple(a for a in monomial if is_size(a))
        if len(sizes) < len(monomial):
            yield ints.from_polynomial({sizes: c})


def _stride(numbers: Numbers, used: list[Term], observed: Observed) -> Term | None:
    """The term by which the kernel steps along a dimension."""
    for term in used:
        if ints.value_of(term) is None and observed.numbers(term) == numbers:
            return term
    return ints.const(numbers[0]) if len(set(numbers)) == 1 else None


def _size(
    dimension: int,
    numbers: Numbers,
    elements: list[tuple[Place, list[Term]]],
    observed: Observed,
    symbols: Symbols,
) -> Term:
    """The size of a dimension: where an index that runs over the whole of it ends, else by its name."""
    for a, indices in elements:
        for v, high in a.limits:
            if v is indices[dimension] and observed.numbers(high) == numbers:
                return high
    if numbers in symbols.made:
        return symbols.made[numbers]
    return symbols.size(numbers, constant=True)
