"""Two stores of one array that an argument keeps apart, or a condition."""

import triton
import triton.language as tl

from soundness.case import case

VERIFIED = "two_slots stored_in_either_branch"


@case("x y: *fp32, n m: i32", numbers=(0, 1, 3, 8, 16))
@triton.jit
def two_slots(x, y, n, m, BLOCK: tl.constexpr):
    """The second half starts at m: true of an m that is large enough only."""
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    a = tl.load(y + i, mask=i < n, other=0.0)
    tl.store(x + i, a, mask=i < n)
    tl.store(x + m + i, -a, mask=i < n)


@case("x y: *fp32, k: *i32, n: i32", block={"B": 8, "C": 4}, numbers=(0, 1, 3, 8, 16))
@triton.jit
def stored_in_either_branch(x, y, k, n, B: tl.constexpr, C: tl.constexpr):
    """Rows are cleared in tiles of one size, or filled in tiles of another."""
    row = tl.program_id(0) * 32
    if tl.load(k + tl.program_id(0)) == 0:
        for t in range(0, 32, B):
            tl.store(x + row + t + tl.arange(0, B), tl.zeros((B,), tl.float32))
    else:
        for t in range(0, 32, C):
            i = row + t + tl.arange(0, C)
            tl.store(x + i, tl.load(y + i))


@case("x y: *fp32, k: *i32, n: i32", block={"B": 8, "C": 4}, numbers=(0, 1, 3, 8, 16))
@triton.jit
def stored_in_branches_of_neighbours(x, y, k, n, B: tl.constexpr, C: tl.constexpr):
    """The second branch is decided by the next program's number: both may happen."""
    row = tl.program_id(0) * 32
    if tl.load(k + tl.program_id(0)) == 0:
        for t in range(0, 32, B):
            tl.store(x + row + t + tl.arange(0, B), tl.zeros((B,), tl.float32))
    if tl.load(k + tl.program_id(0) + 1) == 0:
        for t in range(0, 32, C):
            i = row + t + tl.arange(0, C)
            tl.store(x + i, tl.load(y + i))
