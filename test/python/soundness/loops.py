"""Loops that are not quite what they look like."""

import triton
import triton.language as tl

from soundness.case import SMALL, case


@case("x y: *fp32, n: i32", block={})
@triton.jit
def last_value_of_empty_loop(x, y, n):
    last = -1.0
    for t in range(0, n):
        last = tl.load(x + t)
    tl.store(y, last)


@case("x y: *fp32, n: i32")
@triton.jit
def step_does_not_divide(x, y, n, BLOCK: tl.constexpr):
    """The last block reads past n."""
    i = tl.arange(0, BLOCK)
    total = tl.zeros((BLOCK,), tl.float32)
    for t in range(0, n, BLOCK):
        total += tl.load(x + t + i)
    tl.store(y, tl.sum(total, 0))


@case("x y: *fp32, n: i32")
@triton.jit
def floor_trip_count(x, y, n, BLOCK: tl.constexpr):
    """The tail is left out."""
    i = tl.arange(0, BLOCK)
    total = tl.zeros((BLOCK,), tl.float32)
    for t in range(0, n // BLOCK):
        total += tl.load(x + t * BLOCK + i)
    tl.store(y, tl.sum(total, 0))


@case("x y: *fp32, n: i32", block={})
@triton.jit
def counts_down(x, y, n):
    total = 0.0
    for t in range(n - 1, -1, -1):
        total = total * 0.5 + tl.load(x + t)
    tl.store(y, total)


@case("x y: *fp32, n: i32", block={})
@triton.jit
def sum_counting_down(x, y, n):
    total = 0.0
    for t in range(n - 1, 0, -2):
        total += tl.load(x + t)
    tl.store(y, total)


@case("x y: *fp32, n: i32", block={})
@triton.jit
def dependent_bounds(x, y, n):
    total = 0.0
    for t in range(0, n):
        for u in range(t, n, 3):
            total += tl.load(x + t * n + u)
    tl.store(y, total)


@case("x y: *fp32, n: i32", block={})
@triton.jit
def negative_upper_bound(x, y, n):
    """range(0, n - 5) is empty for n < 5; the mean divides by n - 5 nevertheless."""
    total = 0.0
    for t in range(0, n - 5):
        total += tl.load(x + t)
    tl.store(y, total / (n - 5))


@case("starts: *i32, x y: *fp32", block={}, starts=SMALL)
@triton.jit
def loaded_bounds(starts, x, y):
    """The segment may be empty or reversed."""
    p = tl.program_id(0)
    total = 0.0
    for t in range(tl.load(starts + p), tl.load(starts + p + 1)):
        total += tl.load(x + t)
    tl.store(y + p, total)


@case("x y: *fp32, n: i32", block={})
@triton.jit
def early_return(x, y, n):
    p = tl.program_id(0)
    if p >= n:
        return
    tl.store(y + p, tl.load(x + p))


@case("x y: *fp32, n: i32", block={})
@triton.jit
def early_return_after_store(x, y, n):
    p = tl.program_id(0)
    tl.store(y + p, 1.0)
    if tl.load(x + p) > 0.0:
        return
    tl.store(y + p + n, 2.0)


@case("x y: *fp32, n: i32", block={})
@triton.jit
def store_in_branch(x, y, n):
    p = tl.program_id(0)
    a = tl.load(x + p)
    if a > 0.0:
        tl.store(y + p, a)
    else:
        if p < n:
            tl.store(y + p, -a)


@case("x y: *fp32, n: i32", block={})
@triton.jit
def break_by_flag(x, y, n):
    """Adds up to the first negative element."""
    total = 0.0
    going = True
    for t in range(0, n):
        a = tl.load(x + t)
        going = going & (a >= 0.0)
        if going:
            total += a
    tl.store(y, total)


@case("x y: *fp32, n: i32", block={})
@triton.jit
def swapping(x, y, n):
    a = tl.load(x)
    b = tl.load(x + 1)
    for _ in range(0, n):
        a, b = b, a
    tl.store(y, a)


@case("y: *i32, n: i32", block={})
@triton.jit
def fibonacci(y, n):
    a = 0
    b = 1
    for _ in range(0, n):
        a, b = b, a + b
    tl.store(y, a)


@case("x y: *fp32, n: i32", block={})
@triton.jit
def late_accumulation(x, y, n):
    """What is added is the previous element: the last one never is."""
    total = 0.0
    previous = 0.0
    for t in range(0, n):
        total += previous
        previous = tl.load(x + t)
    tl.store(y, total)


@case("x y: *fp32, n: i32", block={})
@triton.jit
def running_maximum_from_zero(x, y, n):
    best = 0.0
    for t in range(0, n):
        best = tl.maximum(best, tl.load(x + t))
    tl.store(y, best)


@case("x y: *fp32, n: i32", block={})
@triton.jit
def product_with_reset(x, y, n):
    total = 1.0
    for t in range(0, n):
        total = tl.where(t == 3, 1.0, total * tl.load(x + t))
    tl.store(y, total)


@case("x: *fp32, y: *i32, n: i32", block={})
@triton.jit
def running_argmax(x, y, n):
    """`>=`: of equal maxima, the last one counts."""
    best = -float("inf")
    where = 0
    for t in range(0, n):
        a = tl.load(x + t)
        where = tl.where(a >= best, t, where)
        best = tl.maximum(best, a)
    tl.store(y, where)


@case("x y: *fp32, n: i32", block={})
@triton.jit
def online_softmax_forgets_rescaling(x, y, n):
    top = -float("inf")
    total = 0.0
    for t in range(0, n):
        a = tl.load(x + t)
        now = tl.maximum(top, a)
        total = total + tl.exp(a - now)
        top = now
    tl.store(y, total)
