"""What a step of the lift presupposes of every program: proved, or asked for as a precondition."""

from __future__ import annotations

from triton_lift.closing import LoopCloser, NotClosed
from triton_lift.proving import Context
from triton_lift.reading import Kernel
from triton_lift.simplification import PreconditionRequest
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms.term import Term, subterms


def check(kernel: Kernel, closer: LoopCloser, base: Context) -> None:
    """Raises PreconditionRequest for what is not proved, and NotClosed where no precondition would do."""
    for fact, location in kernel.owed:
        for part in bools.conjuncts(closer.resolve(fact)):
            if base.proves(part):
                continue
            for enough in _everywhere(part):
                if enough is bools.FALSE or enough.free or any(u.op == "pid" for u in subterms([enough])):
                    raise NotClosed("a loop's range is not shown to begin at 0 or later", location)
                if not base.proves(enough):
                    raise PreconditionRequest(enough)


def _everywhere(fact: Term) -> list[Term]:
    """Facts that imply t ≤ 0 for all program ids p ≥ 0: of t = c·p + r, that c ≤ 0 and r ≤ 0."""
    if fact.op != "le0":
        return [fact]
    parts, rest = [], fact.args[0]
    for pid in sorted((a for a in ints.atoms(rest) if a.op == "pid"), key=lambda a: int(a.attr)):
        split = ints.coefficient(rest, pid)
        if split is None:
            return [fact]
        parts.append(bools.le(split[0], ints.ZERO))
        rest = split[1]
    return [*parts, bools.le(rest, ints.ZERO)]
