"""Offsets as index expressions times strides.

What a stride is: a product of scalar arguments and other launch constants; the contiguous dimension has none.
"""

from __future__ import annotations

from collections import Counter

from triton_lift.terms import integers as ints
from triton_lift.terms.term import Term, by_order

Stride = tuple[Term, ...]


def is_size(t: Term) -> bool:
    """Whether an atom is a launch constant: a scalar argument or the number of programs."""
    return t.op in ("param", "nprogs") or (
        t.op in ("fdiv", "imin", "imax")
        and bool(t.args)
        and all(a.op == "int" or all(map(is_size, ints.atoms(a))) for a in t.args)
    )


def by_stride(offset: Term, slots: bool = False) -> dict[Stride, Term]:
    """The index expression that goes with each stride.

    What has no index at all is a step along the longest stride that divides it: N·stride in i·stride + N·stride.
    Where none does, it belongs to the contiguous dimension; or, with `slots`, to one of its own: M in i + M is then
    the second slot.
    """
    groups: dict[Stride, ints.Polynomial] = {}
    steps: ints.Polynomial = {}
    for monomial, c in ints.polynomial(offset).items():
        sizes = tuple(a for a in monomial if is_size(a))
        rest = tuple(a for a in monomial if not is_size(a))
        if rest:
            _add(groups.setdefault(sizes, {}), rest, c)
        else:
            steps[monomial] = c
    strides = sorted(groups, key=len, reverse=True)
    for monomial, c in steps.items():
        own = monomial if slots else ()
        stride = next((k for k in strides if k and not Counter(k) - Counter(monomial)), own)
        left = Counter(monomial) - Counter(stride)
        _add(groups.setdefault(stride, {}), tuple(sorted(left.elements(), key=by_order)), c)
    return {k: ints.from_polynomial(p) for k, p in groups.items()}


def _add(group: ints.Polynomial, monomial: tuple[Term, ...], c: int) -> None:
    group[monomial] = group.get(monomial, 0) + c
