"""The last program to arrive: a counter that every program increments once, and what only the last of them does.

Theorem. Let a counter be 0 before the kernel, and let each of the n programs add 1 to it exactly once, atomically. Then
the values that the additions return are 0, …, n − 1, each once, and the program that gets n − 1 comes after all others:
what all programs did before their additions has happened, and nobody does anything later but that program.
Where the counter is loaded again after the addition, instead of taking what the addition returns, a program that finds
n knows the same; at least one does, but there may be several.

So such a kernel is two: what every program does before its addition, and then, once, what the last one does. Taken for
granted is that who sees another's addition sees what that program stored before it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from triton_lift.reading.kernel import Arrival, Effect, Kernel, Unsupported, WrapRisk
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.substitution import substitute
from triton_lift.terms.term import Term, subterms

_OP = "tt.atomic_rmw"
_ORDER = "the value that it returns depends on the order in which programs run"
_TICKET = (
    "its result is a place to store at: places are given out in the order in which programs arrive, "
    "so what is stored is known up to a permutation only"
)


@dataclass(frozen=True)
class _Found:
    """A condition that says of its program that it is the last: `counter` = n − 1 as returned, or n as loaded."""

    condition: Term
    counter: Term
    programs: Term
    effect: Effect


def split(kernel: Kernel) -> Kernel:
    """The kernel with what only the last program to arrive does set apart; the kernel itself where there is no such.

    Values that atomic updates return are refused anywhere else.
    """
    try:
        found = _find(kernel)
        result = kernel if found is None else _apart(kernel, found)
    except Unsupported as problem:
        return replace(kernel, unsupported=[*kernel.unsupported, problem])
    left = _returned(result)
    return result if left is None else replace(result, unsupported=[*result.unsupported, left])


def arrival_of(kernel: Kernel, orders: dict[Term, int]) -> int | None:
    """Where in program order the last program learns that it is: what it reads later is what all have stored.

    `orders`: the latest place at which each element is loaded, where atomic updates precede it.
    """
    try:
        found = _find(kernel)
    except Unsupported:
        return None
    if found is None:
        return None
    return found.effect.order if found.counter.op == "fetched" else orders[found.counter]


def _find(kernel: Kernel) -> _Found | None:
    found = {
        condition: f
        for e in kernel.effects
        for condition in bools.conjuncts(e.guard)
        if (f := _last(condition, kernel)) is not None
    }
    if len(found) > 1:
        raise Unsupported(_OP, "programs arrive at several counters", kernel.location)
    return next(iter(found.values()), None)


def _last(condition: Term, kernel: Kernel) -> _Found | None:
    if condition.op not in ("eq0", "req"):
        return None
    for counter in subterms([condition]):
        effect = _increment(counter, kernel)
        value = _solved(condition, counter) if effect is not None else None
        if effect is None or value is None or value.free:
            continue
        programs = ints.add(value, ints.ONE) if counter.op == "fetched" else value
        if programs is ints.ONE:
            continue  # the first to arrive: the last as well if it is alone
        return _Found(condition, counter, programs, effect)
    return None


def _increment(counter: Term, kernel: Kernel) -> Effect | None:
    """The addition of 1, once in each program, that `counter` is the result of, or a load after it."""
    for e in kernel.effects:
        one = reals.value_of(e.value) if e.value.sort == "real" else ints.value_of(e.value)
        if e.kind != "atomic_add" or one != 1 or e.loops or e.lanes or e.guard is not bools.TRUE:
            continue
        if counter.op == "fetched" and not counter.args and counter.attr == e.order:
            return e
        if counter.op != "read" or counter.attr[1] <= e.version or counter.args[0] is not e.offset:
            continue
        if counter.attr == (e.array, counter.attr[1], ()):
            return e
    return None


def _solved(condition: Term, counter: Term) -> Term | None:
    """The integer that the counter equals, if it equals one."""
    if condition.op == "eq0":
        split = ints.coefficient(condition.args[0], counter)
        sign = None if split is None else ints.value_of(split[0])
        return None if split is None or sign not in (1, -1) else ints.scale(split[1], -sign)
    a, b = condition.args
    for side, other in ((a, b), (b, a)):
        if side is counter:
            return _whole(other)
        if side.op == "radd" and counter in side.args:
            rest = reals.add(*(t for t in side.args if t is not counter))
            return _whole(reals.sub(other, rest))
    return None


def _whole(t: Term) -> Term | None:
    """The integer that a real is."""
    number = reals.value_of(t)
    if number is not None:
        return ints.const(number.numerator) if number.denominator == 1 else None
    if t.op == "toreal":
        return t.args[0]
    parts = [_whole(a) for a in t.args] if t.op == "radd" else [None]
    return None if any(p is None for p in parts) else ints.add(*(p for p in parts if p is not None))


def _apart(kernel: Kernel, found: _Found) -> Kernel:
    counter = found.effect
    before, afterwards = [], []
    for e in kernel.effects:
        if e is counter:
            continue
        if found.condition in bools.conjuncts(e.guard):
            afterwards.append(_by_the_last(e, found))
        elif e.order < counter.order:
            before.append(e)
        else:
            reason = (
                "what is stored after the counter is incremented, by other programs than the last to arrive"
            )
            raise Unsupported(f"tt.{e.kind}", reason, e.location)
    if any(e.order < counter.order for e in afterwards):
        raise Unsupported(_OP, "the last program to arrive is asked for before it arrives", counter.location)
    loaded = found.counter.op == "read"
    return replace(
        kernel, effects=before, arrival=Arrival(counter, found.programs, loaded, tuple(afterwards))
    )


def _by_the_last(e: Effect, found: _Found) -> Effect:
    """The effect, given that its program is the last."""
    value = found.programs if found.counter.op == "read" else ints.sub(found.programs, ints.ONE)
    known = {found.counter: reals.from_int(value) if found.counter.sort == "real" else value}

    def given(t: Term) -> Term:
        return substitute(t, known)

    def risky(risks: tuple[WrapRisk, ...]) -> tuple[WrapRisk, ...]:
        return tuple(replace(r, term=given(r.term)) for r in risks)

    rest = bools.conjunction(*(c for c in bools.conjuncts(e.guard) if c is not found.condition))
    # The exchange for a number, with which counters are reset, is a store where nobody else is there any more.
    kind = "store" if e.kind == "atomic_xchg" and found.counter.op == "fetched" else e.kind
    if kind != "store":
        raise Unsupported(f"tt.{e.kind}", "an atomic update by the last program to arrive", e.location)
    return replace(
        e,
        kind=kind,
        offset=given(e.offset),
        guard=given(rest),
        value=given(e.value),
        risks=risky(e.risks),
        loop_risks=tuple(map(risky, e.loop_risks)),
        guards=tuple(
            (bools.TRUE if c is found.condition else given(c), risky(risks)) for c, risks in e.guards
        ),
    )


def _returned(kernel: Kernel) -> Unsupported | None:
    """Why a value is refused that an atomic update returns, where one is used."""
    effects = [*kernel.effects, *(kernel.arrival.effects if kernel.arrival else ())]
    roots = [t for e in effects for t in (e.offset, e.guard, e.value)]
    for loop in kernel.loops.values():
        roots += [loop.step, loop.trips, loop.guard]
        roots += [t for carry in loop.carries.values() for t in (carry.init, carry.next)]
    roots += [t for fold in kernel.folds.values() for t in fold]
    used = next((u for u in subterms(roots) if u.op == "fetched"), None)
    if used is None:
        return None
    places = subterms(e.offset for e in effects)
    location = next((e.location for e in effects if e.order == used.attr), kernel.location)
    return Unsupported(_OP, _TICKET if used in places else _ORDER, location)


def asks_for_atomics(summary: dict[str, Any]) -> bool:
    """Whether something depends on what an atomic update returned, or was read after one."""
    return any(
        op == "fetched" or (op == "read" and "order" in attrs) for op, _, _, attrs, _ in summary["terms"]
    )
