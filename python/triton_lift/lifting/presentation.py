"""Fills the report: formulas, domains, preconditions, assumptions, the real-arithmetic list, the executable form."""

from __future__ import annotations

import math
from collections import Counter

from triton_lift.evaluation import Program, ProgramOutput
from triton_lift.formulas import ast
from triton_lift.formulas.indices import IndexNames, reading_order
from triton_lift.formulas.sharing import abbreviated
from triton_lift.lifted import Lifted, OutputFormula
from triton_lift.lifting.assumptions import Assumptions, definedness, standing
from triton_lift.lifting.lifted_effect import LiftedEffect
from triton_lift.lifting.memory import Writers
from triton_lift.lifting.wraps import operations
from triton_lift.proving import Context
from triton_lift.reading import Kernel
from triton_lift.render.accesses import Layouts
from triton_lift.render.display import latex_line
from triton_lift.render.einsum import einsum
from triton_lift.render.formula import FormulaPrinter
from triton_lift.render.styles import Style, TextStyle
from triton_lift.simplification import Simplifier
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms.term import Term, by_order, make, subterms


def present(
    kernel: Kernel,
    effects: list[LiftedEffect],
    writers: Writers,
    preconditions: dict[Term, None],
    assumptions: Assumptions,
    base: Context,
    simplifier: Simplifier,
    result: Lifted,
) -> None:
    """Writes everything a reader sees into `result`."""
    arrays = {p.index: p.name for p in kernel.params if p.is_array}
    layouts = Layouts()
    for e in effects:
        layouts.note(e.effect.array, e.output.offset)
        for u in subterms([printed(e), e.value, e.domain.rest]):
            if u.op == "read":
                layouts.note(u.attr[0], u.args[0])
    taken = {p.name for p in kernel.params}
    for e in effects:
        e.domain.box = reading_order(layouts.indices(e.effect.array, e.output.offset), e.domain.box)
    names = IndexNames(layouts, taken, [(e.effect.array, e.output.offset, e.domain.box) for e in effects])
    for e in effects:
        found = names.of(e.effect.array, e.output.offset, e.domain.box)
        e.indices = tuple((v, name) for (v, _, _), name in zip(e.domain.box, found, strict=True))
    text = FormulaPrinter(TextStyle(), arrays, layouts, taken)
    statements = [abbreviated(statement(e, text), taken) for e in effects]
    result.outputs = [_output(e, text, s) for e, s in zip(effects, statements, strict=True)]
    text.names = {}
    result.preconditions = [precondition_text(p, text) for p in preconditions]
    for e in effects:
        for g in e.grid:
            line = _grid_text(g, text)
            if line not in result.preconditions:
                result.preconditions.append(line)
    result.preconditions = _join_equal(result.preconditions)
    multiples = _multiples(kernel)
    result.preconditions += [line for line, _ in multiples]
    for line in _wrap_lines(effects, text, kernel.extents):
        if line not in result.preconditions:
            result.preconditions.append(line)
    stores = Counter(e.effect.array for e in effects)
    for e, variables in writers.distinct:
        text.name_indices(e.indices)
        access = text.access(e.effect.array, e.output.offset)
        offset = text.show(e.output.offset)
        ordered = ", ".join(name for v, name in e.indices if v in variables)
        line = f"distinct ({ordered}) have distinct offsets {offset} in {access}"
        if stores[e.effect.array] > 1:
            # Of one store that says which strides are large enough; of several, it is the whole of what is needed.
            line = f"no element of {arrays[e.effect.array]} is written twice (all of its stores have distinct offsets)"
        if line not in result.preconditions:
            result.preconditions.append(line)
    result.assumptions = _assumptions(kernel, effects, assumptions, text, base, simplifier)
    result.assumptions += _legends(kernel, names, text)
    result.real_arithmetic = [f"{r.text} ({r.location})" if r.location else r.text for r in kernel.roundings]
    distinct = {e.effect.array for e, _ in writers.distinct}
    result.program = Program(
        tuple((p.name, p.type) for p in kernel.params),
        (*((precondition_text(p, text), p) for p in preconditions), *multiples),
        tuple(
            ProgramOutput(
                e.effect.array,
                tuple(e.output.coordinates.variables),
                tuple(
                    part
                    for fact in (e.output.guard, *(c.fact for c in e.output.coordinates.constraints))
                    for part in bools.conjuncts(fact)
                )
                + _within_array(e),
                e.output.offset,
                e.value,
                e.effect.array in distinct,
                tuple(e.domain.facts()) if e.covered else None,
                printed(e),
                tuple(e.domain.box),
                e.domain.rest,
                e.indices,
            )
            for e in effects
        ),
        operations(kernel, effects),
        tuple(dict.fromkeys(g for e in effects for g in e.grid)),
        tuple(statements),
    )


def statement(e: LiftedEffect, printer: FormulaPrinter) -> ast.Statement:
    """What is printed of an effect, as a formula."""
    printer.name_indices(e.indices)
    ranges = [
        ast.Range(
            printer.names[v], printer.expression(low), None if high is None else printer.expression(high)
        )
        for v, low, high in e.domain.box
    ]
    return ast.Statement(
        printer.element(e.effect.array, e.output.offset),
        printer.expression(printed(e)),
        tuple(ranges),
        None if e.domain.rest is bools.TRUE else printer.expression(e.domain.rest),
    )


def printed(e: LiftedEffect) -> Term:
    """The value as it is printed."""
    return e.value if e.formula is None else e.formula


def _within_array(e: LiftedEffect) -> tuple[Term, ...]:
    """An index that nothing bounds runs over the elements that there are."""
    if all(high is not None for _, _, high in e.domain.box):
        return ()
    return (bools.lt(e.output.offset, make("length", (), e.effect.array)),)


def _multiples(kernel: Kernel) -> list[tuple[str, Term]]:
    """What the compiler was told of the scalars' divisibility, in words and as facts."""
    return [
        (
            f"{p.name} is a multiple of {p.divisibility} (specialised)",
            bools.eq(ints.fmod(make("param", (), (p.index, p.name)), ints.const(p.divisibility)), ints.ZERO),
        )
        for p in kernel.params
        if p.divisibility and not p.is_array and p.divisibility > 1
    ]


def _output(e: LiftedEffect, text: FormulaPrinter, shown: ast.Statement) -> OutputFormula:
    text.name_indices(e.indices)
    return OutputFormula(
        shown.target.array,
        [text.printer.show(i) for i in shown.target.indices],
        _domain(e, text, text.style),
        text.printer.spelled(shown.body)[0],
        latex_line(shown),
        einsum(shown),
        recurrent=any(isinstance(n, ast.Recurrence) for n in ast.nodes(shown.body)),
    )


def _domain(e: LiftedEffect, printer: FormulaPrinter, style: Style) -> str:
    parts = []
    for v, low, high in e.domain.box:
        name = printer.names[v]
        start = f"{printer.show(low)} {style.at_most} {name}"
        parts.append(f"{start} < {printer.show(high)}" if high is not None else start)
    if e.domain.rest is not bools.TRUE:
        parts.append(printer.show(e.domain.rest))
    return ", ".join(parts)


def precondition_text(fact: Term, text: FormulaPrinter) -> str:
    """A precondition; a lower bound of an argument is shown as such."""
    p = ints.polynomial(fact.args[0]) if fact.op == "le0" else {}
    rest = [m for m in p if m]
    if len(rest) == 1 and p[rest[0]] == -1:
        return f"{text.show(ints.from_polynomial({rest[0]: 1}))} ≥ {p.get((), 0)}"
    return text.show(fact)


def _join_equal(lines: list[str]) -> list[str]:
    """x ≤ y and x ≥ y is x = y."""
    result: list[str] = []
    for line in lines:
        if " ≥ " in line and line.replace(" ≥ ", " ≤ ") in result:
            result[result.index(line.replace(" ≥ ", " ≤ "))] = line.replace(" ≥ ", " = ")
        else:
            result.append(line)
    return result


def _grid_text(fact: Term, text: FormulaPrinter) -> str:
    """A grid precondition with the number of programs on the left."""
    grid, *others = {u for u in subterms([fact]) if u.op == "nprogs"}
    split = None if others else ints.coefficient(fact.args[0], grid)
    if split is not None and ints.value_of(split[0]) == -1:
        return f"{text.show(grid)} ≥ {text.show(split[1])}"
    return text.show(fact)


def _wrap_lines(effects: list[LiftedEffect], text: FormulaPrinter, extents: dict[Term, int]) -> list[str]:
    """One line per width: the expressions that have to fit. Indices range over the printed domains."""
    fitting: dict[str, dict[str, None]] = {}
    for e in effects:
        text.name_indices(e.indices)
        for wrap in dict.fromkeys(e.wraps):
            t = _extreme(wrap.term, extents)
            inner = sorted((v for v in t.free if v.op == "var" and v not in text.names), key=by_order)
            names = text.name_inner(inner)
            limits = [f"{n} < {extents[v]}" for n, v in zip(names, inner, strict=True) if v in extents]
            unsigned = ints.add(t, ints.const(1 << (wrap.width - 1)))
            if not ints.polynomial(unsigned).get(()) and ints.polynomial(t).get(()):
                fitting.setdefault(f"uint{wrap.width}|< 2^{wrap.width}", {})[f"0 ≤ {text.show(unsigned)}"] = (
                    None
                )
                text.forget(inner)
                continue
            whole = _whole_blocks(t, wrap.width) if wrap.nonnegative else None
            shown = text.show(whole or t) if wrap.nonnegative else f"|{text.show(t)}|"
            shown += f" ({', '.join(limits)})" if limits else ""
            limit = f"int{wrap.width}|{'≤' if whole else '<'} 2^{wrap.width - 1}"
            fitting.setdefault(limit, {})[shown] = None
            text.forget(inner)
    lines = []
    for limit, shown_terms in fitting.items():
        name, relation = limit.split("|")
        lines.append(f"no {name} wrap: {', '.join(shown_terms)} {relation}")
    return lines


def _whole_blocks(t: Term, width: int) -> Term | None:
    """c·u for a term c·u − d of which c·u − d < 2^(width-1) says c·u ≤ 2^(width-1)."""
    p = ints.polynomial(t)
    d = -p.pop((), 0)
    step = math.gcd(*p.values())
    limit = 1 << (width - 1)
    if d > 0 and (limit - 1 + d) // step * step == limit:
        return ints.from_polynomial(p)
    return None


def _extreme(t: Term, extents: dict[Term, int]) -> Term:
    """A product of nonnegative bounded factors and one factor of unknown sign is largest, in absolute value, where the
    bounded factors are: r mod D is at most D − 1, a lane of extent n at most n − 1."""
    p = ints.polynomial(t)
    if len(p) != 1:
        return t
    ((monomial, c),) = p.items()
    factors = []
    for a in monomial:
        if a.op == "fmod":
            factors.append(ints.sub(a.args[1], ints.ONE))
        elif a in extents:
            factors.append(ints.const(extents[a] - 1))
        else:
            factors.append(a)
    return ints.mul(ints.const(c), *factors)


def _assumptions(
    kernel: Kernel,
    effects: list[LiftedEffect],
    assumptions: Assumptions,
    text: FormulaPrinter,
    base: Context,
    simplifier: Simplifier,
) -> list[str]:
    lines = standing(kernel, effects)
    for kind, fact, location in assumptions.facts:
        lines.append(f"{kind}: {text.show(fact)}" + (f" ({location})" if location else ""))
    width = min(kernel.shift_widths.values(), default=64)
    for e in effects:
        lines += definedness(e, text, base, simplifier, width)
    return list(dict.fromkeys(lines))


def _legends(kernel: Kernel, names: IndexNames, text: FormulaPrinter) -> list[str]:
    """What the indices of each array stand for; arrays that are laid out alike share a line."""
    alike: dict[tuple[str, str], list[str]] = {}
    for array, strides in names.layouts.strides.items():
        if any(strides):
            letters = names.of_dimensions(array)
            offset = " + ".join(
                "·".join([letter, *(text.show(s) for s in stride)])
                for letter, stride in zip(letters, strides, strict=True)
            )
            alike.setdefault((", ".join(letters), offset), []).append(kernel.params[array].name)
    lines = []
    for (indices, offset), arrays in alike.items():
        first, *others = sorted(arrays)
        likewise = f" ({', '.join(others)} alike)" if others else ""
        lines.append(f"{first}[{indices}]{likewise} is element {offset}")
    if text.mixes:
        mixes = ", ".join(text.mixes.values())
        lines.append(f"{mixes}: integer arithmetic that makes pseudo-random bits, not written out")
    return sorted(lines)
