"""Reductions and scans."""

import triton
import triton.language as tl

from soundness.case import EDGES, case


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
