"""Rows in which −∞ stands for what is missing, scaled before they are used: right for a positive scale."""

import triton
import triton.language as tl

from soundness.case import case

VERIFIED = "scaled_row scaled_tiles divided_row"
SCALES = (-1.0, 0.0, 0.5, 2.0)


@case("x y: *fp32, n: i32, scale: fp32", numbers=(1, 3, 8), scale=SCALES)
@triton.jit
def scaled_row(x, y, n, scale, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    v = tl.load(x + tl.program_id(0) * n + i, mask=i < n, other=-float("inf")) * scale
    tl.store(y + tl.program_id(0), tl.max(v, 0))


@case("x y: *fp32, n: i32, scale: fp32", numbers=(1, 3, 8, 13), scale=SCALES)
@triton.jit
def scaled_tiles(x, y, n, scale, BLOCK: tl.constexpr):
    """A denominator that is rescaled from tile to tile."""
    m = -float("inf")
    s = 0.0
    for k in range(0, n, BLOCK):
        i = k + tl.arange(0, BLOCK)
        v = tl.load(x + tl.program_id(0) * n + i, mask=i < n, other=-float("inf")) * scale
        top = tl.maximum(m, tl.max(v, 0))
        s = s * tl.exp(m - top) + tl.sum(tl.exp(v - top), 0)
        m = top
    tl.store(y + tl.program_id(0), s)


@case("x y: *fp32, n: i32, scale: fp32", numbers=(1, 3, 8), scale=(-1.0, 0.5, 2.0))
@triton.jit
def divided_row(x, y, n, scale, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    v = tl.load(x + tl.program_id(0) * n + i, mask=i < n, other=-float("inf")) / scale
    tl.store(y + tl.program_id(0), tl.max(v, 0))


@case("x y: *fp32, n: i32, scale: fp32", numbers=(1, 3, 8), scale=SCALES)
@triton.jit
def row_of_the_other_sign(x, y, n, scale, BLOCK: tl.constexpr):
    """What is missing counts as +∞ here."""
    i = tl.arange(0, BLOCK)
    v = tl.load(x + tl.program_id(0) * n + i, mask=i < n, other=-float("inf")) * -scale
    tl.store(y + tl.program_id(0), tl.max(v, 0))


@case("x y: *fp32, n: i32, scale: fp32", numbers=(1, 3, 8), scale=SCALES)
@triton.jit
def row_scaled_by_a_difference(x, y, n, scale, BLOCK: tl.constexpr):
    """A positive scale does not make this one positive."""
    i = tl.arange(0, BLOCK)
    v = tl.load(x + tl.program_id(0) * n + i, mask=i < n, other=-float("inf")) * (scale - 1.0)
    tl.store(y + tl.program_id(0), tl.max(v, 0))
