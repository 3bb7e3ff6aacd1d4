"""Integers: wrapping, signs, shifts, bits, booleans, sizes of any sign."""

import triton
import triton.language as tl

from soundness.case import BYTES, EDGES, MIXED, SMALL, case


@case("x y: *i32", x=EDGES)
@triton.jit
def truncating_remainder(x, y, BLOCK: tl.constexpr):
    """`%` has the dividend's sign."""
    i = tl.arange(0, BLOCK)
    tl.store(y + i, tl.load(x + i) % 7)


@case("x y: *i32", x=EDGES)
@triton.jit
def truncating_division(x, y, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    tl.store(y + i, tl.load(x + i) // 7)


@case("x d y: *i32", x=EDGES, d=(-3, -1, 0, 1, 2))
@triton.jit
def divide_by_loaded(x, d, y, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    tl.store(y + i, tl.load(x + i) // tl.load(d + i))


@case("x y: *fp32, n m: i32")
@triton.jit
def remainder_by_negative_size(x, y, n, m, BLOCK: tl.constexpr):
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.store(y + i, tl.load(x + i % m, mask=i < n), mask=i < n)


@case("x y: *fp32, n: i32")
@triton.jit
def wrapped_index(x, y, n, BLOCK: tl.constexpr):
    """(i - 3) % n is negative for i < 3: out of bounds, not the end of the array."""
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.store(y + i, tl.load(x + 8 + (i - 3) % n, mask=i < n), mask=i < n)


@case("x: *i8, y: *i32", x=BYTES)
@triton.jit
def narrow_sum(x, y, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    a = tl.load(x + i)
    tl.store(y + i, (a + a).to(tl.int32))


@case("x z: *i8, y: *i32", x=BYTES, z=BYTES)
@triton.jit
def narrow_product_in_sum(x, z, y, BLOCK: tl.constexpr):
    """The products wrap at 8 bits before they are added up."""
    i = tl.arange(0, BLOCK)
    p = tl.load(x + i) * tl.load(z + i)
    tl.store(y, tl.sum(p.to(tl.int32), 0))


@case("x: *i8, y: *i32, n: i32", block={}, x=BYTES)
@triton.jit
def narrow_product_in_loop(x, y, n):
    total = 0
    for t in range(0, n):
        a = tl.load(x + t)
        total += (a * a).to(tl.int32)
    tl.store(y, total)


@case("x: *i32, y: *fp32, n: i32", block={}, x=EDGES)
@triton.jit
def accumulator_wraps(x, y, n):
    total = tl.load(x) * 0
    for t in range(0, n):
        total += tl.load(x + t)
    tl.store(y, total.to(tl.float32))


@case("x: *i32, y: *fp32", x=EDGES)
@triton.jit
def sum_wraps(x, y, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    tl.store(y, tl.sum(tl.load(x + i), 0).to(tl.float32))


@case("x: *i64, y: *fp32", x=(2**40, -(2**50), 3, -1))
@triton.jit
def product_wraps_64(x, y, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    a = tl.load(x + i)
    tl.store(y + i, (a * a).to(tl.float32))


@case("x y: *fp32, n stride: i32", block={}, n=(0, 1, 3), stride=(1, 7, 65536, 2**31 - 1))
@triton.jit
def strided_sum_offsets_wrap(x, y, n, stride, BLOCK: tl.constexpr):
    """t · stride wraps at 32 bits."""
    total = 0.0
    for t in range(0, n):
        total += tl.load(x + t * stride)
    tl.store(y, total)


@case("x y: *fp32, n: i32", numbers=(0, 1, 2, 3, 46341, 65536))
@triton.jit
def mask_wraps(x, y, n, BLOCK: tl.constexpr):
    """n · n wraps: the mask may be empty though n is positive."""
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.store(y + i, tl.load(x + i), mask=i < n * n)


@case("x: *i8, y: *i32", x=BYTES)
@triton.jit
def absolute_of_minimum(x, y, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    tl.store(y + i, tl.abs(tl.load(x + i)).to(tl.int32))


@case("x: *i8, y: *i32", x=BYTES)
@triton.jit
def negate_minimum(x, y, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    tl.store(y + i, (-tl.load(x + i)).to(tl.int32))


@case("x: *i32, y: *fp32", x=EDGES)
@triton.jit
def unsigned_compare(x, y, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    a = tl.load(x + i).to(tl.uint32, bitcast=True)
    tl.store(y + i, tl.where(a < 5, 1.0, 0.0))


@case("x z: *i32, y: *fp32", x=EDGES, z=EDGES)
@triton.jit
def unsigned_borrow(x, z, y, BLOCK: tl.constexpr):
    """a - b of unsigned numbers wraps by design; as a float it is huge."""
    i = tl.arange(0, BLOCK)
    a = tl.load(x + i).to(tl.uint32, bitcast=True)
    b = tl.load(z + i).to(tl.uint32, bitcast=True)
    tl.store(y + i, (a - b).to(tl.float32))


@case("x y: *i32", x=EDGES)
@triton.jit
def unsigned_division(x, y, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    a = tl.load(x + i).to(tl.uint32, bitcast=True)
    tl.store(y + i, (a // 3).to(tl.int32, bitcast=True))


@case("x z y: *i32", x=EDGES, z=EDGES)
@triton.jit
def unsigned_minimum(x, z, y, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    a = tl.load(x + i).to(tl.uint32, bitcast=True)
    b = tl.load(z + i).to(tl.uint32, bitcast=True)
    tl.store(y + i, tl.minimum(a, b).to(tl.int32, bitcast=True))


@case("x y: *i32", x=EDGES)
@triton.jit
def unsigned_maximum_of_block(x, y, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    a = tl.load(x + i).to(tl.uint32, bitcast=True)
    tl.store(y, tl.max(a, 0).to(tl.int32, bitcast=True))


@case("x s y: *i32", x=EDGES, s=(0, 1, 31, 32, 33, -1))
@triton.jit
def shift_by_loaded(x, s, y, BLOCK: tl.constexpr):
    """A shift by 32 or more is undefined."""
    i = tl.arange(0, BLOCK)
    tl.store(y + i, tl.load(x + i) << tl.load(s + i))


@case("x y: *i32", x=EDGES)
@triton.jit
def arithmetic_shift(x, y, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    tl.store(y + i, tl.load(x + i) >> 2)


@case("x y: *i32", x=EDGES)
@triton.jit
def logical_shift(x, y, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    a = tl.load(x + i).to(tl.uint32, bitcast=True)
    tl.store(y + i, (a >> 28).to(tl.int32, bitcast=True))


@case("x: *i8, y: *i32", x=BYTES)
@triton.jit
def sign_extended_bytes(x, y, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    tl.store(y + i, tl.load(x + i).to(tl.int32) + 256)


@case("x: *i8, y: *i32", x=BYTES)
@triton.jit
def zero_extended_bytes(x, y, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    tl.store(y + i, tl.load(x + i).to(tl.uint8, bitcast=True).to(tl.int32))


@case("x: *i8, y: *i32", x=BYTES)
@triton.jit
def nibbles(x, y, BLOCK: tl.constexpr):
    """The high nibble is signed, the low one is not."""
    i = tl.arange(0, BLOCK)
    a = tl.load(x + i)
    tl.store(y + 2 * i, (a & 15).to(tl.int32))
    tl.store(y + 2 * i + 1, (a >> 4).to(tl.int32))


@case("x y: *i32", x=SMALL)
@triton.jit
def overlapping_bits(x, y, BLOCK: tl.constexpr):
    """The `|` is no sum: the operands share a bit."""
    i = tl.arange(0, BLOCK)
    a = tl.load(x + i)
    tl.store(y + i, (a * 4) | ((a & 7) + 0))


@case("x y: *i32", x=EDGES)
@triton.jit
def xor_bits(x, y, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    tl.store(y + i, (tl.load(x + i) ^ 12) & -8)


@case("x y: *fp32, n: i32", numbers=(200, 300), block=256)
@triton.jit
def truncated_index(x, y, n, BLOCK: tl.constexpr):
    """The index is reduced modulo 256 to a signed byte."""
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.store(y + i, tl.load(x + 128 + i.to(tl.int8).to(tl.int32)), mask=i < n)


@case("x z y: *fp32", x=MIXED, z=MIXED)
@triton.jit
def boolean_arithmetic(x, z, y, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    a = tl.load(x + i) > 0.0
    b = tl.load(z + i) > 0.0
    tl.store(y + i, (a - b).to(tl.float32) + 2.0 * (a + b).to(tl.float32) + 4.0 * (a * b).to(tl.float32))


@case("x y: *fp32")
@triton.jit
def sum_of_booleans(x, y, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    tl.store(y, tl.sum(tl.load(x + i) > 0.0, 0).to(tl.float32))


@case("x y: *fp32")
@triton.jit
def maximum_of_booleans(x, y, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    tl.store(y, tl.max(tl.load(x + i) > 0.0, 0).to(tl.float32))


@case("x: *i1, y: *i32")
@triton.jit
def boolean_array(x, y, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    a = tl.load(x + i)
    tl.store(y + i, tl.where(a, 3, 5))


@case("x: *fp32, y: *i32")
@triton.jit
def boolean_to_int(x, y, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    tl.store(y + i, (tl.load(x + i) < 0.0).to(tl.int8).to(tl.int32))


@case("x: *i8, y: *i1", x=BYTES)
@triton.jit
def boolean_output(x, y, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    tl.store(y + i, tl.load(x + i))


@case("x y: *fp32, n: i32")
@triton.jit
def negative_size_mask(x, y, n, BLOCK: tl.constexpr):
    """Where n < 0, i < n is never true; the unsigned comparison would be."""
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    m = i.to(tl.uint32, bitcast=True) < n.to(tl.uint32, bitcast=True)
    tl.store(y + i, tl.load(x + i, mask=m), mask=m)


@case("x y: *fp32, n: i32")
@triton.jit
def clamped_rows(x, y, n, BLOCK: tl.constexpr):
    """Reads past the end are clamped to the last element."""
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.store(y + i, tl.load(x + tl.minimum(i, n - 1)))


@case("x y: *fp32, n m: i32")
@triton.jit
def size_used_twice(x, y, n, m, BLOCK: tl.constexpr):
    """Right if n = m only."""
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.store(y + i, tl.load(x + i, mask=i < m, other=0.0), mask=i < n)


# Wrapping that is easily lost from sight.


@case("y: *i64, n m: i32", n=(1, 2**28, 2**30), m=(3, 17))
@triton.jit
def narrow_product_widened(y, n, m, BLOCK: tl.constexpr):
    """The product wraps at 32 bits; what is added to it does not."""
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.store(y + i, (i * n).to(tl.int64) + 7, mask=i < m)


@case("y z: *i64, n m: i32", n=(1, 2**28, 2**30), m=(3, 17))
@triton.jit
def wide_and_narrow_product(y, z, n, m, BLOCK: tl.constexpr):
    """The same product, once at 64 and once at 32 bits."""
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.store(y + i, i.to(tl.int64) * n, mask=i < m)
    tl.store(z + i, (i * n).to(tl.int64), mask=i < m)


@case("x y: *i32", x=EDGES)
@triton.jit
def sum_wraps_and_returns(x, y, BLOCK: tl.constexpr):
    """(a + b) - b is a, also when a + b wraps."""
    i = tl.arange(0, BLOCK)
    a = tl.load(x + i)
    tl.store(y + i, (a + a) - a)


@case("x: *i32, y: *i64", x=EDGES)
@triton.jit
def cancelled_before_widening(x, y, BLOCK: tl.constexpr):
    """2a wraps at 32 bits, then half of it is taken away at 64."""
    i = tl.arange(0, BLOCK)
    a = tl.load(x + i)
    tl.store(y + i, (a + a).to(tl.int64) - a.to(tl.int64))


@case("x: *i32, y: *fp32", x=EDGES)
@triton.jit
def compared_after_wrapping(x, y, BLOCK: tl.constexpr):
    """a + 1 > a is not always true."""
    i = tl.arange(0, BLOCK)
    a = tl.load(x + i)
    tl.store(y + i, tl.where(a + 1 > a, 1.0, 0.0))


@case("x: *i32, y: *fp32, n: i32", x=EDGES, block={})
@triton.jit
def total_compared_after_wrapping(x, y, n):
    total = 0
    for t in range(0, n):
        total += tl.load(x + t)
    tl.store(y, tl.where(total - tl.load(x) > 5, 1.0, 0.0))


@case("x: *i8, y: *i32, n: i32", x=BYTES)
@triton.jit
def zero_times_wrapped(x, y, n, BLOCK: tl.constexpr):
    """Nothing can go wrong: the wrapped product is multiplied by 0."""
    i = tl.arange(0, BLOCK)
    a = tl.load(x + i)
    tl.store(y + i, (a * a).to(tl.int32) * 0 + n)


@case("x z w: *i32, y: *i64", x=(46341, 3), z=(46341, 2), w=(2**31 - 1, 7))
@triton.jit
def wraps_and_comes_back(x, z, w, y, BLOCK: tl.constexpr):
    """x·z wraps, x·z - w does not: that the latter fits says nothing about the former."""
    i = tl.arange(0, BLOCK)
    p = tl.load(x + i) * tl.load(z + i)
    tl.store(y + i, p.to(tl.int64) * 3 + (p - tl.load(w + i)).to(tl.int64))


@case("x z: *i32, y: *i64", x=(-(2**31), 2**31 - 1, 5), z=(-1, 3))
@triton.jit
def quotient_overflows(x, z, y, BLOCK: tl.constexpr):
    """The least integer over -1 does not fit."""
    i = tl.arange(0, BLOCK)
    tl.store(y + i, (tl.load(x + i) // tl.load(z + i)).to(tl.int64))


@case("x y: *i32, n: i32", x=EDGES)
@triton.jit
def maximum_of_wrapped(x, y, n, BLOCK: tl.constexpr):
    """max(a + n, a) is not a + max(n, 0) where a + n wraps."""
    i = tl.arange(0, BLOCK)
    a = tl.load(x + i)
    tl.store(y + i, tl.maximum(a + n, a))


@case("y: *i64, n m: i32", n=(1, 2**30, 2**31 - 1), m=(3, 17))
@triton.jit
def lane_offset_wraps(y, n, m, BLOCK: tl.constexpr):
    """n + i wraps before it is widened."""
    i = tl.arange(0, BLOCK)
    tl.store(y + i, (n + i).to(tl.int64) - n, mask=i < m)


@case("y: *i64, n: i32", n=(1, 7, 2**31 - 1))
@triton.jit
def ceiling_wraps(y, n, BLOCK: tl.constexpr):
    """n + 7 wraps before it is divided."""
    tl.store(y, tl.cdiv(n, BLOCK).to(tl.int64))


@case("x y: *fp32, n: i32", n=(1, 7, 2**31 - 1))
@triton.jit
def ceiling_of_a_mask_wraps(x, y, n, BLOCK: tl.constexpr):
    """For the largest n, nothing is stored."""
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.store(y + i, tl.load(x + i), mask=i < tl.cdiv(n, BLOCK) * BLOCK)


@case("x y: *fp32, n: i32", n=(1, 7, 2**31 - 1))
@triton.jit
def trip_count_wraps(x, y, n, BLOCK: tl.constexpr):
    total = 0.0
    for t in range(0, min(tl.cdiv(n, BLOCK), 3)):
        total += tl.load(x + t)
    tl.store(y, total)


@case("y: *fp32, seed n: i32")
@triton.jit
def random_numbers(y, seed, n, BLOCK: tl.constexpr):
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.store(y + i, tl.rand(seed, i), mask=i < n)
