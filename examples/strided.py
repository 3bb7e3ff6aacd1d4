"""Two-dimensional tiles with symbolic strides: copy, transpose, upper triangle."""

from __future__ import annotations

from typing import TYPE_CHECKING

import triton
import triton.language as tl

if TYPE_CHECKING:
    from torch import Tensor


@triton.jit
def copy_2d(
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
    tl.store(out_ptr + r[:, None] * stride_or + c[None, :] * stride_oc, x, mask=mask)


@triton.jit
def transpose_2d(
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
    """out[c, r] = x[r, c], the tile transposed in registers."""
    r = tl.program_id(0) * BLOCK_R + tl.arange(0, BLOCK_R)
    c = tl.program_id(1) * BLOCK_C + tl.arange(0, BLOCK_C)
    mask = (r[:, None] < rows) & (c[None, :] < cols)
    x = tl.load(x_ptr + r[:, None] * stride_xr + c[None, :] * stride_xc, mask=mask)
    out_mask = (c[:, None] < cols) & (r[None, :] < rows)
    tl.store(out_ptr + c[:, None] * stride_or + r[None, :] * stride_oc, tl.trans(x), mask=out_mask)


@triton.jit
def triu(
    x_ptr, out_ptr, rows, cols, stride_x, stride_out, diagonal, BLOCK_R: tl.constexpr, BLOCK_C: tl.constexpr
):
    """The upper triangle from the given diagonal on; 0 below it."""
    r = tl.program_id(0) * BLOCK_R + tl.arange(0, BLOCK_R)
    c = tl.program_id(1) * BLOCK_C + tl.arange(0, BLOCK_C)
    mask = (r[:, None] < rows) & (c[None, :] < cols)
    x = tl.load(x_ptr + r[:, None] * stride_x + c[None, :], mask=mask)
    kept = tl.where(c[None, :] >= r[:, None] + diagonal, x, 0.0)
    tl.store(out_ptr + r[:, None] * stride_out + c[None, :], kept, mask=mask)


def _grid(rows: int, cols: int) -> tuple[int, int]:
    return (triton.cdiv(rows, 32), triton.cdiv(cols, 64))


def copy(x: Tensor) -> Tensor:
    out = x.new_empty(x.shape)
    copy_2d[_grid(*x.shape)](x, out, *x.shape, *x.stride(), *out.stride(), BLOCK_R=32, BLOCK_C=64)
    return out


def transpose(x: Tensor) -> Tensor:
    out = x.new_empty(x.shape[::-1])
    transpose_2d[_grid(*x.shape)](x, out, *x.shape, *x.stride(), *out.stride(), BLOCK_R=32, BLOCK_C=64)
    return out


def upper_triangle(x: Tensor, diagonal: int = 0) -> Tensor:
    out = x.new_empty(x.shape)
    triu[_grid(*x.shape)](x, out, *x.shape, x.stride(0), out.stride(0), diagonal, BLOCK_R=32, BLOCK_C=64)
    return out
