"""Changes of coordinates, which turn programs, iterations and lanes into array indices.

Each is a bijection of the points, so what is written where does not change, only how the points are named:
  merge   (a, b) with 0 ≤ b < B  ↔  r = B·a + b;   a = ⌊r/B⌋, b = r mod B
  split   c                      ↔  (q, r) = (⌊c/D⌋, c mod D) for D > 0;   c = D·q + r, 0 ≤ r < D
  rotate  r with 0 ≤ r < D       ↔  s = (r + c) mod D;   r = (s − c) mod D
  reflect c with 0 ≤ c < H       ↔  r = H − 1 − c;       c = H − 1 − r
  shift   c with 0 ≤ c + a       ↔  r = c + a;           c = r − a, where r ≥ 0 and r ≥ a
A move checks what its theorem needs, whoever proposes it.
"""

from __future__ import annotations

from dataclasses import dataclass

from triton_lift.proving import Context
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms.substitution import substitute
from triton_lift.terms.term import Term, make, var
from triton_lift.untiling.coordinates import Constraint, Output


class MoveError(Exception):
    """The move's theorem does not apply."""


@dataclass(frozen=True)
class Merge:
    """Merges coordinate `outer` with the one that constraint number `constraint` bounds from above."""

    constraint: int
    outer: int

    def fits(self, output: Output) -> tuple[Term, Term, Term] | None:
        """`(a, b, B)` if offset, guard and value depend on a and b through B·a + b alone."""
        coordinates = output.coordinates
        bounded = upper_bound(coordinates.constraints[self.constraint].fact, coordinates.variables)
        if bounded is None:
            return None
        b, size = bounded
        a = coordinates.variables[self.outer]
        if a is b or a in size.free or ints.value_of(size) == 1:
            return None
        inverse = {b: ints.sub(_PROBE, ints.mul(size, a))}
        if any(a in substitute(t, inverse).free for t in (output.offset, output.guard, output.value)):
            return None
        return a, b, size

    def apply(self, output: Output, base: Context) -> None:
        """Renames the points. Raises MoveError where the theorem does not apply."""
        found = self.fits(output)
        if found is None:
            raise MoveError
        a, b, size = found
        coordinates = output.coordinates
        bound = coordinates.constraints[self.constraint]
        merged = var("i")
        inverse = {b: ints.sub(merged, ints.mul(size, a))}
        # Not from what holds at a point: that there is a point is what must not be presupposed.
        if not base.positive(size):
            coordinates.constraints.append(Constraint(bools.lt(ints.ZERO, size), launch=False))
        output.offset, output.guard, output.value = (
            substitute(t, inverse) for t in (output.offset, output.guard, output.value)
        )
        decode = {a: ints.fdiv(merged, size), b: ints.fmod(merged, size)}
        coordinates.constraints = [
            Constraint(_merged_constraint(c.fact, a, b, size, merged, inverse, decode), c.launch)
            for c in coordinates.constraints
            if c is not bound
        ]

        def renamed(t: Term) -> Term:
            direct = substitute(t, inverse)
            return direct if a not in direct.free else substitute(t, decode)

        output.passengers = [renamed(p) for p in output.passengers]
        output.origin = {leaf: renamed(t) for leaf, t in output.origin.items()}
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


@dataclass(frozen=True)
class Split:
    """Splits coordinate number `variable` by `divisor`."""

    variable: int
    divisor: Term

    def apply(self, output: Output, base: Context) -> None:
        """Renames the points. Raises MoveError where the theorem does not apply."""
        coordinates = output.coordinates
        c, d = coordinates.variables[self.variable], self.divisor
        if c in d.free or not known(d, output) or not output.context(base).positive(d):
            raise MoveError
        quotient, rest = var("i"), var("i")
        replaced = {c: ints.add(ints.mul(d, quotient), rest)}
        output.offset, output.guard, output.value = (
            substitute(x, replaced) for x in (output.offset, output.guard, output.value)
        )
        output.passengers = [substitute(p, replaced) for p in output.passengers]
        output.origin = {leaf: substitute(t, replaced) for leaf, t in output.origin.items()}
        launch = bool(coordinates.axes.get(c))
        coordinates.constraints = [
            Constraint(bools.lt(rest, d), launch and bool(d.free & set(coordinates.variables))),
            *(Constraint(substitute(k.fact, replaced), k.launch) for k in coordinates.constraints),
        ]
        coordinates.variables[self.variable : self.variable + 1] = [quotient, rest]
        axes = coordinates.axes.pop(c, frozenset())
        tile = coordinates.tile.pop(c, ints.ONE)
        for v in (quotient, rest):
            coordinates.axes[v] = axes
            coordinates.tile[v] = tile if ints.value_of(tile) == 1 else ints.ONE


@dataclass(frozen=True)
class Rotate:
    """Replaces coordinate number `variable` by `remainder`, its sum with something modulo its range."""

    variable: int
    remainder: Term

    def fits(self, output: Output) -> tuple[Term, Term] | None:
        """`(c, D)` if offset, guard and value depend on the coordinate through (r + c) mod D alone."""
        v = output.coordinates.variables[self.variable]
        if self.remainder.op != "fmod":
            return None
        total, size = self.remainder.args
        split = ints.coefficient(total, v)
        if split is None or split[0] is not ints.ONE or v in split[1].free | size.free:
            return None
        whole = {self.remainder: _PROBE}
        if any(v in substitute(t, whole).free for t in (output.offset, output.guard, output.value)):
            return None
        return split[1], size

    def apply(self, output: Output, base: Context) -> None:
        """Renames the points. Raises MoveError where the theorem does not apply."""
        found = self.fits(output)
        coordinates = output.coordinates
        v = coordinates.variables[self.variable]
        if found is None or not known(self.remainder, output):
            raise MoveError
        shift, size = found
        context = output.context(base)
        if not (context.positive(size) and context.proves(bools.lt(v, size))):
            raise MoveError
        rotated = var("i")
        back = {v: ints.fmod(ints.sub(rotated, shift), size)}

        def renamed(t: Term) -> Term:
            return substitute(substitute(t, {self.remainder: rotated}), back)

        output.offset, output.guard, output.value = map(renamed, (output.offset, output.guard, output.value))
        output.passengers = [renamed(p) for p in output.passengers]
        output.origin = {leaf: renamed(t) for leaf, t in output.origin.items()}
        coordinates.constraints = [
            Constraint(bools.lt(rotated, size), bool(coordinates.axes.get(v))),
            *(Constraint(renamed(k.fact), k.launch) for k in coordinates.constraints),
        ]
        coordinates.variables[self.variable] = rotated
        coordinates.axes[rotated] = coordinates.axes.pop(v, frozenset())
        coordinates.tile[rotated] = coordinates.tile.pop(v, ints.ONE)


@dataclass(frozen=True)
class Reflect:
    """Counts a coordinate from its other end, which constraint number `constraint` gives."""

    constraint: int
    variable: int

    def fits(self, output: Output) -> tuple[Term, Term] | None:
        """`(c, H)` if the constraint, which is not of the grid, says c < H and nothing else."""
        coordinates = output.coordinates
        constraint, c = coordinates.constraints[self.constraint], coordinates.variables[self.variable]
        if constraint.launch or constraint.fact.op != "le0":
            return None
        split = ints.coefficient(constraint.fact.args[0], c)
        step = None if split is None else ints.value_of(split[0])
        if split is None or step is None or step <= 0 or c in split[1].free:
            return None
        # step·c ≤ e  ⇔  c < ⌊e/step⌋ + 1
        return c, ints.add(ints.fdiv(ints.scale(split[1], -1), ints.const(step)), ints.ONE)

    def apply(self, output: Output, base: Context) -> None:
        """Renames the points. Raises MoveError where the theorem does not apply."""
        found = self.fits(output)
        if found is None:
            raise MoveError
        c, size = found
        coordinates = output.coordinates
        reflected = var("i")
        replaced = {c: ints.sub(size, ints.add(reflected, ints.ONE))}
        output.offset, output.guard, output.value = (
            substitute(t, replaced) for t in (output.offset, output.guard, output.value)
        )
        output.passengers = [substitute(p, replaced) for p in output.passengers]
        output.origin = {leaf: substitute(t, replaced) for leaf, t in output.origin.items()}
        bound = coordinates.constraints[self.constraint]
        coordinates.constraints = [
            Constraint(bools.lt(reflected, size), launch=False)
            if k is bound
            else Constraint(substitute(k.fact, replaced), k.launch)
            for k in coordinates.constraints
        ]
        coordinates.variables[self.variable] = reflected
        coordinates.axes[reflected] = coordinates.axes.pop(c, frozenset())
        coordinates.tile[reflected] = coordinates.tile.pop(c, ints.ONE)


@dataclass(frozen=True)
class Shift:
    """Counts coordinate number `variable` from elsewhere, so that it is `amount` more."""

    variable: int
    amount: Term

    def fits(self, output: Output, base: Context) -> bool:
        """Whether the amount is one of other coordinates, and no point comes to lie below 0."""
        c = output.coordinates.variables[self.variable]
        if c in self.amount.free or not known(self.amount, output):
            return False
        return output.context(base).proves(bools.le(ints.ZERO, ints.add(c, self.amount)))

    def apply(self, output: Output, base: Context) -> None:
        """Renames the points. Raises MoveError where the theorem does not apply."""
        if not self.fits(output, base):
            raise MoveError
        coordinates = output.coordinates
        c = coordinates.variables[self.variable]
        shifted = var("i")
        replaced = {c: ints.sub(shifted, self.amount)}
        output.offset, output.guard, output.value = (
            substitute(t, replaced) for t in (output.offset, output.guard, output.value)
        )
        output.passengers = [substitute(p, replaced) for p in output.passengers]
        output.origin = {leaf: substitute(t, replaced) for leaf, t in output.origin.items()}
        coordinates.constraints = [
            Constraint(bools.le(self.amount, shifted), launch=False),
            *(Constraint(substitute(k.fact, replaced), k.launch) for k in coordinates.constraints),
        ]
        coordinates.variables[self.variable] = shifted
        coordinates.axes[shifted] = coordinates.axes.pop(c, frozenset())
        coordinates.tile[shifted] = coordinates.tile.pop(c, ints.ONE)


Move = Merge | Split | Rotate | Reflect | Shift

_PROBE = make("var", (), ("merged", -1))  # stands for the merged coordinate while a merge is only considered


def known(divisor: Term, output: Output) -> bool:
    """Whether a divisor depends on coordinates only."""
    return all(v in output.coordinates.variables for v in divisor.free if v.op == "var")


def upper_bound(fact: Term, variables: list[Term]) -> tuple[Term, Term] | None:
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
