"""Whether one real is at most another by their form: x[i] ≤ max(x[k] over k) for an i in range, and what follows.

a ≤ max(b, …) if a ≤ b;   min(a, …) ≤ b if a ≤ b;   a ≤ max over k of e(k) if a is e(i) for an i in the range;
-∞ ≤ b;   (a if c else b) ≤ m if both are, each where it is chosen.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from triton_lift.proving import Context
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.binding import canonical_names
from triton_lift.terms.substitution import substitute
from triton_lift.terms.term import Term, by_order, ranges, reduce_body, reduce_guard, subterms

_MOST_CANDIDATES = 40
_MOST_READS = 4


def at_most(a: Term, m: Term, context: Context) -> bool:
    """Whether a ≤ m under the facts of the context. False: not seen."""
    if a is reals.NEG_INF or m is reals.INF or same(a, m):
        return True
    top = m.op == "reduce" and m.attr[0] == "max"
    if top and any(_element(a, m, values, context) for values in _candidates(a, m)):
        return True
    if m.op == "rmax" and any(at_most(a, b, context) for b in m.args):
        return True
    if a.op == "select":
        c, then, other = a.args
        return at_most(then, m, context.extend(c)) and at_most(other, m, context.extend(bools.negate(c)))
    if a.op == "rmin" and any(at_most(b, m, context) for b in a.args):
        return True
    if a.op == "rmax":
        return all(at_most(b, m, context) for b in a.args)
    if a.op == "reduce" and a.attr[0] == "max" and a is not m and m.op == "reduce":
        inside = context.extend(*within(a))
        return at_most(reduce_body(a), m, inside)
    return False


def same(a: Term, b: Term) -> bool:
    """Whether both are the same up to the names of bound variables."""
    return a is b or (
        a.op == b.op and len(a.args) == len(b.args) and canonical_names(a) is canonical_names(b)
    )


def within(t: Term) -> list[Term]:
    """The range and guard of a reduction, as facts."""
    facts = [reduce_guard(t)]
    for v, low, high in ranges(t):
        facts += [bools.le(low, v), bools.lt(v, high)]
    return facts


def _element(a: Term, m: Term, values: dict[Term, Term], context: Context) -> bool:
    """Whether a ≤ what m takes the maximum of, at these values of its variables, which lie in its range."""
    body = substitute(reduce_body(m), values)
    if not _below_case(a, body, context):
        return False
    return all(context.proves(substitute(fact, values)) for fact in within(m))


def _below_case(a: Term, body: Term, context: Context) -> bool:
    if same(a, body):
        return True
    if body.op == "select":
        c, then, other = body.args
        if context.proves(c):
            return _below_case(a, then, context)
        if context.proves(bools.negate(c)):
            return _below_case(a, other, context)
    return at_most(a, body, context) if body.op in ("rmax", "reduce") else False


def _candidates(a: Term, m: Term) -> Iterator[dict[Term, Term]]:
    """Values of the variables of a maximum at which it may be about `a`: variables of `a`, and what makes two reads
    of one array the same."""
    bound = [v for v, _, _ in ranges(m)]
    body = reduce_body(m)
    free = [v for v in a.free if v.op == "var" and v not in body.free]
    choices = []
    mine = [u for u in subterms([a]) if u.op == "read"][:_MOST_READS]
    theirs = [u for u in subterms([body]) if u.op == "read"][:_MOST_READS]
    for v in bound:
        found = dict.fromkeys(sorted(free, key=by_order))
        for ours in mine:
            for other in theirs:
                if ours.attr == other.attr and v in other.free:
                    value = _solved(other.args[0], v, ours.args[0])
                    if value is not None and not value.free & frozenset(bound):
                        found[value] = None
        choices.append(list(found))
    for count, values in enumerate(product(*choices)):
        if count > _MOST_CANDIDATES:
            return
        yield dict(zip(bound, values, strict=True))


def _solved(offset: Term, v: Term, wanted: Term) -> Term | None:
    """The v at which the offset c·v + rest is the wanted one, for a monomial c that divides the difference."""
    split = ints.coefficient(offset, v)
    if split is None:
        return None
    stride, rest = ints.polynomial(split[0]), split[1]
    if len(stride) != 1:
        return None
    ((monomial, c),) = stride.items()
    quotient = {}
    for m, k in ints.polynomial(ints.sub(wanted, rest)).items():
        left = list(m)
        for atom in monomial:
            if atom not in left:
                return None
            left.remove(atom)
        if k % c:
            return None
        quotient[tuple(left)] = k // c
    return ints.from_polynomial(quotient)
