"""What a comparison may take for granted: that the raw value is defined, and the signs of a case.

The report lists, as assumptions, that no divisor of the raw value is 0 and that its logarithms and roots are taken of
positive (nonnegative) numbers. Each such fact is noted with the conditions under which it was met, and used there.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from triton_lift.egraph.algebra import UNIT, Mono, Poly, factors, inverse, key, least, plus, scaled, shifted
from triton_lift.proving import Context
from triton_lift.simplification.reductions import lower_corner
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.term import Term

Relation = Literal["nonzero", "positive", "nonnegative"]
Sign = Literal[">", ">=", "<", "<=", "="]

_WEAKER: dict[Relation, tuple[Relation, ...]] = {
    "positive": ("positive", "nonzero", "nonnegative"),
    "nonzero": ("nonzero",),
    "nonnegative": ("nonnegative",),
}
_OPPOSITE: dict[Sign, Sign] = {">": "<", ">=": "<=", "<": ">", "<=": ">=", "=": "="}
_Key = frozenset[tuple[Mono, object]]


def oriented(p: Poly) -> tuple[Poly, bool]:
    """`p` divided by the absolute value of its leading coefficient, negated if that is negative; whether it was."""
    lead = p[max(p, key=key)]
    return scaled(p, 1 / lead), lead < 0


class Facts:
    """Definedness of the raw value, signs of the present case, positivity from the form of terms."""

    def __init__(self) -> None:
        self.roots: dict[Term, Poly] = {}  # what square roots are taken of
        self._defined: dict[tuple[Relation, _Key, bool], list[frozenset[Term]]] = {}
        self._signs: dict[_Key, set[Sign]] = {}
        self._nonempty: dict[frozenset[Term], Callable[[Term], bool]] = {}

    # Facts that are noted.

    def note(self, relation: Relation, p: Poly, context: Context) -> None:
        """In the raw value, `p` is nonzero (positive, nonnegative) under this context."""
        if not p:
            return
        name, flipped = self._named(p, context)
        if relation == "nonzero" and len(p) == 1:
            (m,) = p
            if len(m.powers) > 1:
                for a, _ in factors(m):
                    self.note("nonzero", _single(a), context)
        for r in _WEAKER[relation]:
            self._defined.setdefault((r, name, flipped and r != "nonzero"), []).append(context.key)

    def note_sign(self, p: Poly, sign: Sign, context: Context) -> None:
        """In the present case, `p` has this sign."""
        name, flipped = self._named(p, context)
        self._signs.setdefault(name, set()).add(_OPPOSITE[sign] if flipped else sign)

    def contradictory(self) -> bool:
        """Whether no point is in the present case."""
        return any(
            (">" in s and ("<=" in s or "<" in s or "=" in s)) or ("<" in s and (">=" in s or "=" in s))
            for s in self._signs.values()
        )

    def _named(self, p: Poly, context: Context) -> tuple[_Key, bool]:
        """`p` up to a positive factor, as a key; whether it is the negative of that."""
        factor: dict[Term, int] = {}
        for a in dict.fromkeys(a for m in p for a, _ in factors(m)):
            least_power = min(dict(m.powers).get(a, 0) for m in p)
            if not reals.positive(a, self.nonempty(context)):
                # Only what is not 0 has a negative power, and squares of that are positive.
                least_power = least_power - least_power % 2 if least_power < 0 else 0
            factor[a] = least_power
        shift = least([Mono(frozenset(), m.exponent) for m in p])
        content = Mono(frozenset((a, n) for a, n in factor.items() if n), shift.exponent)
        q, flipped = oriented(shifted(p, inverse(content)) if content != UNIT else p)
        return frozenset(q.items()), flipped

    # Questions.

    def nonempty(self, context: Context) -> Callable[[Term], bool]:
        """Whether a reduction has a point; of an integer read as a real: whether it is positive."""
        found = self._nonempty.get(context.key)
        if found is None:

            def check(t: Term) -> bool:
                if t.op == "toreal":
                    return context.proves(bools.lt(ints.ZERO, t.args[0]))
                return context.proves(lower_corner(t))

            found = self._nonempty[context.key] = check
        return found

    def finite(self, a: Term, context: Context) -> bool:
        """Whether an atom is certainly finite."""
        return reals.finite(a, self.nonempty(context))

    def positive_atom(self, a: Term, context: Context) -> bool:
        """Whether an atom is certainly > 0."""
        if reals.positive(a, self.nonempty(context)) or self._known("positive", _single(a), context):
            return True
        return a in self.roots and self.holds("positive", self.roots[a], context)

    def sign(self, p: Poly, context: Context) -> Sign | None:
        """The sign of `p` where it is known."""
        if not p:
            return "="
        name, flipped = self._named(p, context)
        known = self._signs.get(name, set())
        if "=" in known or {">=", "<="} <= known:
            return "="
        signs: tuple[Sign, ...] = (">", "<", ">=", "<=")
        for sign in signs:
            if sign in known:
                return _OPPOSITE[sign] if flipped else sign
        if self.holds("positive", p, context):
            return ">"
        if self.holds("positive", scaled(p, -1), context):
            return "<"
        if self.holds("nonnegative", p, context):
            return ">="
        return "<=" if self.holds("nonnegative", scaled(p, -1), context) else None

    def holds(self, relation: Relation, p: Poly, context: Context) -> bool:
        """Whether `p` is certainly nonzero (positive, nonnegative) here."""
        if not p:
            return relation == "nonnegative"
        if self._known(relation, p, context):
            return True
        if len(p) == 1:
            ((m, c),) = p.items()
            if relation == "nonzero":
                return all(self._nonzero_atom(a, context) for a, _ in factors(m))
            odd = [a for a, n in factors(m) if n % 2]
            if c < 0:
                odd_negative = [
                    a for a in odd if self._known("positive", plus({}, scaled(_single(a), -1)), context)
                ]
                if len(odd_negative) != 1:
                    return False
                odd = [a for a in odd if a not in odd_negative]
            if relation == "nonnegative":
                return all(self._nonnegative_atom(a, context) for a in odd)
            even = [a for a, n in factors(m) if not n % 2]
            return all(self.positive_atom(a, context) for a in odd) and all(
                self._nonzero_atom(a, context) for a in even
            )
        if relation == "nonzero" and all(c < 0 for c in p.values()):
            return self.holds("positive", scaled(p, -1), context)
        if any(c < 0 for c in p.values()):
            return False
        parts = [{m: c} for m, c in p.items()]
        if not all(self.holds("nonnegative", part, context) for part in parts):
            return False
        return relation == "nonnegative" or any(self.holds("positive", part, context) for part in parts)

    def _known(self, relation: Relation, p: Poly, context: Context) -> bool:
        name, flipped = self._named(p, context)
        where = self._defined.get((relation, name, flipped and relation != "nonzero"), [])
        if any(k <= context.key for k in where):
            return True
        if relation == "positive" and all(self._known(r, p, context) for r in ("nonnegative", "nonzero")):
            return True
        signs = self._signs.get(name, set())
        if relation == "nonzero":
            return ">" in signs or "<" in signs
        strict, weak = ("<", "<=") if flipped else (">", ">=")
        return strict in signs or (relation == "nonnegative" and (weak in signs or "=" in signs))

    def _nonzero_atom(self, a: Term, context: Context) -> bool:
        if a.op == "rdiv":
            return True  # the inverse of something
        if a.op == "toreal":
            (n,) = a.args
            if context.proves(bools.lt(ints.ZERO, n)) or context.proves(bools.lt(n, ints.ZERO)):
                return True
        return self.positive_atom(a, context) or self._known("nonzero", _single(a), context)

    def _nonnegative_atom(self, a: Term, context: Context) -> bool:
        if a.op == "toreal" and context.proves(bools.le(ints.ZERO, a.args[0])):
            return True
        return (
            reals.nonnegative(a)
            or self.positive_atom(a, context)
            or self._known("nonnegative", _single(a), context)
        )


def _single(a: Term) -> Poly:
    return {Mono(frozenset(((a, 1),)), UNIT.exponent): reals.ONE.attr}
