"""First iterations written apart: `t = 0 ? f : g` is g, if f and g agree at t = 0 on what the loop starts with.

At t = 0 every carried value is its initial one, so nothing else has to agree.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from triton_lift.reading import Loop
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms.binding import canonical_names
from triton_lift.terms.rationals import same
from triton_lift.terms.substitution import rewrite, substitute
from triton_lift.terms.term import Term, subterms


def without_first(step: Term, counter: Term, initially: Callable[[Term], Term | None]) -> Term:
    """`step` without what it does apart in the first iteration; `initially` gives a state's value at t = 0."""
    first = bools.eq(counter, ints.ZERO)
    if not any(u is first for u in subterms([step])):
        return step
    start: dict[Term, Term] = {counter: ints.ZERO}
    for u in subterms([step]):
        if u.op == "state":
            value = initially(u)
            if value is not None:
                start[u] = value

    def visit(t: Term) -> Term | None:
        if t.op != "select" or t.args[0] is not first:
            return None
        _, here, later = t.args
        a, b = (canonical_names(substitute(x, start)) for x in (here, later))
        return later if a is b or (a.sort == "real" and same(a, b)) else None

    return rewrite(step, visit)


def generic(loop: Loop) -> Loop:
    """`loop` with steps that do nothing apart in the first iteration, where that is shown."""

    def initially(state: Term) -> Term | None:
        carry = loop.carries.get(state.attr[1]) if state.attr[0] == loop.id else None
        if carry is None:
            return None
        return substitute(
            carry.init, {c: i for c, i in zip(carry.coords, state.args, strict=True) if c.op == "var"}
        )

    carries = {}
    for pos, carry in loop.carries.items():
        carries[pos] = replace(carry, next=without_first(carry.next, loop.var, initially))
    return replace(loop, carries=carries)
