"""What must stand in a sketch's holes for it to be a given term.

`Filling` matches the sketch against the term from the outside in. Where they have the same shape, part goes with part,
whatever the order of sums and products; where they have not, the sketch is solved for its hole: what is added to it is
subtracted, what multiplies it is divided by, an exponential is undone by a logarithm. What comes out is a proposal:
the filled sketch is proved like any guess.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from triton_lift.guesses.factors import as_sum_over, divided
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.binding import fresh_names
from triton_lift.terms.strides import by_stride
from triton_lift.terms.substitution import substitute
from triton_lift.terms.term import Term, bound_vars, ranges, reduce_body, reduce_guard

Holes = dict[str, Term]
Equal = Callable[[Term, Term], bool]

_INVERSES = {"exp": "log", "log": "exp", "exp2": "log2", "log2": "exp2"}
_MOST_STEPS = 4000


class TooManyError(Exception):
    """The sketch can be laid over the formula in too many ways."""


class Filling:
    """Matches sketches; `equal` decides whether parts without holes are the same."""

    def __init__(self, equal: Equal) -> None:
        self.equal = equal
        self.steps = 0
        self._open: dict[Term, bool] = {}

    def has_hole(self, t: Term) -> bool:
        """Whether there is a hole in `t`."""
        found = self._open.get(t)
        if found is None:
            found = self._open[t] = t.op == "hole" or any(self.has_hole(a) for a in t.args)
        return found

    def fill(self, sketch: Term, target: Term, holes: Holes) -> Iterator[Holes]:
        """All the ways that are found to make the sketch the target; `holes` are filled already."""
        self.steps += 1
        if self.steps > _MOST_STEPS:
            raise TooManyError
        if not self.has_hole(sketch):
            if sketch is target or self.equal(sketch, target):
                yield holes
            return
        method = getattr(self, f"_{sketch.op}", self._same_operator)
        yield from method(sketch, target, holes)

    def _all(self, pairs: list[tuple[Term, Term]], holes: Holes) -> Iterator[Holes]:
        if not pairs:
            yield holes
            return
        # What has no hole decides quickly.
        pairs = sorted(pairs, key=lambda p: self.has_hole(p[0]))
        (sketch, target), *rest = pairs
        for found in self.fill(sketch, target, holes):
            yield from self._all(rest, found)

    def _hole(self, sketch: Term, target: Term, holes: Holes) -> Iterator[Holes]:
        if sketch.sort == "int" and target.op == "toreal":
            target = target.args[0]
        if sketch.sort != target.sort and not (sketch.sort == "real" and target.sort == "int"):
            return
        allowed = frozenset(sketch.args)
        if any(v.op == "var" and v not in allowed for v in target.free):
            return
        known = holes.get(sketch.attr)
        if known is None:
            yield {**holes, sketch.attr: target}
        elif known is target:
            yield holes

    # Sums, products, extrema: in any order.

    def _radd(self, sketch: Term, target: Term, holes: Holes) -> Iterator[Holes]:
        closed = [a for a in sketch.args if not self.has_hole(a)]
        rest = reals.sub(target, reals.add(*closed)) if closed else target
        parts = rest.args if rest.op == "radd" else (rest,)
        yield from self._shared(self._holey(sketch), parts, reals.add, reals.ZERO, holes)

    def _rmul(self, sketch: Term, target: Term, holes: Holes) -> Iterator[Holes]:
        closed = [a for a in sketch.args if not self.has_hole(a)]
        rest = divided(target, closed) if closed else target
        wanted = self._holey(sketch)
        if rest.op == "rdiv" and len(wanted) > 1:
            above, below = rest.args
            factors = above.args if above.op == "rmul" else (above,)
            yield from self._shared(
                wanted,
                factors,
                lambda *p: reals.div(reals.mul(*p), below),
                reals.div(reals.ONE, below),
                holes,
            )
        parts = rest.args if rest.op == "rmul" else (rest,)
        yield from self._shared(wanted, parts, reals.mul, reals.ONE, holes)

    def _holey(self, sketch: Term) -> list[Term]:
        """The parts with holes, the ones that are nothing else last."""
        return sorted((a for a in sketch.args if self.has_hole(a)), key=lambda a: a.op == "hole")

    def _shared(
        self,
        sketches: list[Term],
        parts: Iterable[Term],
        combine: Callable[..., Term],
        unit: Term,
        holes: Holes,
    ) -> Iterator[Holes]:
        """The parts shared out among the sketches: one to each, the last takes what is left."""
        parts = list(parts)
        first, *others = sketches
        if not others:
            yield from self.fill(first, combine(*parts) if parts else unit, holes)
            return
        for i, part in enumerate(parts):
            for found in self.fill(first, part, holes):
                yield from self._shared(others, parts[:i] + parts[i + 1 :], combine, unit, found)

    def _extremum(self, sketch: Term, target: Term, holes: Holes) -> Iterator[Holes]:
        if target.op != sketch.op:
            return
        parts = list(target.args)
        for a in sketch.args:
            if not self.has_hole(a):
                same = next((p for p in parts if p is a or self.equal(a, p)), None)
                if same is None:
                    return
                parts.remove(same)
        if parts:
            combine = {
                "rmax": reals.maximum,
                "rmin": reals.minimum,
                "imax": ints.maximum,
                "imin": ints.minimum,
                "and": bools.conjunction,
                "or": bools.disjunction,
            }[sketch.op]
            yield from self._shared(self._holey(sketch), parts, combine, parts[0], holes)

    _rmax = _rmin = _imax = _imin = _and = _or = _extremum

    # Quotients and functions.

    def _rdiv(self, sketch: Term, target: Term, holes: Holes) -> Iterator[Holes]:
        above, below = sketch.args
        if target.op == "rdiv":
            yield from self._all([(above, target.args[0]), (below, target.args[1])], holes)
        if target.op == "rmul":  # a·(b / c)
            for a in target.args:
                if a.op == "rdiv":
                    rest = list(target.args)
                    rest.remove(a)
                    numerator = reals.mul(*rest, a.args[0])
                    yield from self._all([(above, numerator), (below, a.args[1])], holes)
        if not self.has_hole(below):
            yield from self.fill(above, divided(target, [reals.div(reals.ONE, below)]), holes)
        elif not self.has_hole(above):
            yield from self.fill(below, divided(above, [target]), holes)

    def _rfun(self, sketch: Term, target: Term, holes: Holes) -> Iterator[Holes]:
        if target.op == "rfun" and target.attr == sketch.attr and len(target.args) == len(sketch.args):
            yield from self._all(list(zip(sketch.args, target.args, strict=True)), holes)
        elif sketch.attr in _INVERSES:
            yield from self.fill(sketch.args[0], reals.apply(_INVERSES[sketch.attr], target), holes)
        elif sketch.attr == "rsqrt" and target.op == "rdiv" and target.args[0] is reals.ONE:
            yield from self.fill(reals.apply("sqrt", *sketch.args), target.args[1], holes)

    def _toreal(self, sketch: Term, target: Term, holes: Holes) -> Iterator[Holes]:
        if target.op == "toreal":
            yield from self.fill(sketch.args[0], target.args[0], holes)
        elif target.op == "real" and target.attr.denominator == 1:
            yield from self.fill(sketch.args[0], ints.const(target.attr.numerator), holes)

    def _same_operator(self, sketch: Term, target: Term, holes: Holes) -> Iterator[Holes]:
        same = sketch.op == target.op and sketch.attr == target.attr and sketch.sort == target.sort
        if same and len(sketch.args) == len(target.args):
            yield from self._all(list(zip(sketch.args, target.args, strict=True)), holes)

    # Integers: polynomials in their holes.

    def _lin(self, sketch: Term, target: Term, holes: Holes) -> Iterator[Holes]:
        open_atoms = [a for a in ints.atoms(sketch) if self.has_hole(a)]
        if target.sort != "int" or len(open_atoms) != 1:
            return
        split = ints.coefficient(sketch, open_atoms[0])
        if split is None or self.has_hole(split[0]) or self.has_hole(split[1]):
            return
        quotient, rest = ints.divide_exactly(ints.sub(target, split[1]), split[0])
        if rest is ints.ZERO:
            yield from self.fill(open_atoms[0], quotient, holes)

    _prod = _lin

    def _read(self, sketch: Term, target: Term, holes: Holes) -> Iterator[Holes]:
        if target.op != "read" or target.attr != sketch.attr:
            return
        mine, theirs = by_stride(sketch.args[0]), by_stride(target.args[0])
        pairs = [(mine.get(s, ints.ZERO), theirs.get(s, ints.ZERO)) for s in dict.fromkeys((*mine, *theirs))]
        yield from self._all(pairs, holes)

    # Binders.

    def _reduce(self, sketch: Term, target: Term, holes: Holes) -> Iterator[Holes]:
        for candidate in self._readings(sketch, target):
            yield from self._point_by_point(sketch, candidate, holes)

    _argreduce = _reduce

    def _readings(self, sketch: Term, target: Term) -> Iterator[Term]:
        if target.op == sketch.op and target.attr == sketch.attr:
            yield target
        elif sketch.op == "reduce" and sketch.attr[0] == "add":
            summed = as_sum_over(target, sketch.attr[1])
            if summed is not None:
                yield summed

    def _point_by_point(self, sketch: Term, target: Term, holes: Holes) -> Iterator[Holes]:
        target = fresh_names(target)
        to: Mapping[Term, Term] = dict(zip(bound_vars(target), bound_vars(sketch), strict=True))
        pairs = []
        for (_, low, high), (_, other_low, other_high) in zip(ranges(sketch), ranges(target), strict=True):
            pairs += [(low, substitute(other_low, to)), (high, substitute(other_high, to))]
        pairs.append((reduce_guard(sketch), substitute(reduce_guard(target), to)))
        pairs.append((reduce_body(sketch), substitute(reduce_body(target), to)))
        if sketch.op == "argreduce":
            pairs.append((sketch.args[-1], substitute(target.args[-1], to)))
        yield from self._all(pairs, holes)
