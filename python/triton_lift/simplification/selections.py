"""Selections: strict functions move into them when a branch then folds to a constant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from triton_lift.simplification import infinities
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.substitution import rebuild, substitute
from triton_lift.terms.term import Term, make, ranges, reduce_body, reduce_guard, subterms

if TYPE_CHECKING:
    from triton_lift.proving import Context
    from triton_lift.simplification.contextual import Simplifier

_CONSTANT = ("real", "inf")
_LARGE = 300  # terms
_STRICT = ("radd", "rmul", "rdiv", "rfun", "rmin", "rmax")


def lift(s: Simplifier, t: Term, context: Context) -> Term:
    """f(select(c, a, k)) = select(c, f(a), f(k)) for a constant k, where f(k) is again a constant."""
    if t.op not in _STRICT:
        return t
    for i, argument in enumerate(t.args):
        if argument.op != "select":
            continue
        c, a, b = argument.args
        for constant, other, swapped in ((b, a, False), (a, b, True)):
            if constant.op not in _CONSTANT:
                continue
            here = context.extend(c if swapped else bools.negate(c))
            folded = _fold(s, t, i, constant, here)
            if folded is None:
                continue
            there = context.extend(bools.negate(c) if swapped else c)
            args = (*t.args[:i], other, *t.args[i + 1 :])
            rest = s.simplify(rebuild(t, args), there)
            return reals.select(c, folded, rest) if swapped else reals.select(c, rest, folded)
    return t


def _fold(s: Simplifier, t: Term, i: int, constant: Term, context: Context) -> Term | None:
    """`t` with argument `i` replaced by a constant, if that is a constant by what the context knows of the others."""
    others = [*t.args[:i], *t.args[i + 1 :]]
    absorbing = constant.op == "inf" or (constant is reals.ZERO and t.op in ("rmul", "rdiv"))
    absorbed = _absorbed(s, t, i, constant, others, context) if absorbing else None
    if absorbed is not None:
        return absorbed
    if absorbing and len(subterms(others)) > _LARGE:
        return None  # nothing that large is simplified once for each of its cases
    known = []
    for a in others:
        known.append(s.simplify(a, context))
        if not absorbing and known[-1].op not in _CONSTANT:
            return None
    absorbed = _absorbed(s, t, i, constant, known, context)
    folded = rebuild(t, (*known[:i], constant, *known[i:])) if absorbed is None else absorbed
    return folded if folded.op in _CONSTANT else None


def _absorbed(
    s: Simplifier, t: Term, i: int, constant: Term, others: list[Term], context: Context
) -> Term | None:
    """The constant that `constant` makes of `t`, whatever the other arguments are, if they allow that."""
    if t.op == "radd" and constant.op == "inf" and all(s.finite(o, context, ask=True) for o in others):
        return constant
    if t.op == "rmul" and constant.op == "inf":
        return infinities.product(s, constant, others, context)
    if all(s.finite(o, context) for o in others):
        if t.op == "rmul" and constant is reals.ZERO:
            return reals.ZERO
        if t.op == "rdiv" and i == 0 and constant is reals.ZERO and _nonzero(s, others[0], context):
            return reals.ZERO
    return None


def _nonzero(s: Simplifier, t: Term, context: Context) -> bool:
    return reals.positive(t, s.nonempty(context)) or (reals.value_of(t) or 0) != 0


def has_constant(t: Term) -> bool:
    """Whether one of the values that are selected from is a constant."""
    return t.op in _CONSTANT or (t.op == "select" and any(map(has_constant, t.args[1:])))


def single_case(s: Simplifier, t: Term, context: Context) -> Term:
    """select(c, a, b) = b where a = b whenever c holds, and a where a = b whenever it does not.

    As loops leave it whose first iterations were peeled: c says that a counter has one particular value, and with that
    value put in, the general case is the particular one.
    """
    if t.op != "select" or t.sort != "real":
        return t
    c, a, b = t.args
    for here, special, general in ((c, a, b), (bools.negate(c), b, a)):
        if here.op not in ("le0", "eq0"):
            continue
        place = context.extend(here)
        for counter in ints.atoms(here.args[0]):
            if counter.op != "var" or counter in special.free or counter not in general.free:
                continue
            split = ints.coefficient(here.args[0], counter)
            if split is None or ints.value_of(split[0]) not in (1, -1):
                continue
            if _arrays(special) != _arrays(general):
                break
            value = ints.scale(split[1], -1) if ints.value_of(split[0]) == 1 else split[1]
            then = substitute(general, {counter: value})
            if (then is special or s.simplify(then, place) is special) and place.proves(
                bools.eq(counter, value)
            ):
                return general
    return t


_UNITS = {
    ("add", "real"): reals.ZERO,
    ("mul", "real"): reals.ONE,
    ("add", "int"): ints.ZERO,
    ("max", "real"): reals.NEG_INF,
    ("min", "real"): reals.INF,
}


def unless_empty(t: Term, context: Context) -> Term:
    """select(p ∧ q, ⊕ e, unit) = select(p, ⊕ e, unit) where ¬q says that nothing is reduced; in each summand."""
    if t.op == "radd":
        return reals.add(*(unless_empty(a, context) for a in t.args))
    if t.op != "select":
        return t
    c, a, b = t.args
    for holds, nothing, reduced in ((bools.negate(c), a, b), (c, b, a)):
        if reduced.op != "reduce" or nothing is not _UNITS.get((reduced.attr[0], reduced.sort)):
            continue
        _, low, high = ranges(reduced)[0]
        empty = bools.le(high, low)
        parts = bools.conjuncts(holds)
        kept = [p for p in parts if not context.extend(bools.negate(p)).proves(empty)]
        if len(kept) < len(parts):
            return reals.select(bools.conjunction(*kept), reduced, nothing)
    return t


def _arrays(t: Term) -> set[int]:
    """The arrays that a term reads."""
    return {u.attr[0] for u in subterms([t]) if u.op == "read"}


def without_floor(s: Simplifier, op: str, parts: list[Term], context: Context) -> list[Term]:
    """In max(c, max_k (g ? e : c')) with constants c' ≤ c, only the k with g matter; likewise for min."""
    kind, sign = ("max", 1) if op == "imax" else ("min", -1)
    constants = [sign * a.attr for a in parts if a.op == "int"]
    if not constants:
        return parts
    result = []
    for part in parts:
        body = reduce_body(part) if part.op == "reduce" and part.attr[0] == kind else part
        if body is not part and body.op == "select":
            c, a, b = body.args
            for chosen, other, condition in ((a, b, c), (b, a, bools.negate(c))):
                if other.op == "int" and sign * other.attr <= max(constants):
                    guard = bools.conjunction(reduce_guard(part), condition)
                    part = make("reduce", (*part.args[:-2], guard, chosen), part.attr, "int")
                    part = s.simplify(part, context)
                    break
        result.append(part)
    return result


def extremum(t: Term) -> Term:
    """select(a < b, a, b) on integers is a minimum, select(a < b, b, a) a maximum."""
    if t.op != "select" or t.sort != "int" or t.args[0].op != "le0":
        return t
    c, a, b = t.args
    for small, large in ((a, b), (b, a)):
        if c in (bools.lt(small, large), bools.le(small, large)):
            return ints.minimum(a, b) if small is a else ints.maximum(a, b)
    return t


def compared(t: Term) -> Term | None:
    """A comparison of select(c, a, b) is decided by c where it is certain for a or for b, or both are constants."""
    atoms = ints.atoms(t.args[0])
    chosen = next((a for a in atoms if a.op == "select"), None)
    if chosen is None:
        return None
    c, a, b = chosen.args
    first, second = (substitute(t, {chosen: x}) for x in (a, b))
    constants = len(atoms) == 1 and all(ints.value_of(x) is not None for x in (a, b))
    if not constants and not {first, second} & {bools.TRUE, bools.FALSE}:
        return None
    return bools.disjunction(bools.conjunction(c, first), bools.conjunction(bools.negate(c), second))
