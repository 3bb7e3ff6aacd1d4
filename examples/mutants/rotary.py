"""Wrong twins of the kernels in rotary.py, one small edit each; none may verify as the same formula."""

import triton
import triton.language as tl


@triton.jit
def rotary__wrong_sign(
    x_ptr,
    cos_ptr,
    sin_ptr,
    out_ptr,
    half,
    stride_xs,
    stride_xh,
    stride_os,
    stride_oh,
    BLOCK: tl.constexpr,
):
    s = tl.program_id(0)
    h = tl.program_id(1)
    d = tl.arange(0, BLOCK)
    mask = d < half
    cos = tl.load(cos_ptr + s * half + d, mask=mask, other=0.0).to(tl.float32)
    sin = tl.load(sin_ptr + s * half + d, mask=mask, other=0.0).to(tl.float32)
    x = x_ptr + s * stride_xs + h * stride_xh + d
    first = tl.load(x, mask=mask, other=0.0).to(tl.float32)
    second = tl.load(x + half, mask=mask, other=0.0).to(tl.float32)
    out = out_ptr + s * stride_os + h * stride_oh + d
    tl.store(out, first * cos + second * sin, mask=mask)
    tl.store(out + half, second * cos + first * sin, mask=mask)


@triton.jit
def rotary__sine_of_cosine(
    x_ptr,
    cos_ptr,
    sin_ptr,
    out_ptr,
    half,
    stride_xs,
    stride_xh,
    stride_os,
    stride_oh,
    BLOCK: tl.constexpr,
):
    s = tl.program_id(0)
    h = tl.program_id(1)
    d = tl.arange(0, BLOCK)
    mask = d < half
    cos = tl.load(cos_ptr + s * half + d, mask=mask, other=0.0).to(tl.float32)
    sin = tl.load(cos_ptr + s * half + d, mask=mask, other=0.0).to(tl.float32)
    x = x_ptr + s * stride_xs + h * stride_xh + d
    first = tl.load(x, mask=mask, other=0.0).to(tl.float32)
    second = tl.load(x + half, mask=mask, other=0.0).to(tl.float32)
    out = out_ptr + s * stride_os + h * stride_oh + d
    tl.store(out, first * cos - second * sin, mask=mask)
    tl.store(out + half, second * cos + first * sin, mask=mask)
