"""Elements taken in the order of their size, each only once."""

import triton
import triton.language as tl

from soundness.case import case

VERIFIED = """
    greatest_first least_first greatest_first_of_negatives greatest_first_with_low_fill taken_twice_from_a_shifted_range
    neighbour_of_the_greatest greatest_keeps_its_sign greatest_halved greatest_of_a_part filled_above
"""
TIES = (3.0, 1.0, 3.0, 2.0, 5.0, 5.0, 1.0)


@case("x y: *fp32, k: i32", x=TIES)
@triton.jit
def greatest_first(x, y, k, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    left = tl.load(x + i)
    for t in range(k):
        tl.store(y + t, tl.max(left, 0))
        left = tl.where(i == tl.argmax(left, 0), -float("inf"), left)


@case("x: *fp32, y: *i32, k: i32", x=TIES)
@triton.jit
def least_first(x, y, k, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    left = tl.load(x + i)
    for t in range(k):
        least = tl.argmin(left, 0)
        tl.store(y + t, least)
        left = tl.where(i == least, float("inf"), left)


@case("x: *fp32, y: *i32, k: i32", x=TIES)
@triton.jit
def greatest_first_of_negatives(x, y, k, BLOCK: tl.constexpr):
    """−exp(x) < 0, of which nothing more need be known."""
    i = tl.arange(0, BLOCK)
    left = -tl.exp(tl.load(x + i))
    for t in range(k):
        best = tl.argmax(left, 0)
        tl.store(y + t, best)
        left = tl.where(i == best, -float("inf"), left)


@case("x: *fp16, y: *i32, k: i32", x=TIES)
@triton.jit
def greatest_first_with_low_fill(x, y, k, BLOCK: tl.constexpr):
    """No f16 is below −65504."""
    i = tl.arange(0, BLOCK)
    left = tl.load(x + i)
    for t in range(k):
        best = tl.argmax(left, 0)
        tl.store(y + t, best)
        left = tl.where(i == best, -65504.0, left)


@case("x: *fp32, y: *i32, s k: i32", x=TIES)
@triton.jit
def taken_twice_from_a_shifted_range(x, y, s, k, BLOCK: tl.constexpr):
    """Right only for s = 0, which is said."""
    i = tl.arange(0, BLOCK)
    left = tl.load(x + i)
    for t in range(k):
        best = tl.argmax(left, 0)
        tl.store(y + t, best)
        left = tl.where(i + s == best, -float("inf"), left)


@case("x: *fp32, y: *i32, k: i32", x=TIES)
@triton.jit
def neighbour_of_the_greatest(x, y, k, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    left = tl.load(x + i)
    for t in range(k):
        best = tl.argmax(left, 0)
        tl.store(y + t, best)
        left = tl.where(i == best + 1, -float("inf"), left)


@case("x: *fp32, y: *i32, k: i32", x=TIES)
@triton.jit
def greatest_keeps_its_sign(x, y, k, BLOCK: tl.constexpr):
    """What is put in its place is the greatest, not the least."""
    i = tl.arange(0, BLOCK)
    left = tl.load(x + i)
    for t in range(k):
        best = tl.argmax(left, 0)
        tl.store(y + t, best)
        left = tl.where(i == best, float("inf"), left)


@case("x: *fp32, y: *i32, k: i32", x=TIES)
@triton.jit
def greatest_halved(x, y, k, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    left = tl.load(x + i)
    for t in range(k):
        best = tl.argmax(left, 0)
        tl.store(y + t, best)
        left = tl.where(i == best, left * 0.5, left)


@case("x: *fp32, y: *i32, k: i32", x=TIES)
@triton.jit
def greatest_of_a_part(x, y, k, BLOCK: tl.constexpr):
    """What is taken is the greatest of the first three."""
    i = tl.arange(0, BLOCK)
    left = tl.load(x + i)
    for t in range(k):
        best = tl.argmax(tl.where(i < 3, left, 0.0), 0)
        tl.store(y + t, best)
        left = tl.where(i == best, -float("inf"), left)


@case("x: *fp32, y: *i32, k: i32", x=TIES)
@triton.jit
def filled_above(x, y, k, BLOCK: tl.constexpr):
    """Elements may be below −100, and then what was taken is taken again."""
    i = tl.arange(0, BLOCK)
    left = tl.load(x + i)
    for t in range(k):
        best = tl.argmax(left, 0)
        tl.store(y + t, best)
        left = tl.where(i == best, -100.0, left)
