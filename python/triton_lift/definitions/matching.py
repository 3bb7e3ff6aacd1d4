"""Matching a pattern with a term: sums and products in any order, holes that take functions of indices.

A hole with indices that are bound variables, or indices of the defined element, stands for any term that depends on no
other one of these (a Miller pattern: there is at most one way to fill it). What comes out is a proposal: whether the
definition, so filled, equals the term is proved elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import permutations

from triton_lift.definitions.constants import reads_as, square_root
from triton_lift.definitions.factors import Fractional, divided, fractional, is_product, summands, without
from triton_lift.definitions.fillings import Filling
from triton_lift.definitions.patterns import Pattern
from triton_lift.definitions.sharing import distributions
from triton_lift.proving import Deadline
from triton_lift.render import order
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.substitution import rewrite, substitute
from triton_lift.terms.term import Term, by_order, make, ranges, reduce_body, reduce_guard, subterms, var

_MOST_STEPS = 2000
_UNWATCHED = 64  # steps between looks at the clock
_MANY = 1 << 30


class TooManySteps(Exception):
    """The search for a match has used up its budget."""


@dataclass(frozen=True)
class Found:
    """A match of a part of a term: the part is `Filling` in the pattern; `rest` is what else there is in the sum or
    product (None: nothing), `op` which of them it is."""

    filling: Filling
    part: Term
    rest: Term | None = None
    op: str = ""


@dataclass
class Budget:
    """How many steps all searches in one value may take together, and when they end at the latest."""

    left: int = 8_000
    deadline: Deadline = Deadline()

    def spend(self) -> None:
        """Takes a step. Raises TooManySteps where there are none left, DeadlineError when the moment has passed."""
        self.left -= 1
        if self.left < 0:
            raise TooManySteps
        if self.left % _UNWATCHED == 0:
            self.deadline.check()


def matches(
    pattern: Pattern, t: Term, frame: Sequence[Term], *, whole: bool, budget: Budget | None = None
) -> Iterator[Found]:
    """Proposals for the `whole` of `t`, or for parts of the sum or product that it is.

    Indices that are in the frame, those of an output in their order, are taken in that order.
    """
    budget = budget or Budget()
    free = sorted((v for v in t.free if v.op == "var"), key=by_order)
    for places in permutations(free, len(pattern.indices)):
        known = [frame.index(v) for v in places if v in frame]
        if known != sorted(known):
            continue
        start = Filling(variables=dict(zip(pattern.indices, places, strict=True)))
        try:
            matcher = _Matcher(start, budget)
            if whole:
                yield from (Found(f, t) for f in matcher.match(pattern.term, t, start))
            else:
                yield from matcher.parts(pattern.term, t)
        except TooManySteps:
            continue


class _Matcher:
    def __init__(self, start: Filling, budget: Budget) -> None:
        self.start, self.budget = start, budget
        self.steps = 0

    def parts(self, p: Term, t: Term) -> Iterator[Found]:
        if p.op == "radd" and t.op == "radd" and len(t.args) > len(p.args):
            for filling, left in self.sums(list(p.args), list(t.args), self.start, partial=True):
                if left:
                    taken = [a for a in t.args if a not in left]
                    yield Found(filling, reals.add(*taken), reals.add(*left), "radd")
        if is_product(p) and is_product(t):
            yield from self.subproducts(p, t)
        elif is_product(t) and p.op in ("select", "rmin", "rmax", "reduce", "rfun"):
            whole = fractional(t)
            for i, factor in enumerate(whole.above):
                for filling in self.match(p, factor, self.start):
                    others = Fractional(
                        whole.coefficient, whole.above[:i] + whole.above[i + 1 :], whole.below
                    )
                    yield Found(filling, factor, others.term(), "rmul")

    def subproducts(self, p: Term, t: Term) -> Iterator[Found]:
        whole = fractional(t)
        for filling, left in self.products(fractional(p), whole, self.start, partial=True):
            if left.coefficient not in (1, whole.coefficient):
                continue
            if left.above or left.below or left.coefficient != 1:
                taken = Fractional(
                    whole.coefficient / left.coefficient,
                    without(whole.above, left.above),
                    without(whole.below, left.below),
                )
                yield Found(filling, taken.term(), left.term(), "rmul")

    # One term.

    def match(self, p: Term, t: Term, f: Filling) -> Iterator[Filling]:
        """All ways to make `p` equal to `t`."""
        self.steps += 1
        self.budget.spend()
        if self.steps > _MOST_STEPS:
            raise TooManySteps
        if p.sort != t.sort:
            return
        if p.op == "hole":
            yield from self.hole(p, t, f)
        elif p.op == "var":
            known = f.variables.get(p)
            if known is t:
                yield f
        elif not p.args and p.op != "constant":
            if p is t or (p.op, p.attr) == (t.op, t.attr):
                yield f
        elif p.op in ("reduce", "argreduce"):
            yield from self.reduction(p, t, f)
        elif p.sort == "int" or p.op in ("le0", "eq0", "toreal"):
            yield from self.integer(p, t, f)
        elif p.op == "radd":
            for filling, left in self.sums(summands(p), summands(t), f, partial=False):
                if not left:
                    yield filling
        elif is_product(p) or p.op == "constant":
            for filling, rest in self.products(fractional(p), fractional(t), f, partial=False):
                if not rest.above and not rest.below and rest.coefficient == 1:
                    yield filling
        elif p.op in ("rmax", "rmin", "and", "or"):
            if t.op == p.op:
                yield from self.commutative(list(p.args), list(t.args), f, t)
        elif p.op == "select" and t.op == "select":
            c, a, b = t.args
            yield from self.all_of(p.args, t.args, f)
            yield from self.all_of(p.args, (bools.negate(c), b, a), f)
        elif p.op == t.op and p.attr == t.attr and len(p.args) == len(t.args):
            yield from self.all_of(p.args, t.args, f)

    def all_of(self, ps: tuple[Term, ...], ts: tuple[Term, ...], f: Filling) -> Iterator[Filling]:
        if not ps:
            yield f
            return
        for filling in self.match(ps[0], ts[0], f):
            yield from self.all_of(ps[1:], ts[1:], filling)

    def hole(self, p: Term, t: Term, f: Filling) -> Iterator[Filling]:
        known = f.holes.get(p.attr)
        if known is not None:
            yield from self.filled(p, t, f, known)
            return
        if len(p.args) == 1 and p.args[0].op == "lin":
            yield from self.stepping(p, t, f)
        if not all(a.op == "var" and a in f.variables for a in p.args):
            return
        arguments = tuple(f.variables[a] for a in p.args)
        others = frozenset(f.variables.values()) - frozenset(arguments)
        if not t.free & others and len(set(arguments)) == len(arguments):
            yield f.with_hole(p.attr, arguments, t)

    def stepping(self, p: Term, t: Term, f: Filling) -> Iterator[Filling]:
        """x[2*d]: what reads every other element, as a function of the place that it reads."""
        (place,) = p.args
        (step, *others), start = place.attr[:-1], place.attr[-1]
        known = f.variables.get(place.args[0])
        others_vary = t.free & (frozenset(f.variables.values()) - {known})
        if others or known is None or step == 1 or others_vary or known not in t.free:
            return
        reads = [r for r in subterms([t]) if r.op == "read" and known in r.free]
        splits = [ints.coefficient(r.args[0], known) for r in reads]
        if not reads or any(s is None or _quotient(s[0], ints.const(step)) is None for s in splits):
            return
        u = var("r")
        to = {known: u}

        def visit(read: Term) -> Term | None:
            if read.op != "read" or u not in read.free:
                return None
            split = ints.coefficient(read.args[0], u)
            scale = None if split is None else _quotient(split[0], ints.const(step))
            if split is None or scale is None or u in split[1].free:
                return None
            beginning = ints.sub(split[1], ints.scale(scale, start))
            return make("read", (ints.add(ints.mul(scale, u), beginning),), read.attr, read.sort)

        # Only elements of arrays know of places; what is left of the index after that speaks of it otherwise.
        found = rewrite(substitute(t, to), visit)
        filling = f.with_hole(p.attr, (u,), found)
        if filling.fill(p) is t:
            yield filling

    def filled(self, p: Term, t: Term, f: Filling, known: tuple[tuple[Term, ...], Term]) -> Iterator[Filling]:
        variables, value = known
        unknown = [a for a in p.args if not f.complete(a)]
        if not unknown:
            if f.fill(p) is t:
                yield f
        elif len(unknown) == 1 and len(p.args) == 1:
            # x[target]: the index is what makes it the element that is read.
            (v,) = variables
            for index in _solutions(value, v, t):
                if substitute(value, {v: index}) is t:
                    yield from self.match(unknown[0], index, f)

    def integer(self, p: Term, t: Term, f: Filling) -> Iterator[Filling]:
        if p.op == "toreal":
            inner = t.args[0] if t.op == "toreal" else _whole(t)
            if inner is not None:
                yield from self.match(p.args[0], inner, f)
            return
        if f.complete(p):
            if f.fill(p) is t:
                yield f
            return
        if p.op in ("imax", "imin") and p.op == t.op and len(p.args) == len(t.args):
            for order_of in permutations(t.args):
                yield from self.all_of(p.args, order_of, f)
            return
        if p.op in ("le0", "eq0"):
            if p.op == t.op:
                yield from self.match(p.args[0], t.args[0], f)
            return
        # c + ±hole + … with one open hole: the rest is known.
        open_ = [m for m in (p.args if p.op == "lin" else ()) if not f.complete(m)]
        if len(open_) == 1 and open_[0].op == "hole":
            split = ints.coefficient(p, open_[0])
            if split is not None and ints.value_of(split[0]) in (1, -1) and f.complete(split[1]):
                rest = ints.sub(t, f.fill(split[1]))
                yield from self.match(open_[0], ints.scale(rest, ints.value_of(split[0]) or 1), f)

    def reduction(self, p: Term, t: Term, f: Filling) -> Iterator[Filling]:
        if t.op != p.op or t.attr != p.attr:
            return
        if (reduce_guard(p) is bools.TRUE) != (reduce_guard(t) is bools.TRUE):
            return
        pairs = {v: w for (v, _, _), (w, _, _) in zip(ranges(p), ranges(t), strict=True)}
        bounds = [(b, c) for (_, *mine), (_, *theirs) in zip(ranges(p), ranges(t), strict=True)
                  for b, c in zip(mine, theirs, strict=True)]  # fmt: skip
        inside = f.with_variables(pairs)
        for filling in self.all_of(tuple(b for b, _ in bounds), tuple(c for _, c in bounds), inside):
            matched = self.all_of(
                (reduce_body(p), reduce_guard(p)), (reduce_body(t), reduce_guard(t)), filling
            )
            for body in matched:
                if p.op == "reduce" or body.fill(p.args[-1]) is t.args[-1]:
                    yield body

    # Sums, products, extrema.

    def commutative(self, ps: list[Term], ts: list[Term], f: Filling, whole: Term) -> Iterator[Filling]:
        for filling, left in self.sums(ps, ts, f, partial=False, op=whole.op):
            if not left:
                yield filling

    def sums(
        self, ps: list[Term], ts: list[Term], f: Filling, *, partial: bool, op: str = "radd"
    ) -> Iterator[tuple[Filling, list[Term]]]:
        """Fillings with what is left over. Holes come last; if one is open, it takes all that is left."""
        solid = sorted((p for p in ps if not _is_hole(p)), key=_solidity)
        yield from self._parts(solid, [p for p in ps if _is_hole(p)], ts, f, partial, op)

    def _parts(
        self, solid: list[Term], holes: list[Term], ts: list[Term], f: Filling, partial: bool, op: str
    ) -> Iterator[tuple[Filling, list[Term]]]:
        if solid:
            for i, t in enumerate(ts):
                for filling in self.match(solid[0], t, f):
                    yield from self._parts(solid[1:], holes, ts[:i] + ts[i + 1 :], filling, partial, op)
            return
        unknown = []
        for h in holes:
            scale, hole = reals.coefficient(h) if op == "radd" else (Fraction(1), h)
            if not f.complete(hole):
                unknown.append((scale, hole))
                continue
            value = f.fill(h)
            parts = summands(value) if op == "radd" else list(value.args) if value.op == op else [value]
            remaining = without(ts, parts)
            if len(remaining) != len(ts) - len(parts):
                return
            ts = remaining
        if not unknown:
            yield f, ts
        elif len(unknown) == 1:
            scale, hole = unknown[0]
            groups = [ts] if not partial else [[t] for t in ts]
            for group in groups:
                if group:
                    whole = rebuild_op(op, group)
                    value = reals.mul(reals.const(1 / scale), whole) if scale != 1 else whole
                    if scale < 0 and reals.coefficient(value)[0] < 0:
                        continue  # x - y of x + z: another name has it without a sign
                    for filling in self.match(hole, value, f):
                        yield filling, without(ts, group)
        elif len(unknown) == len(ts):
            # The first argument is what reads the first array.
            for choice in permutations(sorted(ts, key=lambda t: order.first_array(t) % _MANY)):
                values = tuple(
                    reals.mul(reals.const(1 / s), t) if s != 1 else t
                    for (s, _), t in zip(unknown, choice, strict=True)
                )
                if any(
                    s < 0 and reals.coefficient(v)[0] < 0 for (s, _), v in zip(unknown, values, strict=True)
                ):
                    continue
                yield from ((g, []) for g in self.all_of(tuple(h for _, h in unknown), values, f))

    def products(
        self, p: Fractional, t: Fractional, f: Filling, *, partial: bool
    ) -> Iterator[tuple[Filling, Fractional]]:
        """Fillings with what is left over of a product."""
        solid = [(a, True) for a in p.above if not _is_hole(a)] + [
            (b, False) for b in p.below if not _is_hole(b)
        ]
        solid.sort(key=lambda part: _solidity(part[0]))
        holes = [(a, True) for a in p.above if _is_hole(a)] + [(b, False) for b in p.below if _is_hole(b)]
        left = Fractional(t.coefficient / p.coefficient, list(t.above), list(t.below))
        yield from self._factors(solid, holes, left, p.constants, f, partial)

    def _factors(
        self,
        solid: list[tuple[Term, bool]],
        holes: list[tuple[Term, bool]],
        left: Fractional,
        constants: list[tuple[float, int]],
        f: Filling,
        partial: bool,
    ) -> Iterator[tuple[Filling, Fractional]]:
        if solid:
            (p, above), *others = solid
            if f.complete(p) and p.op == "toreal":
                value = fractional(f.fill(p))
                reduced = divided(left, value, above)
                if reduced is not None:
                    yield from self._factors(others, holes, reduced, constants, f, partial)
                return
            pool = left.above if above else left.below
            for i, t in enumerate(pool):
                rest = pool[:i] + pool[i + 1 :]
                smaller = (
                    Fractional(left.coefficient, rest, left.below)
                    if above
                    else Fractional(left.coefficient, left.above, rest)
                )
                for filling in self.match(p, t, f):
                    yield from self._factors(others, holes, smaller, constants, filling, partial)
            return
        unknown = []
        for h, above in holes:
            if not f.complete(h):
                unknown.append((h, above))
                continue
            reduced = divided(left, fractional(f.fill(h)), above)
            if reduced is None:
                return
            left = reduced
        if constants:
            ((number, power),) = constants[:1]
            spelled = left.coefficient if power > 0 else 1 / left.coefficient
            if len(constants) == 2 and constants[0] == constants[1]:
                root = square_root(spelled)  # what was multiplied by itself is one of them
                if root is None or not reads_as(root, number):
                    return
                spelled = root
            elif len(constants) > 1 or not (
                reads_as(left.coefficient, number**power) or reads_as(spelled, number)
            ):
                return
            f = f.with_constant(number, spelled)
            left = Fractional(Fraction(1), left.above, left.below)
        yield from self._shared_out(unknown, left, f, partial)

    def _shared_out(
        self, unknown: list[tuple[Term, bool]], left: Fractional, f: Filling, partial: bool
    ) -> Iterator[tuple[Filling, Fractional]]:
        """What is left, given to the open holes: each factor to the first that may have it."""
        if not unknown:
            yield f, left
            return
        if len(unknown) == 1:
            ((hole, above),) = unknown
            groups = [left]
            if partial and above:
                groups = [Fractional(Fraction(1), [a]) for a in left.above]
            for group in groups:
                value = group.term() if above else reals.div(reals.ONE, group.term())
                rest = Fractional(
                    left.coefficient / group.coefficient,
                    without(left.above, group.above),
                    without(left.below, group.below),
                )
                for filling in self.match(hole, value, f):
                    yield filling, rest
            return
        if [above for _, above in unknown] == [True, False] and left.below:
            both = (Fractional(left.coefficient, left.above).term(), reals.mul(*left.below))
            for filling in self.all_of(tuple(h for h, _ in unknown), both, f):
                yield filling, Fractional()
            return
        if left.coefficient < 0 or not all(above for _, above in unknown):
            return
        tried: set[tuple[Term, ...]] = set()
        for choice, shares in distributions([h for h, _ in unknown], left, f):
            by_hole = dict(zip(choice, (s.term() for s in shares), strict=True))
            values = tuple(by_hole[h] for h, _ in unknown)
            if values not in tried:
                tried.add(values)
                yield from (
                    (filling, Fractional())
                    for filling in self.all_of(tuple(h for h, _ in unknown), values, f)
                )


def _is_hole(p: Term) -> bool:
    return reals.coefficient(p)[1].op == "hole"


@cache
def _solidity(p: Term) -> tuple[bool, bool, int]:
    """Reductions first, which fix what the indices are; elements at other places than an index last."""
    inside = subterms([p])
    shifted = any(u.op == "hole" and any(a.op != "var" for a in u.args) for u in inside)
    return not any(u.op in ("reduce", "argreduce") for u in inside), shifted, -len(inside)


def _whole(t: Term) -> Term | None:
    value = reals.value_of(t)
    return ints.const(value.numerator) if value is not None and value.denominator == 1 else None


def rebuild_op(op: str, parts: list[Term]) -> Term:
    """The sum, maximum, … of the parts."""
    build = {
        "radd": reals.add,
        "rmax": reals.maximum,
        "rmin": reals.minimum,
        "and": bools.conjunction,
        "or": bools.disjunction,
    }[op]
    return build(*parts)


def _solutions(value: Term, v: Term, t: Term) -> Iterator[Term]:
    """Indices at which a read in `value` is one in `t`."""
    theirs = [u for u in subterms([t]) if u.op == "read"]
    for u in subterms([value]):
        if u.op != "read" or v not in u.free:
            continue
        split = ints.coefficient(u.args[0], v)
        for other in theirs:
            if split is not None and other.attr == u.attr:
                index = _quotient(ints.sub(other.args[0], split[1]), split[0])
                if index is not None:
                    yield index


def _quotient(n: Term, d: Term) -> Term | None:
    """n / d for a monomial d that divides every monomial of n."""
    parts = ints.polynomial(d)
    if len(parts) != 1:
        return None
    ((monomial, c),) = parts.items()
    result = {}
    for m, k in ints.polynomial(n).items():
        left = list(m)
        for a in monomial:
            if a not in left:
                return None
            left.remove(a)
        if k % c:
            return None
        result[tuple(left)] = k // c
    return ints.from_polynomial(result)
