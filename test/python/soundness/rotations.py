"""Coordinates that a kernel turns around modulo their range."""

import triton
import triton.language as tl

from soundness.case import case

VERIFIED = """
    rotated_lanes rotated_lanes_seen rotated_in_a_wider_range tiles_in_turned_groups
"""

SIZES = {"numbers": (1, 3, 8, 13, 17)}


@case("x y: *fp32")
@triton.jit
def rotated_lanes(x, y, BLOCK: tl.constexpr):
    p = tl.program_id(0)
    i = (tl.arange(0, BLOCK) + p) % BLOCK
    tl.store(x + p * BLOCK + i, 2.0 * tl.load(y + p * BLOCK + i))


@case("x y: *fp32")
@triton.jit
def rotated_lanes_seen(x, y, BLOCK: tl.constexpr):
    """What is stored depends on the lane before it was turned."""
    p = tl.program_id(0)
    i = tl.arange(0, BLOCK)
    tl.store(x + p * BLOCK + (i + p) % BLOCK, 2.0 * tl.load(y + p * BLOCK + i))


@case("x y: *fp32")
@triton.jit
def rotated_in_a_wider_range(x, y, BLOCK: tl.constexpr):
    """Eight lanes turned around modulo 16 reach eight of sixteen elements."""
    p = tl.program_id(0)
    i = (tl.arange(0, BLOCK) + p) % (2 * BLOCK)
    tl.store(x + p * 2 * BLOCK + i, 2.0 * tl.load(y + p * 2 * BLOCK + i))


@case("x y: *fp32")
@triton.jit
def rotated_in_a_narrower_range(x, y, BLOCK: tl.constexpr):
    """Eight lanes turned around modulo 4 meet."""
    p = tl.program_id(0)
    i = (tl.arange(0, BLOCK) + p) % (BLOCK // 2)
    tl.store(x + p * BLOCK + i, 2.0 * tl.load(y + p * BLOCK + i))


@triton.jit
def _turned(pid, M, N, GROUP: tl.constexpr, BLOCK: tl.constexpr):
    """The grouped order of older kernels: the row within its group goes by the program number as a whole."""
    tiles_m = tl.cdiv(M, BLOCK)
    per_group = GROUP * tl.cdiv(N, BLOCK)
    group = pid // per_group
    size = min(tiles_m - group * GROUP, GROUP)
    return group * GROUP + pid % size, (pid % per_group) // size


@case("x y: *fp32, M N: i32", **SIZES)
@triton.jit
def tiles_in_turned_groups(x, y, M, N, BLOCK: tl.constexpr):
    m, n = _turned(tl.program_id(0), M, N, 3, BLOCK)
    i = m * BLOCK + tl.arange(0, BLOCK)[:, None]
    j = n * BLOCK + tl.arange(0, BLOCK)[None, :]
    inside = (i < M) & (j < N)
    tl.store(x + i * N + j, tl.load(y + i * N + j, mask=inside) + 1.0, mask=inside)


@case("x y: *fp32, M N: i32", **SIZES)
@triton.jit
def tiles_in_turned_groups_off_by_one(x, y, M, N, BLOCK: tl.constexpr):
    """The columns go by one more than the group's size."""
    m, _ = _turned(tl.program_id(0), M, N, 3, BLOCK)
    n = (tl.program_id(0) % (3 * tl.cdiv(N, BLOCK))) // 4
    i = m * BLOCK + tl.arange(0, BLOCK)[:, None]
    j = n * BLOCK + tl.arange(0, BLOCK)[None, :]
    inside = (i < M) & (j < N)
    tl.store(
        x + i * N + j, tl.load(y + i * N + j, mask=inside) + tl.program_id(0).to(tl.float32), mask=inside
    )
