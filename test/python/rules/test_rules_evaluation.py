"""Theorems: evaluating a term on arrays of points gives at each point what exact arithmetic gives; the box that is
searched for the points of an output contains them all."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from exact import Undefined, exact, pool
from guarded import ARRAYS, LEAVES, bodies, reductions
from hypothesis import given, settings
from hypothesis import strategies as st
from trees import booleans, built, integers

from triton_lift.evaluation import Program, ProgramOutput
from triton_lift.evaluation import terms as evaluation_terms
from triton_lift.evaluation.program import bounding_box
from triton_lift.evaluation.terms import Evaluator
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.term import Term, make, var

POINTS = pool(12, {leaf: range(-3, 6) for leaf in LEAVES})
OFFSET = 200


class Shifted:
    """The endless array of the exact evaluation, as far as small indices reach."""

    values = np.array([float(ARRAYS[0][i]) for i in range(2 * OFFSET)])


def close(a: object, b: object) -> bool:
    return bool(np.isclose(float(a), float(b), rtol=1e-9, atol=1e-9, equal_nan=True) or a == b)  # type: ignore[arg-type]


def inside(t: Term, point: dict[Term, int]) -> object:
    """The exact value, if no read leaves the finite array."""

    class Watched:
        def __getitem__(self, index: int) -> Fraction:
            if not 0 <= index < 2 * OFFSET:
                raise Undefined
            return ARRAYS[0][index]

    return exact(t, point, {0: Watched()})


@settings(max_examples=100)
@given(st.one_of(integers(LEAVES, 3, conditions=True), booleans(LEAVES)))
def test_integers_and_conditions(t: Term) -> None:
    """At all points at once, as arrays."""
    columns = {leaf: np.array([p[leaf] for p in POINTS]) for leaf in LEAVES}
    values = np.broadcast_to(Evaluator(columns, {})(built(t)), (len(POINTS),))
    for p, v in zip(POINTS, values, strict=False):
        try:
            expected = exact(built(t), p)
        except Undefined:
            continue
        assert abs(int(expected)) > 1 << 62 or expected == v


@settings(max_examples=60)
@given(st.one_of(bodies(LEAVES, 2), reductions(LEAVES, 1)))
def test_reals_and_reductions(t: Term) -> None:
    for p in POINTS:
        try:
            expected = inside(built(t), p)
        except (Undefined, OverflowError):
            continue
        assert close(Evaluator(p, {0: Shifted.values})(built(t)), expected)


def test_reductions_over_bound_ends_are_broadcast() -> None:
    """Σ_{j<k} of a range that depends on the outer index, for all outer indices at once."""
    k, j, x = var("k"), var("j"), var("x")
    body = reals.from_int(ints.add(ints.mul(j, x), k))
    t = make(
        "reduce",
        (k, ints.ZERO, x, j, ints.ZERO, ints.add(k, ints.ONE), bools.lt(j, ints.const(3)), body),
        ("add", 2),
        "real",
    )
    values = Evaluator({x: np.arange(6)}, {})(t)
    assert [float(v) for v in values] == [float(exact(t, {x: i})) for i in range(6)]


V = [var("a"), var("b"), var("c")]
M, N = make("param", (), (0, "m")), make("param", (), (1, "n"))


def constraints() -> st.SearchStrategy[Term]:
    """Mostly upper bounds: of one variable, of sums, with sizes as coefficients, sometimes anything."""
    size = st.sampled_from(
        [M, N, ints.const(3), ints.const(5), ints.sub(N, ints.ONE), ints.mul(M, N), ints.ZERO]
    )
    one = st.builds(lambda v, e: bools.lt(v, e), st.sampled_from(V), size)
    mixed = st.builds(
        lambda v, c, w, d, e: bools.lt(ints.add(ints.scale(v, c), ints.mul(w, d)), e),
        st.sampled_from(V),
        st.integers(1, 3),
        st.sampled_from(V),
        st.sampled_from([ints.const(-1), ints.ONE, ints.const(-2), M]),
        size,
    )
    # Rows of tiles, and tiles of rows: what a variable's quotient, or its product with another, leaves of its bound.
    quotient = st.builds(
        lambda v, d, w, c, e: bools.lt(ints.add(ints.fdiv(v, ints.const(d)), ints.scale(w, c)), e),
        st.sampled_from(V),
        st.integers(2, 4),
        st.sampled_from(V),
        st.integers(-1, 2),
        size,
    )
    product = st.builds(
        lambda v, w, u, e: bools.lt(ints.add(ints.mul(v, ints.add(w, ints.ONE)), u), e),
        st.sampled_from(V),
        st.sampled_from(V),
        st.sampled_from(V),
        size,
    )
    equal = st.builds(
        lambda v, w, e: bools.eq(ints.add(v, w), e), st.sampled_from(V), st.sampled_from(V), size
    )
    return st.one_of(one, one, mixed, quotient, product, equal, booleans([*V, M, N], 0).map(built))


@settings(max_examples=300)
@given(st.lists(constraints(), min_size=3, max_size=6))
def test_the_bounding_box_contains_every_point(facts: list[Term]) -> None:
    parts = tuple(p for f in facts for p in bools.conjuncts(f))
    output = ProgramOutput(0, tuple(V), parts, V[0], reals.ZERO)
    grid = [a.ravel() for a in np.meshgrid(*[np.arange(13)] * 3, indexing="ij")]
    for m, n in ((-2, 3), (0, 4), (2, 5), (3, 1), (1, -1)):
        try:
            box = bounding_box(output, {M: np.int64(m), N: np.int64(n)}, {})
        except ValueError:
            continue
        at = Evaluator({**dict(zip(V, grid, strict=False)), M: m, N: n}, {})
        mask = np.ones(grid[0].shape, dtype=bool)
        for f in parts:
            mask = mask & at(f)
        for column, size in zip(grid, box, strict=False):
            assert not mask.any() or column[mask].max() < size


def test_quotients_and_products_bound_their_variables() -> None:
    """16·⌊v / 16⌋ < n and ⌈n / 4⌉·⌊w / 4⌋ + u < m."""
    u, v, w = V
    facts = (
        bools.lt(ints.scale(ints.fdiv(v, ints.const(16)), 16), N),
        bools.lt(
            ints.add(
                ints.mul(ints.fdiv(ints.add(N, ints.const(3)), ints.const(4)), ints.fdiv(w, ints.const(4))), u
            ),
            M,
        ),
    )
    output = ProgramOutput(0, tuple(V), facts, u, reals.ZERO)
    assert bounding_box(output, {M: np.int64(9), N: np.int64(17)}, {}) == [9, 32, 8]


def test_an_index_without_a_bound_is_refused() -> None:
    output = ProgramOutput(
        0, (V[0], V[1]), (bools.lt(V[0], N), bools.lt(V[1], ints.add(V[1], N))), V[0], reals.ZERO
    )
    with pytest.raises(ValueError, match="no upper bound"):
        bounding_box(output, {N: np.int64(3)}, {})


def program(*outputs: ProgramOutput, preconditions: tuple[tuple[str, Term], ...] = ()) -> Program:
    return Program((("m", "i32"), ("n", "i32"), ("x", "ptr<f32>"), ("y", "ptr<f32>")), preconditions, outputs)


def read(array: int, index: Term) -> Term:
    return make("read", (index,), (array, 0, False), "real")


def test_outputs_are_written_in_program_order_from_the_old_contents() -> None:
    i = var("i")
    reverse = ProgramOutput(3, (i,), (bools.lt(i, N),), i, read(2, ints.sub(N, ints.add(i, ints.ONE))))
    first = ProgramOutput(3, (i,), (bools.lt(i, ints.ONE),), i, reals.const(9))
    x, y = np.arange(4.0), np.full(6, -1.0)
    after = program(reverse, first).evaluate({"m": 0, "n": 4, "x": x, "y": y}, (1, 1, 1))
    assert list(after) == ["y"] and after["y"].tolist() == [9, 2, 1, 0, -1, -1]
    after = program(first, reverse).evaluate({"m": 0, "n": 4, "x": x, "y": y}, (1, 1, 1))
    assert after["y"].tolist() == [3, 2, 1, 0, -1, -1]
    assert y.tolist() == [-1] * 6, "the arguments are left alone"


def test_what_does_not_hold_is_refused() -> None:
    i = var("i")
    copy = ProgramOutput(3, (i,), (bools.lt(i, N),), i, read(2, i))
    limited = program(copy, preconditions=(("n ≤ 4", bools.le(N, ints.const(4))),))
    args = {"m": 0, "n": 4, "x": np.arange(8.0), "y": np.zeros(4)}
    assert limited.evaluate(args, (1, 1, 1))["y"].tolist() == [0, 1, 2, 3]
    with pytest.raises(ValueError, match="n ≤ 4"):
        limited.evaluate({**args, "n": 5}, (1, 1, 1))
    with pytest.raises(ValueError, match="outside"):
        program(copy).evaluate({**args, "n": 5}, (1, 1, 1))
    with pytest.raises(ValueError, match="'y' is missing"):
        program(copy).evaluate({k: v for k, v in args.items() if k != "y"}, (1, 1, 1))


@pytest.mark.parametrize("kind", ["add", "mul", "max", "min"])
def test_reductions_in_blocks(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As many points at once as memory is meant for: the same value, whatever the block."""
    i, k, m = var("i"), var("k"), var("m")
    body = reals.from_int(ints.sub(ints.mul(k, m), ints.add(i, ints.const(2))))
    box = (k, ints.ZERO, ints.add(i, ints.const(3)), m, ints.ONE, ints.add(k, ints.const(2)))
    t = make("reduce", (*box, bools.lt(ints.ZERO, ints.add(k, i)), body), (kind, 2), "real")
    leaves = {i: np.arange(4)}
    whole = Evaluator(leaves, {})(t)
    for block in (1, 7, 40):
        monkeypatch.setattr(evaluation_terms, "_AT_ONCE", block)
        assert np.array_equal(Evaluator(leaves, {})(t), whole)
    monkeypatch.setattr(evaluation_terms, "_MOST_POINTS", 10)
    with pytest.raises(ValueError, match="too many"):
        Evaluator(leaves, {})(t)
