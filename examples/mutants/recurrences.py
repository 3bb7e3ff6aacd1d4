"""Wrong twins of the kernels in recurrences.py, one small edit each; none may verify as the same formula."""

import triton
import triton.language as tl

from examples.recurrences import merge_moments


@triton.jit
def welford_variance__counts_what_is_masked(x_ptr, mean_ptr, var_ptr, stride, n_cols, BLOCK: tl.constexpr):
    row = tl.program_id(0)
    mean = tl.zeros([BLOCK], dtype=tl.float32)
    squares = tl.zeros([BLOCK], dtype=tl.float32)
    count = tl.zeros([BLOCK], dtype=tl.float32)
    for start in range(0, n_cols, BLOCK):
        cols = start + tl.arange(0, BLOCK)
        mask = cols < n_cols
        x = tl.load(x_ptr + row * stride + cols, mask=mask, other=0.0).to(tl.float32)
        delta = x - mean
        new_mean = mean + delta / (count + 1)
        squares = tl.where(mask, squares + delta * (x - new_mean), squares)
        mean = tl.where(mask, new_mean, mean)
        count = count + 1
    mean, squares, count = tl.reduce((mean, squares, count), 0, merge_moments)
    tl.store(mean_ptr + row, mean)
    tl.store(var_ptr + row, squares / n_cols)


@triton.jit
def welford_variance__squares_of_one_difference(
    x_ptr, mean_ptr, var_ptr, stride, n_cols, BLOCK: tl.constexpr
):
    row = tl.program_id(0)
    mean = tl.zeros([BLOCK], dtype=tl.float32)
    squares = tl.zeros([BLOCK], dtype=tl.float32)
    count = tl.zeros([BLOCK], dtype=tl.float32)
    for start in range(0, n_cols, BLOCK):
        cols = start + tl.arange(0, BLOCK)
        mask = cols < n_cols
        x = tl.load(x_ptr + row * stride + cols, mask=mask, other=0.0).to(tl.float32)
        delta = x - mean
        new_mean = mean + delta / (count + 1)
        squares = tl.where(mask, squares + delta * delta, squares)
        mean = tl.where(mask, new_mean, mean)
        count = tl.where(mask, count + 1, count)
    mean, squares, count = tl.reduce((mean, squares, count), 0, merge_moments)
    tl.store(mean_ptr + row, mean)
    tl.store(var_ptr + row, squares / n_cols)


@triton.jit
def kahan_sum__sign_of_what_is_lost(x_ptr, out_ptr, stride, n_cols, BLOCK: tl.constexpr):
    row = tl.program_id(0)
    total = tl.zeros([BLOCK], dtype=tl.float32)
    lost = tl.zeros([BLOCK], dtype=tl.float32)
    for start in range(0, n_cols, BLOCK):
        cols = start + tl.arange(0, BLOCK)
        x = tl.load(x_ptr + row * stride + cols, mask=cols < n_cols, other=0.0).to(tl.float32)
        corrected = x - lost
        after = total + corrected
        lost = (after - total) + corrected
        total = after
    tl.store(out_ptr + row, tl.sum(total, axis=0))


@triton.jit
def exponential_average__weights_above_one(x_ptr, y_ptr, decay, n_steps, n_channels, BLOCK: tl.constexpr):
    channels = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    mask = channels < n_channels
    average = tl.zeros([BLOCK], dtype=tl.float32)
    for step in range(n_steps):
        x = tl.load(x_ptr + step * n_channels + channels, mask=mask, other=0.0).to(tl.float32)
        average = decay * average + x
        tl.store(y_ptr + step * n_channels + channels, average, mask=mask)


@triton.jit
def exponential_average__one_step_late(x_ptr, y_ptr, decay, n_steps, n_channels, BLOCK: tl.constexpr):
    channels = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    mask = channels < n_channels
    average = tl.zeros([BLOCK], dtype=tl.float32)
    for step in range(n_steps):
        x = tl.load(x_ptr + step * n_channels + channels, mask=mask, other=0.0).to(tl.float32)
        tl.store(y_ptr + step * n_channels + channels, average, mask=mask)
        average = decay * average + (1 - decay) * x


@triton.jit
def compose_the_other_way(factor_a, summand_a, factor_b, summand_b):
    return factor_a * factor_b, factor_a * summand_b + summand_a


@triton.jit
def gated_scan__composed_the_other_way(gate_ptr, x_ptr, y_ptr, stride, n_cols, BLOCK: tl.constexpr):
    row = tl.program_id(0)
    cols = tl.arange(0, BLOCK)
    mask = cols < n_cols
    gate = tl.load(gate_ptr + row * stride + cols, mask=mask, other=1.0).to(tl.float32)
    x = tl.load(x_ptr + row * stride + cols, mask=mask, other=0.0).to(tl.float32)
    _, y = tl.associative_scan((gate, x), 0, compose_the_other_way)
    tl.store(y_ptr + row * stride + cols, y, mask=mask)


@triton.jit
def linear_attention__decays_the_newest(
    q_ptr, k_ptr, v_ptr, out_ptr, decay, stride_qk, stride_v, n_steps, D_K: tl.constexpr, D_V: tl.constexpr
):
    i = tl.arange(0, D_K)
    j = tl.arange(0, D_V)
    state = tl.zeros([D_K, D_V], dtype=tl.float32)
    for step in range(n_steps):
        q = tl.load(q_ptr + step * stride_qk + i).to(tl.float32)
        k = tl.load(k_ptr + step * stride_qk + i).to(tl.float32)
        v = tl.load(v_ptr + step * stride_v + j).to(tl.float32)
        state = decay * (state + k[:, None] * v[None, :])
        tl.store(out_ptr + step * stride_v + j, tl.sum(q[:, None] * state, axis=0))
