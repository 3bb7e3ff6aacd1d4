"""Elements taken one after the other, the greatest first: x'_i = (i = argmax_j x_j ? c : x_i), c ≤ every x_j.

Let rank(i) = #{j : x_j > x_i, or x_j = x_i and j < i}. By induction on t
    x_t(i) = (rank(i) < t ? c : x₀(i)):
the elements above c have ranks 0, 1, …; if one of them is left, the greatest left is the one of rank t, and of equal
ones the first; if none is left, x_t is c everywhere, and putting c somewhere changes nothing. Likewise for min, and for
the last of equal ones. None of the x_j may be undefined: where that is not plain, it is presupposed (`provided`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from triton_lift.closing.recurrence import Recurrence
from triton_lift.reading.floats import bounded
from triton_lift.simplification import PreconditionRequest
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.binding import canonical_names, fresh_names
from triton_lift.terms.substitution import substitute
from triton_lift.terms.term import Term, make, ranges, reduce_body, reduce_guard, subterms, var


@dataclass(frozen=True)
class _Taken:
    """What is taken: the extremum over `axis` (max: sign 1), of equal ones the first (order 1) or the last."""

    axis: int
    size: Term
    sign: int
    order: int


def taken_in_order(r: Recurrence) -> Term | None:
    """x_t, told by the ranks of the elements."""
    if r.step.op != "select" or r.step.sort != "real":
        return None
    condition, chosen, other = r.step.args
    if condition.op == "not":
        condition, chosen, other = condition.args[0], other, chosen
    if other is not r.state or chosen.op not in ("real", "inf"):
        return None
    taken = _taken(r, condition)
    if taken is None or not bounded(r.init, chosen, taken.sign, r.element_type):
        return None
    i, mine = r.state.args[taken.axis], r.init
    value = reals.select(bools.lt(_rank(mine, i, taken), r.time), chosen, mine)
    if reals.number(r.init):
        return value
    return make("provided", (value, _sum(mine, i, taken.size)), None, "real")


def _sum(x: Term, i: Term, size: Term) -> Term:
    """The sum of all elements: where it is finite, so is each of them."""
    k = var("k")
    body = substitute(fresh_names(x), {i: k})
    return make("reduce", (k, ints.ZERO, size, bools.TRUE, body), ("add", 1), "real")


def _rank(x: Term, i: Term, taken: _Taken) -> Term:
    """How many of the elements are taken before the one at i."""
    j = var("j")
    theirs = substitute(fresh_names(x), {i: j})
    above = reals.compare("rlt", x, theirs) if taken.sign > 0 else reals.compare("rlt", theirs, x)
    before = bools.lt(j, i) if taken.order > 0 else bools.lt(i, j)
    ahead = bools.disjunction(above, bools.conjunction(reals.compare("req", theirs, x), before))
    return make("reduce", (j, ints.ZERO, taken.size, ahead, ints.ONE), ("add", 1), "int")


def greatest_left(t: Term, element_type: Callable[[int], str] | None) -> Term:
    """`t`; of the extremum of an x_t as above, or of its place, the element of rank t, or its place.

    Theorem: for t < n and c ≤ every x_j, max_i x_t(i) is the element of rank t: those of lower rank have become c, the
    others do not come before it. If c is below every x_j, it stands where x_t has its maximum first. For t ≥ n there
    is nothing but c, first at 0. Likewise for min.
    """
    kind = t.attr[0].removeprefix("arg") if t.op in ("reduce", "argreduce") else None
    if kind not in ("max", "min") or t.attr[1] != 1 or reduce_guard(t) is not bools.TRUE:
        return t
    ((i, low, size),) = ranges(t)
    body, by_place = reduce_body(t), t.op == "argreduce"
    presupposed = body.args[1] if body.op == "provided" else None
    body = body.args[0] if body.op == "provided" else body
    if low is not ints.ZERO or body.op != "select" or body.args[0].op != "le0":
        return t
    (taken_before,), (chosen, x) = body.args[0].args, body.args[1:]
    sign = 1 if kind == "max" else -1
    counts = [a for a in ints.atoms(taken_before) if a.op == "reduce" and i in a.free]
    if len(counts) != 1 or chosen.op not in ("real", "inf") or (presupposed and i in presupposed.free):
        return t
    split = ints.coefficient(taken_before, counts[0])
    if split is None or split[0] is not ints.ONE or i in split[1].free or size.free:
        return t
    # An infinite c is below what is finite.
    finite = (
        chosen.op == "inf"
        and presupposed is not None
        and canonical_names(presupposed) is canonical_names(_sum(x, i, size))
    )
    orders = [1] if by_place else [1, -1]
    rank = canonical_names(counts[0])
    if not any(canonical_names(_rank(x, i, _Taken(0, size, sign, order))) is rank for order in orders):
        return t
    if by_place and (
        t.args[-1] is not i or not (finite or bounded(x, chosen, sign, element_type, strictly=True))
    ):
        return t
    if not bounded(x, chosen, sign, element_type):
        return t
    time = ints.sub(ints.ONE, split[1])  # rank − time + 1 ≤ 0
    elements = x if presupposed is None else make("provided", (x, presupposed), None, "real")
    points = (i, ints.ZERO, size, bools.TRUE, elements, time)
    attr = ("largest" if sign > 0 else "smallest", 1)
    if by_place:
        place = make("argranked", points, attr, "int")
        return reals.select(bools.lt(time, size), place, ints.ZERO)
    return reals.select(bools.lt(time, size), make("ranked", points, attr, "real"), chosen)


def _taken(r: Recurrence, condition: Term) -> _Taken | None:
    """What a condition i = argmax_j x_j takes, where it is one."""
    if condition.op != "eq0":
        return None
    places = [a for a in ints.atoms(condition.args[0]) if a.op == "argreduce" and not r.free_of_state(a)]
    if len(places) != 1 or places[0].attr[1] != 1 or reduce_guard(places[0]) is not bools.TRUE:
        return None
    (place,) = places
    ((j, low, high),) = ranges(place)
    axes = [k for k, a in enumerate(r.state.args) if a is not _at(reduce_body(place), k)]
    if len(axes) != 1 or r.extents is None or reduce_body(place).op != "state":
        return None
    (axis,) = axes
    i = r.state.args[axis]
    size = r.extents.get(i)
    everywhere = make("state", (*r.state.args[:axis], j, *r.state.args[axis + 1 :]), r.state.attr, "real")
    if size is None or low is not ints.ZERO or high is not ints.const(size):
        return None
    if reduce_body(place) is not everywhere:
        return None
    index = ints.coefficient(place.args[-1], j)
    split, mine = ints.coefficient(condition.args[0], place), ints.coefficient(condition.args[0], i)
    if index is None or split is None or mine is None or j in index[1].free or i in split[0].free:
        return None
    order, factor, ours = (ints.value_of(c) for c in (index[0], split[0], mine[0]))
    if order not in (1, -1) or factor not in (1, -1) or ours != -(factor * order):
        return None
    # factor·(order·j* + shift) + ours·i + rest = ours·(i − j*) + (factor·shift + rest)
    remainder = ints.add(ints.scale(index[1], factor), split[1], ints.scale(i, -ours))
    if remainder is not ints.ZERO and not _zero(r, remainder):
        return None
    return _Taken(axis, high, 1 if place.attr[0] == "argmax" else -1, order)


def _at(state: Term, axis: int) -> Term | None:
    return state.args[axis] if axis < len(state.args) else None


def _zero(r: Recurrence, shift: Term) -> bool:
    """Whether a shift is zero, without which other elements are taken than the greatest; asked for, if arguments
    alone decide."""
    zero = bools.eq(shift, ints.ZERO)
    if r.facts is None or zero is bools.FALSE:
        return False
    if r.facts.proves(zero):
        return True
    if all(u.op == "param" for u in subterms([shift]) if not u.args and u.op != "int"):
        raise PreconditionRequest(zero)
    return False


def _differs(x: Term, infinite: Term) -> bool:
    """Whether x is certainly not that infinity."""
    return not reals.may_be_infinite(x, infinite.attr)
