"""Running maxima: what is rescaled by them, and where they were attained."""

import triton
import triton.language as tl

from soundness.case import case


@case("x y: *fp32, n: i32")
@triton.jit
def lanewise_log_sum_exp(x, y, n, BLOCK: tl.constexpr):
    """One running maximum a lane; a lane that has seen nothing keeps its total."""
    i = tl.arange(0, BLOCK)
    top = tl.full((BLOCK,), float("-inf"), tl.float32)
    total = tl.zeros((BLOCK,), tl.float32)
    for t in range(0, n, BLOCK):
        a = tl.load(x + t + i, mask=t + i < n, other=float("-inf"))
        higher = tl.maximum(a, top)
        total = tl.where(higher == float("-inf"), total, total * tl.exp(top - higher) + tl.exp(a - higher))
        top = higher
    highest = tl.max(top, 0)
    if n > 0:
        tl.store(y, highest + tl.log(tl.sum(total * tl.exp(top - highest), 0)))


@case("x y: *fp32, n: i32")
@triton.jit
def lanewise_total_kept_too_long(x, y, n, BLOCK: tl.constexpr):
    """A lane's total also stays while its maximum is negative."""
    i = tl.arange(0, BLOCK)
    top = tl.full((BLOCK,), float("-inf"), tl.float32)
    total = tl.zeros((BLOCK,), tl.float32)
    for t in range(0, n, BLOCK):
        a = tl.load(x + t + i, mask=t + i < n, other=float("-inf"))
        higher = tl.maximum(a, top)
        total = tl.where(higher < 0.0, total, total * tl.exp(top - higher) + tl.exp(a - higher))
        top = higher
    tl.store(y + i, total)


@case("x y: *fp32, n: i32")
@triton.jit
def lanewise_count_of_nothing(x, y, n, BLOCK: tl.constexpr):
    """What is added does not vanish where a lane has seen nothing, so the guard matters."""
    i = tl.arange(0, BLOCK)
    top = tl.full((BLOCK,), float("-inf"), tl.float32)
    total = tl.zeros((BLOCK,), tl.float32)
    for t in range(0, n, BLOCK):
        a = tl.load(x + t + i, mask=t + i < n, other=float("-inf"))
        higher = tl.maximum(a, top)
        more = tl.exp(tl.where(t + i < n, a, 0.0) - higher)
        total = tl.where(higher == float("-inf"), total, total * tl.exp(top - higher) + more)
        top = higher
    tl.store(y + i, total)


@case("x y: *fp32, n: i32")
@triton.jit
def running_maximum_from_zero_with_total(x, y, n, BLOCK: tl.constexpr):
    """max(0, …) is finite, whatever the lane has seen."""
    i = tl.arange(0, BLOCK)
    top = tl.zeros((BLOCK,), tl.float32)
    total = tl.zeros((BLOCK,), tl.float32)
    for t in range(0, n, BLOCK):
        a = tl.load(x + t + i, mask=t + i < n, other=float("-inf"))
        higher = tl.maximum(a, top)
        total = total * tl.exp(top - higher) + tl.exp(a - higher)
        top = higher
    highest = tl.max(top, 0)
    tl.store(y, highest + tl.log(tl.sum(total * tl.exp(top - highest), 0)))


@case("x: *fp32, y: *i32, n: i32", block={})
@triton.jit
def running_argmax(x, y, n):
    best = float("-inf")
    place = -1
    for t in range(0, n):
        a = tl.load(x + t)
        place = tl.where(a > best, t, place)
        best = tl.maximum(best, a)
    tl.store(y, place)


@case("x: *fp32, y: *i32, n: i32", block={}, x=(1, 2))
@triton.jit
def running_argmax_last(x, y, n):
    """Of equal elements, the last one."""
    best = float("-inf")
    place = -1
    for t in range(0, n):
        a = tl.load(x + t)
        place = tl.where(a >= best, t, place)
        best = tl.maximum(best, a)
    tl.store(y, place)


@case("x: *fp32, y: *i32, n: i32", block={}, x=(-1, 1, 2))
@triton.jit
def running_argmax_from_zero(x, y, n):
    """Negative elements are never chosen."""
    best = 0.0
    place = -1
    for t in range(0, n):
        a = tl.load(x + t)
        place = tl.where(a > best, t, place)
        best = tl.maximum(best, a)
    tl.store(y, place)


@case("x: *fp32, y: *i32, n: i32", x=(1, 2, 3))
@triton.jit
def running_argmax_of_tiles(x, y, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    best = float("-inf")
    place = -1
    for t in range(0, n, BLOCK):
        a = tl.load(x + t + i, mask=t + i < n, other=float("-inf"))
        top, lane = tl.max(a, 0, return_indices=True)
        place = tl.where(top > best, t + lane, place)
        best = tl.maximum(best, top)
    tl.store(y, place)


@case("x: *fp32, y: *i32, n: i32", x=(1, 2, 3))
@triton.jit
def running_argmax_of_overlapping_tiles(x, y, n, BLOCK: tl.constexpr):
    """Tiles advance by less than they are long, and the index is the lane's."""
    i = tl.arange(0, BLOCK)
    best = float("-inf")
    place = -1
    for t in range(0, n, BLOCK):
        a = tl.load(x + t + i, mask=t + i < n, other=float("-inf"))
        top, lane = tl.max(a, 0, return_indices=True)
        place = tl.where(top > best, t // 2 + lane, place)
        best = tl.maximum(best, top)
    tl.store(y, place)


@case("x z: *fp32, y: *i32, n: i32", block={}, x=(1, 2, 3), z=(1, 2, 3))
@triton.jit
def running_argmax_of_another(x, z, y, n):
    """Compared is one array, kept is the other one's maximum."""
    best = float("-inf")
    place = -1
    for t in range(0, n):
        a = tl.load(x + t)
        place = tl.where(tl.load(z + t) > best, t, place)
        best = tl.maximum(best, a)
    tl.store(y, place)
