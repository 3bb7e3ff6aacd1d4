"""Whether two lifted kernels compute the same: proved for all sizes, or shown different by numbers, or neither."""

from __future__ import annotations

import math
import random
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from triton_lift.difference.parameters import correspondence
from triton_lift.egraph.equal import Equality
from triton_lift.evaluation.program import Program, ProgramOutput
from triton_lift.evaluation.terms import Evaluator
from triton_lift.guesses.claims import comparable
from triton_lift.proving import Context, Deadline, DeadlineError, Session
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms.substitution import substitute
from triton_lift.terms.term import Term, make, subterms

_TRIALS = 1000
_WANTED = 100  # places at which the formulas are computed
_ELEMENTS = 1 << 12
_TOLERANCE = 1e-6


@dataclass(frozen=True)
class Comparison:
    """`equal`: proved (True), shown not to be so (False), not decided (None). `detail` says how, or where not."""

    equal: bool | None
    detail: str


@dataclass(frozen=True)
class Pair:
    """An output of both kernels, over the same variables and parameters."""

    name: str
    old: ProgramOutput
    new: ProgramOutput

    @property
    def variables(self) -> tuple[Term, ...]:
        return self.old.variables


def compare(old: Program, new: Program, seconds: float = 20.0) -> Comparison:
    """Whether both write the same values to the same elements wherever both theorems hold; where their parameters
    differ, for all values of those that only one has."""
    if old.params != new.params:
        which = correspondence(old.params, new.params)
        found = compare(replace(old, params=which.params), which.moved(new), seconds)
        return replace(found, detail=f"{which.said}; {found.detail}")
    outputs = in_order(old, new)
    if outputs is None:
        return Comparison(None, "they write different arrays, or in another order")
    new = replace(new, outputs=outputs)
    conditions, grids = together(old, new)
    pairs = []
    for before, after in zip(old.outputs, new.outputs, strict=True):
        name = old.params[before.array][0]
        if len(before.variables) != len(after.variables):
            return Comparison(None, f"{name} has another number of indices")
        # Both were numbered by processes of their own: no name may be one that is bound in the other.
        common = {n: make("var", (), ("i", -10_000 - n)) for n in range(len(before.variables))}
        pairs.append(Pair(name, renamed(before, common, {}), renamed(after, common, grids)))
    context = base(old, conditions, Session(Deadline(time.monotonic() + seconds)))
    try:
        if not context.consistent():  # everything would follow
            return Comparison(None, "their preconditions contradict each other")
        unproved = [problem for pair in pairs if (problem := open_question(pair, context))]
    except DeadlineError:
        unproved = ["the time was over"]
    if not unproved:
        return Comparison(True, "proved equal")
    example = next(filter(None, (different(pair, old, conditions) for pair in pairs)), None)
    return Comparison(False, example) if example else Comparison(None, "; ".join(unproved))


def in_order(old: Program, new: Program) -> tuple[ProgramOutput, ...] | None:
    """The outputs of the new kernel in the order of the old one's; None where other arrays are written, or where one
    array is written several times and the order matters."""
    wanted = [o.array for o in old.outputs]
    if wanted == [o.array for o in new.outputs]:
        return new.outputs
    if (
        len(set(wanted)) < len(wanted)
        or set(wanted) != {o.array for o in new.outputs}
        or len(wanted) != len(new.outputs)
    ):
        return None
    return tuple(sorted(new.outputs, key=lambda o: wanted.index(o.array)))


def together(old: Program, new: Program) -> tuple[list[Term], dict[Term, Term]]:
    """The preconditions of both, and what stands for the grid in the new kernel.

    Where the two ask for different grids, the launches differ too: the new kernel's grid then has names of its own, or
    they would be compared on those few sizes only for which both grids are the same.
    """
    first, second = ([comparable(t) for _, t in program.preconditions] for program in (old, new))
    asked = [{t for t in terms if any(u.op == "nprogs" for u in subterms([t]))} for terms in (first, second)]
    grids: dict[Term, Term] = {}
    if asked[0] != asked[1]:
        grids = {make("nprogs", (), axis): make("nprogs", (), axis + 3) for axis in range(3)}
    return [*first, *(substitute(t, grids) for t in second)], grids


def renamed(output: ProgramOutput, common: Mapping[int, Term], grids: Mapping[Term, Term]) -> ProgramOutput:
    """The output over other variables and another grid; its constraints are those of the printed domain, if all of
    that is written."""
    names = dict(zip(output.variables, common.values(), strict=True))

    def put(t: Term) -> Term:
        return substitute(substitute(comparable(t), grids), names)

    domain = output.constraints if output.domain is None else output.domain
    return ProgramOutput(
        output.array, tuple(common.values()), tuple(map(put, domain)), put(output.offset), put(output.value)
    )


def base(program: Program, conditions: Iterable[Term], session: Session) -> Context:
    """What both theorems presuppose, and what integers of their types are."""
    facts = [bools.le(ints.ONE, make("nprogs", (), axis)) for axis in range(6)]
    for index, (name, kind) in enumerate(program.params):
        if kind[0] == "i" and kind != "i1":
            term, half = make("param", (), (index, name)), 1 << (int(kind[1:]) - 1)
            facts += [bools.le(ints.const(-half), term), bools.lt(term, ints.const(half))]
    return Context(session, [*facts, *conditions])


def open_question(pair: Pair, context: Context) -> str | None:
    """What could not be proved of a pair; None if all was."""
    inside = context.extend(*(bools.le(ints.ZERO, v) for v in pair.variables))
    old, new = (inside.extend(*output.constraints) for output in (pair.old, pair.new))
    if not all(old.proves(c) for c in pair.new.constraints) or not all(
        new.proves(c) for c in pair.old.constraints
    ):
        return f"{pair.name}: not shown to have the same domain"
    if not same(pair.old.offset, pair.new.offset, old):
        return f"{pair.name}: not shown to write the same elements"
    return None if same(pair.old.value, pair.new.value, old) else f"{pair.name}: not shown to be equal"


def same(a: Term, b: Term, context: Context) -> bool:
    """Whether two terms are equal under these facts."""
    if a is b:
        return True
    if a.sort == "int" and b.sort == "int":
        return context.proves(bools.eq(a, b))
    # Each way round: an equality may take for granted that its left side is defined.
    return a.sort == b.sort and all(Equality().holds(x, y, context) for x, y in ((a, b), (b, a)))


def different(pair: Pair, program: Program, conditions: list[Term]) -> str | None:
    """A launch and an index at which the kernels differ, for arrays drawn at random; None if none is found."""
    draw, found = random.Random(0), 0
    numbers = np.random.default_rng(0)
    for trial in range(_TRIALS):
        if found >= _WANTED:
            return None
        leaves, arrays, told = arguments(program, draw, numbers, small=trial % 4)
        for v in pair.variables:
            leaves[v] = np.int64(draw.randint(0, (1, 3, 12)[trial % 3]))
        try:
            difference = difference_at(pair, leaves, arrays, conditions)
        except Exception:  # outside an array: not a launch
            continue
        found += difference is not None
        if difference:
            return f"{difference} where {told}"
    return None


def difference_at(
    pair: Pair, leaves: Mapping[Term, Any], arrays: Mapping[int, Any], conditions: list[Term]
) -> str | None:
    """What differs at one index; nothing (an empty text) where it is the same, None where that cannot be told.

    Raises what the evaluator does.
    """
    evaluate = Evaluator(leaves, arrays)
    if not all(bool(evaluate(c)) for c in conditions):
        return None
    index = ", ".join(str(evaluate(v)) for v in pair.variables)
    before, after = (all(bool(evaluate(c)) for c in o.constraints) for o in (pair.old, pair.new))
    if before != after:
        return f"{pair.name}[{index}] was {'written' if before else 'not written'}, and is{' not' if before else ''}"
    if not before:
        return None
    places = [int(evaluate(o.offset)) for o in (pair.old, pair.new)]
    if places[0] != places[1]:
        return f"{pair.name}[{index}]: element {places[0]} became {places[1]}"
    old, new = (float(evaluate(o.value)) for o in (pair.old, pair.new))
    if not math.isfinite(old) or not math.isfinite(new):
        return None
    if abs(old - new) <= _TOLERANCE * max(1.0, abs(old), abs(new)):
        return ""
    # A difference that rounding could make (1 / 0 on one side, nearly that on the other) is none.
    nearby = Evaluator(leaves, {n: a * (1 + 1e-12) if a.dtype == float else a for n, a in arrays.items()})
    moved = abs(float(nearby(pair.old.value)) - old) + abs(float(nearby(pair.new.value)) - new)
    return f"{pair.name}[{index}]: {old:.6g} became {new:.6g}" if moved < 1e-3 * abs(old - new) else None


def arguments(
    program: Program, draw: random.Random, numbers: np.random.Generator, small: int
) -> tuple[dict[Term, Any], dict[int, Any], str]:
    """Leaves and arrays of a launch, and its numbers in words."""
    leaves: dict[Term, Any] = {}
    arrays: dict[int, Any] = {}
    told: dict[str, object] = {}
    for index, (name, kind) in enumerate(program.params):
        if kind.startswith("ptr"):
            arrays[index] = contents(kind, numbers, mean=draw.choice((-2.0, 0.0, 2.0)))
            leaves[make("length", (), index)] = np.int64(_ELEMENTS)
            leaves[make("param", (), (index, name), "int")] = np.int64((index + 1) << 40)
        elif kind == "i1":
            told[name] = draw.random() < 0.5
            leaves[make("param", (), (index, name), "bool")] = np.bool_(told[name])
        elif kind[0] == "i":
            size = draw.randint(1, 4 + 8 * small) * (16 if small == 3 else 1)
            told[name] = size
            leaves[make("param", (), (index, name), "int")] = np.int64(size)
        else:
            scalar = round(draw.uniform(0.5, 2), 3)
            told[name] = scalar
            leaves[make("param", (), (index, name), "real")] = np.float64(scalar)
    for axis in range(6):
        count = draw.randint(1, 4)
        leaves[make("nprogs", (), axis)] = np.int64(count)
        if axis < 3:
            told[f"num_programs({axis})"] = count
    return leaves, arrays, ", ".join(f"{name} = {value}" for name, value in told.items())


def contents(kind: str, numbers: np.random.Generator, mean: float) -> Any:
    """An array of a pointer's elements: `ptr<i32>` holds small integers, others numbers around the mean."""
    inner = kind[len("ptr") :].strip("<>")
    if inner == "i1":
        return numbers.integers(0, 2, _ELEMENTS).astype(bool)
    if inner.startswith("i"):
        return numbers.integers(0, 8, _ELEMENTS)
    return numbers.normal(mean, 1.0, _ELEMENTS)
