"""Arrays that are stored to, read back and stored to again, in every order that is not the expected one."""

import triton
import triton.language as tl

from soundness.case import case

VERIFIED = """
    passed_in_rows_that_may_overlap stored_at_loaded_places_then_read exchanged_halves_through_memory
    read_back_with_lanes_reversed read_back_with_another_mask address_from_what_was_stored
    trips_from_what_was_stored
"""

FEW = {"numbers": (-1, 0, 1, 2, 3, 5)}


@case("x y z: *fp32, n stride: i32", **FEW)
@triton.jit
def passed_in_rows_that_may_overlap(x, y, z, n, stride, BLOCK: tl.constexpr):
    """Programs a stride apart, which may be less than a row."""
    i = tl.arange(0, BLOCK)
    at = x + tl.program_id(0) * stride + i
    total = tl.zeros((BLOCK,), tl.float32)
    for t in range(n):
        tl.store(at, tl.load(y + t * BLOCK + i) + tl.program_id(0))
        total += tl.load(at) * 2
    tl.store(z + tl.program_id(0) * BLOCK + i, total)


@case("x y z: *fp32, n m: i32", **FEW)
@triton.jit
def passed_in_an_inner_loop(x, y, z, n, m, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    total = tl.zeros((BLOCK,), tl.float32)
    for s in range(m):
        for t in range(n):
            tl.store(x + i, tl.load(y + t * BLOCK + i) + s)
            total += tl.load(x + i) * 2
    tl.store(z + i, total)


@case("x y z: *fp32, n m: i32", **FEW)
@triton.jit
def passed_from_an_outer_to_an_inner_loop(x, y, z, n, m, BLOCK: tl.constexpr):
    """The inner loop reads what the outer one stored before it."""
    i = tl.arange(0, BLOCK)
    total = tl.zeros((BLOCK,), tl.float32)
    for s in range(m):
        tl.store(x + i, tl.load(y + s * BLOCK + i))
        for _t in range(n):
            total = total * 0.5 + tl.load(x + i)
    tl.store(z + i, total)


@case("x y z: *fp32, n m: i32", **FEW)
@triton.jit
def read_before_an_inner_loop_stores(x, y, z, n, m, BLOCK: tl.constexpr):
    """The outer iteration reads what the inner loop of the iteration before stored."""
    i = tl.arange(0, BLOCK)
    total = tl.zeros((BLOCK,), tl.float32)
    for s in range(m):
        total = total * 0.5 + tl.load(x + i)
        for t in range(n):
            tl.store(x + i, tl.load(y + t * BLOCK + i) + s)
    tl.store(z + i, total)


@case("x y: *fp32, n stride: i32", **FEW)
@triton.jit
def stored_at_strides_then_read(x, y, n, stride, BLOCK: tl.constexpr):
    """Later iterations overwrite what earlier ones stored, unless the stride is a block at least."""
    i = tl.arange(0, BLOCK)
    for t in range(n):
        tl.store(x + t * stride + i, tl.load(y + i) + t)
    tl.store(y + BLOCK + i, tl.load(x + i))


@case("x y: *fp32, z: *i32, n: i32", **FEW, z=(0, 1, 2, 8, 16))
@triton.jit
def stored_at_loaded_places_then_read(x, y, z, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    for t in range(n):
        at = tl.load(z + t)
        tl.store(x + at + i, tl.load(y + i) + t)
        tl.store(y + 8 + t * BLOCK + i, tl.load(x + at + i))


@case("x y: *fp32, z: *i32, n: i32", **FEW, z=(0, 1, 2))
@triton.jit
def two_places_told_by_data(x, y, z, n, BLOCK: tl.constexpr):
    """Whether the second store hits what the first one stored depends on what is loaded."""
    i = tl.arange(0, BLOCK)
    tl.store(x + tl.load(z) * BLOCK + i, tl.load(y + i))
    tl.store(x + tl.load(z + 1) * BLOCK + i, tl.load(y + BLOCK + i))
    tl.store(y + 2 * BLOCK + i, tl.load(x + tl.load(z) * BLOCK + i))


@case("x: *fp32, n: i32", **FEW)
@triton.jit
def prefix_with_a_look_ahead(x, n, BLOCK: tl.constexpr):
    """Reads the next row, which this program has not yet stored, and its own, which it has."""
    i = tl.arange(0, BLOCK)
    p = x + tl.program_id(0) * 6 * BLOCK
    total = tl.zeros((BLOCK,), tl.float32)
    for t in range(n):
        total += tl.load(p + t * BLOCK + i)
        tl.store(p + t * BLOCK + i, total + tl.load(p + (t + 1) * BLOCK + i))


@case("x: *fp32, n: i32", **FEW)
@triton.jit
def chain_of_two_before(x, n, BLOCK: tl.constexpr):
    """x[t] += x[t - 2]: what the iteration before the last one stored."""
    i = tl.arange(0, BLOCK)
    for t in range(2, n):
        tl.store(x + t * BLOCK + i, tl.load(x + t * BLOCK + i) + tl.load(x + (t - 2) * BLOCK + i))


@case("x y: *fp32, n: i32", **FEW)
@triton.jit
def chain_after_its_own_store(x, y, n, BLOCK: tl.constexpr):
    """The place before is read after the store, and stored elsewhere."""
    i = tl.arange(0, BLOCK)
    for t in range(1, n):
        tl.store(x + t * BLOCK + i, tl.load(y + t * BLOCK + i))
        tl.store(y + (t + 8) * BLOCK + i, tl.load(x + (t - 1) * BLOCK + i))


@case("x y: *fp32, n: i32", **FEW)
@triton.jit
def chain_that_starts_late(x, y, n, BLOCK: tl.constexpr):
    """The store happens from the third iteration on: those before read the old contents."""
    i = tl.arange(0, BLOCK)
    total = tl.zeros((BLOCK,), tl.float32)
    for t in range(n):
        total += tl.load(x + t * BLOCK + i)
        if t >= 2:
            tl.store(x + (t - 1) * BLOCK + i, total)
    tl.store(y + i, total)


@case("x y: *fp32, n: i32", **FEW)
@triton.jit
def stored_where_the_loop_will_be(x, y, n, BLOCK: tl.constexpr):
    """Stores the row that the next iteration reads."""
    i = tl.arange(0, BLOCK)
    total = tl.zeros((BLOCK,), tl.float32)
    for t in range(n):
        total += tl.load(x + t * BLOCK + i)
        tl.store(x + (t + 1) * BLOCK + i, total)
    tl.store(y + i, total)


@case("x y: *fp32, n: i32", **FEW)
@triton.jit
def stored_before_and_in_a_loop(x, y, n, BLOCK: tl.constexpr):
    """An accumulator in memory that the kernel sets to 0 first."""
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.store(x + i, tl.zeros((BLOCK,), tl.float32))
    for t in range(n):
        tl.store(x + i, tl.load(x + i) + tl.load(y + i) * t)


@case("x y: *fp32, n: i32", **FEW)
@triton.jit
def stored_in_and_after_a_loop(x, y, n, BLOCK: tl.constexpr):
    """The last store is of what the loop left, and of what was there if it did not run."""
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    for t in range(n):
        tl.store(x + i, tl.load(y + i) * t)
    tl.store(x + i, tl.load(x + i) + 1.0)


@case("x y: *fp32, n: i32", **FEW)
@triton.jit
def stored_again_if_there_is_more(x, y, n, BLOCK: tl.constexpr):
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.store(x + i, tl.load(y + i))
    if n > 2:
        tl.store(x + i, tl.load(x + i) * 2.0 + 1.0)
    tl.store(y + i, tl.load(x + i) - 1.0)


@case("x y: *fp32, n: i32", **FEW)
@triton.jit
def exchanged_halves_through_memory(x, y, n, BLOCK: tl.constexpr):
    """Each half is stored where the other one was read, one after the other."""
    i = tl.arange(0, BLOCK)
    a = tl.load(x + i)
    tl.store(x + BLOCK + i, a)
    b = tl.load(x + BLOCK + i)
    tl.store(x + i, b + 1.0)


@case("x y: *fp32, n: i32", **FEW)
@triton.jit
def read_back_with_lanes_reversed(x, y, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    p = tl.program_id(0) * BLOCK
    tl.store(x + p + i, tl.load(y + p + i), mask=p + i < n)
    tl.store(y + p + i, tl.load(x + p + BLOCK - 1 - i))


@case("x y: *fp32, n: i32", **FEW)
@triton.jit
def read_back_with_another_mask(x, y, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    p = tl.program_id(0) * BLOCK
    tl.store(x + p + i, tl.load(y + p + i) + 1.0, mask=p + i < n)
    tl.store(y + p + i, tl.load(x + p + i, mask=i < n, other=5.0))


@case("x y: *fp32, n: i32", **FEW)
@triton.jit
def read_back_within_a_sum(x, y, n, BLOCK: tl.constexpr):
    """The sum is over a row of which the program has stored a part."""
    i = tl.arange(0, BLOCK)
    p = tl.program_id(0) * BLOCK
    tl.store(x + p + i, tl.load(y + p + i) + 1.0, mask=i < n)
    tl.store(y + 512 + tl.program_id(0), tl.sum(tl.load(x + p + i), 0))


@case("x y: *fp32, n: i32", **FEW)
@triton.jit
def condition_on_what_was_stored(x, y, n, BLOCK: tl.constexpr):
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.store(x + i, tl.load(y + i))
    again = tl.load(x + i) > 0.0
    tl.store(x + i, tl.load(y + i) * 2.0, mask=again)
    tl.store(y + i, tl.load(x + i))


@case("x: *i32, y: *fp32, n: i32", **FEW)
@triton.jit
def address_from_what_was_stored(x, y, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    tl.store(x + i, BLOCK - 1 - i)
    tl.store(y + BLOCK + i, tl.load(y + tl.load(x + i)))


@case("x: *i32, y: *fp32, n: i32", **FEW)
@triton.jit
def trips_from_what_was_stored(x, y, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    tl.store(x, n + 1)
    total = tl.zeros((BLOCK,), tl.float32)
    for t in range(tl.load(x)):
        total += tl.load(y + t * BLOCK + i)
    tl.store(y + i, total)


@case("x y: *fp32, n: i32", **FEW)
@triton.jit
def trips_change_what_is_read(x, y, n, BLOCK: tl.constexpr):
    """A loop that counts down and stores in place, read back by its own mirror image."""
    i = tl.arange(0, BLOCK)
    for t in range(n):
        at = (n - 1 - t) * BLOCK + i
        tl.store(x + at, tl.load(x + t * BLOCK + i) + 1.0)


@case("x y: *fp32, n: i32", **FEW)
@triton.jit
def one_of_two_rows(x, y, n, BLOCK: tl.constexpr):
    """Rows by turns: the same row in every second iteration."""
    i = tl.arange(0, BLOCK)
    for t in range(n):
        at = x + (t % 2) * BLOCK + i
        tl.store(at, tl.load(at) * 0.5 + tl.load(y + t * BLOCK + i))


@case("x y: *fp32, n: i32", **FEW)
@triton.jit
def other_of_two_rows(x, y, n, BLOCK: tl.constexpr):
    """Reads the row that the iteration before stored, stores the other."""
    i = tl.arange(0, BLOCK)
    for t in range(n):
        tl.store(x + ((t + 1) % 2) * BLOCK + i, tl.load(x + (t % 2) * BLOCK + i) + tl.load(y + i))


@case("x y: *fp32, n: i32", **FEW)
@triton.jit
def first_lane_told_to_all(x, y, n, BLOCK: tl.constexpr):
    """All lanes read what the first one stored in the iteration before."""
    i = tl.arange(0, BLOCK)
    for t in range(1, n):
        first = tl.load(x + (t - 1) * BLOCK)
        tl.store(x + t * BLOCK + i, tl.load(y + i) + first)


@case("x y: *fp32, n: i32", **FEW)
@triton.jit
def maximum_kept_in_memory(x, y, n, BLOCK: tl.constexpr):
    """What is kept is read in the next iteration by a condition, not as a value."""
    i = tl.arange(0, BLOCK)
    for t in range(n):
        new = tl.load(y + t * BLOCK + i)
        tl.store(x + i, new, mask=new > tl.load(x + i))


@case("x y: *fp32, n: i32", **FEW)
@triton.jit
def counter_and_row_in_memory(x, y, n, BLOCK: tl.constexpr):
    """Two places, one of which is a lane of the other."""
    i = tl.arange(0, BLOCK)
    for t in range(n):
        tl.store(x + i, tl.load(x + i) + tl.load(y + t * BLOCK + i))
        tl.store(x + 3, tl.load(x + 3) * 2.0)


@case("x y: *fp32, n: i32", **FEW)
@triton.jit
def while_it_is_small_in_memory(x, y, n, BLOCK: tl.constexpr):
    """A loop that stores until what it reads is large."""
    t = 0
    while tl.load(x + t) < 1.0:
        tl.store(x + t, tl.load(y + t) + 2.0)
        t += 1
    tl.store(y + 64, tl.load(x) * 2.0)
