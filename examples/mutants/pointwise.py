"""Wrong twins of the kernels in pointwise.py, one small edit each; none may verify as the same formula."""

import triton
import triton.language as tl


@triton.jit
def vector_add__mask_off_by_one(x_ptr, y_ptr, out_ptr, n, BLOCK: tl.constexpr):
    offsets = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    mask = offsets <= n
    x = tl.load(x_ptr + offsets, mask=mask)
    y = tl.load(y_ptr + offsets, mask=mask)
    tl.store(out_ptr + offsets, x + y, mask=mask)


@triton.jit
def vector_add__unmasked_store(x_ptr, y_ptr, out_ptr, n, BLOCK: tl.constexpr):
    offsets = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    mask = offsets < n
    x = tl.load(x_ptr + offsets, mask=mask)
    y = tl.load(y_ptr + offsets, mask=mask)
    tl.store(out_ptr + offsets, x + y)


@triton.jit
def fused_pointwise__lost_minus(x_ptr, y_ptr, out_ptr, scale, n, BLOCK: tl.constexpr):
    offsets = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    mask = offsets < n
    x = tl.load(x_ptr + offsets, mask=mask).to(tl.float32)
    y = tl.load(y_ptr + offsets, mask=mask).to(tl.float32)
    gate = 1.0 / (1.0 + tl.exp(scale * x))
    tl.store(out_ptr + offsets, gate * y + tl.abs(x - y), mask=mask)


@triton.jit
def fused_pointwise__mask_one_short(x_ptr, y_ptr, out_ptr, scale, n, BLOCK: tl.constexpr):
    offsets = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    mask = offsets < n - 1
    x = tl.load(x_ptr + offsets, mask=mask).to(tl.float32)
    y = tl.load(y_ptr + offsets, mask=mask).to(tl.float32)
    gate = 1.0 / (1.0 + tl.exp(-(scale * x)))
    tl.store(out_ptr + offsets, gate * y + tl.abs(x - y), mask=mask)


@triton.jit
def broadcast_add__row_for_column(x_ptr, row_ptr, col_ptr, out_ptr, rows, cols, BLOCK: tl.constexpr):
    offsets = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    mask = offsets < rows * cols
    x = tl.load(x_ptr + offsets, mask=mask)
    row = tl.load(row_ptr + offsets // cols, mask=mask)
    col = tl.load(col_ptr + offsets % rows, mask=mask)
    tl.store(out_ptr + offsets, x + row + col, mask=mask)


@triton.jit
def broadcast_add__mask_rows_only(x_ptr, row_ptr, col_ptr, out_ptr, rows, cols, BLOCK: tl.constexpr):
    offsets = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    mask = offsets < rows
    x = tl.load(x_ptr + offsets, mask=mask)
    row = tl.load(row_ptr + offsets // cols, mask=mask)
    col = tl.load(col_ptr + offsets % cols, mask=mask)
    tl.store(out_ptr + offsets, x + row + col, mask=mask)


@triton.jit
def dropout__inverted_mask(x_ptr, keep_ptr, out_ptr, p, n, BLOCK: tl.constexpr):
    offsets = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    mask = offsets < n
    x = tl.load(x_ptr + offsets, mask=mask)
    keep = tl.load(keep_ptr + offsets, mask=mask)
    tl.store(out_ptr + offsets, tl.where(keep == 0, x / (1 - p), 0.0), mask=mask)


@triton.jit
def dropout__wrong_scale(x_ptr, keep_ptr, out_ptr, p, n, BLOCK: tl.constexpr):
    offsets = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    mask = offsets < n
    x = tl.load(x_ptr + offsets, mask=mask)
    keep = tl.load(keep_ptr + offsets, mask=mask)
    tl.store(out_ptr + offsets, tl.where(keep != 0, x * (1 - p), 0.0), mask=mask)
