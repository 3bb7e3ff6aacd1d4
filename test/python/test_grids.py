"""Sums that programs share: printed whole, under a precondition on the grid with which they are."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import numpy as np
import pytest
import triton
import triton.language as tl

from examples.specs.model import signature
from triton_lift import Lifted, _native, interpret, lift
from triton_lift.ir import parse_module
from triton_lift.lifting import lift_summary
from triton_lift.proof import check
from triton_lift.proof.origin import origin
from triton_lift.proof.solvers import solver

MATRICES = "a b c: *fp32, M N K: i32"


@triton.jit
def split_k(a, b, c, M, N, K, B: tl.constexpr, SPLIT: tl.constexpr):
    m = tl.program_id(0) * B + tl.arange(0, B)
    n = tl.program_id(1) * B + tl.arange(0, B)
    total = tl.zeros((B, B), tl.float32)
    for t in range(0, tl.cdiv(K, B * SPLIT)):
        k = (t * SPLIT + tl.program_id(2)) * B + tl.arange(0, B)
        x = tl.load(a + m[:, None] * K + k[None, :], mask=(m[:, None] < M) & (k[None, :] < K), other=0.0)
        y = tl.load(b + k[:, None] * N + n[None, :], mask=(k[:, None] < K) & (n[None, :] < N), other=0.0)
        total += tl.dot(x, y, input_precision="ieee")
    tl.atomic_add(c + m[:, None] * N + n[None, :], total, mask=(m[:, None] < M) & (n[None, :] < N))


@triton.jit
def split_k_with_a_gap(a, b, c, M, N, K, B: tl.constexpr, SPLIT: tl.constexpr):
    """Parts are SPLIT + 1 tiles apart."""
    m = tl.program_id(0) * B + tl.arange(0, B)
    n = tl.program_id(1) * B + tl.arange(0, B)
    total = tl.zeros((B, B), tl.float32)
    for t in range(0, tl.cdiv(K, B * SPLIT)):
        k = (t * SPLIT + 2 * tl.program_id(2)) * B + tl.arange(0, B)
        x = tl.load(a + m[:, None] * K + k[None, :], mask=(m[:, None] < M) & (k[None, :] < K), other=0.0)
        y = tl.load(b + k[:, None] * N + n[None, :], mask=(k[:, None] < K) & (n[None, :] < N), other=0.0)
        total += tl.dot(x, y, input_precision="ieee")
    tl.atomic_add(c + m[:, None] * N + n[None, :], total, mask=(m[:, None] < M) & (n[None, :] < N))


@triton.jit
def stream_k(a, b, c, M, N, K, each, B: tl.constexpr):
    """Each program does `each` steps in a row, over the steps of all tiles."""
    across = tl.cdiv(N, B)
    steps = tl.cdiv(K, B)
    first = tl.program_id(0) * each
    for s in range(first, tl.minimum(first + each, tl.cdiv(M, B) * across * steps)):
        m = (s // steps // across) * B + tl.arange(0, B)
        n = (s // steps % across) * B + tl.arange(0, B)
        k = (s % steps) * B + tl.arange(0, B)
        x = tl.load(a + m[:, None] * K + k[None, :], mask=(m[:, None] < M) & (k[None, :] < K), other=0.0)
        y = tl.load(b + k[:, None] * N + n[None, :], mask=(k[:, None] < K) & (n[None, :] < N), other=0.0)
        part = tl.dot(x, y, input_precision="ieee")
        tl.atomic_add(c + m[:, None] * N + n[None, :], part, mask=(m[:, None] < M) & (n[None, :] < N))


@triton.jit
def stream_k_by_tiles(a, b, c, M, N, K, each, FIRST: tl.constexpr, STEP: tl.constexpr, B: tl.constexpr):
    """The same steps, summed up tile by tile; each tile from its step FIRST on, and on to every STEP-th tile."""
    across = tl.cdiv(N, B)
    steps = tl.cdiv(K, B)
    first = tl.program_id(0) * each
    last = tl.minimum(first + each, tl.cdiv(M, B) * across * steps)
    while first < last:
        tile = first // steps
        end = tl.minimum((tile + STEP) * steps, last)
        m = (tile // across) * B + tl.arange(0, B)
        n = (tile % across) * B + tl.arange(0, B)
        total = tl.zeros((B, B), tl.float32)
        for s in range(first + FIRST, end):
            k = (s % steps) * B + tl.arange(0, B)
            x = tl.load(a + m[:, None] * K + k[None, :], mask=(m[:, None] < M) & (k[None, :] < K), other=0.0)
            y = tl.load(b + k[:, None] * N + n[None, :], mask=(k[:, None] < K) & (n[None, :] < N), other=0.0)
            total += tl.dot(x, y, input_precision="ieee")
        tl.atomic_add(c + m[:, None] * N + n[None, :], total, mask=(m[:, None] < M) & (n[None, :] < N))
        first = end


@triton.jit
def stream_k_remaining(a, b, c, M, N, K, each, B: tl.constexpr):
    """Up to the next tile is what remains of this one."""
    across = tl.cdiv(N, B)
    steps = tl.cdiv(K, B)
    first = tl.program_id(0) * each
    last = tl.minimum(first + each, tl.cdiv(M, B) * across * steps)
    while first < last:
        end = tl.minimum(first + (steps - first % steps), last)
        m = (first // steps // across) * B + tl.arange(0, B)
        n = (first // steps % across) * B + tl.arange(0, B)
        total = tl.zeros((B, B), tl.float32)
        for s in range(first, end):
            k = (s % steps) * B + tl.arange(0, B)
            x = tl.load(a + m[:, None] * K + k[None, :], mask=(m[:, None] < M) & (k[None, :] < K), other=0.0)
            y = tl.load(b + k[:, None] * N + n[None, :], mask=(k[:, None] < K) & (n[None, :] < N), other=0.0)
            total = tl.dot(x, y, total, input_precision="ieee")
        tl.atomic_add(c + m[:, None] * N + n[None, :], total, mask=(m[:, None] < M) & (n[None, :] < N))
        first = end


@triton.jit
def total_of_all(x, y, n, B: tl.constexpr):
    i = tl.program_id(0) * B + tl.arange(0, B)
    tl.atomic_add(y, tl.sum(tl.load(x + i, mask=i < n, other=0.0), 0))


@triton.jit
def total_of_parts(x, y, n, m, B: tl.constexpr):
    """Parts of m elements, of which each program takes B at most: no grid makes that the whole sum."""
    i = tl.arange(0, B)
    tl.atomic_add(y, tl.sum(tl.load(x + tl.program_id(0) * m + i, mask=i < n, other=0.0), 0))


KERNELS: dict[str, tuple[Any, str, dict[str, int]]] = {
    "split_k": (split_k, MATRICES, {"B": 16, "SPLIT": 4}),
    "split_k_with_a_gap": (split_k_with_a_gap, MATRICES, {"B": 16, "SPLIT": 4}),
    "stream_k": (stream_k, MATRICES + ", each: i32", {"B": 16}),
    "stream_k_by_tiles": (stream_k_by_tiles, MATRICES + ", each: i32", {"B": 16, "FIRST": 0, "STEP": 1}),
    "stream_k_remaining": (stream_k_remaining, MATRICES + ", each: i32", {"B": 16}),
    "first_step_left_out": (stream_k_by_tiles, MATRICES + ", each: i32", {"B": 16, "FIRST": 1, "STEP": 1}),
    "every_other_tile": (stream_k_by_tiles, MATRICES + ", each: i32", {"B": 16, "FIRST": 0, "STEP": 2}),
    "total_of_all": (total_of_all, "x y: *fp32, n: i32", {"B": 64}),
    "total_of_parts": (total_of_parts, "x y: *fp32, n m: i32", {"B": 64}),
}
WHOLE = {
    "split_k": ("c[i, j] + Σ[k<K] a[i, k]·b[k, j]", "num_programs(2) = 4"),
    **dict.fromkeys(
        ("stream_k", "stream_k_by_tiles", "stream_k_remaining"),
        ("c[i, j] + Σ[k<K] a[i, k]·b[k, j]", "⌈M / 16⌉·⌈N / 16⌉·⌈K / 16⌉ ≤ num_programs(0)·each"),
    ),
    "total_of_all": ("y[0] + Σ[k<n] x[k]", "n ≤ 64·num_programs(0)"),
}


@cache
def text_of(name: str) -> str:
    from examples.dump import compile_to_ttgir

    kernel, types, constants = KERNELS[name]
    text: str = compile_to_ttgir(kernel, signature(types), constants, ())["ttir"]
    return text


@cache
def lifted(name: str) -> Lifted:
    (found,) = lift(text_of(name))
    assert found.status == "verified", found.reason
    return found


@pytest.mark.parametrize("name", WHOLE)
def test_the_whole_sum_is_printed_with_the_grid_that_it_needs(name: str) -> None:
    formula, grid = WHOLE[name]
    found = lifted(name)
    assert [o.formula for o in found.outputs] == [formula]
    assert grid in found.preconditions


@pytest.mark.parametrize("name", ["split_k_with_a_gap", "total_of_parts"])
def test_where_no_grid_makes_it_whole_it_stays_partial(name: str) -> None:
    found = lifted(name)
    assert "num_programs" in found.outputs[0].formula
    assert not any("num_programs(2) = " in p or "num_programs(0) = " in p for p in found.preconditions)


@pytest.mark.parametrize("name", ["first_step_left_out", "every_other_tile"])
def test_steps_left_out_make_no_whole_sum(name: str) -> None:
    (found,) = lift(text_of(name), timeout=60)
    assert found.status != "verified" or found.outputs[0].formula != WHOLE["stream_k"][0]


@pytest.mark.parametrize("size", [(1, 1, 1), (16, 17, 31), (33, 16, 65), (5, 40, 129)])
@pytest.mark.parametrize(
    "name", ["split_k", "split_k_with_a_gap", "stream_k", "stream_k_by_tiles", "stream_k_remaining"]
)
def test_programs_run_on_such_a_grid_compute_it(name: str, size: tuple[int, int, int]) -> None:
    M, N, K = size
    draw = np.random.default_rng(sum(size))
    args: dict[str, Any] = {
        "a": draw.integers(-3, 4, M * K).astype(np.float32),
        "b": draw.integers(-3, 4, K * N).astype(np.float32),
        "c": draw.integers(-3, 4, M * N).astype(np.float32),
        "M": M, "N": N, "K": K,
    }  # fmt: skip
    tiles = [-(-n // 16) for n in size]
    grid = (tiles[0], tiles[1], 4)
    if name.startswith("stream_k"):
        args["each"] = 3
        grid = (-(-tiles[0] * tiles[1] * tiles[2] // 3), 1, 1)
    by_ir = interpret(text_of(name), args, grid)["c"]
    np.testing.assert_array_equal(lifted(name).evaluate(args, grid)["c"], by_ir)
    whole = args["c"] + (args["a"].reshape(M, K) @ args["b"].reshape(K, N)).ravel()
    assert np.array_equal(by_ir, whole) is (name in WHOLE or K <= 16)


@pytest.mark.parametrize("grid", [(2, 2, 3), (2, 2, 5)])
def test_another_grid_is_not_covered_by_the_theorem(grid: tuple[int, int, int]) -> None:
    zeros = np.zeros(400, np.float32)
    args = {"a": zeros, "b": zeros, "c": zeros, "M": 20, "N": 20, "K": 20}
    with pytest.raises(ValueError, match=r"num_programs\(2\) = 4"):
        lifted("split_k").evaluate(args, grid)


@pytest.mark.parametrize("name", ["split_k", "stream_k", "total_of_all"])
def test_its_proof_is_rechecked(name: str) -> None:
    (summary,) = _native.summarize(parse_module(text_of(name), name).module)
    found = lift_summary(summary, name, proof=True)
    assert found.status == "verified" and found.proof is not None
    proof = json.loads(json.dumps({"origin": origin("ttir", text_of(name)), **found.proof}))
    checked = check(proof, solver("cvc5", 60))
    assert checked.result["outputs"][0]["formula"] == found.outputs[0].formula
