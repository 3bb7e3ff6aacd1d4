"""What a verified kernel claims, held against its IR as `interpret` executes it, on one launch.

values     memory afterwards is what the formula says, and nothing else was written
printed    what is printed for a value is what was proved of it
domain     on a grid that is large enough, the points that are written are those of the printed domain
writers    where single writer is proved, no element gets two values
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import numpy as np

from benchmarks.differential import (
    ambiguous,
    clear_counters,
    differences,
    exclude_undefined,
    points,
    rests_on_nothing,
    unsupposed_elements,
)
from benchmarks.draws import Draw
from triton_lift import Lifted
from triton_lift.evaluation import Program
from triton_lift.evaluation.program import ProgramOutput
from triton_lift.evaluation.terms import Evaluator
from triton_lift.interpreter import InterpreterError, interpret
from triton_lift.interpreter.machine import Options
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.substitution import substitute
from triton_lift.terms.term import make, var

_DEFINED = re.compile(r"∞ - ∞ |0·∞ |no division by zero|\w+ is taken of|pow is defined|bits stand for")
_LARGEST = 3e38
_UNDEFINED = ("division by zero", "quotients fit")


def faults(found: Lifted, parsed: Any, draw: Draw, tolerance: float = 2e-4) -> list[str] | None:
    """What is wrong with a verified kernel on a launch; None where the launch breaks a precondition."""
    program = found.program
    assert program is not None
    if any(a.startswith("shift amounts") for a in found.assumptions) and not _all_small(draw):
        return None
    try:
        clear_counters(program, draw)
        by_formula = program.evaluate(draw.args, draw.grid)
        if _wraps(program, draw):
            return None
        unclear, _ = ambiguous(program, draw)
        contested = {name: set(places) for name, places in unclear.items()}
        supposed = unsupposed_elements(program, draw)
        by_ir = interpret(parsed, draw.args, draw.grid)
        if any(word in a for a in found.assumptions for word in _UNDEFINED):
            other = interpret(parsed, draw.args, draw.grid, options=Options(garbage_int=~Options.garbage_int))
            exclude_undefined(by_ir, other, unclear)
    except (ValueError, OverflowError, InterpreterError):
        return None
    wrong: list[str] = []
    if rests_on_nothing(found) and any(contested[n] - supposed.get(n, set()) for n in contested):
        wrong.append(f"writers: {contested}")
    for name, places in supposed.items():
        unclear.setdefault(name, set()).update(places)
    if any(_DEFINED.match(a) for a in found.assumptions):
        for name, values in by_formula.items():  # it does not hold, or hardly
            nowhere = ~np.isfinite(values) | ~np.isfinite(by_ir[name])
            unclear.setdefault(name, set()).update(np.flatnonzero(nowhere).tolist())
    for name, values in by_formula.items():  # the machine's floats have an end
        large = ~np.isfinite(by_ir[name]) & (np.abs(values) > _LARGEST)
        unclear.setdefault(name, set()).update(np.flatnonzero(large).tolist())
    wrong += [f"values: {d}" for d in differences(draw, by_ir, by_formula, unclear, tolerance)]
    shown = set(found.preconditions)
    for text, _ in program.preconditions:  # two bounds that are one number are shown as that
        if not shown.intersection((text, re.sub("[≤≥]", "=", text))):
            wrong.append(f"unprinted: {text}")
    wrong += _printed(program, draw, tolerance) + _domain(program, draw)
    return wrong


def _all_small(draw: Draw) -> bool:
    """Whether no integer would be too much for a shift."""
    arrays = (np.asarray(value) for value in draw.args.values())
    return all(bool(np.all((a >= 0) & (a < 8))) for a in arrays if a.dtype.kind in "iu")


def _wraps(program: Program, draw: Draw) -> bool:
    """Whether an integer operation of those that are printed has a result that does not fit."""
    for operation in program.operations:
        names = {v: var("v") for v, _ in operation.ranges}  # a program's number is no variable
        facts = (*operation.constraints, *(bools.lt(v, high) for v, high in operation.ranges))
        bounds = tuple(substitute(f, names) for f in facts)
        term = substitute(operation.term, names)
        output = ProgramOutput(program.outputs[0].array, tuple(names.values()), bounds, ints.ZERO, term)
        alone = replace(program, preconditions=(), outputs=(output,))
        most = 1 << (operation.width - 1)
        if any(not -most <= value < most for _, value in points(alone, draw)):
            return True
    return False


def _printed(program: Program, draw: Draw, tolerance: float) -> list[str]:
    wrong = []
    for o in program.outputs:
        if o.formula is None or o.formula is o.value:
            continue
        alone = replace(program, preconditions=(), outputs=(replace(o, distinct=False),))
        shown = replace(alone, outputs=(replace(o, distinct=False, value=o.formula),))
        for (place, a), (_, b) in zip(points(alone, draw), points(shown, draw), strict=True):
            far = abs(a - b) > tolerance * (1 + abs(b)) if np.isfinite(a) and np.isfinite(b) else False
            if far:
                wrong.append(f"printed: {program.params[o.array][0]}[{place}] is {a}, shown as {b}")
                break
    return wrong


def _domain(program: Program, draw: Draw) -> list[str]:
    leaves: dict[Any, Any] = {make("nprogs", (), axis): np.int64(draw.grid[axis]) for axis in range(3)}
    arrays: dict[int, Any] = {}
    for index, (name, kind) in enumerate(program.params):
        if kind.startswith("ptr"):
            arrays[index] = np.asarray(draw.args[name]).astype(np.float64 if "f" in kind[4:] else np.int64)
            leaves[make("length", (), index)] = np.int64(len(arrays[index]))
        elif kind[0] == "i":
            number = np.bool_(draw.args[name]) if kind == "i1" else np.int64(draw.args[name])
            leaves[make("param", (), (index, name), "bool" if kind == "i1" else "int")] = number
    if not all(bool(Evaluator(leaves, arrays)(fact)) for fact in program.grid):
        return []
    wrong = []
    for o in program.outputs:
        if o.domain is None:
            continue
        reached = replace(o, value=reals.ONE, distinct=False)
        claimed = replace(reached, constraints=o.domain)
        try:
            places = [
                sorted(p for p, _ in points(replace(program, preconditions=(), outputs=(output,)), draw))
                for output in (reached, claimed)
            ]
        except ValueError:  # the whole array
            continue
        if places[0] != places[1]:
            wrong.append(
                f"domain: {program.params[o.array][0]}: {len(places[0])} are written, {len(places[1])} claimed"
                f" (grid {draw.grid})"
            )
    return wrong
