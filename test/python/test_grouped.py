"""A grouped matrix product, whose programs take the tiles of all groups in turn."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
import triton
import triton.language as tl

from examples.specs.model import signature
from triton_lift import Lifted, interpret, lift


@triton.jit
def grouped_matmul(
    a, b, c, starts, sizes, groups, PROGRAMS: tl.constexpr, LATE: tl.constexpr, B: tl.constexpr
):
    """Group g has three sizes, and its matrices begin at three places; LATE: where a group ends, some are left out."""
    tile = tl.program_id(0)
    end = 0
    for g in range(groups):
        M, N, K = tl.load(sizes + 3 * g), tl.load(sizes + 3 * g + 1), tl.load(sizes + 3 * g + 2)
        across = tl.cdiv(N, B)
        tiles = tl.cdiv(M, B) * across
        while tile >= end and tile < end + tiles - LATE:
            m = (tile - end) // across * B + tl.arange(0, B)
            n = (tile - end) % across * B + tl.arange(0, B)
            total = tl.zeros((B, B), tl.float32)
            for t in range(tl.cdiv(K, B)):
                k = t * B + tl.arange(0, B)
                in_a, in_b = (m[:, None] < M) & (k[None, :] < K), (k[:, None] < K) & (n[None, :] < N)
                x = tl.load(a + tl.load(starts + 3 * g) + m[:, None] * K + k[None, :], mask=in_a, other=0.0)
                y = tl.load(
                    b + tl.load(starts + 3 * g + 1) + k[:, None] * N + n[None, :], mask=in_b, other=0.0
                )
                total += tl.dot(x, y, input_precision="ieee")
            place = c + tl.load(starts + 3 * g + 2) + m[:, None] * N + n[None, :]
            tl.store(place, total, mask=(m[:, None] < M) & (n[None, :] < N))
            tile += PROGRAMS
        end += tiles


@cache
def text(late: int = 0) -> str:
    from examples.dump import compile_to_ttgir

    types = signature("a b c: *fp32, starts sizes: *i32, groups: i32")
    constants = {"PROGRAMS": 5, "LATE": late, "B": 16}
    return str(compile_to_ttgir(grouped_matmul, types, constants, ())["ttir"])


@cache
def lifted(late: int = 0) -> Lifted:
    (found,) = lift(text(late), timeout=60)
    return found


def test_each_group_has_its_product() -> None:
    found = lifted()
    assert found.status == "verified", found.reason
    (c,) = found.outputs
    assert c.formula == (
        "Σ[k<sizes[3·l + 2]] a[i·sizes[3·l + 2] + starts[3·l] + k]·b[j + starts[3·l + 1] + sizes[3·l + 1]·k]"
    )
    assert c.domain == "0 ≤ i, 0 ≤ j, 0 ≤ l < groups, i < sizes[3·l] ∧ j < sizes[3·l + 1]"
    assert "num_programs(0) = 5" in found.preconditions
    presupposed = [line for line in found.assumptions if line.startswith("of what is read")]
    assert len(presupposed) == 2 and all("∀[k<groups] 0 ≤ sizes[3·k" in line for line in presupposed)


@pytest.mark.parametrize("sizes", [[(1, 1, 1)], [(20, 33, 17), (0, 5, 2), (16, 16, 0), (40, 3, 20)], []])
def test_it_is_what_the_ir_computes(sizes: list[tuple[int, int, int]]) -> None:
    draw = np.random.default_rng(len(sizes))
    places = np.cumsum([(0, 0, 0), *((m * k, k * n, m * n) for m, n, k in sizes)], axis=0, dtype=np.int32)
    arrays = {name: draw.integers(-3, 4, 4096).astype(np.float32) for name in "abc"}
    args: dict[str, Any] = {
        **arrays,
        "starts": places.ravel(),
        "sizes": np.array([*sizes, (0, 0, 0)], np.int32).ravel(),
        "groups": len(sizes),
    }
    by_ir = interpret(text(), args, (5, 1, 1))["c"]
    np.testing.assert_array_equal(lifted().evaluate(args, (5, 1, 1))["c"], by_ir)
    for (m, n, k), (in_a, in_b, in_c) in zip(sizes, places, strict=False):
        a, b = arrays["a"][in_a : in_a + m * k], arrays["b"][in_b : in_b + k * n]
        np.testing.assert_array_equal(
            by_ir[in_c : in_c + m * n].reshape(m, n), a.reshape(m, k) @ b.reshape(k, n)
        )


def test_tiles_left_out_leave_no_whole_product() -> None:
    found = lifted(1)
    assert found.status != "verified" or found.outputs[0].domain != lifted().outputs[0].domain


def test_another_number_of_programs_is_not_covered() -> None:
    zeros = np.zeros(64, np.float32)
    args = {
        "a": zeros,
        "b": zeros,
        "c": zeros,
        "starts": np.zeros(3, np.int32),
        "sizes": np.ones(3, np.int32),
    }
    with pytest.raises(ValueError, match=r"num_programs\(0\) = 5"):
        lifted().evaluate({**args, "groups": 1}, (4, 1, 1))
