"""The paths of a lifted kernel: after lifting, for the report alone.

Paths come of choices inside a value, and of several stores to the same elements under conditions. Two paths that are
proved to write the same are one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from triton_lift.egraph import EgraphRewriter, Equality, simplified
from triton_lift.evaluation import Program, ProgramOutput
from triton_lift.formulas.vocabulary import layouts_of
from triton_lift.paths.conditions import Path, complete, conditions, disjoint, distinguishes, split
from triton_lift.paths.table import Case, PathTable
from triton_lift.proving import Context
from triton_lift.render.accesses import Layouts
from triton_lift.render.formula import FormulaPrinter
from triton_lift.render.styles import TextStyle
from triton_lift.terms import booleans as bools
from triton_lift.terms import reals
from triton_lift.terms.substitution import substitute
from triton_lift.terms.term import Term, subterms

_MOST_SIMPLIFIED = 4
_LARGEST = 150


@dataclass(frozen=True)
class Store:
    """One store with the conditions that choose it (`condition`), and those that are its domain (`domain`)."""

    output: ProgramOutput
    value: Term
    condition: Term
    domain: tuple[Term, ...]

    @property
    def indices(self) -> frozenset[Term]:
        """The indices of its elements."""
        return frozenset(v for v in self.output.variables if v in self.output.offset.free)


def path_tables(program: Program, domains: Sequence[str], base: Context) -> list[PathTable]:
    """A table for each output that has several paths. `domains`: of the outputs, as they are printed."""
    layouts = layouts_of(
        [(o.array, o.offset) for o in program.outputs],
        [t for o in program.outputs for t in (_printed(o), *o.constraints)],
    )
    tables = []
    for group in _groups([_store(o) for o in program.outputs]):
        first = group[0]
        if not _worth_it(group):
            continue
        context = base.extend(*first.domain)
        paths = _paths(group, context)
        if len(paths) > 1 and disjoint(paths, context):
            domain = domains[program.outputs.index(first.output)] if len(group) == 1 else ""
            tables.append(_table(first, paths, complete(paths, context), domain, program, layouts))
    return tables


def _worth_it(group: list[Store]) -> bool:
    """Whether there may be several paths, of formulas that a person reads."""
    choices = len(group) > 1 or conditions(group[0].value, group[0].indices)
    return bool(choices) and len(subterms(s.value for s in group)) <= _LARGEST


def _printed(output: ProgramOutput) -> Term:
    return output.value if output.formula is None else output.formula


def _store(output: ProgramOutput) -> Store:
    facts = output.constraints if output.domain is None else output.domain
    parts = [p for f in facts for p in bools.conjuncts(f)]
    indices = frozenset(v for v in output.variables if v in output.offset.free)
    chosen = [p for p in parts if p is not bools.TRUE and _chooses(p, indices)]
    domain = tuple(p for p in parts if p not in chosen)
    return Store(output, _printed(output), bools.conjunction(*chosen), domain)


def _chooses(fact: Term, indices: frozenset[Term]) -> bool:
    """Whether a fact of the domain is a condition of a path: it speaks of what is loaded, or of scalars alone."""
    return distinguishes(fact, indices) and any(u.op in ("read", "param") for u in subterms([fact]))


def _groups(stores: list[Store]) -> list[list[Store]]:
    """Stores to the same elements, with the variables of the first."""
    groups: list[list[Store]] = []
    for s in stores:
        for group in groups:
            same = _aligned(s, group[0])
            if same is not None:
                group.append(same)
                break
        else:
            groups.append([s])
    return groups


def _aligned(s: Store, first: Store) -> Store | None:
    """The store in terms of the first one's variables, if it writes the same elements."""
    mine, theirs = s.output.variables, first.output.variables
    if s.output.array != first.output.array or len(mine) != len(theirs):
        return None
    names = dict(zip(mine, theirs, strict=True))
    moved = replace(
        s,
        value=substitute(s.value, names),
        condition=substitute(s.condition, names),
        domain=tuple(substitute(f, names) for f in s.domain),
    )
    same = substitute(s.output.offset, names) is first.output.offset and set(moved.domain) == set(
        first.domain
    )
    return moved if same else None


def _paths(group: list[Store], context: Context) -> list[Path]:
    """The paths of stores whose conditions, as is proved afterwards, exclude each other."""
    found: list[Path] = []
    for store in group:
        inside = context.extend(store.condition)
        if inside.consistent():
            for p in split(store.value, group[0].indices, inside):
                found.append(Path(bools.conjunction(store.condition, p.condition), p.value))
    return presented(found, context)


def presented(paths: list[Path], context: Context) -> list[Path]:
    """The paths simplified, those that write the same as one. One that divides by 0 is shown as it is: what
    is simplified is equal where it is defined, and this nowhere is."""
    if 1 < len(paths) <= _MOST_SIMPLIFIED:
        rewriter = EgraphRewriter()
        paths = [
            p
            if _undefined(p.value)
            else Path(p.condition, simplified(p.value, context.extend(p.condition), rewriter))
            for p in paths
        ]
    return _merged(paths, context)


def _undefined(value: Term) -> bool:
    """Whether a value divides by 0 wherever it is computed."""
    return any(u.op == "rdiv" and u.args[1] is reals.ZERO for u in _computed(value))


def _computed(value: Term) -> Iterator[Term]:
    """What is computed in any case: not what a choice may leave out, or a binder without a point."""
    seen: dict[Term, None] = {}
    stack = [value]
    while stack:
        t = stack.pop()
        if t not in seen:
            seen[t] = None
            stack += () if t.op in ("select", "reduce") else t.args
    yield from seen


def _merged(paths: list[Path], context: Context) -> list[Path]:
    """Paths that write the same are one."""
    kept: list[Path] = []
    for p in paths:
        for i, q in enumerate(kept):
            either = bools.disjunction(p.condition, q.condition)
            if p.value is not q.value and (_undefined(p.value) or _undefined(q.value)):
                continue
            if p.value is q.value or Equality().holds(p.value, q.value, context.extend(either)):
                kept[i] = Path(either, q.value)
                break
        else:
            kept.append(p)
    return kept


def _table(
    first: Store, paths: list[Path], whole: bool, domain: str, program: Program, layouts: Layouts
) -> PathTable:
    output = first.output
    arrays = {i: name for i, (name, kind) in enumerate(program.params) if kind.startswith("ptr")}
    printer = FormulaPrinter(TextStyle(), arrays, layouts, {name for name, _ in program.params})
    printer.name_indices(output.indices)
    indices = [printer.show(i) for i in layouts.indices(output.array, output.offset)]
    cases = [Case(printer.show(p.condition), printer.show(p.value)) for p in paths]
    return PathTable(arrays[output.array], indices, domain, cases, whole)
