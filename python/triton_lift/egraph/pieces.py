"""Sums and extrema over ranges that are told apart by their ends: in the normal form they come to the same pieces.

Every range begins at 0. Σ_{k<n} f(k) is Σ_{k<m} f(k) + Σ_{k<n-m} f(m+k) for 0 ≤ m ≤ n, and is written so where one
of the two pieces occurs as well; of one point it is f(0). Maxima likewise, of pieces that are not empty. Which
pieces occur is known only after both sides have been read once: they are read again where that helps.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from triton_lift.egraph.algebra import Poly
from triton_lift.proving import Context
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms.substitution import substitute
from triton_lift.terms.term import Term, make, ranges, reduce_guard, subterms

if TYPE_CHECKING:
    from triton_lift.egraph.normal import Normal

_POINT = make("var", (), ("k", -1_000_001))  # in bodies that are compared
_MOST_KNOWN = 24

Box = list[tuple[Term, Term, Term]]


class UndecidedError(Exception):
    """A term that may be infinite or undefined, or of which nothing is known."""


def from_zero(t: Term) -> Term:
    """A reduction with its indices shifted so that each begins at 0."""
    if all(low is ints.ZERO for _, low, _ in ranges(t)):
        return t
    to: dict[Term, Term] = {}
    flat: list[Term] = []
    for v, low, high in ranges(t):
        low, high = substitute(low, to), substitute(high, to)
        if v in low.free | high.free:
            return t
        flat += [v, ints.ZERO, ints.sub(high, low)]
        if low is not ints.ZERO:
            to[v] = ints.add(v, low)
    return make(t.op, (*flat, *(substitute(a, to) for a in t.args[len(flat) :])), t.attr, t.sort)


def one_by_one(t: Term) -> Term:
    """A sum over pairs as a sum of sums."""
    first, *rest = ranges(t)
    if not rest or t.attr[0] != "add" or reduce_guard(t) is not bools.TRUE:
        return t
    inner = make("reduce", t.args[3:], ("add", len(rest)), t.sort)
    return make("reduce", (*first, bools.TRUE, inner), ("add", 1), t.sort)


class Pieces:
    """The ranges over which the same body has been met."""

    def __init__(self, normal: Normal) -> None:
        self.normal = normal
        self.used = False
        self._known: dict[tuple[str, Term], dict[Term, None]] = {}
        self._prints: dict[Term, frozenset[object]] = {}
        self._within: set[tuple[str, Term, Term]] = set()

    def state(self) -> int:
        """Grows with what is known."""
        return sum(map(len, self._known.values()))

    def split(self, kind: str, box: Box, guard: Term, body: Term, context: Context) -> list[Poly] | None:
        """The pieces of a reduction over a plain range from 0, None where it is in one piece."""
        if len(box) != 1 or guard is not bools.TRUE or box[0][1] is not ints.ZERO:
            return None
        ((v, _, size),) = box
        if size is ints.ONE:
            return [self._at(body, v, ints.ZERO, context)]
        name = substitute(body, {v: _POINT})
        lengths = self._known.setdefault((kind, name), {})
        if self.state() < _MOST_KNOWN:
            lengths.setdefault(size)
        place = (kind, name, size)
        if place in self._within:
            return None
        self._within.add(place)
        try:
            for end in self._ends(kind, name, size):
                if (kind, name, end) not in self._within and self._inside(kind, end, size, context):
                    self.used = True
                    parts = [(end, body), (ints.sub(size, end), substitute(body, {v: ints.add(v, end)}))]
                    return [self._piece(kind, v, high, part, context) for high, part in parts]
        except UndecidedError:
            return None
        finally:
            self._within.discard(place)
        return None

    def _ends(self, kind: str, name: Term, size: Term) -> Iterator[Term]:
        """Where a range could be cut so that a piece is a known one."""
        for end in list(self._known[kind, name]):
            if end is not size:
                yield end
        own = self._print(name)
        for (other_kind, other), lengths in list(self._known.items()):
            if other_kind != kind or self._print(other) != own:
                continue
            for length in list(lengths):
                end = ints.sub(size, length)
                if end is not ints.ZERO and substitute(name, {_POINT: ints.add(_POINT, end)}) is other:
                    yield end

    def _print(self, body: Term) -> frozenset[object]:
        """What shifts of a body have in common."""
        found = self._prints.get(body)
        if found is None:
            parts = subterms([body])
            found = self._prints[body] = frozenset(
                (u.op, u.attr) for u in parts if u.op in ("read", "rfun", "reduce")
            )
        return found

    def _inside(self, kind: str, end: Term, size: Term, context: Context) -> bool:
        """Whether 0 ≤ end ≤ size; for an extremum, whether neither piece is empty."""
        least = ints.ZERO if kind == "add" else ints.ONE
        known = ints.value_of(end), ints.value_of(ints.sub(size, end))
        if any(n is not None and n < (ints.value_of(least) or 0) for n in known):
            return False
        return context.proves(bools.conjunction(bools.le(least, end), bools.le(least, ints.sub(size, end))))

    def _piece(self, kind: str, v: Term, size: Term, body: Term, context: Context) -> Poly:
        t = make("reduce", (v, ints.ZERO, size, bools.TRUE, body), (kind, 1), "real")
        return self.normal.laurent(t, context)

    def _at(self, body: Term, v: Term, value: Term, context: Context) -> Poly:
        return self.normal.laurent(substitute(body, {v: value}), context)
