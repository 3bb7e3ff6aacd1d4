"""Loops that go from one multiple to the next, and sum up each segment."""

import triton
import triton.language as tl

from soundness.case import case

VERIFIED = "sums_of_segments sums_of_segments_of_8 tile_by_tile kept_from_the_start"
NEVER_VERIFIED = ""


@case("x z: *fp32, n s each: i32", s=(1, 3, 4), each=(0, 1, 5, 8))
@triton.jit
def sums_of_segments(x, z, n, s, each, BLOCK: tl.constexpr):
    first = tl.program_id(0) * each
    last = tl.minimum(first + each, n)
    while first < last:
        tile = first // s
        end = tl.minimum((tile + 1) * s, last)
        total = 0.0
        for i in range(first, end):
            total += tl.load(x + i)
        tl.atomic_add(z + tile, total)
        first = end


@case("x z: *fp32, n each: i32", each=(0, 1, 5, 13))
@triton.jit
def sums_of_segments_of_8(x, z, n, each, BLOCK: tl.constexpr):
    first = tl.program_id(0) * each
    last = tl.minimum(first + each, n)
    while first < last:
        end = tl.minimum(first + (8 - first % 8), last)
        total = 0.0
        for i in range(first, end):
            total += tl.load(x + i)
        tl.atomic_add(z + first // 8, total)
        first = end


@case("x z: *fp32, n s: i32", s=(1, 3, 4))
@triton.jit
def from_below_0(x, z, n, s, BLOCK: tl.constexpr):
    """Of a start below 0, the first tile is rounded up."""
    first = -5
    while first < n:
        tile = first // s
        end = tl.minimum((tile + 1) * s, n)
        total = 0.0
        for i in range(first, end):
            total += tl.load(x + 8 + i)
        tl.atomic_add(z + 8 + tile, total)
        first = end


@case("x z: *fp32, n s each: i32", s=(1, 3, 4), each=(0, 1, 5, 8))
@triton.jit
def without_the_last_step(x, z, n, s, each, BLOCK: tl.constexpr):
    first = tl.program_id(0) * each
    last = tl.minimum(first + each, n)
    while first < last:
        tile = first // s
        end = tl.minimum((tile + 1) * s, last)
        total = 0.0
        for i in range(first, end - 1):
            total += tl.load(x + i)
        tl.atomic_add(z + tile, total)
        first = end


@case("x z: *fp32, n s each: i32", s=(1, 3, 4), each=(0, 1, 5, 8))
@triton.jit
def the_start_added_in(x, z, n, s, each, BLOCK: tl.constexpr):
    """What is added depends on where the segment starts."""
    first = tl.program_id(0) * each
    last = tl.minimum(first + each, n)
    while first < last:
        tile = first // s
        end = tl.minimum((tile + 1) * s, last)
        total = 0.0
        for i in range(first, end):
            total += tl.load(x + i) * first
        tl.atomic_add(z + tile, total)
        first = end


@case("z: *i32, n s: i32", s=(1, 3, 4))
@triton.jit
def tile_by_tile(z, n, s, BLOCK: tl.constexpr):
    """A store of each tile's start; one program from where it is."""
    i = tl.program_id(0)
    while i < n:
        tile = i // s
        tl.store(z + tl.program_id(0) * n + tile, i)
        i = (tile + 1) * s


@case("x z: *fp32, m n: i32")
@triton.jit
def kept_from_the_start(x, z, m, n, BLOCK: tl.constexpr):
    """The first condition is one on the start alone."""
    i = tl.program_id(0)
    while i >= m and i < n:
        tl.store(z + i, tl.load(x + i) + 1.0)
        i += 3


@case("x z: *fp32, m n: i32")
@triton.jit
def left_by_the_first(x, z, m, n, BLOCK: tl.constexpr):
    """Both conditions end it."""
    i = tl.program_id(0)
    while i < m and i < n:
        tl.store(z + i, tl.load(x + i) + 1.0)
        i += 3
