"""Rows sorted, and their greatest elements: `tl.sort` and `tl.topk`, which the compiler expands into networks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import triton
import triton.language as tl

if TYPE_CHECKING:
    from torch import Tensor


@triton.jit
def row_sort(x_ptr, out_ptr, stride, n_cols, BLOCK: tl.constexpr):
    """Ascending; what the block has beyond the row comes last."""
    row = tl.program_id(0)
    cols = tl.arange(0, BLOCK)
    mask = cols < n_cols
    x = tl.load(x_ptr + row * stride + cols, mask=mask, other=float("inf"))
    tl.store(out_ptr + row * stride + cols, tl.sort(x), mask=mask)


@triton.jit
def row_top_k(x_ptr, out_ptr, stride, n_cols, K: tl.constexpr, BLOCK: tl.constexpr):
    """The K greatest, the greatest first; -∞ where the row has fewer."""
    row = tl.program_id(0)
    cols = tl.arange(0, BLOCK)
    x = tl.load(x_ptr + row * stride + cols, mask=cols < n_cols, other=-float("inf"))
    tl.store(out_ptr + row * K + tl.arange(0, K), tl.topk(x, K))


def sort_rows(x: Tensor) -> Tensor:
    """The rows, each in ascending order."""
    rows, cols = x.shape
    out = x.new_empty_strided(x.shape, x.stride())
    row_sort[(rows,)](x, out, x.stride(0), cols, BLOCK=triton.next_power_of_2(cols))
    return out


def top_k_rows(x: Tensor, k: int) -> Tensor:
    """The k greatest elements of each row, for a power of two k."""
    rows, cols = x.shape
    out = x.new_empty(rows, k)
    row_top_k[(rows,)](x, out, x.stride(0), cols, K=k, BLOCK=triton.next_power_of_2(cols))
    return out
