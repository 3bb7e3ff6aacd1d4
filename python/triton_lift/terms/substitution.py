"""Rebuilding terms: substitution, and bottom-up rewriting through the normalising constructors."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.term import Term, make

_REBUILD: dict[str, Callable[..., Term]] = {
    "fdiv": ints.fdiv,
    "fmod": ints.fmod,
    "tdiv": ints.tdiv,
    "trem": ints.trem,
    "imin": ints.minimum,
    "imax": ints.maximum,
    "pow2": ints.pow2,
    "prod": ints.mul,
    "le0": bools.le0,
    "eq0": lambda t: bools.eq(t, ints.ZERO),
    "and": bools.conjunction,
    "or": bools.disjunction,
    "not": bools.negate,
    "radd": reals.add,
    "rmul": reals.mul,
    "rdiv": reals.div,
    "rmin": reals.minimum,
    "rmax": reals.maximum,
    "toreal": reals.from_int,
    "select": reals.select,
}


def rebuild(t: Term, args: tuple[Term, ...]) -> Term:
    """`t` with other arguments, normalised by its constructor."""
    if args == t.args:
        return t
    constructor = _REBUILD.get(t.op)
    if constructor is not None:
        return constructor(*args)
    match t.op:
        case "lin":
            *coefficients, constant = t.attr
            parts = (ints.scale(a, c) for a, c in zip(args, coefficients, strict=True))
            return ints.add(*parts, ints.const(constant))
        case "wrap":
            return ints.wrap(args[0], t.attr)
        case "rfun":
            return reals.apply(t.attr, *args)
        case "rlt" | "rle" | "req":
            return reals.compare(t.op, *args)
        case "iterate":
            from triton_lift.terms.iterates import iterate, parts_of  # which substitutes itself

            return iterate(parts_of(make(t.op, args, t.attr, t.sort)))
        case _:
            return make(t.op, args, t.attr, t.sort)


def rewrite(t: Term, visit: Callable[[Term], Term | None], memo: dict[Term, Term] | None = None) -> Term:
    """Bottom-up rewriting: each node is rebuilt from its rewritten arguments, then `visit` may replace it."""
    memo = {} if memo is None else memo
    stack = [t]
    while stack:
        u = stack[-1]
        if u in memo:
            stack.pop()
            continue
        pending = [a for a in u.args if a not in memo]
        if pending:
            stack.extend(pending)
            continue
        stack.pop()
        built = rebuild(u, tuple(memo[a] for a in u.args))
        replaced = visit(built)
        memo[u] = built if replaced is None else replaced
    return memo[t]


def substitute(t: Term, mapping: Mapping[Term, Term]) -> Term:
    """`t` with variables (or other leaves) replaced. Bound variables never occur in `mapping`, nor in its values."""
    if not mapping:
        return t
    keys = frozenset(mapping)
    variables_only = all(k.op == "var" for k in keys)
    memo: dict[Term, Term] = {}
    stack = [t]
    while stack:
        u = stack[-1]
        if u in memo:
            stack.pop()
            continue
        if u in mapping:
            memo[u] = mapping[u]
        elif not u.args or (variables_only and not (u.free & keys)):
            memo[u] = u
        else:
            pending = [a for a in u.args if a not in memo]
            if pending:
                stack.extend(pending)
                continue
            memo[u] = rebuild(u, tuple(memo[a] for a in u.args))
        stack.pop()
    return memo[t]
