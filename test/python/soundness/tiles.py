"""Tiles and indices that look as if they merged."""

import triton
import triton.language as tl

from soundness.case import case


@case("x y: *fp32, n: i32")
@triton.jit
def overlapping_tiles(x, y, n, BLOCK: tl.constexpr):
    """Tiles of 8 at every 4th element: most elements count twice."""
    i = tl.arange(0, BLOCK)
    total = 0.0
    for t in range(0, n):
        total += tl.sum(tl.load(x + t * (BLOCK // 2) + i), 0)
    tl.store(y, total)


@case("x y: *fp32, n: i32")
@triton.jit
def gaps_between_tiles(x, y, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    total = 0.0
    for t in range(0, n):
        total += tl.sum(tl.load(x + t * 2 * BLOCK + i), 0)
    tl.store(y, total)


@case("x y: *fp32, n: i32")
@triton.jit
def mask_forgets_the_tile(x, y, n, BLOCK: tl.constexpr):
    """The mask compares the lane, not the element, with n."""
    i = tl.arange(0, BLOCK)
    total = 0.0
    for t in range(0, tl.cdiv(n, BLOCK)):
        total += tl.sum(tl.load(x + t * BLOCK + i, mask=i < n, other=0.0), 0)
    tl.store(y, total)


@case("x y: *fp32, n: i32")
@triton.jit
def mask_off_by_one(x, y, n, BLOCK: tl.constexpr):
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.store(y + i, tl.load(x + i, mask=i < n, other=0.0), mask=i <= n)


@case("x y: *fp32, n m: i32")
@triton.jit
def floor_grid(x, y, n, m, BLOCK: tl.constexpr):
    """Columns per row are counted by floor: with a remainder, programs' blocks overlap."""
    p = tl.program_id(0)
    per_row = n // BLOCK
    row = p // per_row
    col = (p % per_row) * BLOCK + tl.arange(0, BLOCK)
    tl.store(y + row * n + col, tl.load(x + row * n + col, mask=col < n), mask=col < n)


@case("x y: *fp32, rows cols: i32", block={"GROUP": 2})
@triton.jit
def swizzled(x, y, rows, cols, GROUP: tl.constexpr):
    """Grouped order; the last group is not shortened, so it runs past the rows."""
    p = tl.program_id(0)
    group = p // (GROUP * cols)
    row = group * GROUP + p % GROUP
    col = (p % (GROUP * cols)) // GROUP
    inside = row < rows
    tl.store(y + row * cols + col, tl.load(x + row * cols + col, mask=inside), mask=inside)


@case("x y: *fp32, rows cols: i32", block={"GROUP": 2}, rows=(1, 2, 3), cols=(1, 2, 3))
@triton.jit
def swizzled_shortened(x, y, rows, cols, GROUP: tl.constexpr):
    p = tl.program_id(0)
    group = p // (GROUP * cols)
    size = min(rows - group * GROUP, GROUP)
    row = group * GROUP + (p % (GROUP * cols)) % size
    col = (p % (GROUP * cols)) // size
    tl.store(y + row * cols + col, tl.load(x + row * cols + col) + 1.0)


@case("x y: *fp32, rows cols: i32", block={"GROUP": 2}, rows=(1, 2, 3), cols=(1, 2, 3))
@triton.jit
def swizzled_wrongly(x, y, rows, cols, GROUP: tl.constexpr):
    """The row within the group is taken modulo GROUP, the column divided by the shortened size."""
    p = tl.program_id(0)
    group = p // (GROUP * cols)
    size = min(rows - group * GROUP, GROUP)
    row = group * GROUP + (p % (GROUP * cols)) % GROUP
    col = (p % (GROUP * cols)) // size
    inside = (row < rows) & (col < cols)
    tl.store(y + row * cols + col, tl.load(x + row * cols + col, mask=inside) + 1.0, mask=inside)


@case("x y: *fp32, n: i32")
@triton.jit
def grid_stride(x, y, n, BLOCK: tl.constexpr):
    for t in range(tl.program_id(0) * BLOCK, n, tl.num_programs(0) * BLOCK):
        i = t + tl.arange(0, BLOCK)
        tl.store(y + i, tl.load(x + i, mask=i < n), mask=i < n)


@case("x y: *fp32, n: i32")
@triton.jit
def grid_stride_too_long(x, y, n, BLOCK: tl.constexpr):
    """The step is one program too long: every now and then a block is left out."""
    for t in range(tl.program_id(0) * BLOCK, n, (tl.num_programs(0) + 1) * BLOCK):
        i = t + tl.arange(0, BLOCK)
        tl.store(y + i, tl.load(x + i, mask=i < n), mask=i < n)


@case("x y: *fp32, n: i32")
@triton.jit
def grid_stride_too_short(x, y, n, BLOCK: tl.constexpr):
    """Blocks are written by two programs, with different values."""
    for t in range(tl.program_id(0) * BLOCK, n, BLOCK):
        i = t + tl.arange(0, BLOCK)
        tl.store(y + i, tl.load(x + i, mask=i < n) + tl.program_id(0), mask=i < n)


@case("x y: *fp32")
@triton.jit
def sum_of_axes(x, y, BLOCK: tl.constexpr):
    """Programs (0, 1) and (1, 0) write the same block; the values agree."""
    i = (tl.program_id(0) + tl.program_id(1)) * BLOCK + tl.arange(0, BLOCK)
    tl.store(y + i, tl.load(x + i) * 3.0)


@case("x y: *fp32")
@triton.jit
def sum_of_axes_disagreeing(x, y, BLOCK: tl.constexpr):
    i = (tl.program_id(0) + tl.program_id(1)) * BLOCK + tl.arange(0, BLOCK)
    tl.store(y + i, tl.load(x + i) + tl.program_id(1))


@case("x y: *fp32, n: i32")
@triton.jit
def rows_split_by_columns(x, y, n, BLOCK: tl.constexpr):
    """i // n and i % n undo each other only for n > 0."""
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.store(y + i, tl.load(x + (i // n) * n + i % n))


@case("x y: *fp32, rows cols: i32")
@triton.jit
def transposing_index(x, y, rows, cols, BLOCK: tl.constexpr):
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    inside = i < rows * cols
    tl.store(y + (i % cols) * rows + i // cols, tl.load(x + i, mask=inside), mask=inside)


@case("x y: *fp32, rows cols: i32")
@triton.jit
def transposing_index_wrong(x, y, rows, cols, BLOCK: tl.constexpr):
    """Divides by rows where columns are meant: elements collide unless the matrix is square."""
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    inside = i < rows * cols
    tl.store(y + (i % cols) * rows + i // rows, tl.load(x + i, mask=inside), mask=inside)


@case("x y: *fp32, n: i32")
@triton.jit
def negative_quotient_index(x, y, n, BLOCK: tl.constexpr):
    """(i - 8) // 4 rounds toward zero."""
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.store(y + i, tl.load(x + 4 + (i - 8) // 4, mask=i < n), mask=i < n)


@case("x y: *fp32, n: i32")
@triton.jit
def negative_remainder_index(x, y, n, BLOCK: tl.constexpr):
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.store(y + i, tl.load(x + 8 + (i - 8) % 4, mask=i < n), mask=i < n)


@case("x y: *fp32, n: i32")
@triton.jit
def pairs_swapped(x, y, n, BLOCK: tl.constexpr):
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.store(y + (i ^ 1), tl.load(x + i, mask=i < n), mask=i < n)


@case("x: *fp32, n: i32")
@triton.jit
def pairs_swapped_in_place(x, n, BLOCK: tl.constexpr):
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.store(x + i, tl.load(x + (i ^ 1), mask=i < n), mask=i < n)


@case("x y: *fp32")
@triton.jit
def permuted_addresses(x, y, BLOCK: tl.constexpr):
    """3·i mod 8 is a permutation of 0 … 7."""
    i = tl.arange(0, BLOCK)
    tl.store(y + (i * 3) % BLOCK, tl.load(x + i))


@case("x y: *fp32")
@triton.jit
def colliding_squares(x, y, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    tl.store(y + (i * i) % BLOCK, tl.load(x + i))


@case("x y: *fp32")
@triton.jit
def halved_addresses(x, y, BLOCK: tl.constexpr):
    """Two lanes write each element, the same value."""
    i = tl.arange(0, BLOCK)
    tl.store(y + i // 2, tl.load(x + i // 2))


@case("x y: *fp32")
@triton.jit
def halved_addresses_disagreeing(x, y, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    tl.store(y + i // 2, tl.load(x + i))


@case("x y: *fp32")
@triton.jit
def overlapping_blocks_agreeing(x, y, BLOCK: tl.constexpr):
    i = tl.program_id(0) * (BLOCK // 2) + tl.arange(0, BLOCK)
    tl.store(y + i, tl.load(x + i))


@case("x: *fp32")
@triton.jit
def overlapping_blocks_in_place(x, BLOCK: tl.constexpr):
    """Half of the elements are doubled twice."""
    i = tl.program_id(0) * (BLOCK // 2) + tl.arange(0, BLOCK)
    tl.store(x + i, tl.load(x + i) * 2.0)


@case("x: *fp32, stride n: i32")
@triton.jit
def in_place_rows(x, stride, n, BLOCK: tl.constexpr):
    """Rows that overlap when the stride is less than n."""
    i = tl.arange(0, BLOCK)
    at = x + tl.program_id(0) * stride + i
    tl.store(at, tl.load(at, mask=i < n) * 2.0, mask=i < n)


@case("x: *fp32, stride n: i32")
@triton.jit
def in_place_softmax(x, stride, n, BLOCK: tl.constexpr):
    """Each lane reads what other lanes write; the load comes first."""
    i = tl.arange(0, BLOCK)
    at = x + tl.program_id(0) * stride + i
    a = tl.load(at, mask=i < n, other=-float("inf"))
    e = tl.exp(a - tl.max(a, 0))
    tl.store(at, e / tl.sum(e, 0), mask=i < n)


@case("x: *fp32, n: i32")
@triton.jit
def in_place_two_passes(x, n, BLOCK: tl.constexpr):
    """The second pass reads what the first one stored."""
    i = tl.arange(0, BLOCK)
    for t in range(0, n):
        tl.store(x + t * BLOCK + i, tl.load(x + t * BLOCK + i) + 1.0)
    for t in range(0, n):
        tl.store(x + t * BLOCK + i, tl.load(x + t * BLOCK + i) * 2.0)


@case("x: *fp32, n: i32")
@triton.jit
def in_place_masked_twice(x, n, BLOCK: tl.constexpr):
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    a = tl.load(x + i)
    tl.store(x + i, a + 1.0, mask=i < n)
    tl.store(x + i, a + 2.0, mask=i >= n)


@case("x y: *fp32")
@triton.jit
def writes_by_sign(x, y, BLOCK: tl.constexpr):
    """Two stores to each address; exactly one happens."""
    i = tl.arange(0, BLOCK)
    a = tl.load(x + i)
    tl.store(y + i, a, mask=a > 0.0)
    tl.store(y + i, -a, mask=a <= 0.0)


@case("x y: *fp32")
@triton.jit
def writes_by_sign_overlapping(x, y, BLOCK: tl.constexpr):
    """For 0 both happen."""
    i = tl.arange(0, BLOCK)
    a = tl.load(x + i)
    tl.store(y + i, a + 1.0, mask=a >= 0.0)
    tl.store(y + i, -a, mask=a <= 0.0)


@case("x y: *fp32, n: i32")
@triton.jit
def default_then_override(x, y, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    tl.store(y + i, tl.load(x + i))
    if n > 3:
        tl.store(y + i, tl.load(x + i) * 2.0)


@case("x y: *fp32")
@triton.jit
def one_program_writes_again(x, y, BLOCK: tl.constexpr):
    """Program 0 writes element 8 after or before program 1 does."""
    p = tl.program_id(0)
    i = p * BLOCK + tl.arange(0, BLOCK)
    tl.store(y + i, tl.load(x + i))
    if p == 0:
        tl.store(y + BLOCK, 9.0)
