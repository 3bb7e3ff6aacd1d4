"""Whole lifts of summaries written by hand. The theorem of each: at small sizes, memory after the formula is what the
kernel is known to compute; a mutant of it gets another formula or none; what cannot be known is never `verified`."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from summary_builder import Summary

from triton_lift.lifted import Lifted
from triton_lift.lifting import lift_summary

BLOCK = 8


def lifted(s: Summary) -> Lifted:
    return lift_summary(s.data, "kernel.ttir")


def formula(s: Summary) -> str:
    """`array[…] = formula for domain` of the only output, or the reason why there is none."""
    result = lifted(s)
    if result.status != "verified":
        assert result.reason and not result.outputs
        return str(result.reason)
    (o,) = result.outputs
    return f"{o.array}[{', '.join(o.indices)}] = {o.formula} for {o.domain}"


def vector_add(
    guard: str = "lt",
    load_mask: str = "lt",
    other: float | None = 0.0,
    stride: int = BLOCK,
    shift: int = 0,
    op: str = "addf",
) -> Summary:
    s = Summary(x="ptr<f32>", y="ptr<f32>", out="ptr<f32>", n="i32")
    i = s.var("lane", BLOCK)
    place = s.add(s.mul(s.pid(), s.const(stride)), i)
    n = s.param("n")
    inside = {"lt": s.lt(place, n), "le": s.le(place, n), "none": s.true()}
    filler = None if other is None else s.const(other, "f32")
    x, y = (
        s.load(a, s.add(place, s.const(k)), inside[load_mask], filler) for a, k in (("x", 0), ("y", shift))
    )
    s.store("out", place, inside[guard], s.real(op, x, y), (i,))
    return s


def softmax(
    filler: float = -np.inf, shifted: bool = True, limit: Callable[[Summary], int] | None = None
) -> Summary:
    s = Summary(x="ptr<f32>", out="ptr<f32>", stride="i32", n="i32")
    n = limit(s) if limit else s.param("n")
    start = s.mul(s.pid(), s.param("stride"))
    i, k, j = s.var("lane", BLOCK), s.var("reduce", BLOCK), s.var("reduce", BLOCK)

    def at(v: int) -> int:
        return s.load("x", s.add(start, v), s.lt(v, n), s.const(filler, "f32"))

    top = s.reduce("max", j, at(j))

    def exponential(v: int) -> int:
        return s.real("exp", s.real("subf", at(v), top) if shifted else at(v))

    total = s.reduce("add", k, exponential(k))
    s.store("out", s.add(start, i), s.lt(i, s.param("n")), s.real("divf", exponential(i), total), (i,))
    return s


def matmul(
    mask: str = "lt",
    step: int = 4,
    other: float = 0.0,
    swapped: bool = False,
    trips: str = "ceil",
    advance: int = 4,
) -> Summary:
    """C = A·B with 2×2 tiles of C on two grid axes, K in steps of 4."""
    s = Summary(
        a="ptr<f32>", b="ptr<f32>", c="ptr<f32>", m="i32", n="i32", k="i32", sa="i32", sb="i32", sc="i32"
    )
    m, n, k = (s.param(x) for x in "mnk")
    i, j = s.var("lane", 2), s.var("lane", 2)
    ci, cj, r, t = s.var("coord", 2), s.var("coord", 2), s.var("reduce", 4), s.var("loop")

    def row(v: int) -> int:
        return s.add(s.mul(s.pid(0), s.const(2)), v)

    def column(v: int) -> int:
        return s.add(s.mul(s.pid(1), s.const(2)), v)

    depth = s.add(s.mul(t, s.const(advance)), r)
    inside = {"lt": s.lt, "le": s.le}[mask](depth, k)
    zero = s.const(other, "f32")

    def masked(condition: int, array: str, index: int) -> int:
        return s.load(array, index, s.both(inside, condition), zero)

    left = masked(s.lt(row(ci), m), "a", s.add(s.mul(row(ci), s.param("sa")), depth))
    index = (column(cj), depth) if swapped else (depth, column(cj))
    right = masked(s.lt(column(cj), n), "b", s.add(s.mul(index[0], s.param("sb")), index[1]))
    dot = s.reduce("add", r, s.real("mulf", left, right))
    state = s.term("state", "f32", ci, cj, loop=0, pos=0)
    high = s.div(s.add(k, s.const(3)), s.const(4)) if trips == "ceil" else s.div(k, s.const(4))
    s.loop(t, s.const(0), high, s.const(1), ((ci, cj), s.const(0.0, "f32"), s.real("addf", state, dot)))
    final = s.term("final", "f32", i, j, loop=0, pos=0)
    guard = s.both(s.lt(row(i), m), s.lt(column(j), n))
    s.store("c", s.add(s.mul(row(i), s.param("sc")), column(j)), guard, final, (i, j))
    return s


VECTOR = "out[i] = x[i] + y[i] for 0 ≤ i < n"
SOFTMAX = formula(softmax())
MATMUL = formula(matmul())


def test_vector_add() -> None:
    assert formula(vector_add()) == VECTOR
    result = lifted(vector_add())
    assert (result.values, result.coverage, result.single_writer) == ("proved",) * 3
    assert result.preconditions == ["n ≤ 8·num_programs(0)", "no int32 wrap: 8·num_programs(0) ≤ 2^31"]
    x, y = np.arange(20.0), np.arange(20.0) ** 2
    after = result.evaluate({"x": x, "y": y, "out": np.zeros(20), "n": 19}, (3, 1, 1))["out"]
    assert np.array_equal(after, np.append((x + y)[:19], 0))


def test_softmax() -> None:
    assert SOFTMAX == (
        "out[i, j] = exp(x[i, j]) / (Σ[k<n] exp(x[i, k])) for 0 ≤ i < num_programs(0), 0 ≤ j < n"
    )
    result = lifted(softmax())
    assert result.status == "verified"
    assert any("n ≤ 8" in p for p in result.preconditions)
    x = np.random.default_rng(0).normal(size=24)
    after = result.evaluate({"x": x, "out": np.zeros(24), "stride": 8, "n": 5}, (3, 1, 1))["out"].reshape(
        3, 8
    )
    e = np.exp(x.reshape(3, 8)[:, :5])
    assert np.allclose(after[:, :5], e / e.sum(axis=1, keepdims=True)) and not after[:, 5:].any()


def test_matmul() -> None:
    assert MATMUL == "c[i, j] = Σ[r<k] a[i, r]·b[r, j] for 0 ≤ i < m, 0 ≤ j < n"
    result = lifted(matmul())
    assert (result.status, result.coverage) == ("verified", "proved")
    draw = np.random.default_rng(1)
    a, b = draw.integers(-4, 5, (3, 5)).astype(float), draw.integers(-4, 5, (5, 4)).astype(float)
    args = {
        "a": a.ravel(),
        "b": b.ravel(),
        "c": np.zeros(12),
        "m": 3,
        "n": 4,
        "k": 5,
        "sa": 5,
        "sb": 4,
        "sc": 4,
    }
    assert np.array_equal(result.evaluate(args, (2, 2, 1))["c"].reshape(3, 4), a @ b)


MUTANTS: dict[str, tuple[Callable[[], Summary], str]] = {
    "vector: store mask ≤": (lambda: vector_add(guard="le"), VECTOR),
    "vector: load mask ≤ and store mask ≤": (lambda: vector_add(guard="le", load_mask="le"), VECTOR),
    "vector: no store mask": (lambda: vector_add(guard="none"), VECTOR),
    "vector: no other, store unmasked": (lambda: vector_add(guard="none", other=None), VECTOR),
    "vector: tiles overlap": (lambda: vector_add(stride=BLOCK - 1), VECTOR),
    "vector: gaps between tiles": (lambda: vector_add(stride=BLOCK + 1), VECTOR),
    "vector: y shifted": (lambda: vector_add(shift=1), VECTOR),
    "vector: another operator": (lambda: vector_add(op="mulf"), VECTOR),
    "softmax: masked elements are 0": (lambda: softmax(filler=0.0), SOFTMAX),
    "softmax: masked elements are +inf": (lambda: softmax(filler=np.inf), SOFTMAX),
    "softmax: one element too many": (
        lambda: softmax(limit=lambda s: s.add(s.param("n"), s.const(1))),
        SOFTMAX,
    ),
    "softmax: one element too few": (
        lambda: softmax(limit=lambda s: s.sub(s.param("n"), s.const(1))),
        SOFTMAX,
    ),
    "matmul: mask ≤": (lambda: matmul(mask="le"), MATMUL),
    "matmul: masked elements are 1": (lambda: matmul(other=1.0), MATMUL),
    "matmul: B transposed": (lambda: matmul(swapped=True), MATMUL),
    "matmul: the rest of K left out": (lambda: matmul(trips="floor"), MATMUL),
    "matmul: steps of 3": (lambda: matmul(advance=3), MATMUL),
}


@pytest.mark.parametrize("name", MUTANTS)
def test_a_mutant_is_another_formula_or_none(name: str) -> None:
    mutant, original = MUTANTS[name]
    assert formula(mutant()) != original


def test_undefined_lanes_that_are_not_stored_do_not_matter() -> None:
    assert formula(vector_add(other=None)) == VECTOR
    assert formula(softmax(shifted=True)) == SOFTMAX


def test_missing_other_in_a_sum_is_refused() -> None:
    """Σ over a masked load without `other` depends on what masked lanes get."""
    s = Summary(x="ptr<f32>", out="ptr<f32>", n="i32")
    k = s.var("reduce", BLOCK)
    for other, fine in ((s.const(0.0, "f32"), True), (None, False)):
        s.data["effects"].clear()
        s.store("out", s.pid(), s.true(), s.reduce("add", k, s.load("x", k, s.lt(k, s.param("n")), other)))
        assert (lifted(s).status == "verified") == fine


def empty() -> Summary:
    return Summary(x="ptr<f32>")


def storing(value: Callable[[Summary], int], kind: str = "store") -> Summary:
    s = Summary(x="ptr<f32>", out="ptr<f32>", n="i32")
    s.store("out", s.pid(), s.true(), value(s), kind=kind)
    return s


def unsupported_term() -> Summary:
    return storing(lambda s: s.term("unsupported", "f32", op="tt.histogram", reason="no semantics"))


def unsupported_effect() -> Summary:
    s = storing(lambda s: s.const(1.0, "f32"))
    s.data["unsupported"].append({"op": "tt.print", "reason": "side effect", "location": "kernel.py:4"})
    return s


def unknown_operator() -> Summary:
    return storing(lambda s: s.term("frobnicate", "f32", s.const(1.0, "f32")))


def looping(
    step: Callable[[Summary, int, int], int],
    high: Callable[[Summary], int] | None = None,
    start: float = 0.0,
) -> Summary:
    s = Summary(x="ptr<f32>", out="ptr<f32>", n="i32")
    t = s.var("loop")
    state = s.term("state", "f32", loop=0, pos=0)
    s.loop(
        t,
        s.const(0),
        high(s) if high else s.param("n"),
        s.const(1),
        ((), s.const(start, "f32"), step(s, state, t)),
    )
    s.store("out", s.pid(), s.true(), s.term("final", "f32", loop=0, pos=0))
    return s


def contradictory_assumption() -> Summary:
    s = storing(lambda s: s.const(1.0, "f32"))
    s.assume(s.lt(s.param("n"), s.param("n")))
    return s


def contradictory_preconditions() -> Summary:
    """Dividing by n asks for n ≥ 1, and the kernel asserts n < 1."""
    s = Summary(x="ptr<f32>", out="ptr<f32>", n="i32")
    s.store("out", s.pid(), s.true(), s.read("x", s.div(s.pid(), s.param("n"))))
    s.assume(s.lt(s.param("n"), s.const(1)))
    return s


def written_twice() -> Summary:
    s = storing(lambda s: s.const(1.0, "f32"))
    s.store("out", s.pid(), s.true(), s.const(2.0, "f32"))
    return s


def everyone_writes() -> Summary:
    s = Summary(out="ptr<f32>", n="i32")
    s.store("out", s.const(0), s.true(), s.term("sitofp", "f32", s.pid()))
    return s


def reads_what_it_wrote() -> Summary:
    s = Summary(x="ptr<f32>", n="i32")
    s.store("x", s.pid(), s.true(), s.read("x", s.add(s.pid(), s.const(1))))
    return s


NEVER_VERIFIED: dict[str, Callable[[], Summary]] = {
    "empty": empty,
    "a term without semantics": unsupported_term,
    "an effect without semantics": unsupported_effect,
    "an unknown operator": unknown_operator,
    "an unknown kind of effect": lambda: storing(lambda s: s.const(1.0, "f32"), kind="atomic_frobnicate"),
    "contradictory assumption": contradictory_assumption,
    "contradictory preconditions": contradictory_preconditions,
    "two stores to one element": written_twice,
    "every program stores its own number": everyone_writes,
    "reads a neighbour that another program changes": reads_what_it_wrote,
}


@pytest.mark.parametrize("name", NEVER_VERIFIED)
def test_never_verified(name: str) -> None:
    result = lifted(NEVER_VERIFIED[name]())
    assert result.status in ("unknown", "unsupported")
    assert result.values != "proved" and result.reason and not result.outputs


def test_without_a_closed_form_the_recurrence_is_stated() -> None:
    squared = lifted(looping(lambda s, x, t: s.real("mulf", x, x), start=0.5))
    mapped = lifted(
        looping(lambda s, x, t: s.real("mulf", x, s.real("subf", s.const(1.0, "f32"), x)), start=0.5)
    )
    for result, step in ((squared, "S[t]²"), (mapped, "S[t]·(1 - S[t])")):
        assert result.status == "verified" and all(o.recurrent for o in result.outputs)
        assert f"where S[0] = 0.5, S[t + 1] = {step}" in result.outputs[0].formula
    closed = lifted(looping(lambda s, x, t: s.real("addf", x, s.read("x", t))))
    assert not any(o.recurrent for o in closed.outputs)


def test_the_same_kernels_without_the_flaw_are_verified() -> None:
    """So that it is the flaw that is refused."""
    good = [
        storing(lambda s: s.const(1.0, "f32")),
        looping(lambda s, x, t: s.real("addf", x, s.read("x", t))),
        softmax(),
    ]
    good[0].assume(good[0].lt(good[0].const(0), good[0].param("n")))
    good[2].assume(good[2].lt(good[2].const(BLOCK - 1), good[2].param("n")))
    s = Summary(x="ptr<f32>", n="i32")
    s.store("x", s.pid(), s.true(), s.real("addf", s.read("x", s.pid()), s.const(1.0, "f32")))
    assert [lifted(k).status for k in (*good, s)] == ["verified"] * 4


@pytest.mark.parametrize("rows", [-1, 0, 2])
@pytest.mark.parametrize("columns", [-1, 0, 3])
def test_nested_loops_that_do_not_run(rows: int, columns: int) -> None:
    """for a in range(n): for b in range(m): out[a·m + b] = x[a·m + b], also where n or m is not positive."""
    s = Summary(x="ptr<f32>", out="ptr<f32>", n="i32", m="i32")
    a, b = s.var("loop"), s.var("loop")
    s.loop(a, s.const(0), s.param("n"), s.const(1))
    s.loop(b, s.const(0), s.param("m"), s.const(1))
    place = s.add(s.mul(a, s.param("m")), b)
    s.store("out", place, s.true(), s.read("x", place), loops=(0, 1))
    result = lifted(s)
    if result.status != "verified":
        return
    x = np.arange(1.0, 13.0)
    try:
        after = result.evaluate({"x": x, "out": np.zeros(12), "n": rows, "m": columns}, (1, 1, 1))["out"]
    except ValueError as refusal:
        assert "precondition" in str(refusal)
        return
    count = max(rows, 0) * max(columns, 0)
    assert np.array_equal(after, np.where(np.arange(12) < count, x, 0))
