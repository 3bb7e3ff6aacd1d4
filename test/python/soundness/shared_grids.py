"""Programs that share sums, grids that do not fit, atomic updates that are told to nobody's liking."""

import triton
import triton.language as tl

from soundness.case import case

VERIFIED = """
    added_by_lanes_of_the_first_program added_once_where_told added_to_a_row_that_is_told
    depth_with_a_gap total_over_two_axes parts_of_parts parts_of_parts_flattened_wrongly shares_of_a_count
    shares_rounded_up shares_of_the_grid only_the_first_program_adds the_last_program_adds
    added_in_a_loop_that_shrinks added_where_told_twice least_of_all_programs products_of_a_split_depth
    rows_of_a_short_grid flattened_into_three negative_divisors assumed_under_a_condition assumed_in_a_loop
    stored_beyond_a_return grid_in_the_value joined_and_split interleaved_then_summed flipped_and_gathered
"""
NEVER_VERIFIED = "doubled_in_each_iteration doubled_by_each_program"

SIZES = {"block": 4, "numbers": (-1, 0, 1, 3, 4, 5, 8, 13)}


@case("x z: *fp32, n: i32", **SIZES)
@triton.jit
def depth_with_a_gap(x, z, n, BLOCK: tl.constexpr):
    """Each program leaves out the last of its share."""
    p, g = tl.program_id(0), tl.num_programs(0)
    i = tl.arange(0, BLOCK)
    s = tl.zeros((BLOCK,), tl.float32)
    for k in range(p * BLOCK, n - BLOCK, g * BLOCK):
        s += tl.load(x + k + i, mask=k + i < n, other=0.0)
    tl.atomic_add(z, tl.sum(s, 0))


@case("x z: *fp32, n: i32", **SIZES)
@triton.jit
def total_over_two_axes(x, z, n, BLOCK: tl.constexpr):
    """The second axis repeats what the first one does."""
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.atomic_add(z + tl.program_id(1) // 2, tl.sum(tl.load(x + i, mask=i < n, other=0.0), 0))


@case("x z: *fp32, n: i32", **SIZES)
@triton.jit
def parts_of_parts(x, z, n, BLOCK: tl.constexpr):
    """Two axes share a sum: the flat number of the program."""
    p = tl.program_id(1) * tl.num_programs(0) + tl.program_id(0)
    i = p * BLOCK + tl.arange(0, BLOCK)
    tl.atomic_add(z, tl.sum(tl.load(x + i, mask=i < n, other=0.0), 0))


@case("x z: *fp32, n: i32", **SIZES)
@triton.jit
def parts_of_parts_flattened_wrongly(x, z, n, BLOCK: tl.constexpr):
    p = tl.program_id(1) * tl.num_programs(1) + tl.program_id(0)
    i = p * BLOCK + tl.arange(0, BLOCK)
    tl.atomic_add(z, tl.sum(tl.load(x + i, mask=i < n, other=0.0), 0))


@case("x z: *fp32, n parts: i32", **SIZES)
@triton.jit
def shares_of_a_count(x, z, n, parts, BLOCK: tl.constexpr):
    """Each of `parts` programs has ⌊n / parts⌋ elements: a rest may stay."""
    each = n // parts
    s = 0.0
    for k in range(tl.program_id(0) * each, (tl.program_id(0) + 1) * each):
        s += tl.load(x + k)
    tl.atomic_add(z, s)


@case("x z: *fp32, n parts: i32", **SIZES)
@triton.jit
def shares_rounded_up(x, z, n, parts, BLOCK: tl.constexpr):
    each = (n + parts - 1) // parts
    start = tl.program_id(0) * each
    s = 0.0
    for k in range(start, tl.minimum(start + each, n)):
        s += tl.load(x + k)
    tl.atomic_add(z, s)


@case("x z: *fp32, n: i32", **SIZES)
@triton.jit
def shares_of_the_grid(x, z, n, BLOCK: tl.constexpr):
    each = tl.cdiv(n, tl.num_programs(0))
    start = tl.program_id(0) * each
    s = 0.0
    for k in range(start, tl.minimum(start + each, n)):
        s += tl.load(x + k)
    tl.atomic_add(z, s)


@case("x z: *fp32, n: i32", **SIZES)
@triton.jit
def shares_of_the_grid_stored(x, z, n, BLOCK: tl.constexpr):
    each = tl.cdiv(n, tl.num_programs(0))
    i = tl.arange(0, BLOCK)
    start = tl.program_id(0) * each
    for k in range(start, tl.minimum(start + each, n), BLOCK):
        tl.store(z + k + i, tl.load(x + k + i) + 1.0, mask=k + i < tl.minimum(start + each, n))


@case("x z: *fp32, n: i32", **SIZES)
@triton.jit
def only_the_first_program_adds(x, z, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    if tl.program_id(0) == 0:
        tl.atomic_add(z, tl.sum(tl.load(x + i, mask=i < n, other=0.0), 0))


@case("x z: *fp32, n: i32", **SIZES)
@triton.jit
def the_last_program_adds(x, z, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    if tl.program_id(0) == tl.num_programs(0) - 1:
        tl.atomic_add(z + tl.program_id(0), tl.sum(tl.load(x + i, mask=i < n, other=0.0), 0))


@case("x z: *fp32, n: i32", **SIZES)
@triton.jit
def added_in_a_loop_that_shrinks(x, z, n, BLOCK: tl.constexpr):
    p = tl.program_id(0)
    for k in range(p, n):
        tl.atomic_add(z + k, tl.load(x + k - p))


@case("x z: *fp32, n stride: i32", **SIZES)
@triton.jit
def added_at_strides(x, z, n, stride, BLOCK: tl.constexpr):
    """With a stride below the block, updates meet; with stride 0 they all do."""
    i = tl.arange(0, BLOCK)
    p = tl.program_id(0)
    tl.atomic_add(z + 64 + p * stride + i, tl.load(x + p * BLOCK + i), mask=p * BLOCK + i < n)


@case("x z: *fp32, at: *i32, n: i32", **SIZES, at=(0, 1, 2, 5))
@triton.jit
def added_where_told_twice(x, z, at, n, BLOCK: tl.constexpr):
    """Rows are scattered; the place within the row is told as well."""
    i = tl.arange(0, BLOCK)
    row, column = tl.load(at + tl.program_id(0)), tl.load(at + 16 + i)
    tl.atomic_add(z + row * BLOCK + column, tl.load(x + i), mask=i < n)


@case("x z: *fp32, at: *i32, n: i32", **SIZES, at=(-2, -1, 0, 1, 5))
@triton.jit
def added_where_told_if_it_is_there(x, z, at, n, BLOCK: tl.constexpr):
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    place = tl.load(at + i, mask=i < n, other=-1)
    tl.atomic_add(z + place, tl.load(x + i), mask=place >= 0)


@case("x z: *fp32, at: *i32, n: i32", **SIZES, at=(0, 1, 2, 5))
@triton.jit
def stored_where_told(x, z, at, n, BLOCK: tl.constexpr):
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.store(z + tl.load(at + i, mask=i < n, other=0), tl.load(x + i), mask=i < n)


@case("x z: *i32, n: i32", **SIZES)
@triton.jit
def greatest_of_all_programs(x, z, n, BLOCK: tl.constexpr):
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.atomic_max(z, tl.max(tl.load(x + i, mask=i < n, other=-100), 0))


@case("x z: *fp32, n: i32", **SIZES)
@triton.jit
def least_of_all_programs(x, z, n, BLOCK: tl.constexpr):
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.atomic_min(z + i // 8, tl.load(x + i, mask=i < n, other=float("inf")))


@case("x z: *fp32, n: i32", **SIZES)
@triton.jit
def products_of_a_split_depth(x, z, n, BLOCK: tl.constexpr):
    """Split-K: the second axis shares the depth, rounded down."""
    i = tl.arange(0, BLOCK)
    s = tl.zeros((BLOCK,), tl.float32)
    for k in range(0, n // (BLOCK * tl.num_programs(1))):
        at = (k * tl.num_programs(1) + tl.program_id(1)) * BLOCK
        s += tl.load(x + tl.program_id(0) * n + at + i)
    tl.atomic_add(z + tl.program_id(0) * BLOCK + i, s)


@case("x z: *fp32, n: i32", **SIZES)
@triton.jit
def rows_of_a_short_grid(x, z, n, BLOCK: tl.constexpr):
    """Program p does rows p and p + 2, whatever the grid."""
    i = tl.arange(0, BLOCK)
    for r in range(2):
        row = tl.program_id(0) + 2 * r
        tl.store(z + row * BLOCK + i, tl.load(x + row * BLOCK + i) * (1.0 + r))


@case("x z: *fp32, n: i32", **SIZES)
@triton.jit
def mirrored_programs(x, z, n, BLOCK: tl.constexpr):
    p = tl.num_programs(0) - 1 - tl.program_id(0)
    i = p * BLOCK + tl.arange(0, BLOCK)
    tl.store(z + i, tl.load(x + tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)), mask=i < n)


@case("x z: *fp32, n m: i32", **SIZES)
@triton.jit
def flattened_into_three(x, z, n, m, BLOCK: tl.constexpr):
    p = tl.program_id(0)
    a, b, c = p // (n * m), (p // m) % n, p % m
    tl.store(z + (a * m + c) * n + b, tl.load(x + p) + a)


@case("x z: *fp32, n m: i32", **SIZES)
@triton.jit
def negative_divisors(x, z, n, m, BLOCK: tl.constexpr):
    """Sizes may be negative: / truncates, and so does %."""
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.store(z + i, ((i - 5) // n + (i - 5) % m).to(tl.float32), mask=i < 32)


@case("x z: *fp32, n: i32", **SIZES)
@triton.jit
def assumed_under_a_condition(x, z, n, BLOCK: tl.constexpr):
    """What is assumed holds only where it is said."""
    i = tl.arange(0, BLOCK)
    if n > 4:
        tl.assume(n >= 8)
        tl.store(z + i, tl.load(x + i), mask=i < n)
    else:
        tl.store(z + i, tl.load(x + i) + 1.0, mask=i < n)


@case("x z: *fp32, n: i32", **SIZES)
@triton.jit
def assumed_in_a_loop(x, z, n, BLOCK: tl.constexpr):
    """A loop that may not run assumes something."""
    i = tl.arange(0, BLOCK)
    s = tl.zeros((BLOCK,), tl.float32)
    for t in range(n - 4):
        tl.assume(n >= 8)
        s += tl.load(x + t + i)
    tl.store(z + i, s + (n >= 8).to(tl.float32))


@case("x z: *fp32, n: i32", **SIZES)
@triton.jit
def stored_beyond_a_return(x, z, n, BLOCK: tl.constexpr):
    p = tl.program_id(0)
    i = p * BLOCK + tl.arange(0, BLOCK)
    if p * BLOCK >= n:
        return
    tl.store(z + i, tl.load(x + i))


@case("x z: *fp32, n m: i32", **SIZES)
@triton.jit
def two_returns(x, z, n, m, BLOCK: tl.constexpr):
    p = tl.program_id(0)
    if p >= n:
        return
    tl.store(z + p, tl.load(x + p))
    if p >= m:
        return
    tl.store(z + 32 + p, tl.load(x + p) * 2.0)


@triton.jit(noinline=True)
def helper(v, n):
    return v * 2.0 + n


@triton.jit(noinline=True)
def helper_that_stores(z, at, v):
    tl.store(z + at, v)


@case("x z: *fp32, n: i32", **SIZES)
@triton.jit
def called(x, z, n, BLOCK: tl.constexpr):
    p = tl.program_id(0)
    v = helper(tl.load(x + p), n)
    helper_that_stores(z, p, v)
    if p < n:
        helper_that_stores(z, p + 32, helper(v, p))


@case("x z: *fp32, n: i32", **SIZES)
@triton.jit
def grid_in_the_value(x, z, n, BLOCK: tl.constexpr):
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.store(z + i, tl.load(x + i) * tl.num_programs(0) + tl.num_programs(1), mask=i < n)


@case("x z: *fp32, n: i32", **SIZES)
@triton.jit
def unused_axis_in_the_value(x, z, n, BLOCK: tl.constexpr):
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.store(z + i, tl.load(x + i) + tl.program_id(1) * 0.0, mask=i < n)


@case("x z: *fp32, n: i32", **SIZES)
@triton.jit
def histogram_of_shares(x, z, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    h = tl.histogram(tl.load(x + i).to(tl.int32), 4)
    tl.store(z + tl.arange(0, 4), h.to(tl.float32) * n)


@case("x: *i32, z: *i32, n: i32", **SIZES, x=(0, 1, 2, 3, 4, 9, -1))
@triton.jit
def histogram_under_a_mask(x, z, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    h = tl.histogram(tl.load(x + i), 4, mask=i < n)
    tl.atomic_add(z + tl.arange(0, 4), h)


@case("x z: *fp32, n: i32", **SIZES)
@triton.jit
def joined_and_split(x, z, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    a, b = tl.load(x + i), tl.load(x + BLOCK + i)
    c = tl.reshape(tl.join(a, b), (2, BLOCK))
    d = tl.trans(c)
    e, f = tl.split(d)
    tl.store(z + tl.program_id(0) * BLOCK + i, e - 2.0 * f, mask=i < n)


@case("x z: *fp32, n: i32", **SIZES)
@triton.jit
def interleaved_then_summed(x, z, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    c = tl.interleave(tl.load(x + i), tl.load(x + BLOCK + i))
    tl.store(z + tl.arange(0, 2 * BLOCK), tl.cumsum(c, 0, reverse=True), mask=tl.arange(0, 2 * BLOCK) < n)


@case("x z: *fp32, n: i32", **SIZES)
@triton.jit
def flipped_and_gathered(x, z, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    a = tl.flip(tl.load(x + i), 0)
    tl.store(z + i, tl.gather(a, (i * 3 + 1) % BLOCK, 0), mask=i < n)


@case("x z: *fp32, n: i32", block=8, numbers=(-1, 0, 3, 8, 65, 70, 130))
@triton.jit
def added_by_lanes_of_the_first_program(x, z, n, BLOCK: tl.constexpr):
    """How many lanes add depends on the program."""
    i = tl.arange(0, BLOCK)
    at = tl.program_id(0) * 64 + i
    tl.atomic_add(z + i, tl.load(x + at), mask=at < n)


@case("x z: *fp32, at: *i32, n: i32", **SIZES, at=(0, 1, 2, 5))
@triton.jit
def added_once_where_told(x, z, at, n, BLOCK: tl.constexpr):
    """One element, and data tell which."""
    tl.atomic_add(z + tl.load(at), tl.load(x + n + 2))


@case("x z: *fp32, at: *i32, n: i32", **SIZES, at=(0, 1, 2, 5))
@triton.jit
def added_to_a_row_that_is_told(x, z, at, n, BLOCK: tl.constexpr):
    """One row, and data tell which."""
    i = tl.arange(0, BLOCK)
    tl.atomic_add(z + tl.load(at) * BLOCK + i, tl.load(x + i), mask=tl.load(x) > 0.0)


@case("x z: *fp32, n: i32", **SIZES)
@triton.jit
def doubled_in_each_iteration(x, z, n, BLOCK: tl.constexpr):
    """What is loaded has been updated by the iteration before."""
    i = tl.arange(0, BLOCK)
    for _t in range(n):
        tl.atomic_add(z + i, tl.load(z + i))


@case("x z: *fp32, n: i32", **SIZES)
@triton.jit
def doubled_by_each_program(x, z, n, BLOCK: tl.constexpr):
    """What is loaded may have been updated by another program."""
    i = tl.arange(0, BLOCK)
    tl.atomic_add(z + i, tl.load(z + i) * tl.load(x + tl.program_id(0)))
