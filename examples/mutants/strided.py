"""Wrong twins of the kernels in strided.py, one small edit each; none may verify as the same formula."""

import triton
import triton.language as tl


@triton.jit
def copy_2d__wrong_stride(
    x_ptr,
    out_ptr,
    rows,
    cols,
    stride_xr,
    stride_xc,
    stride_or,
    stride_oc,
    BLOCK_R: tl.constexpr,
    BLOCK_C: tl.constexpr,
):
    r = tl.program_id(0) * BLOCK_R + tl.arange(0, BLOCK_R)
    c = tl.program_id(1) * BLOCK_C + tl.arange(0, BLOCK_C)
    mask = (r[:, None] < rows) & (c[None, :] < cols)
    x = tl.load(x_ptr + r[:, None] * stride_xr + c[None, :] * stride_xr, mask=mask)
    tl.store(out_ptr + r[:, None] * stride_or + c[None, :] * stride_oc, x, mask=mask)


@triton.jit
def copy_2d__mask_off_by_one(
    x_ptr,
    out_ptr,
    rows,
    cols,
    stride_xr,
    stride_xc,
    stride_or,
    stride_oc,
    BLOCK_R: tl.constexpr,
    BLOCK_C: tl.constexpr,
):
    r = tl.program_id(0) * BLOCK_R + tl.arange(0, BLOCK_R)
    c = tl.program_id(1) * BLOCK_C + tl.arange(0, BLOCK_C)
    mask = (r[:, None] <= rows) & (c[None, :] < cols)
    x = tl.load(x_ptr + r[:, None] * stride_xr + c[None, :] * stride_xc, mask=mask)
    tl.store(out_ptr + r[:, None] * stride_or + c[None, :] * stride_oc, x, mask=mask)


@triton.jit
def transpose_2d__swapped_out_strides(
    x_ptr,
    out_ptr,
    rows,
    cols,
    stride_xr,
    stride_xc,
    stride_or,
    stride_oc,
    BLOCK_R: tl.constexpr,
    BLOCK_C: tl.constexpr,
):
    r = tl.program_id(0) * BLOCK_R + tl.arange(0, BLOCK_R)
    c = tl.program_id(1) * BLOCK_C + tl.arange(0, BLOCK_C)
    mask = (r[:, None] < rows) & (c[None, :] < cols)
    x = tl.load(x_ptr + r[:, None] * stride_xr + c[None, :] * stride_xc, mask=mask)
    out_mask = (c[:, None] < cols) & (r[None, :] < rows)
    tl.store(out_ptr + c[:, None] * stride_oc + r[None, :] * stride_or, tl.trans(x), mask=out_mask)


@triton.jit
def transpose_2d__mask_off_by_one(
    x_ptr,
    out_ptr,
    rows,
    cols,
    stride_xr,
    stride_xc,
    stride_or,
    stride_oc,
    BLOCK_R: tl.constexpr,
    BLOCK_C: tl.constexpr,
):
    r = tl.program_id(0) * BLOCK_R + tl.arange(0, BLOCK_R)
    c = tl.program_id(1) * BLOCK_C + tl.arange(0, BLOCK_C)
    mask = (r[:, None] < rows) & (c[None, :] < cols)
    x = tl.load(x_ptr + r[:, None] * stride_xr + c[None, :] * stride_xc, mask=mask)
    out_mask = (c[:, None] <= cols) & (r[None, :] < rows)
    tl.store(out_ptr + c[:, None] * stride_or + r[None, :] * stride_oc, tl.trans(x), mask=out_mask)


@triton.jit
def triu__strict(
    x_ptr, out_ptr, rows, cols, stride_x, stride_out, diagonal, BLOCK_R: tl.constexpr, BLOCK_C: tl.constexpr
):
    r = tl.program_id(0) * BLOCK_R + tl.arange(0, BLOCK_R)
    c = tl.program_id(1) * BLOCK_C + tl.arange(0, BLOCK_C)
    mask = (r[:, None] < rows) & (c[None, :] < cols)
    x = tl.load(x_ptr + r[:, None] * stride_x + c[None, :], mask=mask)
    kept = tl.where(c[None, :] > r[:, None] + diagonal, x, 0.0)
    tl.store(out_ptr + r[:, None] * stride_out + c[None, :], kept, mask=mask)
