"""Softmax of each row of a matrix, a row in one block."""

from __future__ import annotations

from typing import TYPE_CHECKING

import triton
import triton.language as tl

if TYPE_CHECKING:
    from torch import Tensor


@triton.jit
def softmax(x_ptr, out_ptr, stride_x, stride_out, n_cols, BLOCK: tl.constexpr):
    """One row for each program."""
    row = tl.program_id(0)
    cols = tl.arange(0, BLOCK)
    mask = cols < n_cols
    x = tl.load(x_ptr + row * stride_x + cols, mask=mask, other=-float("inf")).to(tl.float32)
    numerator = tl.exp(x - tl.max(x, axis=0))
    tl.store(out_ptr + row * stride_out + cols, numerator / tl.sum(numerator, axis=0), mask=mask)


@triton.jit
def softmax_grid_stride(x_ptr, out_ptr, stride_x, stride_out, n_rows, n_cols, BLOCK: tl.constexpr):
    """Programs walk over the rows with the grid's size as their step."""
    cols = tl.arange(0, BLOCK)
    mask = cols < n_cols
    for row in range(tl.program_id(0), n_rows, tl.num_programs(0)):
        x = tl.load(x_ptr + row * stride_x + cols, mask=mask, other=-float("inf")).to(tl.float32)
        numerator = tl.exp(x - tl.max(x, axis=0))
        tl.store(out_ptr + row * stride_out + cols, numerator / tl.sum(numerator, axis=0), mask=mask)


def softmax_rows(x: Tensor, programs: int | None = None) -> Tensor:
    """Softmax over the last axis; with `programs` given, by the grid-stride kernel."""
    rows, cols = x.shape
    out = x.new_empty(x.shape)
    block = triton.next_power_of_2(cols)
    if programs is None:
        softmax[(rows,)](x, out, x.stride(0), out.stride(0), cols, BLOCK=block)
    else:
        softmax_grid_stride[(programs,)](x, out, x.stride(0), out.stride(0), rows, cols, BLOCK=block)
    return out
