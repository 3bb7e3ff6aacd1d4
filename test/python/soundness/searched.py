"""Loops that no rule closes: a search finds what they compute, or they are refused."""

import triton
import triton.language as tl

from soundness.case import case


@case("x w y: *fp32, n: i32", block={}, numbers=(0, 1, 4, 5, 9))
@triton.jit
def slot_of_a_ring(x, w, y, n):
    total = 0.0
    slot = 0
    for t in range(0, n):
        total += tl.load(x + t) * tl.load(w + slot)
        slot = tl.where(slot == 3, 0, slot + 1)
    tl.store(y, total)


@case("x w y: *fp32, n: i32", block={}, numbers=(0, 1, 4, 5, 9))
@triton.jit
def slot_of_a_ring_reset_late(x, w, y, n):
    """The reset is tested after counting: the slots are 0 1 2 0 1 2."""
    total = 0.0
    slot = 0
    for t in range(0, n):
        total += tl.load(x + t) * tl.load(w + slot)
        slot += 1
        slot = tl.where(slot == 3, 0, slot)
    tl.store(y, total)


@case("x y: *fp32, n: i32", block={}, numbers=(0, 1, 2, 7))
@triton.jit
def kahan_sum(x, y, n):
    total = 0.0
    lost = 0.0
    for t in range(0, n):
        a = tl.load(x + t) - lost
        new = total + a
        lost = (new - total) - a
        total = new
    tl.store(y, total)


@case("x y: *fp32, n: i32", block={}, numbers=(0, 1, 2, 7))
@triton.jit
def kahan_sum_wrong_sign(x, y, n):
    total = 0.0
    lost = 0.0
    for t in range(0, n):
        a = tl.load(x + t) + lost
        new = total + a
        lost = (new - total) + a
        total = new
    tl.store(y, total)


@case("x y: *fp32, sizes: *i32, n: i32", sizes=(1, 2, 3, 5), numbers=(0, 1, 8, 13))
@triton.jit
def permuted_by_loaded_sizes(x, y, sizes, n, BLOCK: tl.constexpr):
    """A flat index taken apart by three loaded sizes and put together in the same order."""
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    rest = i
    at = tl.zeros((BLOCK,), tl.int32)
    for d in range(0, 3):
        size = tl.load(sizes + d)
        at = at * size + rest % size
        rest = rest // size
    tl.store(y + i, tl.load(x + at, mask=i < n, other=0.0), mask=i < n)


@case("x y: *fp32, n: i32", block={}, numbers=(0, 1, 2, 5))
@triton.jit
def doubling_strides(x, y, n):
    stride = 1
    total = 0.0
    for _ in range(0, n):
        total += tl.load(x + stride)
        stride *= 2
    tl.store(y, total)


@case("x y: *fp32, n: i32", block={}, numbers=(0, 1, 2, 5))
@triton.jit
def halved_each_time(x, y, n):
    offset = 37
    total = 0.0
    for _ in range(0, n):
        total += tl.load(x + offset)
        offset //= 2
    tl.store(y, total)


@case("x y: *fp32, n: i32")
@triton.jit
def latest_positive(x, y, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    found = tl.full((BLOCK,), -1.0, tl.float32)
    for t in range(0, n):
        a = tl.load(x + t * BLOCK + i)
        found = tl.where(a > 0.0, a, found)
    tl.store(y + i, found)


@case("x y: *fp32, n: i32", block={}, numbers=(0, 1, 2, 7))
@triton.jit
def two_buffers(x, y, n):
    """Front and back change places; what comes in is added to the front."""
    front = 0.0
    back = 0.0
    for t in range(0, n):
        a = tl.load(x + t)
        front, back = back, front + a
    tl.store(y, front)
    tl.store(y + 1, back)


@case("x y z: *fp32, n: i32", block={}, numbers=(0, 1, 2, 7))
@triton.jit
def buffers_swapped(x, y, z, n):
    front = tl.load(x)
    back = tl.load(x + 1)
    for _ in range(0, n):
        front, back = back, front
    tl.store(y, front)
    tl.store(z, back)


@case("x y: *fp32, n: i32", numbers=(0, 1, 8, 13, 21))
@triton.jit
def found_anywhere(x, y, n, BLOCK: tl.constexpr):
    """A lane's match is forgotten where the last tile does not reach it."""
    i = tl.arange(0, BLOCK)
    found = tl.zeros((BLOCK,), tl.int1)
    for t in range(0, tl.cdiv(n, BLOCK)):
        mask = t * BLOCK + i < n
        a = tl.load(x + t * BLOCK + i, mask=mask, other=0.0)
        found = mask & (found | (a == 3.0))
    tl.store(y, tl.max(found.to(tl.int32), axis=0).to(tl.float32))


@case("x y: *fp32, n: i32", block={}, numbers=(0, 1, 2, 7))
@triton.jit
def kept_below(x, y, n):
    level = 0.0
    for t in range(0, n):
        level = tl.minimum(level + tl.load(x + t), 2.0)
    tl.store(y, level)


@case("x y: *fp32, n: i32", x=(0.5, 3.0, 7.0, 8.0, 9.5), numbers=(1, 8, 13))
@triton.jit
def stepped_up(x, y, n, BLOCK: tl.constexpr):
    """As the digamma function is evaluated: up to eight steps, to a number from 8 on."""
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    a = tl.load(x + i, mask=i < n, other=1.0)
    total = tl.zeros((BLOCK,), tl.float32)
    for _ in range(8):
        total += tl.where(a < 8.0, 1.0 / a, 0.0)
        a = tl.where(a < 8.0, a + 1.0, a)
    tl.store(y + i, total + a, mask=i < n)


@case("x w y: *fp32, n m: i32", block={}, numbers=(0, 1, 2, 5))
@triton.jit
def slot_in_each_row(x, w, y, n, m):
    """The slot starts anew in each row; what is added depends on the rows before."""
    total = 0.0
    for i in range(0, n):
        slot = 0
        row = total
        for j in range(0, m):
            row += tl.load(x + i * 5 + j) * tl.load(w + slot)
            slot = tl.where(slot == 2, 0, slot + 1)
        total = row
    tl.store(y, total)


@case("x w y: *fp32, n m: i32", block={}, numbers=(0, 1, 2, 5))
@triton.jit
def slot_through_all_rows(x, w, y, n, m):
    """The slot goes on from row to row."""
    total = 0.0
    slot = 0
    for i in range(0, n):
        for j in range(0, m):
            total += tl.load(x + i * 5 + j) * tl.load(w + slot)
            slot = tl.where(slot == 2, 0, slot + 1)
    tl.store(y, total)


@case("x y: *fp32, n m: i32", block={}, numbers=(0, 1, 2, 5))
@triton.jit
def latest_above_the_total(x, y, n, m):
    """What an inner loop keeps is compared with what the outer loop has summed up."""
    total = 0.0
    for i in range(0, n):
        found = 0.0
        for j in range(0, m):
            a = tl.load(x + i * 5 + j)
            found = tl.where(a > total, a, found)
        total += found
    tl.store(y, total)


@case("y: *i32, n: i32", block={}, numbers=(0, 1, 2, 7))
@triton.jit
def fibonacci(y, n):
    a = 0
    b = 1
    for _ in range(0, n):
        a, b = b, a + b
    tl.store(y, a)


@case("x y: *fp32, n: i32", block={}, x=(0.25, 0.5, 1.0), numbers=(0, 1, 2, 7))
@triton.jit
def logistic_map(x, y, n):
    a = tl.load(x)
    for _ in range(0, n):
        a = a * (1.0 - a)
    tl.store(y, a)


@case("x y: *fp32, n: i32", block={}, x=(0.5, 1.0, 3.0), numbers=(0, 1, 2, 7))
@triton.jit
def square_root_by_newton(x, y, n):
    a = tl.load(x)
    root = a
    for _ in range(0, n):
        root = (root + a / root) / 2.0
    tl.store(y, root)
