"""Ranges that belong together: shifted, adjacent, one point longer, pairs. The rewrites of binders need to be told.

In the e-graph a range is a number; what its bounds are, the rewrites cannot see. So before the search each pair of
ranges is looked at here: where one sum could be written over another range, that range is given a number too, and a
fact says how the two are related. A shift replaces the variable in the body: `(Subst m a)` is a with the variable of
the move m replaced, pushed down to the atoms, whose replacements are facts as well. Nothing is captured: a move goes
below a binder only if its value does not speak of the binder's variables (`carried`).

Relations are only noted where the other range's summands occur already: what could not be merged is not written anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms.substitution import substitute
from triton_lift.terms.term import Term

if TYPE_CHECKING:
    from triton_lift.egraph.encoding import Encoding, Range

_MOST_RANGES = 12
_MOST_MOVES = 8
_ROUNDS = 2
_MOST_ATOMS = 24
_BINDERS = ("Sum", "Sup", "Inf")

Fact = tuple[object, ...]


@dataclass(frozen=True)
class _Move:
    """A variable, what replaces it, and its number."""

    variable: Term
    value: Term
    number: int


class Relations:
    """Finds the relations between the ranges of an encoding; adds ranges, atoms and nodes to it."""

    def __init__(self, encoding: Encoding) -> None:
        self.encoding = encoding
        self.moves: dict[tuple[Term, Term], _Move] = {}
        self.summed: dict[Range, frozenset[Term]] = {}

    def facts(self) -> Iterator[Fact]:
        """All of them, each once."""
        self.summed = self._summed()
        yield from dict.fromkeys([*self._pairs(), *self._shifts(), *self._joins(), *self._points()])
        for move in self.moves.values():
            yield from self._moving(move)

    def _summed(self) -> dict[Range, frozenset[Term]]:
        """What speaks of a range's variables in the bodies of its binders."""
        below: dict[int, frozenset[Term]] = {}
        nodes = list(self.encoding.nodes)
        atoms: dict[tuple[object, object], Term] = {**{("Atom", i): t for t, i in self.encoding.atoms.items()},
                 **{("Is", i): t for t, i in self.encoding.conditions.items()}}  # fmt: skip
        ranges = list(self.encoding.ranges)
        found: dict[Range, frozenset[Term]] = {}
        for number, (name, *arguments) in enumerate(nodes):
            if name in ("Num", "Atom", "Is"):
                own = atoms.get((name, arguments[0]))
                below[number] = frozenset() if own is None else frozenset((own,))
                continue
            inner = arguments[1:] if name in _BINDERS else arguments
            below[number] = frozenset[Term]().union(*(below[a] for a in inner))  # type: ignore[index]
            if name in _BINDERS:
                over = ranges[arguments[0]]  # type: ignore[call-overload]
                speaking = frozenset(t for t in below[number] if t.free & over.variables)
                found[over] = found.get(over, frozenset()) | speaking
        return found

    # Relations.

    def _pairs(self) -> Iterator[Fact]:
        """A range of pairs and the two ranges that it is made of, where something speaks of one of them alone."""
        for over in list(self.summed):
            while len(over.box) > 1 and over.guard is bools.TRUE:
                if all(over.variables <= t.free for t in self.summed.get(over, ())):
                    break
                first, rest = type(over)(over.box[:1], bools.TRUE), type(over)(over.box[1:], bools.TRUE)
                numbers = [self.encoding.range_number(x) for x in (over, first, rest)]
                yield ("nested", *numbers)
                self.summed[rest] = frozenset(t for t in self.summed[over] if t.free & rest.variables)
                over = rest

    def _plain(self) -> list[Range]:
        return [r for r in self.summed if len(r.box) == 1 and r.guard is bools.TRUE][:_MOST_RANGES]

    def _shifts(self) -> Iterator[Fact]:
        """Ranges moved to where another one begins or ends, if a summand then is one that there is already.

        The moved range has the other one's variable: where that is another name, nothing in the body may speak of it.
        """
        plain = self._plain()
        for (i, other), (j, over) in product(enumerate(plain), enumerate(plain)):
            ((v, low, high),), ((w, start, end),) = over.box, other.box
            renamed = v is not w
            for by in dict.fromkeys((ints.ZERO, ints.sub(end, low), ints.sub(start, low))):
                back = ints.sub(w, by)
                if (by is ints.ZERO and (not renamed or j < i)) or not self._known(over, v, back):
                    continue
                move = self._move(v, back)
                if move is not None:
                    moved = type(over)(((w, ints.add(low, by), ints.add(high, by)),), bools.TRUE)
                    self._sums(moved, (substitute(t, {v: back}) for t in self.summed[over]))
                    numbers = [self.encoding.range_number(x) for x in (over, moved)]
                    yield ("renamed" if renamed else "moved", *numbers, move.number)

    def _sums(self, over: Range, summands: Iterable[Term]) -> None:
        self.summed[over] = self.summed.get(over, frozenset()).union(summands)

    def _joins(self) -> Iterator[Fact]:
        """Three ranges low ≤ k < middle, middle ≤ k < high and low ≤ k < high of which two are there."""
        for _ in range(_ROUNDS):
            for one, two in product(self._plain(), self._plain()):
                ((v, low, high),), ((w, start, end),) = one.box, two.box
                if v is not w or one is two or not self.summed[one] & self.summed[two]:
                    continue
                if high is start or (low is start and high is not end):
                    yield from self._joined(one, two, (v, low, high, end))
                elif high is end and low is not start:
                    yield from self._joined(one, two, (v, low, start, end))

    def _joined(self, one: Range, two: Range, ends: tuple[Term, Term, Term, Term]) -> Iterator[Fact]:
        v, low, middle, high = ends
        if self.encoding.context.proves(bools.conjunction(bools.le(low, middle), bools.le(middle, high))):
            found = [
                type(one)(((v, *pair),), bools.TRUE) for pair in ((low, middle), (middle, high), (low, high))
            ]
            for over in found:
                self._sums(over, self.summed[one] & self.summed[two])
            yield ("joined", *map(self.encoding.range_number, found))

    def _points(self) -> Iterator[Fact]:
        """A range and one with a point more at an end, where the summand at that point is there."""
        for over in self._plain():
            ((v, low, high),) = over.box
            before, last = ints.sub(low, ints.ONE), ints.sub(high, ints.ONE)
            after, second = ints.add(high, ints.ONE), ints.add(low, ints.ONE)
            for point, shorter, longer in (
                (high, (low, high), (low, after)),
                (before, (low, high), (before, high)),
                (last, (low, last), (low, high)),
                (low, (second, high), (low, high)),
            ):
                if not self._known(over, v, point):
                    continue
                move = self._move(v, point)
                if move is not None and self.encoding.context.proves(bools.le(*shorter)):
                    yield ("extended", self._number(v, *shorter), self._number(v, *longer), move.number)

    def _number(self, v: Term, low: Term, high: Term) -> int:
        from triton_lift.egraph.encoding import Range

        return self.encoding.range_number(Range(((v, low, high),), bools.TRUE))

    def _known(self, over: Range, v: Term, value: Term) -> bool:
        """Whether a summand of a range, with its variable replaced, is an atom that there is."""
        moved = ((t, substitute(t, {v: value})) for t in self.summed[over] if t.sort == "real")
        return any(u is not t and u in self.encoding.atoms for t, u in moved)

    # Moves.

    def _move(self, v: Term, value: Term) -> _Move | None:
        if (v, value) not in self.moves:
            if len(self.moves) >= _MOST_MOVES:
                return None
            self.moves[v, value] = _Move(v, value, len(self.moves))
        return self.moves[v, value]

    def _moving(self, move: _Move) -> Iterator[Fact]:
        """What a move does to atoms, conditions and ranges."""
        to = {move.variable: move.value}
        e = self.encoding
        for t, i in list(e.atoms.items())[:_MOST_ATOMS]:
            if move.variable in t.free:
                yield "swapped", move.number, i, e.write(substitute(t, to))
        for c, i in list(e.conditions.items())[:_MOST_ATOMS]:
            if move.variable in c.free:
                moved = e.conditions.setdefault(substitute(c, to), len(e.conditions))
                yield "exchanged", move.number, i, e.node("Is", moved)
        for over, r in list(e.ranges.items()):
            if move.variable in over.variables:
                yield "replaces", move.number, r
            elif not move.value.free & over.variables:
                box = tuple((v, substitute(lo, to), substitute(hi, to)) for v, lo, hi in over.box)
                carried = type(over)(box, substitute(over.guard, to))
                yield "carried", move.number, r, e.range_number(carried)
