"""Elements of products of matrices are finite where those of the matrices are."""

from __future__ import annotations

import numpy as np

from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.term import Term, make, var

N = make("param", (), (1, "n"), "int")


def product(element: Term) -> Term:
    """The element (0, 1) of a product of n matrices of two rows whose elements are all this one."""
    t, u, w = var("t"), var("u"), var("w")
    two = ints.const(2)
    box = (t, ints.ZERO, N, u, ints.ZERO, two, w, ints.ZERO, two)
    return make("matprod", (*box, bools.TRUE, element, ints.ZERO, ints.ONE), ("matprod", 3), "real")


def test_nothing_times_finite_is_nothing() -> None:
    element = make("read", (ints.ZERO,), (0, 0), "real")
    assert reals.finite(product(element))
    assert reals.mul(reals.ZERO, product(element)) is reals.ZERO


def test_nothing_times_infinite_stays() -> None:
    for element in (reals.INF, reals.div(reals.ONE, make("read", (ints.ZERO,), (0, 0), "real"))):
        assert not reals.finite(product(element))
        assert reals.mul(reals.ZERO, product(element)) is not reals.ZERO


def test_finite_at_small_sizes() -> None:
    """The theorem, for products of up to four matrices of finite elements."""
    rng = np.random.default_rng(0)
    for n in range(5):
        matrices = [rng.normal(size=(2, 2)) for _ in range(n)]
        assert np.isfinite(np.linalg.multi_dot([np.eye(2), np.eye(2), *matrices])).all()
