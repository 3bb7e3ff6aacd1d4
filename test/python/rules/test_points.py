"""Points that refute: those far out, where 64 bits do not suffice, refute nothing."""

from __future__ import annotations

import pytest

from triton_lift.proving.samples import Learned
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms.term import make

M, N = (make("param", (), (i, name)) for i, name in enumerate("mn"))
AT_LEAST = bools.le(M, ints.mul(M, N))  # holds for n ≥ 1


@pytest.mark.parametrize("n", [(1 << 40), (1 << 61) + 1, 1 << 63])
def test_products_that_overflow_refute_nothing(n: int) -> None:
    learned = Learned()
    learned.learn({M: (1 << 40) + 3, N: n})
    assert not learned.refutes([bools.le(ints.ONE, M), bools.le(ints.ONE, N)], AT_LEAST)


def test_products_that_fit_do() -> None:
    learned = Learned()
    learned.learn({M: (1 << 40) + 3, N: 1 << 40})
    learned.learn({M: 3, N: 0})
    assert learned.refutes([bools.le(ints.ONE, M)], AT_LEAST)
    assert not learned.refutes([bools.le(ints.ONE, M), bools.le(ints.ONE, N)], AT_LEAST)
