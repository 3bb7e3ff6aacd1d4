"""The factors of a product, shared out among the holes of a pattern."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations, product

from triton_lift.definitions.factors import Fractional
from triton_lift.definitions.fillings import Filling
from triton_lift.terms.term import Term

_MOST_SHARED = 4  # factors that are given to two holes in every way


def distributions(
    holes: list[Term], left: Fractional, f: Filling
) -> Iterator[tuple[tuple[Term, ...], list[Fractional]]]:
    """Ways to share factors out: each in turn to the first hole that may have it, then the others of few factors."""
    for choice in permutations(holes):
        shares = [Fractional() for _ in choice]
        shares[0].coefficient = left.coefficient
        given = [_given(a, choice, shares, f, True) for a in left.above]
        given += [_given(b, choice, shares, f, False) for b in left.below]
        if all(given) and all(s.above for s in shares):
            yield choice, shares
    if len(holes) != 2 or left.below or len(left.above) > _MOST_SHARED:
        return
    for owners in product((0, 1), repeat=len(left.above)):
        shares = [Fractional(left.coefficient), Fractional()]
        for a, owner in zip(left.above, owners, strict=True):
            shares[owner].above.append(a)
        able = (_may_have(a, h, f) for h, s in zip(holes, shares, strict=True) for a in s.above)
        if all(s.above for s in shares) and all(able):
            yield tuple(holes), shares


def _may_have(factor: Term, hole: Term, f: Filling) -> bool:
    """Whether a hole may depend on all that a factor depends on."""
    needed = factor.free & frozenset(f.variables.values())
    return needed <= frozenset(f.variables.get(v, v) for a in hole.args for v in a.free)


def _given(factor: Term, holes: tuple[Term, ...], shares: list[Fractional], f: Filling, above: bool) -> bool:
    """Gives a factor to a hole that may depend on all that it depends on; such without a share are served first."""
    able = [i for i, h in enumerate(holes) if _may_have(factor, h, f)]
    if not able:
        return False
    chosen = next((i for i in able if not shares[i].above), able[0])
    (shares[chosen].above if above else shares[chosen].below).append(factor)
    return True
