"""What the theorem takes for granted: definedness of partial operations, and the standing assumptions.

Partial operations (division, roots, logarithms, shifts) are visited under the conditions under which they are used:
the branch of a selection, the range and guard of a reduction. What is not certain there becomes an assumption.
"""

from __future__ import annotations

from collections.abc import Callable

from triton_lift.closing import NotClosed
from triton_lift.formulas.recurrences import within
from triton_lift.lifting.atomics import is_atomic
from triton_lift.lifting.lifted_effect import LiftedEffect
from triton_lift.proving import Context
from triton_lift.reading import Kernel
from triton_lift.render.formula import FormulaPrinter
from triton_lift.simplification import Simplifier
from triton_lift.simplification.iterated import within as extents
from triton_lift.simplification.reductions import bounds
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.expansion import expand
from triton_lift.terms.iterates import parts_of
from triton_lift.terms.term import Term, bound_vars, ranges, reduce_guard, subterms

_LONGEST = 100
_SMALL = 24  # terms of a divisor that is multiplied out


class Assumptions:
    """Conditions that the kernel itself asserts or assumes, collected while lifting."""

    def __init__(self) -> None:
        self.facts: list[tuple[str, Term, str | None]] = []

    def asserted(self, kind: str, fact: Term, location: str | None) -> None:
        """The kernel itself asserts or assumes `fact`."""
        self.facts.append((kind, fact, location))


def standing(kernel: Kernel, effects: list[LiftedEffect]) -> list[str]:
    """Assumptions that every lift of this kind of kernel makes."""
    lines = []
    if sum(p.is_array for p in kernel.params) > 1:
        lines.append("arrays do not overlap")
    for p in kernel.params:
        if p.table is not None:
            table, size = kernel.params[p.table].name, kernel.params[p.index + 1].name
            lines.append(f"{p.name} has what {table}[i] points to from element i·{size} on")
            lines.append(f"what entries of {table} point to does not overlap, and is no longer than {size}")
    if kernel.arrival is not None:
        name = kernel.params[kernel.arrival.counter.array].name
        lines.append(f"a program that finds others counted in {name} sees what they stored before they were")
    described = [p.name for p in kernel.params if p.descriptor]
    if described:
        lines.append(f"outside of its shape, a descriptor reads as 0 ({', '.join(described)})")
    if any(e.ordered for e in effects):
        lines.append("a program's loads and stores take effect in program order, for all its lanes together")
    if any(u.op == "read" and u.sort == "real" for e in effects for u in subterms([e.value])):
        lines.append("array elements and scalars are finite numbers")
    if any(is_atomic(e.effect) and e.value.sort == "int" for e in effects):
        lines.append("atomic sums of integers do not wrap")
    if any(risk.width >= 64 for e in effects for risk in e.effect.risks):
        lines.append("64-bit integer arithmetic does not wrap")
    return lines


def definedness(
    e: LiftedEffect, text: FormulaPrinter, base: Context, simplifier: Simplifier, width: int
) -> list[str]:
    """Conditions under which all operations of one formula are defined; `width`: the narrowest shifted type."""
    text.name_indices(e.indices)
    walk = _Walk(text, simplifier, width)
    context = e.output.context(base)
    for t in (e.value, e.output.offset, e.domain.rest):
        walk.visit(t, context)
    return list(walk.lines)


class _Walk:
    def __init__(self, text: FormulaPrinter, simplifier: Simplifier, width: int) -> None:
        self.text, self.simplifier, self.width = text, simplifier, width
        self.lines: dict[str, None] = {}
        self.seen: set[tuple[Term, frozenset[Term]]] = set()
        self.total: dict[Term, bool] = {}

    def always_defined(self, t: Term) -> bool:
        """Whether nothing in `t` could fail to have a value, whatever the context."""
        for u in subterms([t]) if t not in self.total else ():
            if u not in self.total:
                self.total[u] = not _may_fail(u) and all(self.total[a] for a in u.args)
        return self.total[t]

    def visit(self, t: Term, context: Context) -> None:
        if not t.args or (t, context.key) in self.seen or self.always_defined(t):
            return
        self.seen.add((t, context.key))
        check = _CHECKS.get(str(t.attr) if t.op == "rfun" else t.op)
        if check is not None:
            check(self, t, context)
        if t.op == "select":
            c, a, b = t.args
            self.visit(c, context)
            self.visit(a, context.extend(c))
            self.visit(b, context.extend(bools.negate(c)))
        elif t.op == "iterate":
            self.visit_iterate(t, context)
        elif t.op in ("reduce", "argreduce", "ranked", "argranked", "matprod"):
            inside = context.extend(bounds(ranges(t)), reduce_guard(t))
            variables = [v for v in bound_vars(t) if v not in self.text.names]
            self.text.name_inner(variables)
            for a in t.args:
                self.visit(a, inside)
            self.text.forget(variables)
        else:
            for a in t.args:
                self.visit(a, context)

    def visit_iterate(self, t: Term, context: Context) -> None:
        """Steps are taken at moments before the one that is asked for, for all indices."""
        parts = parts_of(t)
        for a in (parts.moment, *parts.place):
            self.visit(a, context)
        during = context.extend(bools.le(ints.ZERO, parts.time), bools.lt(parts.time, parts.moment))
        with within(self.text, t):
            for s in parts.states:
                here = extents(s)
                self.visit(s.first, context.extend(*here))
                self.visit(s.next, during.extend(*here))

    def assume(self, text: str, t: Term, relation: str) -> None:
        shown = self.text.show_briefly(t, _LONGEST)
        self.lines[f"{text}: {shown} {relation}"] = None

    def positive(self, t: Term, context: Context) -> bool:
        if t.op == "toreal":
            return context.proves(bools.lt(ints.ZERO, t.args[0]))
        if reals.compare("rlt", reals.ZERO, t) in context.facts:
            return True
        return reals.positive(t, self.simplifier.nonempty(context))

    def nonzero(self, t: Term, context: Context) -> bool:
        if t.op == "toreal":
            return context.proves(bools.negate(bools.eq(t.args[0], ints.ZERO)))
        different = bools.negate(reals.compare("req", t, reals.ZERO))
        return bool(reals.value_of(t)) or different in context.facts or self.positive(t, context)


def _may_fail(t: Term) -> bool:
    """Whether an operation has a check that its form does not decide. Sums and products fail where infinities meet."""
    match t.op:
        case "fdiv" | "fmod" | "tdiv" | "trem":
            return not ints.value_of(t.args[1]) or ints.value_of(t.args[1]) == -1
        case "radd" | "rmul":
            return False
        case "reduce" | "argreduce":
            return t.attr[0] not in ("add", "mul")
        case "inf":
            return True
        case "previous":  # a state that may be infinite
            return t.sort == "real" and not reals.finite(t)
        case _:
            return (str(t.attr) if t.op == "rfun" else t.op) in _CHECKS


Check = Callable[[_Walk, Term, Context], None]


def _vanishes(t: Term) -> bool:
    """Whether a divisor is 0 whatever is read: as it stands, or when it is multiplied out."""
    if t.op == "radd" and len(subterms([t])) <= _SMALL and reals.finite(t):
        return not expand(t)
    return reals.value_of(t) == 0


def _real_division(walk: _Walk, t: Term, context: Context) -> None:
    if _vanishes(t.args[1]):
        raise NotClosed("finding: the stored value divides by 0", None)
    if not walk.nonzero(t.args[1], context):
        walk.assume("no division by zero", t.args[1], "≠ 0")


def _integer_division(walk: _Walk, t: Term, context: Context) -> None:
    d = t.args[1]
    if ints.value_of(d) == 0:
        raise NotClosed("finding: an integer is divided by 0", None)
    if ints.value_of(d) or d.op == "pow2" or context.positive(d):
        return
    if not context.proves(bools.negate(bools.eq(d, ints.ZERO))):
        walk.assume("no division by zero", d, "≠ 0")
    # The least integer over −1 is the one quotient that does not fit.
    if t.op == "tdiv" and not any(context.proves(bools.le(ints.ZERO, a)) for a in t.args):
        walk.assume("quotients fit their type", t, "is no overflow")


def _shift(walk: _Walk, t: Term, context: Context) -> None:
    (s,) = t.args
    inside = bools.conjunction(bools.le(ints.ZERO, s), bools.lt(s, ints.const(walk.width)))
    if ints.value_of(s) is not None and inside is not bools.TRUE:
        raise NotClosed(
            f"finding: a number of {walk.width} bits or more is shifted by {ints.value_of(s)}", None
        )
    if not context.proves(inside):
        walk.assume(f"shift amounts are at least 0 and below {walk.width}", s, f"< {walk.width}")


def _positive_argument(walk: _Walk, t: Term, context: Context) -> None:
    if reals.nonnegative(reals.negate(t.args[0])):
        raise NotClosed(f"finding: {t.attr} is taken of a number that is not positive", None)
    if not walk.positive(t.args[0], context):
        walk.assume(f"{t.attr} is taken of positive numbers", t.args[0], "> 0")


def _nonnegative_argument(walk: _Walk, t: Term, context: Context) -> None:
    if reals.positive(reals.negate(t.args[0])):
        raise NotClosed(f"finding: {t.attr} is taken of a negative number", None)
    if not (reals.nonnegative(t.args[0]) or walk.positive(t.args[0], context)):
        walk.assume(f"{t.attr} is taken of nonnegative numbers", t.args[0], "≥ 0")


def _power(walk: _Walk, t: Term, context: Context) -> None:
    exponent = t.args[1]
    if exponent.op == "toreal" and context.proves(bools.le(ints.ZERO, exponent.args[0])):
        return
    if not walk.positive(t.args[0], context):
        walk.assume("pow is defined", t.args[0], "> 0, or the exponent is an integer")


def _clamp(walk: _Walk, t: Term, context: Context) -> None:
    _, low, high = t.args
    if reals.compare("rle", low, high) not in context.facts:
        walk.assume("the bounds of clamp are in order", low, f"≤ {walk.text.show_briefly(high, _LONGEST)}")


def _sum(walk: _Walk, t: Term, context: Context) -> None:
    nonempty = walk.simplifier.nonempty(context)
    for a in t.args:
        for b in t.args:
            if (
                a is not b
                and reals.may_be_infinite(a, 1, nonempty)
                and reals.may_be_infinite(b, -1, nonempty)
            ):
                if {a.op, b.op} == {"inf"}:
                    raise NotClosed("finding: the stored value is ∞ - ∞", None)
                walk.assume("∞ - ∞ does not occur", t, "is defined")
                return


def _reduction(walk: _Walk, t: Term, context: Context) -> None:
    """Sums and products over a range, as those of a few terms."""
    kind, count = t.attr
    if t.sort != "real" or kind not in ("add", "mul"):
        return
    body, nonempty = t.args[3 * count + 1], walk.simplifier.nonempty(context)
    signs = [sign for sign in (1, -1) if reals.may_be_infinite(body, sign, nonempty)]
    if kind == "add" and len(signs) == 2:
        walk.assume("∞ - ∞ does not occur", t, "is defined")
    if kind == "mul" and signs and not walk.nonzero(body, context):
        walk.assume("0·∞ does not occur", t, "is defined")


def _product(walk: _Walk, t: Term, context: Context) -> None:
    nonempty = walk.simplifier.nonempty(context)
    for a in t.args:
        if any(reals.may_be_infinite(a, sign, nonempty) for sign in (1, -1)) and not all(
            b is a or walk.nonzero(b, context) for b in t.args
        ):
            walk.assume("0·∞ does not occur", t, "is defined")
            return


def _presupposed(walk: _Walk, t: Term, context: Context) -> None:
    """What a closed form presupposes of the data, where it is no property of sizes."""
    walk.lines[f"of what is read: {walk.text.show_briefly(t.args[1], _LONGEST)}"] = None


def _bits(walk: _Walk, t: Term, context: Context) -> None:
    walk.assume("bits stand for finite numbers", t, "is one")


_CHECKS: dict[str, Check] = {
    "frombits": _bits,
    "provided": _presupposed,
    "radd": _sum,
    "rmul": _product,
    "reduce": _reduction,
    "rdiv": _real_division,
    "fdiv": _integer_division,
    "fmod": _integer_division,
    "tdiv": _integer_division,
    "trem": _integer_division,
    "pow2": _shift,
    "log": _positive_argument,
    "log2": _positive_argument,
    "rsqrt": _positive_argument,
    "sqrt": _nonnegative_argument,
    "pow": _power,
    "clamp": _clamp,
}
