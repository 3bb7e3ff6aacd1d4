"""Wrong twins of the kernels in outer_product.py, one small edit each; none may verify as the same formula."""

import triton
import triton.language as tl


@triton.jit
def outer_product__mask_off_by_one(
    x_ptr, y_ptr, out_ptr, m, n, stride_om, stride_on, BLOCK_M: tl.constexpr, BLOCK_N: tl.constexpr
):
    i = tl.program_id(0) * BLOCK_M + tl.arange(0, BLOCK_M)
    j = tl.program_id(1) * BLOCK_N + tl.arange(0, BLOCK_N)
    x = tl.load(x_ptr + i, mask=i < m, other=0.0)
    y = tl.load(y_ptr + j, mask=j < n, other=0.0)
    mask = (i[:, None] < m) & (j[None, :] <= n)
    tl.store(out_ptr + i[:, None] * stride_om + j[None, :] * stride_on, x[:, None] * y[None, :], mask=mask)


@triton.jit
def outer_product__wrong_stride(
    x_ptr, y_ptr, out_ptr, m, n, stride_om, stride_on, BLOCK_M: tl.constexpr, BLOCK_N: tl.constexpr
):
    i = tl.program_id(0) * BLOCK_M + tl.arange(0, BLOCK_M)
    j = tl.program_id(1) * BLOCK_N + tl.arange(0, BLOCK_N)
    x = tl.load(x_ptr + i, mask=i < m, other=0.0)
    y = tl.load(y_ptr + j, mask=j < n, other=0.0)
    mask = (i[:, None] < m) & (j[None, :] < n)
    tl.store(out_ptr + i[:, None] * stride_on + j[None, :] * stride_on, x[:, None] * y[None, :], mask=mask)
