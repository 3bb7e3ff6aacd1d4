"""Theorem: a state whose greatest (least) element is taken out in each iteration has the closed form's value.

Stepped in exact arithmetic on vectors with ties, with every choice of extremum, tie-breaking and filler."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from exact import INF, exact

from triton_lift.closing import LoopCloser, NotClosed
from triton_lift.evaluation.terms import Evaluator
from triton_lift.reading.kernel import Carry, Kernel, Loop, Parameter
from triton_lift.simplification import PreconditionRequest
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.term import Term, make, subterms, var

SIZE, COUNT = 4, 6
T, C, K = var("t"), var("c"), var("k")
N = make("param", (), (1, "n"))


def x(at: Term) -> Term:
    return make("state", (at,), (0, 0), "real")


def element(at: Term) -> Term:
    return make("read", (at,), (0, 0, ()), "real")


def place(
    kind: str, order: int = 1, body: Term | None = None, size: int = SIZE, shift: Term = ints.ZERO
) -> Term:
    """The index of the extremum, the first (order 1) or the last of equal ones, plus `shift`."""
    index = ints.add(ints.scale(K, order), ints.scale(shift, order))
    args = (K, ints.ZERO, ints.const(size), bools.TRUE, x(K) if body is None else body, index)
    return ints.scale(make("argreduce", args, (f"arg{kind}", 1), "int"), order)


def kernel(step: Term, init: Term | None = None, format_: str = "f16") -> Kernel:
    loop = Loop(0, T, ints.ONE, ints.const(COUNT), bools.TRUE, None)
    loop.carries[0] = Carry(0, (C,), element(C) if init is None else init, step)
    parameter = Parameter(0, "x", f"ptr<{format_}>")
    return Kernel("vectors", None, [parameter], loops={0: loop}, extents={C: SIZE})


def taken(where: Term, filler: Term) -> Term:
    return reals.select(bools.eq(C, where), filler, x(C))


def stepped(values: list[Fraction], kind: str, order: int, filler: object) -> list[list[object]]:
    rows: list[list[object]] = [list(values)]
    for _ in range(COUNT):
        row = list(rows[-1])
        best = max(row) if kind == "max" else min(row)  # type: ignore[type-var]
        places = [i for i, v in enumerate(row) if v == best]
        row[places[0] if order > 0 else places[-1]] = filler
        rows.append(row)
    return rows


LOW, HIGH = Fraction(-65504), Fraction(65504)
FILLERS = {
    "max": [(reals.NEG_INF, -INF), (reals.const(LOW), LOW)],
    "min": [(reals.INF, INF), (reals.const(HIGH), HIGH)],
}


@pytest.mark.parametrize(("kind", "order"), [*product(FILLERS, (1, -1))])
def test_closed_forms(kind: str, order: int) -> None:
    rng = random.Random(kind)
    for filler, value in FILLERS[kind]:
        k = kernel(taken(place(kind, order), filler))
        form = LoopCloser(k).close(k.loops[0], 0)
        assert form.rule == "taken in order"
        for _ in range(20):
            values = [rng.choice([LOW, Fraction(-1), Fraction(0), Fraction(2), HIGH]) for _ in range(SIZE)]
            for t, row in enumerate(stepped(values, kind, order, value)):
                for c, expected in enumerate(row):
                    assert exact(form.at(ints.const(t), (ints.const(c),)), {}, {0: values}) == expected


def test_the_order_of_equal_elements_matters() -> None:
    """The test above can fail: the last of equal elements is not the first."""
    values = [Fraction(1), Fraction(1), Fraction(0), Fraction(1)]
    assert stepped(values, "max", 1, -INF)[1] != stepped(values, "max", -1, -INF)[1]


def test_a_shift_of_arguments_is_asked_to_vanish() -> None:
    from triton_lift.proving import Context, Session

    k = kernel(taken(ints.add(place("max"), N), reals.NEG_INF))
    closer = LoopCloser(k)
    closer.facts = Context(Session())
    with pytest.raises(PreconditionRequest) as request:
        closer.close(k.loops[0], 0)
    assert request.value.fact is bools.eq(N, ints.ZERO)
    closer = LoopCloser(k)
    closer.facts = Context(Session(), [request.value.fact])
    assert closer.close(k.loops[0], 0).rule == "taken in order"


REFUSED = {
    "of a part": taken(place("max", size=SIZE - 1), reals.NEG_INF),
    "of other values": taken(place("max", body=reals.mul(x(K), x(K))), reals.NEG_INF),
    "the next one": taken(ints.add(place("max"), ints.ONE), reals.NEG_INF),
    "filled with the other infinity": taken(place("max"), reals.INF),
    "filled above some": taken(place("max"), reals.const(-100)),
    "halved": reals.select(bools.eq(C, place("max")), reals.mul(reals.const(Fraction(1, 2)), x(C)), x(C)),
    "the others": reals.select(bools.eq(C, place("max")), x(C), reals.NEG_INF),
    "a shift of another index": taken(ints.add(place("max", shift=C), ints.ZERO), reals.NEG_INF),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    k = kernel(REFUSED[name])
    with pytest.raises(NotClosed):
        LoopCloser(k).close(k.loops[0], 0)


def test_a_wider_format_reaches_below_the_filler() -> None:
    step = taken(place("max"), reals.const(LOW))
    k = kernel(step, format_="f32")
    with pytest.raises(NotClosed):
        LoopCloser(k).close(k.loops[0], 0)


def test_what_may_be_undefined_is_presupposed() -> None:
    k = kernel(taken(place("max"), reals.NEG_INF), reals.div(reals.ONE, element(C)))
    form = LoopCloser(k).close(k.loops[0], 0)
    assert form.value.op == "provided" and form.value.args[1].op == "reduce"


def left(t: int, values: list[Fraction], found: Term) -> float:
    array = np.array([float(v) for v in values])
    return float(Evaluator({T: np.int64(t)}, {0: array})(found))


def best(kind: str, by_place: bool) -> Term:
    args = (K, ints.ZERO, ints.const(SIZE), bools.TRUE, x(K))
    if by_place:
        return make("argreduce", (*args, K), (f"arg{kind}", 1), "int")
    return make("reduce", args, (kind, 1), "real")


@pytest.mark.parametrize("by_place", [False, True])
@pytest.mark.parametrize(("kind", "order"), [*product(FILLERS, (1, -1))])
def test_the_greatest_left_is_an_element_of_a_rank(kind: str, order: int, by_place: bool) -> None:
    """Of every vector of four with ties, at the ends of the format too; after all are taken the filler is left."""
    for number, (filler, value) in enumerate(FILLERS[kind]):
        k = kernel(taken(place(kind, order), filler))
        found = LoopCloser(k).resolve(best(kind, by_place))
        ranked = any(u.op in ("ranked", "argranked") for u in subterms([found]))
        # Places: only in the order in which they are taken, and if what is taken goes below all else.
        assert ranked == (not by_place or (order > 0 and not (by_place and number == 1)))
        extreme = HIGH if kind == "min" else LOW
        for values in product([extreme, Fraction(1), Fraction(2)], repeat=SIZE):
            for t, row in enumerate(stepped(list(values), kind, order, value)):
                goal = max(row) if kind == "max" else min(row)  # type: ignore[type-var]
                expected = row.index(goal) if by_place else float(goal)  # type: ignore[arg-type]
                assert left(t, list(values), found) == expected, (values, t)


def test_a_filler_among_the_elements_has_no_place() -> None:
    """Why a place is told by rank only if what is taken goes below all else: what was taken comes first again."""
    values = [HIGH, LOW, LOW, LOW]
    rows = stepped(values, "max", 1, LOW)
    assert rows[1].index(LOW) == 0  # by rank it would be 1
