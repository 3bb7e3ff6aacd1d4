"""Masked loads without `other`, and infinities that meet."""

import triton
import triton.language as tl

from soundness.case import SMALL, case

VERIFIED = "accumulation_within_the_grid"


@case("x y: *fp32, n: i32")
@triton.jit
def zero_times_undefined(x, y, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    tl.store(y + i, 0.0 * tl.load(x + i, mask=i < n))


@case("x y: *fp32, n: i32")
@triton.jit
def undefined_minus_itself(x, y, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    a = tl.load(x + i, mask=i < n)
    tl.store(y + i, a - a)


@case("x y: *fp32, n: i32")
@triton.jit
def undefined_equals_itself(x, y, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    a = tl.load(x + i, mask=i < n)
    tl.store(y + i, tl.where(a == a, 1.0, 2.0))


@case("x y: *fp32, n: i32")
@triton.jit
def undefined_in_sum(x, y, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    tl.store(y, tl.sum(tl.load(x + i, mask=i < n), 0))


@case("x: *fp32, counts: *i32, y: *fp32, n: i32", block={}, counts=SMALL)
@triton.jit
def undefined_trip_count(x, counts, y, n):
    """Programs from n on loop an unknown number of times."""
    p = tl.program_id(0)
    count = tl.load(counts + p, mask=p < n)
    for t in range(0, count):
        tl.store(y + p * 64 + t, tl.load(x + t))


@case("x: *fp32, counts: *i32, y: *fp32, n: i32", block={}, counts=SMALL)
@triton.jit
def accumulation_within_the_grid(x, counts, y, n):
    """Defined where there are no more programs than n."""
    p = tl.program_id(0)
    count = tl.load(counts + p, mask=p < n)
    total = 0.0
    for t in range(0, count):
        total += tl.load(x + t)
    tl.store(y + p, total)


@case("x: *fp32, counts: *i32, y: *fp32, n: i32", block={}, counts=SMALL)
@triton.jit
def undefined_accumulation(x, counts, y, n):
    p = tl.program_id(0)
    count = tl.load(counts + p, mask=p != n)
    total = 0.0
    for t in range(0, count):
        total += tl.load(x + t)
    tl.store(y + p, total)


@case("x: *fp32, index: *i32, y: *fp32, n: i32", index=SMALL)
@triton.jit
def undefined_address(x, index, y, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    at = tl.load(index + i, mask=i < n)
    tl.store(y + i, tl.load(x + (at & 7)))


@case("x y: *fp32, n: i32")
@triton.jit
def masked_reduction_fills_zero(x, y, n, BLOCK: tl.constexpr):
    """A maximum of negative numbers and the filler is 0."""
    i = tl.arange(0, BLOCK)
    tl.store(y + tl.program_id(0), tl.max(tl.load(x + i, mask=i < n, other=0.0), 0))


@case("x y: *fp32, n: i32")
@triton.jit
def maximum_of_nothing(x, y, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    tl.store(y, tl.max(tl.load(x + i, mask=i < n, other=-float("inf")), 0))


@case("x y: *fp32, n: i32")
@triton.jit
def softmax_of_nothing(x, y, n, BLOCK: tl.constexpr):
    """For n = 0, -inf minus -inf: every element written is NaN (the store is not masked)."""
    i = tl.arange(0, BLOCK)
    a = tl.load(x + i, mask=i < n, other=-float("inf"))
    e = tl.exp(a - tl.max(a, 0))
    tl.store(y + i, e / tl.sum(e, 0))


@case("x y: *fp32, n: i32")
@triton.jit
def infinity_minus_infinity(x, y, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    a = tl.load(x + i, mask=i < n, other=-float("inf"))
    tl.store(y + i, a - a)


@case("x y: *fp32, n: i32")
@triton.jit
def zero_times_infinity(x, y, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    a = tl.load(x + i, mask=i < n, other=float("inf"))
    tl.store(y + i, a * 0.0)


@case("x w y: *fp32, n: i32")
@triton.jit
def weighted_infinity(x, w, y, n, BLOCK: tl.constexpr):
    """Masked x is -inf, masked w is 0: their product is NaN, not 0."""
    i = tl.arange(0, BLOCK)
    a = tl.load(x + i, mask=i < n, other=-float("inf"))
    b = tl.load(w + i, mask=i < n, other=0.0)
    tl.store(y, tl.sum(a * b, 0))


@case("x y: *fp32, n: i32")
@triton.jit
def twice_minus_once(x, y, n, BLOCK: tl.constexpr):
    """2a - a is NaN for the filler."""
    i = tl.arange(0, BLOCK)
    a = tl.load(x + i, mask=i < n, other=float("inf"))
    tl.store(y + i, 2.0 * a - a)


@case("x y: *fp32, n: i32")
@triton.jit
def zero_times_filler_plus(x, y, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    a = tl.load(x + i, mask=i < n, other=float("inf"))
    tl.store(y + i, 0.0 * a + tl.load(x + i))


@case("x y: *fp32, n: i32")
@triton.jit
def sum_of_minus_infinity(x, y, n, BLOCK: tl.constexpr):
    """-inf as soon as one lane is masked."""
    i = tl.arange(0, BLOCK)
    tl.store(y, tl.sum(tl.load(x + i, mask=i < n, other=-float("inf")), 0))


@case("x y: *fp32, n: i32")
@triton.jit
def maximum_with_wrong_filler(x, y, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    tl.store(y, tl.max(tl.load(x + i, mask=i < n, other=float("inf")), 0))


@case("x y: *fp32, n: i32")
@triton.jit
def masked_average(x, y, n, BLOCK: tl.constexpr):
    """0 / 0 for n ≤ 0."""
    i = tl.arange(0, BLOCK)
    m = i < n
    a = tl.load(x + i, mask=m, other=0.0)
    tl.store(y, tl.sum(a, 0) / tl.sum(m.to(tl.float32), 0))


@case("x y: *fp32, n: i32")
@triton.jit
def log_sum_exp(x, y, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    a = tl.load(x + i, mask=i < n, other=-float("inf"))
    top = tl.max(a, 0)
    tl.store(y, top + tl.log(tl.sum(tl.exp(a - top), 0)))


@case("x z y: *fp32, n: i32")
@triton.jit
def softmax_with_attention_mask(x, z, y, n, BLOCK: tl.constexpr):
    """All of a row may be masked by data: then NaN."""
    i = tl.arange(0, BLOCK)
    a = tl.load(x + i, mask=i < n, other=0.0)
    keep = (tl.load(z + i, mask=i < n, other=0.0) > 0.0) & (i < n)
    a = tl.where(keep, a, -float("inf"))
    e = tl.exp(a - tl.max(a, 0))
    tl.store(y + i, e / tl.sum(e, 0), mask=i < n)


@case("x y: *fp32, n: i32")
@triton.jit
def reciprocal_of_infinity(x, y, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    a = tl.load(x + i, mask=i < n, other=float("inf"))
    tl.store(y + i, 1.0 / a)


@case("x y: *fp32, n: i32")
@triton.jit
def online_softmax_blocks(x, y, n, BLOCK: tl.constexpr):
    """Whole tiles may be masked: -inf minus -inf in the rescaling, for n ≤ 0 and in no other case."""
    i = tl.arange(0, BLOCK)
    top = -float("inf")
    total = 0.0
    for t in range(0, n, BLOCK):
        a = tl.load(x + t + i, mask=t + i < n, other=-float("inf"))
        now = tl.maximum(top, tl.max(a, 0))
        total = total * tl.exp(top - now) + tl.sum(tl.exp(a - now), 0)
        top = now
    tl.store(y, total)


@case("x y: *fp32, n m: i32")
@triton.jit
def online_softmax_masked_first(x, y, n, m, BLOCK: tl.constexpr):
    """The first tiles are masked entirely when m > 8: NaN from then on."""
    i = tl.arange(0, BLOCK)
    top = -float("inf")
    total = 0.0
    for t in range(0, n):
        a = tl.load(x + t * BLOCK + i, mask=t * BLOCK + i >= m, other=-float("inf"))
        now = tl.maximum(top, tl.max(a, 0))
        total = total * tl.exp(top - now) + tl.sum(tl.exp(a - now), 0)
        top = now
    tl.store(y, total)
