"""Online softmax of rows of which nothing may be there: what is subtracted in the place of a maximum of −∞."""

import triton
import triton.language as tl

from soundness.case import case

VERIFIED = "window_of_a_row border_then_rest"
NEVER_VERIFIED = "window_unguarded sum_unguarded rest_scaled_otherwise"


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
