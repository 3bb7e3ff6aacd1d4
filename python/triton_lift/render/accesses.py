"""Array accesses as a person writes them: strides become dimensions.

An offset Σ (index expression)·(stride) is shown as one index per stride, slowest first. What a stride is: a product of
the kernel's scalar arguments; the contiguous dimension has none and comes last.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from triton_lift.terms import integers as ints
from triton_lift.terms.strides import Stride, by_stride
from triton_lift.terms.term import Term, by_order


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

    def steps(self, array: int) -> list[Stride]:
        """The stride of each dimension."""
        return self.strides.get(array, [()])


def _slowest_first(stride: Stride) -> tuple[int, int, list[object]]:
    return (0 if stride else 1, -len(stride), [by_order(a) for a in stride])
