"""Means, counts and squared deviations of one collection.

A collection is the points of a box that satisfy a guard, each with a finite element e; S₀ is their number, S₁ = Σ e.
Mean times count: (S₁/max(1, S₀))·S₀ = S₁, for if S₀ = 0 then S₁ = 0; likewise for S₁/S₀ where S₀ ≠ 0.
Parallel axes: if m·S₀ = S₁ then Σ (e − m)² + S₀·(m − μ)² = Σ (e − μ)² for every μ.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.binding import canonical_names
from triton_lift.terms.expansion import collapse, expand
from triton_lift.terms.rationals import integral
from triton_lift.terms.term import Term, bound_vars, make, ranges, reduce_body, reduce_guard

if TYPE_CHECKING:
    from triton_lift.proving import Context
    from triton_lift.simplification.contextual import Simplifier


@dataclass(frozen=True)
class Collection:
    """Elements `element` over the points of `binder` (a sum, whose body is ignored), or one under a condition."""

    binder: Term | None
    condition: Term
    element: Term

    def sum(self, body: Term) -> Term:
        """Σ body over the collection."""
        if self.binder is None:
            return reals.select(self.condition, body, reals.ZERO)
        return make("reduce", (*self.binder.args[:-1], body), self.binder.attr, "real")


def combine(s: Simplifier, t: Term, context: Context) -> Term:
    """`t` with what the theorems say of its root applied."""
    match t.op:
        case "rmul" if any(a.op == "rdiv" for a in t.args):
            return _mean_times_count(s, t, context)
        case "radd":
            return _parallel_axes(s, t, context)
        case _:
            return t


def _mean_times_count(s: Simplifier, t: Term, context: Context) -> Term:
    for mean in t.args:
        if mean.op != "rdiv" or mean.args[1].op != "rmax":
            continue
        collected, divisor = mean.args
        for count in t.args:
            if not _floored(divisor, count):
                continue
            parts = _collections(collected)
            if parts is not None and _counts(parts, count, s, context):
                rest = list(t.args)
                rest.remove(mean)
                rest.remove(count)
                return reals.mul(collected, *rest)
    return t


def _floored(divisor: Term, count: Term) -> bool:
    """Whether the divisor is max(1, count)."""
    if divisor is reals.maximum(reals.ONE, count):
        return True
    if divisor.op != "rmax" or len(divisor.args) != 2 or reals.ONE not in divisor.args:
        return False
    (other,) = (integral(a) for a in divisor.args if a is not reals.ONE)
    whole = integral(count)
    return other is not None and whole is not None and canonical_names(other) is canonical_names(whole)


def _collections(collected: Term) -> list[Collection] | None:
    """The collections whose elements are added up in a sum; None where an element may be infinite."""
    result = []
    for part in collected.args if collected.op == "radd" else (collected,):
        if part.op == "reduce" and part.attr[0] == "add":
            found = Collection(part, bools.TRUE, reduce_body(part))
        elif part.op == "select" and part.args[2] is reals.ZERO:
            found = Collection(None, part.args[0], part.args[1])
        else:
            found = Collection(None, bools.TRUE, part)
        if not reals.finite(found.element):
            return None
        result.append(found)
    return result


def _counts(parts: list[Collection], count: Term, s: Simplifier, context: Context) -> bool:
    """Whether `count` is the number of elements."""
    number = reals.add(*(s.simplify(p.sum(reals.ONE), context) for p in parts))
    if canonical_names(number) is canonical_names(count):
        return True
    a, b = integral(_extents(number, context)), integral(_extents(count, context))
    if a is None or b is None:
        return False
    return context.proves(bools.eq(canonical_names(a), canonical_names(b)))


def _extents(t: Term, context: Context) -> Term:
    """A count over a plain range as the range's extent."""
    if t.op in ("radd", "rmul"):
        build = reals.add if t.op == "radd" else reals.mul
        return build(*(_extents(a, context) for a in t.args))
    if t.op == "reduce" and t.attr == ("add", 1) and reduce_body(t) is reals.ONE:
        ((_, low, high),) = ranges(t)
        if reduce_guard(t) is bools.TRUE and context.proves(bools.le(low, high)):
            return reals.from_int(ints.sub(high, low))
    return t


def _parallel_axes(s: Simplifier, t: Term, context: Context) -> Term:
    squares = [(part, found) for part in t.args if (found := _squares(part)) is not None]
    for part in t.args:
        for count, shift in _scaled_squares(part):
            for mean, sign in expand(shift).items():
                if len(mean) != 1 or abs(sign) != 1:
                    continue
                mine = [(p, c) for p, f in squares if p is not part and (c := _about(f, mean[0])) is not None]
                parts = [c for _, c in mine]
                if not mine or not _is_mean(mean[0], parts, count, s, context):
                    continue
                # e − μ = e − m ± (m − μ)
                about = [
                    reals.sub(c.element, reals.sub(mean[0], reals.mul(reals.const(sign), shift)))
                    for c in parts
                ]
                sums = [c.sum(reals.mul(d, d)) for c, d in zip(parts, about, strict=True)]
                used = [part, *(p for p, _ in mine)]
                return reals.add(
                    *(a for a in t.args if a not in used), *(s.simplify(u, context) for u in sums)
                )
    return t


def _squares(t: Term) -> Collection | None:
    """The differences of which the squares are added up."""
    if t.op == "reduce" and t.attr[0] == "add":
        root = _root(reduce_body(t))
        return None if root is None else Collection(t, bools.TRUE, root)
    if t.op == "select" and t.args[2] is reals.ZERO:
        root = _root(t.args[1])
        return None if root is None else Collection(None, t.args[0], root)
    root = _root(t)
    return None if root is None else Collection(None, bools.TRUE, root)


def _root(t: Term) -> Term | None:
    return t.args[0] if t.op == "rmul" and len(t.args) == 2 and t.args[0] is t.args[1] else None


def _scaled_squares(t: Term) -> list[tuple[Term, Term]]:
    """The (K, d) with t = K·d·d."""
    if t.op != "rmul":
        return []
    repeated = [a for a in dict.fromkeys(t.args) if t.args.count(a) >= 2]
    result = []
    for d in repeated:
        rest = list(t.args)
        rest.remove(d)
        rest.remove(d)
        result.append((reals.mul(*rest), d))
    return result


def _about(squares: Collection, mean: Term) -> Collection | None:
    """The elements e where the differences are ±(e − mean)."""
    difference = expand(squares.element)
    sign = difference.pop((mean,), None)
    bound = set() if squares.binder is None else set(bound_vars(squares.binder))
    if sign not in (1, -1) or mean.free & bound:
        return None
    element = collapse(difference) if sign == -1 else reals.negate(collapse(difference))
    return Collection(squares.binder, squares.condition, element) if reals.finite(element) else None


def _is_mean(mean: Term, parts: list[Collection], count: Term, s: Simplifier, context: Context) -> bool:
    """Whether mean·count is the sum of the elements and count is their number."""
    if not _counts(parts, count, s, context):
        return False
    whole = integral(count)
    if mean.op == "select" and whole is not None:
        none, first, quotient = mean.args
        empty = context.extend(none).proves(bools.le(whole, ints.ZERO))
        if not empty or not reals.finite(first) or quotient.op != "rdiv" or quotient.args[1] is not count:
            return False
        if not context.extend(bools.negate(none)).proves(bools.lt(ints.ZERO, whole)):
            return False
        collected = quotient.args[0]
    elif mean.op == "rdiv":
        collected, divisor = mean.args
        positive = divisor is count and reals.positive(count, s.nonempty(context))
        if not positive and not _floored(divisor, count):
            return False
    else:
        return False
    total = reals.add(*(s.simplify(p.sum(p.element), context) for p in parts))
    return canonical_names(total) is canonical_names(collected)
