"""Wrong twins of the kernels in sorting.py, one small edit each; none may verify as the same formula."""

import triton
import triton.language as tl


@triton.jit
def row_sort__zero_filler(x_ptr, out_ptr, stride, n_cols, BLOCK: tl.constexpr):
    row = tl.program_id(0)
    cols = tl.arange(0, BLOCK)
    mask = cols < n_cols
    x = tl.load(x_ptr + row * stride + cols, mask=mask, other=0.0)
    tl.store(out_ptr + row * stride + cols, tl.sort(x), mask=mask)


@triton.jit
def row_sort__missing_other(x_ptr, out_ptr, stride, n_cols, BLOCK: tl.constexpr):
    row = tl.program_id(0)
    cols = tl.arange(0, BLOCK)
    mask = cols < n_cols
    x = tl.load(x_ptr + row * stride + cols, mask=mask)
    tl.store(out_ptr + row * stride + cols, tl.sort(x), mask=mask)


@triton.jit
def row_sort__descending(x_ptr, out_ptr, stride, n_cols, BLOCK: tl.constexpr):
    row = tl.program_id(0)
    cols = tl.arange(0, BLOCK)
    mask = cols < n_cols
    x = tl.load(x_ptr + row * stride + cols, mask=mask, other=float("inf"))
    tl.store(out_ptr + row * stride + cols, tl.sort(x, descending=True), mask=mask)


@triton.jit
def row_sort__sorts_halves(x_ptr, out_ptr, stride, n_cols, BLOCK: tl.constexpr):
    row = tl.program_id(0)
    cols = tl.arange(0, BLOCK)
    mask = cols < n_cols
    x = tl.load(x_ptr + row * stride + cols, mask=mask, other=float("inf"))
    halves = tl.sort(tl.reshape(x, [2, BLOCK // 2]))
    tl.store(out_ptr + row * stride + cols, tl.reshape(halves, [BLOCK]), mask=mask)


@triton.jit
def row_top_k__zero_filler(x_ptr, out_ptr, stride, n_cols, K: tl.constexpr, BLOCK: tl.constexpr):
    row = tl.program_id(0)
    cols = tl.arange(0, BLOCK)
    x = tl.load(x_ptr + row * stride + cols, mask=cols < n_cols, other=0.0)
    tl.store(out_ptr + row * K + tl.arange(0, K), tl.topk(x, K))


@triton.jit
def row_top_k__greatest_last(x_ptr, out_ptr, stride, n_cols, K: tl.constexpr, BLOCK: tl.constexpr):
    row = tl.program_id(0)
    cols = tl.arange(0, BLOCK)
    x = tl.load(x_ptr + row * stride + cols, mask=cols < n_cols, other=-float("inf"))
    tl.store(out_ptr + row * K + K - 1 - tl.arange(0, K), tl.topk(x, K))
