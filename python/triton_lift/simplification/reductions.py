"""Guarded reductions: masks become guards, nested reductions flatten, tiles merge.

A reduction is over the integer points of a box that satisfy a guard; all rewritings keep the multiset of reduced
values (up to units of the operation).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from triton_lift.simplification.digits import into_digits
from triton_lift.simplification.tiles import merge_tiles
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.substitution import substitute
from triton_lift.terms.term import Sort, Term, make, ranges, reduce_body, reduce_guard

if TYPE_CHECKING:
    from triton_lift.proving import Context
    from triton_lift.simplification.contextual import Simplifier

Ranges = list[tuple[Term, Term, Term]]

_UNITS: dict[tuple[str, Sort], Term] = {
    ("add", "real"): reals.ZERO,
    ("add", "int"): ints.ZERO,
    ("mul", "real"): reals.ONE,
    ("mul", "int"): ints.ONE,
    ("max", "real"): reals.NEG_INF,
    ("min", "real"): reals.INF,
    # Integers have at most 64 bits, signed or not: nothing lies beyond these.
    ("max", "int"): ints.const(-(1 << 64)),
    ("min", "int"): ints.const(1 << 64),
    ("and", "bool"): bools.TRUE,
    ("or", "bool"): bools.FALSE,
    ("xor", "bool"): bools.FALSE,
    ("bitand", "int"): ints.const(-1),
    ("bitor", "int"): ints.ZERO,
    ("bitxor", "int"): ints.ZERO,
}


def unit(kind: str, sort: Sort) -> Term | None:
    """The value of a reduction over nothing, None where there is none."""
    return _UNITS.get((kind, sort))


def reduction(op: str, kind: str, box: Ranges, guard: Term, body: Term, index: Term | None = None) -> Term:
    """The `reduce` or `argreduce` term of a box; over no variable it is the guarded body itself."""
    if not box and op == "reduce":
        neutral = unit(kind, body.sort)
        if guard is bools.TRUE or neutral is not None:
            return body if guard is bools.TRUE else reals.select(guard, body, neutral)  # type: ignore[arg-type]
    flat = tuple(x for triple in box for x in triple)
    if op == "argreduce":
        assert index is not None
        return make(op, (*flat, guard, body, index), (kind, len(box)), "int")
    return make(op, (*flat, guard, body), (kind, len(box)), body.sort)


def bounds(box: Ranges) -> Term:
    """All variables are within their ranges."""
    return bools.conjunction(
        *(bools.conjunction(bools.le(low, v), bools.lt(v, high)) for v, low, high in box)
    )


def lower_corner(t: Term) -> Term:
    """That the lowest point of a reduction's box is in it and satisfies the guard."""
    corner: dict[Term, Term] = {}
    facts = []
    for v, low, high in ranges(t):
        low, high = substitute(low, corner), substitute(high, corner)
        corner[v] = low
        facts.append(bools.lt(low, high))
    facts.append(substitute(reduce_guard(t), corner))
    return bools.conjunction(*facts)


def is_empty(s: Simplifier, t: Term, infinite: Term, context: Context) -> Term | None:
    """When a maximum is −∞ (a minimum ∞): nothing is reduced, since the elements are finite.

    Where every point of the reduction implies that its lowest corner is one too, that is: the corner is none.
    """
    if t.op != "reduce" or t.attr[0] != ("max" if infinite.attr == -1 else "min"):
        return None
    inside = context.extend(bounds(ranges(t)), reduce_guard(t))
    corner = lower_corner(t)
    if not s.finite(reduce_body(t), inside) or not inside.proves(corner):
        return None
    return bools.negate(corner)


def simplify_reduce(s: Simplifier, t: Term, context: Context) -> Term:
    """Normal form of a reduction under a context."""
    op: str = t.op
    kind: str = t.attr[0]
    box = [(v, s.simplify(low, context), _high(s.simplify(high, context), low)) for v, low, high in ranges(t)]
    guard, body = reduce_guard(t), reduce_body(t)
    index = t.args[-1] if op == "argreduce" else None
    neutral = unit("max" if kind == "argmax" else "min" if kind == "argmin" else kind, body.sort)

    for _ in range(12):
        before = (tuple(box), guard, body)
        inside = context.extend(_simplified_bounds(s, box, context))
        guard = s.simplify(guard, inside)
        if guard is bools.FALSE or inside.absurd:
            return reduction(op, kind, [], bools.FALSE, body) if neutral is not None and op == "reduce" else t
        inside = inside.extend(guard)
        body = s.simplify(body, inside)
        if index is not None:
            index = s.simplify(index, inside)
        if op == "reduce":
            if body is neutral:
                return neutral
            factors, body = _outer_factors(s, kind, box, body, context)
            if factors:
                inner = s.simplify(reduction(op, kind, box, guard, body), context)
                return reals.mul(*(s.simplify(f, context) for f in factors), inner)
        box, guard, body = _flatten(op, kind, box, guard, body)
        if op == "reduce":
            box, guard, body = into_digits(box, guard, body)
        guard, body = _mask_to_guard(op, guard, body, neutral, box, s, context)
        if op == "reduce" and kind == "or":
            guard, body = _conditions_to_guard(guard, body)
        if op == "reduce":
            box, guard, body = _solve_equalities(*_only_points(box, guard, body))
        guard = _without_implied(box, guard, context)
        merged = merge_tiles(box, [guard, body, *([index] if index is not None else [])], context)
        if merged is not None:
            box, exprs = merged
            guard, body = exprs[0], exprs[1]
            index = exprs[2] if index is not None else None
            box = [
                (v, s.simplify(low, context), _high(s.simplify(high, context), low)) for v, low, high in box
            ]
        if before == (tuple(box), guard, body):
            break

    if op == "reduce" and kind in ("max", "min"):
        decided = _of_two_values(s, kind, box, guard, body, context)
        if decided is not None:
            return decided
    if op == "reduce":
        split = _split_sum(s, kind, box, guard, body, context)
        if split is not None:
            return split
        bound = {v for v, _, _ in box}
        outer = [g for g in bools.conjuncts(guard) if not (g.free & bound)]
        if outer and neutral is not None:
            inner = bools.conjunction(*(g for g in bools.conjuncts(guard) if g.free & bound))
            return reals.select(bools.conjunction(*outer), reduction(op, kind, box, inner, body), neutral)
    return reduction(op, kind, box, guard, body, index)


def _simplified_bounds(s: Simplifier, box: Ranges, context: Context) -> Term:
    """The bounds as facts, with what is decided by earlier ones removed (max(0, n) as an upper end, say)."""
    return s.simplify(bounds(box), context) if any(not ints_plain(h) for _, _, h in box) else bounds(box)


def ints_plain(t: Term) -> bool:
    """Whether a bound needs no simplification."""
    return t.op in ("int", "param")


def _high(high: Term, low: Term) -> Term:
    """[0, max(0, n)) is [0, n)."""
    if high.op == "imax" and low in high.args:
        return ints.maximum(*(a for a in high.args if a is not low))
    return high


def _flatten(op: str, kind: str, box: Ranges, guard: Term, body: Term) -> tuple[Ranges, Term, Term]:
    """⊕ over a of ⊕ over b is ⊕ over (a, b)."""
    if op == "reduce" and body.op == "reduce" and body.attr[0] == kind:
        return [*box, *ranges(body)], bools.conjunction(guard, reduce_guard(body)), reduce_body(body)
    return box, guard, body


def _outer_factors(
    s: Simplifier, kind: str, box: Ranges, body: Term, context: Context
) -> tuple[list[Term], Term]:
    """Σ c·Σ e = c·ΣΣ e for a finite c ≠ 0 that no variable of the box occurs in (for any finite c if e is finite)."""
    if kind != "add" or body.op != "rmul" or body.sort != "real":
        return [], body
    bound = {v for v, _, _ in box}
    outer = [
        a
        for a in body.args
        if not a.free & bound
        and s.finite(a, context)
        and (reals.value_of(a) or reals.positive(a, s.nonempty(context)))
    ]
    rest = [a for a in body.args if a not in outer]
    if not outer or len(rest) != 1 or rest[0].op != "reduce" or rest[0].attr[0] != kind:
        return [], body
    return outer, rest[0]


def _mask_to_guard(
    op: str, guard: Term, body: Term, neutral: Term | None, box: Ranges, s: Simplifier, context: Context
) -> tuple[Term, Term]:
    """⊕ of select(c, e, unit) is ⊕ of e under the guard c."""
    if body.op != "select" or neutral is None:
        return guard, body
    c, a, b = body.args
    if a is neutral:
        c, a, b = bools.negate(c), b, a
    if b is not neutral:
        return guard, body
    narrowed = bools.conjunction(guard, c)
    if op == "argreduce":
        # The unit (−inf) must lose against a real element: there has to be one.
        probe = reduction("reduce", "max", box, narrowed, a)
        if not (s.nonempty(context, ask=True)(probe) and s.finite(a, context.extend(bounds(box), narrowed))):
            return guard, body
    return narrowed, a


def _conditions_to_guard(guard: Term, body: Term) -> tuple[Term, Term]:
    """∃ k: c ∧ p is ∃ k with c: p, for a comparison c of integers."""
    parts = bools.conjuncts(body)
    moved = [p for p in parts if p.op in ("le0", "eq0")]
    if not moved or len(parts) == len(moved) == 1:
        return guard, body
    return bools.conjunction(guard, *moved), bools.conjunction(*(p for p in parts if p not in moved))


def _of_two_values(
    s: Simplifier, kind: str, box: Ranges, guard: Term, body: Term, context: Context
) -> Term | None:
    """The greatest of what does not vary is it; of c ? a : b with constants a > b it is (∃ c) ? a : b; not of none."""
    bound = {v for v, _, _ in box}
    chosen = body.op == "select" and all(a.op in ("int", "real") for a in body.args[1:])
    if not box or not (chosen or not body.free & bound):
        return None
    if not context.proves(lower_corner(reduction("reduce", kind, box, guard, body))):
        return None
    if not body.free & bound:
        return body
    c, a, b = body.args
    if (a.attr > b.attr) != (kind == "max"):
        c, a, b = bools.negate(c), b, a
    return reals.select(s.simplify(reduction("reduce", "or", box, guard, c), context), a, b)


def _without_implied(box: Ranges, guard: Term, context: Context) -> Term:
    """The guard without what its other conjuncts imply, which would keep tiles from being merged."""
    parts = list(bools.conjuncts(guard))
    if len(box) < 2 or len(parts) < 2:
        return guard
    inside = context.extend(bounds(box))
    for part in list(parts):
        others = [p for p in parts if p is not part]
        if inside.extend(*others).proves(part):
            parts = others
    return bools.conjunction(*parts)


def _only_points(box: Ranges, guard: Term, body: Term) -> tuple[Ranges, Term, Term]:
    """lo ≤ v < lo + 1 leaves one value of v."""
    for i, (v, low, high) in enumerate(box):
        if ints.sub(high, low) is ints.ONE:
            only = {v: low}
            rest = [
                *box[:i],
                *((w, substitute(lo, only), substitute(hi, only)) for w, lo, hi in box[i + 1 :]),
            ]
            return _only_points(rest, substitute(guard, only), substitute(body, only))
    return box, guard, body


def _solve_equalities(box: Ranges, guard: Term, body: Term) -> tuple[Ranges, Term, Term]:
    """A guard v = e leaves one value of v."""
    for part in bools.conjuncts(guard):
        if part.op != "eq0":
            continue
        for i, (v, low, high) in enumerate(box):
            split = ints.coefficient(part.args[0], v)
            if split is None or ints.value_of(split[0]) not in (1, -1):
                continue
            value = ints.scale(split[1], -ints.value_of(split[0]))  # type: ignore[operator]
            later = {w for w, _, _ in box[i:]}
            if value.free & later:
                continue
            rest = bools.conjunction(*(g for g in bools.conjuncts(guard) if g is not part))
            within = bools.conjunction(bools.le(low, value), bools.lt(value, high))
            chosen = {v: value}
            new_box = [(w, substitute(lo, chosen), substitute(hi, chosen)) for w, lo, hi in box if w is not v]
            return new_box, bools.conjunction(within, substitute(rest, chosen)), substitute(body, chosen)
    return box, guard, body


def _split_sum(
    s: Simplifier, kind: str, box: Ranges, guard: Term, body: Term, context: Context
) -> Term | None:
    """Σ(a + b) = Σa + Σb, done where it frees an inner sum; max likewise."""
    ops = {"add": ("radd",), "max": ("rmax", "imax"), "min": ("rmin", "imin")}.get(kind, ())
    if body.op not in ops or not box:
        return None
    if not any(a.op == "reduce" and a.attr[0] == kind for a in body.args):
        return None
    inside = context.extend(bounds(box), guard)
    if kind == "add" and not all(s.finite(a, inside) for a in body.args):
        return None
    combine = {
        "radd": reals.add, "rmax": reals.maximum, "rmin": reals.minimum, "imax": ints.maximum, "imin": ints.minimum
    }[body.op]  # fmt: skip
    return combine(*(s.simplify(reduction("reduce", kind, box, guard, a), context) for a in body.args))
