"""Plain accumulators: x_{t+1} = x_t ⊕ g(t) with g free of x gives x_t = x₀ ⊕ ⊕_{u<t} g(u).

⊕ is +, ·, max, min, ∧ or ∨, of truth values or bit by bit, associative with a unit; the proof is by induction on t. A
guarded step `c ? x ⊕ g : x` accumulates `c ? g : unit`. Truth values kept as integers, x₀ and all g among 0 and 1, are
1 where all (one) of them are.
"""

from __future__ import annotations

from collections.abc import Callable

from triton_lift.closing.recurrence import Recurrence
from triton_lift.simplification.reductions import unit
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.substitution import substitute
from triton_lift.terms.term import Term, by_order, make, var


def _bit_by_bit(op: str) -> Callable[..., Term]:
    def combine(first: Term, *rest: Term) -> Term:
        for other in rest:
            first = make(op, tuple(sorted((first, other), key=by_order)))
        return first

    return combine


# n-ary operator of the step → (kind of the reduction, its constructor)
_OPERATORS: dict[str, tuple[str, Callable[..., Term]]] = {
    "radd": ("add", reals.add),
    "rmul": ("mul", reals.mul),
    "rmax": ("max", reals.maximum),
    "rmin": ("min", reals.minimum),
    "imax": ("max", ints.maximum),
    "imin": ("min", ints.minimum),
    "and": ("and", bools.conjunction),
    "or": ("or", bools.disjunction),
    "bitand": ("bitand", _bit_by_bit("bitand")),
    "bitor": ("bitor", _bit_by_bit("bitor")),
}


def accumulator(r: Recurrence) -> Term | None:
    """x_t = x₀ ⊕ ⊕_{u<t} g(u)."""
    found = _increment(r, r.step)
    if found is None:
        return None
    kind, combine, g = found
    u = var("u")
    body = substitute(g, {r.var: u})
    flags = _flags(kind, body, r.init)
    if flags is not None:
        every = "and" if kind == "bitand" else "or"
        return reals.select(
            make("reduce", (u, ints.ZERO, r.time, bools.TRUE, flags), (every, 1), "bool"), ints.ONE, ints.ZERO
        )
    total = make("reduce", (u, ints.ZERO, r.time, bools.TRUE, body), (kind, 1), body.sort)
    return combine(r.init, total)


def _flags(kind: str, g: Term, init: Term) -> Term | None:
    """The condition under which 0 or 1 is 1, of a state that begins as what changes nothing among them."""
    wanted = {"bitand": (ints.ONE, bools.TRUE), "bitor": (ints.ZERO, bools.FALSE)}.get(kind)
    if wanted is None or init is not wanted[0]:
        return None
    neutral = unit(kind, "int")

    def condition(t: Term) -> Term | None:
        if t is neutral and t is not ints.ZERO:
            return bools.TRUE
        if t in (ints.ZERO, ints.ONE):
            return bools.TRUE if t is ints.ONE else bools.FALSE
        if t.op != "select":
            return None
        c, (a, b) = t.args[0], (condition(x) for x in t.args[1:])
        if a is None or b is None:
            return None
        return bools.disjunction(bools.conjunction(c, a), bools.conjunction(bools.negate(c), b))

    return condition(g)


def _increment(r: Recurrence, step: Term) -> tuple[str, Callable[..., Term], Term] | None:
    if step.op == "select" and r.free_of_state(step.args[0]):
        c, a, b = step.args
        for kept, changed, guard in ((b, a, c), (a, b, bools.negate(c))):
            if kept is r.state:
                found = _increment(r, changed)
                if found is not None:
                    kind, combine, g = found
                    neutral = unit(kind, g.sort)
                    if neutral is not None:
                        return kind, combine, reals.select(guard, g, neutral)
        return None
    if step.op == "select" and step.sort == "real":
        step = _selected_extremum(r, step)
    entry = _OPERATORS.get(step.op)
    if entry is None or r.state not in step.args:
        return None
    kind, combine = entry
    others = list(step.args)
    others.remove(r.state)
    if not all(r.free_of_state(o) for o in others):
        return None
    return kind, combine, combine(*others)


def _selected_extremum(r: Recurrence, step: Term) -> Term:
    """`x < g ? g : x` is max(x, g) where x and g are never undefined; x is not, if x₀ and g are not.

    Then they also equal themselves, whatever the step would do otherwise.
    """
    c, a, b = step.args
    others = [t for t in (a, b) if t is not r.state]
    if len(others) != 1 or not (reals.number(others[0]) and reals.number(r.init)):
        return step
    itself = {reals.compare("req", t, t): bools.TRUE for t in (a, b)}
    c = substitute(c, {t: value for t, value in itself.items() if t is not value})
    a, b = (b, a) if c.op == "not" else (a, b)
    c = c.args[0] if c.op == "not" else c
    if c.op in ("rlt", "rle") and {a, b} == set(c.args):
        return reals.minimum(a, b) if a is c.args[0] else reals.maximum(a, b)
    return step
