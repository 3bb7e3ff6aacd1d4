"""Between which numbers a term lies for all contents of the arrays, in floating point: an exponential of something far
below 0 is 0, a number that an array holds is anything. Scalars are anything too, unless they are given to be positive.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from triton_lift.numerics import intervals
from triton_lift.numerics.intervals import ANY, Interval
from triton_lift.numerics.order import at_most, within
from triton_lift.numerics.shifted_sums import largest_is_one, rescaled_sum
from triton_lift.proving import Context
from triton_lift.reading import Loop
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.substitution import substitute
from triton_lift.terms.term import Term, ranges, reduce_body

SHIFT = "the maximum is subtracted"
LARGEST_TERM = "the largest summand is 1"
CLAMP = "it is clamped"
GUARD = "guarded by a condition"
ABSOLUTE = "it is taken of an absolute value"
CONSTANT = "a positive number is added"

# From here on exp is infinite; as far below 0 it is 0.
LARGEST_EXPONENTS = {"f16": 11.0, "bf16": 88.7, "f32": 88.7, "f64": 709.7}
_MONOTONE: dict[str, Callable[[float], float]] = {
    "floor": lambda x: x if math.isinf(x) else math.floor(x),
    "ceil": lambda x: x if math.isinf(x) else math.ceil(x),
    "tanh": math.tanh,
    "erf": math.erf,
    "sqrt": lambda x: math.sqrt(max(x, 0.0)),
    "log": lambda x: math.log(x) if x > 0 else -math.inf,
    "log2": lambda x: math.log2(x) if x > 0 else -math.inf,
    "exp": lambda x: math.exp(x) if x < 709 else math.inf,
    "exp2": lambda x: 2.0**x if x < 1023 else math.inf,
}


class Bounds:
    """Intervals under the facts of a context; `positive`: whether scalar arguments of float type are taken to be."""

    def __init__(
        self, context: Context, format_: str, loops: Mapping[int, Loop], positive: bool = False
    ) -> None:
        self.context, self.format, self.loops, self.positive = context, format_, loops, positive
        self.memo: dict[Term, Interval] = {}

    def under(self, *facts: Term) -> Bounds:
        """The same where more is known."""
        extended = self.context.extend(*facts)
        return self if extended is self.context else Bounds(extended, self.format, self.loops, self.positive)

    def of(self, t: Term) -> Interval:
        """The interval of a real term."""
        found = self.memo.get(t)
        if found is None:
            self.memo[t] = ANY  # meanwhile
            found = self.memo[t] = self._narrowed(t, self._structural(t))
        return found

    def _narrowed(self, t: Term, span: Interval) -> Interval:
        """What comparisons among the facts say of the very term."""
        for fact in self.context.facts:
            strict, negated = fact, fact.op == "not"
            if negated:
                strict = fact.args[0]
            if strict.op not in ("rlt", "rle") or t not in strict.args:
                continue
            a, b = strict.args if not negated else strict.args[::-1]
            other = b if a is t else a
            value = reals.value_of(other)
            if value is None:
                continue
            limit = float(value)
            if a is t and limit < span.high:
                span = Interval(span.low, limit).because(span, by=GUARD)
            elif b is t and limit > span.low:
                # t > 0 is as good as t ≥ the least positive number.
                least = math.ulp(0.0) if (strict.op == "rlt") != negated and limit == 0 else 0.0
                span = Interval(limit + least, span.high).because(span, by=GUARD)
        return span

    def _structural(self, t: Term) -> Interval:
        method: Callable[[Term], Interval] | None = getattr(self, f"_{t.op}", None)
        return ANY if method is None else method(t)

    def _real(self, t: Term) -> Interval:
        value = float(t.attr)
        return Interval(value, value)

    def _inf(self, t: Term) -> Interval:
        return Interval(t.attr * math.inf, t.attr * math.inf)

    def _param(self, t: Term) -> Interval:
        if self.positive:
            return Interval(math.ulp(0.0), math.inf, given=frozenset((t.attr[1],)))
        return ANY

    def _toreal(self, t: Term) -> Interval:
        (n,) = t.args
        if self.context.proves(bools.lt(ints.ZERO, n)):
            return Interval(1.0, math.inf)
        if self.context.proves(bools.le(ints.ZERO, n)):
            return Interval(0.0, math.inf)
        return ANY

    def _radd(self, t: Term) -> Interval:
        whole = intervals.total([self.of(a) for a in t.args])
        if len([a for a in t.args if self.of(a).low > 0 and a.op in ("real", "param")]) and whole.low > 0:
            whole = whole.because(by=CONSTANT)
        if whole.high < math.inf:
            return whole
        for a in t.args:
            c, top = reals.coefficient(a)
            if c >= 0:
                continue
            # Not by subtraction: ∞ − ∞ does not cancel.
            rest = reals.mul(reals.const(-1 / c), reals.add(*(x for x in t.args if x is not a)))
            for factor, maximum, given in self._maxima(top):
                reduced = rest if factor is reals.ONE else reals._without_factor(rest, factor)
                if reduced is not None and at_most(reduced, maximum, self.context):
                    return Interval(whole.low, 0.0).because(Interval(given=given), by=SHIFT)
        return whole

    def _maxima(self, top: Term) -> list[tuple[Term, Term, frozenset[str]]]:
        """`(c, m, scalars)`: top is c·m for a maximum m and a c that is nonnegative if the scalars are."""
        if top.op in ("rmax", "reduce"):
            return [(reals.ONE, top, frozenset())]
        if top.op != "rmul":
            return [(reals.ONE, top, frozenset())]
        found = []
        for i, m in enumerate(top.args):
            factor = reals.mul(*top.args[:i], *top.args[i + 1 :])
            span = self.of(factor)
            if m.op in ("rmax", "reduce") and span.low >= 0:
                found.append((factor, m, span.given))
        return found

    def _rmul(self, t: Term) -> Interval:
        result = Interval(1.0, 1.0)
        counts: dict[Term, int] = {}
        for a in t.args:
            counts[a] = counts.get(a, 0) + 1
        for a, n in counts.items():
            span = self.of(a)
            power = span
            for _ in range(n - 1):
                power = intervals.product(power, span)
            if n % 2 == 0 and power.low < 0:
                power = Interval(0.0, power.high).because(power)
            result = intervals.product(result, power)
        return result

    def _rdiv(self, t: Term) -> Interval:
        return intervals.quotient(self.of(t.args[0]), self.of(t.args[1]))

    def _rmax(self, t: Term) -> Interval:
        return self._clamped(t, True)

    def _rmin(self, t: Term) -> Interval:
        return self._clamped(t, False)

    def _clamped(self, t: Term, greatest: bool) -> Interval:
        parts = [self.of(a) for a in t.args]
        span = intervals.extremum(parts, greatest)
        return (
            span.because(by=CLAMP) if any(a.op in ("real", "param") for a in t.args) and span.known else span
        )

    def _select(self, t: Term) -> Interval:
        c, a, b = t.args
        spans = []
        for fact, value in ((c, a), (bools.negate(c), b)):
            inner = self.under(fact)
            if not inner.context.absurd:
                spans.append(inner.of(value))
        return intervals.hull(spans) if spans else ANY

    def _final(self, t: Term) -> Interval:
        loop = self.loops[t.attr[0]]
        if rescaled_sum(loop, t.attr[1]) and self.context.proves(bools.lt(ints.ZERO, loop.trips)):
            return Interval(1.0, math.inf).because(by=LARGEST_TERM)
        return ANY

    def _provided(self, t: Term) -> Interval:
        return self.of(t.args[0])

    def _rfun(self, t: Term) -> Interval:
        name = str(t.attr)
        if name in ("sin", "cos"):
            return Interval(-1.0, 1.0)
        if name == "clamp":
            below, above = self.of(t.args[1]), self.of(t.args[2])
            return Interval(below.low, above.high).because(below, above, by=CLAMP)
        if not t.args:
            return ANY
        x = self.of(t.args[0])
        if name == "abs":
            ends = abs(x.low), abs(x.high)
            return Interval(max(x.low, -x.high, 0.0), max(ends)).because(x, by=ABSOLUTE)
        if name == "rsqrt":
            least = 0.0 if x.high == math.inf else 1 / math.sqrt(max(x.high, 1e-300))
            return Interval(least, 1 / math.sqrt(x.low) if x.low > 0 else math.inf).because(x)
        function = _MONOTONE.get(name)
        if function is None:
            return ANY
        limit = LARGEST_EXPONENTS[self.format] / (math.log(2) if name == "exp2" else 1)
        vanishes = name in ("exp", "exp2") and x.low < -limit
        return Interval(0.0 if vanishes else function(x.low), function(x.high)).because(x)

    def _reduce(self, t: Term) -> Interval:
        kind, _ = t.attr
        body = reduce_body(t)
        inner = self.under(*within(t))
        span = inner.of(body)
        nonempty = self._nonempty(t)
        if kind in ("max", "min"):
            low = span.low if nonempty or kind == "min" else -math.inf
            high = span.high if nonempty or kind == "max" else math.inf
            return Interval(low, high).because(span)
        if kind == "add" and span.low >= 0:
            low = span.low if nonempty else 0.0
            if largest_is_one(t):
                return Interval(1.0, math.inf).because(span, by=LARGEST_TERM)
            return Interval(low, math.inf).because(span)
        return ANY

    def _nonempty(self, t: Term) -> bool:
        first = {v: low for v, low, _ in ranges(t)}
        if any(low.free & frozenset(first) for low in first.values()):
            return False
        return all(self.context.proves(substitute(f, first)) for f in within(t))
