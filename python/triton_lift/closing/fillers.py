"""What is put in the place of missing elements, scaled like the others: (c ? a : ±∞)·s = (c ? a·s : ±∞) for s > 0.

The factors s are arguments that preconditions say are positive, and positive constants; likewise for quotients. Loops
are closed by rules that look for the infinities where the elements are missing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from triton_lift.reading import Kernel
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.substitution import rewrite
from triton_lift.terms.term import Term, make, subterms


def fillers_scaled(kernel: Kernel, preconditions: Iterable[Term]) -> Kernel:
    """The kernel with such factors moved into the selections that loops carry; the kernel itself if none is known."""
    positive = _stated(kernel, preconditions)
    if not positive:
        return kernel
    memo: dict[Term, Term] = {}

    def moved(t: Term) -> Term:
        return rewrite(t, lambda u: _inside(u, positive), memo)

    loops = {
        number: replace(
            loop,
            carries={
                pos: replace(carry, init=moved(carry.init), next=moved(carry.next))
                for pos, carry in loop.carries.items()
            },
        )
        for number, loop in kernel.loops.items()
    }
    return replace(kernel, loops=loops)


def wanted_positive(kernel: Kernel, preconditions: Iterable[Term]) -> Term | None:
    """The precondition that an argument is positive with which loops carry something in the place of missing elements
    that is scaled; None if there is no such argument."""
    positive = _stated(kernel, preconditions)
    carried = [t for loop in kernel.loops.values() for c in loop.carries.values() for t in (c.init, c.next)]
    for t in subterms(carried):
        split = _split(t)
        if split is None:
            continue
        missing = [f for f in split[1] if not _positive(f, positive)]
        if missing and all(f.op == "param" or f.op == "toreal" and f.args[0].op == "param" for f in missing):
            factor = missing[0]
            return (
                bools.lt(ints.ZERO, factor.args[0])
                if factor.op == "toreal"
                else reals.compare("rlt", reals.ZERO, factor)
            )
    return None


def _stated(kernel: Kernel, preconditions: Iterable[Term]) -> set[Term]:
    """The real arguments, and the integer ones read as reals, that preconditions say are positive."""
    stated = set(preconditions)
    positive = {f.args[1] for f in stated if f.op == "rlt" and f.args[0] is reals.ZERO}
    for p in kernel.params:
        integer = make("param", (), (p.index, p.name))
        if bools.lt(ints.ZERO, integer) in stated:
            positive.add(reals.from_int(integer))
    return positive


def _split(t: Term) -> tuple[Term, list[Term]] | None:
    """A product or quotient of a selection with an infinite branch: the selection, and the other factors."""
    if t.op not in ("rmul", "rdiv"):
        return None
    chosen = next((a for a in t.args if a.op == "select" and any(b.op == "inf" for b in a.args[1:])), None)
    if chosen is None or (t.op == "rdiv" and chosen is not t.args[0]):
        return None
    others = [a for a in t.args if a is not chosen]
    return (chosen, others) if len(others) == len(t.args) - 1 else None


def _inside(t: Term, positive: set[Term]) -> Term | None:
    split = _split(t)
    if split is None or not all(_positive(a, positive) for a in split[1]):
        return None
    chosen, others = split
    branches = (
        b if b.op == "inf" else reals.mul(b, *others) if t.op == "rmul" else reals.div(b, *others)
        for b in chosen.args[1:]
    )
    return reals.select(chosen.args[0], *branches)


def _positive(t: Term, positive: set[Term]) -> bool:
    return t in positive or (reals.value_of(t) or 0) > 0
