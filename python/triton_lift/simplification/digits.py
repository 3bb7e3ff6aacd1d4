"""A flat index of a tile is the two that it was made of.

⊕ over k < a·b of f(⌊k / b⌋, k mod b) is ⊕ over i < a, j < b of f(i, j), for numbers a and b:
k ↦ (⌊k / b⌋, k mod b) is a bijection. That is how a reduction over both axes of a tile is compiled.
"""

from __future__ import annotations

from triton_lift.terms import integers as ints
from triton_lift.terms.substitution import substitute
from triton_lift.terms.term import Term, subterms, var

Ranges = list[tuple[Term, Term, Term]]


def into_digits(box: Ranges, guard: Term, body: Term) -> tuple[Ranges, Term, Term]:
    """The box with an index k that occurs only in quotients and remainders replaced by these."""
    for place, (v, low, high) in enumerate(box):
        size = ints.value_of(high)
        if low is not ints.ZERO or size is None or any(v in e.free for _, *ends in box for e in ends):
            continue
        digits = [u for u in subterms([guard, body]) if u.op in ("fdiv", "fmod") and u.args[0] is v]
        bases = [ints.value_of(u.args[1]) for u in digits]
        base = min((b for b in bases if b is not None), default=0)
        if base < 2 or size % base or any(b is None or b % base for b in bases):
            continue
        front, back = var("k"), var("k")
        to = {u: _digit(u.op, b // base, base, front, back) for u, b in zip(digits, bases, strict=True) if b}
        changed = [substitute(t, to) for t in (guard, body)]
        if any(v in t.free for t in changed):
            continue
        pair = [(front, ints.ZERO, ints.const(size // base)), (back, ints.ZERO, ints.const(base))]
        return [*box[:place], *pair, *box[place + 1 :]], changed[0], changed[1]
    return box, guard, body


def _digit(op: str, more: int, base: int, front: Term, back: Term) -> Term:
    """Quotient or remainder of front·base + back by more·base."""
    if op == "fdiv":
        return front if more == 1 else ints.fdiv(front, ints.const(more))
    return back if more == 1 else ints.add(ints.scale(ints.fmod(front, ints.const(more)), base), back)
