"""Theorem: what is said of a network's outputs holds for all inputs; and of masked elements. By brute force."""

from __future__ import annotations

import random
from itertools import permutations, product

import numpy as np
import pytest

from triton_lift.evaluation.terms import Evaluator
from triton_lift.networks.digits import Digits, fit
from triton_lift.networks.zero_one import Ranks, State, Undecided, ranks, start, step
from triton_lift.reading.ranked import by_rank
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.term import Term, make, var

Layer = list[tuple[str, int, int]]


def run(layers: list[Layer], values: tuple[int, ...]) -> list[int]:
    lanes = list(values)
    for layer in layers:
        lanes = [
            lanes[p] if kind == "pass" else (min if kind == "min" else max)(lanes[p], lanes[q])
            for kind, p, q in layer
        ]
    return lanes


def decided(size: int, layers: list[Layer]) -> list[Ranks | None]:
    state: State = start(size)
    for layer in layers:
        state = step(state, layer)
    return ranks(state)


def bitonic(size: int) -> list[Layer]:
    """Batcher's network."""
    layers = []
    for log in range(1, size.bit_length()):
        for distance in (1 << d for d in reversed(range(log))):
            layers.append(
                [
                    ("min" if (i & distance == 0) == (i >> log & 1 == 0) else "max", i, i ^ distance)
                    for i in range(size)
                ]
            )
    return layers


def by_hand(size: int, layers: list[Layer]) -> list[Ranks | None]:
    """The same from all orders of the inputs: which inputs each lane depends on, and the rank among these."""
    inputs: list[set[int]] = [{i} for i in range(size)]
    for layer in layers:
        joined = [inputs[p] | inputs[q] if kind != "pass" else inputs[p] for kind, p, q in layer]
        inputs = joined
    everything = [(v, run(layers, v)) for v in permutations(range(size))]
    result: list[Ranks | None] = []
    for lane, own in enumerate(inputs):
        found = {sorted((v[i] for i in own), reverse=True).index(out[lane]) for v, out in everything}
        result.append(Ranks(found.pop(), tuple(sorted(own))) if len(found) == 1 else None)
    return result


@pytest.mark.parametrize("size", [2, 4, 8, 16, 64, 512])
def test_batchers_network_sorts(size: int) -> None:
    everything = tuple(range(size))
    assert decided(size, bitonic(size)) == [Ranks(size - 1 - i, everything) for i in range(size)]


@pytest.mark.parametrize("size", [2, 4, 8, 16])
def test_batchers_network_on_zeros_and_ones(size: int) -> None:
    for values in product((0, 1), repeat=size):
        assert run(bitonic(size), values) == sorted(values)


@pytest.mark.parametrize("size", [4, 8, 16])
def test_a_network_with_a_mistake_is_not_said_to_sort(size: int) -> None:
    """One comparator turned round, left out, or at another distance; on all zeros and ones it does not sort either."""
    layers = bitonic(size)
    inputs = list(product((0, 1), repeat=size))
    rng = random.Random(size)
    everything = tuple(range(size))
    for _ in range(12):
        at, pair = rng.randrange(len(layers)), rng.randrange(size)
        _, p, q = layers[at][pair]
        here = layers[at]
        turned = [
            ("max" if k == "min" else "min", a, b) if {a, b} == {p, q} else (k, a, b) for k, a, b in here
        ]
        missing = [("pass", i, i) if {a, b} == {p, q} else (k, a, b) for i, (k, a, b) in enumerate(here)]
        elsewhere = [(k, a, (a + 1) % size) if {a, b} == {p, q} else (k, a, b) for k, a, b in here]
        for layer in (turned, missing, elsewhere):
            wrong = [*layers[:at], layer, *layers[at + 1 :]]
            sorts = all(run(wrong, v) == sorted(v) for v in inputs)
            said = decided(size, wrong) == [Ranks(size - 1 - i, everything) for i in range(size)]
            assert said == sorts


def test_chance_networks_as_by_hand() -> None:
    """Connected lanes count as depending on each other, so fewer ranks may be known than there are; none is wrong."""
    rng = random.Random(1)
    known = 0
    for _ in range(150):
        size = rng.choice([3, 4, 5])
        layers = []
        for _ in range(rng.randrange(1, 8)):
            layer: Layer = [("pass", i, i) for i in range(size)]
            p, q = rng.sample(range(size), 2)
            layer[p], layer[q] = ("min", p, q), ("max", p, q)
            layers.append(layer)
        for said, true in zip(decided(size, layers), by_hand(size, layers), strict=True):
            known += said is not None
            if said is not None and true is not None and said.inputs == true.inputs:
                assert said == true
            for values in permutations(range(size)) if said is not None else ():
                lane = decided(size, layers).index(said)
                among = sorted((values[i] for i in said.inputs), reverse=True)  # type: ignore[union-attr]
                assert run(layers, values)[lane] == among[said.rank]  # type: ignore[union-attr]
                break
    assert known > 100


def test_selection_drops_lanes() -> None:
    """The greater ones of two pairs, sorted in opposite directions, are the greater half, in no order yet."""
    pairs: Layer = [("min", 0, 1), ("max", 0, 1), ("max", 2, 3), ("min", 2, 3)]
    layers: list[Layer] = [pairs, [("max", 0, 2), ("max", 1, 3)]]
    for values in permutations(range(4)):
        assert set(run(layers, values)) == {2, 3}
    assert decided(4, layers) == [None, None]
    everything = (0, 1, 2, 3)
    assert decided(4, [*layers, [("max", 0, 1), ("min", 0, 1)]]) == [
        Ranks(0, everything),
        Ranks(1, everything),
    ]


def test_too_many_inputs_are_not_followed() -> None:
    state = start(20)
    with pytest.raises(Undecided):
        for i in range(19):  # a chain that never settles
            state = step(state, [("min" if j == i else "pass", j, j + 1 if j == i else j) for j in range(20)])


@pytest.mark.parametrize("shape", [(8,), (2, 4), (4, 1, 2)])
def test_functions_of_digits(shape: tuple[int, ...]) -> None:
    places = np.indices(shape).reshape(len(shape), -1)
    count = places.shape[1]
    rng = np.random.default_rng(0)
    lane = np.arange(count)
    for values in (
        lane,
        count - 1 - lane,
        lane ^ 1,
        lane ^ 5 if count == 8 else lane,
        lane // 2,
        rng.permutation(count),
    ):
        found = fit(shape, values)
        if found is None:
            assert not np.array_equal(values, lane)
            continue
        total = np.full(count, found.constant)
        for part in found.parts:
            digits = (places[part.axis] >> part.low) % (1 << part.width)
            total = total + part.factor * digits
        assert np.array_equal(total, values)
    assert fit((8,), np.arange(8)) == Digits(0, (fit((8,), np.arange(8)).parts[0],))  # type: ignore[union-attr]
    assert fit((4,), np.array([0, 1, 3, 2])) is None


K, I = var("k"), var("i")
N = make("param", (), (1, "n"))
SIZE = 4


def element() -> Term:
    return make("read", (K,), (0, 0, ()), "real")


@pytest.mark.parametrize("kind", ["largest", "smallest"])
@pytest.mark.parametrize("op", ["ranked", "argranked"])
def test_fillers_come_last(kind: str, op: str) -> None:
    filler = reals.NEG_INF if kind == "largest" else reals.INF
    body = reals.select(bools.lt(K, N), element(), filler)
    plain = make(
        op,
        (K, ints.ZERO, ints.const(SIZE), bools.TRUE, body, I),
        (kind, 1),
        "real" if op == "ranked" else "int",
    )
    told = by_rank(op, kind, (K, ints.const(SIZE)), body, I)
    assert told.op == "select"
    for size in range(-1, SIZE + 2):
        for data in product((0.0, 1.0, 2.0), repeat=SIZE):
            evaluate = Evaluator({I: np.arange(SIZE), N: np.int64(size)}, {0: np.array(data)})
            assert evaluate(told).tolist() == evaluate(plain).tolist()


@pytest.mark.parametrize("filler", [reals.ZERO, reals.INF, reals.const(-65504)])
def test_fillers_in_the_middle_stay(filler: Term) -> None:
    body = reals.select(bools.lt(K, N), element(), filler)
    assert by_rank("ranked", "largest", (K, ints.const(SIZE)), body, I).op == "ranked"
    half = by_rank("ranked", "largest", (K, ints.const(SIZE)), body, I, lambda array: "f16")
    assert (half.op == "select") == (filler is reals.const(-65504))
