"""First-order linear recurrences: decays, exponential averages, gated states.

x_{t+1} = a(t)·x_t + b(t) with a and b free of x gives
    x_t = x₀·∏_{u<t} a(u) + Σ_{u<t} b(u)·∏_{u<v<t} a(v)
by induction: step t multiplies every product by a(t) and adds b(t), which goes with the empty product. a, b and x₀ are
finite wherever they are defined; each a(u) and b(u) occurs on the right, so nothing undefined is lost.
Likewise with max for + and + for ·: x_{t+1} = max(x_t + a(t), b(t)) gives
    x_t = max(x₀ + Σ_{u<t} a(u), max_{u<t} (b(u) + Σ_{u<v<t} a(v)))
for finite a, and x₀ and b below +∞; and for min.
"""

from __future__ import annotations

from triton_lift.closing.recurrence import Recurrence
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.binding import fresh_names
from triton_lift.terms.substitution import substitute
from triton_lift.terms.term import Term, make, var


def linear_recurrence(r: Recurrence) -> Term | None:
    """x_t in terms of sums of products."""
    split = affine(r, r.step) if r.state.sort == "real" else None
    if split is None or any(reals.may_be_infinite(t, sign) for t in (*split, r.init) for sign in (1, -1)):
        return None
    a, b = split
    u = var("u")
    from_start = reals.mul(r.init, product_of(a, r.var, ints.ZERO, r.time))
    if b is reals.ZERO:
        return from_start
    later = product_of(a, r.var, ints.add(u, ints.ONE), r.time)
    body = reals.mul(substitute(fresh_names(b), {r.var: u}), later)
    return reals.add(from_start, make("reduce", (u, ints.ZERO, r.time, bools.TRUE, body), ("add", 1), "real"))


def shifted_extremum(r: Recurrence) -> Term | None:
    """x_t of max(x + a, b), as stabilised states keep their exponent."""
    if r.step.op not in ("rmax", "rmin"):
        return None
    mine = [p for p in r.step.args if not r.free_of_state(p)]
    if len(mine) != 1 or mine[0].op != "radd" or mine[0].args.count(r.state) != 1:
        return None
    combine, kind, sign = (reals.maximum, "max", 1) if r.step.op == "rmax" else (reals.minimum, "min", -1)
    a = reals.add(*(p for p in mine[0].args if p is not r.state))
    b = combine(*(p for p in r.step.args if p is not mine[0]))
    if not r.free_of_state(a) or not reals.finite(a):
        return None
    if any(reals.may_be_infinite(t, sign) or not reals.number(t) for t in (r.init, b)):
        return None
    u = var("u")
    later = sum_of(a, r.var, ints.add(u, ints.ONE), r.time)
    body = reals.add(substitute(fresh_names(b), {r.var: u}), later)
    best = make("reduce", (u, ints.ZERO, r.time, bools.TRUE, body), (kind, 1), "real")
    return combine(reals.add(r.init, sum_of(a, r.var, ints.ZERO, r.time)), best)


def sum_of(a: Term, at: Term, low: Term, high: Term) -> Term:
    """Σ_{low ≤ v < high} a(v), where `at` is the variable in `a`."""
    v = var("v")
    body = substitute(fresh_names(a), {at: v})
    return make("reduce", (v, low, high, bools.TRUE, body), ("add", 1), "real")


def product_of(a: Term, at: Term, low: Term, high: Term) -> Term:
    """∏_{low ≤ v < high} a(v), where `at` is the variable in `a`."""
    v = var("v")
    body = substitute(fresh_names(a), {at: v})
    return make("reduce", (v, low, high, bools.TRUE, body), ("mul", 1), "real")


def affine(r: Recurrence, step: Term) -> tuple[Term, Term] | None:
    """`(a, b)` with step = a·x + b and neither mentioning x."""
    if r.free_of_state(step):
        return reals.ZERO, step
    if step is r.state:
        return reals.ONE, reals.ZERO
    match step.op:
        case "radd":
            parts = [affine(r, p) for p in step.args]
            if None in parts:
                return None
            a, b = zip(*parts, strict=True)
            return reals.add(*a), reals.add(*b)
        case "rmul":
            mine = [p for p in step.args if not r.free_of_state(p)]
            inner = affine(r, mine[0]) if len(mine) == 1 else None
            if inner is None:
                return None
            others = [p for p in step.args if p is not mine[0]]
            return reals.mul(inner[0], *others), reals.mul(inner[1], *others)
        case "rdiv" if r.free_of_state(step.args[1]):
            inner = affine(r, step.args[0])
            return inner and (reals.div(inner[0], step.args[1]), reals.div(inner[1], step.args[1]))
        case "select" if r.free_of_state(step.args[0]):
            first, second = (affine(r, s) for s in step.args[1:])
            if first is None or second is None:
                return None
            c = step.args[0]
            return reals.select(c, first[0], second[0]), reals.select(c, first[1], second[1])
        case _:
            return None
