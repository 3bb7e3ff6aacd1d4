"""Atomic extrema of floats, which the machine has on integers only.

Theorem. Bits of floats are ordered like the floats where both are ≥ 0, and the other way round, as unsigned integers,
where both are < 0; as signed integers any negative float is below any other, as unsigned ones above. So
  v ≥ 0:  the signed maximum of the bits of m and v has the bits of max(m, v), the signed minimum those of min(m, v);
  v < 0:  the unsigned minimum has the bits of max(m, v), the unsigned maximum those of min(m, v).
Updates by v where v ≥ 0 and by v where v < 0 are one update by v.
(0 is taken to have the bits of +0. A NaN has no value here.)
"""

from __future__ import annotations

from dataclasses import replace

from triton_lift.reading.kernel import Effect, Unsupported
from triton_lift.terms import booleans as bools
from triton_lift.terms import reals
from triton_lift.terms.substitution import substitute
from triton_lift.terms.term import Term

# kind on bits → (kind on floats, whether v ≥ 0 rather than v < 0 is needed)
_EXTREMA = {
    "atomic_max_bits": ("atomic_max", True),
    "atomic_umin_bits": ("atomic_max", False),
    "atomic_min_bits": ("atomic_min", True),
    "atomic_umax_bits": ("atomic_min", False),
}


def extremum_of_floats(kind: str, guard: Term, value: Term, location: str | None) -> tuple[str, Term]:
    """`(kind, value)` of an atomic update, on floats where it is spelled with their bits.

    Raises Unsupported where the guard does not say which sign the value has.
    """
    if kind not in _EXTREMA:
        return kind, value
    on_floats, positive = _EXTREMA[kind]
    if value.op == "tobits":
        number = value.args[0]
        below = reals.compare("rlt", number, reals.ZERO)
        wanted = {bools.negate(below), reals.compare("rle", reals.ZERO, number)} if positive else {below}
        if wanted & {bools.TRUE, *bools.conjuncts(guard)}:
            return on_floats, number
    raise Unsupported(
        f"tt.{kind.removesuffix('_bits')}", "an array written with elements of another type", location
    )


def joined(effects: list[Effect]) -> list[Effect]:
    """The effects, two updates after one another made one where only the sign of the value tells them apart."""
    result: list[Effect] = []
    for e in effects:
        both = _both(result[-1], e) if result else None
        if both is None:
            result.append(e)
        else:
            result[-1] = both
    return result


def _both(first: Effect, second: Effect) -> Effect | None:
    if first.kind not in ("atomic_max", "atomic_min") or first.value.sort != "real":
        return None
    alike = [(e.kind, e.array, e.loops, [extent for _, extent in e.lanes]) for e in (first, second)]
    if alike[0] != alike[1]:
        return None
    renamed = {theirs: ours for (theirs, _), (ours, _) in zip(second.lanes, first.lanes, strict=True)}
    if any(
        a is not substitute(b, renamed)
        for a, b in ((first.offset, second.offset), (first.value, second.value))
    ):
        return None
    ours = set(bools.conjuncts(first.guard))
    theirs = set(bools.conjuncts(substitute(second.guard, renamed)))
    mine, other = ours - theirs, theirs - ours
    if len(mine) != 1 or {bools.negate(c) for c in mine} != other:
        return None
    (sign,) = mine
    kept = [c for c in bools.conjuncts(first.guard) if c is not sign]
    guards = tuple((c, risks) for c, risks in first.guards if c is not sign)
    freed = [risk for c, risks in first.guards if c is sign for risk in risks]
    return replace(
        first,
        guard=bools.conjunction(*kept),
        guards=guards,
        risks=tuple(dict.fromkeys((*first.risks, *freed))),
    )
