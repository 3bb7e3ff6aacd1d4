"""Arithmetic of machine integers where it is not that of numbers."""

import triton
import triton.language as tl

from soundness.case import BYTES, EDGES, case

VERIFIED = """
    average difference_of_larger compares_a_difference sign_by_shift low_bits_of_negatives
    rounded_to_multiples unsigned_halves widened_unsigned bytes_wrap bytes_narrowed byte_shifts
    nibbles_with_signs booleans_added booleans_compared shifted_by_an_argument absolute_then_remainder
    floats_to_integers bits_and_back exponent_bits halves_through_integers product_before_and_after_widening
    place_times_a_large_constant quotients_of_arguments quotient_where_it_is_none ceilings_of_negatives
    trips_by_negative_ceilings halves_of_halves least_and_greatest_of_negatives
"""

NEVER_VERIFIED = """
    shifted_beyond_the_width shifted_back
"""

I32 = {"numbers": EDGES, "block": 4}


@case("x y z: *i32, n: i32", **I32, x=EDGES, y=EDGES)
@triton.jit
def average(x, y, z, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    a, b = tl.load(x + i), tl.load(y + i)
    tl.store(z + i, (a & b) + ((a ^ b) >> 1))


@case("x y z: *i32, n: i32", **I32, x=EDGES, y=EDGES)
@triton.jit
def difference_of_larger(x, y, z, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    a, b = tl.load(x + i), tl.load(y + i)
    tl.store(z + i, tl.where(a > b, a - b, b - a))


@case("x y z: *i32, n: i32", **I32, x=EDGES, y=EDGES)
@triton.jit
def compares_a_difference(x, y, z, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    tl.store(z + i, (tl.load(x + i) - tl.load(y + i) < 0).to(tl.int32))


@case("x z: *i32, n: i32", **I32, x=EDGES)
@triton.jit
def sign_by_shift(x, z, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    tl.store(z + i, (tl.load(x + i) >> 31) | 1)


@case("x z: *i32, n: i32", **I32, x=EDGES)
@triton.jit
def low_bits_of_negatives(x, z, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    a = tl.load(x + i)
    tl.store(z + i, (a & 7) + (a & -8) // 8 + (a | 3) % 5)


@case("x z: *i32, n: i32", **I32, x=EDGES)
@triton.jit
def rounded_to_multiples(x, z, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    a = tl.load(x + i)
    tl.store(z + i, (a + 7) // 8 * 8 - (a + 7 & ~7))


@case("x z: *i32, n: i32", **I32, x=EDGES)
@triton.jit
def unsigned_halves(x, z, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    a = tl.load(x + i).to(tl.uint32)
    tl.store(z + i, (a // 2).to(tl.int32) + ((a >> 1) % 3).to(tl.int32) - (a % 7).to(tl.int32))


@case("x z: *i32, n: i32", **I32, x=EDGES)
@triton.jit
def widened_unsigned(x, z, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    a = tl.load(x + i).to(tl.uint32).to(tl.int64)
    tl.store(z + i, (a // 3).to(tl.int32))


@case("x z: *i32, n: i32", **I32, x=EDGES)
@triton.jit
def high_half_of_a_product(x, z, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    a = tl.load(x + i).to(tl.uint32)
    tl.store(z + i, tl.umulhi(a, a + 5).to(tl.int32))


@case("x z: *i8, n: i32", block=4, numbers=(0, 3, 8), x=BYTES)
@triton.jit
def bytes_wrap(x, z, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    a = tl.load(x + i)
    tl.store(z + i, (a + a).to(tl.int8))


@case("x z: *i8, n: i32", block=4, numbers=(0, 3, 8), x=BYTES)
@triton.jit
def bytes_narrowed(x, z, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    a = tl.load(x + i).to(tl.int32) * 3 + n
    tl.store(z + i, a.to(tl.int8))


@case("x z: *i8, n: i32", block=4, numbers=(0, 3, 8), x=BYTES)
@triton.jit
def byte_shifts(x, z, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    a = tl.load(x + i)
    tl.store(z + i, ((a << 4) >> 4) | (a & 0xF))


@case("x: *i8, z: *i32, n: i32", block=4, numbers=(0, 3, 8), x=BYTES)
@triton.jit
def nibbles_with_signs(x, z, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    a = tl.load(x + i)
    low = (a << 4).to(tl.int8) >> 4
    high = a >> 4
    tl.store(z + i, low.to(tl.int32) * 16 + high.to(tl.int32))


@case("x z: *i1, n: i32", block=4, numbers=(0, 1, 2, 3))
@triton.jit
def booleans_added(x, z, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    a = tl.load(x + i)
    tl.store(z + i, (a ^ (i < n)) | (a & (i > n)))


@case("x: *i1, z: *i32, n: i32", block=4, numbers=(0, 1, 2, 3))
@triton.jit
def booleans_compared(x, z, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    a, b = tl.load(x + i), tl.load(x + BLOCK + i)
    tl.store(z + i, (a < b).to(tl.int32) * 2 + (a <= b).to(tl.int32))


@case("x z: *i32, n: i32", block=4, numbers=(-1, 0, 5, 7, 33), x=(0, 1, 5, 7))
@triton.jit
def shifted_by_an_argument(x, z, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    tl.store(z + i, (tl.load(x + i) >> n) + (1 << n))


@case("x z: *i32, n: i32", **I32, x=EDGES)
@triton.jit
def absolute_then_remainder(x, z, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    tl.store(z + i, tl.abs(tl.load(x + i)) % 10)


@case("x: *fp32, z: *i32, n: i32", block=4, numbers=(0, 3), x=(-2.5, -0.5, 0.0, 0.5, 1.5, 2.5))
@triton.jit
def floats_to_integers(x, z, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    v = tl.load(x + i)
    tl.store(z + i, v.to(tl.int32) + tl.floor(v).to(tl.int32) + tl.ceil(v).to(tl.int32))


@case("x z: *fp32, n: i32", block=4, numbers=(0, 3), x=(-2.5, -0.5, 0.0, 0.5, 1.5, 2.5))
@triton.jit
def bits_and_back(x, z, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    b = tl.load(x + i).to(tl.int32, bitcast=True)
    tl.store(z + i, (b & 0x7FFFFFFF).to(tl.float32, bitcast=True) + ((b >> 31) & 1).to(tl.float32))


@case("x z: *fp32, n: i32", block=4, numbers=(0, 3), x=(-2.5, -0.5, 0.0, 0.5, 1.5, 2.5))
@triton.jit
def exponent_bits(x, z, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    b = tl.load(x + i).to(tl.int32, bitcast=True)
    tl.store(z + i, ((b >> 23) & 255).to(tl.float32))


@case("x z: *fp16, n: i32", block=4, numbers=(0, 3))
@triton.jit
def halves_through_integers(x, z, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    b = tl.load(x + i).to(tl.int16, bitcast=True)
    tl.store(z + i, (b ^ -32768).to(tl.int16).to(tl.float16, bitcast=True))


@case("x: *i32, z: *i64, n: i32", **I32, x=EDGES)
@triton.jit
def product_before_and_after_widening(x, z, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    a = tl.load(x + i)
    tl.store(z + i, (a * n).to(tl.int64) - a.to(tl.int64) * n)


@case("x: *i64, z: *i32, n: i32", **I32)
@triton.jit
def place_times_a_large_constant(x, z, n, BLOCK: tl.constexpr):
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.store(z + i, i * 1000000007 % 1000)


@case("z: *i32, n m: i32", numbers=EDGES, block=4)
@triton.jit
def quotients_of_arguments(z, n, m, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    tl.store(z + i, tl.where(m == 0, 0, n // m) + i)


@case("z: *i32, n m: i32", numbers=EDGES, block=4)
@triton.jit
def quotient_where_it_is_none(z, n, m, BLOCK: tl.constexpr):
    """Selected after the division: what is divided by 0 is not used."""
    i = tl.arange(0, BLOCK)
    q = (n + i) // m
    tl.store(z + i, tl.where(m > 0, q, i))


@case("z: *i32, n m: i32", numbers=(-9, -8, -1, 0, 1, 7, 8, 9), block=4)
@triton.jit
def ceilings_of_negatives(z, n, m, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    tl.store(z + i, tl.cdiv(n, 4) * 100 + tl.cdiv(m, 8) * 10 + n % 4 - m % 8)


@case("z: *i32, n m: i32", numbers=(-9, -8, -1, 0, 1, 7, 8, 9), block=4)
@triton.jit
def trips_by_negative_ceilings(z, n, m, BLOCK: tl.constexpr):
    s = 0
    for k in range(tl.cdiv(n, 4)):
        s += k + m // 2
    tl.store(z, s)


@case("z: *i32, n m: i32", numbers=(-9, -8, -1, 0, 1, 7, 8, 9), block=4)
@triton.jit
def halves_of_halves(z, n, m, BLOCK: tl.constexpr):
    tl.store(z, (n // 2) // 4 - n // 8 + (m % 8) % 4 - m % 4)


@case("z: *i32, n m: i32", numbers=(-9, -8, -1, 0, 1, 7, 8, 9), block=4)
@triton.jit
def least_and_greatest_of_negatives(z, n, m, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    v = tl.where(i < n, i - m, tl.minimum(n, m))
    tl.store(z, tl.max(v, 0) * 100 + tl.min(v, 0))
    tl.store(z + 1, tl.argmax(v, 0) * 10 + tl.argmin(v, 0))


@case("z: *i32, n m: i32", numbers=(-9, -1, 0, 1, 7, 9), block=4)
@triton.jit
def xor_of_places(z, n, m, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    tl.store(z + (i ^ 3), (i ^ n) & 15)
    tl.store(z + 8 + ((i + m) & 3), i * n)


@case("x z: *i32, n: i32", block=4, numbers=(0, 3))
@triton.jit
def shifted_beyond_the_width(x, z, n, BLOCK: tl.constexpr):
    """Neither 0 nor what is shifted by 1."""
    i = tl.arange(0, BLOCK)
    tl.store(z + i, tl.load(x + i) << 33)


@case("x z: *i32, n: i32", block=4, numbers=(0, 3))
@triton.jit
def shifted_back(x, z, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    tl.store(z + i, tl.load(x + i) >> -1)
