"""One result element from a few input elements: the simplest kernels, over flat arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import triton
import triton.language as tl

if TYPE_CHECKING:
    from torch import Tensor


@triton.jit
def vector_add(x_ptr, y_ptr, out_ptr, n, BLOCK: tl.constexpr):
    offsets = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    mask = offsets < n
    x = tl.load(x_ptr + offsets, mask=mask)
    y = tl.load(y_ptr + offsets, mask=mask)
    tl.store(out_ptr + offsets, x + y, mask=mask)


@triton.jit
def fused_pointwise(x_ptr, y_ptr, out_ptr, scale, n, BLOCK: tl.constexpr):
    """out = sigmoid(scale * x) * y + |x - y|, computed in f32."""
    offsets = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    mask = offsets < n
    x = tl.load(x_ptr + offsets, mask=mask).to(tl.float32)
    y = tl.load(y_ptr + offsets, mask=mask).to(tl.float32)
    gate = 1.0 / (1.0 + tl.exp(-(scale * x)))
    tl.store(out_ptr + offsets, gate * y + tl.abs(x - y), mask=mask)


@triton.jit
def broadcast_add(x_ptr, row_ptr, col_ptr, out_ptr, rows, cols, BLOCK: tl.constexpr):
    """out[r, c] = x[r, c] + row[r] + col[c]; the 2-D index comes from a flat one by // and %."""
    offsets = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    mask = offsets < rows * cols
    x = tl.load(x_ptr + offsets, mask=mask)
    row = tl.load(row_ptr + offsets // cols, mask=mask)
    col = tl.load(col_ptr + offsets % cols, mask=mask)
    tl.store(out_ptr + offsets, x + row + col, mask=mask)


@triton.jit
def dropout(x_ptr, keep_ptr, out_ptr, p, n, BLOCK: tl.constexpr):
    """Dropout with a given mask: kept elements are scaled by 1 / (1 - p), the others become 0."""
    offsets = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    mask = offsets < n
    x = tl.load(x_ptr + offsets, mask=mask)
    keep = tl.load(keep_ptr + offsets, mask=mask)
    tl.store(out_ptr + offsets, tl.where(keep != 0, x / (1 - p), 0.0), mask=mask)


def _grid(n: int, block: int) -> tuple[int]:
    return (triton.cdiv(n, block),)


def add(x: Tensor, y: Tensor, block: int = 1024) -> Tensor:
    out = x.new_empty(x.shape)
    vector_add[_grid(x.numel(), block)](x, y, out, x.numel(), BLOCK=block)
    return out


def gated(x: Tensor, y: Tensor, scale: float, block: int = 1024) -> Tensor:
    out = x.new_empty(x.shape)
    fused_pointwise[_grid(x.numel(), block)](x, y, out, scale, x.numel(), BLOCK=block)
    return out


def add_row_and_column(x: Tensor, row: Tensor, col: Tensor, block: int = 1024) -> Tensor:
    rows, cols = x.shape
    out = x.new_empty(x.shape)
    broadcast_add[_grid(rows * cols, block)](x, row, col, out, rows, cols, BLOCK=block)
    return out


def masked_dropout(x: Tensor, keep: Tensor, p: float, block: int = 1024) -> Tensor:
    out = x.new_empty(x.shape)
    dropout[_grid(x.numel(), block)](x, keep, out, p, x.numel(), BLOCK=block)
    return out
