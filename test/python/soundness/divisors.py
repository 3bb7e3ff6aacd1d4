"""Constants that do not go together: an integer divided by 0 in every launch."""

import triton
import triton.language as tl

from soundness.case import case

VERIFIED = "heads_in_groups"
NEVER_VERIFIED = "heads_in_no_groups remainder_by_nothing steps_of_nothing"


@case("x y: *fp32, n: i32", numbers=(1, 3), block={"HEADS": 4, "GROUPS": 2})
@triton.jit
def heads_in_groups(x, y, n, HEADS: tl.constexpr, GROUPS: tl.constexpr):
    p = tl.program_id(0)
    ratio: tl.constexpr = HEADS // GROUPS
    tl.store(y + p, tl.load(x + (p // ratio) * n))


@case("x y: *fp32, n: i32", numbers=(1, 3), block={"HEADS": 4, "GROUPS": 8})
@triton.jit
def heads_in_no_groups(x, y, n, HEADS: tl.constexpr, GROUPS: tl.constexpr):
    p = tl.program_id(0)
    ratio: tl.constexpr = HEADS // GROUPS
    tl.store(y + p, tl.load(x + (p // ratio) * n))


@case("x y: *fp32, n: i32", numbers=(1, 3), block={"GROUP": 0})
@triton.jit
def remainder_by_nothing(x, y, n, GROUP: tl.constexpr):
    p = tl.program_id(0)
    tl.store(y + p, tl.load(x + p) + (n % GROUP))


@case("x y: *fp32, n: i32", numbers=(1, 3), block={"GROUP": 0})
@triton.jit
def steps_of_nothing(x, y, n, GROUP: tl.constexpr):
    p = tl.program_id(0)
    total = 0.0
    for k in range(0, n):
        total += tl.load(x + k // GROUP)
    tl.store(y + p, total)
