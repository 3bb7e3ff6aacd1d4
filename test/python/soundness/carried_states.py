"""States that are carried along, and what looks like them: running means, compensated sums, decays, scans."""

import triton
import triton.language as tl

from soundness.case import case

VERIFIED = """
    mean_of_counted deviations_of_counted weighted_by_loaded_counts mean_in_two_loops kahan_of_lanes
    decays_by_a_loaded_gate scan_of_maps scan_of_maps_backwards logarithms_of_sums stabilised_by_a_decaying_maximum
    any_of_masked greatest_integer delta_rule mixed_by_a_matrix
    divided_by_its_sum
"""
NEVER_VERIFIED = """
    reduced_maps means_that_weigh_nothing
"""

SIZES = {"numbers": (0, 1, 3, 8, 9, 17)}


@case("x z: *fp32, n: i32", **SIZES)
@triton.jit
def mean_of_counted(x, z, n, BLOCK: tl.constexpr):
    """Of the elements that are positive; none of them: 0."""
    mean = 0.0
    count = 0
    for t in range(0, n):
        a = tl.load(x + t)
        taken = a > 0
        mean = tl.where(taken, mean + (a - mean) / (count + 1), mean)
        count = tl.where(taken, count + 1, count)
    tl.store(z, mean)


@case("x z: *fp32, n: i32", **SIZES)
@triton.jit
def deviations_of_counted(x, z, n, BLOCK: tl.constexpr):
    mean = 0.0
    squares = 0.0
    count = 0.0
    for t in range(0, n):
        a = tl.load(x + t)
        taken = a > 0
        delta = a - mean
        after = mean + delta / (count + 1)
        squares = tl.where(taken, squares + delta * (a - after), squares)
        mean = tl.where(taken, after, mean)
        count = tl.where(taken, count + 1, count)
    tl.store(z, squares)


@triton.jit
def merged(mean_a, squares_a, weight_a, mean_b, squares_b, weight_b):
    delta = mean_b - mean_a
    weight = weight_a + weight_b
    share = tl.where(weight == 0.0, 0.0, weight_b / weight)
    return mean_a + delta * share, squares_a + squares_b + delta * delta * weight_a * share, weight


@case("x y z: *fp32, counts: *i32, n: i32", **SIZES, counts=(-2, -1, 0, 1, 3))
@triton.jit
def weighted_by_loaded_counts(x, y, z, counts, n, BLOCK: tl.constexpr):
    """Counts that are not negative are assumed."""
    i = tl.arange(0, BLOCK)
    count = tl.load(counts + i, mask=i < n, other=0).to(tl.float32)
    mean = tl.where(count > 0, tl.load(x + i, mask=i < n, other=0.0), 0.0)
    a, b, c = tl.reduce((mean, tl.load(y + i, mask=i < n, other=0.0), count), 0, merged)
    tl.store(z + tl.arange(0, 1), b)


@case("x y z: *fp32, n: i32", **SIZES)
@triton.jit
def means_that_weigh_nothing(x, y, z, n, BLOCK: tl.constexpr):
    """Where nothing weighs anything the combine gives one of the means: which one depends on the order."""
    i = tl.arange(0, BLOCK)
    count = tl.where(i < n, 1.0, 0.0)
    a, b, c = tl.reduce((tl.load(x + i), tl.load(y + i), count), 0, merged)
    tl.store(z, a)


@case("x z: *fp32, n: i32", **SIZES)
@triton.jit
def mean_in_two_loops(x, z, n, BLOCK: tl.constexpr):
    """Whole blocks, then one that is masked."""
    i = tl.arange(0, BLOCK)
    blocks = tl.cdiv(n, BLOCK)
    mean = tl.zeros((BLOCK,), tl.float32)
    for t in range(0, blocks - 1):
        mean += (tl.load(x + t * BLOCK + i) - mean) / (t + 1)
    for t in range(blocks - 1, blocks):
        k = t * BLOCK + i
        a = tl.load(x + k, mask=k < n, other=0.0)
        mean = tl.where(k < n, mean + (a - mean) / (t + 1), mean)
    tl.store(z + i, mean)


@case("x z: *fp32, n: i32", **SIZES)
@triton.jit
def kahan_of_lanes(x, z, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    total = tl.zeros((BLOCK,), tl.float32)
    lost = tl.zeros((BLOCK,), tl.float32)
    for t in range(0, n):
        corrected = tl.load(x + t * BLOCK + i) - lost
        after = total + corrected
        lost = (after - total) - corrected
        total = after
    tl.store(z + i, total + lost)


@case("x g z: *fp32, n: i32", **SIZES)
@triton.jit
def decays_by_a_loaded_gate(x, g, z, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    h = tl.load(x + i)
    for t in range(0, n):
        h = tl.load(g + t) * h + tl.load(x + t * BLOCK + i)
        if t % 2 == 0:
            h = h * 0.5
    tl.store(z + i, h)


@triton.jit
def composed(a, b, c, d):
    return a * c, c * b + d


@case("x y z: *fp32, n: i32", **SIZES)
@triton.jit
def scan_of_maps(x, y, z, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    a = tl.load(x + i, mask=i < n, other=1.0)
    _, h = tl.associative_scan((a, tl.load(y + i, mask=i < n, other=0.0)), 0, composed)
    tl.store(z + i, h, mask=i < n)


@case("x y z: *fp32, n: i32", **SIZES)
@triton.jit
def scan_of_maps_backwards(x, y, z, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    a = tl.load(x + i, mask=i < n, other=2.0)
    _, h = tl.associative_scan((a, tl.load(y + i, mask=i < n, other=1.0)), 0, composed, reverse=True)
    tl.store(z + i, h, mask=i < n)


@case("x y z: *fp32", **SIZES)
@triton.jit
def reduced_maps(x, y, z, BLOCK: tl.constexpr):
    """A reduction may combine in another order."""
    i = tl.arange(0, BLOCK)
    _, h = tl.reduce((tl.load(x + i), tl.load(y + i)), 0, composed)
    tl.store(z, h)


@triton.jit
def log_add_exp(a, b):
    greater = tl.maximum(a, b)
    return greater + tl.log(tl.exp(a - greater) + tl.exp(b - greater))


@case("x z: *fp32, n: i32", **SIZES)
@triton.jit
def logarithms_of_sums(x, z, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    a = tl.load(x + i, mask=i < n, other=float("-inf"))
    tl.store(z + i, tl.associative_scan(a, 0, log_add_exp), mask=i < n)


@case("x z: *fp32, n: i32", **SIZES)
@triton.jit
def logarithms_of_sums_backwards(x, z, n, BLOCK: tl.constexpr):
    """Backwards the masked elements come first: −∞ − (−∞)."""
    i = tl.arange(0, BLOCK)
    a = tl.load(x + i, mask=i < n, other=float("-inf"))
    tl.store(z + i, tl.associative_scan(a, 0, log_add_exp, reverse=True), mask=i < n)


@case("x d z: *fp32, n: i32", **SIZES)
@triton.jit
def stabilised_by_a_decaying_maximum(x, d, z, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    m = tl.zeros((BLOCK,), tl.float32)
    h = tl.zeros((BLOCK,), tl.float32)
    for t in range(0, n):
        a = tl.load(x + t * BLOCK + i)
        b = tl.load(d + i)
        after = tl.maximum(m + b, a)
        h = tl.exp(m + b - after) * h + tl.exp(a - after)
        m = after
    tl.store(z + i, h)


@case("x z: *i32, n: i32", **SIZES)
@triton.jit
def any_of_masked(x, z, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    found = tl.zeros((BLOCK,), tl.int1)
    for t in range(0, n, BLOCK):
        found = found | (tl.load(x + t + i, mask=t + i < n, other=0) > 2)
    tl.store(z, tl.max(found.to(tl.int32), axis=0))


@case("x z: *i32, n: i32", **SIZES)
@triton.jit
def greatest_integer(x, z, n, BLOCK: tl.constexpr):
    """The filler of masked lanes is above the start: it takes part."""
    i = tl.arange(0, BLOCK)
    m = tl.full((BLOCK,), -5, tl.int32)
    for t in range(0, n, BLOCK):
        m = tl.maximum(m, tl.load(x + t + i, mask=t + i < n, other=1))
    tl.store(z, tl.max(m, axis=0))


@case("k v b z: *fp32, n: i32", **{"numbers": (0, 1, 2, 3)})
@triton.jit
def delta_rule(k, v, b, z, n, BLOCK: tl.constexpr):
    """h ← h + b·k·(v − kᵀh)."""
    i = tl.arange(0, BLOCK)
    h = tl.zeros((BLOCK,), tl.float32)
    for t in range(0, n):
        key = tl.load(k + t * BLOCK + i)
        h += key * tl.load(b + t) * (tl.load(v + t) - tl.sum(key * h, axis=0))
    tl.store(z + i, h)


@case("k z: *fp32, n: i32", **{"numbers": (0, 1, 2, 3)})
@triton.jit
def mixed_by_a_matrix(k, z, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    h = tl.load(k + i)
    for t in range(0, n):
        m = tl.load(k + t * BLOCK * BLOCK + i[:, None] * BLOCK + i[None, :])
        h = tl.sum(m * h[None, :], axis=1) * 0.25
    tl.store(z + i, h)


@case("k z: *fp32, n: i32", **{"numbers": (0, 1, 2, 3)})
@triton.jit
def divided_by_its_sum(k, z, n, BLOCK: tl.constexpr):
    """Not linear."""
    i = tl.arange(0, BLOCK)
    h = tl.load(k + i)
    for _ in range(0, n):
        h = h / tl.sum(h * h, axis=0)
    tl.store(z + i, h)
