"""Several atomic updates of one array."""

import triton
import triton.language as tl

from soundness.case import case

VERIFIED = """
    two_updates_of_a_total two_updates_of_halves scattered_twice scattered_rows
    iterations_shared_out iterations_in_turn iterations_of_tiles depth_shared_out iterations_shared_out_twice
"""
NEVER_VERIFIED = """
    two_updates_a_place_apart sum_and_maximum cleared_then_updated
"""


@case("x y z: *fp32, n: i32")
@triton.jit
def two_updates_of_a_total(x, y, z, n, BLOCK: tl.constexpr):
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.atomic_add(z, tl.sum(tl.load(x + i, mask=i < n, other=0.0), 0))
    tl.atomic_add(z, tl.sum(tl.load(y + i, mask=i < n, other=0.0), 0))


@case("x y z: *fp32, n: i32")
@triton.jit
def two_updates_a_place_apart(x, y, z, n, BLOCK: tl.constexpr):
    """The second one is of the neighbours."""
    i = tl.arange(0, BLOCK)
    tl.atomic_add(z + i, tl.load(x + i))
    tl.atomic_add(z + i + 1, tl.load(y + i))


@case("x y z: *fp32, n: i32")
@triton.jit
def two_updates_of_halves(x, y, z, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    tl.atomic_add(z + i, tl.load(x + i))
    tl.atomic_add(z + BLOCK + i, tl.load(y + i))


@case("x y z: *fp32, n: i32")
@triton.jit
def two_updates_under_masks(x, y, z, n, BLOCK: tl.constexpr):
    """Where only one of them happens, only that one counts."""
    i = tl.arange(0, BLOCK)
    tl.atomic_add(z + i, tl.load(x + i), mask=i < n)
    tl.atomic_add(z + i, tl.load(y + i), mask=i < n + 1)


@case("x z: *fp32, k: *i32, n: i32")
@triton.jit
def scattered_twice(x, k, z, n, BLOCK: tl.constexpr):
    i = tl.program_id(0) * 2 * BLOCK + tl.arange(0, BLOCK)
    tl.atomic_add(z + tl.load(k + i, mask=i < n, other=0), tl.load(x + i, mask=i < n, other=0.0), mask=i < n)
    i += BLOCK
    tl.atomic_add(z + tl.load(k + i, mask=i < n, other=0), tl.load(x + i, mask=i < n, other=0.0), mask=i < n)


@case("x z: *fp32, n: i32")
@triton.jit
def sum_and_maximum(x, z, n, BLOCK: tl.constexpr):
    """Which comes first matters."""
    i = tl.arange(0, BLOCK)
    tl.atomic_add(z + i, tl.load(x + i))
    tl.atomic_max(z + i, tl.load(x + i))


@case("x z: *fp32, n: i32")
@triton.jit
def cleared_then_updated(x, z, n, BLOCK: tl.constexpr):
    """Another program may have added before this one clears."""
    i = tl.arange(0, BLOCK)
    tl.store(z + i, tl.zeros((BLOCK,), tl.float32))
    tl.atomic_add(z + i, tl.load(x + tl.program_id(0) * BLOCK + i))


@case("x z: *fp32, k: *i32, n m: i32", numbers=(0, 1, 3, 8, 13))
@triton.jit
def scattered_rows(x, k, z, n, m, BLOCK: tl.constexpr):
    """A linear index taken apart: how many columns are inside depends on the row."""
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    inside = i < n
    tl.atomic_add(
        z + tl.load(k + i // (m + 1), mask=inside, other=0) + i % (m + 1),
        tl.load(x + i, mask=inside, other=0.0),
        mask=inside,
    )


@case("x z: *fp32, total per: i32")
@triton.jit
def iterations_shared_out(x, z, total, per, BLOCK: tl.constexpr):
    """Each program has its range of iterations; together they are all, if there are enough programs."""
    start = tl.program_id(0) * per
    part = 0.0
    for k in range(start, tl.minimum(start + per, total)):
        part += tl.load(x + k)
    tl.atomic_add(z, part)


@case("x z: *fp32, total per: i32")
@triton.jit
def iterations_shared_out_twice(x, z, total, per, BLOCK: tl.constexpr):
    """The ranges overlap by one iteration."""
    start = tl.program_id(0) * per
    part = 0.0
    for k in range(start, tl.minimum(start + per + 1, total)):
        part += tl.load(x + k)
    tl.atomic_add(z, part)


@case("x z: *fp32, total: i32")
@triton.jit
def iterations_in_turn(x, z, total, BLOCK: tl.constexpr):
    part = 0.0
    for k in range(tl.program_id(0), total, tl.num_programs(0)):
        part += tl.load(x + k)
    tl.atomic_add(z, part)


@case("x z: *fp32, n total per: i32", numbers=(1, 2, 5, 9))
@triton.jit
def iterations_of_tiles(x, z, n, total, per, BLOCK: tl.constexpr):
    """A tile's iterations are those of several programs."""
    start = tl.program_id(0) * per
    for k in range(start, tl.minimum(start + per, total)):
        tl.atomic_add(z + k // n, tl.load(x + k))


@case("x z: *fp32, n total per: i32", numbers=(1, 2, 5, 9))
@triton.jit
def depth_shared_out(x, z, n, total, per, BLOCK: tl.constexpr):
    """A sum over rows, of which the programs of the second axis have some each."""
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    start = tl.program_id(1) * per
    part = tl.zeros((BLOCK,), tl.float32)
    for k in range(start, tl.minimum(start + per, total)):
        part += tl.load(x + k * n + i, mask=i < n, other=0.0)
    tl.atomic_add(z + i, part, mask=i < n)
