"""Arrays that a kernel both reads and writes: which store a read sees."""

import triton
import triton.language as tl

from soundness.case import case

NEVER_VERIFIED = """
    stored_then_read_next next_rows_sum wide_rows_in_place halves_of_neighbours
    loop_reads_what_it_stored loop_carries_what_it_stored last_of_loop_in_place
    reads_across_a_second_axis
"""
VERIFIED = """
    stored_then_read stored_in_part_then_read stored_row_then_summed halves_in_place
    halves_one_after_the_other neighbours_in_a_row rows_in_place overwritten_before_it_is_read
"""

POSITIVE = {"numbers": (0, 1, 2, 3, 5, 8, 13)}


@case("x y: *fp32, n: i32")
@triton.jit
def stored_then_read(x, y, n, BLOCK: tl.constexpr):
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.store(x + i, 2.0 * tl.load(y + i), mask=i < n)
    tl.store(y + i, 1.0 + tl.load(x + i), mask=i < n)


@case("x y: *fp32, n: i32")
@triton.jit
def stored_then_read_next(x, y, n, BLOCK: tl.constexpr):
    """The last lane reads what the next program stores."""
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.store(x + i, 2.0 * tl.load(y + i))
    tl.store(y + i, 1.0 + tl.load(x + i + 1))


@case("x y: *fp32, n: i32")
@triton.jit
def stored_in_part_then_read(x, y, n, BLOCK: tl.constexpr):
    """Where nothing was stored, the old contents are read."""
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.store(x + i, tl.load(y + i), mask=i < n)
    tl.store(y + i, tl.load(x + i) + 1.0)


@case("x y: *fp32, n: i32")
@triton.jit
def stored_row_then_summed(x, y, n, BLOCK: tl.constexpr):
    p = tl.program_id(0)
    i = tl.arange(0, BLOCK)
    tl.store(x + p * BLOCK + i, tl.load(y + p * BLOCK + i) + 1.0)
    tl.store(y + p * BLOCK + i, tl.sum(tl.load(x + p * BLOCK + i), 0) + tl.zeros((BLOCK,), tl.float32))


@case("x y: *fp32, n: i32")
@triton.jit
def next_rows_sum(x, y, n, BLOCK: tl.constexpr):
    """It sums the row of the next program."""
    p = tl.program_id(0)
    i = tl.arange(0, BLOCK)
    tl.store(x + p * BLOCK + i, tl.load(y + p * BLOCK + i) + 1.0)
    tl.store(y + p * BLOCK + i, tl.sum(tl.load(x + (p + 1) * BLOCK + i), 0) + tl.zeros((BLOCK,), tl.float32))


@case("x: *fp32, n: i32")
@triton.jit
def wide_rows_in_place(x, n, BLOCK: tl.constexpr):
    """Programs store rows of 8 but read 16: the next row may have been changed."""
    p = tl.program_id(0)
    i = tl.arange(0, BLOCK)
    total = tl.sum(tl.load(x + p * BLOCK + tl.arange(0, 2 * BLOCK)), 0)
    tl.store(x + p * BLOCK + i, total + tl.zeros((BLOCK,), tl.float32))


@case("x: *fp32, n: i32", **POSITIVE)
@triton.jit
def halves_in_place(x, n, BLOCK: tl.constexpr):
    """Rotary embedding: both halves are read before either is stored."""
    i = tl.arange(0, BLOCK)
    row = x + tl.program_id(0) * 2 * BLOCK
    a = tl.load(row + i)
    b = tl.load(row + BLOCK + i)
    tl.store(row + i, a - b)
    tl.store(row + BLOCK + i, b + a)


@case("x: *fp32, n: i32", **POSITIVE)
@triton.jit
def halves_one_after_the_other(x, n, BLOCK: tl.constexpr):
    """The second half is computed from the new first half."""
    i = tl.arange(0, BLOCK)
    row = x + tl.program_id(0) * 2 * BLOCK
    tl.store(row + i, tl.load(row + i) - tl.load(row + BLOCK + i))
    tl.store(row + BLOCK + i, tl.load(row + BLOCK + i) + tl.load(row + i))


@case("x: *fp32, n: i32", **POSITIVE)
@triton.jit
def halves_of_neighbours(x, n, BLOCK: tl.constexpr):
    """The second half read is another program's first half."""
    i = tl.arange(0, BLOCK)
    row = x + tl.program_id(0) * BLOCK
    a = tl.load(row + i)
    b = tl.load(row + BLOCK + i)
    tl.store(row + i, a - b)


@case("x y: *fp32, n s: i32", n=(1, 3, 8), s=(8, 9, 13))
@triton.jit
def rows_in_place(x, y, n, s, BLOCK: tl.constexpr):
    """Two passes over a row: what the first stored, the second reads again."""
    row = x + tl.program_id(0) * s
    i = tl.arange(0, BLOCK)
    total = 0.0
    for t in range(0, n, BLOCK):
        a = tl.load(row + t + i, mask=t + i < n, other=0.0) + tl.load(y + t + i, mask=t + i < n, other=0.0)
        tl.store(row + t + i, a, mask=t + i < n)
        total += tl.sum(a, 0)
    for t in range(0, n, BLOCK):
        tl.store(row + t + i, tl.load(row + t + i, mask=t + i < n, other=0.0) / total, mask=t + i < n)


@case("x: *fp32, n: i32", **POSITIVE)
@triton.jit
def loop_reads_what_it_stored(x, n, BLOCK: tl.constexpr):
    """Each iteration reads what the one before stored."""
    row = x + tl.program_id(0) * 64
    for t in range(0, n):
        tl.store(row + t + 1, tl.load(row + t) + 1.0)


@case("x: *fp32, n: i32", **POSITIVE)
@triton.jit
def loop_reads_ahead(x, n, BLOCK: tl.constexpr):
    """Each iteration reads what the next one stores."""
    row = x + tl.program_id(0) * 64
    for t in range(0, n):
        tl.store(row + t, tl.load(row + t + 1) + 1.0)


@case("x y: *fp32, n: i32", **POSITIVE)
@triton.jit
def loop_carries_what_it_stored(x, y, n, BLOCK: tl.constexpr):
    """The sum is of elements that earlier iterations have changed."""
    row = x + tl.program_id(0) * 64
    total = 0.0
    for t in range(0, n):
        total += tl.load(row)
        tl.store(row + t, total)
    tl.store(y + tl.program_id(0), total)


@case("x y: *fp32, n: i32", **POSITIVE)
@triton.jit
def loop_in_place_then_read(x, y, n, BLOCK: tl.constexpr):
    """In place, one element an iteration; afterwards an element is read again."""
    row = x + tl.program_id(0) * 64
    for t in range(0, n):
        tl.store(row + t, tl.load(row + t) * 3.0)
    tl.store(y + tl.program_id(0), tl.load(row + 2))


@case("x y: *fp32, n: i32", **POSITIVE)
@triton.jit
def last_of_loop_in_place(x, y, n, BLOCK: tl.constexpr):
    """What was read last leaves the loop that stores."""
    row = x + tl.program_id(0) * 64
    last = 0.0
    for t in range(0, n):
        last = tl.load(row + n - 1 - t)
        tl.store(row + t, 5.0 * last)
    tl.store(y + tl.program_id(0), last)


@case("x y: *fp32, n: i32", **POSITIVE)
@triton.jit
def overwritten_before_it_is_read(x, y, n, BLOCK: tl.constexpr):
    """Two stores to one element."""
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.store(x + i, 2.0 * tl.load(y + i))
    tl.store(x + i, 3.0 * tl.load(y + i))
    tl.store(y + i, tl.load(x + i))


@case("x y: *fp32, n: i32", **POSITIVE)
@triton.jit
def neighbours_in_a_row(x, y, n, BLOCK: tl.constexpr):
    """Pairs swapped inside one program's row."""
    i = tl.arange(0, BLOCK)
    row = x + tl.program_id(0) * BLOCK
    swapped = tl.load(row + tl.where(i % 2 == 0, i + 1, i - 1))
    tl.store(row + i, swapped + tl.load(y + i))


@case("x: *fp32, n: i32", **POSITIVE)
@triton.jit
def reads_across_a_second_axis(x, n, BLOCK: tl.constexpr):
    """Programs that differ in the second axis only update the same elements."""
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.store(x + i, tl.load(x + i) + tl.program_id(1).to(tl.float32))


@case("x y: *fp32, n: i32", **POSITIVE)
@triton.jit
def row_of_another_axis(x, y, n, BLOCK: tl.constexpr):
    """Stored by program (p, q), read by the programs (p, *)."""
    i = tl.arange(0, BLOCK)
    p = tl.program_id(0)
    q = tl.program_id(1)
    tl.store(x + (p * 4 + q) * BLOCK + i, tl.load(y + i), mask=i + q * 0 < n)
    tl.store(y + BLOCK + (p * 4 + q) * BLOCK + i, tl.load(x + p * 4 * BLOCK + i))
