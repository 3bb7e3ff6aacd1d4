"""The outer product of two vectors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import triton
import triton.language as tl

if TYPE_CHECKING:
    from torch import Tensor


@triton.jit
def outer_product(
    x_ptr, y_ptr, out_ptr, m, n, stride_om, stride_on, BLOCK_M: tl.constexpr, BLOCK_N: tl.constexpr
):
    i = tl.program_id(0) * BLOCK_M + tl.arange(0, BLOCK_M)
    j = tl.program_id(1) * BLOCK_N + tl.arange(0, BLOCK_N)
    x = tl.load(x_ptr + i, mask=i < m, other=0.0)
    y = tl.load(y_ptr + j, mask=j < n, other=0.0)
    mask = (i[:, None] < m) & (j[None, :] < n)
    tl.store(out_ptr + i[:, None] * stride_om + j[None, :] * stride_on, x[:, None] * y[None, :], mask=mask)


def outer(x: Tensor, y: Tensor) -> Tensor:
    m, n = x.numel(), y.numel()
    out = x.new_empty((m, n))
    outer_product[(triton.cdiv(m, 32), triton.cdiv(n, 64))](
        x, y, out, m, n, *out.stride(), BLOCK_M=32, BLOCK_N=64
    )
    return out
