"""Loops that keep what they accumulate in memory."""

import triton
import triton.language as tl

from soundness.case import case

VERIFIED = """
    sum_in_memory stored_twice
"""
NEVER_VERIFIED = """
    sum_in_memory_of_neighbours sum_in_memory_of_everybody sum_in_memory_by_index
"""

SIZES = {"numbers": (0, 1, 2, 5, 8)}


@case("x z: *fp32, n: i32", **SIZES)
@triton.jit
def sum_in_memory(x, z, n, BLOCK: tl.constexpr):
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    for t in range(0, n):
        tl.store(z + i, tl.load(z + i) + tl.load(x + t * BLOCK + i))


@case("x z: *fp32, n: i32", **SIZES)
@triton.jit
def maximum_in_memory_masked(x, z, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    row = z + tl.program_id(0) * BLOCK
    tl.store(row + i, tl.full((BLOCK,), float("-inf"), tl.float32))
    for t in range(0, n):
        a = tl.load(row + i, mask=i < n, other=0.0)
        tl.store(row + i, tl.maximum(a, tl.load(x + t * BLOCK + i)), mask=i < n)


@case("x z: *fp32, n: i32", **SIZES)
@triton.jit
def sum_in_memory_moving(x, z, n, BLOCK: tl.constexpr):
    """Each iteration's place is one further."""
    i = tl.arange(0, BLOCK)
    for t in range(0, n):
        tl.store(z + t + i, tl.load(z + t + i) + tl.load(x + t * BLOCK + i))


@case("x z: *fp32, n: i32", **SIZES)
@triton.jit
def sum_in_memory_sometimes(x, z, n, BLOCK: tl.constexpr):
    """Which lanes are stored depends on the iteration."""
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    for t in range(0, n):
        tl.store(z + i, tl.load(z + i) + tl.load(x + t * BLOCK + i), mask=i < t)


@case("x z: *fp32, n: i32", **SIZES)
@triton.jit
def sum_in_memory_of_neighbours(x, z, n, BLOCK: tl.constexpr):
    """The neighbour's total is read."""
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    for t in range(0, n):
        tl.store(z + i, tl.load(z + i + 1) + tl.load(x + t * BLOCK + i))


@case("x y z: *fp32, n: i32", **SIZES)
@triton.jit
def sum_in_memory_read_after(x, y, z, n, BLOCK: tl.constexpr):
    """What was stored is read in the same iteration."""
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    for t in range(0, n):
        tl.store(z + i, tl.load(z + i) + tl.load(x + t * BLOCK + i))
        tl.store(y + i, tl.load(z + i))


@case("x z: *fp32, n: i32", **SIZES)
@triton.jit
def sum_in_memory_twice(x, z, n, BLOCK: tl.constexpr):
    """Two stores in one iteration."""
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    for t in range(0, n):
        tl.store(z + i, tl.load(z + i) + tl.load(x + t * BLOCK + i))
        tl.store(z + i, tl.load(z + i) * 2.0)


@case("x z: *fp32, n: i32", **SIZES)
@triton.jit
def sum_in_memory_of_everybody(x, z, n, BLOCK: tl.constexpr):
    """All programs add to one place, not atomically."""
    i = tl.arange(0, BLOCK)
    p = tl.program_id(0)
    for t in range(0, n):
        tl.store(z + i, tl.load(z + i) + tl.load(x + (p * 4 + t) * BLOCK + i))


@case("x z: *fp32, k: *i32, n: i32", **SIZES)
@triton.jit
def sum_in_memory_by_index(x, z, k, n, BLOCK: tl.constexpr):
    """Two lanes may have one index: one of their sums is lost."""
    i = tl.arange(0, BLOCK)
    place = tl.load(k + i)
    for t in range(0, n):
        tl.store(z + place, tl.load(z + place) + tl.load(x + t * BLOCK + i))


@case("x y z: *fp32, n: i32", **SIZES)
@triton.jit
def stored_twice(x, y, z, n, BLOCK: tl.constexpr):
    """The second store is what remains."""
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.store(z + i, tl.load(x + i), mask=i < n)
    tl.store(z + i, tl.load(y + i), mask=i < n)


@case("x y z: *fp32, n: i32", **SIZES)
@triton.jit
def stored_twice_in_part(x, y, z, n, BLOCK: tl.constexpr):
    """The first store remains in the last place."""
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.store(z + i, tl.load(x + i), mask=i < n + 1)
    tl.store(z + i, tl.load(y + i), mask=i < n)
