"""More arithmetic: constants, library functions, combines, dots."""

import triton
import triton.language as tl
from triton.language.extra import libdevice

from soundness.case import BYTES, EDGES, case


@case("x y: *fp32, n: i32")
@triton.jit
def narrowed_size(x, y, n, BLOCK: tl.constexpr):
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    m = i < n.to(tl.int8)
    tl.store(y + i, tl.load(x + i, mask=m), mask=m)


@case("x y: *fp32")
@triton.jit
def negative_zero(x, y, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    tl.store(y + i, 1.0 / (tl.load(x + i) * -0.0))


@case("x y: *fp32")
@triton.jit
def copied_sign(x, y, BLOCK: tl.constexpr):
    """The sign of -0.0 counts."""
    i = tl.arange(0, BLOCK)
    a = tl.load(x + i) * -0.0
    tl.store(y + i, libdevice.copysign(3.0, a))


@case("x y: *fp32")
@triton.jit
def float_remainder(x, y, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    tl.store(y + i, tl.load(x + i) % 0.75)


@case("x y: *fp32")
@triton.jit
def rounded_down(x, y, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    a = tl.load(x + i)
    tl.store(y + i, tl.floor(a) + 10.0 * tl.ceil(a) + 100.0 * libdevice.trunc(a) + 1000.0 * libdevice.rint(a))


@case("x y: *fp32")
@triton.jit
def half_away(x, y, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    a = tl.load(x + i)
    tl.store(y + i, libdevice.round(a) + 100.0 * libdevice.rint(a))


@case("x z y: *fp32")
@triton.jit
def power(x, z, y, BLOCK: tl.constexpr):
    """Undefined for a negative base and a fractional exponent."""
    i = tl.arange(0, BLOCK)
    tl.store(y + i, libdevice.pow(tl.load(x + i), tl.load(z + i)))


@case("x y: *fp32, low high: fp32", low=(-1.0, 1.0), high=(0.5, 2.0))
@triton.jit
def clamped(x, y, low, high, BLOCK: tl.constexpr):
    """Undefined for low > high."""
    i = tl.arange(0, BLOCK)
    tl.store(y + i, tl.clamp(tl.load(x + i), low, high))


@case("x y: *fp32, low high: fp32", low=(-1.0, 1.0), high=(0.5, 2.0))
@triton.jit
def clamped_by_hand(x, y, low, high, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    tl.store(y + i, tl.minimum(tl.maximum(tl.load(x + i), low), high))


@case("x y: *fp32")
@triton.jit
def sigmoid_by_sign(x, y, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    a = tl.load(x + i)
    e = tl.exp(-tl.abs(a))
    tl.store(y + i, tl.where(a >= 0.0, 1.0 / (1.0 + e), e / (1.0 + e)))


@case("x y: *fp32")
@triton.jit
def almost_log2_e(x, y, BLOCK: tl.constexpr):
    """1.4427 is not log2(e)."""
    i = tl.arange(0, BLOCK)
    tl.store(y + i, tl.exp2(tl.load(x + i) * 1.4427))


@case("x y: *fp32")
@triton.jit
def log2_e(x, y, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    tl.store(y + i, tl.exp2(tl.load(x + i) * 1.4426950408889634))


@case("x y: *fp32")
@triton.jit
def tiny_constant(x, y, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    tl.store(y + i, tl.load(x + i) * 1e-30 * 1e30 + 0.1)


@case("x y: *fp32, n: i32")
@triton.jit
def huge_mask_filler(x, y, n, BLOCK: tl.constexpr):
    """-1e4 is no infinity: with few elements the fillers count."""
    i = tl.arange(0, BLOCK)
    a = tl.load(x + i, mask=i < n, other=-3.0)
    e = tl.exp(a - tl.max(a, 0))
    tl.store(y, tl.sum(e, 0))


@case("x z y: *fp32, n: i32")
@triton.jit
def shifted_by_another_maximum(x, z, y, n, BLOCK: tl.constexpr):
    """Numerator and denominator are shifted by different maxima."""
    i = tl.arange(0, BLOCK)
    a = tl.load(x + i, mask=i < n, other=-float("inf"))
    b = tl.load(z + i, mask=i < n, other=-float("inf"))
    e = tl.exp(a - tl.max(a, 0))
    f = tl.exp(a - tl.max(b, 0))
    tl.store(y + i, e / tl.sum(f, 0), mask=i < n)


@case("x: *i32, y: *fp32, n: i32", x=(16777216, 16777217, 3))
@triton.jit
def integer_to_float(x, y, n, BLOCK: tl.constexpr):
    """2^24 + 1 is no f32."""
    i = tl.arange(0, BLOCK)
    tl.store(y + i, (tl.load(x + i).to(tl.float32) - 16777216.0) * (1.0 * n))


@case("x z: *i8, y: *i32", block=32, x=BYTES, z=BYTES)
@triton.jit
def byte_dot(x, z, y, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    a = tl.load(x + i[:, None] * BLOCK + i[None, :])
    b = tl.load(z + i[:, None] * BLOCK + i[None, :])
    tl.store(y + i[:, None] * BLOCK + i[None, :], tl.dot(a, b))


@case("x z y: *fp32", block=16)
@triton.jit
def dot_transposed(x, z, y, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    a = tl.load(x + i[:, None] * BLOCK + i[None, :])
    b = tl.load(z + i[:, None] * BLOCK + i[None, :])
    tl.store(y + i[:, None] * BLOCK + i[None, :], tl.dot(a, tl.trans(b), input_precision="ieee"))


@case("x y: *i32", x=EDGES)
@triton.jit
def integer_cumsum(x, y, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    tl.store(y + i, tl.cumsum(tl.load(x + i), 0))


@case("x: *fp32, y: *i32")
@triton.jit
def boolean_cumsum(x, y, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    tl.store(y + i, tl.cumsum((tl.load(x + i) > 0.0).to(tl.int32), 0))


@triton.jit
def _recurrence(a, b, c, d):
    return a * c, b * c + d


@triton.jit
def _recurrence_wrong(a, b, c, d):
    return a * c, b * a + d


@case("x z y: *fp32")
@triton.jit
def linear_scan(x, z, y, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    _, h = tl.associative_scan((tl.load(x + i), tl.load(z + i)), 0, _recurrence)
    tl.store(y + i, h)


@case("x z y: *fp32")
@triton.jit
def linear_scan_wrong(x, z, y, BLOCK: tl.constexpr):
    """The combine is not associative."""
    i = tl.arange(0, BLOCK)
    _, h = tl.associative_scan((tl.load(x + i), tl.load(z + i)), 0, _recurrence_wrong)
    tl.store(y + i, h)


@triton.jit
def _larger(a, b):
    return tl.where(a > b, a, b)


@case("x y: *fp32")
@triton.jit
def cumulative_maximum(x, y, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    tl.store(y + i, tl.associative_scan(tl.load(x + i), 0, _larger, reverse=True))


@triton.jit
def _weighted(a, i, b, j):
    larger = a + 0.5 > b
    return tl.where(larger, a, b), tl.where(larger, i, j)


@case("x: *fp32, y: *i32")
@triton.jit
def almost_argmax(x, y, BLOCK: tl.constexpr):
    """The comparison has a tolerance: no order."""
    i = tl.arange(0, BLOCK)
    _, at = tl.reduce((tl.load(x + i), i), 0, _weighted)
    tl.store(y, at)


@case("x y: *fp32")
@triton.jit
def ranges_start_late(x, y, BLOCK: tl.constexpr):
    i = tl.arange(4, 4 + BLOCK)
    tl.store(y + i, tl.load(x + i - 4) + i)


@case("x y: *fp32")
@triton.jit
def split_pairs(x, y, BLOCK: tl.constexpr):
    i = tl.arange(0, 2 * BLOCK)
    even, odd = tl.split(tl.reshape(tl.load(x + i), (BLOCK, 2)))
    j = tl.arange(0, BLOCK)
    tl.store(y + j, odd - 2.0 * even)


@case("x y: *fp32", block={"A": 2, "B": 4, "C": 8})
@triton.jit
def permuted_three(x, y, A: tl.constexpr, B: tl.constexpr, C: tl.constexpr):
    a = tl.reshape(tl.load(x + tl.arange(0, A * B * C)), (A, B, C))
    b = tl.permute(a, (2, 0, 1))
    tl.store(y + tl.arange(0, A * B * C), tl.reshape(b, (A * B * C,)))


@case("x y: *fp32, n: i32")
@triton.jit
def assumed(x, y, n, BLOCK: tl.constexpr):
    tl.assume(n > 4)
    i = tl.arange(0, BLOCK)
    tl.store(y + i, tl.load(x + i, mask=i < n, other=0.0), mask=i < n)


@case("x y: *fp32, n: i32", block={})
@triton.jit
def conditional_load(x, y, n):
    p = tl.program_id(0)
    a = 2.0
    if p < n:
        a = tl.load(x + p)
    tl.store(y + p, a)


@case("x y: *fp32, n m: i32")
@triton.jit
def outer_of_remainders(x, y, n, m, BLOCK: tl.constexpr):
    """Broadcasting: x repeats with period m, which need not divide n."""
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.store(y + i, tl.load(x + (i % (n * m)) // m, mask=i < n * m), mask=i < n * m)


@case("y: *i32, seed: i32")
@triton.jit
def random_bits(y, seed, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    tl.store(y + i, tl.randint(seed, i))


@case("x y: *fp32, n: i32")
@triton.jit
def zero_times_filler_hidden(x, y, n, BLOCK: tl.constexpr):
    """0·-inf is NaN, which the minimum passes over."""
    i = tl.arange(0, BLOCK)
    tl.store(y + i, tl.minimum(tl.load(x + i) * tl.load(x + i, mask=i < n, other=-float("inf")), 1.0))
