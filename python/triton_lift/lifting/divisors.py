"""Integer divisions by a constant 0: there is no result, and no launch for which there is one.

Such a kernel comes of constants that do not go together, `heads // kv_heads` with 4 // 64, say. To list `0 ≠ 0` among
what is assumed would make a theorem of nothing.
"""

from __future__ import annotations

from collections.abc import Iterable

from triton_lift.closing import NotClosed
from triton_lift.reading import Kernel
from triton_lift.terms import integers as ints
from triton_lift.terms.term import Term

_DIVISIONS = ("fdiv", "fmod", "tdiv", "trem")


def check_divisors(kernel: Kernel) -> None:
    """Refuses a kernel that divides by 0 in what it stores, or where, whatever the arguments. Raises NotClosed."""
    seen: set[Term] = set()
    for e in kernel.effects:
        if _always_by_zero((e.offset, e.value), seen):
            raise NotClosed("finding: an integer is divided by 0, whatever the arguments", e.location)
    for loop in kernel.loops.values():
        if _always_by_zero((c.next for c in loop.carries.values()), seen):
            raise NotClosed("finding: an integer is divided by 0, whatever the arguments", loop.location)


def _always_by_zero(roots: Iterable[Term], seen: set[Term]) -> bool:
    """Whether there is such a division outside of the branches of selections, one of which is not taken."""
    stack = list(roots)
    while stack:
        t = stack.pop()
        if t in seen:
            continue
        seen.add(t)
        if t.op in _DIVISIONS and ints.value_of(t.args[1]) == 0:
            return True
        stack.extend(t.args[:1] if t.op == "select" else t.args)
    return False
