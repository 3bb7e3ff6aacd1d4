"""Terms times an exponential that cancels inside them. Valid where the exponent is finite."""

from __future__ import annotations

from collections.abc import Iterator

from triton_lift.terms import reals
from triton_lift.terms.expansion import collapse, expand, total
from triton_lift.terms.term import Term, make, reduce_body


def absorb(t: Term, exponent: Term, base: str) -> Term | None:
    """t·base^exponent, where that removes the exponent from an exponential in every summand; else None."""
    if t is reals.ZERO:
        return t
    match t.op:
        case "rfun" if t.attr == base:
            before = expand(t.args[0])
            after = total(before, expand(exponent))
            # Infinite summands cancel nothing: the exponent itself is finite where this is used.
            return reals.apply(base, collapse(after)) if len(after) < len(before) else None
        case "radd":
            parts = [absorb(a, exponent, base) for a in t.args]
            return None if None in parts else reals.add(*parts)  # type: ignore[arg-type]
        case "rmul":
            for i, a in enumerate(t.args):
                changed = absorb(a, exponent, base)
                if changed is not None:
                    return reals.mul(*t.args[:i], changed, *t.args[i + 1 :])
            return None
        case "rdiv":
            changed = absorb(t.args[0], exponent, base)
            return None if changed is None else reals.div(changed, t.args[1])
        case "select":
            parts = [absorb(a, exponent, base) for a in t.args[1:]]
            return None if None in parts else reals.select(t.args[0], *parts)  # type: ignore[arg-type]
        case "provided":
            changed = absorb(t.args[0], exponent, base)
            return None if changed is None else make("provided", (changed, t.args[1]), None, "real")
        case "reduce" if t.attr[0] == "add":
            body = absorb(reduce_body(t), exponent, base)
            return None if body is None else make("reduce", (*t.args[:-1], body), t.attr, "real")
        case _:
            return None


def exponentials(t: Term) -> Iterator[Term]:
    """Those exp(…) and exp2(…) of `t` which `absorb` gets to."""
    seen: set[Term] = set()
    stack = [t]
    while stack:
        u = stack.pop()
        if u in seen:
            continue
        seen.add(u)
        match u.op:
            case "rfun" if u.attr in ("exp", "exp2"):
                yield u
            case "radd" | "rmul":
                stack.extend(u.args)
            case "rdiv":
                stack.append(u.args[0])
            case "select":
                stack.extend(u.args[1:])
            case "reduce" if u.attr[0] == "add":
                stack.append(reduce_body(u))
