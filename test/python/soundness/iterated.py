"""Loops without a closed form: what they carry is a recurrence, or they are refused."""

import triton
import triton.language as tl

from soundness.case import case

VERIFIED = """
    rows_then_columns bisection coupled_pair coupled_pair_before_the_step columns_become_rows nonlinear_map
    nonlinear_from_minus_infinity coupled_in_coupled coupled_after_coupled matrix_and_vector coupled_where_positive
    trips_from_memory shifted_along first_lane_decides coupled_reads_ahead counts_while_coupled
    member_by_bisection search_that_oversteps counter_beside_a_state
"""
NEVER_VERIFIED = """
    search_that_runs_away coupled_reads_what_it_wrote coupled_with_undefined doubled_sums lanes_of_tiles
    coupled_reads_behind coupled_reads_from_the_other_end coupled_reads_halves
"""

POSITIVE = (0.5, 1.0, 2.0, 3.0)
STEPS = {"block": {}, "numbers": (-1, 0, 1, 2, 5)}


@case("x y: *fp32, n: i32", **STEPS, x=POSITIVE)
@triton.jit
def rows_then_columns(x, y, n):
    """Sinkhorn's normalisation."""
    at = tl.arange(0, 4)[:, None] * 4 + tl.arange(0, 4)[None, :]
    s = tl.exp(tl.load(x + at))
    for _ in range(0, n):
        s = s / tl.sum(s, axis=1)[:, None]
        s = s / tl.sum(s, axis=0)[None, :]
    tl.store(y + at, s)


@case("a v: *fp32, y: *i32, n steps: i32", block=8, numbers=(0, 1, 5, 8), a=POSITIVE, v=POSITIVE)
@triton.jit
def bisection(a, v, y, n, steps, BLOCK: tl.constexpr):
    lanes = tl.arange(0, BLOCK)
    wanted = tl.load(v + lanes)
    low = tl.zeros([BLOCK], tl.int32)
    high = tl.zeros([BLOCK], tl.int32) + n
    for _ in range(0, steps):
        middle = low + (high - low) // 2
        right = (tl.load(a + middle) < wanted) & (low < high)
        low = tl.where(right, middle + 1, low)
        high = tl.where(right, high, middle)
    tl.store(y + lanes, low)


@case("x y: *fp32, n: i32", **STEPS)
@triton.jit
def coupled_pair(x, y, n):
    a = 0.0
    b = 1.0
    for t in range(0, n):
        a = tl.sigmoid(a + b) * tl.load(x + t)
        b = b - a * b
        tl.store(y + t, a + b)


@case("x y: *fp32, n: i32", **STEPS)
@triton.jit
def coupled_pair_before_the_step(x, y, n):
    a = 0.0
    b = 1.0
    for t in range(0, n):
        tl.store(y + 2 * t, a)
        tl.store(y + 2 * t + 1, b)
        new = tl.sigmoid(a + b) * tl.load(x + t)
        b = b - a * b
        a = new


@case("x y: *fp32, n: i32", **STEPS)
@triton.jit
def columns_become_rows(x, y, n):
    """The maximum of a column goes to the row of that number."""
    at = tl.arange(0, 4)[:, None] * 4 + tl.arange(0, 4)[None, :]
    s = tl.load(x + at)
    for t in range(0, n):
        greatest = tl.max(s, axis=0)
        s = tl.sigmoid(s) * t + tl.reshape(greatest, [4, 1])
    tl.store(y + at, s)


@case("x y: *fp32, n: i32", **STEPS)
@triton.jit
def nonlinear_map(x, y, n):
    a = tl.load(x)
    for t in range(0, n):
        a = tl.sigmoid(a * a + tl.load(x + t))
    tl.store(y, a)


@case("x y: *fp32, n: i32", **STEPS)
@triton.jit
def nonlinear_from_minus_infinity(x, y, n):
    """exp(−∞) = 0 in the first step."""
    a = float("-inf")
    for t in range(0, n):
        a = tl.exp(a) + tl.load(x + t)
        a = tl.minimum(a * a, 1.0)
    tl.store(y, tl.exp(a))


@case("x y: *fp32, n m: i32", block={}, numbers=(-1, 0, 1, 3))
@triton.jit
def coupled_in_coupled(x, y, n, m):
    a = 0.5
    b = 1.0
    for t in range(0, n):
        for u in range(0, m):
            c = tl.sigmoid(a - b)
            b = tl.sigmoid(b + c * tl.load(x + t * 5 + u))
            a = c
        a = a * b
        tl.store(y + t, a)


@case("x y: *fp32, n m: i32", block={}, numbers=(-1, 0, 1, 3))
@triton.jit
def coupled_after_coupled(x, y, n, m):
    """The second loop starts where the first one stopped, and does something else."""
    a = 0.5
    b = 1.0
    for _ in range(0, n):
        a = tl.sigmoid(a - b)
        b = tl.sigmoid(b + a)
    for t in range(0, m):
        c = tl.sigmoid(a * b)
        b = tl.sigmoid(b - a)
        a = c + tl.load(x + t)
    tl.store(y, a)
    tl.store(y + 1, b)


@case("x y: *fp32, n: i32", **STEPS)
@triton.jit
def matrix_and_vector(x, y, n):
    """States of two shapes: one row of indices belongs to both."""
    i = tl.arange(0, 4)
    j = tl.arange(0, 2)
    m = tl.load(x + i[:, None] * 2 + j[None, :])
    v = tl.load(x + 8 + i)
    for t in range(0, n):
        w = tl.sigmoid(tl.sum(m * v[:, None], axis=0))
        m = m - v[:, None] * w[None, :]
        v = tl.sigmoid(v + tl.sum(m, axis=1) * tl.load(x + 12 + t))
    tl.store(y + i[:, None] * 2 + j[None, :], m)
    tl.store(y + 8 + i, v)


@case("x y: *fp32, n: i32", **STEPS)
@triton.jit
def coupled_where_positive(x, y, n):
    a = 0.0
    b = 1.0
    for t in range(0, n):
        here = tl.load(x + t)
        if here > 0:
            a = tl.sigmoid(a + b * here)
            b = tl.sigmoid(b - a)
    tl.store(y, a)


@case("x y: *fp32, counts: *i32", block={}, counts=(0, 1, 2, 5))
@triton.jit
def trips_from_memory(x, y, counts):
    p = tl.program_id(0)
    a = 0.0
    b = 1.0
    for t in range(0, tl.load(counts + p)):
        a = tl.sigmoid(a + b * tl.load(x + t))
        b = tl.sigmoid(b - a)
    tl.store(y + p, a)


@case("x y: *fp32, n: i32", **STEPS)
@triton.jit
def shifted_along(x, y, n):
    """Each element takes its left neighbour's place: the state's index moves."""
    i = tl.arange(0, 8)
    s = tl.load(x + i)
    for _t in range(0, n):
        left = tl.sum(tl.where(i[:, None] == i[None, :] + 1, s[None, :], 0.0), axis=1)
        s = tl.sigmoid(s + left)
    tl.store(y + i, s)


@case("x y: *fp32, n: i32", **STEPS)
@triton.jit
def first_lane_decides(x, y, n):
    i = tl.arange(0, 8)
    s = tl.load(x + i)
    for _t in range(0, n):
        first = tl.sum(tl.where(i == 0, s, 0.0), axis=0)
        s = tl.where(first > 0, tl.sigmoid(s), -s * s)
    tl.store(y + i, s)


@case("x y: *fp32, n: i32", **STEPS)
@triton.jit
def coupled_reads_what_it_wrote(x, y, n):
    """Each step reads what the step before stored: not what was there before the kernel."""
    a = 0.0
    b = 1.0
    for t in range(0, n):
        old = tl.load(y + t)
        a = tl.sigmoid(a + b * old)
        b = tl.sigmoid(b - a)
        tl.store(y + t + 1, a)


@case("x y: *fp32, n m: i32", block={}, numbers=(0, 1, 3))
@triton.jit
def coupled_with_undefined(x, y, n, m):
    a = 0.0
    b = 1.0
    for t in range(0, n):
        a = tl.sigmoid(a + b * tl.load(x + t, mask=t < m))
        b = tl.sigmoid(b - a)
    tl.store(y, a)


@case("y: *i32, n: i32", block={}, numbers=(0, 1, 2, 7))
@triton.jit
def doubled_sums(y, n):
    """Fibonacci's numbers: nothing bounds them, and they wrap."""
    a = 0
    b = 1
    for _ in range(0, n):
        a, b = a + b, a + b + b
    tl.store(y, a)


@case("x y: *fp32, n: i32", numbers=(0, 1, 8, 13))
@triton.jit
def lanes_of_tiles(x, y, n, BLOCK: tl.constexpr):
    """Which elements share a state is the block size's doing: no formula for a reader."""
    lanes = tl.arange(0, BLOCK)
    a = tl.zeros([BLOCK], tl.float32)
    b = tl.zeros([BLOCK], tl.float32)
    for start in range(0, n, BLOCK):
        here = tl.load(x + start + lanes, mask=start + lanes < n, other=0.0)
        a = tl.sigmoid(a + b + here)
        b = tl.sigmoid(b - a)
    tl.store(y + lanes, a)


@case("x y: *fp32, n: i32", **STEPS)
@triton.jit
def coupled_loads_what_it_just_stored(x, y, n):
    a = 0.5
    b = 1.0
    for t in range(0, n):
        tl.store(y + t, a * tl.load(x + t))
        tl.debug_barrier()
        old = tl.load(y + t)
        a = tl.sigmoid(a + b * old)
        b = tl.sigmoid(b - a)


@case("x y: *fp32, n: i32", **STEPS)
@triton.jit
def coupled_in_one_place(x, y, n):
    """One element is stored and loaded again and again."""
    a = 0.5
    b = 1.0
    for t in range(0, n):
        old = tl.load(y)
        a = tl.sigmoid(a + b * old)
        b = tl.sigmoid(b - a)
        tl.store(y, a + tl.load(x + t))


@case("x y: *fp32, n: i32", **STEPS)
@triton.jit
def coupled_reads_ahead(x, y, n):
    """What it reads it stores later."""
    a = 0.5
    b = 1.0
    for t in range(0, n):
        a = tl.sigmoid(a + b * tl.load(y + t))
        b = tl.sigmoid(b - a)
        tl.store(y + t, a)


@case("x y: *fp32, n: i32", **STEPS)
@triton.jit
def coupled_reads_behind(x, y, n):
    """What it reads it stored before, but for the first element."""
    a = 0.5
    b = 1.0
    for t in range(0, n):
        tl.store(y + t + 1, a)
        a = tl.sigmoid(a + b * tl.load(y + t))
        b = tl.sigmoid(b - a)
    tl.store(y, a)


@case("x y: *fp32, n: i32", **STEPS)
@triton.jit
def counts_while_coupled(x, y, n):
    """A counter beside the states, and an index that depends on them."""
    a = 0.5
    b = 1.0
    place = 0
    for _ in range(0, n):
        a = tl.sigmoid(a - b + tl.load(x + place))
        b = tl.sigmoid(b + a)
        place = tl.where(a > 0.5, 1, 0)
    tl.store(y, a)


@case("x y: *fp32, n: i32", **STEPS)
@triton.jit
def coupled_reads_from_the_other_end(x, y, n):
    """From the middle on, it reads what it stored before."""
    a = 0.5
    b = 1.0
    for t in range(0, n):
        a = tl.sigmoid(a + b * tl.load(y + n - 1 - t))
        b = tl.sigmoid(b - a)
        tl.store(y + t, a)


@case("x y: *fp32, n: i32", **STEPS)
@triton.jit
def coupled_reads_the_next(x, y, n):
    """What it reads it stores in the next step."""
    a = 0.5
    b = 1.0
    for t in range(0, n):
        a = tl.sigmoid(a + b * tl.load(y + t + 1))
        b = tl.sigmoid(b - a)
        tl.store(y + t, a)


@case("x y: *fp32, n: i32", **STEPS)
@triton.jit
def coupled_reads_halves(x, y, n):
    """It reads each element twice, and the second time it has been stored to."""
    a = 0.5
    b = 1.0
    for t in range(0, n):
        a = tl.sigmoid(a + b * tl.load(y + t // 2))
        b = tl.sigmoid(b - a)
        tl.store(y + t, a)


@case("a v y: *fp32, n: i32", block=8, numbers=(0, 1, 5, 8), a=POSITIVE, v=POSITIVE)
@triton.jit
def member_by_bisection(a, v, y, n, BLOCK: tl.constexpr):
    """A condition among the states says while the search goes on; what is loaded without it is undefined."""
    lanes = tl.arange(0, BLOCK)
    wanted = tl.load(v + lanes)
    low = tl.zeros([BLOCK], tl.int32)
    high = tl.zeros([BLOCK], tl.int32) + n
    found = tl.zeros([BLOCK], tl.int1)
    going = low < high
    for _ in range(0, 6):
        middle = tl.where(going, low + (high - low) // 2, 0)
        here = tl.load(a + middle, mask=going)
        found = tl.where(going, found | (here == wanted), found)
        low = tl.where(going & (here < wanted), middle + 1, low)
        high = tl.where(going & (here > wanted), middle, high)
        going = low < high
    tl.store(y + lanes, found.to(tl.float32))


@case("a v: *fp32, y: *i32, n steps: i32", block=8, numbers=(1, 2, 5, 8), a=POSITIVE, v=POSITIVE)
@triton.jit
def search_that_oversteps(a, v, y, n, steps, BLOCK: tl.constexpr):
    """Nothing stops it where it has found its place: it may go on beyond its end, by one in each step."""
    lanes = tl.arange(0, BLOCK)
    wanted = tl.load(v + lanes)
    low = tl.zeros([BLOCK], tl.int32)
    high = tl.zeros([BLOCK], tl.int32) + n - 1
    for _ in range(0, steps):
        middle = low + (high - low) // 2
        right = tl.load(a + middle) < wanted
        low = tl.where(right, middle + 1, low)
        high = tl.where(right, high, middle)
    tl.store(y + lanes, low)


@case("a v: *fp32, y: *i32, n steps: i32", block=8, numbers=(1, 2, 5, 8), a=POSITIVE, v=POSITIVE)
@triton.jit
def search_that_runs_away(a, v, y, n, steps, BLOCK: tl.constexpr):
    """Each step that goes right doubles where it looks."""
    lanes = tl.arange(0, BLOCK)
    wanted = tl.load(v + lanes)
    low = tl.zeros([BLOCK], tl.int32) + 1
    high = tl.zeros([BLOCK], tl.int32) + n
    for _ in range(0, steps):
        right = tl.load(a + low) < wanted
        low = tl.where(right, low + high, low)
        high = tl.where(right, low, high)
    tl.store(y + lanes, low)


@case("x: *fp32, y: *fp32, c: *i32, n: i32", **STEPS)
@triton.jit
def counter_beside_a_state(x, y, c, n):
    """How often a state was above a bound, which depends on how often it was."""
    i = tl.arange(0, 8)
    s = tl.load(x + i)
    count = 0
    for t in range(0, n):
        s = tl.sigmoid(s + count) * tl.load(x + t)
        count += tl.sum((s > 0.25).to(tl.int32), axis=0)
    tl.store(y + i, s)
    tl.store(c, count)
