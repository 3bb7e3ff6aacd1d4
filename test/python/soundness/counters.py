"""Programs that take tiles in turn, with a counter that runs on from group to group."""

import triton
import triton.language as tl

from soundness.case import case

VERIFIED = "groups_in_turn groups_in_turn_of_3 groups_of_offsets groups_of_equal_sizes"
NEVER_VERIFIED = "groups_from_the_end"


@case("x y: *fp32, sizes: *i32, n k: i32", n=(0, 1, 3, 4), k=(0, 64))
@triton.jit
def groups_in_turn(x, y, sizes, n, k, BLOCK: tl.constexpr):
    t = tl.program_id(0)
    last = 0
    for g in range(n):
        size = tl.load(sizes + g)
        tiles = tl.cdiv(size, 2)
        while t >= last and t < last + tiles:
            i = (t - last) * 2 + tl.arange(0, 2)
            tl.store(y + g * k + i, tl.load(x + g * k + i, mask=i < size, other=0.0) * 2.0, mask=i < size)
            t += tl.num_programs(0)
        last += tiles


@case("x y: *fp32, sizes: *i32, n: i32", n=(0, 1, 3, 4))
@triton.jit
def groups_in_turn_of_3(x, y, sizes, n, BLOCK: tl.constexpr):
    t = tl.program_id(0)
    last = 0
    for g in range(n):
        tiles = tl.load(sizes + g)
        while t >= last and t < last + tiles:
            tl.store(y + 64 * g + t - last, tl.load(x + 64 * g + t - last) + last)
            t += 3
        last += tiles


@case("x y: *fp32, offsets: *i32, n: i32", n=(0, 1, 3, 4), offsets=(5,))
@triton.jit
def groups_of_offsets(x, y, offsets, n, BLOCK: tl.constexpr):
    t = tl.program_id(0)
    last = 0
    start = 0
    for g in range(n):
        end = tl.load(offsets + g)
        tiles = end - start
        while t >= last and t < last + tiles:
            tl.store(y + start + t - last, tl.load(x + start + t - last) + 1.0)
            t += 3
        last += tiles
        start = end


@case("x y: *fp32, n k: i32", n=(0, 1, 3, 4), k=(0, 5, 64))
@triton.jit
def groups_of_equal_sizes(x, y, n, k, BLOCK: tl.constexpr):
    """Nothing is presupposed."""
    t = tl.program_id(0)
    last = 0
    for g in range(n):
        while t >= last and t < last + 5:
            tl.store(y + g * k + t - last, tl.load(x + g * k + t - last) + 1.0)
            t += 3
        last += 5


@case("x y: *fp32, sizes: *i32, n: i32", n=(0, 1, 3, 4))
@triton.jit
def groups_with_gaps(x, y, sizes, n, BLOCK: tl.constexpr):
    """After each group one number is left out, and who waits for it goes no further."""
    t = tl.program_id(0)
    last = 0
    for g in range(n):
        tiles = tl.load(sizes + g)
        while t >= last and t < last + tiles:
            tl.store(y + 64 * g + t - last, tl.load(x + 64 * g + t - last) + 1.0)
            t += 3
        last += tiles + 1


@case("x y: *fp32, sizes: *i32, n: i32", n=(0, 1, 3, 4))
@triton.jit
def groups_that_overlap(x, y, sizes, n, BLOCK: tl.constexpr):
    t = tl.program_id(0)
    last = 0
    for g in range(n):
        tiles = tl.load(sizes + g)
        while t >= last and t < last + tiles:
            tl.store(y + 64 * g + t - last, tl.load(x + 64 * g + t - last) + 1.0)
            t += 3
        last += tiles - 1


@case("x y: *fp32, sizes: *i32, n: i32", n=(0, 1, 3, 4))
@triton.jit
def groups_from_below(x, y, sizes, n, BLOCK: tl.constexpr):
    """A program that starts below the first group never gets into it."""
    t = tl.program_id(0) - 1
    last = 0
    for g in range(n):
        tiles = tl.load(sizes + g)
        while t >= last and t < last + tiles:
            tl.store(y + 64 * g + t - last, tl.load(x + 64 * g + t - last) + 1.0)
            t += 3
        last += tiles


@case("x y: *fp32, sizes: *i32, n: i32", n=(0, 1, 3, 4))
@triton.jit
def groups_from_the_end(x, y, sizes, n, BLOCK: tl.constexpr):
    """Neither condition is kept by the steps."""
    t = tl.program_id(0)
    last = 100
    for g in range(n):
        tiles = tl.load(sizes + g)
        while t < last and t > last - tiles:
            tl.store(y + 64 * g + t, tl.load(x + t) + 1.0)
            t -= 3
        last -= tiles
        t += 100


@case("x y: *fp32, sizes: *i32, n k: i32", n=(0, 1, 3, 4), k=(0, 5, 64), sizes=(-2, 0, 1, 3))
@triton.jit
def groups_of_negative_sizes(x, y, sizes, n, k, BLOCK: tl.constexpr):
    """What is presupposed does not hold of these: nothing is claimed."""
    t = tl.program_id(0)
    last = 0
    for g in range(n):
        tiles = tl.load(sizes + g)
        while t >= last and t < last + tiles:
            tl.store(y + g * k + t - last, tl.load(x + g * k + t - last) + 1.0)
            t += 3
        last += tiles
