"""Functions that return from several places stay calls in the IR, and round as the device library does."""

import triton
import triton.language as tl
from triton.language.extra import libdevice

from soundness.case import case

VERIFIED = "level_by_early_return rounded_down_to_int sign_by_early_return_in_loop nested_early_returns"


@triton.jit
def level(x):
    if x > 1.0:
        return 3
    if x > 0.25:
        return 2
    return 1


@case("x: *fp32, y: *i32, n: i32", x=(-2.5, 0.25, 0.5, 1.0, 3.0))
@triton.jit
def level_by_early_return(x, y, n, BLOCK: tl.constexpr):
    for k in range(n):
        tl.store(y + k, level(tl.load(x + k)))


@triton.jit
def sign(x):
    if x > 0:
        return 1
    elif x < 0:
        return -1
    return 0


@case("x: *i32, y: *i32, n: i32", x=(-2, -1, 0, 1, 5))
@triton.jit
def sign_by_early_return_in_loop(x, y, n, BLOCK: tl.constexpr):
    total = 0
    for k in range(n):
        total += sign(tl.load(x + k))
    tl.store(y, total)


@triton.jit
def clipped_level(x):
    if x > 2.0:
        return level(x - 2.0)
    return level(x) + 10


@case("x: *fp32, y: *i32, n: i32", x=(-2.5, 0.25, 1.0, 2.5, 3.0, 4.0))
@triton.jit
def nested_early_returns(x, y, n, BLOCK: tl.constexpr):
    for k in range(n):
        tl.store(y + k, clipped_level(tl.load(x + k)))


@case("x: *fp32, y z: *i32", x=(-2.5, -1.5, -0.25, 0.5, 1.5, 7.0))
@triton.jit
def rounded_down_to_int(x, y, z, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    value = tl.load(x + i)
    tl.store(y + i, libdevice.float2int_rd(value))
    tl.store(z + i, 10 * libdevice.float2int_rn(value) + libdevice.float2int_ru(value))
