"""Places that constant strides keep apart, as long as the grid is small enough."""

import triton
import triton.language as tl

from soundness.case import case

VERIFIED = "blocks_of_a_row blocks_of_a_row_of_a_row"
NEVER_VERIFIED = "blocks_that_overlap blocks_beside_the_row blocks_that_leave_no_room"


@case("x y: *fp32, n: i32", numbers=(0,), block={})
@triton.jit
def blocks_of_a_row(x, y, n):
    """A row of 16 has room for 4 programs' blocks."""
    i = tl.program_id(0) * 16 + tl.program_id(1) * 4 + tl.arange(0, 4)
    tl.store(x + i, tl.load(y + i) + tl.program_id(1))


@case("x y: *fp32, n: i32", numbers=(0,), block={})
@triton.jit
def blocks_of_a_row_of_a_row(x, y, n):
    """Two axes of the grid share a row."""
    i = tl.program_id(0) * 64 + tl.program_id(1) * 16 + tl.program_id(2) * 4 + tl.arange(0, 4)
    tl.store(x + i, tl.load(y + i) * tl.program_id(2) + tl.program_id(1))


@case("x y: *fp32, n: i32", numbers=(0,), block={})
@triton.jit
def blocks_that_overlap(x, y, n):
    """Blocks of 8 at a distance of 4."""
    i = tl.program_id(0) * 16 + tl.program_id(1) * 4 + tl.arange(0, 8)
    tl.store(x + i, tl.load(y + i) + tl.program_id(1))


@case("x y: *fp32, n: i32", numbers=(0,), block={})
@triton.jit
def blocks_beside_the_row(x, y, n):
    """Both axes step by 4: only one program fits."""
    i = tl.program_id(0) * 4 + tl.program_id(1) * 4 + tl.arange(0, 4)
    tl.store(x + i, tl.load(y + i) + tl.program_id(1))


@case("x y: *fp32, n: i32", numbers=(0,), block={})
@triton.jit
def blocks_that_leave_no_room(x, y, n):
    """A row of 6 has room for one block of 4."""
    i = tl.program_id(0) * 6 + tl.program_id(1) * 4 + tl.arange(0, 4)
    tl.store(x + i, tl.load(y + i) + tl.program_id(1))
