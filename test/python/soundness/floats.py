"""Floats: where they are undefined, round, or overflow."""

import triton
import triton.language as tl

from soundness.case import case


@case("x: *fp32, y: *i32", x=(300.0, -1.5, 127.0, 1000000000.0))
@triton.jit
def large_float_to_byte(x, y, BLOCK: tl.constexpr):
    """300.0 does not fit a byte: undefined."""
    i = tl.arange(0, BLOCK)
    tl.store(y + i, tl.load(x + i).to(tl.int8).to(tl.int32))


@case("x: *fp32, y: *i32", x=(-1.5, 1.5, -0.5, 2.0))
@triton.jit
def float_to_int_truncates(x, y, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    tl.store(y + i, tl.load(x + i).to(tl.int32))


@case("x: *fp32, y: *i32", x=(-1.5, 200.0, 255.5, 3.0))
@triton.jit
def negative_to_unsigned(x, y, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    tl.store(y + i, tl.load(x + i).to(tl.uint8).to(tl.int32))


@case("x y: *fp32")
@triton.jit
def not_a_number_from_log(x, y, BLOCK: tl.constexpr):
    """log of a negative number is NaN, and NaN != NaN."""
    i = tl.arange(0, BLOCK)
    a = tl.log(tl.load(x + i))
    tl.store(y + i, tl.where(a != a, 0.0, a))


@case("x z y: *fp32")
@triton.jit
def not_a_number_from_division(x, z, y, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    a = tl.load(x + i) / tl.load(z + i)
    tl.store(y + i, tl.where(a == a, 1.0, 2.0))


@case("x y: *fp32")
@triton.jit
def root_minus_itself(x, y, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    a = tl.sqrt(tl.load(x + i))
    tl.store(y + i, a - a)


@case("x y: *fp32")
@triton.jit
def zero_times_root(x, y, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    tl.store(y + i, tl.sqrt(tl.load(x + i)) * 0.0)


@case("x y: *fp32")
@triton.jit
def quotient_cancels(x, y, BLOCK: tl.constexpr):
    """x / x is 1 except for x = 0."""
    i = tl.arange(0, BLOCK)
    a = tl.load(x + i)
    tl.store(y + i, a / a)


@case("x y: *fp32")
@triton.jit
def zero_over(x, y, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    tl.store(y + i, 0.0 / tl.load(x + i))


@case("x y: *fp32")
@triton.jit
def dead_division(x, y, BLOCK: tl.constexpr):
    """The quotient is not chosen where it is undefined."""
    i = tl.arange(0, BLOCK)
    a = tl.load(x + i)
    tl.store(y + i, tl.where(a == 0.0, 7.0, 1.0 / a))


@case("x z y: *fp32")
@triton.jit
def product_with_quotient_filler(x, z, y, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    a = tl.load(x + i)
    b = tl.load(z + i)
    tl.store(y + i, tl.where(b != 0.0, a, 0.0) * (1.0 / b))


@case("x y: *fp32, n: i32")
@triton.jit
def mean_of_nothing(x, y, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    tl.store(y, tl.sum(tl.load(x + i, mask=i < n, other=0.0), 0) / n)


@case("x y: *fp32", x=(1.001, 3.007, -2.003))
@triton.jit
def rounds_between(x, y, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    a = tl.load(x + i)
    tl.store(y + i, (a.to(tl.bfloat16).to(tl.float32) - a) * 1024.0)


@case("x y: *fp32", x=(70000.0, 1.0))
@triton.jit
def overflow_to_infinity(x, y, BLOCK: tl.constexpr):
    """70000 is inf in f16."""
    i = tl.arange(0, BLOCK)
    tl.store(y + i, tl.load(x + i).to(tl.float16).to(tl.float32))


@case("x y: *fp32")
@triton.jit
def maximum_ignores_nan(x, y, BLOCK: tl.constexpr):
    """log(x) is NaN for x < 0, and maxnum drops it."""
    i = tl.arange(0, BLOCK)
    tl.store(y + i, tl.maximum(tl.log(tl.load(x + i)), -1.0))


@case("x: *fp32, y: *i32", x=(1.0, 448.0, 0.5, 3.0))
@triton.jit
def bits_of_a_product(x, y, BLOCK: tl.constexpr):
    """Rounded on the machine, and what is rounded differs in its bits."""
    i = tl.arange(0, BLOCK)
    scaled = tl.load(x + i) * 0.002232143
    tl.store(y + i, tl.where((scaled.to(tl.int32, bitcast=True) & 0x7FFFFF) == 0, 1, 2))


@case("x: *fp32, y: *i32", x=(1.0, 448.0, 0.5, -3.0))
@triton.jit
def bits_of_an_element(x, y, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    a = tl.load(x + i)
    tl.store(y + i, tl.maximum(tl.abs(a), 0.5).to(tl.int32, bitcast=True))


@case("x: *fp32, y: *i16", x=(1.0, 1.0009765625, 1.0004, 0.1))
@triton.jit
def bits_of_a_narrowed_element(x, y, BLOCK: tl.constexpr):
    """Narrowing rounds."""
    i = tl.arange(0, BLOCK)
    tl.store(y + i, tl.load(x + i).to(tl.float16).to(tl.int16, bitcast=True))
