"""The last program to arrive at a counter."""

import triton
import triton.language as tl

from soundness.case import case

VERIFIED = """
    total_by_the_last partial_sums_by_the_last counter_put_back counter_exchanged counter_loaded_again
    counted_in_floats counted_over_two_axes counted_as_told partial_sums_made_running others_return
    last_adds_to_what_was_there count_is_kept
"""
NEVER_VERIFIED = """
    first_to_arrive second_last_to_arrive counted_in_twos counted_in_a_loop only_some_are_counted
    total_read_before_arrival added_after_arrival last_says_who_it_is loaded_again_and_put_back
    places_drawn_from_a_counter all_but_the_last counter_cleared_by_all counter_read_before two_counters
    others_store_later running_total_returned partial_sums_read_by_all counted_per_program maximum_of_ones
    counter_among_what_is_counted
"""


@triton.jit
def block_sum(x, n, BLOCK: tl.constexpr):
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    return tl.sum(tl.load(x + i, mask=i < n, other=0.0), 0)


@case("x total z: *fp32, done: *i32, n: i32", done=(0,))
@triton.jit
def total_by_the_last(x, total, z, done, n, BLOCK: tl.constexpr):
    tl.atomic_add(total, block_sum(x, n, BLOCK))
    old = tl.atomic_add(done, 1)
    if old == tl.num_programs(0) - 1:
        tl.store(z, 2.0 * tl.load(total))


@case("x total z: *fp32, done: *i32, n: i32", done=(0,))
@triton.jit
def count_is_kept(x, total, z, done, n, BLOCK: tl.constexpr):
    """What the last program knows of the counter."""
    tl.atomic_add(total, block_sum(x, n, BLOCK))
    old = tl.atomic_add(done + 3, 1)
    if old == tl.num_programs(0) - 1:
        tl.store(z, tl.load(total) + tl.load(done + 3) + old)


@case("x part z: *fp32, done: *i32, n: i32", done=(0,))
@triton.jit
def partial_sums_by_the_last(x, part, z, done, n, BLOCK: tl.constexpr):
    tl.store(part + tl.program_id(0), block_sum(x, n, BLOCK))
    old = tl.atomic_add(done, 1)
    if old == tl.num_programs(0) - 1:
        i = tl.arange(0, BLOCK)
        tl.store(z, tl.sum(tl.load(part + i, mask=i < tl.num_programs(0), other=0.0), 0))


@case("x part: *fp32, done: *i32, n: i32", done=(0,))
@triton.jit
def partial_sums_made_running(x, part, done, n, BLOCK: tl.constexpr):
    """The last one stores again what all have stored."""
    tl.store(part + tl.program_id(0), block_sum(x, n, BLOCK))
    old = tl.atomic_add(done, 1)
    if old == tl.num_programs(0) - 1:
        i = tl.arange(0, BLOCK)
        inside = i < tl.num_programs(0)
        tl.store(part + i, tl.cumsum(tl.load(part + i, mask=inside, other=0.0), 0), mask=inside)


@case("x total z: *fp32, done: *i32, n: i32", done=(0,))
@triton.jit
def counter_put_back(x, total, z, done, n, BLOCK: tl.constexpr):
    tl.atomic_add(total, block_sum(x, n, BLOCK))
    old = tl.atomic_add(done, 1)
    if old == tl.num_programs(0) - 1:
        tl.store(z, tl.load(total))
        tl.store(done, 0)


@case("x total z: *fp32, done: *i32, n: i32", done=(0,))
@triton.jit
def counter_exchanged(x, total, z, done, n, BLOCK: tl.constexpr):
    tl.atomic_add(total, block_sum(x, n, BLOCK))
    if tl.atomic_add(done, 1) + 1 == tl.num_programs(0):
        tl.store(z, tl.load(total))
        tl.atomic_xchg(done, 0)


@case("x total: *fp32, n: i32", total=(0.0,))
@triton.jit
def counter_loaded_again(x, total, n, BLOCK: tl.constexpr):
    tl.atomic_add(total, block_sum(x, n, BLOCK), sem="relaxed")
    tl.atomic_add(total + 1, 1.0, sem="release")
    count = tl.load(total + 1)
    if count == tl.num_programs(0):
        tl.store(total + 2, tl.load(total) * 3.0)


@case("x total z: *fp32, n: i32", total=(0.0,))
@triton.jit
def counted_in_floats(x, total, z, n, BLOCK: tl.constexpr):
    tl.atomic_add(total, block_sum(x, n, BLOCK))
    old = tl.atomic_add(total + 1, 1.0)
    if old == (tl.num_programs(0) - 1.0):
        tl.store(z, tl.load(total))


@case("x total z: *fp32, done: *i32, n: i32", done=(0,))
@triton.jit
def counted_over_two_axes(x, total, z, done, n, BLOCK: tl.constexpr):
    i = (tl.program_id(1) * tl.num_programs(0) + tl.program_id(0)) * BLOCK + tl.arange(0, BLOCK)
    tl.atomic_add(total, tl.sum(tl.load(x + i, mask=i < n, other=0.0), 0))
    old = tl.atomic_add(done, 1)
    if old == tl.num_programs(0) * tl.num_programs(1) - 1:
        tl.store(z, tl.load(total))


@case("x total z: *fp32, done: *i32, n m: i32", numbers=(1, 2, 3), done=(0,))
@triton.jit
def counted_as_told(x, total, z, done, n, m, BLOCK: tl.constexpr):
    """The caller says how many programs there are."""
    tl.atomic_add(total, block_sum(x, n, BLOCK))
    old = tl.atomic_add(done, 1)
    if old == m - 1:
        tl.store(z, tl.load(total))


@case("x total z: *fp32, done: *i32, n: i32", done=(0,))
@triton.jit
def others_return(x, total, z, done, n, BLOCK: tl.constexpr):
    tl.atomic_add(total, block_sum(x, n, BLOCK))
    old = tl.atomic_add(done, 1)
    if old != tl.num_programs(0) - 1:
        return
    tl.store(z, tl.load(total))


@case("x total z: *fp32, done: *i32, n: i32", done=(0,))
@triton.jit
def last_adds_to_what_was_there(x, total, z, done, n, BLOCK: tl.constexpr):
    """In place, which is done once."""
    tl.atomic_add(total, block_sum(x, n, BLOCK))
    old = tl.atomic_add(done, 1)
    if old == tl.num_programs(0) - 1:
        tl.store(z, tl.load(z) + tl.load(total))


@case("x total z: *fp32, done: *i32, n: i32", done=(0,))
@triton.jit
def first_to_arrive(x, total, z, done, n, BLOCK: tl.constexpr):
    tl.atomic_add(total, block_sum(x, n, BLOCK))
    old = tl.atomic_add(done, 1)
    if old == 0:
        tl.store(z, tl.load(total))


@case("x total z: *fp32, done: *i32, n: i32", done=(0,))
@triton.jit
def second_last_to_arrive(x, total, z, done, n, BLOCK: tl.constexpr):
    tl.atomic_add(total, block_sum(x, n, BLOCK))
    old = tl.atomic_add(done, 1)
    if old == tl.num_programs(0) - 2:
        tl.store(z, tl.load(total))


@case("x total z: *fp32, done: *i32, n: i32", done=(0,))
@triton.jit
def counted_in_twos(x, total, z, done, n, BLOCK: tl.constexpr):
    tl.atomic_add(total, block_sum(x, n, BLOCK))
    old = tl.atomic_add(done, 2)
    if old == tl.num_programs(0) - 1:
        tl.store(z, tl.load(total))


@case("x total z: *fp32, done: *i32, n: i32", done=(0,))
@triton.jit
def counted_in_a_loop(x, total, z, done, n, BLOCK: tl.constexpr):
    for _ in range(n):
        tl.atomic_add(total, block_sum(x, n, BLOCK))
        old = tl.atomic_add(done, 1)
        if old == tl.num_programs(0) - 1:
            tl.store(z, tl.load(total))


@case("x total z: *fp32, done: *i32, n: i32", done=(0,))
@triton.jit
def only_some_are_counted(x, total, z, done, n, BLOCK: tl.constexpr):
    tl.atomic_add(total, block_sum(x, n, BLOCK))
    old = tl.atomic_add(done, 1, mask=tl.program_id(0) > 0)
    if old == tl.num_programs(0) - 1:
        tl.store(z, tl.load(total))


@case("x total z: *fp32, done: *i32, n: i32", done=(0,))
@triton.jit
def total_read_before_arrival(x, total, z, done, n, BLOCK: tl.constexpr):
    tl.atomic_add(total, block_sum(x, n, BLOCK))
    early = tl.load(total)
    old = tl.atomic_add(done, 1)
    if old == tl.num_programs(0) - 1:
        tl.store(z, early)


@case("x total z: *fp32, done: *i32, n: i32", done=(0,))
@triton.jit
def added_after_arrival(x, total, z, done, n, BLOCK: tl.constexpr):
    old = tl.atomic_add(done, 1)
    tl.atomic_add(total, block_sum(x, n, BLOCK))
    if old == tl.num_programs(0) - 1:
        tl.store(z, tl.load(total))


@case("x total z: *fp32, done: *i32, n: i32", done=(0,))
@triton.jit
def last_says_who_it_is(x, total, z, done, n, BLOCK: tl.constexpr):
    tl.atomic_add(total, block_sum(x, n, BLOCK))
    old = tl.atomic_add(done, 1)
    if old == tl.num_programs(0) - 1:
        tl.store(z, tl.program_id(0).to(tl.float32))


@case("x total z: *fp32, done: *i32, n: i32", done=(0,))
@triton.jit
def loaded_again_and_put_back(x, total, z, done, n, BLOCK: tl.constexpr):
    """Two programs may both find all, or one find what another has put back."""
    tl.atomic_add(total, block_sum(x, n, BLOCK))
    tl.atomic_add(done, 1)
    count = tl.load(done)
    if count == tl.num_programs(0):
        tl.store(z, tl.load(total))
        tl.store(done, 0)


@case("x total z: *fp32, done: *i32, n: i32", done=(0,))
@triton.jit
def places_drawn_from_a_counter(x, total, z, done, n, BLOCK: tl.constexpr):
    old = tl.atomic_add(done, 1)
    tl.store(z + old, block_sum(x, n, BLOCK))


@case("x total z: *fp32, done: *i32, n: i32", done=(0,))
@triton.jit
def all_but_the_last(x, total, z, done, n, BLOCK: tl.constexpr):
    tl.atomic_add(total, block_sum(x, n, BLOCK))
    old = tl.atomic_add(done, 1)
    if old != tl.num_programs(0) - 1:
        tl.store(z, tl.load(total))


@case("x total z: *fp32, done: *i32, n: i32", done=(0,))
@triton.jit
def counter_cleared_by_all(x, total, z, done, n, BLOCK: tl.constexpr):
    tl.store(done, 0)
    tl.atomic_add(total, block_sum(x, n, BLOCK))
    old = tl.atomic_add(done, 1)
    if old == tl.num_programs(0) - 1:
        tl.store(z, tl.load(total))


@case("x total z: *fp32, done: *i32, n: i32", done=(0,))
@triton.jit
def counter_read_before(x, total, z, done, n, BLOCK: tl.constexpr):
    seen = tl.load(done).to(tl.float32)
    tl.atomic_add(total, block_sum(x, n, BLOCK) + seen)
    old = tl.atomic_add(done, 1)
    if old == tl.num_programs(0) - 1:
        tl.store(z, tl.load(total))


@case("x total z: *fp32, done: *i32, n: i32", done=(0,))
@triton.jit
def two_counters(x, total, z, done, n, BLOCK: tl.constexpr):
    """Of two counters, two programs may be the last."""
    tl.atomic_add(total, block_sum(x, n, BLOCK))
    first = tl.atomic_add(done, 1)
    second = tl.atomic_add(done + 1, 1)
    if first == tl.num_programs(0) - 1:
        tl.store(z, tl.load(total))
    if second == tl.num_programs(0) - 1:
        tl.store(z, 0.0)


@case("x total z: *fp32, done: *i32, n: i32", done=(0,))
@triton.jit
def others_store_later(x, total, z, done, n, BLOCK: tl.constexpr):
    old = tl.atomic_add(done, 1)
    tl.store(total + tl.program_id(0), block_sum(x, n, BLOCK))
    if old == tl.num_programs(0) - 1:
        tl.store(z, tl.load(total))


@case("x total z: *fp32, n: i32")
@triton.jit
def running_total_returned(x, total, z, n, BLOCK: tl.constexpr):
    """A sum up to here, of whoever came before."""
    old = tl.atomic_add(total, block_sum(x, n, BLOCK))
    tl.store(z + tl.program_id(0), old)


@case("x part z: *fp32, done: *i32, n: i32", done=(0,))
@triton.jit
def partial_sums_read_by_all(x, part, z, done, n, BLOCK: tl.constexpr):
    tl.store(part + tl.program_id(0), block_sum(x, n, BLOCK))
    tl.atomic_add(done, 1)
    i = tl.arange(0, BLOCK)
    tl.store(z, tl.sum(tl.load(part + i, mask=i < tl.num_programs(0), other=0.0), 0))


@case("x total z: *fp32, done: *i32, n: i32", done=(0,))
@triton.jit
def counted_per_program(x, total, z, done, n, BLOCK: tl.constexpr):
    """A counter for each program counts nobody else."""
    tl.atomic_add(total, block_sum(x, n, BLOCK))
    old = tl.atomic_add(done + tl.program_id(0), 1)
    if old == tl.num_programs(0) - 1:
        tl.store(z, tl.load(total))


@case("x total z: *fp32, done: *i32, n: i32", done=(0,))
@triton.jit
def maximum_of_ones(x, total, z, done, n, BLOCK: tl.constexpr):
    tl.atomic_add(total, block_sum(x, n, BLOCK))
    old = tl.atomic_max(done, 1)
    if old == tl.num_programs(0) - 1:
        tl.store(z, tl.load(total))


@case("x z: *fp32, k done: *i32, n: i32", done=(0,))
@triton.jit
def counter_among_what_is_counted(x, k, z, done, n, BLOCK: tl.constexpr):
    """A place given by data may be the counter's."""
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.atomic_add(done + tl.load(k + i, mask=i < n, other=0), 1, mask=i < n)
    old = tl.atomic_add(done, 1)
    if old == tl.num_programs(0) - 1:
        tl.store(z, tl.load(x))
