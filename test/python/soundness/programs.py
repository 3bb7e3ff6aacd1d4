"""Who works on what: program ids turned, split, flattened and wasted; unrolled stores; descriptors."""

import triton
import triton.language as tl

from soundness.case import SMALL, case

N = "x y: *fp32, n: i32"


@case(N)
@triton.jit
def programs_reversed(x, y, n, BLOCK: tl.constexpr):
    i = (tl.num_programs(0) - 1 - tl.program_id(0)) * BLOCK + tl.arange(0, BLOCK)
    tl.store(y + i, tl.load(x + i, mask=i < n), mask=i < n)


@case(N)
@triton.jit
def programs_reversed_off_by_one(x, y, n, BLOCK: tl.constexpr):
    """Program 0 is beyond the end, and the first block is nobody's."""
    i = (tl.num_programs(0) - tl.program_id(0)) * BLOCK + tl.arange(0, BLOCK)
    tl.store(y + i, tl.load(x + i, mask=i < n), mask=i < n)


@case(N)
@triton.jit
def halves_of_programs(x, y, n, BLOCK: tl.constexpr):
    """The same as 8·p + lane."""
    p = tl.program_id(0)
    i = (p // 2) * 2 * BLOCK + (p % 2) * BLOCK + tl.arange(0, BLOCK)
    tl.store(y + i, tl.load(x + i, mask=i < n), mask=i < n)


@case(N)
@triton.jit
def partners_swapped(x, y, n, BLOCK: tl.constexpr):
    """With an odd number of programs the last block is left out."""
    i = (tl.program_id(0) ^ 1) * BLOCK + tl.arange(0, BLOCK)
    tl.store(y + i, tl.load(x + i, mask=i < n), mask=i < n)


@case(N)
@triton.jit
def axes_flattened(x, y, n, BLOCK: tl.constexpr):
    p = tl.program_id(0) * tl.num_programs(1) + tl.program_id(1)
    i = p * BLOCK + tl.arange(0, BLOCK)
    tl.store(y + i, tl.load(x + i, mask=i < n), mask=i < n)


@case(N)
@triton.jit
def axes_flattened_wrongly(x, y, n, BLOCK: tl.constexpr):
    """The other axis' length: programs collide, and blocks are left out."""
    p = tl.program_id(0) * tl.num_programs(0) + tl.program_id(1)
    i = p * BLOCK + tl.arange(0, BLOCK)
    tl.store(y + i, tl.load(x + i, mask=i < n) + tl.program_id(1), mask=i < n)


@case(N)
@triton.jit
def axes_of_fixed_length(x, y, n, BLOCK: tl.constexpr):
    """Right for at most 4 programs on the second axis."""
    i = (tl.program_id(0) * 4 + tl.program_id(1)) * BLOCK + tl.arange(0, BLOCK)
    tl.store(y + i, tl.load(x + i, mask=i < n) * 2.0, mask=i < n)


@case("x y: *fp32, rows cols: i32")
@triton.jit
def tiles_of_columns(x, y, rows, cols, BLOCK: tl.constexpr):
    tiles = tl.cdiv(cols, BLOCK)
    p = tl.program_id(0)
    row = p // tiles
    col = (p % tiles) * BLOCK + tl.arange(0, BLOCK)
    inside = (row < rows) & (col < cols)
    tl.store(y + row * cols + col, tl.load(x + row * cols + col, mask=inside), mask=inside)


@case("x y: *fp32, rows cols: i32")
@triton.jit
def tiles_of_columns_transposed(x, y, rows, cols, BLOCK: tl.constexpr):
    """Quotient and remainder are exchanged: rows are counted up to the number of tiles only."""
    tiles = tl.cdiv(cols, BLOCK)
    p = tl.program_id(0)
    row = p % tiles
    col = (p // tiles) * BLOCK + tl.arange(0, BLOCK)
    inside = (row < rows) & (col < cols)
    tl.store(y + row * cols + col, tl.load(x + row * cols + col, mask=inside), mask=inside)


@case("x y: *fp32, rows cols: i32")
@triton.jit
def persistent_tiles(x, y, rows, cols, BLOCK: tl.constexpr):
    tiles = tl.cdiv(cols, BLOCK)
    for t in range(tl.program_id(0), rows * tiles, tl.num_programs(0)):
        row = t // tiles
        col = (t % tiles) * BLOCK + tl.arange(0, BLOCK)
        tl.store(y + row * cols + col, tl.load(x + row * cols + col, mask=col < cols) + 1.0, mask=col < cols)


@case("x y: *fp32, rows cols: i32")
@triton.jit
def persistent_tiles_stuck(x, y, rows, cols, BLOCK: tl.constexpr):
    """Every tile is worked on by every program, with a value of its own."""
    tiles = tl.cdiv(cols, BLOCK)
    for t in range(0, rows * tiles):
        row = t // tiles
        col = (t % tiles) * BLOCK + tl.arange(0, BLOCK)
        a = tl.load(x + row * cols + col, mask=col < cols) + tl.program_id(0)
        tl.store(y + row * cols + col, a, mask=col < cols)


@case(N)
@triton.jit
def return_beyond_the_end(x, y, n, BLOCK: tl.constexpr):
    """The last block is not masked."""
    p = tl.program_id(0)
    if p * BLOCK >= n:
        return
    i = p * BLOCK + tl.arange(0, BLOCK)
    tl.store(y + i, tl.load(x + i))


@case("x y: *fp32, stride: i32", stride=(0, 3, 8, 20))
@triton.jit
def unrolled_rows(x, y, stride, BLOCK: tl.constexpr):
    """Four stores that overlap for a stride below 8."""
    i = tl.arange(0, BLOCK)
    for s in tl.static_range(4):
        tl.store(y + s * stride + i, tl.load(x + s * BLOCK + i))


@case("x y: *fp32")
@triton.jit
def unrolled_rows_apart(x, y, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    for s in tl.static_range(4):
        tl.store(y + s * BLOCK + i, tl.load(x + s * BLOCK + i) * (s + 1))


@case("x y: *fp32, half n: i32", half=(0, 2, 4, 8), n=(4, 8))
@triton.jit
def two_halves(x, y, half, n, BLOCK: tl.constexpr):
    """The halves overlap unless half ≥ n."""
    i = tl.arange(0, BLOCK)
    tl.store(y + i, tl.load(x + i, mask=i < n) + 1.0, mask=i < n)
    tl.store(y + half + i, tl.load(x + i, mask=i < n) + 2.0, mask=i < n)


@case("x y: *fp32, n: i32")
@triton.jit
def head_and_tail(x, y, n, BLOCK: tl.constexpr):
    """Complementary masks: each element is written once."""
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.store(y + i, tl.load(x + i), mask=i < n)
    tl.store(y + i, -tl.load(x + i), mask=i >= n)


@case("x y: *fp32, n: i32")
@triton.jit
def head_and_tail_overlapping(x, y, n, BLOCK: tl.constexpr):
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.store(y + i, tl.load(x + i), mask=i <= n)
    tl.store(y + i, -tl.load(x + i), mask=i >= n)


@case("x: *fp32, keep: *i1, y: *fp32, n: i32")
@triton.jit
def masked_by_data(x, keep, y, n, BLOCK: tl.constexpr):
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    m = tl.load(keep + i, mask=i < n, other=0).to(tl.int1) & (i < n)
    tl.store(y + i, tl.load(x + i, mask=m), mask=m)


@case("x: *fp32, rows: *i32, y: *fp32, n: i32", rows=SMALL)
@triton.jit
def gathered_rows(x, rows, y, n, BLOCK: tl.constexpr):
    p = tl.program_id(0)
    row = tl.load(rows + p)
    i = tl.arange(0, BLOCK)
    tl.store(y + p * n + i, tl.load(x + row * n + i, mask=i < n), mask=i < n)


@case("x: *fp32, rows: *i32, y: *fp32, n: i32", rows=SMALL)
@triton.jit
def scattered_rows(x, rows, y, n, BLOCK: tl.constexpr):
    """Two programs may write one row."""
    p = tl.program_id(0)
    row = tl.load(rows + p)
    i = tl.arange(0, BLOCK)
    tl.store(y + row * n + i, tl.load(x + p * n + i, mask=i < n), mask=i < n)


@case("x y: *fp32, rows cols: i32", rows=(1, 3, 9), cols=(4, 8, 12))
@triton.jit
def described_copy(x, y, rows, cols, BLOCK: tl.constexpr):
    """Beyond the shape, a descriptor reads 0 and stores nothing."""
    a = tl.make_tensor_descriptor(x, [rows, cols], [cols, 1], [BLOCK, BLOCK])
    b = tl.make_tensor_descriptor(y, [rows, cols], [cols, 1], [BLOCK, BLOCK])
    p, q = tl.program_id(0) * BLOCK, tl.program_id(1) * BLOCK
    b.store([p, q], a.load([p, q]) + 1.0)


@case("x y: *fp32, rows cols: i32", rows=(1, 3, 9), cols=(4, 8, 12))
@triton.jit
def described_sum(x, y, rows, cols, BLOCK: tl.constexpr):
    """Columns beyond the shape count as 0; so do rows."""
    a = tl.make_tensor_descriptor(x, [rows, cols], [cols, 1], [BLOCK, BLOCK])
    tl.store(y + tl.arange(0, BLOCK), tl.sum(a.load([0, tl.program_id(0) * 0]), 1))


@case("x y: *fp32, rows cols: i32", rows=(3, 9), cols=(8, 12))
@triton.jit
def described_at_negative_offset(x, y, rows, cols, BLOCK: tl.constexpr):
    """Rows before the first one are 0 as well."""
    a = tl.make_tensor_descriptor(x, [rows, cols], [cols, 1], [BLOCK, BLOCK])
    i = tl.arange(0, BLOCK)
    tl.store(y + i[:, None] * BLOCK + i[None, :], a.load([-2, 4]))


@case("x z y: *fp32")
@triton.jit
def boolean_logic(x, z, y, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    a = tl.load(x + i) > 0.0
    b = tl.load(z + i) > 0.0
    c = (a ^ b).to(tl.float32) + 2.0 * (~a).to(tl.float32) + 4.0 * (a == b).to(tl.float32)
    tl.store(y + i, c + 8.0 * (a > b).to(tl.float32) + 16.0 * (a != b).to(tl.int32))


@case("x: *i8, y: *fp32", x=(-128, -1, 0, 127))
@triton.jit
def byte_as_float(x, y, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    a = tl.load(x + i)
    tl.store(y + i, a.to(tl.float32) + 1000.0 * a.to(tl.uint8, bitcast=True).to(tl.float32))


@case("x: *i8, y: *i32", x=(-128, -1, 0, 127))
@triton.jit
def byte_extrema(x, y, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    a = tl.load(x + i)
    low = tl.min(a, 0).to(tl.int32)
    high = tl.max(a.to(tl.uint8, bitcast=True), 0).to(tl.int32)
    tl.store(y, low)
    tl.store(y + 1, high)


@case("x: *i32, y: *i32, n: i32", x=(-(2**31), 5, -3))
@triton.jit
def argmin_of_integers(x, y, n, BLOCK: tl.constexpr):
    """The filler is the largest integer; the element may be it too."""
    i = tl.arange(0, BLOCK)
    tl.store(y, tl.argmin(tl.load(x + i, mask=i < n, other=2147483647), 0))


@case("x: *fp32, y: *i32, n: i32")
@triton.jit
def argmax_of_nothing(x, y, n, BLOCK: tl.constexpr):
    """0 for n ≤ 0: all lanes are -inf."""
    i = tl.arange(0, BLOCK)
    tl.store(y, tl.argmax(tl.load(x + i, mask=i < n, other=-float("inf")), 0))


@case("x: *fp32, y: *i32, n: i32")
@triton.jit
def argmax_with_offset(x, y, n, BLOCK: tl.constexpr):
    """The position within the block, not within the row."""
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.store(y + tl.program_id(0), tl.argmax(tl.load(x + i), 0))
