"""Loops whose states pass for those of a closed form or a plain recurrence, and are not quite."""

import triton
import triton.language as tl

from soundness.case import case

VERIFIED = """
    counts_down_with_states iterates_in_iterates stored_states_on_the_way lanes_turned_each_time
    transposed_each_time running_sums_each_time softmax_from_a_finite_start rescaled_by_twice
    rescaled_in_another_base rescaled_by_the_old_maximum rescaled_by_a_minimum scaled_after_the_mask
    scaled_row_maximum guarded_by_a_count loops_that_overlap loops_that_meet whole_tiles_then_a_rest
    rest_then_whole_tiles first_iteration_apart last_iteration_apart argmax_with_the_later_of_ties
    second_greatest product_that_meets_zero delta_rule_with_states_swapped
"""

STEPS = {"block": 4, "numbers": (-1, 0, 1, 3)}
POSITIVE = (0.5, 1.0, 2.0, 3.0)


@case("x y: *fp32, n m: i32", **STEPS, x=POSITIVE)
@triton.jit
def counts_down_with_states(x, y, n, m, BLOCK: tl.constexpr):
    s = tl.load(x)
    for t in range(n, m, -1):
        s = s / (1.0 + s) + tl.load(x + t + 2)
    tl.store(y, s)


@case("x y: *fp32, n m: i32", **STEPS, x=POSITIVE)
@triton.jit
def iterates_in_iterates(x, y, n, m, BLOCK: tl.constexpr):
    s = tl.load(x)
    for t in range(n):
        r = s
        for u in range(m):
            r = r / (1.0 + r * s) + u + t
        s = s * 0.5 + r
    tl.store(y, s)


@case("x y: *fp32, n: i32", **STEPS, x=POSITIVE)
@triton.jit
def stored_states_on_the_way(x, y, n, BLOCK: tl.constexpr):
    s = tl.load(x)
    r = 1.0
    for t in range(n):
        tl.store(y + 2 * t, s)
        s, r = r / (1.0 + s), s / (1.0 + r * r)
        tl.store(y + 2 * t + 1, s + r)


@case("x y: *fp32, n: i32", **STEPS, x=POSITIVE)
@triton.jit
def lanes_turned_each_time(x, y, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    s = tl.load(x + i)
    for _t in range(n):
        s = tl.gather(s, (i + 1) % BLOCK, 0) / (1.0 + s)
    tl.store(y + i, s)


@case("x y: *fp32, n: i32", **STEPS, x=POSITIVE)
@triton.jit
def transposed_each_time(x, y, n, BLOCK: tl.constexpr):
    i, j = tl.arange(0, BLOCK)[:, None], tl.arange(0, BLOCK)[None, :]
    s = tl.load(x + i * BLOCK + j)
    for _t in range(n):
        s = tl.trans(s) / (1.0 + tl.sum(s, axis=0)[None, :])
    tl.store(y + i * BLOCK + j, s)


@case("x y: *fp32, n: i32", **STEPS, x=POSITIVE)
@triton.jit
def running_sums_each_time(x, y, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    s = tl.load(x + i)
    for _t in range(n):
        s = tl.cumsum(s, 0) / (1.0 + tl.cumsum(s, 0, reverse=True))
    tl.store(y + i, s)


@case("x y: *fp32, n: i32", **STEPS)
@triton.jit
def softmax_from_a_finite_start(x, y, n, BLOCK: tl.constexpr):
    """The maximum starts at 0, so the sum is no softmax's, and starts at 1."""
    i = tl.arange(0, BLOCK)
    m = 0.0
    s = 1.0
    for t in range(n):
        v = tl.load(x + t * BLOCK + i)
        top = tl.maximum(m, tl.max(v, 0))
        s = s * tl.exp(m - top) + tl.sum(tl.exp(v - top), 0)
        m = top
    tl.store(y, m + tl.log(s))


@case("x y: *fp32, n: i32", **STEPS)
@triton.jit
def rescaled_by_twice(x, y, n, BLOCK: tl.constexpr):
    """The sum is rescaled by the square of the factor."""
    i = tl.arange(0, BLOCK)
    m = -float("inf")
    s = 0.0
    for t in range(n):
        v = tl.load(x + t * BLOCK + i)
        top = tl.maximum(m, tl.max(v, 0))
        s = s * tl.exp(2.0 * (m - top)) + tl.sum(tl.exp(v - top), 0)
        m = top
    tl.store(y, s)


@case("x y: *fp32, n: i32", **STEPS)
@triton.jit
def rescaled_in_another_base(x, y, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    m = -float("inf")
    s = 0.0
    for t in range(n):
        v = tl.load(x + t * BLOCK + i)
        top = tl.maximum(m, tl.max(v, 0))
        s = s * tl.exp2(m - top) + tl.sum(tl.exp(v - top), 0)
        m = top
    tl.store(y, s)


@case("x y: *fp32, n: i32", **STEPS)
@triton.jit
def rescaled_by_the_old_maximum(x, y, n, BLOCK: tl.constexpr):
    """What is added is scaled by the maximum before."""
    i = tl.arange(0, BLOCK)
    m = 0.0
    s = 0.0
    for t in range(n):
        v = tl.load(x + t * BLOCK + i)
        top = tl.maximum(m, tl.max(v, 0))
        s = s * tl.exp(m - top) + tl.sum(tl.exp(v - m), 0)
        m = top
    tl.store(y, s)


@case("x y: *fp32, n: i32", **STEPS)
@triton.jit
def rescaled_by_a_minimum(x, y, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    m = float("inf")
    s = 0.0
    for t in range(n):
        v = tl.load(x + t * BLOCK + i)
        low = tl.minimum(m, tl.min(v, 0))
        s = s * tl.exp(low - m) + tl.sum(tl.exp(low - v), 0)
        m = low
    tl.store(y, s)


@case("x y: *fp32, n: i32, scale: fp32", block=4, numbers=(0, 1, 2, 3), scale=(-1.0, 0.0, 0.5))
@triton.jit
def scaled_after_the_mask(x, y, n, scale, BLOCK: tl.constexpr):
    """−∞ times a scale that may be negative."""
    i = tl.arange(0, BLOCK)
    m = -float("inf")
    s = 0.0
    for t in range(0, n, BLOCK):
        v = tl.load(x + t + i, mask=t + i < n, other=-float("inf")) * scale
        top = tl.maximum(m, tl.max(v, 0))
        s = s * tl.exp(m - top) + tl.sum(tl.exp(v - top), 0)
        m = top
    tl.store(y, s)


@case("x y: *fp32, n: i32, scale: fp32", block=4, numbers=(0, 1, 2, 3), scale=(-1.0, 0.0, 0.5))
@triton.jit
def scaled_row_maximum(x, y, n, scale, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    v = tl.load(x + i, mask=i < n, other=-float("inf")) * scale
    e = tl.exp(v - tl.max(v, 0))
    tl.store(y + i, e / tl.sum(e, 0), mask=i < n)


@case("x y: *fp32, n low: i32", block=4, numbers=(0, 1, 2, 6))
@triton.jit
def guarded_by_a_count(x, y, n, low, BLOCK: tl.constexpr):
    """The step is skipped where the tile has nothing."""
    i = tl.arange(0, BLOCK)
    m = -float("inf")
    s = 0.0
    for t in range(0, n, BLOCK):
        there = (t + i >= low) & (t + i < n)
        if tl.sum(there.to(tl.int32), 0) > 0:
            v = tl.load(x + t + i, mask=there, other=-float("inf"))
            top = tl.maximum(m, tl.max(v, 0))
            s = s * tl.exp(m - top) + tl.sum(tl.exp(v - top), 0)
            m = top
    tl.store(y, s)


@case("x y: *fp32, n m: i32", block=4, numbers=(-1, 0, 1, 2, 3, 6))
@triton.jit
def loops_that_overlap(x, y, n, m, BLOCK: tl.constexpr):
    """The second loop starts one before where the first one stopped."""
    s = 0.0
    for t in range(0, m):
        s += tl.load(x + t)
    for t in range(m - 1, n):
        s += tl.load(x + t + 1)
    tl.store(y, s)


@case("x y: *fp32, n m: i32", block=4, numbers=(-1, 0, 1, 2, 3, 6))
@triton.jit
def loops_that_meet(x, y, n, m, BLOCK: tl.constexpr):
    """Up to m, then from m to n, whichever of them is larger."""
    s = 0.0
    for t in range(0, m):
        s += tl.load(x + t)
    for t in range(m, n):
        s += tl.load(x + t)
    tl.store(y, s)


@case("x y: *fp32, n: i32", block=4, numbers=(-1, 0, 1, 3, 4, 9))
@triton.jit
def whole_tiles_then_a_rest(x, y, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    s = tl.zeros((BLOCK,), tl.float32)
    whole = n // BLOCK
    for t in range(0, whole):
        s += tl.load(x + t * BLOCK + i)
    s += tl.load(x + whole * BLOCK + i, mask=i < n % BLOCK, other=0.0)
    tl.store(y, tl.sum(s, 0))


@case("x y: *fp32, n: i32", block=4, numbers=(-1, 0, 1, 3, 4, 9))
@triton.jit
def rest_then_whole_tiles(x, y, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    rest = n % BLOCK
    s = tl.load(x + i, mask=i < rest, other=0.0)
    for t in range(rest, n, BLOCK):
        s += tl.load(x + t + i)
    tl.store(y, tl.sum(s, 0))


@case("x y: *fp32, n: i32", block=4, numbers=(-1, 0, 1, 3, 4, 9))
@triton.jit
def first_iteration_apart(x, y, n, BLOCK: tl.constexpr):
    s = 0.0
    last = 5.0
    for t in range(n):
        v = tl.load(x + t)
        s = v if t == 0 else s + v * last
        last = v
    tl.store(y, s + last)


@case("x y: *fp32, n: i32", block=4, numbers=(-1, 0, 1, 3, 4, 9))
@triton.jit
def last_iteration_apart(x, y, n, BLOCK: tl.constexpr):
    s = 0.0
    for t in range(n):
        v = tl.load(x + t)
        s = tl.where(t == n - 1, s * 2.0 + v, s + v)
    tl.store(y, s)


@case("x y: *fp32, n: i32", block=4, numbers=(-1, 0, 1, 3, 4, 9))
@triton.jit
def argmax_with_the_later_of_ties(x, y, n, BLOCK: tl.constexpr):
    best = -float("inf")
    at = -1
    for t in range(n):
        v = tl.load(x + t)
        at = tl.where(v >= best, t, at)
        best = tl.maximum(v, best)
    tl.store(y, at.to(tl.float32))


@case("x y: *fp32, n: i32", block=4, numbers=(-1, 0, 1, 3, 4, 9))
@triton.jit
def second_greatest(x, y, n, BLOCK: tl.constexpr):
    a = -float("inf")
    b = -float("inf")
    for t in range(n):
        v = tl.load(x + t)
        b = tl.where(v > a, a, tl.where(v > b, v, b))
        a = tl.maximum(a, v)
    tl.store(y, b)


@case("x y: *fp32, n: i32", block=4, numbers=(-1, 0, 1, 2, 3, 5))
@triton.jit
def product_that_meets_zero(x, y, n, BLOCK: tl.constexpr):
    """A decay that may be 0: quotients of products would not do."""
    s = 1.0
    for t in range(n):
        s = s * tl.load(x + t) + tl.load(x + t + 1)
    tl.store(y, s)


@case("x y: *fp32, n: i32", block=4, numbers=(-1, 0, 1, 2, 3, 5))
@triton.jit
def delta_rule_with_states_swapped(x, y, n, BLOCK: tl.constexpr):
    i, j = tl.arange(0, BLOCK)[:, None], tl.arange(0, BLOCK)[None, :]
    s = tl.zeros((BLOCK, BLOCK), tl.float32)
    for t in range(n):
        k = tl.load(x + t * BLOCK + tl.arange(0, BLOCK))
        s = tl.trans(s) - tl.sum(s * k[:, None], axis=0)[None, :] * k[:, None] * 0.25 + k[None, :]
    tl.store(y + i * BLOCK + j, s)


@case("x y: *fp32, n: i32", block=4, numbers=(0, 1, 2))
@triton.jit
def starts_at_minus_infinity_and_is_scaled(x, y, n, BLOCK: tl.constexpr):
    """−∞·0, and −∞ + ∞ in the sum: maxnum forgets that."""
    i = tl.arange(0, BLOCK)
    s = -float("inf")
    for t in range(n):
        s = tl.maximum(s, tl.sum(s * tl.load(x + t * BLOCK + i), 0))
    tl.store(y, s)
