"""Flat indices become the indices of tensors.

The theorem, for sizes D₁ … D_r > 0 and their product D: v ↔ (u₁, …, u_r) with v = (…(u₁·D₂ + u₂)·D₃ …)·D_r + u_r is a
bijection of [0, D) and [0, D₁) × … × [0, D_r). So what is written where stays the same; only the points have other
names.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms.substitution import rewrite, substitute
from triton_lift.terms.term import Term, make, ranges, reduce_body, subterms, var
from triton_lift.views.observed import Numbers, Observed, times
from triton_lift.views.symbols import Symbols

Box = tuple[tuple[Term, Term, Term | None], ...]


@dataclass(frozen=True)
class Shown:
    """One output as it is shown: array[offset] = value for the points of `box` that satisfy `rest`."""

    array: int
    box: Box
    rest: Term
    offset: Term
    value: Term

    def facts(self) -> list[Term]:
        """Where the formula holds."""
        result = [self.rest]
        for v, low, high in self.box:
            result.append(bools.le(low, v))
            if high is not None:
                result.append(bools.lt(v, high))
        return result

    def substituted(self, mapping: dict[Term, Term]) -> Shown:
        """With terms in place of leaves; variables of the box stay."""
        return replace(
            self,
            box=tuple(
                (v, substitute(low, mapping), None if high is None else substitute(high, mapping))
                for v, low, high in self.box
            ),
            rest=substitute(self.rest, mapping),
            offset=substitute(self.offset, mapping),
            value=substitute(self.value, mapping),
        )


@dataclass
class Equation:
    """What an index runs over is this product of sizes: so it was in every launch."""

    extent: Term
    product: Term

    @property
    def fact(self) -> Term:
        return bools.eq(self.extent, self.product)


class Splitting:
    """Gives flat indices one index for each dimension; collects what that presupposes."""

    def __init__(self, observed: Observed, symbols: Symbols) -> None:
        self.equations: list[Equation] = []
        self._observed, self._symbols = observed, symbols

    def split(self, shown: Shown) -> Shown:
        """The output, with an index for each dimension of its tensor."""
        for v, low, high in shown.box:
            found = self._new(v, low, high, [(shown.array, shown.offset)])
            if found is not None:
                new, flat = found
                others = shown.substituted({v: flat})
                at = [w for w, _, _ in shown.box].index(v)
                shown = replace(others, box=(*others.box[:at], *new, *others.box[at + 1 :]))
        return shown

    def sums(self, shown: Shown, simplified: Callable[[Term, list[Term]], Term]) -> Shown:
        """The output, with reductions over tensors: of elements in any order, so Σ over v is Σ over u₁ … u_r.

        `simplified`: an equal of a term where some facts hold."""

        def visit(t: Term) -> Term | None:
            return self._reduction(t, simplified) if t.op == "reduce" else None

        return replace(shown, value=rewrite(shown.value, visit))

    def _reduction(self, t: Term, simplified: Callable[[Term, list[Term]], Term]) -> Term | None:
        reads = [(u.attr[0], u.args[0]) for u in subterms([reduce_body(t)]) if u.op == "read"]
        box = ranges(t)
        for n, (v, low, high) in enumerate(box):
            found = self._new(v, low, high, [(array, o) for array, o in reads if v in o.free])
            if found is not None:
                new, flat = found
                facts = [bools.lt(ints.ZERO, size) for _, _, size in new]
                facts += [bools.conjunction(bools.le(ints.ZERO, u), bools.lt(u, size)) for u, _, size in new]
                rest = [simplified(substitute(a, {v: flat}), facts) for a in t.args[3 * (n + 1) :]]
                parts = [part for triple in new for part in triple]
                args = (*t.args[: 3 * n], *parts, *rest)
                whole = make("reduce", args, (t.attr[0], len(box) + len(new) - 1, *t.attr[2:]), t.sort)
                return self._reduction(whole, simplified) or whole
        return None

    def _new(
        self, v: Term, low: Term, high: Term | None, accesses: list[tuple[int, Term]]
    ) -> tuple[list[tuple[Term, Term, Term]], Term] | None:
        """The new indices with their ranges, and `v` in terms of them."""
        if low is not ints.ZERO or high is None:
            return None
        for array, offset in accesses:
            run = run_of(v, high, array, offset, self._observed)
            if len(run) > 1:
                break
        else:
            return None
        constant = ints.value_of(high) is not None
        sizes = [self._symbols.size(self._observed.sizes(array, d), constant=constant) for d in run]
        new = [(var("i"), ints.ZERO, size) for size in sizes]
        flat = ints.ZERO
        for u, _, size in new:
            flat = ints.add(ints.mul(flat, size), u)
        product = ints.mul(*sizes)
        if product is not high:
            self.equations.append(Equation(high, product))
        return new, flat


def run_of(v: Term, high: Term, array: int, offset: Term, observed: Observed) -> list[int]:
    """The dimensions, slowest first, that `v` runs over as one: their sizes multiply to its extent, in every launch."""
    linear = ints.coefficient(offset, v) if array in observed.tensors else None
    extent = observed.numbers(high)
    step = None if linear is None else observed.numbers(linear[0])
    if extent is None or step is None:
        return []
    run: list[int] = []
    reached: Numbers = tuple(1 for _ in step)
    for d in reversed(observed.dimensions(array)):
        if observed.strides(array, d) != times(step, reached):
            if run:
                return []
            continue
        run.insert(0, d)
        reached = times(reached, observed.sizes(array, d))
        if reached == extent:
            return run
    return []


def named_extents(equations: list[Equation], symbols: Symbols) -> dict[Term, Term]:
    """The arguments that the equations give: n ↦ M·N. The others stay as conditions."""
    found: dict[Term, Term] = {}
    for e in equations:
        inside = subterms([e.product])
        clash = e.extent in inside or e.extent in found or any(u in found for u in inside)
        if e.extent.op == "param" and not clash and e.extent not in symbols.made.values():
            found[e.extent] = e.product
    return found
