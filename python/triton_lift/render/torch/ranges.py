"""Between which numbers indices run: a box that does not depend on other indices, and what has to be masked in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms.strides import is_size
from triton_lift.terms.term import Term, make, subterms


@dataclass(frozen=True)
class Range:
    """low ≤ index < high. Both depend on launch constants only, or they are `measured` (see there)."""

    low: Term
    high: Term

    @property
    def size(self) -> Term:
        """How many numbers there are, if it is not negative."""
        return ints.sub(self.high, self.low)


@dataclass
class Box:
    """The ranges of indices. `natural`: indices that are not negative, though their range is not known yet;
    `positive`: launch constants that the ranges presuppose to be at least 1."""

    ranges: dict[Term, Range] = field(default_factory=dict)
    natural: set[Term] = field(default_factory=set)
    positive: dict[Term, None] = field(default_factory=dict)

    def hull(self, low: Term, high: Term) -> Range:
        """A range that holds low ≤ v < high for all indices of the box, as small as can be told."""
        least, most = self.extreme(low, upper=False), self.extreme(high, upper=True)
        return Range(
            measured(low, "least") if least is None else least,
            measured(high, "most") if most is None else most,
        )

    def extreme(self, t: Term, *, upper: bool) -> Term | None:
        """A bound on `t` in the box, as a launch constant: its greatest (or least) value where `t` is linear."""
        if launch_constant(t):
            return t
        if t in self.ranges:
            return ints.sub(self.ranges[t].high, ints.ONE) if upper else self.ranges[t].low
        match t.op:
            case "var":
                return ints.ZERO if t in self.natural and not upper else None
            case "imin" | "imax":
                parts = [self.extreme(a, upper=upper) for a in t.args]
                known = [p for p in parts if p is not None]
                best = ints.minimum if t.op == "imin" else ints.maximum
                if len(known) == len(parts) or (known and upper == (t.op == "imin")):
                    return best(*known)
                return None
            case "fdiv" if (ints.value_of(t.args[1]) or 0) > 0:
                above = self.extreme(t.args[0], upper=upper)
                return None if above is None else ints.fdiv(above, t.args[1])
            case "fmod" if (ints.value_of(t.args[1]) or 0) > 0:
                return ints.sub(t.args[1], ints.ONE) if upper else ints.ZERO
            case "select":
                first, second = (self.extreme(a, upper=upper) for a in t.args[1:])
                if first is None or second is None:
                    return None
                return (ints.maximum if upper else ints.minimum)(first, second)
            case "prod":
                return self._product(t, upper)
            case "lin":
                return self._sum(t, upper)
        return None

    def _sum(self, t: Term, upper: bool) -> Term | None:
        total: list[Term] = []
        *coefficients, constant = t.attr
        for c, m in zip(coefficients, t.args, strict=True):
            part = self.extreme(m, upper=upper == (c > 0))
            if part is None:
                return None
            total.append(ints.scale(part, c))
        return ints.add(*total, ints.const(constant))

    def _product(self, t: Term, upper: bool) -> Term | None:
        """An index times sizes, which are presupposed to be positive."""
        indices = [a for a in t.args if not launch_constant(a)]
        if len(indices) != 1:
            return None
        end = self.extreme(indices[0], upper=upper)
        if end is None:
            return None
        sizes = [a for a in t.args if launch_constant(a)]
        self.positive.update(dict.fromkeys(sizes))
        return ints.mul(end, *sizes)


def launch_constant(t: Term) -> bool:
    """Whether `t` is known before the first element is: it reads nothing and depends on no index."""
    return not t.free and not any(u.op == "read" for u in subterms([t]))


def measured(t: Term, which: str) -> Term:
    """The least or the most that `t` is in the box: not known before it is computed everywhere."""
    return make(which, (t,))


def box_of(variables: Iterable[Term], constraints: Iterable[Term]) -> tuple[Box, list[Term]] | None:
    """A box of the points ≥ 0 that satisfy the constraints, and those of them that it does not imply.

    None where an index has no bound that can be said before the run.
    """
    facts = list(dict.fromkeys(part for c in constraints for part in _parts(c)))
    waiting = list(variables)
    box = Box(natural=set(waiting))
    implied: set[Term] = {bools.TRUE}
    while waiting:
        found = None
        for strict in (True, False):  # rather a bound that presupposes nothing
            found = found or next(_bounded(waiting, facts, box, strict), None)
        found = found or next(_bounded_by_data(waiting, facts, box), None)
        if found is None:
            return None
        v, bounds = found
        exact = [(fact, high) for fact, (high, is_exact) in bounds if is_exact]
        chosen = exact or [(fact, high) for fact, (high, _) in bounds]
        lows = [(fact, low) for fact in facts if (low := _lower_bound(fact, v)) is not None]
        low = ints.maximum(ints.ZERO, *(low for _, low in lows))
        box.ranges[v] = Range(low, ints.minimum(*(high for _, high in chosen)))
        implied.update(fact for fact, _ in (*exact, *lows))
        waiting.remove(v)
    return box, [f for f in facts if f not in implied]


def _bounded(
    waiting: list[Term], facts: list[Term], box: Box, strict: bool
) -> Iterator[tuple[Term, list[tuple[Term, tuple[Term, bool]]]]]:
    """The indices that facts bound, with these bounds."""
    for v in waiting:
        bounds = []
        for fact in facts:
            attempt = Box(box.ranges, box.natural, dict(box.positive))
            bound = _upper_bound(fact, v, attempt)
            if bound is None or (strict and attempt.positive.keys() != box.positive.keys()):
                continue
            bounds.append((fact, bound))
            box.positive.update(attempt.positive)
        if bounds:
            yield v, bounds


def _bounded_by_data(
    waiting: list[Term], facts: list[Term], box: Box
) -> Iterator[tuple[Term, list[tuple[Term, tuple[Term, bool]]]]]:
    """The indices that are bounded by what arrays hold at indices whose ranges are known."""
    for v in waiting:
        for fact in facts:
            split = ints.coefficient(fact.args[0], v) if fact.op == "le0" and v in fact.free else None
            c = ints.value_of(split[0]) if split is not None else None
            if split is not None and c is not None and c > 0 and split[1].free <= box.ranges.keys():
                high = ints.add(ints.fdiv(ints.scale(split[1], -1), ints.const(c)), ints.ONE)
                yield v, [(fact, (measured(high, "most"), False))]


def _parts(c: Term) -> Iterator[Term]:
    """The conjuncts of a constraint; v < min(a, b) is v < a and v < b."""
    for fact in bools.conjuncts(c):
        split = None
        if fact.op == "le0" and fact.args[0].op == "lin":
            for a in fact.args[0].args:
                wanted = {"imin": -1, "imax": 1}.get(a.op)
                found = ints.coefficient(fact.args[0], a) if wanted else None
                if found is not None and ints.value_of(found[0]) == wanted:
                    split = a, wanted, found[1]
                    break
        if split is None:
            yield fact
            continue
        a, sign, rest = split
        for option in a.args:
            yield from _parts(make("le0", (ints.add(rest, ints.scale(option, sign or 0)),), None, "bool"))


def _lower_bound(fact: Term, v: Term) -> Term | None:
    """What `fact` says v is at least, as a launch constant."""
    split = ints.coefficient(fact.args[0], v) if fact.op == "le0" and v in fact.free else None
    if split is None or ints.value_of(split[0]) != -1 or not launch_constant(split[1]):
        return None
    return split[1]


def _upper_bound(fact: Term, v: Term, box: Box) -> tuple[Term, bool] | None:
    """(high, exact): `fact` implies v < high, and is equivalent to it if exact."""
    if fact.op != "le0" or v not in fact.free:
        return None
    split = ints.coefficient(fact.args[0], v)
    if split is not None:
        c, rest = split
        number = ints.value_of(c)
        if not launch_constant(c) or (number is not None and number <= 0):
            return None
        least = box.extreme(rest, upper=False)
        if least is None:
            return None
        if number is None:
            if len(ints.polynomial(c)) != 1 or min(ints.polynomial(c).values()) < 0:
                return None
            extents = {
                r.high for r in box.ranges.values()
            }  # of another index: positive wherever there is a point
            box.positive.update(dict.fromkeys(a for a in ints.atoms(c) if a not in extents))
            c = ints.maximum(c, ints.ONE)
        # c·v + rest ≤ 0 is v < ⌊-rest / c⌋ + 1
        return ints.add(ints.fdiv(ints.scale(least, -1), c), ints.ONE), least is rest and number is not None
    for atom in ints.atoms(fact.args[0]):
        divisor = ints.value_of(atom.args[1]) if atom.op == "fdiv" else None
        inner = ints.coefficient(fact.args[0], atom) if divisor and v in atom.free else None
        c = ints.ZERO if inner is None else inner[0]
        if inner is None or divisor is None or divisor <= 0 or (ints.value_of(c) or 0) <= 0:
            continue
        least = box.extreme(inner[1], upper=False)
        if least is None:
            continue
        # c·⌊x / d⌋ + rest ≤ 0 is ⌊x / d⌋ ≤ ⌊-rest / c⌋, and that is x < d·(⌊-rest / c⌋ + 1)
        limit = ints.scale(ints.add(ints.fdiv(ints.scale(least, -1), c), ints.ONE), divisor)
        below = ints.add(atom.args[0], ints.ONE, ints.scale(limit, -1))
        found = _upper_bound(make("le0", (below,), None, "bool"), v, box)
        if found is not None:
            return found[0], False
    return None


def affine(offset: Term, variables: Iterable[Term]) -> tuple[dict[Term, Term], Term] | None:
    """`(strides, start)` with offset = start + Σ stride·variable, all of them products of sizes; else None."""
    strides: dict[Term, Term] = {}
    rest = offset
    for v in variables:
        if v not in rest.free:
            continue
        split = ints.coefficient(rest, v)
        if split is None:
            return None
        strides[v], rest = split
    if not all(launch_constant(t) and all(map(is_size, ints.atoms(t))) for t in (*strides.values(), rest)):
        return None
    return strides, rest


def seems_negative(t: Term) -> bool:
    """Whether a size is one that a view cannot have: something is subtracted."""
    return any(c < 0 for c in ints.polynomial(t).values())
