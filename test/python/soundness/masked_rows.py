"""Online softmax of rows of which nothing may be there: what is subtracted in the place of a maximum of −∞."""

import triton
import triton.language as tl

from soundness.case import case

VERIFIED = "window_of_a_row border_then_rest mask_added guarded_by_equality"
NEVER_VERIFIED = "window_unguarded sum_unguarded rest_scaled_otherwise mask_added_unguarded"


@triton.jit
def tile(x, i, low, n):
    return tl.load(x + tl.program_id(0) * n + i, mask=(i >= low) & (i < n), other=-float("inf"))


@triton.jit
def met(m, s, v, FACTOR: tl.constexpr, SUM: tl.constexpr):
    """The next maximum and sum; FACTOR and SUM: whether what rescales and what is added is guarded."""
    top = tl.maximum(m, tl.max(v, 0))
    safe = tl.where(top == -float("inf"), 0.0, top)
    s = s * tl.exp(m - (safe if FACTOR else top)) + tl.sum(tl.exp(v - (safe if SUM else top)), 0)
    return top, s


@case("x y: *fp32, n low: i32", numbers=(0, 1, 3, 9, 17))
@triton.jit
def window_of_a_row(x, y, n, low, BLOCK: tl.constexpr):
    """Of no elements, the sum is 0; the first tiles may have none."""
    m = -float("inf")
    s = 1.0
    for k in range(0, n, BLOCK):
        m, s = met(m, s, tile(x, k + tl.arange(0, BLOCK), low, n), True, True)
    tl.store(y + tl.program_id(0), tl.where(m == -float("inf"), 0.0, s))


@case("x y: *fp32, n low: i32", numbers=(0, 1, 3, 9, 17))
@triton.jit
def window_unguarded(x, y, n, low, BLOCK: tl.constexpr):
    """exp(−∞ − (−∞)) in a first tile that has no elements."""
    m = -float("inf")
    s = 0.0
    for k in range(0, n, BLOCK):
        m, s = met(m, s, tile(x, k + tl.arange(0, BLOCK), low, n), False, True)
    tl.store(y + tl.program_id(0), s)


@case("x y: *fp32, n low: i32", numbers=(0, 1, 3, 9, 17))
@triton.jit
def sum_unguarded(x, y, n, low, BLOCK: tl.constexpr):
    m = -float("inf")
    s = 0.0
    for k in range(0, n, BLOCK):
        m, s = met(m, s, tile(x, k + tl.arange(0, BLOCK), low, n), True, False)
    tl.store(y + tl.program_id(0), s)


@case("x y: *fp32, n low: i32", numbers=(0, 1, 3, 9, 17))
@triton.jit
def border_then_rest(x, y, n, low, BLOCK: tl.constexpr):
    """The last tile first, for it is masked; then those before it, from the left."""
    m = -float("inf")
    s = 0.0
    end = tl.cdiv(n, BLOCK) * BLOCK
    border = tl.minimum(end, BLOCK)
    for shift in range(0, border, BLOCK):
        m, s = met(m, s, tile(x, end - shift - BLOCK + tl.arange(0, BLOCK), low, n), True, True)
    for k in range(0, end - border, BLOCK):
        m, s = met(m, s, tile(x, k + tl.arange(0, BLOCK), low, n), True, True)
    tl.store(y + tl.program_id(0), s)


@case("x y: *fp32, n low: i32", numbers=(0, 1, 3, 9, 17))
@triton.jit
def rest_scaled_otherwise(x, y, n, low, BLOCK: tl.constexpr):
    """The first loop leaves what the second one does not keep up with: NaN in tiles without elements."""
    m = -float("inf")
    s = 0.0
    end = tl.cdiv(n, BLOCK) * BLOCK
    border = tl.minimum(end, BLOCK)
    for shift in range(0, border, BLOCK):
        m, s = met(m, s, tile(x, end - shift - BLOCK + tl.arange(0, BLOCK), low, n), True, True)
    for k in range(0, end - border, BLOCK):
        m, s = met(m, s, tile(x, k + tl.arange(0, BLOCK), low, n), False, True)
    tl.store(y + tl.program_id(0), s)


@triton.jit
def scored(x, i, low, n, weight):
    """The mask as a summand, and all of it scaled."""
    v = tl.load(x + tl.program_id(0) * n + i, mask=i < n, other=0.0)
    return (v + tl.where((i >= low) & (i < n), 0.0, -float("inf"))) * weight


@case("x y: *fp32, n low: i32", numbers=(0, 1, 3, 9, 17))
@triton.jit
def mask_added(x, y, n, low, BLOCK: tl.constexpr):
    m = -float("inf")
    s = 0.0
    for k in range(0, n, BLOCK):
        m, s = met(m, s, scored(x, k + tl.arange(0, BLOCK), low, n, 0.5), True, True)
    tl.store(y + tl.program_id(0), s)


@case("x y: *fp32, n low: i32", numbers=(0, 1, 3, 9, 17))
@triton.jit
def mask_added_unguarded(x, y, n, low, BLOCK: tl.constexpr):
    m = -float("inf")
    s = 0.0
    for k in range(0, n, BLOCK):
        m, s = met(m, s, scored(x, k + tl.arange(0, BLOCK), low, n, 0.5), False, True)
    tl.store(y + tl.program_id(0), s)


@triton.jit
def merged(m, s, v, SAME: tl.constexpr):
    """Two parts of a row: what rescales is `m == top ? 0 : m - top`, which should be 0 for equal ones."""
    other = tl.max(v, 0)
    t = tl.sum(tl.exp(v - other), 0)
    top = tl.maximum(m, other)
    s = s * tl.exp(tl.where(m == top, SAME, m - top)) + t * tl.exp(tl.where(other == top, SAME, other - top))
    return top, s


@case("x y: *fp32, n: i32", numbers=(1, 3, 9, 17))
@triton.jit
def guarded_by_equality(x, y, n, BLOCK: tl.constexpr):
    m = -float("inf")
    s = 0.0
    for k in range(0, n, BLOCK):
        m, s = merged(m, s, tile(x, k + tl.arange(0, BLOCK), 0, n), 0.0)
    tl.store(y + tl.program_id(0), s)


@case("x y: *fp32, n: i32", numbers=(1, 3, 9, 17))
@triton.jit
def guarded_by_equality_to_one(x, y, n, BLOCK: tl.constexpr):
    """exp(1) in the place of exp(0)."""
    m = -float("inf")
    s = 0.0
    for k in range(0, n, BLOCK):
        m, s = merged(m, s, tile(x, k + tl.arange(0, BLOCK), 0, n), 1.0)
    tl.store(y + tl.program_id(0), s)
