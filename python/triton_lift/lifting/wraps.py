"""What must not wrap for an effect to be what the formula says.

Each integer operation that could wrap owes the obligation that it does not; what is not proved is printed. The order
matters: a guard is evaluated by the machine, wraps included, so its own operations must fit before it may be used to
show that anything else does. Loops come first, outside in, then the conjuncts of the effect's guard, then the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from triton_lift.closing import LoopCloser
from triton_lift.evaluation import Operation
from triton_lift.lifting import iterates
from triton_lift.proving import Context
from triton_lift.reading import Effect, Kernel, WrapRisk
from triton_lift.simplification import PreconditionRequest, Simplifier
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms.substitution import substitute
from triton_lift.terms.term import Term, by_order, make, subterms, var
from triton_lift.untiling import Coordinates, Output, untile
from triton_lift.untiling.coordinates import Constraint
from triton_lift.untiling.moves import upper_bound

if TYPE_CHECKING:
    from triton_lift.lifting.lifted_effect import LiftedEffect


@dataclass(frozen=True)
class Wrap:
    """`term` must fit into `width` signed bits. `nonnegative`: its sign is known, so that only the upper end counts.

    `everywhere`: it must do so in every program and lane, not only where something is stored; then `term` may be a
    bound, of what the operation itself is over program ids, iterations and lanes (`raw`) where `given` holds.
    """

    term: Term
    width: int
    location: str | None
    nonnegative: bool
    everywhere: bool = False
    raw: Term | None = None
    given: tuple[Term, ...] = ()

    def renamed(self, names: dict[Term, Term]) -> Wrap:
        """The same, of other coordinates."""
        raw = None if self.raw is None else substitute(self.raw, names)
        given = tuple(substitute(g, names) for g in self.given)
        return replace(self, term=substitute(self.term, names), raw=raw, given=given)


def of_control(
    effect: Effect, kernel: Kernel, closer: LoopCloser, base: Context, simplifier: Simplifier
) -> list[Wrap]:
    """The undischarged obligations of loop bounds and guards, as bounds over all programs, iterations and lanes."""
    pending: list[tuple[list[Term], tuple[WrapRisk, ...]]] = []
    for number, risks in zip(effect.loops, effect.loop_risks, strict=True):
        loop = kernel.loops[number]
        runs = [closer.resolve(loop.guard), bools.lt(loop.var, closer.trips(loop))]
        pending.append((runs, risks))
    for conjunct, risks in effect.guards:
        pending.append(([closer.resolve(conjunct)], risks))
    lanes = [bools.lt(lane, ints.const(extent)) for lane, extent in effect.lanes]
    control = _Control(kernel, closer, base, simplifier, lanes)
    result: list[Wrap] = []
    while pending:
        # A condition whose own operations fit may be used for the others; if there is none, the first one's are stated.
        position = next((i for i, (_, risks) in enumerate(pending) if not control.owed(risks)), 0)
        conditions, risks = pending.pop(position)
        owed = control.owed(risks)
        result += owed
        control.settled.update(risks)
        control.known += [_fits(wrap.term, wrap.width) for wrap in owed] + conditions
    return _largest(result, lambda _: base)


class _Control:
    """What is known while the operations of conditions are checked: `known`, over program ids, iterations and lanes."""

    def __init__(
        self, kernel: Kernel, closer: LoopCloser, base: Context, simplifier: Simplifier, known: list[Term]
    ) -> None:
        self.kernel, self.closer, self.base, self.simplifier = kernel, closer, base, simplifier
        self.known = known
        self.settled: set[WrapRisk] = set()
        self.checked: dict[tuple[tuple[WrapRisk, ...], int], list[Wrap]] = {}

    def owed(self, risks: tuple[WrapRisk, ...]) -> list[Wrap]:
        """The obligations that remain, as bounds; each may be assumed for those whose operand it is."""
        key = (risks, len(self.known))
        if key not in self.checked:
            open_risks = [(t, r) for t, r in _closed(risks, self.closer) if r not in self.settled]
            self.checked[key] = self.check(open_risks)
        return self.checked[key]

    def check(self, risks: list[tuple[Term, WrapRisk]]) -> list[Wrap]:
        """The obligations that remain of some risks, innermost operation last in `risks`."""
        output = self.everywhere([t for t, _ in risks])
        context = output.context(self.base)
        left = []
        for t, (_, risk) in zip(output.offset.args, risks, strict=True):
            here = context.extend(*iterates.facts_about(t, context)) if iterates.recurrent(t) else context
            if here.proves(_fits(t, risk.width)):
                self.settled.add(risk)  # more will be known later, not less
            else:
                left.append(risk)
        if not left:
            return []
        original = {r: t for t, r in risks}
        for r in left:
            if iterates.recurrent(original[r]):
                iterates.refuse(original[r], context, r.location)
        output = self.everywhere([original[r] for r in left])
        try:
            untile(output, self.base, self.simplifier)
        except PreconditionRequest:
            output = self.everywhere([original[r] for r in left])
        context = _knowing_signs(output, self.base)
        box = _box(output, context)
        found: list[Wrap] = []
        for t, risk in reversed(list(zip(output.offset.args, left, strict=True))):
            stated = [_fits(w.term, w.width) for w in found]
            here = context.extend(*stated)
            if here.proves(_fits(t, risk.width)):
                continue
            base = self.base.extend(*stated)
            bound = self.simplifier.simplify(_Reach(here, box).largest(t), base)
            if not base.proves(_fits(bound, risk.width)):
                nonnegative = here.proves(bools.le(ints.ZERO, t))
                known = (*self.known, *_own_ranges(original[risk], self.kernel, self.closer))
                found.append(Wrap(bound, risk.width, risk.location, nonnegative, True, original[risk], known))
        return found

    def everywhere(self, terms: list[Term]) -> Output:
        """The points at which some terms are computed, as those of an output; the terms are its offset's arguments."""
        t = make("tuple", tuple(terms))
        known = [*self.known, *_own_ranges(t, self.kernel, self.closer)]
        grid = sorted({u for u in subterms([t, *known]) if u.op == "pid"}, key=lambda u: u.attr)
        names = {leaf: var("p") for leaf in grid}
        constraints = [
            Constraint(bools.lt(v, make("nprogs", (), leaf.attr)), launch=True) for leaf, v in names.items()
        ]
        constraints += [Constraint(substitute(fact, names), launch=False) for fact in known]
        used = {f for c in (t, *known) for f in c.free if f.op == "var"}
        variables = [*names.values(), *sorted(used, key=by_order)]
        axes = {v: frozenset((leaf.attr,)) for leaf, v in names.items()}
        coordinates = Coordinates(variables, constraints, axes, dict.fromkeys(names.values(), ints.ONE))
        return Output(coordinates, substitute(t, names), bools.TRUE, ints.ZERO)


def _knowing_signs(output: Output, base: Context) -> Context:
    """The context of the points, with which factors of its products are positive told as facts."""
    context = output.context(base)
    factors = {
        a
        for c in output.coordinates.constraints
        if c.fact.op == "le0"
        for monomial in ints.polynomial(c.fact.args[0])
        if len(monomial) > 1
        for a in monomial
    }
    compound = [a for a in sorted(factors, key=by_order) if a.args]
    return context.extend(*(bools.lt(ints.ZERO, a) for a in compound if context.positive(a)))


def _box(output: Output, context: Context) -> dict[Term, Term]:
    """Coordinate → the largest value that some constraint leaves it, free of coordinates.

    From A·v + rest ≤ e with A ≥ 1 and rest ≥ 0 follows v ≤ e; likewise for ⌊v/D⌋.
    """
    coordinates = set(output.coordinates.variables)
    result: dict[Term, Term] = {}
    for v in output.coordinates.variables:
        for c in output.coordinates.constraints:
            if v in result or c.fact.op != "le0" or v not in c.fact.free:
                continue
            for atom in sorted(ints.atoms(c.fact.args[0]), key=by_order):
                divisor = ints.ONE if atom is v else None
                if atom.op == "fdiv" and atom.args[0] is v and ints.value_of(atom.args[1]) is not None:
                    divisor = atom.args[1]
                if divisor is None or v in result:
                    continue
                bound = _bound_of(atom, c.fact.args[0], coordinates, context)
                if bound is not None:
                    result[v] = ints.sub(ints.mul(divisor, ints.add(bound, ints.ONE)), ints.ONE)
    return result


def _bound_of(atom: Term, t: Term, coordinates: set[Term], context: Context) -> Term | None:
    """e from t = A·atom + rest − e ≤ 0, with A ≥ 1, rest ≥ 0 and e free of coordinates."""
    split = ints.coefficient(t, atom)
    if split is None or not context.positive(split[0]):
        return None
    bound = ints.ZERO
    for monomial, c in ints.polynomial(split[1]).items():
        if not any(a.free & coordinates for a in monomial):
            bound = ints.add(bound, ints.mul(ints.const(-c), *monomial))
        elif c < 0 or not all(context.proves(bools.le(ints.ZERO, a)) for a in monomial):
            return None
    return bound


def of_data(effect: Effect, closer: LoopCloser) -> list[WrapRisk]:
    """The operations of offset and value, their terms without carried values.

    Inside reductions and loops they have further variables: those range over all of their values. Operations on the
    elements of a combine are left to the assumption about sums.
    """
    return [WrapRisk(t, risk.width, risk.location) for t, risk in _closed(effect.risks, closer)]


def undischarged(
    terms: list[Term],
    risks: list[WrapRisk],
    context: Context,
    simplifier: Simplifier,
    kernel: Kernel,
    closer: LoopCloser,
) -> list[Wrap]:
    """The risks, rewritten to `terms`, that what is known does not exclude; each found may be assumed for the next."""
    result: list[Wrap] = []
    stated: list[Term] = []
    for t, risk in zip(terms, risks, strict=True):
        here = context.extend(*_own_ranges(t, kernel, closer))
        shown = simplifier.simplify(t, here)
        expanded = simplifier.simplify(ints.expand_remainders(shown), here)
        if len(ints.polynomial(expanded)) < len(ints.polynomial(shown)):
            shown = expanded
        fits = _fits(shown, risk.width)
        here = here.extend(*stated)  # not before: what is simplified under the same facts is simplified once
        if fits is not bools.TRUE and not here.proves(fits):
            if iterates.recurrent(shown):
                between = _between(shown, fits, here, kernel, closer)
                if between is None:
                    iterates.refuse(shown, here, risk.location)
                for bound, nonnegative in between or ():
                    result.append(Wrap(bound, risk.width, risk.location, nonnegative))
                    stated.append(_fits(bound, risk.width))
                continue
            nonnegative = here.proves(bools.le(ints.ZERO, shown))
            result.append(Wrap(shown, risk.width, risk.location, nonnegative))
            stated.append(fits)
    context = context.extend(*stated)
    return _largest(result, lambda t: context.extend(*_own_ranges(t, kernel, closer)))


def _between(
    t: Term, fits: Term, context: Context, kernel: Kernel, closer: LoopCloser
) -> list[tuple[Term, bool]] | None:
    """Terms without states of recurrences that have to fit for `t` to do so (see `iterates.bounds`); None: none known.

    No terms: it fits anyway.
    """
    loops = [loop for loop in kernel.loops.values() if loop.var in t.free]
    ends = {loop.var: ints.sub(closer.trips(loop), ints.ONE) for loop in loops}
    for loose in (False, True):
        if loose:
            iterates.presuppose_sizes(t, context)
        here = context.extend(*iterates.facts_about(t, context, loose))
        if here.proves(fits):
            return []
        found = iterates.bounds(t, here, loose, ends)
        if found is not None:
            return found
    return None


def _closed(risks: tuple[WrapRisk, ...], closer: LoopCloser) -> list[tuple[Term, WrapRisk]]:
    result = []
    for risk in risks:
        closed = closer.resolve(risk.term)
        if risk.width < 64 and not any(f.op == "elem" for f in closed.free):
            result.append((closed, risk))
    return result


def _own_ranges(t: Term, kernel: Kernel, closer: LoopCloser) -> list[Term]:
    """The ranges of the variables of reductions and loops in `t`."""
    facts = []
    loops = {loop.var: loop for loop in kernel.loops.values()}
    for v in sorted(t.free, key=by_order):
        if v in kernel.extents:
            facts += [bools.le(ints.ZERO, v), bools.lt(v, ints.const(kernel.extents[v]))]
        elif v in loops:
            facts += [bools.le(ints.ZERO, v), bools.lt(v, closer.trips(loops[v]))]
    return facts


def _fits(t: Term, width: int) -> Term:
    half = 1 << (width - 1)
    return bools.conjunction(bools.le(ints.const(-half), t), bools.lt(t, ints.const(half)))


class _Reach:
    """The largest absolute value that a term takes while variables range over 0 … box[v]."""

    def __init__(self, context: Context, box: dict[Term, Term]) -> None:
        self.context, self.box = context, box

    def largest(self, t: Term) -> Term:
        """A bound of |t|, free of the box's variables where possible; `t` itself where there is none."""
        upper = self.upper(t)
        return t if upper is None else upper

    def upper(self, t: Term) -> Term | None:
        if not t.free & self.box.keys():
            return t
        if t in self.box:
            return self.upper(self.box[t])
        match t.op:
            case "imin":
                bounds = [u for u in map(self.upper, t.args) if u is not None]
                return ints.minimum(*bounds) if bounds and self.nonnegative(t) else None
            case "imax":
                every = [self.upper(a) for a in t.args]
                return ints.maximum(*(u for u in every if u)) if None not in every else None
            case "fmod" if self.context.positive(t.args[1]):
                divisor = self.upper(t.args[1])
                return None if divisor is None else ints.sub(divisor, ints.ONE)
            case "fdiv" if self.context.positive(t.args[1]) and self.nonnegative(t.args[0]):
                return self.upper(t.args[0])
            case "lin" | "mul":
                return self.sum(t)
        return None

    def sum(self, t: Term) -> Term | None:
        total = ints.ZERO
        for monomial, c in ints.polynomial(t).items():
            bound = self.monomial(monomial, c)
            if bound is None:
                return None
            total = ints.add(total, bound)
        return total

    def monomial(self, monomial: tuple[Term, ...], c: int) -> Term | None:
        varying = [a for a in monomial if a.free & self.box.keys()]
        if not varying:
            return ints.mul(ints.const(c), *monomial)
        if not all(self.nonnegative(a) for a in varying):
            return None
        if c < 0 and all(self.nonnegative(a) for a in monomial):
            return ints.ZERO
        fixed = [a for a in monomial if a not in varying]
        bounds = []
        for a in varying:
            if a.op == "fdiv" and self.context.positive(a.args[1]):
                # c·⌊a/(k·b)⌋ ≤ (c/k)·a where k divides c and b ≥ 1.
                numbers = list(ints.polynomial(a.args[1]).values())
                if len(numbers) == 1 and c % numbers[0] == 0:
                    c //= numbers[0]
                    a = a.args[0]
            bounds.append(self.upper(a))
        if any(b is None for b in bounds):
            return None
        return ints.mul(ints.const(c), *fixed, *(b for b in bounds if b is not None))

    def nonnegative(self, t: Term) -> bool:
        return self.context.proves(bools.le(ints.ZERO, t))


def _largest(wraps: list[Wrap], context_of: Callable[[Term], Context]) -> list[Wrap]:
    """Without the nonnegative terms that another one exceeds."""
    kept = []
    for i, wrap in enumerate(wraps):
        mine = ints.polynomial(wrap.term)
        for j, other in enumerate(wraps):
            if i == j or other.width != wrap.width or (other.term is wrap.term and j > i):
                continue
            theirs = ints.polynomial(other.term)
            inside = all(m in theirs and theirs[m] == c for m, c in mine.items() if m)
            if inside and wrap.nonnegative and context_of(other.term).proves(bools.le(wrap.term, other.term)):
                break
        else:
            kept.append(wrap)
    return kept


def operations(kernel: Kernel, effects: Iterable[LiftedEffect]) -> tuple[Operation, ...]:
    """The operations that the stated bounds are about, with the points at which they are computed; without those
    whose points have no known range."""
    found: dict[Operation, None] = {}
    for e in effects:
        for wrap in e.wraps:
            if wrap.raw is not None:
                ranges, constraints = _ranges_of(wrap.raw, wrap.given, kernel)
                operation = _operation(wrap.raw, wrap, ranges, constraints)
            else:
                ranges = {v: high for v, _, high in e.domain.box if high is not None}
                lanes = sorted((v for v in wrap.term.free if v in kernel.extents), key=by_order)
                ranges |= {v: ints.const(kernel.extents[v]) for v in lanes}
                constraints = tuple(f for f in (e.output.guard, *e.domain.facts()))
                operation = _operation(wrap.term, wrap, ranges, constraints)
            if operation is not None:
                found[operation] = None
    return tuple(found)


def _operation(
    term: Term, wrap: Wrap, ranges: dict[Term, Term], constraints: tuple[Term, ...]
) -> Operation | None:
    variables = {u for u in subterms([term, *constraints]) if u.op in ("var", "pid")}
    if not variables <= ranges.keys():
        return None
    return Operation(term, wrap.width, wrap.location, tuple(ranges.items()), constraints)


def _ranges_of(
    raw: Term, given: tuple[Term, ...], kernel: Kernel
) -> tuple[dict[Term, Term], tuple[Term, ...]]:
    """Of the program ids, lanes and iterations of a term; and the given facts that are about these only."""
    leaves = [u for u in subterms([raw]) if u.op in ("var", "pid")]
    ranges = {u: make("nprogs", (), u.attr) for u in leaves if u.op == "pid"}
    ranges |= {v: ints.const(kernel.extents[v]) for v in leaves if v in kernel.extents}
    parts = [part for fact in given for part in bools.conjuncts(fact)]
    for part in parts:
        bounded = upper_bound(part, [v for v in leaves if v.op == "var"])
        if bounded is not None and bounded[0] not in ranges:
            ranges[bounded[0]] = bounded[1]
    about = {part: [u for u in subterms([part]) if u.op in ("var", "pid")] for part in parts}
    return ranges, tuple(part for part, used in about.items() if all(u in ranges for u in used))
