"""The named form of each output: after lifting, for the report alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from triton_lift.definitions.library import library
from triton_lift.definitions.naming import Namer
from triton_lift.definitions.writing import ArrayWriter, ElementWriter, NotPlainError
from triton_lift.evaluation import Program, ProgramOutput
from triton_lift.formulas.vocabulary import layouts_of
from triton_lift.lifted import Lifted
from triton_lift.proving import Context
from triton_lift.render.accesses import Layouts
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms.term import Term, subterms

_LARGEST = 1500  # terms of a value in which names are looked for: the time grows faster than the value


def name_outputs(lifted: Lifted, program: Program, base: Context) -> None:
    """Gives the outputs of a lifted kernel their named forms, where there is one. `base`: what holds everywhere; after
    its session's deadline the others keep the plain form."""
    layouts = layouts_of(
        [(o.array, o.offset) for o in program.outputs],
        [t for o in program.outputs for t in (shown(o), *o.constraints)],
    )
    for number, o in enumerate(program.outputs):
        facts = o.constraints if o.domain is None else o.domain
        context = base.extend(*facts)
        named = named_form(o.array, o.indices, o.offset, shown(o), program.params, layouts, facts, context)
        if named is not None:
            lifted.outputs[number] = replace(lifted.outputs[number], named=named)


def shown(output: ProgramOutput) -> Term:
    """The value as it is printed."""
    return output.value if output.formula is None else output.formula


def named_form(
    array: int,
    names: Sequence[tuple[Term, str]],
    offset: Term,
    value: Term,
    params: Sequence[tuple[str, str]],
    layouts: Layouts,
    facts: Iterable[Term],
    context: Context,
) -> str | None:
    """array[offset] = value with functions by name, for the indices, whose names are given, that the facts allow; None
    where there are none.

    `params`: names and types of the kernel's arguments.
    """
    parts = subterms([value])
    if len(parts) > _LARGEST or any(u.op == "iterate" for u in parts):
        return None  # what a recurrence goes through is no axis of an array
    indices = layouts.indices(array, offset)
    frame = [i for i in indices if i.op == "var"]
    found = Namer(library(), frame, indices, context.session.deadline).named(value, context)
    if not any(u.op == "named" for u in subterms([found])):
        return None
    arrays = {i: name for i, (name, kind) in enumerate(params) if kind.startswith("ptr")}
    taken = {name for name, _ in params}
    try:
        axes = _frame(indices, [v for v, _ in names], offset.free | value.free)
        whole = ArrayWriter(arrays, layouts, taken, axes, _ends(axes, facts))
        text = whole.printer.show(whole.expression(found))
        target = arrays[array] + ("" if axes else "[0]")
        return f"{target} = {text}" if whole.shown else None
    except NotPlainError:
        pass
    single = ElementWriter(arrays, layouts, taken)
    single.name_indices(names)
    try:
        text = single.printer.show(single.expression(found))
        target = single.printer.show(single.element(array, offset))
    except NotPlainError:
        return None
    return f"{target} = {text}" if single.shown else None


def _frame(indices: Sequence[Term], variables: Sequence[Term], used: frozenset[Term]) -> tuple[Term, ...]:
    """The indices of a whole array."""
    if list(indices) == [ints.ZERO]:
        indices = []
    if set(indices) != set(variables) & used or len(set(indices)) != len(indices):
        raise NotPlainError
    return tuple(indices)


def _ends(frame: tuple[Term, ...], facts: Iterable[Term]) -> dict[Term, Term | None]:
    """The least number that each index does not reach, where one fact says that."""
    parts = [p for f in facts for p in bools.conjuncts(f)]
    found: dict[Term, Term | None] = {}
    for v in frame:
        splits = [ints.coefficient(p.args[0], v) for p in parts if p.op == "le0"]
        limits = [ints.sub(ints.ONE, s[1]) for s in splits if s is not None and s[0] is ints.ONE]
        found[v] = limits[0] if len(limits) == 1 else None
    return found
