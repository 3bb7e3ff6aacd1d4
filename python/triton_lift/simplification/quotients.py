"""Quotients and logarithms of shifted exponentials.

(f·a)/(f·b) = a/b for finite f > 0;  exp(x)/exp(y) = exp(x − y) for finite y;  exp(x)·exp(y) = exp(x + y) for
finite x and y;  log(exp(x)·y) = x + log y for finite x, likewise for 2ˣ and x·log 2.
Applied only where something cancels.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from triton_lift.simplification import selections
from triton_lift.terms import reals
from triton_lift.terms.expansion import collapse, expand, negative, total
from triton_lift.terms.exponentials import absorb, exponentials
from triton_lift.terms.term import Term

if TYPE_CHECKING:
    from triton_lift.proving import Context
    from triton_lift.simplification.contextual import Simplifier

# The logarithm of an exponential, as a multiple of its exponent.
_LOGARITHM = {
    "log": {"exp": reals.ONE, "exp2": reals.LOG_2},
    "log2": {"exp": reals.LOG2_E, "exp2": reals.ONE},
}


def cancel(s: Simplifier, t: Term, context: Context) -> Term:
    """`t` with what cancels at its root cancelled."""
    match t.op:
        case "rdiv":
            result = _quotient(s, t, list(_factors(t.args[0])), list(_factors(t.args[1])), context)
            return _common_shift(s, result, context) if result is t else result
        case "rmul" if any(a.op == "rdiv" for a in t.args):
            above = [f for a in t.args for f in _factors(a.args[0] if a.op == "rdiv" else a)]
            below = [f for a in t.args if a.op == "rdiv" for f in _factors(a.args[1])]
            return _quotient(s, t, above, below, context)
        case "rmul":
            return _product(s, t, context)
        case "rfun" if t.attr in _LOGARITHM:
            return _logarithm(s, t, context)
        case _:
            return t


def _factors(t: Term) -> tuple[Term, ...]:
    return t.args if t.op == "rmul" else (t,)


def _quotient(s: Simplifier, t: Term, above: list[Term], below: list[Term], context: Context) -> Term:
    changed = False
    for b in list(below):
        if b in above and _positive(s, b, context):
            above.remove(b)
            below.remove(b)
            changed = True
            continue
        if b.op != "rfun" or b.attr not in ("exp", "exp2") or not s.finite(b.args[0], context):
            continue
        for a in above:
            if a.op != "rfun" or a.attr != b.attr:
                continue
            x, y = expand(a.args[0]), expand(b.args[0])
            difference = total(x, negative(y))
            if len(difference) < len(x):
                above[above.index(a)] = reals.apply(str(a.attr), collapse(difference))
                below.remove(b)
                changed = True
                break
    if not changed:
        return t
    numerator = reals.mul(*above) if above else reals.ONE
    return reals.div(numerator, reals.mul(*below)) if below else numerator


def _product(s: Simplifier, t: Term, context: Context) -> Term:
    """exp(x)·exp(y) = exp(x + y) where x and y are finite and something cancels."""
    for a in t.args:
        if a.op != "rfun" or a.attr not in ("exp", "exp2"):
            continue
        for b in t.args:
            if b is a or b.op != "rfun" or b.attr != a.attr:
                continue
            x, y = expand(a.args[0]), expand(b.args[0])
            together = total(x, y)
            if len(together) >= max(len(x), len(y)) or not (
                s.finite(a.args[0], context) and s.finite(b.args[0], context)
            ):
                continue
            rest = list(t.args)
            rest.remove(a)
            rest.remove(b)
            return reals.mul(reals.apply(str(a.attr), collapse(together)), *rest)
    return t


def _common_shift(s: Simplifier, t: Term, context: Context) -> Term:
    """(Σ a·exp(x − m))/(Σ b·exp(y − m)) = (Σ a·exp(x))/(Σ b·exp(y)) for finite m: the shift of all summands."""
    above, below = t.args
    for u in exponentials(below) if below.op == "radd" else ():
        for monomial, c in expand(u.args[0]).items():
            if c != -1 or len(monomial) != 1 or monomial[0].op not in ("rmax", "reduce"):
                continue
            (shift,) = monomial
            if not shift.free <= t.free or not s.finite(shift, context):
                continue
            moved = [absorb(x, shift, str(u.attr)) for x in (above, below)]
            if moved[0] is not None and moved[1] is not None:
                return reals.div(*(selections.unless_empty(x, context) for x in (moved[0], moved[1])))
    return t


def _positive(s: Simplifier, t: Term, context: Context) -> bool:
    return reals.positive(t, s.nonempty(context)) and s.finite(t, context)


def _logarithm(s: Simplifier, t: Term, context: Context) -> Term:
    scales = _LOGARITHM[str(t.attr)]
    factors = _factors(t.args[0])
    for i, f in enumerate(factors):
        if f.op == "rfun" and f.attr in scales and len(factors) > 1 and s.finite(f.args[0], context):
            rest = reals.mul(*factors[:i], *factors[i + 1 :])
            shift = reals.mul(f.args[0], scales[f.attr])
            return _sum(s, [shift, reals.apply(str(t.attr), rest)], context)
    return t


def _sum(s: Simplifier, parts: list[Term], context: Context) -> Term:
    return reals.add(*parts)
