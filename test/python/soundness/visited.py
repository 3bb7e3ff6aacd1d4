"""Elements that a loop reads and then stores, each once; programs that stay apart if there are few enough."""

import triton
import triton.language as tl

from soundness.case import case

VERIFIED = """
    prefix_in_place prefix_of_rows_in_place prefix_in_place_masked interleaved_programs interleaved_in_place
    interleaved_over_two_axes chain_in_memory sum_chain_in_memory chain_of_rows chain_of_halves chain_by_steps
    passed_through_memory passed_to_rows prefix_read_where_not_stored prefix_from_the_second
    suffix_up_to_the_last_but_one
"""
NEVER_VERIFIED = """
    prefix_of_what_was_stored prefix_visited_twice prefix_read_again prefix_stored_twice prefix_of_overlapping_programs
    chain_with_a_gap chain_under_a_mask chain_backwards chain_over_programs
    prefix_seen_where_not_stored prefix_stored_beside_the_read interleaved_too_closely interleaved_and_shifted
    prefix_of_blocks_overlapping passed_to_the_neighbour passed_by_two_programs passed_under_a_mask passed_and_kept
"""


@case("x: *i32, n: i32")
@triton.jit
def prefix_in_place(x, n, BLOCK: tl.constexpr):
    total = 0
    for t in range(1, BLOCK):
        total += tl.load(x + t * 4 + tl.program_id(0))
        tl.store(x + t * 4 + tl.program_id(0), total)


@case("x: *fp32, n: i32", numbers=(0, 1, 2, 3))
@triton.jit
def prefix_of_rows_in_place(x, n, BLOCK: tl.constexpr):
    """A row for each program, a tile for each iteration."""
    i = tl.arange(0, BLOCK)
    total = tl.zeros((BLOCK,), tl.float32)
    for t in range(n):
        p = x + (tl.program_id(0) * n + t) * BLOCK + i
        total += tl.load(p)
        tl.store(p, total)


@case("x: *fp32, n: i32", numbers=(0, 1, 5, 8))
@triton.jit
def prefix_in_place_masked(x, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    total = tl.zeros((BLOCK,), tl.float32)
    for t in range(3):
        p = x + (tl.program_id(0) * 3 + t) * BLOCK + i
        total += tl.load(p, mask=i < n, other=0.0)
        tl.store(p, total, mask=i < n)


@case("x z: *fp32, n: i32")
@triton.jit
def interleaved_programs(x, z, n, BLOCK: tl.constexpr):
    """Up to four programs."""
    i = tl.program_id(0) + 4 * tl.arange(0, BLOCK)
    tl.store(z + i, tl.load(x + i) + tl.program_id(0))


@case("x: *fp32, n: i32")
@triton.jit
def interleaved_in_place(x, n, BLOCK: tl.constexpr):
    i = tl.program_id(0) + 4 * tl.arange(0, BLOCK)
    tl.store(x + i, tl.cumsum(tl.load(x + i), 0))


@case("x z: *fp32, n: i32")
@triton.jit
def interleaved_over_two_axes(x, z, n, BLOCK: tl.constexpr):
    i = tl.program_id(0) + 4 * tl.program_id(1) + 16 * tl.arange(0, BLOCK)
    tl.store(z + i, tl.load(x + i) + tl.program_id(0))


@case("x: *i32, n: i32")
@triton.jit
def prefix_of_what_was_stored(x, n, BLOCK: tl.constexpr):
    """The element before this one has been stored by then."""
    total = 0
    for t in range(1, BLOCK):
        total += tl.load(x + (t - 1) * 4 + tl.program_id(0))
        tl.store(x + t * 4 + tl.program_id(0), total)


@case("x: *i32, n: i32")
@triton.jit
def prefix_visited_twice(x, n, BLOCK: tl.constexpr):
    total = 0
    for t in range(1, BLOCK):
        total += tl.load(x + (t // 2) * 4 + tl.program_id(0))
        tl.store(x + (t // 2) * 4 + tl.program_id(0), total)


@case("x: *i32, n: i32")
@triton.jit
def prefix_read_again(x, n, BLOCK: tl.constexpr):
    """What was just stored is read."""
    total = 1
    for t in range(1, BLOCK):
        tl.store(x + t * 4 + tl.program_id(0), total)
        total += tl.load(x + t * 4 + tl.program_id(0))


@case("x: *i32, n: i32")
@triton.jit
def prefix_stored_twice(x, n, BLOCK: tl.constexpr):
    """The second store is what the next iteration reads."""
    total = 0
    for t in range(1, BLOCK):
        total += tl.load(x + t * 4 + tl.program_id(0))
        tl.store(x + t * 4 + tl.program_id(0), total)
        tl.store(x + t * 4 + 4 + tl.program_id(0), total + 1)


@case("x: *i32, n: i32")
@triton.jit
def prefix_of_overlapping_programs(x, n, BLOCK: tl.constexpr):
    """Each program starts where the one before it goes on."""
    total = 0
    for t in range(BLOCK):
        total += tl.load(x + t + tl.program_id(0))
        tl.store(x + t + tl.program_id(0), total)


@case("x: *fp32, n: i32", numbers=(1, 5))
@triton.jit
def prefix_read_where_not_stored(x, n, BLOCK: tl.constexpr):
    """Lanes that store nothing read what other iterations store, but nobody sees what they make of it."""
    i = tl.arange(0, BLOCK)
    total = tl.zeros((BLOCK,), tl.float32)
    for t in range(3):
        p = x + t * n + i
        total += tl.load(p)
        tl.store(p, total, mask=i < n)


@case("x y: *fp32, n: i32", numbers=(1, 5))
@triton.jit
def prefix_seen_where_not_stored(x, y, n, BLOCK: tl.constexpr):
    """Lanes that store nothing read what earlier iterations have stored, and it is seen."""
    i = tl.arange(0, BLOCK)
    total = tl.zeros((BLOCK,), tl.float32)
    for t in range(3):
        p = x + (2 - t) * n + i
        total += tl.load(p)
        tl.store(p, total, mask=i < n)
    tl.store(y + i, total)


@case("x: *fp32, n: i32", numbers=(0, 1, 5))
@triton.jit
def prefix_from_the_second(x, n, BLOCK: tl.constexpr):
    """The first iteration reads and does not store."""
    i = tl.program_id(0) * n * BLOCK + tl.arange(0, BLOCK)
    total = tl.zeros((BLOCK,), tl.float32)
    for t in range(n):
        total += tl.load(x + t * BLOCK + i)
        if t > 0:
            tl.store(x + t * BLOCK + i, total)


@case("x: *fp32, n: i32", numbers=(0, 1, 5))
@triton.jit
def suffix_up_to_the_last_but_one(x, n, BLOCK: tl.constexpr):
    """Counted down, and the first iteration does not store."""
    i = tl.program_id(0) * n * BLOCK + tl.arange(0, BLOCK)
    total = tl.zeros((BLOCK,), tl.float32)
    for t in range(n):
        row = n - 1 - t
        total += tl.load(x + row * BLOCK + i)
        if t > 0:
            tl.store(x + row * BLOCK + i, total)


@case("x: *fp32, n: i32", numbers=(0, 1, 5))
@triton.jit
def prefix_stored_beside_the_read(x, n, BLOCK: tl.constexpr):
    """What an iteration stores is what the next one reads."""
    i = tl.program_id(0) * n * BLOCK + tl.arange(0, BLOCK)
    total = tl.zeros((BLOCK,), tl.float32)
    for t in range(n):
        total += tl.load(x + t * BLOCK + i)
        if t + 1 < n:
            tl.store(x + (t + 1) * BLOCK + i, total)


@case("x: *fp32, n: i32")
@triton.jit
def prefix_of_blocks_overlapping(x, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    total = tl.zeros((BLOCK,), tl.float32)
    for t in range(3):
        p = x + t * (BLOCK // 2) + i
        total += tl.load(p)
        tl.store(p, total)


@case("x z: *fp32, n: i32")
@triton.jit
def interleaved_too_closely(x, z, n, BLOCK: tl.constexpr):
    """Two programs share elements already."""
    i = 2 * tl.program_id(0) + 2 * tl.arange(0, BLOCK)
    tl.store(z + i, tl.load(x + i) + tl.program_id(0))


@case("x z: *fp32, n: i32")
@triton.jit
def interleaved_and_shifted(x, z, n, BLOCK: tl.constexpr):
    i = 3 * tl.program_id(0) + 4 * tl.arange(0, BLOCK)
    tl.store(z + i, tl.load(x + i) + tl.program_id(0))


@case("x: *fp32, n: i32", numbers=(0, 1, 3, 8))
@triton.jit
def chain_in_memory(x, n, BLOCK: tl.constexpr):
    """Each iteration reads what the one before it stored."""
    for t in range(n):
        tl.store(x + t + 1, tl.load(x + t) + 2.0)


@case("x: *fp32, n: i32", numbers=(0, 1, 3, 8))
@triton.jit
def sum_chain_in_memory(x, n, BLOCK: tl.constexpr):
    """A prefix sum in place."""
    for t in range(1, n):
        tl.store(x + t, tl.load(x + t) + tl.load(x + t - 1))


@case("x: *fp32, n: i32", numbers=(0, 1, 2, 3))
@triton.jit
def chain_of_rows(x, n, BLOCK: tl.constexpr):
    """A column for each lane."""
    i = tl.arange(0, BLOCK)
    for t in range(n):
        p = x + t * BLOCK + i
        tl.store(p + BLOCK, tl.load(p + BLOCK) + tl.load(p))


@case("x y: *fp32, n: i32", numbers=(0, 1, 2, 5))
@triton.jit
def chain_of_halves(x, y, n, BLOCK: tl.constexpr):
    """A linear recurrence, of another array's elements."""
    for t in range(n):
        tl.store(x + t + 1, 0.5 * tl.load(x + t) + tl.load(y + t))


@case("x: *fp32, n: i32", numbers=(0, 1, 2, 5))
@triton.jit
def chain_by_steps(x, n, BLOCK: tl.constexpr):
    for t in range(2, n, 2):
        tl.store(x + t, tl.load(x + t - 2) + 1.0)


@case("x: *fp32, n: i32", numbers=(0, 1, 3, 8))
@triton.jit
def chain_with_a_gap(x, n, BLOCK: tl.constexpr):
    """Two iterations back."""
    for t in range(n):
        tl.store(x + t + 2, tl.load(x + t) + tl.load(x + t + 1))


@case("x: *fp32, n: i32", numbers=(0, 1, 3, 8))
@triton.jit
def chain_under_a_mask(x, n, BLOCK: tl.constexpr):
    """Some iterations store nothing."""
    for t in range(n):
        tl.store(x + t + 1, tl.load(x + t) + 2.0, mask=t % 3 != 1)


@case("x: *fp32, n: i32", numbers=(0, 1, 3, 8))
@triton.jit
def chain_backwards(x, n, BLOCK: tl.constexpr):
    """What is read has been stored two iterations ago, with another value for each lane."""
    i = tl.arange(0, 2)
    for t in range(n):
        tl.store(x + t + i, tl.load(x + t + i - 1) + 1.0)


@case("x: *fp32, n: i32", numbers=(0, 1, 3, 8))
@triton.jit
def chain_over_programs(x, n, BLOCK: tl.constexpr):
    """Where one program ends, the next one begins."""
    for t in range(n):
        p = x + tl.program_id(0) * n + t
        tl.store(p + 1, tl.load(p) + 1.0)


@case("x y z: *fp32, n: i32", numbers=(0, 1, 3))
@triton.jit
def passed_through_memory(x, y, z, n, BLOCK: tl.constexpr):
    """Stored and loaded at once, as a way round a compiler's defect."""
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    total = tl.zeros((BLOCK,), tl.float32)
    for t in range(n):
        tl.store(x + i, tl.load(y + t * BLOCK + i) + t)
        total += tl.load(x + i) * 2
    tl.store(z + i, total)


@case("x y z: *fp32, n: i32", numbers=(0, 1, 3))
@triton.jit
def passed_to_rows(x, y, z, n, BLOCK: tl.constexpr):
    """What is passed scales the rows of a state, and depends on another one."""
    p, i, j = tl.program_id(0) * BLOCK, tl.arange(0, BLOCK), tl.arange(0, 4)
    running = tl.zeros((BLOCK,), tl.float32)
    state = tl.zeros((BLOCK, 4), tl.float32)
    for t in range(n):
        running += tl.load(y + t * BLOCK + i)
        tl.store(x + p + i, running)
        state += tl.load(x + p + i)[:, None] * tl.load(y + t * 4 + j)[None, :]
    tl.store(z + (p + i[:, None]) * 4 + j[None, :], state)


@case("x y z: *fp32, n: i32", numbers=(0, 1, 3))
@triton.jit
def passed_to_the_neighbour(x, y, z, n, BLOCK: tl.constexpr):
    """The last lane reads what another program stores."""
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    total = tl.zeros((BLOCK,), tl.float32)
    for t in range(n):
        tl.store(x + i, tl.load(y + t * BLOCK + i) + t)
        total += tl.load(x + i + 1) * 2
    tl.store(z + i, total)


@case("x y z: *fp32, n: i32", numbers=(0, 1, 3))
@triton.jit
def passed_by_two_programs(x, y, z, n, BLOCK: tl.constexpr):
    """Two programs pass values at one place, in iterations of their own."""
    i = tl.arange(0, BLOCK)
    p = tl.program_id(0) // 2 * BLOCK
    total = tl.zeros((BLOCK,), tl.float32)
    for t in range(n):
        tl.store(x + p + i, tl.load(y + t * BLOCK + i) + t)
        total += tl.load(x + p + i) * 2
    tl.store(z + tl.program_id(0) * BLOCK + i, total)


@case("x y z: *fp32, n: i32", numbers=(0, 1, 3))
@triton.jit
def passed_under_a_mask(x, y, z, n, BLOCK: tl.constexpr):
    """Where nothing is stored, an earlier iteration's value is read."""
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    total = tl.zeros((BLOCK,), tl.float32)
    for t in range(n):
        tl.store(x + i, tl.load(y + t * BLOCK + i) + t, mask=i < n - t)
        total += tl.load(x + i) * 2
    tl.store(z + i, total)


@case("x y z: *fp32, n: i32", numbers=(0, 1, 3))
@triton.jit
def passed_and_kept(x, y, z, n, BLOCK: tl.constexpr):
    """Every other iteration stores: the others read what the one before has stored."""
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    total = tl.zeros((BLOCK,), tl.float32)
    for t in range(n):
        if t % 2 == 0:
            tl.store(x + i, tl.load(y + t * BLOCK + i) + t)
        total += tl.load(x + i) * 2
    tl.store(z + i, total)
