"""The backward pass of layer norm: of the rows, one program each; of weight and bias, a tile of columns each."""

import triton
import triton.language as tl


@triton.jit
def layer_norm_backward_rows(
    x_ptr, weight_ptr, dout_ptr, mean_ptr, rstd_ptr, dx_ptr, stride, n_cols, BLOCK: tl.constexpr
):
    row = tl.program_id(0)
    cols = tl.arange(0, BLOCK)
    mask = cols < n_cols
    mean = tl.load(mean_ptr + row)
    rstd = tl.load(rstd_ptr + row)
    x = tl.load(x_ptr + row * stride + cols, mask=mask, other=0.0).to(tl.float32)
    dout = tl.load(dout_ptr + row * stride + cols, mask=mask, other=0.0).to(tl.float32)
    weight = tl.load(weight_ptr + cols, mask=mask, other=0.0).to(tl.float32)
    normed = tl.where(mask, (x - mean) * rstd, 0.0)
    scaled = weight * dout
    along = tl.sum(normed * scaled, axis=0) / n_cols
    level = tl.sum(scaled, axis=0) / n_cols
    tl.store(dx_ptr + row * stride + cols, (scaled - (normed * along + level)) * rstd, mask=mask)


@triton.jit
def layer_norm_backward_weights(
    x_ptr, dout_ptr, mean_ptr, rstd_ptr, dweight_ptr, dbias_ptr, stride, n_rows, n_cols,
    BLOCK_M: tl.constexpr, BLOCK_N: tl.constexpr,
):  # fmt: skip
    cols = tl.program_id(0) * BLOCK_N + tl.arange(0, BLOCK_N)
    dweight = tl.zeros([BLOCK_M, BLOCK_N], dtype=tl.float32)
    dbias = tl.zeros([BLOCK_M, BLOCK_N], dtype=tl.float32)
    for start in range(0, n_rows, BLOCK_M):
        rows = start + tl.arange(0, BLOCK_M)
        mask = (rows[:, None] < n_rows) & (cols[None, :] < n_cols)
        place = rows[:, None] * stride + cols[None, :]
        x = tl.load(x_ptr + place, mask=mask, other=0.0).to(tl.float32)
        dout = tl.load(dout_ptr + place, mask=mask, other=0.0).to(tl.float32)
        mean = tl.load(mean_ptr + rows, mask=rows < n_rows, other=0.0)
        rstd = tl.load(rstd_ptr + rows, mask=rows < n_rows, other=0.0)
        dweight += dout * (x - mean[:, None]) * rstd[:, None]
        dbias += dout
    tl.store(dweight_ptr + cols, tl.sum(dweight, axis=0), mask=cols < n_cols)
    tl.store(dbias_ptr + cols, tl.sum(dbias, axis=0), mask=cols < n_cols)
