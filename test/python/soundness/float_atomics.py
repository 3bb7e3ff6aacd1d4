"""Atomic extrema of floats, spelled with their bits as Triton spells them, and misspelled."""

import triton
import triton.language as tl

from soundness.case import case

VERIFIED = "greatest_float least_float greatest_of_rows greatest_of_computed greatest_wrapped"
NEVER_VERIFIED = "greatest_bits greatest_bits_of_negatives least_bits_of_negatives sign_of_another"


@case("x: *fp32, y: *fp32, n: i32")
@triton.jit
def greatest_float(x, y, n, BLOCK: tl.constexpr):
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.atomic_max(y + 0 * i, tl.load(x + i, mask=i < n, other=0.0), mask=i < n)


@case("x: *fp32, y: *fp32, n: i32")
@triton.jit
def least_float(x, y, n, BLOCK: tl.constexpr):
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.atomic_min(y, tl.min(tl.load(x + i, mask=i < n, other=float("inf")), 0))


@case("x: *fp32, y: *fp32, n: i32")
@triton.jit
def greatest_of_rows(x, y, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    tl.atomic_max(y + tl.program_id(0), tl.max(tl.load(x + i), 0))


@case("x: *fp32, y: *fp32, n: i32")
@triton.jit
def greatest_of_computed(x, y, n, BLOCK: tl.constexpr):
    """Only the sign of what is computed is read of its bits."""
    i = tl.arange(0, BLOCK)
    tl.atomic_max(y + i, tl.load(x + i) * 0.3)


@case("x: *i32, y: *fp32, n: i32", x=(-(2**30), 2**30, 5, -7))
@triton.jit
def greatest_wrapped(x, y, n, BLOCK: tl.constexpr):
    """That the doubled elements fit is still said."""
    i = tl.arange(0, BLOCK)
    tl.atomic_max(y + i, (tl.load(x + i) * 2).to(tl.float32))


@triton.jit
def as_bits(pointer):
    return pointer.to(tl.pointer_type(tl.int32), bitcast=True)


@case("x: *fp32, y: *fp32, n: i32")
@triton.jit
def greatest_bits(x, y, n, BLOCK: tl.constexpr):
    """Of two negative numbers the lesser one has the greater bits."""
    i = tl.arange(0, BLOCK)
    tl.atomic_max(as_bits(y + i), tl.load(x + i).to(tl.int32, bitcast=True))


@case("x: *fp32, y: *fp32, n: i32")
@triton.jit
def greatest_bits_of_negatives(x, y, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    a = tl.load(x + i)
    tl.atomic_max(as_bits(y + i), a.to(tl.int32, bitcast=True), mask=a < 0)


@case("x: *fp32, y: *fp32, n: i32")
@triton.jit
def least_bits_of_negatives(x, y, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    a = tl.load(x + i)
    tl.atomic_min(as_bits(y + i), a.to(tl.int32, bitcast=True), mask=a < 0)


@case("x: *fp32, y: *fp32, n: i32")
@triton.jit
def sign_of_another(x, y, n, BLOCK: tl.constexpr):
    """The neighbour is not negative."""
    i = tl.arange(0, BLOCK)
    a = tl.load(x + i)
    tl.atomic_max(as_bits(y + i), a.to(tl.int32, bitcast=True), mask=tl.load(x + i + 1) >= 0)
