"""Sequences of different lengths in one array, loops that count down, and what is stored, read and stored again."""

import triton
import triton.language as tl

from soundness.case import case

VERIFIED = (
    "counted_down_then_up ragged_rows_read_back ragged_chunks_stored_again stored_again_beside_an_unused_axis"
    " stored_once_beside_an_unused_axis"
)
NEVER_VERIFIED = (
    "counted_down_then_next counted_down_too_far ragged_rows_of_the_next ragged_row_before"
    " ragged_rows_of_two_programs stored_again_by_two_programs squares_read_back halves_read_back"
)


@case("x y z: *fp32, n: i32", numbers=(0, 1, 3), block={})
@triton.jit
def counted_down_then_up(x, y, z, n):
    """The last row first, as a backward pass does; then each row is read again."""
    p, i = tl.program_id(0), tl.arange(0, 4)
    total = tl.zeros((4,), tl.float32)
    for t in range(n):
        row = p * n + n - 1 - t
        total += tl.load(y + row * 4 + i)
        tl.store(x + row * 4 + i, total)
    for t in range(n):
        row = p * n + t
        tl.store(z + row * 4 + i, tl.load(x + row * 4 + i) * 2)


@case("x y z: *fp32, n: i32", numbers=(0, 1, 3), block={})
@triton.jit
def counted_down_then_next(x, y, z, n):
    """The row that is read again is the next program's."""
    p, i = tl.program_id(0), tl.arange(0, 4)
    for t in range(n):
        row = p * n + n - 1 - t
        tl.store(x + row * 4 + i, tl.load(y + row * 4 + i))
    for t in range(n):
        row = p * n + t
        tl.store(z + row * 4 + i, tl.load(x + (row + n) * 4 + i) * 2)


@case("x y z: *fp32, n: i32", numbers=(0, 1, 3), block={})
@triton.jit
def counted_down_too_far(x, y, z, n):
    """From row n on, into the next program's rows."""
    p, i = tl.program_id(0), tl.arange(0, 4)
    for t in range(n):
        row = p * n + n - t
        tl.store(x + row * 4 + i, tl.load(y + row * 4 + i))
    for t in range(n):
        row = p * n + t
        tl.store(z + row * 4 + i, tl.load(x + row * 4 + i) * 2)


@case("x y z: *fp32, cu: *i32, n: i32", numbers=(0,), block={}, cu=(0, 3))
@triton.jit
def ragged_rows_read_back(x, y, z, cu, n):
    """Rows cu[p] ≤ row < cu[p + 1], from the last to the first, then from the first to the last."""
    p, i = tl.program_id(0), tl.arange(0, 4)
    begin, end = tl.load(cu + p), tl.load(cu + p + 1)
    total = tl.zeros((4,), tl.float32)
    for t in range(end - begin):
        row = end - 1 - t
        total += tl.load(y + row * 4 + i)
        tl.store(x + row * 4 + i, total)
    for t in range(end - begin):
        row = begin + t
        tl.store(z + row * 4 + i, tl.load(x + row * 4 + i) * 2)


@case("x y z: *fp32, cu: *i32, n: i32", numbers=(0,), block={}, cu=(0, 3))
@triton.jit
def ragged_rows_of_the_next(x, y, z, cu, n):
    """As many rows are read again, but the next sequence's."""
    p, i = tl.program_id(0), tl.arange(0, 4)
    begin, end = tl.load(cu + p), tl.load(cu + p + 1)
    for t in range(end - begin):
        row = begin + t
        tl.store(x + row * 4 + i, tl.load(y + row * 4 + i))
    for t in range(end - begin):
        row = begin + t
        tl.store(z + row * 4 + i, tl.load(x + (end + t) * 4 + i) * 2)


@case("x y z: *fp32, cu: *i32, n: i32", numbers=(0,), block={}, cu=(1, 3))
@triton.jit
def ragged_row_before(x, y, z, cu, n):
    """The row before the first is another sequence's."""
    p, i = tl.program_id(0), tl.arange(0, 4)
    begin, end = tl.load(cu + p), tl.load(cu + p + 1)
    for t in range(end - begin):
        row = begin + t
        tl.store(x + row * 4 + i, tl.load(y + row * 4 + i))
    for t in range(end - begin):
        row = begin + t
        tl.store(z + row * 4 + i, tl.load(x + (row - 1) * 4 + i) * 2)


@case("x y z: *fp32, cu: *i32, n: i32", numbers=(0,), block={}, cu=(0, 3))
@triton.jit
def ragged_rows_of_two_programs(x, y, z, cu, n):
    """Two programs store, read and store again the rows of one sequence."""
    p, i = tl.program_id(0) // 2, tl.arange(0, 4)
    begin, end = tl.load(cu + p), tl.load(cu + p + 1)
    for t in range(end - begin):
        row = begin + t
        tl.store(x + row * 4 + i, tl.load(y + row * 4 + i))
    for t in range(end - begin):
        row = begin + t
        tl.store(x + row * 4 + i, tl.load(x + row * 4 + i) * 2)


@case("x y: *fp32, c cu: *i32, n: i32", numbers=(0,), block={}, c=(0,), cu=(0, 3))
@triton.jit
def ragged_chunks_stored_again(x, y, c, cu, n):
    """Chunks of 4 elements: (sequence, number of the chunk) comes from a table."""
    p = tl.program_id(0)
    sequence, chunk = tl.load(c + 2 * p), tl.load(c + 2 * p + 1)
    begin, end = tl.load(cu + sequence), tl.load(cu + sequence + 1)
    i = chunk * 4 + tl.arange(0, 4)
    tl.store(x + begin + i, tl.load(y + begin + i, mask=i < end - begin, other=0.0), mask=i < end - begin)
    again = tl.load(x + begin + i, mask=i < end - begin, other=0.0)
    tl.store(x + begin + i, again * 2 + 1, mask=i < end - begin)


@case("x y: *fp32, n: i32", numbers=(0,), block={})
@triton.jit
def stored_again_beside_an_unused_axis(x, y, n):
    """Two programs of the second axis would add 1 twice, if one reads what the other has finished."""
    i = tl.program_id(0) * 4 + tl.arange(0, 4)
    tl.store(x + i, tl.load(y + i))
    tl.store(x + i, tl.load(x + i) + 1)


@case("x y z: *fp32, n: i32", numbers=(0,), block={})
@triton.jit
def stored_once_beside_an_unused_axis(x, y, z, n):
    """Who stores first has stored the same value."""
    i = tl.program_id(0) * 4 + tl.arange(0, 4)
    tl.store(x + i, tl.load(y + i))
    tl.store(z + i, tl.load(x + i) + 1)


@case("x y: *fp32, n: i32", numbers=(0,), block={})
@triton.jit
def stored_again_by_two_programs(x, y, n):
    """Two programs for each block, of which no grid makes one."""
    i = (tl.program_id(0) // 2) * 4 + tl.arange(0, 4)
    tl.store(x + i, tl.load(y + i))
    tl.store(x + i, tl.load(x + i) + 1)


@case("x y z: *fp32, n: i32", numbers=(0,), block={})
@triton.jit
def squares_read_back(x, y, z, n):
    """(p − 1)·(p − 2), an address that is no sum of strides and that programs share."""
    p = tl.program_id(0)
    tl.store(x + (p * p - 3 * p + 2), tl.load(y + p))
    tl.store(z + p, tl.load(x + (p * p - 3 * p + 2)))


@case("x y z: *fp32, n: i32", numbers=(0,), block={})
@triton.jit
def halves_read_back(x, y, z, n):
    """Two programs share an address that is a sum of two quotients."""
    p = tl.program_id(0)
    tl.store(x + p // 2 + p // 3, tl.load(y + p))
    tl.store(z + p, tl.load(x + p // 2 + p // 3))
