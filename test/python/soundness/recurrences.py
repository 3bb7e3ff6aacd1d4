"""Loops with a twist: steps under conditions, carried pointers, recurrences, and loops over nothing."""

import triton
import triton.language as tl

from soundness.case import EDGES, case


@case("x y: *fp32, n: i32", block={})
@triton.jit
def every_other(x, y, n):
    total = 0.0
    for t in range(0, n):
        if t % 2 == 0:
            total += tl.load(x + t)
        else:
            total -= tl.load(x + t)
    tl.store(y, total)


@case("x y: *fp32, n: i32", block={})
@triton.jit
def conditional_advance(x, y, n):
    """The pointer moves only past nonnegative elements."""
    total = 0.0
    at = 0
    for _ in range(0, n):
        a = tl.load(x + at)
        total += a
        at += tl.where(a >= 0.0, 1, 0)
    tl.store(y, total)


@case("x y: *fp32, n stride: i32")
@triton.jit
def pointer_walks(x, y, n, stride, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    at = x + i
    total = tl.zeros((BLOCK,), tl.float32)
    for _ in range(0, n):
        total += tl.load(at)
        at += stride
    tl.store(y + i, total)


@case("x y: *fp32, n: i32", block={})
@triton.jit
def pointer_walks_growing(x, y, n):
    """Steps of 0, 1, 2, …"""
    at = x
    total = 0.0
    for t in range(0, n):
        at += t
        total += tl.load(at)
    tl.store(y, total)


@case("x y: *fp32, n: i32")
@triton.jit
def stores_along(x, y, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    to = y + i
    for t in range(0, n):
        tl.store(to, tl.load(x + t * BLOCK + i) + t)
        to += BLOCK


@case("x y: *fp32, n: i32")
@triton.jit
def stores_along_overlapping(x, y, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    to = y + i
    for t in range(0, n):
        tl.store(to, tl.load(x + t * BLOCK + i) + t)
        to += BLOCK - 1


@case("x y: *fp32, n: i32", block={})
@triton.jit
def running_sums(x, y, n):
    """A scan as a loop."""
    total = 0.0
    for t in range(0, n):
        total += tl.load(x + t)
        tl.store(y + t, total)


@case("x y: *fp32, n: i32", block={})
@triton.jit
def exclusive_sums(x, y, n):
    total = 0.0
    for t in range(0, n):
        tl.store(y + t, total)
        total += tl.load(x + t)


@case("x y: *fp32, n: i32", block={})
@triton.jit
def starts_at_one(x, y, n):
    best = tl.load(x)
    for t in range(1, n):
        best = tl.maximum(best, tl.load(x + t))
    tl.store(y, best)


@case("x y: *i32, n: i32", block={}, x=EDGES)
@triton.jit
def integer_maximum(x, y, n):
    best = 3
    for t in range(0, n):
        best = tl.maximum(best, tl.load(x + t))
    tl.store(y, best)


@case("x y: *fp32, n: i32", block={})
@triton.jit
def strict_maximum(x, y, n):
    best = -float("inf")
    for t in range(0, n):
        a = tl.load(x + t)
        if a > best:
            best = a
    tl.store(y, best)


@case("x y: *fp32, n: i32", block={})
@triton.jit
def minimum_where_positive(x, y, n):
    best = 100.0
    for t in range(0, n):
        a = tl.load(x + t)
        best = tl.where(a > 0.0, tl.minimum(best, a), best)
    tl.store(y, best)


@case("x y: *fp32, n: i32", block={})
@triton.jit
def any_negative(x, y, n):
    found = False
    for t in range(0, n):
        found = found | (tl.load(x + t) < 0.0)
    tl.store(y, tl.where(found, 1.0, 0.0))


@case("x y: *fp32, n m: i32", block={})
@triton.jit
def resets_inside(x, y, n, m):
    """Only the last row's sum is left."""
    total = 0.0
    for t in range(0, n):
        total = 0.0
        for u in range(0, m):
            total += tl.load(x + t * m + u)
    tl.store(y, total)


@case("x y: *fp32, n: i32", block={})
@triton.jit
def mean_then_deviation(x, y, n):
    """The deviation divides by n - 1."""
    total = 0.0
    for t in range(0, n):
        total += tl.load(x + t)
    mean = total / n
    squares = 0.0
    for t in range(0, n):
        d = tl.load(x + t) - mean
        squares += d * d
    tl.store(y, squares / (n - 1))


@case("x y: *fp32, n: i32", block={})
@triton.jit
def online_softmax(x, y, n):
    top = -float("inf")
    total = 0.0
    for t in range(0, n):
        a = tl.load(x + t)
        now = tl.maximum(top, a)
        total = total * tl.exp(top - now) + tl.exp(a - now)
        top = now
    tl.store(y, total)


@case("x y: *fp32, n: i32", block={})
@triton.jit
def online_softmax_wrong_maximum(x, y, n):
    """Rescales by the new element, not by the new maximum."""
    top = -float("inf")
    total = 0.0
    for t in range(0, n):
        a = tl.load(x + t)
        now = tl.maximum(top, a)
        total = total * tl.exp(top - a) + tl.exp(a - now)
        top = now
    tl.store(y, total)


@case("x y: *fp32, n: i32", block={})
@triton.jit
def welford(x, y, n):
    mean = 0.0
    m2 = 0.0
    for t in range(0, n):
        a = tl.load(x + t)
        delta = a - mean
        mean += delta / (t + 1)
        m2 += delta * (a - mean)
    tl.store(y, m2)


@case("x y: *fp32, n: i32", block={})
@triton.jit
def welford_wrong(x, y, n):
    mean = 0.0
    m2 = 0.0
    for t in range(0, n):
        a = tl.load(x + t)
        delta = a - mean
        mean += delta / (t + 1)
        m2 += delta * delta
    tl.store(y, m2)


@case("x y: *fp32, n: i32", block={})
@triton.jit
def decay(x, y, n):
    state = 0.0
    for t in range(0, n):
        state = state * 0.5 + tl.load(x + t)
    tl.store(y, state)


@case("x y: *fp32, n: i32", block={})
@triton.jit
def decay_of_previous(x, y, n):
    """The factor is applied after the sum."""
    state = 1.0
    for t in range(0, n):
        state = (state + tl.load(x + t)) * 0.5
    tl.store(y, state)


@case("x z y: *fp32, n: i32", block={})
@triton.jit
def factor_from_data(x, z, y, n):
    state = 1.0
    for t in range(0, n):
        state = state * tl.load(z + t) + tl.load(x + t)
        tl.store(y + t, state)


@case("x y: *fp32, n: i32", block={})
@triton.jit
def unsigned_bounds(x, y, n):
    total = 0.0
    for t in range(0, n.to(tl.uint32)):
        total += tl.load(x + t)
    tl.store(y, total)


@case("x y: *fp32, n: i32", block={})
@triton.jit
def wide_bounds(x, y, n):
    total = 0.0
    for t in range(0, n.to(tl.int64) * 2, 3):
        total += tl.load(x + t)
    tl.store(y, total)


@case("x y: *fp32, n step: i32", block={}, step=(1, 2, 5))
@triton.jit
def symbolic_step(x, y, n, step):
    total = 0.0
    for t in range(0, n, step):
        total += tl.load(x + t)
    tl.store(y, total)


@case("x y: *fp32, n m: i32", block={})
@triton.jit
def loop_under_condition(x, y, n, m):
    total = 5.0
    if m > 2:
        for t in range(0, n):
            total += tl.load(x + t)
    tl.store(y, total)


@case("x y: *fp32, n: i32", block={})
@triton.jit
def return_in_the_middle(x, y, n):
    p = tl.program_id(0)
    if p == n:
        return
    total = 0.0
    for t in range(0, n):
        total += tl.load(x + t * 2 + p)
    tl.store(y + p, total)


@case("x y: *fp32, n m: i32", block={})
@triton.jit
def nested_sum(x, y, n, m):
    """For n = m = -2 nothing is added, though n · m = 4."""
    total = 0.0
    for a in range(0, n):
        for b in range(0, m):
            total += tl.load(x + a * m + b)
    tl.store(y, total)


@case("x y: *fp32, n m: i32", block={})
@triton.jit
def nested_stores(x, y, n, m):
    for a in range(0, n):
        for b in range(0, m):
            tl.store(y + a * m + b, tl.load(x + a * m + b))


@case("x y: *fp32, n m: i32")
@triton.jit
def block_of_negative_rows(x, y, n, m, BLOCK: tl.constexpr):
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    for a in range(0, n):
        tl.store(y + a * m + i, tl.load(x + a * m + i, mask=i < m), mask=i < m)


@case("x y: *fp32, n: i32", block={})
@triton.jit
def adds_a_constant(x, y, n):
    """0, not 2·n, for n < 0."""
    total = tl.load(x)
    for _ in range(0, n):
        total += 2.0
    tl.store(y, total)


@case("y: *i32, n: i32", block={})
@triton.jit
def counts_iterations(y, n):
    count = 0
    for _ in range(0, n):
        count += 3
    tl.store(y, count)


@case("x y: *fp32, n: i32")
@triton.jit
def stores_after_the_loop(x, y, n, BLOCK: tl.constexpr):
    """The pointer has advanced max(0, n) times."""
    i = tl.arange(0, BLOCK)
    to = y + i
    for _ in range(0, n):
        to += BLOCK
    tl.store(to, tl.load(x + i))


@case("x: *fp32, y: *i32, n: i32")
@triton.jit
def counts_unmasked(x, y, n, BLOCK: tl.constexpr):
    """Between 0 and 8, whatever n is."""
    i = tl.arange(0, BLOCK)
    tl.store(y, tl.sum((i < n).to(tl.int32), 0))


@case("x y: *fp32, n: i32", block={})
@triton.jit
def doubles(x, y, n):
    total = 1.0
    for _ in range(0, n):
        total *= 2.0
    tl.store(y, total)


@case("x y: *fp32, n: i32", block={})
@triton.jit
def adds_an_undefined_quotient(x, y, n):
    """Never divided for n ≤ 0, though x[0] = 0."""
    total = 0.0
    for _ in range(0, n):
        total += 1.0 / tl.load(x)
    tl.store(y, total)


@case("x: *fp32, y: *i32, n: i32", block={})
@triton.jit
def counts_positive(x, y, n):
    count = 0
    for t in range(0, n):
        count += tl.where(tl.load(x + t) > 0.0, 1, 0)
    tl.store(y, count)


@case("x y: *fp32, n m: i32", block={})
@triton.jit
def second_loop_continues(x, y, n, m):
    """[0, n) then [n, m): all of [0, m) only for 0 ≤ n ≤ m."""
    total = 0.0
    for t in range(0, n):
        total += tl.load(x + t)
    for t in range(n, m):
        total += tl.load(x + 8 + t)
    tl.store(y, total)
