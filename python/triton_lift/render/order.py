"""The order in which sums, products and the like are written.

Terms keep their arguments in an order that depends on what was made before them. A reader expects another one, and the
same kernel's formula must read the same whatever was lifted before it: these keys depend on the term alone.
"""

from __future__ import annotations

from collections.abc import Mapping

from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.term import Term, subterms

_LAST = 1 << 30


def first_array(t: Term) -> int:
    """The first of the arrays that `t` reads, by its place among the kernel's arguments; -1 if it reads none."""
    return min((u.attr[0] for u in subterms([t]) if u.op == "read"), default=-1)


def first_index(t: Term, names: Mapping[Term, str]) -> int:
    """The first of the named variables on which `t` depends, in the order of their naming."""
    return next((i for i, v in enumerate(names) if v in t.free or v is t), _LAST)


def first_parameter(t: Term) -> int:
    """The first of the kernel's scalars on which `t` depends."""
    return min((u.attr[0] for u in subterms([t]) if u.op == "param"), default=_LAST)


def size(t: Term) -> int:
    """How much there is to read."""
    return len(subterms([t]))


def in_integer_sum(t: Term, names: Mapping[Term, str]) -> tuple[int, int, int]:
    """Outer indices first, and what depends on none of them last: `i·stride + j + offset`."""
    return first_index(t, names), size(t), first_parameter(t)


def in_integer_product(t: Term, names: Mapping[Term, str]) -> tuple[int, int, int]:
    """Indices first, parameters last: `i·⌊n / 8⌋·stride`."""
    return int(t.op == "param"), first_index(t, names), first_parameter(t)


def in_real_sum(t: Term, *, leads: bool) -> tuple[int, int, int]:
    """By array, then what reads none: `x[i] + bias[i] + eps`; a constant last, or first if it `leads`."""
    base = reals.coefficient(t)[1]
    if reals.value_of(t) is not None:
        return (-1 if leads else _LAST + 1), 0, 0
    array = first_array(base)
    return (array if array >= 0 else _LAST), size(base), 0


def constant_leads(parts: tuple[Term, ...]) -> bool:
    """`1 + exp(x)`, but `x + 1`."""
    return any(reals.coefficient(t)[1].op == "rfun" for t in parts)


def in_real_product(t: Term) -> tuple[int, int]:
    """Scalars first, then by array, the shorter factor of two first: `scale·x[i]·rsqrt(…)·weight[i]`."""
    return first_array(t), size(t)


def in_extremum(t: Term, names: Mapping[Term, str]) -> tuple[int, int, int, int]:
    """Constants last: `max(x, 0)`."""
    constant = reals.value_of(t) is not None or ints.value_of(t) is not None
    return int(constant), first_array(t) % _LAST, first_index(t, names), size(t)


def in_equality(t: Term, names: Mapping[Term, str]) -> tuple[int, int, int, int]:
    """Constants last, elements before them: `k = target[i]`, `i mod 2 = 0`."""
    return int(ints.value_of(t) is not None), int(first_array(t) >= 0), first_index(t, names), size(t)


def in_condition(t: Term, names: Mapping[Term, str]) -> tuple[int, int]:
    """By index, the shorter first."""
    return first_index(t, names), size(t)
