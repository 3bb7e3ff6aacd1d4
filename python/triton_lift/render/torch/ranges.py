"""Between which numbers indices run: a box that does not depend on other indices, and what has to be masked in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms.strides import is_size
from triton_lift.terms.term import Term, make, subterms


@dataclass(frozen=True)
class Range:
    """low ≤ index < high; both depend on launch constants only."""

    low: Term
    high: Term

    @property
    def size(self) -> Term:
        """How many numbers there are, if it is not negative."""
        return ints.sub(self.high, self.low)


def launch_constant(t: Term) -> bool:
    """Whether `t` is known before the first element is: it reads nothing and depends on no index."""
    return not t.free and not any(u.op == "read" for u in subterms([t]))


def hull(low: Term, high: Term, box: Mapping[Term, Range]) -> Range | None:
    """The least range that holds low ≤ v < high for all indices of the box; None if that cannot be said."""
    least, most = extreme(low, box, upper=False), extreme(high, box, upper=True)
    return None if least is None or most is None else Range(least, most)


def extreme(t: Term, box: Mapping[Term, Range], *, upper: bool) -> Term | None:
    """The greatest (or least) value of `t` in the box, as a launch constant; None if that is not plain to see."""
    if launch_constant(t):
        return t
    if t in box:
        return ints.sub(box[t].high, ints.ONE) if upper else box[t].low
    if t.op in ("imin", "imax"):
        parts = [extreme(a, box, upper=upper) for a in t.args]
        known = [p for p in parts if p is not None]
        if t.op == "imin" and upper and known:  # the others can only make it smaller
            return ints.minimum(*known)
        if t.op == "imax" and not upper and known:
            return ints.maximum(*known)
        if len(known) < len(parts):
            return None
        return ints.minimum(*known) if t.op == "imin" else ints.maximum(*known)
    if t.op == "fdiv" and (ints.value_of(t.args[1]) or 0) > 0:
        above = extreme(t.args[0], box, upper=upper)
        return None if above is None else ints.fdiv(above, t.args[1])
    if t.op == "fmod" and (ints.value_of(t.args[1]) or 0) > 0:
        return ints.sub(t.args[1], ints.ONE) if upper else ints.ZERO
    if t.op == "select":
        branches = [extreme(a, box, upper=upper) for a in t.args[1:]]
        if None in branches:
            return None
        sides = [b for b in branches if b is not None]
        return ints.maximum(*sides) if upper else ints.minimum(*sides)
    if t.op != "lin":
        return None
    total: list[Term] = []
    *coefficients, constant = t.attr
    for c, m in zip(coefficients, t.args, strict=True):
        part = extreme(m, box, upper=upper == (c > 0))
        if part is None:
            return None
        total.append(ints.scale(part, c))
    return ints.add(*total, ints.const(constant))


def box_of(
    variables: Iterable[Term], constraints: Iterable[Term]
) -> tuple[dict[Term, Range], list[Term]] | None:
    """A box of the points ≥ 0 that satisfy the constraints, and those of them that it does not imply.

    None where an index has no bound that can be said before the run.
    """
    facts = list(dict.fromkeys(part for c in constraints for part in bools.conjuncts(c)))
    open_variables = list(variables)
    box: dict[Term, Range] = {}
    implied: set[Term] = {bools.TRUE}
    while open_variables:
        for v in open_variables:
            bounds = [(fact, b) for fact in facts if (b := _upper_bound(fact, v, box)) is not None]
            if bounds:
                break
        else:
            return None
        exact = [(fact, high) for fact, (high, is_exact) in bounds if is_exact]
        chosen = exact or [(fact, high) for fact, (high, _) in bounds]
        lows = [(fact, low) for fact in facts if (low := _lower_bound(fact, v)) is not None]
        low = ints.maximum(ints.ZERO, *(low for _, low in lows))
        box[v] = Range(low, ints.minimum(*(high for _, high in chosen)))
        implied.update(fact for fact, _ in (*exact, *lows))
        open_variables.remove(v)
    return box, [f for f in facts if f not in implied]


def _lower_bound(fact: Term, v: Term) -> Term | None:
    """What `fact` says v is at least, as a launch constant."""
    split = ints.coefficient(fact.args[0], v) if fact.op == "le0" and v in fact.free else None
    if split is None or ints.value_of(split[0]) != -1 or not launch_constant(split[1]):
        return None
    return split[1]


def _upper_bound(fact: Term, v: Term, box: Mapping[Term, Range]) -> tuple[Term, bool] | None:
    """(high, exact): `fact` implies v < high, and is equivalent to it if exact."""
    if fact.op != "le0" or v not in fact.free:
        return None
    split = ints.coefficient(fact.args[0], v)
    if split is not None:
        c, rest = ints.value_of(split[0]), split[1]
        if c is None or c <= 0:
            return None
        least = extreme(rest, box, upper=False)
        if least is None:
            return None
        # c·v + rest ≤ 0 is v < ⌊-rest / c⌋ + 1
        return ints.add(ints.fdiv(ints.scale(least, -1), ints.const(c)), ints.ONE), least is rest
    for atom in ints.atoms(fact.args[0]):
        divisor = ints.value_of(atom.args[1]) if atom.op == "fdiv" else None
        inner = ints.coefficient(fact.args[0], atom) if divisor and v in atom.free else None
        if inner is None or divisor is None or divisor <= 0 or ints.value_of(inner[0]) != 1:
            continue
        # ⌊x / d⌋ + rest ≤ 0 is x + d·rest - d + 1 ≤ 0
        whole = ints.add(atom.args[0], ints.scale(inner[1], divisor), ints.const(1 - divisor))
        found = _upper_bound(make("le0", (whole,), None, "bool"), v, box)
        if found is not None:
            return found
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
    for t in (*strides.values(), rest):
        if not launch_constant(t) or not all(map(is_size, ints.atoms(t))):
            return None
        if any(c < 0 for c in ints.polynomial(t).values()):
            return None
    return strides, rest
