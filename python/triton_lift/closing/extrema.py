"""Where a running extremum was attained.

Let m' = max(m, w(t)) and j' = (m < w(t) ? i(t) : j). By induction on t ≥ 1, with M = max_{u<t} w(u):
    j_t = (m₀ < M ? i(u*) : j₀), where u* is the least u < t with w(u) = M;
with ≤ for < the greatest u is meant, and m₀ ≤ M asked.
If moreover w(u) = max_{l<B} e(u, l) and i(u) = b(u) + (the least l that attains it), b growing by at least B in each
iteration, then i(u*) is the least b(u) + l at which e attains M over all u < t and l < B. Likewise for min.
"""

from __future__ import annotations

from triton_lift.closing.recurrence import Recurrence
from triton_lift.closing.rescaled import Companions
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.binding import canonical_names, fresh_names
from triton_lift.terms.substitution import substitute
from triton_lift.terms.term import Term, make, ranges, reduce_body, reduce_guard, subterms, var

_KINDS = {"rmax": "max", "imax": "max", "rmin": "min", "imin": "min"}


def attained(r: Recurrence, companions: Companions) -> Term | None:
    """x_t of a step that keeps up with where another state, a running extremum, was attained."""
    step = canonical_names(r.step)
    if step.op != "select":
        return None
    condition, chosen, kept = step.args
    if kept is not r.state or not r.free_of_state(condition) or not r.free_of_state(chosen):
        return None
    others = [u for u in subterms([condition]) if u.op == "state"]
    if len(others) != 1:
        return None
    (best,) = others
    found = _extremum(canonical_names(companions.next_of(best)), best)
    if found is None:
        return None
    kind, value = found
    if any(u.op == "state" for u in subterms([value, chosen])):
        return None
    better = _less(best, value) if kind == "max" else _less(value, best)
    last = condition is _at_most(*((best, value) if kind == "max" else (value, best)))
    if not (condition is better or last) or not (value.sort == "int" or reals.number(value)):
        return None
    first = companions.at(best, ints.ZERO)
    top = _over_time(r, value, kind)
    compared = _at_most if last else _less
    improved = compared(first, top) if kind == "max" else compared(top, first)
    where = None if last else _flat(r, value, chosen, kind)
    if where is None:
        u, sign = var("u"), -1 if last else 1
        body = substitute(fresh_names(value), {r.var: u})
        box = (u, ints.ZERO, r.time)
        least = make("argreduce", (*box, bools.TRUE, body, ints.scale(u, sign)), (f"arg{kind}", 1), "int")
        moment = ints.scale(least, sign)
        where = substitute(fresh_names(chosen), {r.var: moment})
    return reals.select(bools.le(r.time, ints.ZERO), r.init, reals.select(improved, where, r.init))


def _extremum(after: Term, best: Term) -> tuple[str, Term] | None:
    """`(kind, w)` of a step max(m, w) or (m < w ? w : m), or of a minimum."""
    if after.op in _KINDS and best in after.args and len(after.args) == 2:
        (value,) = (a for a in after.args if a is not best)
        return _KINDS[after.op], value
    if after.op == "select" and after.args[2] is best:
        condition, value, _ = after.args
        for kind, better in (("max", _less(best, value)), ("min", _less(value, best))):
            if condition is better:
                return kind, value
    return None


def _less(a: Term, b: Term) -> Term:
    return bools.lt(a, b) if a.sort == "int" else reals.compare("rlt", a, b)


def _at_most(a: Term, b: Term) -> Term:
    return bools.le(a, b) if a.sort == "int" else reals.compare("rle", a, b)


def _over_time(r: Recurrence, value: Term, kind: str) -> Term:
    u = var("u")
    body = substitute(fresh_names(value), {r.var: u})
    return make("reduce", (u, ints.ZERO, r.time, bools.TRUE, body), (kind, 1), body.sort)


def _flat(r: Recurrence, value: Term, chosen: Term, kind: str) -> Term | None:
    """The least index over all iterations and lanes, where the chosen index is a tile's start plus a lane."""
    lanes = [
        m[0] for m, c in ints.polynomial(chosen).items() if c == 1 and len(m) == 1 and m[0].op == "argreduce"
    ]
    if chosen.sort != "int" or len(lanes) != 1 or value.op != "reduce":
        return None
    (lane,) = lanes
    if lane.attr != (f"arg{kind}", 1) or value.attr != (kind, 1) or lane.args[:-1] != value.args:
        return None
    ((v, low, high),) = ranges(lane)
    start = ints.sub(chosen, lane)
    growth = ints.sub(substitute(start, {r.var: ints.add(r.var, ints.ONE)}), start)
    extent, step = ints.value_of(high), ints.value_of(growth)
    if low is not ints.ZERO or lane.args[-1] is not v or extent is None or step is None or step < extent:
        return None
    u, fresh = var("u"), var("l")
    inside = {r.var: u, v: fresh}
    guard, body = (substitute(part, inside) for part in (reduce_guard(lane), reduce_body(lane)))
    index = ints.add(substitute(start, {r.var: u}), fresh)
    box = (u, ints.ZERO, r.time, fresh, low, high)
    return make("argreduce", (*box, guard, body, index), (f"arg{kind}", 2), "int")
