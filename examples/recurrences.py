"""States that are carried along: Welford's variance, decaying averages, gated scans, Kahan's sum, linear attention."""

from __future__ import annotations

from typing import TYPE_CHECKING

import triton
import triton.language as tl

if TYPE_CHECKING:
    from torch import Tensor


@triton.jit
def merge_moments(mean_a, squares_a, weight_a, mean_b, squares_b, weight_b):
    """The mean, the squared deviations from it and the number of two collections together (Chan's formulas)."""
    delta = mean_b - mean_a
    weight = weight_a + weight_b
    share = tl.where(weight == 0.0, 0.0, weight_b / weight)
    return mean_a + delta * share, squares_a + squares_b + delta * delta * weight_a * share, weight


@triton.jit
def welford_variance(x_ptr, mean_ptr, var_ptr, stride, n_cols, BLOCK: tl.constexpr):
    """Mean and population variance in one pass: each lane keeps its own, a reduction merges them."""
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
        count = tl.where(mask, count + 1, count)
    mean, squares, count = tl.reduce((mean, squares, count), 0, merge_moments)
    tl.store(mean_ptr + row, mean)
    tl.store(var_ptr + row, squares / n_cols)


@triton.jit
def kahan_sum(x_ptr, out_ptr, stride, n_cols, BLOCK: tl.constexpr):
    """A sum with compensation for what rounding takes away."""
    row = tl.program_id(0)
    total = tl.zeros([BLOCK], dtype=tl.float32)
    lost = tl.zeros([BLOCK], dtype=tl.float32)
    for start in range(0, n_cols, BLOCK):
        cols = start + tl.arange(0, BLOCK)
        x = tl.load(x_ptr + row * stride + cols, mask=cols < n_cols, other=0.0).to(tl.float32)
        corrected = x - lost
        after = total + corrected
        lost = (after - total) - corrected
        total = after
    tl.store(out_ptr + row, tl.sum(total, axis=0))


@triton.jit
def exponential_average(x_ptr, y_ptr, decay, n_steps, n_channels, BLOCK: tl.constexpr):
    """y_t = decay·y_{t−1} + (1 − decay)·x_t for each channel."""
    channels = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    mask = channels < n_channels
    average = tl.zeros([BLOCK], dtype=tl.float32)
    for step in range(n_steps):
        x = tl.load(x_ptr + step * n_channels + channels, mask=mask, other=0.0).to(tl.float32)
        average = decay * average + (1 - decay) * x
        tl.store(y_ptr + step * n_channels + channels, average, mask=mask)


@triton.jit
def compose(factor_a, summand_a, factor_b, summand_b):
    """First x ↦ factor_a·x + summand_a, then the other."""
    return factor_a * factor_b, factor_b * summand_a + summand_b


@triton.jit
def gated_scan(gate_ptr, x_ptr, y_ptr, stride, n_cols, BLOCK: tl.constexpr):
    """y_t = gate_t·y_{t−1} + x_t along a row, all at once."""
    row = tl.program_id(0)
    cols = tl.arange(0, BLOCK)
    mask = cols < n_cols
    gate = tl.load(gate_ptr + row * stride + cols, mask=mask, other=1.0).to(tl.float32)
    x = tl.load(x_ptr + row * stride + cols, mask=mask, other=0.0).to(tl.float32)
    _, y = tl.associative_scan((gate, x), 0, compose)
    tl.store(y_ptr + row * stride + cols, y, mask=mask)


@triton.jit
def linear_attention(
    q_ptr, k_ptr, v_ptr, out_ptr, decay, stride_qk, stride_v, n_steps, D_K: tl.constexpr, D_V: tl.constexpr
):
    """Attention without softmax, as a state of D_K × D_V numbers that decays (retention)."""
    i = tl.arange(0, D_K)
    j = tl.arange(0, D_V)
    state = tl.zeros([D_K, D_V], dtype=tl.float32)
    for step in range(n_steps):
        q = tl.load(q_ptr + step * stride_qk + i).to(tl.float32)
        k = tl.load(k_ptr + step * stride_qk + i).to(tl.float32)
        v = tl.load(v_ptr + step * stride_v + j).to(tl.float32)
        state = decay * state + k[:, None] * v[None, :]
        tl.store(out_ptr + step * stride_v + j, tl.sum(q[:, None] * state, axis=0))


def variance(x: Tensor, mean: Tensor, var: Tensor) -> None:
    """Mean and variance of each row of a matrix."""
    rows, cols = x.shape
    welford_variance[(rows,)](x, mean, var, x.stride(0), cols, BLOCK=256)
