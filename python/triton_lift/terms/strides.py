"""Offsets as index expressions times strides.

What a stride is: a product of scalar arguments and other launch constants; the contiguous dimension has none.
"""

from __future__ import annotations

from triton_lift.terms import integers as ints
from triton_lift.terms.term import Term

Stride = tuple[Term, ...]


def is_size(t: Term) -> bool:
    """Whether an atom is a launch constant: a scalar argument or the number of programs."""
    return t.op in ("param", "nprogs") or (
        t.op in ("fdiv", "imin", "imax")
        and bool(t.args)
        and all(a.op == "int" or all(map(is_size, ints.atoms(a))) for a in t.args)
    )


def by_stride(offset: Term) -> dict[Stride, Term]:
    """The index expression that goes with each stride; what has no index at all belongs to the contiguous one."""
    groups: dict[Stride, ints.Polynomial] = {}
    for monomial, c in ints.polynomial(offset).items():
        sizes = tuple(a for a in monomial if is_size(a))
        rest = tuple(a for a in monomial if not is_size(a))
        key, term = (sizes, rest) if rest else ((), monomial)
        group = groups.setdefault(key, {})
        group[term] = group.get(term, 0) + c
    return {k: ints.from_polynomial(p) for k, p in groups.items()}
