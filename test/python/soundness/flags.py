"""Truth values and bits that are gathered over a loop as integers."""

import triton
import triton.language as tl

from soundness.case import case

VERIFIED = "accepted_prefix flags_of_bits"
NEVER_VERIFIED = "flags_that_turn"


@case(
    "draft target: *i32, length: *i32, n: i32",
    block={},
    numbers=(-1, 0, 1, 3, 6),
    draft=(1, 2),
    target=(1, 2),
)
@triton.jit
def accepted_prefix(draft, target, length, n):
    """How many tokens agree before the first that does not: whether all did is kept as a number."""
    count = 0
    live = 1
    for i in range(0, n):
        same = tl.load(draft + i) == tl.load(target + i)
        count += ((live != 0) & same).to(tl.int32)
        live = live & same.to(tl.int32)
    tl.store(length, count)
    tl.store(length + 1, live)


@case("x: *i32, y: *i32, n: i32", block={}, numbers=(-1, 0, 1, 3, 6), x=(1, 2, 3, 6))
@triton.jit
def flags_of_bits(x, y, n):
    """Bits that all elements have, and bits that any has; from a start that has some of both."""
    every = 7
    some = 8
    for i in range(0, n):
        every = every & tl.load(x + i)
        some = some | tl.load(x + i)
    tl.store(y, every)
    tl.store(y + 1, some)


@case(
    "draft target: *i32, length: *i32, n: i32",
    block={},
    numbers=(-1, 0, 1, 3, 6),
    draft=(1, 2),
    target=(1, 2),
)
@triton.jit
def flags_that_turn(draft, target, length, n):
    """Each disagreement doubles the flags, which wrap in the end: no step is a truth value."""
    live = 1
    for i in range(0, n):
        same = tl.load(draft + i) == tl.load(target + i)
        live = (live * 2 + 1) & tl.where(same, live * 3, 5)
    tl.store(length, live)
