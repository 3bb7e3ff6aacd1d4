"""Intervals of extended reals, each with why it is as narrow as it is and what that presupposes."""

from __future__ import annotations

import math
from dataclasses import dataclass

_NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Interval:
    """low ≤ value ≤ high. `by`: what the kernel does to get there; `given`: scalars that must be positive for it."""

    low: float = -math.inf
    high: float = math.inf
    by: frozenset[str] = _NOTHING
    given: frozenset[str] = _NOTHING

    @property
    def known(self) -> bool:
        """Whether there is any bound."""
        return self.low > -math.inf or self.high < math.inf

    def because(self, *others: Interval, by: str | None = None) -> Interval:
        """The same bounds, owed to what the others are owed to as well."""
        reasons = self.by.union(*(o.by for o in others))
        given = self.given.union(*(o.given for o in others))
        return Interval(self.low, self.high, reasons | {by} if by else reasons, given)


ANY = Interval()


def total(parts: list[Interval]) -> Interval:
    """The sum."""
    low, high = sum(p.low for p in parts), sum(p.high for p in parts)
    # An infinite bound of one summand is none of the sum.
    low = -math.inf if any(p.low == -math.inf for p in parts) else low
    high = math.inf if any(p.high == math.inf for p in parts) else high
    return _kept(low, high, parts)


def product(a: Interval, b: Interval) -> Interval:
    """The product."""
    corners = [0.0 if 0 in (x, y) else x * y for x in (a.low, a.high) for y in (b.low, b.high)]
    return _kept(min(corners), max(corners), [a, b])


def quotient(a: Interval, b: Interval) -> Interval:
    """a / b; nothing is known where b may be 0."""
    if b.low <= 0 <= b.high and (b.low < 0 < b.high or b.low == b.high):
        return ANY
    sign = 1 if b.low >= 0 else -1
    low, high = sorted((abs(b.low), abs(b.high)))
    inverse = (1 / high if high < math.inf else 0.0, 1 / low if low > 0 else math.inf)
    ends = (sign * inverse[0], sign * inverse[1])
    span = Interval(min(ends), max(ends), b.by, b.given)
    return product(a, span)


def extremum(parts: list[Interval], greatest: bool) -> Interval:
    """Of the maximum or minimum of several."""
    choose = max if greatest else min
    return _kept(choose(p.low for p in parts), choose(p.high for p in parts), parts)


def hull(parts: list[Interval]) -> Interval:
    """One of several."""
    return _kept(min(p.low for p in parts), max(p.high for p in parts), parts)


def _kept(low: float, high: float, parts: list[Interval]) -> Interval:
    """Reasons are only kept where something is known."""
    result = Interval(low, high)
    return result.because(*parts) if result.known else result
