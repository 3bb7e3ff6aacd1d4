"""States whose elements mix: x'_i = Σ_j M(t)_{ij}·x_j + b(t)_i, as in the delta rule, (I − β·k·kᵀ)·x + β·v·k.

    x_t = (M(t−1)···M(0))·x₀ + Σ_{u<t} (M(t−1)···M(u+1))·b(u)
by induction on t, as for numbers; a product of no matrices is the identity. The index i runs over the whole dimension
of the tensor, and so does the sum; what occurs is finite wherever it is defined, and nothing undefined is left out.
"""

from __future__ import annotations

from dataclasses import dataclass

from triton_lift.closing.recurrence import Recurrence
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.binding import fresh_names
from triton_lift.terms.substitution import substitute
from triton_lift.terms.term import Term, make, ranges, reduce_body, reduce_guard, subterms, var


@dataclass(frozen=True)
class Mixed:
    """diagonal·x_i + Σ_j rows(j)·x_j + rest; `rows` in terms of the variable j."""

    diagonal: Term
    rows: Term
    rest: Term


def matrix_recurrence(r: Recurrence) -> Term | None:
    """x_t in terms of products of matrices."""
    found = _mixing_axis(r)
    if found is None or r.state.sort != "real":
        return None
    axis, size = found
    i, j = r.state.args[axis], var("j")
    mixed = _mixed(r, r.step, axis, size, j)
    if mixed is None:
        return None
    parts = (mixed.diagonal, mixed.rows, mixed.rest, r.init)
    if any(reals.may_be_infinite(t, sign) for t in parts for sign in (1, -1)):
        return None
    same_place = reals.select(bools.eq(i, j), mixed.diagonal, reals.ZERO)
    matrix = reals.add(same_place, mixed.rows)
    u, col = var("u"), var("j")

    def product(low: Term) -> Term:
        v, row_index, col_index = var("v"), var("i"), var("j")
        body = substitute(fresh_names(matrix), {i: row_index, j: col_index, r.var: v})
        box = (v, low, r.time, row_index, ints.ZERO, size, col_index, ints.ZERO, size)
        return make("matprod", (*box, bools.TRUE, body, i, col), ("matprod", 3), "real")

    def applied(low: Term, vector: Term) -> Term:
        body = reals.mul(product(low), substitute(fresh_names(vector), {i: col}))
        total = make("reduce", (col, ints.ZERO, size, bools.TRUE, body), ("add", 1), "real")
        return fresh_names(total)

    added = substitute(mixed.rest, {r.var: u})
    each = applied(ints.add(u, ints.ONE), added)
    sums = make("reduce", (u, ints.ZERO, r.time, bools.TRUE, each), ("add", 1), "real")
    return reals.add(applied(ints.ZERO, r.init), sums)


def _mixing_axis(r: Recurrence) -> tuple[int, Term] | None:
    """The one index by which the state's other occurrences differ, and the size of that dimension."""
    coordinates = r.state.args
    axes = {
        k
        for u in subterms([r.step])
        if u.op == "state" and u.attr == r.state.attr
        for k, (a, b) in enumerate(zip(u.args, coordinates, strict=True))
        if a is not b
    }
    if len(axes) != 1:
        return None
    (axis,) = axes
    extent = None if r.extents is None else r.extents.get(coordinates[axis])
    return None if extent is None else (axis, ints.const(extent))


def _mixed(r: Recurrence, step: Term, axis: int, size: Term, j: Term) -> Mixed | None:
    if r.free_of_state(step):
        return Mixed(reals.ZERO, reals.ZERO, step)
    if step is r.state:
        return Mixed(reals.ONE, reals.ZERO, reals.ZERO)
    match step.op:
        case "radd":
            parts = [_mixed(r, p, axis, size, j) for p in step.args]
            known = [p for p in parts if p is not None]
            if len(known) < len(parts):
                return None
            sums = (reals.add(*(getattr(p, f) for p in known)) for f in ("diagonal", "rows", "rest"))
            return Mixed(*sums)
        case "rmul":
            mine = [p for p in step.args if not r.free_of_state(p)]
            inner = _mixed(r, mine[0], axis, size, j) if len(mine) == 1 else None
            others = [p for p in step.args if p not in mine]
            return None if inner is None else _scaled(inner, others)
        case "rdiv" if r.free_of_state(step.args[1]):
            inner = _mixed(r, step.args[0], axis, size, j)
            return None if inner is None else _scaled(inner, [reals.div(reals.ONE, step.args[1])])
        case "select" if r.free_of_state(step.args[0]):
            one, other = (_mixed(r, p, axis, size, j) for p in step.args[1:])
            if one is None or other is None:
                return None
            fields = ("diagonal", "rows", "rest")
            return Mixed(*(reals.select(step.args[0], getattr(one, f), getattr(other, f)) for f in fields))
        case "reduce" if step.attr == ("add", 1) and reduce_guard(step) is bools.TRUE:
            return _summed(r, step, axis, size, j)
        case _:
            return None


def _scaled(inner: Mixed, factors: list[Term]) -> Mixed:
    return Mixed(*(reals.mul(p, *factors) for p in (inner.diagonal, inner.rows, inner.rest)))


def _summed(r: Recurrence, step: Term, axis: int, size: Term, j: Term) -> Mixed | None:
    """Σ_k (a(k)·x_k + b(k)) over the whole dimension."""
    ((k, low, high),) = ranges(step)
    if low is not ints.ZERO or high is not size:
        return None
    index = (*r.state.args[:axis], k, *r.state.args[axis + 1 :])
    there = Recurrence(
        make("state", index, r.state.attr, "real"), r.marker, r.var, r.time, r.init, r.step, r.trips
    )
    inner = _mixed(there, reduce_body(step), axis, size, j)
    if inner is None or inner.rows is not reals.ZERO:
        return None
    rest = (
        inner.rest
        if inner.rest is reals.ZERO
        else make("reduce", (*step.args[:-1], inner.rest), step.attr, "real")
    )
    return Mixed(reals.ZERO, substitute(fresh_names(inner.diagonal), {k: j}), rest)
