"""Programs whose places fit together because the grid is small, because a digit is, or because the data say so."""

import triton
import triton.language as tl

from soundness.case import case

VERIFIED = (
    "tiles_of_a_square first_of_each_pair first_row_of_each_batch heads_without_a_batch"
    " groups_of_rows_interleaved ends_by_data kept_or_cleared_by_data blocks_in_a_wide_row"
)
NEVER_VERIFIED = (
    "tiles_of_a_square_too_wide both_of_each_pair pair_of_the_next first_rows_of_a_batch"
    " heads_of_a_group program_without_a_place groups_of_rows_too_close ends_by_data_read_back"
    " always_cleared blocks_in_a_row_of_odd_length"
)


@case("x y: *fp32, n: i32", numbers=(0,), block={})
@triton.jit
def tiles_of_a_square(x, y, n):
    """Four programs make a square of 4 by 4: the digits 2·b + c ≤ 3 of the program's number."""
    p = tl.program_id(0)
    b, c = (p % 4) // 2, (p % 4) % 2
    i = (2 * b + tl.arange(0, 2)[:, None]) * 4 + 2 * c + tl.arange(0, 2)[None, :]
    tl.store(x + (p // 4) * 16 + i, tl.load(y + i) + p)


@case("x y: *fp32, n: i32", numbers=(0,), block={})
@triton.jit
def tiles_of_a_square_too_wide(x, y, n):
    """The tiles of a square are 4 wide, at a distance of 2."""
    p = tl.program_id(0)
    b, c = (p % 4) // 2, (p % 4) % 2
    i = (2 * b + tl.arange(0, 2)[:, None]) * 4 + 2 * c + tl.arange(0, 4)[None, :]
    tl.store(x + (p // 4) * 16 + i, tl.load(y + i) + p)


@case("x y: *fp32, n: i32", numbers=(0,), block={})
@triton.jit
def first_of_each_pair(x, y, n):
    """Two programs for each element, of which one stores."""
    p = tl.program_id(0)
    if p % 2 == 0:
        tl.store(x + p // 2, tl.load(y + p // 2) + p)


@case("x y: *fp32, n: i32", numbers=(0,), block={})
@triton.jit
def both_of_each_pair(x, y, n):
    """Two programs for each element, which both store."""
    p = tl.program_id(0)
    tl.store(x + p // 2, tl.load(y + p // 2) + p)


@case("x y: *fp32, n: i32", numbers=(0,), block={})
@triton.jit
def pair_of_the_next(x, y, n):
    """The one that stores is another one for each element, and two of four do."""
    p = tl.program_id(0)
    if p % 2 == 0:
        tl.store(x + p // 4, tl.load(y + p // 4) + p)


@case("x y: *fp32, n: i32")
@triton.jit
def first_row_of_each_batch(x, y, n, BLOCK: tl.constexpr):
    """Of n rows of 4 elements, the first one: ⌊b/4⌋ = 0."""
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    batch, rest = i // (n * 4), i % (n * 4)
    tl.store(x + batch * 4 + rest % 4, tl.load(y + i), mask=(rest // 4 == 0) & (batch < 5))


@case("x y: *fp32, n: i32")
@triton.jit
def first_rows_of_a_batch(x, y, n, BLOCK: tl.constexpr):
    """Of n rows of 4 elements, the first two, to one place."""
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    batch, rest = i // (n * 4), i % (n * 4)
    tl.store(x + batch * 4 + rest % 4, tl.load(y + i), mask=(rest // 8 == 0) & (batch < 5))


@case("x y: *fp32, n: i32", numbers=(0,), block={})
@triton.jit
def heads_without_a_batch(x, y, n):
    """The second axis is batches of 4 heads; the address does not tell the batch, so there may be one only."""
    q = tl.program_id(1)
    i = tl.program_id(0) * 16 + (q % 4) * 4 + tl.arange(0, 4)
    tl.store(x + i, tl.load(y + i) + q // 4)


@case("x y: *fp32, n: i32", numbers=(0,), block={})
@triton.jit
def heads_of_a_group(x, y, n):
    """Two heads of a group store to one place, whatever the grid."""
    q = tl.program_id(1)
    i = tl.program_id(0) * 16 + ((q % 4) // 2) * 4 + tl.arange(0, 4)
    tl.store(x + i, tl.load(y + i) + q % 4)


@case("x y: *fp32, n: i32", numbers=(0,), block={})
@triton.jit
def program_without_a_place(x, y, n):
    """No grid of the second axis but one program would do: that is a mistake, not a condition."""
    i = tl.program_id(0) * 4 + tl.arange(0, 4)
    tl.store(x + i, tl.load(y + i) + tl.program_id(1))


@case("x y: *fp32, n: i32", numbers=(0,), block={})
@triton.jit
def groups_of_rows_interleaved(x, y, n):
    """Groups of 4 programs take every fourth row of 4: there is room for 4 groups."""
    p = tl.program_id(0)
    for k in range(3):
        row = ((p % 4) * 3 + k) * 4 + p // 4
        i = row * 4 + tl.arange(0, 4)
        tl.store(x + i, tl.load(y + i) + p)


@case("x y: *fp32, n: i32", numbers=(0,), block={})
@triton.jit
def groups_of_rows_too_close(x, y, n):
    """Rows of 4, and no room for a second group."""
    p = tl.program_id(0)
    for k in range(3):
        row = ((p % 4) * 3 + k) + p // 4
        i = row * 4 + tl.arange(0, 4)
        tl.store(x + i, tl.load(y + i) + p)


@case("x y: *fp32, f: *i32, n: i32", numbers=(0,), block={})
@triton.jit
def ends_by_data(x, y, f, n):
    """A first element, where there is one, and each element's successor, where there is one: as the data say."""
    p = tl.program_id(0)
    if tl.load(f + p) == 0:
        tl.store(x + p, tl.load(y + p))
    if tl.load(f + p) < 2:
        tl.store(x + p + 1, tl.load(y + p) * 2)


@case("x y: *fp32, f: *i32, n: i32", numbers=(0,), block={})
@triton.jit
def ends_by_data_read_back(x, y, f, n):
    """What may have been stored twice is read again."""
    p = tl.program_id(0)
    if tl.load(f + p) == 0:
        tl.store(x + p, tl.load(y + p))
    if tl.load(f + p) < 2:
        tl.store(x + p + 1, tl.load(y + p) * 2)
    tl.store(y + p, tl.load(x + p))


@case("x y: *fp32, f: *i32, n: i32", numbers=(0,), block={})
@triton.jit
def kept_or_cleared_by_data(x, y, f, n):
    """Either, at an address that is no sum of strides."""
    p = tl.program_id(0)
    i = p + p // 3
    if tl.load(f + p) == 0:
        tl.store(x + i, tl.load(y + p))
    else:
        tl.store(x + i, 0.0)


@case("x y: *fp32, n: i32", numbers=(0,), block={})
@triton.jit
def always_cleared(x, y, n):
    """One element, which every program sets and one clears."""
    p = tl.program_id(0)
    tl.store(x + p + p // 3, tl.load(y + p))
    tl.store(x, 0.0)


@case("x y: *fp32, n: i32", numbers=(0,), block={})
@triton.jit
def blocks_in_a_wide_row(x, y, n):
    """Lanes of all programs of the second axis in a row of 16: j < 4·num_programs(1)."""
    j = tl.program_id(1) * 4 + tl.arange(0, 4)
    i = tl.program_id(0) * 16 + j
    tl.store(x + i, tl.load(y + j) + tl.program_id(0))


@case("x y: *fp32, n: i32", numbers=(0,), block={})
@triton.jit
def blocks_in_a_row_of_odd_length(x, y, n):
    """A row of 9 has room for one block of 8: a grid of one program along an axis is not asked for."""
    j = tl.program_id(1) * 8 + tl.arange(0, 8)
    i = tl.program_id(0) * 9 + j
    tl.store(x + i, tl.load(y + j) + tl.program_id(0))
