"""Functions of several indices, found in what Triton compiles: interleaved rotary embeddings, group norms, masks."""

from __future__ import annotations

from typing import Any

import pytest
import triton
import triton.language as tl

import triton_lift
from examples.dump import compile_to_ttgir


@triton.jit
def turned(x, c, s, out, n, sign: tl.constexpr, BLOCK: tl.constexpr):
    row = tl.program_id(0)
    d = tl.arange(0, BLOCK)
    mask = d < n
    first = tl.load(x + row * 2 * n + 2 * d, mask=mask, other=0.0)
    second = tl.load(x + row * 2 * n + 2 * d + 1, mask=mask, other=0.0)
    cos = tl.load(c + row * n + d, mask=mask, other=0.0)
    sin = tl.load(s + row * n + d, mask=mask, other=0.0)
    tl.store(out + row * 2 * n + 2 * d, first * cos - second * sin, mask=mask)
    tl.store(out + row * 2 * n + 2 * d + 1, second * cos + sign * first * sin * sin, mask=mask)


@triton.jit
def rotated(x, c, s, out, n, BLOCK: tl.constexpr):
    row = tl.program_id(0)
    d = tl.arange(0, BLOCK)
    mask = d < n
    first = tl.load(x + row * 2 * n + 2 * d, mask=mask, other=0.0)
    second = tl.load(x + row * 2 * n + 2 * d + 1, mask=mask, other=0.0)
    cos = tl.load(c + row * n + d, mask=mask, other=0.0)
    sin = tl.load(s + row * n + d, mask=mask, other=0.0)
    tl.store(out + row * 2 * n + 2 * d, first * cos - second * sin, mask=mask)
    tl.store(out + row * 2 * n + 2 * d + 1, second * cos + first * sin, mask=mask)


@triton.jit
def groups(
    x, w, out, channels, size, count, eps,
    CENTRED: tl.constexpr, GROUP: tl.constexpr, ROWS: tl.constexpr, BLOCK: tl.constexpr,
):  # fmt: skip
    g = tl.program_id(0) % count
    n = tl.program_id(0) // count
    row = tl.arange(0, ROWS)
    column = tl.arange(0, BLOCK)
    mask = (row[:, None] < GROUP) & (column[None, :] < size)
    offset = (n * channels + g * GROUP) * size + row[:, None] * size + column[None, :]
    value = tl.load(x + offset, mask=mask, other=0.0)
    difference = tl.where(mask, value - tl.sum(value) / (GROUP * size), 0.0)
    second = difference * difference if CENTRED else value * value
    scale = 1 / tl.sqrt(tl.sum(second) / (GROUP * size) + eps)
    weight = tl.load(w + g * GROUP + row, mask=row < GROUP, other=0.0)
    tl.store(out + offset, difference * scale * weight[:, None], mask=mask)


POINTERS = dict.fromkeys(("x", "w", "c", "s", "out"), "*fp32")
NUMBERS = {"n": "i32", "channels": "i32", "size": "i32", "count": "i32", "eps": "fp32"}


def named(kernel: Any, **constants: Any) -> list[str | None]:
    types = {n: t for n, t in {**POINTERS, **NUMBERS}.items() if n in kernel.arg_names}
    (result,) = triton_lift.lift(compile_to_ttgir(kernel, types, constants, ())["ttir"])
    assert result.status == "verified", result.reason
    return [o.named for o in result.outputs]


def test_interleaved_rotary() -> None:
    assert named(rotated, BLOCK=64) == [
        "out[2·i, 2·j] = rotary_interleaved(x[2·i, :], c[i, :], s[i, :])[2·j]",
        "out[2·i, 2·j + 1] = rotary_interleaved(x[2·i, :], c[i, :], s[i, :])[2·j + 1]",
    ]
    wrong = named(turned, sign=1, BLOCK=64)
    assert wrong[1] is None or "rotary_interleaved(x[2·i, :], c[i, :], s[i, :])" not in wrong[1]


@pytest.mark.parametrize(("group", "rows"), [(4, 4), (3, 4)])
def test_group_norm(group: int, rows: int) -> None:
    sizes = {"GROUP": group, "ROWS": rows, "BLOCK": 256}
    (found,) = named(groups, CENTRED=True, **sizes)
    assert found is not None and "group_norm(x[" in found and "eps=eps" in found
    (near,) = named(groups, CENTRED=False, **sizes)
    assert near is None or "norm(" not in near
