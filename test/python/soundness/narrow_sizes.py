"""Sizes, strides and counters of 8 bits: what is printed so that nothing wraps is tried where it does.

Nothing in the rules for 32 bits is about 32; here launches at which something wraps can be run.
"""

import triton
import triton.language as tl

from soundness.case import case

VERIFIED = """
    mask_in_bytes end_of_a_block_in_bytes counter_of_bytes rows_by_a_byte product_of_byte_sizes product_widened_late
    difference_of_byte_sizes steps_of_a_byte running_sum_of_bytes greatest_running_sum_of_bytes
    condition_on_a_sum_of_bytes byte_sums_that_cancel byte_sums_widened byte_in_a_branch program_in_bytes
    loop_that_wraps_late negated_byte quotient_of_bytes absolute_byte
"""
BYTE = {"numbers": (-128, 0, 1, 64, 100, 127), "block": 8}
PAIR = {"numbers": (-128, -3, 1, 8, 11, 127), "block": 8}


@case("x y: *fp32, n: i8", **BYTE)
@triton.jit
def mask_in_bytes(x, y, n, BLOCK: tl.constexpr):
    i = tl.program_id(0).to(tl.int8) * 50 + tl.arange(0, BLOCK).to(tl.int8)
    tl.store(y + i + 128, tl.load(x + i + 128), mask=i < n)


@case("x y: *fp32, n: i8", **BYTE)
@triton.jit
def end_of_a_block_in_bytes(x, y, n, BLOCK: tl.constexpr):
    """n + 7 may wrap."""
    i = tl.arange(0, BLOCK)
    for k in range(0, (n + 7) // 8):
        tl.store(y + k * 8 + i, tl.load(x + k * 8 + i) + 1.0)


@case("x y: *fp32, n: i8", **BYTE)
@triton.jit
def counter_of_bytes(x, y, n, BLOCK: tl.constexpr):
    """The counter passes n before it stops."""
    s = 0.0
    for k in tl.range(tl.full((), 0, tl.int8), n, tl.full((), 3, tl.int8)):
        s += tl.load(x + k)
    tl.store(y, s)


@case("x y: *fp32, n m: i8", **PAIR)
@triton.jit
def rows_by_a_byte(x, y, n, m, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK).to(tl.int8)
    at = i * n + m
    tl.store(y + i, tl.load(x + at + 128), mask=i < m)


@case("x y: *fp32, n m: i8", **PAIR)
@triton.jit
def product_of_byte_sizes(x, y, n, m, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    tl.store(y + i, tl.load(x + i), mask=i < n * m)


@case("x y: *fp32, n m: i8", **PAIR)
@triton.jit
def product_widened_late(x, y, n, m, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    tl.store(y + i, tl.load(x + i), mask=i < (n * m).to(tl.int32) + n.to(tl.int32) * m)


@case("x y: *fp32, n m: i8", **PAIR)
@triton.jit
def difference_of_byte_sizes(x, y, n, m, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    tl.store(y + i, tl.load(x + i), mask=i < n - m)


@case("x y: *fp32, n m: i8", **PAIR)
@triton.jit
def steps_of_a_byte(x, y, n, m, BLOCK: tl.constexpr):
    """A step that is an argument."""
    s = 0.0
    if m > 0:
        for k in tl.range(tl.full((), 0, tl.int8), n, m):
            s += tl.load(x + k)
    tl.store(y, s)


@case("x: *i8, y: *i8, n: i32", block=8, numbers=(-1, 0, 1, 3, 9), x=(-128, -60, 0, 60, 127))
@triton.jit
def running_sum_of_bytes(x, y, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    s = tl.zeros((BLOCK,), tl.int8)
    for k in range(n):
        s += tl.load(x + k * BLOCK + i)
    tl.store(y + i, s)


@case("x: *i8, y: *i8, n: i32", block=8, numbers=(-1, 0, 1, 3, 9), x=(-128, -60, 0, 60, 127))
@triton.jit
def greatest_running_sum_of_bytes(x, y, n, BLOCK: tl.constexpr):
    """What is stored may fit though a sum on the way did not."""
    s = tl.full((), 0, tl.int8)
    best = tl.full((), 0, tl.int8)
    for k in range(n):
        s += tl.load(x + k)
        best = tl.minimum(tl.maximum(best, s), 5)
    tl.store(y, best)


@case("x: *i8, y: *i8, n: i32", block=8, numbers=(-1, 0, 1, 3, 9), x=(-128, -60, 0, 60, 127))
@triton.jit
def condition_on_a_sum_of_bytes(x, y, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    a, b = tl.load(x + i), tl.load(x + BLOCK + i)
    tl.store(y + i, tl.where(a + b > 0, a, b))


@case("x: *i8, y: *i8, n: i32", block=8, numbers=(-1, 0, 1, 3, 9), x=(-128, -60, 0, 60, 127))
@triton.jit
def byte_sums_that_cancel(x, y, n, BLOCK: tl.constexpr):
    """a + b − b is a, wrapped or not."""
    i = tl.arange(0, BLOCK)
    a, b = tl.load(x + i), tl.load(x + BLOCK + i)
    tl.store(y + i, (a + b) - b)


@case("x: *i8, y: *i32, n: i32", block=8, numbers=(-1, 0, 1, 3, 9), x=(-128, -60, 0, 60, 127))
@triton.jit
def byte_sums_widened(x, y, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    a, b = tl.load(x + i), tl.load(x + BLOCK + i)
    tl.store(y + i, (a + b).to(tl.int32) - b)


@case("x: *i8, y: *i32, n: i8", block=8, numbers=(-128, -1, 0, 1, 100, 127), x=(-128, -60, 0, 60, 127))
@triton.jit
def byte_in_a_branch(x, y, n, BLOCK: tl.constexpr):
    """The sum is computed in both branches, and used in one of them."""
    i = tl.arange(0, BLOCK)
    a = tl.load(x + i)
    b = a + n
    tl.store(y + i, tl.where(a < 100, b, a).to(tl.int32), mask=a > -100)


@case("x: *i8, y: *i32, n m: i8", block=8, numbers=(-128, -1, 0, 1, 100, 127), x=(-128, -60, 0, 60, 127))
@triton.jit
def program_in_bytes(x, y, n, m, BLOCK: tl.constexpr):
    """Only some of the programs wrap."""
    p = tl.program_id(0).to(tl.int8)
    tl.store(y + tl.program_id(0), (p * n).to(tl.int32) + m)


@case("y: *i32, n m: i8", **PAIR)
@triton.jit
def loop_that_wraps_late(y, n, m, BLOCK: tl.constexpr):
    """A pointer that walks in bytes: its last step is never used."""
    at = tl.full((), 0, tl.int8)
    s = 0
    for _t in range(m):
        s += at.to(tl.int32)
        at += n
    tl.store(y, s)


@case("x y: *fp32, n m: i8", **PAIR)
@triton.jit
def negated_byte(x, y, n, m, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    tl.store(y + i, tl.load(x + i), mask=(i < -n) & (i >= -m))


@case("y: *i32, n m: i8", **PAIR)
@triton.jit
def quotient_of_bytes(y, n, m, BLOCK: tl.constexpr):
    """-128 / -1."""
    if m != 0:
        tl.store(y, (n // m).to(tl.int32) + (n % m))


@case("y: *i32, n m: i8", **PAIR)
@triton.jit
def absolute_byte(y, n, m, BLOCK: tl.constexpr):
    tl.store(y, tl.abs(n).to(tl.int32) + tl.abs(m - n))
