"""From a proved kernel and its launches to the formulas in the tensors' indices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from triton_lift.definitions.stage import named_form
from triton_lift.evaluation.program import Program, ProgramOutput
from triton_lift.formulas import ast
from triton_lift.formulas.indices import IndexNames, reading_order
from triton_lift.formulas.sharing import abbreviated
from triton_lift.formulas.vocabulary import layouts_of
from triton_lift.lifted import OutputFormula
from triton_lift.proving import Context, Deadline, Session
from triton_lift.render.accesses import Layouts
from triton_lift.render.display import latex_line
from triton_lift.render.einsum import einsum
from triton_lift.render.formula import FormulaPrinter
from triton_lift.render.styles import TextStyle
from triton_lift.simplification import Simplifier
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms.substitution import substitute
from triton_lift.terms.term import Term, make, subterms
from triton_lift.views.coordinates import Equation, Shown, Splitting, named_extents
from triton_lift.views.launch import Launch
from triton_lift.views.observed import Observed, alike, times
from triton_lift.views.symbols import Symbols
from triton_lift.views.tensors import Place, TensorLayout, TensorLayouts, layout_of, places
from triton_lift.views.view import LaunchView, TensorView


@dataclass(frozen=True)
class Found:
    """A kernel in the indices of its tensors: its outputs, what that presupposes, and what holds everywhere."""

    shown: tuple[Shown, ...]
    equations: tuple[Equation, ...]
    layouts: TensorLayouts
    symbols: Symbols
    observed: Observed
    base: Context

    @property
    def gained(self) -> bool:
        """Whether this reads better than what is shown without launches: some array has more dimensions, or they are in
        another order, and none has lost those that it had."""
        layouts = self.layouts
        for s in self.shown:
            for array, offset in [(s.array, s.offset), *reads(s)]:
                known = array in layouts.tensors or len(layouts.strides[array]) < 2
                if not known and len(layouts.indices(array, offset)) < len(layouts.strides[array]):
                    return False
        return any(
            len(tensor.order) > len(layouts.strides[array]) or list(tensor.order) != sorted(tensor.order)
            for array, tensor in layouts.tensors.items()
        )


def view_of(program: Program, launches: Sequence[Launch], deadline: Deadline | None = None) -> LaunchView:
    """What is shown of the launches of a verified kernel. Raises DeadlineError."""
    unmet = tuple(_unmet(program, Observed(program, launches)))
    found = tensors_of(program, alike(launches), deadline)
    if found is None or not found.gained:
        return LaunchView(len(launches), unmet=unmet)
    text = _printer(program, found.symbols, found.layouts)
    boxes = [reading_order(found.layouts.indices(s.array, s.offset), list(s.box)) for s in found.shown]
    written = [(s.array, s.offset, box) for s, box in zip(found.shown, boxes, strict=True)]
    names = IndexNames(found.layouts, text.taken, written)
    outputs = tuple(
        _output(replace(s, box=tuple(box)), text, found, names.of(*where))
        for s, box, where in zip(found.shown, boxes, written, strict=True)
    )
    if _same(outputs, program):
        return LaunchView(len(launches), unmet=unmet)
    given = [f"{text.show(e.extent)} = {text.show(e.product)}" for e in found.equations]
    layouts = sorted(found.layouts.tensors.items())
    tensors = tuple(_tensor(array, layout, text, found.observed) for array, layout in layouts)
    return LaunchView(
        len(launches), len(found.observed.launches), tensors, outputs, tuple(dict.fromkeys(given)), unmet
    )


def tensors_of(
    program: Program, launches: Sequence[Launch], deadline: Deadline | None = None
) -> Found | None:
    """The kernel in the indices of the tensors of these launches, which are alike. Raises DeadlineError."""
    observed = Observed(program, launches)
    shown = [s for s in map(_shown, program.outputs) if s is not None]
    if not observed.tensors or len(shown) < len(program.outputs):
        return None
    roots = [t for s in shown for t in (s.offset, s.value, s.rest, *(high for _, _, high in s.box if high))]
    symbols = Symbols(list(program.params), roots, observed)
    session, simplifier = Session(deadline or Deadline()), Simplifier()
    splitting = Splitting(observed, symbols)
    shown = [splitting.split(s) for s in shown]
    shown, base = _settled(shown, program, splitting.equations, symbols, session)
    shown = [_simplified(s, base, simplifier) for s in shown]
    simplified = partial(_in_context, base, simplifier)
    shown = [splitting.sums(s, simplified) for s in shown]
    shown, base = _settled(shown, program, splitting.equations, symbols, session)
    accesses = [place for s in shown for place in places(s, base)]
    layouts = TensorLayouts(_plain(program).strides)
    _fill(layouts, accesses, observed, symbols)
    return Found(tuple(shown), tuple(splitting.equations), layouts, symbols, observed, base)


def reads(s: Shown) -> list[tuple[int, Term]]:
    """The accesses in a value and its conditions: arrays and offsets."""
    return [(u.attr[0], u.args[0]) for u in subterms([s.value, s.rest, s.offset]) if u.op == "read"]


def _shown(o: ProgramOutput) -> Shown | None:
    if o.box is None:
        return None
    return Shown(o.array, o.box, o.rest, o.offset, o.value if o.formula is None else o.formula)


def _settled(
    shown: Sequence[Shown],
    program: Program,
    equations: list[Equation],
    symbols: Symbols,
    session: Session,
) -> tuple[list[Shown], Context]:
    """With what the equations name, and what holds everywhere: preconditions, a grid that is not empty, sizes that are
    none of them 0, the equations."""
    named = named_extents(equations, symbols)
    facts = [fact for _, fact in program.preconditions]
    facts += [bools.lt(ints.ZERO, make("nprogs", (), axis)) for axis in range(3)]
    for e in equations:
        facts.append(e.fact)
        facts += [bools.lt(ints.ZERO, u) for u in subterms([e.product]) if u.op in ("param", "nprogs")]
    facts += [bools.lt(ints.ZERO, t) for t in symbols.made.values()]
    base = Context(session, [substitute(fact, named) for fact in facts])
    return [s.substituted(named) for s in shown], base


def _in_context(base: Context, simplifier: Simplifier, t: Term, facts: list[Term]) -> Term:
    return simplifier.simplify(t, base.extend(*facts))


def _simplified(s: Shown, base: Context, simplifier: Simplifier) -> Shown:
    context = base.extend(*s.facts())
    bounds = base.extend(*(f for f in s.facts() if f is not s.rest))
    return Shown(
        s.array,
        s.box,
        simplifier.simplify(s.rest, bounds),
        simplifier.simplify(s.offset, context),
        simplifier.simplify(s.value, context),
    )


def _plain(program: Program) -> Layouts:
    """The dimensions that are shown without launches."""
    roots = [t for o in program.outputs for t in (o.value if o.formula is None else o.formula, o.rest)]
    return layouts_of([(o.array, o.offset) for o in program.outputs], roots)


def _fill(layouts: TensorLayouts, accesses: Sequence[Place], observed: Observed, symbols: Symbols) -> None:
    """Adds the tensors whose accesses are all elements of them."""
    by_array: dict[int, list[Place]] = {}
    for a in accesses:
        by_array.setdefault(a.array, []).append(a)
    for array, its in by_array.items():
        # With fewer dimensions than the kernel's own strides, a tensor says less than they do.
        if array in observed.tensors and len(observed.dimensions(array)) >= len(layouts.strides[array]):
            layout = layout_of(array, its, observed, symbols)
            if layout is not None:
                layouts.tensors[array] = layout


def _printer(program: Program, symbols: Symbols, layouts: TensorLayouts) -> FormulaPrinter:
    arrays = {n: name for n, (name, kind) in enumerate(program.params) if kind.startswith("ptr")}
    return FormulaPrinter(TextStyle(), arrays, layouts, {name for name, _ in symbols.params})


def _output(s: Shown, text: FormulaPrinter, found: Found, names: list[str]) -> OutputFormula:
    indices = [(v, name) for (v, _, _), name in zip(s.box, names, strict=True)]
    text.name_indices(indices)
    limits = tuple(
        ast.Range(text.names[v], text.expression(low), None if high is None else text.expression(high))
        for v, low, high in s.box
    )
    condition = None if s.rest is bools.TRUE else text.expression(s.rest)
    whole = ast.Statement(text.element(s.array, s.offset), text.expression(s.value), limits, condition)
    line = abbreviated(whole, text.taken)
    spelled = text.printer.show
    domain = []
    for v, low, high in s.box:
        start = f"{text.show(low)} {text.style.at_most} {text.names[v]}"
        domain.append(start if high is None else f"{start} < {text.show(high)}")
    if s.rest is not bools.TRUE:
        domain.append(text.show(s.rest))
    facts = s.facts()
    named = named_form(
        s.array,
        indices,
        s.offset,
        s.value,
        found.symbols.params,
        found.layouts,
        facts,
        found.base.extend(*facts),
    )
    return OutputFormula(
        line.target.array,
        [spelled(i) for i in line.target.indices],
        ", ".join(domain),
        text.printer.spelled(line.body)[0],
        latex_line(line),
        einsum(line),
        named,
        any(isinstance(n, ast.Recurrence) for n in ast.nodes(line.body)),
    )


def _same(outputs: Sequence[OutputFormula], program: Program) -> bool:
    """Whether no formula reads otherwise than without tensors."""
    show = FormulaPrinter(TextStyle(), {}, TensorLayouts(), set()).printer.show
    plain = [(s.target.array, [show(i) for i in s.target.indices], show(s.body)) for s in program.statements]
    return plain == [(o.array, o.indices, o.formula) for o in outputs]


def _tensor(array: int, layout: TensorLayout, text: FormulaPrinter, observed: Observed) -> TensorView:
    follows, step = True, tuple(1 for _ in observed.launches)
    for d in reversed(range(len(layout.sizes))):
        sizes = observed.sizes(array, d)
        follows &= set(sizes) == {1} or observed.strides(array, d) == step
        step = times(step, sizes)
    return TensorView(
        text.arrays[array],
        tuple(map(text.show, layout.sizes)),
        tuple(map(text.show, layout.strides)),
        follows,
    )


def _unmet(program: Program, observed: Observed) -> list[str]:
    """Preconditions, and what coverage needs of the grid, that a launch does not meet."""
    text = _printer(program, Symbols(list(program.params), [], observed), TensorLayouts())
    conditions = [*program.preconditions, *((text.show(fact), fact) for fact in program.grid)]
    lines = []
    for said, fact in conditions:
        for number, launch in enumerate(observed.launches):
            if observed.holds(fact, number) is False:
                sizes = ", ".join(
                    f"{name} = {value}"
                    for name, value in launch.numbers
                    if any(u.op == "param" and u.attr[1] == name for u in subterms([fact]))
                )
                lines.append(f"{said}: not with " + ", ".join(filter(None, [sizes, f"grid {launch.grid}"])))
                break
    return lines
