"""A kernel of which a formula is expected."""

import triton
import triton.language as tl

import triton_lift


@triton_lift.expects("""
    out[i] = y[i] + x[i]
""")
@triton.jit
def expected_sum(x, y, out, n, B: tl.constexpr):
    i = tl.program_id(0) * B + tl.arange(0, B)
    tl.store(out + i, tl.load(x + i, i < n) + tl.load(y + i, i < n), i < n)
