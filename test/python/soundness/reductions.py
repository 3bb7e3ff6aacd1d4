"""Reductions and scans."""

import triton
import triton.language as tl

from soundness.case import EDGES, case

VERIFIED = """
    sum_beside_a_maximum sum_before_each sum_after_each gathered_by_short_indices
"""
NEVER_VERIFIED = """
    sums_that_cross sum_before_all gathered_beyond
"""


@case("x: *fp32, y: *i32")
@triton.jit
def argmax_ties(x, y, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    tl.store(y, tl.argmax(tl.load(x + i), 0))


@case("x: *fp32, y: *i32")
@triton.jit
def argmax_any_tie(x, y, BLOCK: tl.constexpr):
    """Which of equal maxima is reported is not defined."""
    i = tl.arange(0, BLOCK)
    tl.store(y, tl.argmax(tl.load(x + i), 0, tie_break_left=False))


@case("x: *fp32, y: *i32, n: i32", x=(1.0, 2.0, 0.5))
@triton.jit
def argmin_masked(x, y, n, BLOCK: tl.constexpr):
    """The filler 0 wins against positive elements."""
    i = tl.arange(0, BLOCK)
    tl.store(y, tl.argmin(tl.load(x + i, mask=i < n, other=0.0), 0))


@case("x y: *fp32")
@triton.jit
def reverse_cumsum(x, y, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    tl.store(y + i, tl.cumsum(tl.load(x + i), 0, reverse=True))


@case("x y: *fp32, n: i32")
@triton.jit
def cumsum_across_blocks(x, y, n, BLOCK: tl.constexpr):
    """The carry is lost between blocks."""
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.store(y + i, tl.cumsum(tl.load(x + i, mask=i < n, other=0.0), 0), mask=i < n)


@case("x y: *fp32, n: i32")
@triton.jit
def cumprod_of_masked(x, y, n, BLOCK: tl.constexpr):
    """The filler 0 kills every later product; only masked lanes see it."""
    i = tl.arange(0, BLOCK)
    tl.store(y + i, tl.cumprod(tl.load(x + i, mask=i < n, other=0.0), 0))


@triton.jit
def _first(a, b):
    return a


@triton.jit
def _difference(a, b):
    return a - b


@triton.jit
def _saturating(a, b):
    return tl.minimum(a + b, 1.0)


@case("x y: *fp32")
@triton.jit
def reduce_first(x, y, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    tl.store(y, tl.reduce(tl.load(x + i), 0, _first))


@case("x y: *fp32")
@triton.jit
def reduce_difference(x, y, BLOCK: tl.constexpr):
    """Not associative: no order is defined."""
    i = tl.arange(0, BLOCK)
    tl.store(y, tl.reduce(tl.load(x + i), 0, _difference))


@case("x y: *fp32")
@triton.jit
def reduce_saturating(x, y, BLOCK: tl.constexpr):
    """Not associative for numbers of both signs."""
    i = tl.arange(0, BLOCK)
    tl.store(y, tl.reduce(tl.load(x + i), 0, _saturating))


@case("x y: *i32", x=EDGES)
@triton.jit
def xor_sum(x, y, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    tl.store(y, tl.xor_sum(tl.load(x + i), 0))


@case("x y: *fp32", block={"R": 4, "C": 8})
@triton.jit
def wrong_axis(x, y, R: tl.constexpr, C: tl.constexpr):
    i = tl.arange(0, R)[:, None]
    j = tl.arange(0, C)[None, :]
    tl.store(y + tl.arange(0, C), tl.sum(tl.load(x + i * C + j), 0))


@case("x y: *fp32", block={"R": 4, "C": 8})
@triton.jit
def reshaped(x, y, R: tl.constexpr, C: tl.constexpr):
    i = tl.arange(0, R * C)
    a = tl.reshape(tl.load(x + i), (C, R))
    tl.store(y + tl.arange(0, C)[:, None] * R + tl.arange(0, R)[None, :], tl.trans(tl.trans(a)))


@case("x y: *fp32", block={"R": 4, "C": 8})
@triton.jit
def transposed_mismatch(x, y, R: tl.constexpr, C: tl.constexpr):
    i = tl.arange(0, R)[:, None]
    j = tl.arange(0, C)[None, :]
    a = tl.reshape(tl.trans(tl.load(x + i * C + j)), (R, C))
    tl.store(y + i * C + j, a)


@case("x z y: *fp32")
@triton.jit
def joined(x, z, y, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    a = tl.interleave(tl.load(x + i), tl.load(z + i))
    tl.store(y + tl.arange(0, 2 * BLOCK), a)


@case("x y: *fp32")
@triton.jit
def flipped(x, y, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    tl.store(y + i, tl.flip(tl.load(x + i), 0))


@triton.jit
def _sum_and_maximum(a, b, c, d):
    return a + c, tl.maximum(b, d)


@triton.jit
def _crossed(a, b, c, d):
    return a * d, b + c


@triton.jit
def _before(a, b, c, d):
    return a + b + c, d


@case("x z y: *fp32")
@triton.jit
def sum_beside_a_maximum(x, z, y, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    total, greatest = tl.reduce((tl.load(x + i), tl.load(z + i)), 0, _sum_and_maximum)
    tl.store(y, total)
    tl.store(y + 1, greatest)


@case("x z y: *fp32")
@triton.jit
def sums_that_cross(x, z, y, BLOCK: tl.constexpr):
    """Each result takes the other's elements: no order is defined."""
    i = tl.arange(0, BLOCK)
    a, b = tl.reduce((tl.load(x + i), tl.load(z + i)), 0, _crossed)
    tl.store(y, a)
    tl.store(y + 1, b)


@case("x z y: *fp32")
@triton.jit
def sum_before_each(x, z, y, BLOCK: tl.constexpr):
    """What stands before each element is summed up, as in stick-breaking attention."""
    i = tl.arange(0, BLOCK)
    total, latest = tl.associative_scan((tl.load(z + i), tl.load(x + i)), 0, _before)
    tl.store(y + i, total)
    tl.store(y + BLOCK + i, latest)


@case("x z y: *fp32")
@triton.jit
def sum_after_each(x, z, y, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    total, latest = tl.associative_scan((tl.load(z + i), tl.load(x + i)), 0, _before, reverse=True)
    tl.store(y + i, total)
    tl.store(y + BLOCK + i, latest)


@case("x z y: *fp32")
@triton.jit
def sum_before_all(x, z, y, BLOCK: tl.constexpr):
    """Which element is the last one of a reduction is not defined."""
    i = tl.arange(0, BLOCK)
    total, _ = tl.reduce((tl.load(z + i), tl.load(x + i)), 0, _before)
    tl.store(y, total)


@case("x y: *fp32")
@triton.jit
def gathered_by_short_indices(x, y, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    tl.store(y + i, tl.gather(tl.load(x + i), (BLOCK - 1 - i).to(tl.int16), 0))


@case("x y: *fp32")
@triton.jit
def gathered_beyond(x, y, BLOCK: tl.constexpr):
    """The first index is negative, as an unsigned number far beyond the tensor."""
    i = tl.arange(0, BLOCK)
    tl.store(y + i, tl.gather(tl.load(x + i), (i - 1).to(tl.int8), 0))
