"""Theorem: a state whose elements mix has the closed form's value, element by element, for every number of iterations.

Steps of the delta rule's kind are stepped in exact arithmetic on vectors of three elements; what does not sum over the
whole dimension, or is not linear, must be refused."""

from __future__ import annotations

import pytest
from exact import Value, exact
from guarded import ARRAYS, element

from triton_lift.closing import LoopCloser, NotClosed
from triton_lift.evaluation.terms import Evaluator
from triton_lift.reading.kernel import Carry, Kernel, Loop
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.term import Term, make, var

SIZE, COUNT = 3, 4
T, C, K = var("t"), var("c"), var("k")


def x(at: Term) -> Term:
    return make("state", (at,), (0, 0), "real")


def at(base: int, index: Term) -> Term:
    """An array element that depends on the iteration and an index."""
    return element(ints.add(ints.scale(T, 2), index, ints.const(base)))


def total(body: Term, high: int = SIZE, guard: Term = bools.TRUE) -> Term:
    return make("reduce", (K, ints.ZERO, ints.const(high), guard, body), ("add", 1), "real")


def kernel(step: Term, init: Term | None = None) -> Kernel:
    loop = Loop(0, T, ints.ONE, ints.const(COUNT), bools.TRUE, None)
    loop.carries[0] = Carry(0, (C,), element(C) if init is None else init, step)
    return Kernel("vectors", None, [], loops={0: loop}, extents={C: SIZE})


def stepped(k: Kernel) -> list[list[Value]]:
    carry = k.loops[0].carries[0]
    rows = [[exact(carry.init, {C: c}, ARRAYS) for c in range(SIZE)]]
    for t in range(COUNT):
        now = {T: t, **{x(ints.const(c)): v for c, v in enumerate(rows[-1])}}
        rows.append([exact(substituted(carry.next, c), now, ARRAYS) for c in range(SIZE)])
    return rows


def substituted(step: Term, c: int) -> Term:
    """The step at an index, with its sums written out, so that every state is at a number."""
    from triton_lift.terms.substitution import rewrite, substitute

    def visit(u: Term) -> Term | None:
        if u.op != "reduce":
            return None
        return reals.add(*(substitute(u.args[-1], {K: ints.const(i)}) for i in range(u.args[2].attr)))

    return substitute(rewrite(step, visit), {C: ints.const(c)})


MIXED = total(reals.mul(at(0, K), x(K)))
DECAYED = total(reals.mul(at(0, K), at(1, K), x(K)))
STEPS = {
    "delta rule": reals.sub(x(C), reals.mul(at(0, C), reals.sub(MIXED, at(3, C)))),
    "decays first": reals.add(
        reals.mul(at(1, C), x(C)), reals.mul(at(0, C), total(reals.mul(at(0, K), at(1, K), x(K))))
    ),
    "matrix alone": MIXED,
    "sum of both": reals.add(total(reals.add(x(K), at(2, K))), reals.mul(reals.const(2), x(C)), at(1, C)),
    "one row at a time": reals.select(bools.eq(C, T), MIXED, x(C)),
    "every other time": reals.select(bools.lt(T, C), reals.add(x(C), MIXED), reals.mul(at(0, C), x(C))),
    "quotient": reals.div(reals.add(x(C), MIXED), reals.from_int(ints.add(T, ints.ONE))),
}
REFUSED = {
    "part of the dimension": reals.add(x(C), total(reals.mul(at(0, K), x(K)), SIZE - 1)),
    "under a guard": reals.add(x(C), total(x(K), SIZE, bools.lt(K, C))),
    "squares": total(reals.mul(x(K), x(K))),
    "product of two": reals.mul(x(C), MIXED),
    "the neighbour": reals.add(x(C), x(ints.fmod(ints.add(C, ints.ONE), ints.const(SIZE)))),
    "chosen by the state": reals.select(reals.compare("rlt", x(C), reals.ZERO), MIXED, x(C)),
    "may be infinite": reals.add(x(C), reals.mul(reals.select(bools.lt(T, C), reals.INF, reals.ONE), MIXED)),
}


@pytest.mark.parametrize("name", STEPS)
def test_closed_forms(name: str) -> None:
    k = kernel(STEPS[name])
    form = LoopCloser(k).close(k.loops[0], 0)
    assert form.rule == "matrix recurrence"
    for t, row in enumerate(stepped(k)):
        for c, value in enumerate(row):
            assert exact(form.at(ints.const(t), (ints.const(c),)), {}, ARRAYS) == value


def test_evaluation() -> None:
    """The executable form agrees, for all indices and times at once."""
    import numpy as np

    k = kernel(STEPS["delta rule"])
    form = LoopCloser(k).close(k.loops[0], 0)
    c, t = var("i"), var("t")
    array = np.array([float(ARRAYS[0][i]) for i in range(24)])
    leaves = {c: np.arange(SIZE).reshape(SIZE, 1), t: np.arange(COUNT + 1).reshape(1, COUNT + 1)}
    got = Evaluator(leaves, {0: array})(form.at(t, (c,)))
    expected = np.array(stepped(k), dtype=np.float64).T
    assert np.allclose(got, expected)


def test_the_order_of_factors_matters() -> None:
    """The product the other way round is another one: the test above can fail."""
    k = kernel(STEPS["decays first"])
    rows = stepped(k)
    form = LoopCloser(k).close(k.loops[0], 0)
    late = [exact(form.at(ints.const(2), (ints.const(c),)), {}, ARRAYS) for c in range(SIZE)]
    assert late == rows[2] != rows[1]


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    k = kernel(REFUSED[name])
    with pytest.raises(NotClosed):
        LoopCloser(k).close(k.loops[0], 0)
