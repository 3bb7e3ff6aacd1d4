"""Wrong twins of the kernels in attention.py, one small edit each; none may verify as the same formula."""

import triton
import triton.language as tl

from examples.attention import LOG2_E, _rows, _scores


@triton.jit
def flash_attention__keys_past_the_end(
    q_ptr, k_ptr, v_ptr, out_ptr, lse_ptr, scale, stride_head, stride_row, n_ctx,
    BLOCK_M: tl.constexpr, BLOCK_N: tl.constexpr, D: tl.constexpr,
):  # fmt: skip
    head = tl.program_id(1) * stride_head
    rows = tl.program_id(0) * BLOCK_M + tl.arange(0, BLOCK_M)
    cols = tl.arange(0, D)
    q = _rows(q_ptr + head, rows, cols, stride_row, n_ctx)
    top = tl.full([BLOCK_M], -float("inf"), dtype=tl.float32)
    total = tl.zeros([BLOCK_M], dtype=tl.float32)
    acc = tl.zeros([BLOCK_M, D], dtype=tl.float32)
    for start in range(0, n_ctx, BLOCK_N):
        keys = start + tl.arange(0, BLOCK_N)
        k = _rows(k_ptr + head, keys, cols, stride_row, n_ctx)
        v = _rows(v_ptr + head, keys, cols, stride_row, n_ctx)
        s = tl.dot(q, tl.trans(k), input_precision="ieee") * (scale * LOG2_E)
        new_top = tl.maximum(top, tl.max(s, axis=1))
        p = tl.exp2(s - new_top[:, None])
        shrink = tl.exp2(top - new_top)
        total = total * shrink + tl.sum(p, axis=1)
        acc = acc * shrink[:, None] + tl.dot(p.to(v.dtype), v, input_precision="ieee")
        top = new_top
    out = out_ptr + head + rows[:, None] * stride_row + cols[None, :]
    tl.store(out, (acc / total[:, None]).to(out_ptr.dtype.element_ty), mask=rows[:, None] < n_ctx)
    tl.store(lse_ptr + tl.program_id(1) * n_ctx + rows, top + tl.log2(total), mask=rows < n_ctx)


@triton.jit
def flash_attention__output_not_rescaled(
    q_ptr, k_ptr, v_ptr, out_ptr, lse_ptr, scale, stride_head, stride_row, n_ctx,
    BLOCK_M: tl.constexpr, BLOCK_N: tl.constexpr, D: tl.constexpr,
):  # fmt: skip
    head = tl.program_id(1) * stride_head
    rows = tl.program_id(0) * BLOCK_M + tl.arange(0, BLOCK_M)
    cols = tl.arange(0, D)
    q = _rows(q_ptr + head, rows, cols, stride_row, n_ctx)
    top = tl.full([BLOCK_M], -float("inf"), dtype=tl.float32)
    total = tl.zeros([BLOCK_M], dtype=tl.float32)
    acc = tl.zeros([BLOCK_M, D], dtype=tl.float32)
    for start in range(0, n_ctx, BLOCK_N):
        keys = start + tl.arange(0, BLOCK_N)
        k = _rows(k_ptr + head, keys, cols, stride_row, n_ctx)
        v = _rows(v_ptr + head, keys, cols, stride_row, n_ctx)
        s = _scores(q, k, keys, scale, n_ctx)
        new_top = tl.maximum(top, tl.max(s, axis=1))
        p = tl.exp2(s - new_top[:, None])
        shrink = tl.exp2(top - new_top)
        total = total * shrink + tl.sum(p, axis=1)
        acc = acc + tl.dot(p.to(v.dtype), v, input_precision="ieee")
        top = new_top
    out = out_ptr + head + rows[:, None] * stride_row + cols[None, :]
    tl.store(out, (acc / total[:, None]).to(out_ptr.dtype.element_ty), mask=rows[:, None] < n_ctx)
    tl.store(lse_ptr + tl.program_id(1) * n_ctx + rows, top + tl.log2(total), mask=rows < n_ctx)


@triton.jit
def flash_attention_causal__without_the_diagonal(
    q_ptr, k_ptr, v_ptr, out_ptr, scale, stride_head, stride_row, n_ctx,
    BLOCK_M: tl.constexpr, BLOCK_N: tl.constexpr, D: tl.constexpr,
):  # fmt: skip
    head = tl.program_id(1) * stride_head
    first = tl.program_id(0) * BLOCK_M
    rows = first + tl.arange(0, BLOCK_M)
    cols = tl.arange(0, D)
    q = _rows(q_ptr + head, rows, cols, stride_row, n_ctx)
    top = tl.full([BLOCK_M], -float("inf"), dtype=tl.float32)
    total = tl.zeros([BLOCK_M], dtype=tl.float32)
    acc = tl.zeros([BLOCK_M, D], dtype=tl.float32)
    for start in range(0, tl.minimum(first + BLOCK_M, n_ctx), BLOCK_N):
        keys = start + tl.arange(0, BLOCK_N)
        k = _rows(k_ptr + head, keys, cols, stride_row, n_ctx)
        v = _rows(v_ptr + head, keys, cols, stride_row, n_ctx)
        s = _scores(q, k, keys, scale, n_ctx)
        s = tl.where(rows[:, None] > keys[None, :], s, -float("inf"))
        new_top = tl.maximum(top, tl.max(s, axis=1))
        p = tl.exp2(s - new_top[:, None])
        shrink = tl.exp2(top - new_top)
        total = total * shrink + tl.sum(p, axis=1)
        acc = acc * shrink[:, None] + tl.dot(p.to(v.dtype), v, input_precision="ieee")
        top = new_top
    out = out_ptr + head + rows[:, None] * stride_row + cols[None, :]
    tl.store(out, (acc / total[:, None]).to(out_ptr.dtype.element_ty), mask=rows[:, None] < n_ctx)


@triton.jit
def attention_backward_queries__row_sums_added(
    q_ptr, k_ptr, v_ptr, dout_ptr, lse_ptr, delta_ptr, dq_ptr, scale, stride_head, stride_row, n_ctx,
    BLOCK_M: tl.constexpr, BLOCK_N: tl.constexpr, D: tl.constexpr,
):  # fmt: skip
    head = tl.program_id(1) * stride_head
    rows = tl.program_id(0) * BLOCK_M + tl.arange(0, BLOCK_M)
    cols = tl.arange(0, D)
    q = _rows(q_ptr + head, rows, cols, stride_row, n_ctx)
    dout = _rows(dout_ptr + head, rows, cols, stride_row, n_ctx)
    lse = tl.load(lse_ptr + tl.program_id(1) * n_ctx + rows, mask=rows < n_ctx, other=0.0)
    delta = tl.load(delta_ptr + tl.program_id(1) * n_ctx + rows, mask=rows < n_ctx, other=0.0)
    dq = tl.zeros([BLOCK_M, D], dtype=tl.float32)
    for start in range(0, n_ctx, BLOCK_N):
        keys = start + tl.arange(0, BLOCK_N)
        k = _rows(k_ptr + head, keys, cols, stride_row, n_ctx)
        v = _rows(v_ptr + head, keys, cols, stride_row, n_ctx)
        p = tl.exp2(_scores(q, k, keys, scale, n_ctx) - lse[:, None])
        ds = p * (tl.dot(dout, tl.trans(v), input_precision="ieee") + delta[:, None])
        dq += tl.dot(ds.to(k.dtype), k, input_precision="ieee")
    out = dq_ptr + head + rows[:, None] * stride_row + cols[None, :]
    tl.store(out, (dq * scale).to(dq_ptr.dtype.element_ty), mask=rows[:, None] < n_ctx)


@triton.jit
def attention_backward_values__row_sums_added(
    q_ptr, k_ptr, v_ptr, dout_ptr, lse_ptr, delta_ptr, dk_ptr, dv_ptr, scale, stride_head, stride_row, n_ctx,
    BLOCK_M: tl.constexpr, BLOCK_N: tl.constexpr, D: tl.constexpr,
):  # fmt: skip
    head = tl.program_id(1) * stride_head
    keys = tl.program_id(0) * BLOCK_N + tl.arange(0, BLOCK_N)
    cols = tl.arange(0, D)
    k = _rows(k_ptr + head, keys, cols, stride_row, n_ctx)
    v = _rows(v_ptr + head, keys, cols, stride_row, n_ctx)
    dk = tl.zeros([BLOCK_N, D], dtype=tl.float32)
    dv = tl.zeros([BLOCK_N, D], dtype=tl.float32)
    for start in range(0, n_ctx, BLOCK_M):
        rows = start + tl.arange(0, BLOCK_M)
        q = _rows(q_ptr + head, rows, cols, stride_row, n_ctx)
        dout = _rows(dout_ptr + head, rows, cols, stride_row, n_ctx)
        lse = tl.load(lse_ptr + tl.program_id(1) * n_ctx + rows, mask=rows < n_ctx, other=0.0)
        delta = tl.load(delta_ptr + tl.program_id(1) * n_ctx + rows, mask=rows < n_ctx, other=0.0)
        p = tl.exp2(_scores(q, k, keys, scale, n_ctx) - lse[:, None])
        dv += tl.dot(tl.trans(p.to(dout.dtype)), dout, input_precision="ieee")
        ds = p * (tl.dot(dout, tl.trans(v), input_precision="ieee") + delta[:, None])
        dk += tl.dot(tl.trans(ds.to(q.dtype)), q, input_precision="ieee")
    place = head + keys[:, None] * stride_row + cols[None, :]
    inside = keys[:, None] < n_ctx
    tl.store(dk_ptr + place, (dk * scale).to(dk_ptr.dtype.element_ty), mask=inside)
    tl.store(dv_ptr + place, dv.to(dv_ptr.dtype.element_ty), mask=inside)
