"""Conditions on several coordinates that bound one of them, and what they say of it alone.

  digits     c·v + r ≤ k  ⇔  v ≤ ⌊k/c⌋           where 0 ≤ r ≤ k mod c
  quotients  ⌊x/c⌋ = k    ⇔  c·k ≤ x < c·k + c
  reach      c·v + r < d·G  ⇒  v < ⌈d·G/c⌉         where 0 ≤ r
for constants c > 0, d > 0. Of digits: with k = c·q + m, v ≤ q gives c·v + r ≤ c·q + m, and v > q gives
c·v + r ≥ c·q + c > k.
"""

from __future__ import annotations

from collections.abc import Iterable

from triton_lift.proving import Context
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms.term import Term
from triton_lift.untiling.coordinates import Constraint


def by_digit(constraints: list[Constraint], variables: list[Term], around: Context) -> list[Constraint]:
    """The constraints, those on the digits of a number as constraints on its first digit.

    `around`: what holds without them.
    """
    result = list(constraints)
    for number, c in enumerate(constraints):
        if c.launch or c.fact.op != "le0" or len(ints.polynomial(c.fact.args[0])) < 3:
            continue
        others = around.extend(*(k.fact for i, k in enumerate(result) if i != number and not k.launch))
        result[number] = Constraint(_first_digit(c.fact, variables, others), launch=False)
    return result


def _first_digit(fact: Term, variables: list[Term], others: Context) -> Term:
    p = ints.polynomial(fact.args[0])
    k = -p.get((), 0)
    c, v = max(((p.get((v,), 0), v) for v in variables), key=lambda pair: pair[0], default=(0, None))
    if v is None or c < 2 or k < 0:
        return fact
    rest = ints.from_polynomial({m: n for m, n in p.items() if m not in ((), (v,))})
    if v in rest.free or not all(
        others.proves(bound) for bound in (bools.le(ints.ZERO, rest), bools.le(rest, ints.const(k % c)))
    ):
        return fact
    return bools.le(v, ints.const(k // c))


def without_quotients(guard: Term, variables: Iterable[Term]) -> Term:
    """The guard with ⌊x/c⌋ = k, for constants, as bounds of x."""
    parts = []
    known = frozenset(variables)
    for part in bools.conjuncts(guard):
        p = ints.polynomial(part.args[0]) if part.op == "eq0" else {}
        single = [m for m in p if m]
        if len(single) == 1 and len(single[0]) == 1 and abs(p[single[0]]) == 1:
            (atom,) = single[0]
            size = ints.value_of(atom.args[1]) if atom.op == "fdiv" else None
            if size is not None and size > 0 and atom.free & known:
                low = ints.const(-p.get((), 0) * p[single[0]] * size)
                part = bools.conjunction(
                    bools.le(low, atom.args[0]), bools.lt(atom.args[0], ints.add(low, atom.args[1]))
                )
        parts.append(part)
    return bools.conjunction(*parts)


def reach(v: Term, fact: Term, context: Context) -> Term | None:
    """h, where the fact says v < h and h has no coordinates."""
    split = ints.coefficient(fact.args[0], v) if fact.op == "le0" and v in fact.free else None
    factor = None if split is None else ints.value_of(split[0])
    if split is None or factor is None or factor <= 0:
        return None
    p = ints.polynomial(split[1])
    inner = ints.from_polynomial({m: n for m, n in p.items() if any(a.free for a in m)})
    outer = ints.sub(split[1], inner)
    if inner is not ints.ZERO and not context.proves(bools.le(ints.ZERO, inner)):
        return None
    return ints.fdiv(ints.sub(ints.const(factor), outer), ints.const(factor))  # ⌊−outer/c⌋ + 1
