"""log(eˣ + eʸ) as a combine: over a set S it gives log Σ_{k∈S} exp(x_k), for it adds what the logarithms are taken of.

Written with the greater of the two taken out, m + log(e^(x−m) + e^(y−m)), that is the same for any finite m; likewise
m + log(1 + e^(l−m)) with the lesser one l. A guard against equal infinities (both −∞, say) must give what is left: an
operand that equals the other. Checked where x ≤ y and where y ≤ x. Elements are finite or −∞, and log 0 = −∞.
"""

from __future__ import annotations

from triton_lift.terms import booleans as bools
from triton_lift.terms import reals
from triton_lift.terms.expansion import Expansion, collapse, expand, total
from triton_lift.terms.substitution import rewrite, substitute
from triton_lift.terms.term import Term, subterms

_BASES = {"log": "exp", "log2": "exp2"}


def base_of(a: Term, b: Term, combine: Term) -> tuple[str, bool] | None:
    """`log` or `log2` where the combine is the logarithm of a sum of exponentials of a and b, and whether it guards
    against two operands that are −∞."""
    names = {str(u.attr) for u in subterms([combine]) if u.op == "rfun" and u.attr in (*_BASES, "log1p")}
    name = "log" if names == {"log1p"} else next(iter(names)) if len(names) == 1 else None
    if name is None:
        return None
    for greater, lesser, equal in ((a, b, False), (b, a, False), (a, b, True)):
        found = _exponents(_ordered(combine, greater, lesser, equal), _BASES[name])
        if found is None or len(found) != 2:
            return None
        alike = {lesser: greater} if equal else {}
        wanted = [expand(substitute(x, alike)) for x in (a, b)]
        got = [expand(substitute(collapse(e), alike)) for e in found]
        if wanted not in (got, got[::-1]):
            return None
    nothing = substitute(combine, {a: reals.NEG_INF, b: reals.NEG_INF})
    return name, nothing is reals.NEG_INF


def _ordered(t: Term, greater: Term, lesser: Term, equal: bool) -> Term:
    """`t` where lesser < greater, or where they are equal; both finite."""

    def visit(u: Term) -> Term | None:
        if u.op in ("rmax", "rmin") and set(u.args) == {greater, lesser}:
            return greater if u.op == "rmax" else lesser
        if u.op in ("rlt", "rle", "req") and set(u.args) == {greater, lesser}:
            return bools.const(u.op != "rlt" if equal else u.op != "req" and u.args[0] is lesser)
        if u.op == "req" and any(a.op == "inf" for a in u.args) and _finite_here(u, greater, lesser):
            return bools.FALSE
        return None

    return rewrite(t, visit)


def _finite_here(t: Term, greater: Term, lesser: Term) -> bool:
    """Whether what is compared with an infinity is one of the operands, or its magnitude."""
    (other,) = [a for a in t.args if a.op != "inf"] or [t]
    inner = other.args[0] if other.op == "rfun" and other.attr == "abs" else other
    return inner in (greater, lesser)


def _exponents(t: Term, base: str) -> list[Expansion] | None:
    """The e with t = log Σ base^e."""
    parts = t.args if t.op == "radd" else (t,)
    logarithms = [p for p in parts if p.op == "rfun" and p.attr in (*_BASES, "log1p")]
    if len(logarithms) != 1:
        return None
    others = [p for p in parts if p is not logarithms[0]]
    if any(u.op in ("rfun", "rdiv") for u in subterms(others)):
        return None
    shift = total(*map(expand, others))
    (inside,) = logarithms[0].args
    summands = list(inside.args) if inside.op == "radd" else [inside]
    if logarithms[0].attr == "log1p":
        summands.append(reals.ONE)
    result = []
    for s in summands:
        if s is reals.ONE:
            result.append(shift)
        elif (
            s.op == "rfun" and s.attr == base and not any(u.op in ("rfun", "rdiv") for u in subterms(s.args))
        ):
            result.append(total(expand(s.args[0]), shift))
        else:
            return None
    return result
