"""Coordinates of an effect, and the changes of coordinates that turn them into array indices.

An effect happens at integer points: program ids, loop iterations and lanes, all ≥ 0, subject to constraints. Every
change made here is a bijection of those points:
  merge   (a, b) with 0 ≤ b < B  ↔  r = B·a + b;   a = ⌊r/B⌋, b = r mod B
  split   c                      ↔  (q, r) = (⌊c/D⌋, c mod D) for D > 0;   c = D·q + r, 0 ≤ r < D
so what is written where does not change, only how the points are named.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from triton_lift.proving import Context
from triton_lift.simplification import PreconditionRequest, Simplifier
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms.substitution import substitute
from triton_lift.terms.term import Term, subterms, var


@dataclass(frozen=True)
class Constraint:
    """A condition on the points. `launch`: it comes from the grid, so whether it cuts anything off is coverage's
    question; otherwise it is part of the domain."""

    fact: Term
    launch: bool


@dataclass
class Coordinates:
    """The points of one effect. `axes[v]`: the grid axes v was made from; `tile[v]`: how many consecutive values of
    v one program covers."""

    variables: list[Term]
    constraints: list[Constraint]
    axes: dict[Term, frozenset[int]] = field(default_factory=dict)
    tile: dict[Term, Term] = field(default_factory=dict)

    def restricted(self, variables: list[Term]) -> Coordinates:
        """The coordinates without the others, and without the constraints that mention those."""
        gone = frozenset(v for v in self.variables if v not in variables)
        return Coordinates(
            variables,
            [c for c in self.constraints if not c.fact.free & gone],
            {v: self.axes[v] for v in variables if v in self.axes},
            {v: self.tile[v] for v in variables if v in self.tile},
        )

    def facts(self, launch: bool = True) -> list[Term]:
        """What holds at every point (with or without the launch constraints)."""
        nonnegative = [bools.le(ints.ZERO, v) for v in self.variables]
        return nonnegative + [c.fact for c in self.constraints if launch or not c.launch]


@dataclass
class Output:
    """array[offset] := value at every point that satisfies the guard; `passengers` are rewritten along."""

    coordinates: Coordinates
    offset: Term
    guard: Term
    value: Term
    passengers: list[Term] = field(default_factory=list)

    def context(self, base: Context) -> Context:
        """What is known where the value is stored."""
        return base.extend(*self.coordinates.facts(), self.guard)


def untile(output: Output, base: Context, simplifier: Simplifier) -> Output:
    """Changes coordinates until no rule applies.

    Addresses and guards lead; the value, the larger term, is simplified only where they are at rest.
    """
    context = _simplify(output, base, simplifier)
    settled = False
    for _ in range(60):
        if _merge(output, base) or _split(output, base):
            context = _simplify(output, base, simplifier)
            settled = False
        elif not settled:
            output.value = simplifier.simplify(output.value, context)
            settled = True
        else:
            break
    return output


def _simplify(output: Output, base: Context, simplifier: Simplifier) -> Context:
    """Simplifies constraints, guard and offset; the context that they make."""
    context = base.extend(*[bools.le(ints.ZERO, v) for v in output.coordinates.variables])
    kept: list[Constraint] = []
    for c in output.coordinates.constraints:
        for part in bools.conjuncts(simplifier.simplify(c.fact, context)):
            kept.append(Constraint(part, c.launch))
            context = context.extend(part)
    output.coordinates.constraints = kept
    output.guard = simplifier.simplify(output.guard, context)
    context = context.extend(output.guard)
    output.offset = simplifier.simplify(output.offset, context)
    return context


def _merge(output: Output, base: Context) -> bool:
    coordinates = output.coordinates
    for constraint in coordinates.constraints:
        bounded = _upper_bound(constraint.fact, coordinates.variables)
        if bounded is None:
            continue
        b, size = bounded
        if ints.value_of(size) == 1:
            continue
        for a in coordinates.variables:
            if a is b or a in size.free:
                continue
            merged = var(_hint(a, b))
            inverse = {b: ints.sub(merged, ints.mul(size, a))}
            parts = [substitute(t, inverse) for t in (output.offset, output.guard, output.value)]
            if any(a in p.free for p in parts) or not any(
                a in t.free and b in t.free for t in (output.offset, output.guard, output.value)
            ):
                continue
            # Not from what holds at a point: that there is a point is what must not be presupposed.
            if not base.positive(size):
                coordinates.constraints.append(Constraint(bools.lt(ints.ZERO, size), launch=False))
            output.offset, output.guard, output.value = parts
            decode = {a: ints.fdiv(merged, size), b: ints.fmod(merged, size)}
            coordinates.constraints = [
                Constraint(_merged_constraint(c.fact, a, b, size, merged, inverse, decode), c.launch)
                for c in coordinates.constraints
                if c is not constraint
            ]
            output.passengers = [
                q if a not in (q := substitute(p, inverse)).free else substitute(p, decode)
                for p in output.passengers
            ]
            position = min(coordinates.variables.index(a), coordinates.variables.index(b))
            coordinates.variables = [v for v in coordinates.variables if v not in (a, b)]
            coordinates.variables.insert(position, merged)
            axes_a, axes_b = coordinates.axes.pop(a, frozenset()), coordinates.axes.pop(b, frozenset())
            coordinates.axes[merged] = axes_a | axes_b
            tile_a, tile_b = coordinates.tile.pop(a, ints.ONE), coordinates.tile.pop(b, ints.ONE)
            if axes_a:
                coordinates.tile[merged] = ints.mul(size, tile_a) if not axes_b else tile_b
            elif axes_b:
                coordinates.tile[merged] = tile_b
            return True
    return False


def _hint(a: Term, b: Term) -> str:
    return "i"


def _upper_bound(fact: Term, variables: list[Term]) -> tuple[Term, Term] | None:
    """`(v, size)` if the fact says v < size for one coordinate v."""
    if fact.op != "le0":
        return None
    for v in variables:
        if v in fact.free:
            split = ints.coefficient(fact.args[0], v)
            if split is not None and split[0] is ints.ONE and not (split[1].free & set(variables)):
                return v, ints.sub(ints.ONE, split[1])
    return None


def _merged_constraint(
    fact: Term,
    a: Term,
    b: Term,
    size: Term,
    merged: Term,
    inverse: dict[Term, Term],
    decode: dict[Term, Term],
) -> Term:
    direct = substitute(fact, inverse)
    if a not in direct.free:
        return direct
    if fact.op == "le0" and b not in fact.free:
        split = ints.coefficient(fact.args[0], a)
        if split is not None and split[0] is ints.ONE:
            # a ≤ e  ⇔  r ≤ B·e + B − 1
            highest = ints.sub(ints.mul(size, ints.sub(ints.ONE, split[1])), ints.ONE)
            return bools.le(merged, highest)
        if split is not None and ints.value_of(split[0]) == -1:
            return bools.le(ints.mul(size, split[1]), merged)  # a ≥ e  ⇔  r ≥ B·e
    return substitute(fact, decode)


def _split(output: Output, base: Context) -> bool:
    coordinates = output.coordinates
    context = output.context(base)
    for t in sorted(subterms([output.offset, output.guard, output.value]), key=lambda t: t.serial):
        if t.op in ("tdiv", "trem"):
            _request_grid_limit(t.args[1], coordinates, context)
        if t.op not in ("fdiv", "fmod") or t.args[0] not in coordinates.variables:
            continue
        c, d = t.args
        if not _is_dimension(t, output):
            continue
        if c in d.free or any(v.op == "var" and v not in coordinates.variables for v in d.free):
            continue
        if not context.positive(d):
            _request_grid_limit(d, coordinates, context)
            continue
        quotient, rest = var("i"), var("i")
        replaced = {c: ints.add(ints.mul(d, quotient), rest)}
        output.offset, output.guard, output.value = (
            substitute(x, replaced) for x in (output.offset, output.guard, output.value)
        )
        output.passengers = [substitute(p, replaced) for p in output.passengers]
        launch = bool(coordinates.axes.get(c))
        coordinates.constraints = [
            Constraint(bools.lt(rest, d), launch and bool(d.free & set(coordinates.variables))),
            *(Constraint(substitute(k.fact, replaced), k.launch) for k in coordinates.constraints),
        ]
        position = coordinates.variables.index(c)
        coordinates.variables[position : position + 1] = [quotient, rest]
        axes = coordinates.axes.pop(c, frozenset())
        tile = coordinates.tile.pop(c, ints.ONE)
        for v in (quotient, rest):
            coordinates.axes[v] = axes
            coordinates.tile[v] = tile if ints.value_of(tile) == 1 else ints.ONE
        return True
    return False


def _is_dimension(t: Term, output: Output) -> bool:
    """Whether c div D, c mod D read as two indices: the address is built from them, or both of them occur.

    Otherwise the array is indexed by c as a whole, and ⌊c/8⌋ in a formula reads better than two indices.
    """
    if t in subterms([output.offset]):
        return True
    c, d = t.args
    if ints.value_of(d) is not None:
        return False
    everything = set(subterms([output.value, output.guard]))
    return ints.fdiv(c, d) in everything and ints.fmod(c, d) in everything


def _request_grid_limit(divisor: Term, coordinates: Coordinates, context: Context) -> None:
    """Asks for an upper limit of the grid where programs beyond it would make a divisor vanish.

    With W·q + r < G, W = B·X and r ≥ 0, the divisor A − B·q is positive if G ≤ A·X.
    """
    for part in divisor.args if divisor.op == "imin" else (divisor,):
        if context.positive(part):
            continue
        for c in coordinates.constraints:
            grids = [a for a in ints.atoms(c.fact.args[0]) if a.op == "nprogs"] if c.fact.op == "le0" else []
            if not c.launch or len(grids) != 1:
                continue
            for q in coordinates.variables:
                ours, theirs = ints.coefficient(part, q), ints.coefficient(c.fact.args[0], q)
                if ours is None or theirs is None or ints.ZERO in (ours[0], theirs[0]):
                    continue
                factor, rest = ints.divide_exactly(theirs[0], ints.scale(ours[0], -1))
                limit = ints.mul(ours[1], factor)
                request = bools.le(grids[0], limit)
                if rest is ints.ZERO and not limit.free and context.extend(request).positive(part):
                    raise PreconditionRequest(request)
