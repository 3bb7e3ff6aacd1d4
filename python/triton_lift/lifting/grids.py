"""Grids with which a sum over programs is the whole sum.

Programs that add to one element each add a part of the sum: with too few of them parts are missing, with too many some
come twice, so the formula has `num_programs` in it. Launches that mean the whole sum meet a precondition on the grid
under which it has not. What such a precondition may be is guessed here; the kernel is then lifted under it, as under
any other.
"""

from __future__ import annotations

from collections.abc import Iterator

from triton_lift.evaluation import Program
from triton_lift.reading import Kernel
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms.substitution import substitute
from triton_lift.terms.term import Term, make, ranges, subterms


def partial(program: Program) -> int:
    """How many ranges of reductions end with the number of programs."""
    return sum(_of_grid(high) for t in _reductions(program) for _, _, high in ranges(t))


def completing(kernel: Kernel, program: Program) -> list[Term]:
    """Facts about the grid that may make partial sums whole, likely ones first; none where no sum is partial."""
    if not partial(program):
        return []
    found = [*_ends_reached(program), *_last_iterations(kernel), *_digits(program)]
    return list(
        dict.fromkeys(f for f in found if f.free == frozenset() and f not in (bools.TRUE, bools.FALSE))
    )


def _reductions(program: Program) -> list[Term]:
    return [u for u in subterms([o.value for o in program.outputs]) if u.op == "reduce"]


def _of_grid(t: Term) -> bool:
    return any(u.op == "nprogs" for u in subterms([t]))


def _ends_reached(program: Program) -> Iterator[Term]:
    """r < min(N, B·num_programs): the programs get as far as N."""
    for t in _reductions(program):
        for _, _, high in ranges(t):
            for least in (u for u in ints.atoms(high) if u.op == "imin"):
                for reached in filter(_of_grid, least.args):
                    yield from (bools.le(n, reached) for n in least.args if not _of_grid(n))


def _last_iterations(kernel: Kernel) -> Iterator[Term]:
    """A loop up to min(N, what program p does): the last program gets as far as N."""
    for loop in kernel.loops.values():
        for least in (u for u in subterms([loop.trips]) if u.op == "imin"):
            for end in least.args:
                pids = {u for u in subterms([end]) if u.op == "pid"}
                if len(pids) != 1:
                    continue
                (pid,) = pids
                last = substitute(end, {pid: ints.sub(make("nprogs", (), pid.attr), ints.ONE)})
                yield from (bools.le(n, last) for n in least.args if pid not in subterms([n]))


def _digits(program: Program) -> Iterator[Term]:
    """C·t + r with r < min(N − C·t, B·num_programs): r is a digit if B·num_programs is C."""
    for t in _reductions(program):
        box = ranges(t)
        for _, _, high in box:
            for least in (u for u in ints.atoms(high) if u.op == "imin"):
                for place in least.args:
                    factors = (ints.coefficient(place, w) for w, _, _ in box if w in place.free)
                    sizes = [ints.scale(factor[0], -1) for factor in factors if factor is not None]
                    yield from (bools.eq(end, s) for end in filter(_of_grid, least.args) for s in sizes)
