"""Who writes what, and when: in place, several stores to one array, programs that get in each other's way."""

import triton
import triton.language as tl

from soundness.case import SMALL, case


@case("x: *fp32, n: i32")
@triton.jit
def in_place_add(x, n, BLOCK: tl.constexpr):
    """Right for a grid with one axis; with two, each element is incremented several times."""
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.store(x + i, tl.load(x + i, mask=i < n) + 1.0, mask=i < n)


@case("x: *fp32, n: i32")
@triton.jit
def in_place_shift(x, n, BLOCK: tl.constexpr):
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.store(x + i, tl.load(x + i + 1, mask=i < n), mask=i < n)


@case("x: *fp32, n: i32")
@triton.jit
def in_place_reverse(x, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    tl.store(x + i, tl.load(x + n - 1 - i, mask=i < n), mask=i < n)


@case("x y z: *fp32")
@triton.jit
def read_after_write(x, y, z, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    tl.store(y + i, tl.load(x + i))
    tl.store(z + i, tl.load(y + i))


@case("x y: *fp32")
@triton.jit
def write_then_read_back(x, y, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    a = tl.load(x + i)
    tl.store(x + i, a + 1.0)
    tl.store(y + i, tl.load(x + i))


@case("x y: *fp32")
@triton.jit
def read_another_programs_store(x, y, BLOCK: tl.constexpr):
    """Program p stores its block of x and reads the block of program p - 1."""
    p = tl.program_id(0)
    i = tl.arange(0, BLOCK)
    tl.store(x + p * BLOCK + i, i.to(tl.float32))
    tl.store(y + p * BLOCK + i, tl.load(x + (p - 1) * BLOCK + i, mask=p > 0, other=0.0))


@case("y: *fp32")
@triton.jit
def overlapping_stores(y, BLOCK: tl.constexpr):
    """The second store overwrites half of the first."""
    i = tl.arange(0, BLOCK)
    tl.store(y + i, i.to(tl.float32))
    tl.store(y + i + BLOCK // 2, (i + 100).to(tl.float32))


@case("x y: *fp32")
@triton.jit
def broadcast_store(x, y, BLOCK: tl.constexpr):
    """All lanes store to one element."""
    i = tl.arange(0, BLOCK)
    tl.store(y + i * 0, tl.load(x + i))


@case("x y: *fp32")
@triton.jit
def broadcast_store_of_one_value(x, y, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    tl.store(y + i * 0, tl.load(x + i * 0))


@case("x y: *fp32")
@triton.jit
def colliding_blocks(x, y, BLOCK: tl.constexpr):
    """Neighbouring programs' blocks overlap by half; the values differ."""
    p = tl.program_id(0)
    i = tl.arange(0, BLOCK)
    tl.store(y + p * (BLOCK // 2) + i, tl.load(x + p * BLOCK + i))


@case("x y: *fp32, n: i32")
@triton.jit
def loop_overwrites(x, y, n, BLOCK: tl.constexpr):
    """Only the last iteration's store stays."""
    i = tl.arange(0, BLOCK)
    for t in range(0, n):
        tl.store(y + i, tl.load(x + t * BLOCK + i))


@case("x: *fp32, n: i32")
@triton.jit
def loop_in_place(x, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    for _ in range(0, n):
        tl.store(x + i, tl.load(x + i) * 2.0)


@case("x: *fp32, n: i32", block={})
@triton.jit
def loop_in_place_prefix(x, n):
    """Each iteration reads what the previous one stored."""
    for t in range(0, n):
        tl.store(x + t + 1, tl.load(x + t) + 1.0)


@case("x y: *fp32, stride n: i32")
@triton.jit
def zero_stride(x, y, stride, n, BLOCK: tl.constexpr):
    """With stride 0 every lane stores to element 0."""
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.store(y + i * stride, tl.load(x + i, mask=i < n), mask=i < n)


@case("x y: *fp32, n: i32")
@triton.jit
def unused_axis(x, y, n, BLOCK: tl.constexpr):
    i = tl.program_id(1) * BLOCK + tl.arange(0, BLOCK)
    tl.store(y + i, tl.load(x + i, mask=i < n) * 2.0, mask=i < n)


@case("x: *fp32, index: *i32, y: *fp32, n: i32", index=SMALL)
@triton.jit
def scatter(x, index, y, n, BLOCK: tl.constexpr):
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    to = tl.load(index + i, mask=i < n, other=0)
    tl.store(y + to, tl.load(x + i, mask=i < n), mask=i < n)


@case("x y: *fp32")
@triton.jit
def alias_by_offset(x, y, BLOCK: tl.constexpr):
    """Stores at y - 4: still array y."""
    i = tl.arange(0, BLOCK)
    tl.store(y + i + 4, tl.load(x + i))
    tl.store(y + i, tl.load(x + i) + 5.0)


@case("x y z: *fp32, n: i32")
@triton.jit
def two_results_of_one_array(x, y, z, n, BLOCK: tl.constexpr):
    """y is updated in place, and z speaks of what y was."""
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    m = i < n
    old = tl.load(y + i, mask=m)
    a = tl.load(x + i, mask=m)
    tl.store(y + i, tl.maximum(old, a), mask=m)
    tl.store(z + i, tl.where(old > a, 1.0, 0.0), mask=m)


@case("x y z: *fp32, n: i32")
@triton.jit
def two_results_shifted(x, y, z, n, BLOCK: tl.constexpr):
    """z speaks of what another program may have changed already."""
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    m = i < n
    old = tl.load(y + i + 1, mask=m)
    a = tl.load(x + i, mask=m)
    tl.store(y + i, a, mask=m)
    tl.store(z + i, old, mask=m)


@case("x y z: *fp32, n: i32")
@triton.jit
def two_results_across_programs(x, y, z, n, BLOCK: tl.constexpr):
    """The same indices, but the programs share them out differently."""
    p = tl.program_id(0)
    lane = tl.arange(0, BLOCK)
    i = p * BLOCK + lane
    k = lane * tl.num_programs(0) + p
    old = tl.load(y + k)
    tl.store(y + i, tl.load(x + i))
    tl.store(z + k, old)


@case("x y: *fp32, n stride: i32", stride=(1, 2), n=(0, 1, 3, 8))
@triton.jit
def halves_by_stride(x, y, n, stride, BLOCK: tl.constexpr):
    """Two stores, n steps along one stride apart."""
    i = tl.arange(0, BLOCK)
    a = tl.load(x + i, mask=i < n)
    tl.store(y + i * stride, a, mask=i < n)
    tl.store(y + (i + n) * stride, -a, mask=i < n)


@case("x y: *fp32, n stride: i32", stride=(1, 2), n=(0, 1, 3, 8))
@triton.jit
def halves_by_stride_overlapping(x, y, n, stride, BLOCK: tl.constexpr):
    """One step too few."""
    i = tl.arange(0, BLOCK)
    a = tl.load(x + i, mask=i < n)
    tl.store(y + i * stride, a, mask=i < n)
    tl.store(y + (i + n - 1) * stride, -a, mask=i < n)
