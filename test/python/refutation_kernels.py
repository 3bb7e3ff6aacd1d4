"""Kernels with a bug that a launch shows, each beside a twin without it."""

from __future__ import annotations

from typing import Any

import triton
import triton.language as tl

from examples.specs.model import signature


@triton.jit
def partial_sums_in_one_place(x, y, n, BLOCK: tl.constexpr):
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.store(y, tl.sum(tl.load(x + i, mask=i < n, other=0.0), 0))


@triton.jit
def partial_sums_apart(x, y, n, BLOCK: tl.constexpr):
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.store(y + tl.program_id(0), tl.sum(tl.load(x + i, mask=i < n, other=0.0), 0))


@triton.jit
def partial_sums_of_one_program(x, y, n, BLOCK: tl.constexpr):
    tl.assume(tl.num_programs(0) == 1)
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.store(y, tl.sum(tl.load(x + i, mask=i < n, other=0.0), 0))


@triton.jit
def rows_without_columns(x, y, rows, cols, stride, BLOCK: tl.constexpr):
    """The column's tile is missing in the address."""
    r, c = tl.program_id(0), tl.program_id(1) * BLOCK + tl.arange(0, BLOCK)
    tl.store(y + r * stride + tl.arange(0, BLOCK), tl.load(x + r * stride + c, mask=c < cols, other=0.0))


@triton.jit
def rows_and_columns(x, y, rows, cols, stride, BLOCK: tl.constexpr):
    r, c = tl.program_id(0), tl.program_id(1) * BLOCK + tl.arange(0, BLOCK)
    tl.store(y + r * stride + c, tl.load(x + r * stride + c, mask=c < cols, other=0.0), mask=c < cols)


@triton.jit
def mean_of_garbage(x, y, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    tl.store(y + tl.program_id(0), tl.sum(tl.load(x + i, mask=i < n), 0) / n)


@triton.jit
def mean_of_elements(x, y, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    total = tl.sum(tl.where(i < n, tl.load(x + i, mask=i < n), 0.0), 0)
    tl.store(y + tl.program_id(0), total / n)


@triton.jit
def product_of_garbage(x, z, y, n, BLOCK: tl.constexpr):
    """Each of the loads alone is hidden by a 0 in the other."""
    i = tl.arange(0, BLOCK)
    tl.store(y, tl.sum(tl.load(x + i, mask=i < n) * tl.load(z + i, mask=i < n), 0))


@triton.jit
def product_with_one_filler(x, z, y, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    a = tl.load(x + i, mask=i < n)
    tl.store(y, tl.sum(tl.where(i < n, a, 0.0) * tl.load(z + i, mask=i < n, other=0.0), 0))


@triton.jit
def changes_to_garbage(x, y, n, BLOCK: tl.constexpr):
    """Garbage that is the same in all lanes does not show."""
    i = tl.arange(0, BLOCK)
    a = tl.load(x + i, mask=i < n)
    b = tl.load(x + i + 1, mask=i + 1 < n, other=0)
    tl.store(y, tl.sum((a != tl.flip(a)).to(tl.int32), 0) + tl.sum(b * 0, 0))


@triton.jit
def changes_among_elements(x, y, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    a = tl.load(x + i, mask=i < n, other=0)
    b = tl.load(x + i + 1, mask=i + 1 < n, other=0)
    tl.store(y, tl.sum((a != tl.flip(a)).to(tl.int32), 0) + tl.sum(b * 0, 0))


@triton.jit
def running_maximum_of_nothing(x, y, n, m, BLOCK: tl.constexpr):
    """All of the first tile is masked where m > BLOCK."""
    i = tl.arange(0, BLOCK)
    top = -float("inf")
    total = 0.0
    for t in range(0, n):
        a = tl.load(x + t * BLOCK + i, mask=t * BLOCK + i >= m, other=-float("inf"))
        now = tl.maximum(top, tl.max(a, 0))
        total = total * tl.exp(top - now) + tl.sum(tl.exp(a - now), 0)
        top = now
    tl.store(y, total)


@triton.jit
def running_maximum_of_something(x, y, n, m, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    top = -1e30
    total = 0.0
    for t in range(0, n):
        a = tl.load(x + t * BLOCK + i, mask=t * BLOCK + i >= m, other=-float("inf"))
        now = tl.maximum(top, tl.max(a, 0))
        total = total * tl.exp(top - now) + tl.sum(tl.exp(a - now), 0)
        top = now
    tl.store(y, total)


@triton.jit
def neighbours_in_place(x, y, n, BLOCK: tl.constexpr):
    """Reads what the next program writes."""
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.store(x + i, tl.load(x + i + 1, mask=i < n, other=0.0), mask=i < n)


@triton.jit
def neighbours_apart(x, y, n, BLOCK: tl.constexpr):
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.store(y + i, tl.load(x + i + 1, mask=i < n, other=0.0), mask=i < n)


@triton.jit
def many_programs_too_many(x, y, n, BLOCK: tl.constexpr):
    """Only programs beyond the end see masked lanes: no launch makes those."""
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    scale = tl.load(x + tl.program_id(0), mask=tl.program_id(0) * BLOCK < n)
    tl.store(y + i, scale * tl.load(x + i, mask=i < n, other=0.0), mask=i < n)


@triton.jit
def last_tile(x, y, n, BLOCK: tl.constexpr):
    """The number that belongs to the last of ⌈n / BLOCK⌉ tiles."""
    tl.store(y, tl.load(x + (n + BLOCK - 1) // BLOCK - 1))


@triton.jit
def last_tile_wide(x, y, n, BLOCK: tl.constexpr):
    tl.store(y, tl.load(x + (n.to(tl.int64) + BLOCK - 1) // BLOCK - 1))


@triton.jit
def rows_by_stride(x, y, rows, cols, stride, BLOCK: tl.constexpr):
    r, c = tl.program_id(0), tl.arange(0, BLOCK)
    inside = (r < rows) & (c < cols)
    tl.store(y + r * stride + c, tl.load(x + r * stride + c, mask=inside), mask=inside)


@triton.jit
def both_halves(x, y, rows, cols, stride, BLOCK: tl.constexpr):
    """Rows of 2·cols elements."""
    r, c = tl.program_id(0), tl.program_id(1) * BLOCK + tl.arange(0, BLOCK)
    a = tl.load(x + r * cols + c, mask=c < cols)
    tl.store(y + r * stride + c, a, mask=c < cols)
    tl.store(y + r * stride + cols + c, -a, mask=c < cols)


ROWS = "x y: *fp32, rows cols stride: i32"
# The kernel with the bug, its twin, the property that fails.
PAIRS: dict[str, tuple[Any, Any, str, str]] = {
    kernel.__name__: (kernel, twin, types, fails)
    for kernel, twin, types, fails in (
        (partial_sums_in_one_place, partial_sums_apart, "x y: *fp32, n: i32", "single_writer"),
        (rows_without_columns, rows_and_columns, ROWS, "single_writer"),
        (mean_of_garbage, mean_of_elements, "x y: *fp32, n: i32", "values"),
        (product_of_garbage, product_with_one_filler, "x z y: *fp32, n: i32", "values"),
        (changes_to_garbage, changes_among_elements, "x y: *i32, n: i32", "values"),
        (neighbours_in_place, neighbours_apart, "x y: *fp32, n: i32", "values"),
        (running_maximum_of_nothing, running_maximum_of_something, "x y: *fp32, n m: i32", "values"),
    )
}


def ir(kernel: Any, types: str, block: int = 16) -> str:
    """The kernel's TTIR."""
    from examples.dump import compile_to_ttgir

    text: str = compile_to_ttgir(kernel, signature(types), {"BLOCK": block}, ())["ttir"]
    return text
