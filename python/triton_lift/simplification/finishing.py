"""The last step before a formula is shown: guards become ranges, bound variables get canonical names."""

from __future__ import annotations

from triton_lift.proving import Context
from triton_lift.simplification import adjacent, infinities, iterated, quotients, selections
from triton_lift.simplification.contextual import Simplifier
from triton_lift.simplification.reductions import bounds, reduction, unit
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.binding import canonical_names
from triton_lift.terms.substitution import rebuild, rewrite
from triton_lift.terms.term import Term, make, ranges, reduce_body, reduce_guard, subterms

Ranges = list[tuple[Term, Term, Term]]


def finish(t: Term, context: Context, simplifier: Simplifier) -> Term:
    """`t` with guards turned into ranges where possible; alpha-equivalent reductions become the same term."""
    named = canonical_names(_Finisher(simplifier).visit(t, context))
    # Only now do equal terms with bound variables look alike.

    def visit(u: Term) -> Term:
        if u.op == "req" and "inf" in (a.op for a in u.args):  # of a maximum, which is one only now, perhaps
            return simplifier.simplify(u, context)
        u = adjacent.join(infinities.absorb(simplifier, u, context), context)
        return quotients.cancel(simplifier, u, context)

    return _Joiner(simplifier).visit(rewrite(named, visit), context)


class _Joiner:
    """Ranges joined, and quotients and logarithms cancelled, in the branches of selections, by what holds there."""

    def __init__(self, simplifier: Simplifier) -> None:
        self.simplifier = simplifier
        self.concerned: dict[Term, bool] = {}
        self.memo: dict[tuple[Term, frozenset[Term]], Term] = {}

    def _concerned(self, t: Term) -> bool:
        """Whether there are two reductions side by side somewhere in a term, or a quotient or logarithm."""
        for u in subterms([t]) if t not in self.concerned else ():
            if u not in self.concerned:
                here = (
                    sum(a.op == "reduce" for a in u.args) > 1 or u.op == "rdiv" or u.attr in ("log", "log2")
                )
                self.concerned[u] = here or any(self.concerned[a] for a in u.args)
        return self.concerned[t]

    def visit(self, t: Term, context: Context) -> Term:
        """`t` with that done."""
        if not self._concerned(t):
            return t
        key = (t, context.key)
        if key not in self.memo:
            args = list(t.args)
            places = [context] * len(args)
            if t.op == "select":
                # Whether a maximum is one over nothing is seen once it is one.
                args[0] = self._condition(self.visit(args[0], context), args[0], context)
                places[1:] = context.extend(args[0]), context.extend(bools.negate(args[0]))
            parts = [self.visit(a, here) for a, here in zip(args, places, strict=True)]
            self.memo[key] = selections.unless_empty(
                adjacent.join(rebuild(t, tuple(parts)), context), context
            )
        return self.memo[key]

    def _condition(self, joined: Term, before: Term, context: Context) -> Term:
        return joined if joined is before else self.simplifier.simplify(joined, context)


def tighten(box: Ranges, guard: Term, context: Context) -> tuple[Ranges, Term]:
    """Moves guard conjuncts that bound a variable (with coefficient ±1) into its range."""
    box = list(box)
    kept = []
    names = [v for v, _, _ in box]
    for part in bools.conjuncts(guard):
        position = max((names.index(v) for v in part.free if v in names), default=None)
        if part.op != "le0" or position is None:
            kept.append(part)
            continue
        v, low, high = box[position]
        split = ints.coefficient(part.args[0], v)
        factor = ints.value_of(split[0]) if split is not None else None
        if split is None or factor not in (1, -1):
            kept.append(part)
            continue
        outer = context.extend(bounds(box[:position]))
        if factor == 1:
            end = ints.sub(ints.ONE, split[1])
            if outer.proves(bools.le(end, high)):
                high = end
            elif not outer.proves(bools.le(high, end)):
                high = ints.minimum(high, end)
        else:
            start = split[1]
            if outer.proves(bools.le(low, start)):
                low = start
            elif not outer.proves(bools.le(start, low)):
                low = ints.maximum(low, start)
        box[position] = (v, low, high)
    return box, bools.conjunction(*kept)


class _Finisher:
    def __init__(self, simplifier: Simplifier) -> None:
        self.simplifier = simplifier
        self.memo: dict[tuple[Term, frozenset[Term]], Term] = {}

    def visit(self, t: Term, context: Context) -> Term:
        if not t.args or not self.simplifier.interesting(t):
            return t
        key = (t, context.key)
        if key not in self.memo:
            self.memo[key] = self._visit(t, context)
        return self.memo[key]

    def _visit(self, t: Term, context: Context) -> Term:
        if t.op == "select":
            c, a, b = t.args
            return reals.select(
                _without_redundant(self.visit(c, context), context),
                self.visit(a, context.extend(c)),
                self.visit(b, context.extend(bools.negate(c))),
            )
        if t.op == "iterate":
            return iterated.inside(t, context, self.visit)
        if t.op not in ("reduce", "argreduce", "ranked", "argranked"):
            rebuilt = rebuild(t, tuple(self.visit(a, context) for a in t.args))
            return _without_filler(_decided(rebuilt, context), context)
        kind: str = t.attr[0]
        inside = context.extend(bounds(ranges(t)), reduce_guard(t))
        guard = self.visit(reduce_guard(t), context.extend(bounds(ranges(t))))
        box, guard = tighten(ranges(t), guard, context)
        body = self.visit(reduce_body(t), inside)
        if t.op in ("ranked", "argranked"):
            flat = tuple(x for triple in box for x in triple)
            return make(t.op, (*flat, guard, body, self.visit(t.args[-1], context)), t.attr, t.sort)
        if t.op == "argreduce":
            return reduction(t.op, kind, box, guard, body, self.visit(t.args[-1], inside))
        if kind == "mul" and _exponential(body):
            box, exponent = _drop_unused("add", box, guard, body.args[0], context)
            return reals.apply(body.attr, reduction(t.op, "add", box, guard, exponent))  # ∏ exp = exp Σ
        box, body = _drop_unused(kind, box, guard, body, context)
        body, factors = _common_factors(kind, box, body)
        if not box and guard is not bools.TRUE and unit(kind, body.sort) is None:
            return t
        result = reduction(t.op, kind, box, guard, body)
        return reals.mul(*factors, result) if factors else result


def _without_redundant(c: Term, context: Context) -> Term:
    """p ∧ q = q where q implies p, and p ∨ q = q where p implies q."""
    if c.op not in ("and", "or") or not all(
        u.sort == "bool" and u.op in ("le0", "and", "or") for u in c.args
    ):
        return c
    parts = list(c.args)
    combine = bools.conjunction if c.op == "and" else bools.disjunction
    for p in c.args:
        rest = combine(*(q for q in parts if q is not p))
        implied = context.extend(rest).proves(p) if c.op == "and" else context.extend(p).proves(rest)
        if implied and len(parts) > 1:
            parts.remove(p)
    return combine(*parts)


def _decided(t: Term, context: Context) -> Term:
    """The maximum (minimum) of integers without those that another is known to reach: max(n, 1) = n where n ≥ 1."""
    if t.op not in ("rmax", "rmin"):
        return t
    integers = {a: whole for a in t.args if (whole := _whole(a)) is not None}
    kept = list(t.args)
    for a, x in integers.items():
        for b, y in integers.items():
            low, high = (x, y) if t.op == "rmax" else (y, x)
            if a is not b and b in kept and context.proves(bools.le(low, high)):
                kept.remove(a)
                break
    return (reals.maximum if t.op == "rmax" else reals.minimum)(*kept)


def _whole(t: Term) -> Term | None:
    """The integer that a real is, where its form says so."""
    if t.op == "toreal":
        return t.args[0]
    value = reals.value_of(t)
    return ints.const(value.numerator) if value is not None and value.denominator == 1 else None


def _without_filler(t: Term, context: Context) -> Term:
    """max(f, max over k of (e(k) if c(k) else f)) = max(f, max of e(k) over the k with c(k)), and likewise for min.

    Of k without c(k) the filler is the greatest part, which is there anyway; of no k at all -∞ is left.
    """
    if t.op not in ("rmax", "rmin"):
        return t
    kind = t.op[1:]
    parts = []
    for a in t.args:
        body = reduce_body(a) if a.op == "reduce" and a.attr[0] == kind and a.sort == "real" else a
        if body is not a and body.op == "select" and body.args[2] in t.args and not body.args[2].free:
            box, guard = tighten(ranges(a), bools.conjunction(reduce_guard(a), body.args[0]), context)
            a = reduction("reduce", kind, box, guard, body.args[1])
        parts.append(a)
    return (reals.maximum if kind == "max" else reals.minimum)(*parts)


def _exponential(t: Term) -> bool:
    """Whether `t` is an exponential of something finite."""
    return t.op == "rfun" and t.attr in ("exp", "exp2") and reals.finite(t.args[0])


def _drop_unused(kind: str, box: Ranges, guard: Term, body: Term, context: Context) -> tuple[Ranges, Term]:
    """Σ over v of what does not depend on v is a multiple, ∏ a power; max of it is itself."""
    used = body.free | guard.free | frozenset(u for _, lo, hi in box for u in lo.free | hi.free)
    kept: Ranges = []
    for v, low, high in box:
        ordered = context.proves(bools.le(low, high))
        extent = ints.sub(high, low)
        if v not in used and kind == "add" and body.op == "real":
            body = reals.mul(reals.from_int(extent if ordered else ints.maximum(ints.ZERO, extent)), body)
        elif v in used or not ordered:
            kept.append((v, low, high))
        elif (
            kind == "add"
            and body.sort == "real"
            and (reals.finite(body) or context.proves(bools.lt(low, high)))
        ):
            body = reals.mul(reals.from_int(extent), body)
        elif kind == "add" and body.sort == "int":
            body = ints.mul(extent, body)
        elif kind == "mul" and body.sort == "real":
            body = reals.apply("pow", body, reals.from_int(extent))
        elif kind in ("max", "min") and context.proves(bools.lt(low, high)):
            continue
        else:
            kept.append((v, low, high))
    return kept, body


def _common_factors(kind: str, box: Ranges, body: Term) -> tuple[Term, list[Term]]:
    """Σ c·e = c·Σ e for constants c (distributivity; the constant is finite)."""
    if kind != "add" or body.op != "rmul" or not box or body.args[0].op != "real":
        return body, []
    return reals.mul(*body.args[1:]), [body.args[0]]
