"""A box around the points that an output's constraints allow, by interval arithmetic on concrete arguments.

The box need only be large enough: the points are then filtered by the constraints themselves.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from triton_lift.evaluation.terms import Evaluator
from triton_lift.terms import integers as ints
from triton_lift.terms.term import Term

Bound = int | float  # an integer, or an infinity
Interval = tuple[Bound, Bound]
_INFINITY = float("inf")
_ANYTHING: Interval = (-_INFINITY, _INFINITY)


class Bounds:
    """What is known of variables that are all ≥ 0, made narrower with each constraint."""

    def __init__(self, variables: Iterable[Term], evaluate: Evaluator) -> None:
        self.highest: dict[Term, Bound] = dict.fromkeys(variables, _INFINITY)
        self.evaluate = evaluate

    def require(self, constraint: Term) -> None:
        """Use that a constraint holds."""
        match constraint.op:
            case "and":
                for part in constraint.args:
                    self.require(part)
            case "le0":
                self._at_most(constraint.args[0], 0)
            case "eq0":
                self._at_most(constraint.args[0], 0)
                self._at_most(ints.sub(ints.ZERO, constraint.args[0]), 0)

    def interval(self, t: Term) -> Interval:
        """Between which numbers `t` is, for all points of the box."""
        if t in self.highest:
            return 0, self.highest[t]
        if not t.free & self.highest.keys():
            value = self.evaluate(t)
            return (int(np.min(value)), int(np.max(value))) if np.size(value) else _ANYTHING
        match t.op:
            case "lin":
                *coefficients, constant = t.attr
                parts = [_times((c, c), self.interval(m)) for c, m in zip(coefficients, t.args, strict=True)]
                return sum(p[0] for p in parts) + constant, sum(p[1] for p in parts) + constant
            case "prod":
                product: Interval = (1, 1)
                for a in t.args:
                    product = _times(product, self.interval(a))
                return product
            case "fdiv":
                return _floor(self.interval(t.args[0]), self.interval(t.args[1]))
            case "fmod":
                low, high = self.interval(t.args[1])
                return (0, high - 1) if low > 0 else _ANYTHING
            case "imin" | "imax":
                choose = min if t.op == "imin" else max
                parts = [self.interval(a) for a in t.args]
                return choose(p[0] for p in parts), choose(p[1] for p in parts)
            case "select":
                first, second = self.interval(t.args[1]), self.interval(t.args[2])
                return min(first[0], second[0]), max(first[1], second[1])
            case "read":
                array = self.evaluate.arrays[t.attr[0]]
                return (int(np.min(array)), int(np.max(array))) if array.size else _ANYTHING
        return _ANYTHING

    def _at_most(self, t: Term, limit: Bound) -> None:
        """Use that t ≤ limit."""
        polynomial = ints.polynomial(t)
        intervals = {m: _times((c, c), self._monomial(m)) for m, c in polynomial.items()}
        for monomial, c in polynomial.items():
            if c <= 0 or not any(a.free & self.highest.keys() for a in monomial):
                continue
            rest = sum(low for m, (low, _) in intervals.items() if m != monomial)
            if rest != -_INFINITY:
                self._monomial_at_most(monomial, _quotient(limit - rest, c))

    def _monomial(self, monomial: Iterable[Term]) -> Interval:
        product: Interval = (1, 1)
        for a in monomial:
            product = _times(product, self.interval(a))
        return product

    def _monomial_at_most(self, monomial: tuple[Term, ...], limit: Bound) -> None:
        for i, atom in enumerate(monomial):
            low, high = self._monomial(monomial[:i] + monomial[i + 1 :])
            if low > 0:
                self._atom_at_most(atom, _quotient(limit, low if limit >= 0 else high))

    def _atom_at_most(self, atom: Term, limit: Bound) -> None:
        if atom in self.highest:
            self.highest[atom] = min(self.highest[atom], limit)
        elif atom.op == "fdiv" and atom.free & self.highest.keys():
            low, high = self.interval(atom.args[1])
            if low > 0:
                self._at_most(atom.args[0], _product(limit + 1, high if limit >= 0 else low) - 1)
        elif atom.op == "imax":
            for a in atom.args:
                self._at_most(a, limit)


def _product(a: Bound, b: Bound) -> Bound:
    return 0 if a == 0 or b == 0 else a * b


def _quotient(a: Bound, b: Bound) -> Bound:
    """⌊a / b⌋ for b > 0."""
    if b == _INFINITY:
        return 0 if a >= 0 else -1
    return a if isinstance(a, float) else a // b


def _times(a: Interval, b: Interval) -> Interval:
    corners = [_product(x, y) for x in a for y in b]
    return min(corners), max(corners)


def _floor(a: Interval, b: Interval) -> Interval:
    if b[0] <= 0:
        return _ANYTHING
    corners = [_quotient(x, y) for x in a for y in b]
    return min(corners), max(corners)
