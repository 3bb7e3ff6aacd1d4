"""Stores whose elements are stored again in the same iteration; lanes that a mask pins; blocks side by side."""

import triton
import triton.language as tl

from soundness.case import case

VERIFIED = "row_stored_again one_lane_stores body_and_tail_of_rows"
NEVER_VERIFIED = "next_row_stored_too rows_normalised_late two_lanes_store body_and_tail_overlap"


@case("x y: *fp32, n: i32", x=(1.0, 2.0, 3.0))
@triton.jit
def row_stored_again(x, y, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    for r in range(n):
        tl.store(y + r * BLOCK + i, tl.load(x + r * BLOCK + i))
        tl.store(y + r * BLOCK + i, tl.load(x + r * BLOCK + i) + 1.0)


@case("x y: *fp32, n: i32", x=(1.0, 2.0, 3.0))
@triton.jit
def rows_normalised(x, y, n, BLOCK: tl.constexpr):
    """Read back and stored again, row by row."""
    i = tl.arange(0, BLOCK)
    for r in range(n):
        row = tl.load(x + r * BLOCK + i)
        tl.store(y + r * BLOCK + i, row)
        tl.store(y + r * BLOCK + i, tl.load(y + r * BLOCK + i) / (tl.sum(row * row, 0) + 1.0))


@case("x y: *fp32, n: i32", x=(1.0, 2.0, 3.0))
@triton.jit
def next_row_stored_too(x, y, n, BLOCK: tl.constexpr):
    """The next iteration stores over it."""
    i = tl.arange(0, BLOCK)
    for r in range(n):
        tl.store(y + r * BLOCK + i, tl.load(x + r * BLOCK + i))
        tl.store(y + (r + 1) * BLOCK + i, tl.load(x + r * BLOCK + i) + 1.0)


@case("x y: *fp32, n: i32", x=(1.0, 2.0, 3.0))
@triton.jit
def rows_normalised_late(x, y, n, BLOCK: tl.constexpr):
    """The row before is stored again: not the last one."""
    i = tl.arange(0, BLOCK)
    for r in range(1, n):
        tl.store(y + r * BLOCK + i, tl.load(x + r * BLOCK + i))
        tl.store(y + (r - 1) * BLOCK + i, tl.load(x + r * BLOCK + i) + 1.0)


@case("x y: *fp32, n: i32", x=(1.0, 2.0, 3.0))
@triton.jit
def one_lane_stores(x, y, n, BLOCK: tl.constexpr):
    p = tl.program_id(0)
    i = tl.arange(0, BLOCK)
    tl.store(y + p + 0 * i, tl.load(x + p) + i, mask=tl.where(i == 2, p, n) < n)


@case("x y: *fp32, n: i32", x=(1.0, 2.0, 3.0))
@triton.jit
def two_lanes_store(x, y, n, BLOCK: tl.constexpr):
    p = tl.program_id(0)
    i = tl.arange(0, BLOCK)
    tl.store(y + p + 0 * i, tl.load(x + p) + i, mask=tl.where(i < 2, p, n) < n)


@case("x y: *fp32, n m: i32", x=(1.0, 2.0, 3.0))
@triton.jit
def body_and_tail_of_rows(x, y, n, m, BLOCK: tl.constexpr):
    """Rows of m blocks: all but the last in a loop, the last one, wherever the array ends, after it."""
    p = tl.program_id(0)
    last = tl.minimum(n - 1, p * m + m - 1)
    i = tl.arange(0, BLOCK)
    for b in range(p * m, last):
        tl.store(y + b * BLOCK + i, tl.load(x + b * BLOCK + i) + 1.0)
    end = tl.maximum(last, p * m)
    tl.store(y + end * BLOCK + i, tl.load(x + end * BLOCK + i) + 2.0, mask=end * BLOCK + i < n * BLOCK)


@case("x y: *fp32, n m: i32", x=(1.0, 2.0, 3.0))
@triton.jit
def body_and_tail_overlap(x, y, n, m, BLOCK: tl.constexpr):
    """The tail is a block too early."""
    p = tl.program_id(0)
    last = tl.minimum(n - 1, p * m + m - 1)
    i = tl.arange(0, BLOCK)
    for b in range(p * m, last):
        tl.store(y + b * BLOCK + i, tl.load(x + b * BLOCK + i) + 1.0)
    end = tl.maximum(last - 1, p * m)
    tl.store(y + end * BLOCK + i, tl.load(x + end * BLOCK + i) + 2.0, mask=end * BLOCK + i < n * BLOCK)
