"""Array accesses as a person writes them: strides become dimensions.

An offset Σ (index expression)·(stride) is shown as one index per stride, slowest first. What a stride is: a product of
the kernel's scalar arguments; the contiguous dimension has none and comes last.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from triton_lift.terms import integers as ints
from triton_lift.terms.term import Term

Stride = tuple[Term, ...]


def is_size(t: Term) -> bool:
    """Whether an atom is a launch constant: a scalar argument or the number of programs."""
    return t.op in ("param", "nprogs") or (
        t.op in ("fdiv", "imin", "imax") and bool(t.args) and all(a.op == "int" or all(map(is_size, ints.atoms(a))) for a in t.args)
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


@dataclass
class Layouts:
    """The dimensions of each array, from all of its accesses."""

    strides: dict[int, list[Stride]] = field(default_factory=dict)

    def note(self, array: int, offset: Term) -> None:
        """Takes one more access into account."""
        found = set(self.strides.get(array, ()))
        found.update(by_stride(offset))
        self.strides[array] = sorted(found, key=_slowest_first)

    def indices(self, array: int, offset: Term) -> list[Term]:
        """The index expressions of one access, one per dimension."""
        groups = by_stride(offset)
        return [groups.get(s, ints.ZERO) for s in self.strides.get(array, [()])] or [ints.ZERO]


def _slowest_first(stride: Stride) -> tuple[int, int, list[int]]:
    order = [a.attr[0] if a.op == "param" else a.serial for a in stride]  # type: ignore[index]
    return (0 if stride else 1, -len(stride), order)
