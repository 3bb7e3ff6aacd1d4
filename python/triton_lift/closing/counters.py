"""A counter that runs on over consecutive ranges: programs take tiles in turn, group after group.

Let L be another carried value with next value E, and let a step bring x from L ≤ x to the first of x, x + s, x + 2·s, …
that is not below E (`while L <= x and x < E: …; x += s`); what it does to an x < L does not matter. Then, for s > 0 and
L₀ ≤ x₀,
    x_t = x₀ + s·max(0, ⌈(M_t − x₀)/s⌉), where M_t = max_{u≤t} L_u.
By induction on t: x_t is the least of x₀ + s·ℕ that is ≥ L_u for all u ≤ t (and so L_t ≤ x_t), and the least one that
is ≥ max(M_t, L_{t+1}) is the first from x_t on that is ≥ E = L_{t+1}. If no range is shorter than 0, M_t = L_t: where
the lengths are read from memory, that is presupposed. The programs that take turns are s: asked for as a precondition.
"""

from __future__ import annotations

from itertools import permutations, product

from triton_lift.closing.recurrence import Recurrence
from triton_lift.closing.rescaled import Companions
from triton_lift.proving import Context
from triton_lift.simplification import PreconditionRequest
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms.substitution import substitute
from triton_lift.terms.term import Term, by_order, make, subterms, var


def running(r: Recurrence, companions: Companions) -> Term | None:
    """x_t of a counter that goes on to the end of each range."""
    found = _step(r) if r.state.sort == "int" and r.facts is not None else None
    if found is None or r.facts is None:
        return None
    low, end, stride = found
    states = {u for u in subterms([low, end]) if u.op == "state" and u.attr[0] == r.state.attr[0]}
    following = {u: companions.next_of(u) for u in states}
    if substitute(low, {**following, r.var: ints.add(r.var, ints.ONE)}) is not end:
        return None
    firsts = {u: companions.initially(u) for u in states}
    started = {u: first for u, first in firsts.items() if first is not None}
    programs = [u for u in subterms([r.init]) if u.op == "pid"]
    facts = r.facts.extend(*(bools.le(ints.ZERO, p) for p in programs))
    beginning = substitute(low, {**started, r.var: ints.ZERO})
    if len(started) < len(states) or not facts.proves(bools.le(beginning, r.init)):
        return None
    if not facts.positive(stride):
        return None

    def at(t: Term, moment: Term) -> Term:
        return companions.resolve(
            substitute(substitute(t, {r.var: moment}), {u: companions.at(u, moment) for u in states})
        )

    from_0 = facts.proves(bools.le(ints.ZERO, beginning))
    length, reached = at(ints.sub(end, low), u := var("u")), at(low, u)
    if not _presupposed(r, companions, facts, length, u, [bools.le(ints.ZERO, reached)] if from_0 else []):
        return None
    in_turn = False
    if r.init.op == "pid" and not stride.free:
        turns = bools.eq(make("nprogs", (), r.init.attr), stride)
        if not facts.proves(turns):
            raise PreconditionRequest(turns)
        in_turn = from_0
    rounds = ints.fdiv(ints.add(at(low, r.time), ints.scale(r.init, -1), stride, ints.const(-1)), stride)
    # ⌈(M_t − x₀)/s⌉ ≥ 0 where x₀ < s and M_t ≥ 0.
    return ints.add(r.init, ints.mul(stride, rounds if in_turn else ints.maximum(ints.ZERO, rounds)))


def _step(r: Recurrence) -> tuple[Term, Term, Term] | None:
    """L, E and s."""
    x, inside = r.state, subterms([r.step])
    bounds = {bound: None for c in inside if (bound := _bound(c, x)) is not None}
    quotients = [u for u in inside if u.op == "fdiv" and r.free_of_state(u.args[1])]
    strides = {ints.ONE: None} | {q.args[1]: None for q in quotients}
    for q in quotients:
        split = ints.coefficient(q.args[0], x)
        if split is not None and ints.value_of(split[0]) == -1:
            bounds[ints.add(split[1], ints.ONE, ints.scale(q.args[1], -1))] = None
    if len(bounds) > 3:
        return None
    for (low, end), stride in product(permutations(bounds, 2), strides):
        rounds = ints.fdiv(ints.add(end, ints.scale(x, -1), stride, ints.const(-1)), stride)
        going_on = ints.add(x, ints.mul(stride, rounds))
        advanced = ints.add(x, ints.mul(stride, ints.maximum(ints.ZERO, rounds)))
        over = {bools.le(rounds, ints.ZERO): True, bools.lt(ints.ZERO, rounds): False}
        below, beyond = (
            substitute(
                r.step, _decided(x, low, end, past) | {c: bools.const(v is past) for c, v in over.items()}
            )
            for past in (False, True)
        )
        if below in (advanced, going_on) and beyond in (advanced, x):
            return low, end, stride
    return None


def _bound(c: Term, x: Term) -> Term | None:
    """b of a comparison b ≤ x or x < b."""
    split = ints.coefficient(c.args[0], x) if c.op == "le0" and x in subterms([c]) else None
    sign = None if split is None else ints.value_of(split[0])
    if split is None or sign not in (1, -1):
        return None
    return split[1] if sign == -1 else ints.sub(ints.ONE, split[1])


def _decided(x: Term, low: Term, end: Term, past: bool) -> dict[Term, Term]:
    """The comparisons of x with L and E, where L ≤ x."""
    return {
        bools.le(low, x): bools.TRUE,
        bools.lt(x, low): bools.FALSE,
        bools.le(end, x): bools.const(past),
        bools.lt(x, end): bools.const(not past),
    }


def _presupposed(
    r: Recurrence, companions: Companions, facts: Context, length: Term, u: Term, following: list[Term]
) -> bool:
    """Whether no range is shorter than 0, if need be as what is presupposed of memory."""
    during = facts.extend(bools.le(ints.ZERO, u), bools.lt(u, r.trips))
    if during.proves(bools.le(ints.ZERO, length)):
        return True
    sizes = [
        bools.le(ints.ZERO, ints.add(a.args[0], ints.ONE, ints.scale(a.args[1], -1)))
        for a in sorted(ints.atoms(length), key=by_order)
        if a.op in ("tdiv", "fdiv") and (ints.value_of(a.args[1]) or 0) > 0
    ]
    if not sizes or not during.extend(*sizes).proves(bools.le(ints.ZERO, length)):
        sizes = [bools.le(ints.ZERO, length)]
    if not all(any(t.op == "read" for t in subterms([size])) for size in sizes):
        return False
    companions.presuppose(u, sizes, following)
    return True
