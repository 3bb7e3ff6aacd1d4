"""Divisors that are 0 whatever is read."""

import triton
import triton.language as tl

from soundness.case import case

NEVER_VERIFIED = """
    divided_by_nothing_in_a_branch divided_by_a_difference_of_one divided_by_an_empty_sum
    logarithm_of_nothing root_of_a_negative
"""


@case("x y: *fp32, n: i32", block=4)
@triton.jit
def divided_by_a_difference_of_one(x, y, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    a = tl.load(x + i)
    tl.store(y + i, a / (a - a), mask=i < n)


@case("x y: *fp32, n: i32", block=4)
@triton.jit
def divided_by_an_empty_sum(x, y, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    total = tl.sum(tl.load(x + i, mask=i < 0, other=0.0), 0)
    tl.store(y + i, tl.load(x + i) / total, mask=i < n)


@case("x y: *fp32, n: i32", block=4)
@triton.jit
def divided_by_nothing_in_a_branch(x, y, n, BLOCK: tl.constexpr):
    """Where the branch is taken there is no value; elsewhere there is."""
    i = tl.arange(0, BLOCK)
    a = tl.load(x + i)
    b = (a + 1.0) * (a + 1.0) - a * a - 2.0 * a - 1.0
    tl.store(y + i, tl.where(a > 0.0, a / b, a), mask=i < n)


@case("x y: *fp32, n: i32", block=4)
@triton.jit
def logarithm_of_nothing(x, y, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    a = tl.load(x + i)
    tl.store(y + i, tl.log(a - a) * 0.0 + a, mask=i < n)


@case("x y: *fp32, n: i32", block=4)
@triton.jit
def root_of_a_negative(x, y, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    a = tl.load(x + i)
    tl.store(y + i, tl.sqrt(-1.0 - a * a) * 0.0 + a, mask=i < n)
