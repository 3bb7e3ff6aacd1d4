"""Small launches that meet a lift's preconditions, executed on the IR: what guesses are held against.

They are made once for all guesses of a kernel. Where the kernel's own result is not what the lift says (rounding, what
is not finite), a difference to a guess shows nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

import numpy as np

from triton_lift.evaluation.program import Program
from triton_lift.evaluation.terms import Evaluator
from triton_lift.guesses.points import points
from triton_lift.interpreter import OutOfTime
from triton_lift.refutation.launches import Launch
from triton_lift.refutation.subject import GARBAGE, Subject
from triton_lift.terms.term import Sort, Term, make, subterms
from triton_lift.witness import ArrayArgument

_MOST = 8
_GRIDS = [
    (x, y, z) for total in range(1, 65) for x in range(1, 65) for y in range(1, 9) for z in range(1, 5)
    if x * y * z == total
]  # fmt: skip
# In no order, different for each array; every float format has them exactly.
_FLOATS = [((37 * i * i + 11 * i) % 31 - 15) / 8 for i in range(29)]
_FRACTIONS = (0.625, 0.375, 0.8125, 0.4375)
_TRUTHS: list[Any] = [1, 0, 1, 1, 0, 0, 1]
_SPARE = 64


@dataclass(frozen=True)
class Run:
    """One launch: its arguments as leaves and arrays, and memory afterwards: by the IR, and by the lifted formula.

    `writers`: by how many points of the lift each element is written.
    """

    launch: Launch
    leaves: dict[Term, Any]
    arrays: dict[int, Any]
    kernel: dict[str, Any]
    lifted: dict[str, Any]
    writers: dict[str, Any]


def runs(subject: Subject, program: Program) -> Iterator[Run]:
    """Launches of different sizes and contents, as long as there is time."""
    yield from islice(_runs(subject, program), _MOST)


def _runs(subject: Subject, program: Program) -> Iterator[Run]:
    seen: set[str] = set()
    # Sizes in all orders first; then the elements further apart, more than a tile of them, and so on.
    for size, apart, most in (
        (3, False, 3),
        (3, True, 2),
        (subject.block + 3, False, 1),
        (5, True, 1),
        (2, False, 2),
    ):
        of_this_size = 0
        for ordinary in subject.launches(size, (1, 1, 1), apart):
            if of_this_size == most:
                break
            ordinary = _with_strides_apart(subject, ordinary)
            grid = _grid(ordinary, program)
            if grid is None or subject.over:
                continue
            launch = _with_contents(ordinary.on(grid), positive=len(seen) % 2 == 1)
            if str(launch) in seen:
                continue
            seen.add(str(launch))
            found = _run(subject, program, launch)
            if found is not None:
                of_this_size += 1
                yield found


def _grid(launch: Launch, program: Program) -> tuple[int, int, int] | None:
    """The smallest grid on which the preconditions hold and the domain is covered; of more than one program along each
    axis that the formula depends on, if that may be."""
    terms = [t for o in program.outputs for t in (o.value, o.offset, *o.constraints)]
    terms += [*program.grid, *(f for _, f in program.preconditions)]
    axes = {u.attr for u in subterms(terms) if u.op == "nprogs"}
    plain = {n: (np.zeros(1) if isinstance(a, ArrayArgument) else a) for n, a in launch.args.items()}
    found = None
    for grid in _GRIDS:
        if any(n > 1 for axis, n in enumerate(grid) if axis not in axes):
            continue
        check = Evaluator(*_leaves(program, plain, grid))
        try:
            if not all(bool(check(f)) for f in (*program.grid, *(f for _, f in program.preconditions))):
                continue
        except (ValueError, KeyError):
            return None
        found = found or grid
        if all(grid[axis] > 1 for axis in axes):
            return grid
    return found


def _with_strides_apart(subject: Subject, launch: Launch) -> Launch:
    """The same elements further apart in some arrays than in others, so that one stride is not taken for another."""
    args = dict(launch.args)
    stretched: set[str] = set()
    for factor, names in enumerate(subject.roles.strides.values(), start=1):
        for name in names - stretched:
            value = args.get(name)
            if subject.roles.of(name) == "stride" and isinstance(value, int) and value > 1:
                args[name] = value * factor
        stretched |= names
    return Launch(launch.grid, args)


def _with_contents(launch: Launch, *, positive: bool) -> Launch:
    args = {}
    for i, (name, a) in enumerate(launch.args.items()):
        if isinstance(a, ArrayArgument) and a.type[0] != "i":
            values: list[Any] = _FLOATS[7 * i % 29 :] + _FLOATS[: 7 * i % 29]
            a = replace(a, values=[abs(v) + 0.25 for v in values] if positive else values)
        elif isinstance(a, ArrayArgument) and a.type == "i1":
            a = replace(a, values=_TRUTHS)
        elif isinstance(a, float):
            a = _FRACTIONS[(i + positive) % len(_FRACTIONS)]
        args[name] = a
    return Launch(launch.grid, args)


def _run(subject: Subject, program: Program, launch: Launch) -> Run | None:
    realised = subject.realise(launch, GARBAGE[:1])
    if realised is None:
        return None
    args = {
        n: replace(a, length=a.length + _SPARE) if isinstance(a, ArrayArgument) else a
        for n, a in realised.args.items()
    }
    launch = Launch(realised.grid, args)
    kernel = subject.run(launch, GARBAGE[0])
    if kernel is None:
        return None
    values = launch.arguments()
    try:
        lifted = program.evaluate(values, launch.grid)
        leaves, arrays = _leaves(program, values, launch.grid)
        writers = _writers(program, leaves, arrays)
    except (ArithmeticError, ValueError, KeyError, MemoryError):
        return None
    return Run(launch, leaves, arrays, {n: _wide(a) for n, a in kernel.items()}, lifted, writers)


def _writers(program: Program, leaves: dict[Term, Any], arrays: dict[int, Any]) -> dict[str, Any]:
    counts = {program.params[o.array][0]: np.zeros(len(arrays[o.array]), np.int64) for o in program.outputs}
    for output in program.outputs:
        found = points(output, leaves, arrays)
        if found is not None:
            value, mask = found
            offsets = np.broadcast_to(value(output.offset), mask.shape)[mask]
            np.add.at(counts[program.params[output.array][0]], offsets, 1)
    return counts


def _leaves(
    program: Program, args: dict[str, Any], grid: tuple[int, int, int]
) -> tuple[dict[Term, Any], dict[int, Any]]:
    leaves: dict[Term, Any] = {make("nprogs", (), axis): np.int64(n) for axis, n in enumerate(grid)}
    arrays: dict[int, Any] = {}
    for number, (name, kind) in enumerate(program.params):
        if kind.startswith("ptr"):
            arrays[number] = _wide(np.asarray(args[name]))
            leaves[make("length", (), number)] = np.int64(len(arrays[number]))
            leaves[make("param", (), (number, name), "int")] = np.int64((number + 1) << 40)
        elif kind[0] == "i":
            sort: Sort = "bool" if kind == "i1" else "int"
            leaves[make("param", (), (number, name), sort)] = (np.bool_ if kind == "i1" else np.int64)(
                args[name]
            )
        else:
            leaves[make("param", (), (number, name), "real")] = np.float64(args[name])
    return leaves, arrays


def _wide(array: Any) -> Any:
    if array.dtype.kind in "iu":
        return array.astype(np.int64).ravel()
    return array.ravel() if array.dtype.kind == "b" else array.astype(np.float64).ravel()


__all__ = ["OutOfTime", "Run", "runs"]
