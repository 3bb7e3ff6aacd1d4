"""Several atomic updates of one array.

Theorem: updates with one associative, commutative ⊕ leave the same contents in any order. Where two of them update the
same elements, index by index, element y becomes (old[y] ⊕ U(y)) ⊕ V(y); where they share no element, each stands alone.
"""

from __future__ import annotations

from dataclasses import replace

from triton_lift.lifting.atomics import before_update, is_atomic
from triton_lift.lifting.lifted_effect import LiftedEffect
from triton_lift.lifting.memory import apart
from triton_lift.proving import Context
from triton_lift.reading import Kernel, Unsupported
from triton_lift.terms.binding import fresh_names
from triton_lift.terms.substitution import substitute
from triton_lift.terms.term import Term
from triton_lift.untiling import Output


def check_kinds(kernel: Kernel) -> None:
    """An array that is updated atomically has no store and no update of another kind, whose order would matter."""
    for e in kernel.effects:
        if is_atomic(e) and any(other.array == e.array and other.kind != e.kind for other in kernel.effects):
            raise Unsupported(f"tt.{e.kind}", "other updates or stores of the same array", e.location)


def combined(effects: list[LiftedEffect], base: Context) -> list[LiftedEffect]:
    """The effects, with updates of the same elements made into one.

    Raises Unsupported for updates that may share elements otherwise.
    """
    result: list[LiftedEffect] = []
    for e in effects:
        for number, first in enumerate(result if is_atomic(e.effect) else ()):
            if first.effect.array != e.effect.array:
                continue
            both = _both(first, e)
            if both is not None:
                result[number] = both
                break
            if not apart(first, e, base)[0]:
                reason = "several updates of one array that may share elements"
                raise Unsupported(f"tt.{e.effect.kind}", reason, e.effect.location)
        else:
            result.append(e)
    return result


def _both(first: LiftedEffect, second: LiftedEffect) -> LiftedEffect | None:
    """One effect for both, if they update the same elements index by index."""
    ours, theirs = first.output.coordinates.variables, second.output.coordinates.variables
    if len(ours) != len(theirs):
        return None
    renamed = dict(zip(theirs, ours, strict=True))

    def same(a: Term, b: Term) -> bool:
        return a is substitute(b, renamed)

    boxes = [[t for v, low, high in e.domain.box for t in (v, low, high)] for e in (first, second)]
    if not (
        same(first.output.offset, second.output.offset)
        and same(first.output.guard, second.output.guard)
        and same(first.domain.rest, second.domain.rest)
        and len(boxes[0]) == len(boxes[1])
        and all(a is b if a is None or b is None else same(a, b) for a, b in zip(*boxes, strict=True))
        and first.covered == second.covered
    ):
        return None
    old = before_update(first.effect, first.output.offset, first.output.value.sort)

    def after(value: Term, update: Term) -> Term:
        return substitute(substitute(fresh_names(update), renamed), {old: value})

    output = Output(
        first.output.coordinates,
        first.output.offset,
        first.output.guard,
        after(first.output.value, second.output.value),
    )
    return replace(
        first,
        output=output,
        value=after(first.value, second.value),
        grid=[*first.grid, *(g for g in second.grid if g not in first.grid)],
        wraps=[*first.wraps, *(w.renamed(renamed) for w in second.wraps)],
    )
