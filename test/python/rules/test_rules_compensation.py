"""Theorem: what a compensated sum keeps of rounding is 0 over the reals; without finiteness it is not claimed."""

from __future__ import annotations

import pytest
from exact import exact
from guarded import ARRAYS, element
from recurrences import T, closed, loop_of, state, stepped

from triton_lift.closing import LoopCloser, NotClosed
from triton_lift.closing.compensation import REMARK
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.term import Term, make

S, C = state(0, "real"), state(1, "real")
X = element(T)
N = make("param", (), (0, "n"))


def difference(*parts: Term) -> Term:
    """The first less the others, as the interpreter leaves it: nothing cancels that may be infinite."""
    return reals.add(parts[0], *(reals.negate(p) for p in parts[1:]))


CORRECTED = difference(X, C)
AFTER = reals.add(S, CORRECTED)
KAHAN = [(reals.ZERO, AFTER), (reals.ZERO, difference(AFTER, S, CORRECTED))]
PLAIN = reals.add(S, X)
LARGER = reals.compare("rle", reals.apply("abs", X), reals.apply("abs", S))
LOST = reals.select(LARGER, reals.add(difference(S, PLAIN), X), reals.add(difference(X, PLAIN), S))
NEUMAIER = [(reals.ZERO, PLAIN), (reals.ZERO, reals.add(C, LOST))]
WRONG_SIGN = [(reals.ZERO, AFTER), (reals.ZERO, reals.add(difference(AFTER, S), CORRECTED))]
INFINITE = reals.select(bools.lt(T, N), X, reals.INF)
OF_INFINITIES = [(reals.ZERO, reals.add(S, difference(INFINITE, C))), KAHAN[1]]


@pytest.mark.parametrize("carries", [KAHAN, NEUMAIER], ids=["kahan", "neumaier"])
def test_compensations_are_zero(carries: list[tuple[Term, Term]]) -> None:
    kernel = loop_of(*carries)
    for pos in range(2):
        rule, forms = closed(kernel, pos)
        assert rule == ("accumulator", "compensation")[pos]
        assert [exact(f, {N: 3}, ARRAYS) for f in forms] == [row[pos] for row in stepped(kernel, {N: 3}, 7)]
    assert [r.text for r in kernel.roundings] == [REMARK]


def test_another_sign_is_no_compensation() -> None:
    with pytest.raises(NotClosed):
        closed(loop_of(*WRONG_SIGN), 1)


def test_a_start_that_is_not_zero() -> None:
    """The first correction is what the loop started with."""
    kernel = loop_of(KAHAN[0], (reals.ONE, KAHAN[1][1]))
    rule, forms = closed(kernel, 1)
    assert rule == "compensation"
    assert [exact(f, {N: 3}, ARRAYS) for f in forms] == [row[1] for row in stepped(kernel, {N: 3}, 7)]


def test_infinities_do_not_cancel() -> None:
    """A sum that may become infinite: ∞ − ∞ is not 0."""
    kernel = loop_of(*OF_INFINITIES)
    with pytest.raises(NotClosed):
        LoopCloser(kernel).close(kernel.loops[0], 1)


def test_what_is_equal_to_itself_by_chance_only() -> None:
    """x·y/y is x where y ≠ 0: no such division is taken for finite."""
    quotient = reals.div(reals.mul(C, element(ints.add(T, N))), element(ints.add(T, N)))
    kernel = loop_of(
        (reals.ZERO, PLAIN), (reals.ONE, reals.add(C, difference(S, S), difference(quotient, C)))
    )
    try:
        rule, _ = closed(kernel, 1)
    except NotClosed:
        return
    assert rule != "compensation"
