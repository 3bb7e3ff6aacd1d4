"""Rotary position embedding: pairs (x[d], x[d + half]) turned by an angle that depends on the position."""

from __future__ import annotations

from typing import TYPE_CHECKING

import triton
import triton.language as tl

if TYPE_CHECKING:
    from torch import Tensor


@triton.jit
def rotary(
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
    """One program for each (position, head); `half` is half the head's dimension."""
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
    tl.store(out, first * cos - second * sin, mask=mask)
    tl.store(out + half, second * cos + first * sin, mask=mask)


def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """`x` is (positions, heads, dimension); `cos` and `sin` are (positions, dimension / 2)."""
    seq_len, heads, dim = x.shape
    out = x.new_empty(x.shape)
    strides = (x.stride(0), x.stride(1), out.stride(0), out.stride(1))
    block = triton.next_power_of_2(dim // 2)
    rotary[(seq_len, heads)](x, cos, sin, out, dim // 2, *strides, BLOCK=block)
    return out
