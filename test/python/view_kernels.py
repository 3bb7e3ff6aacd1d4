"""Kernels on flat pointers, to be shown in the tensors that they are launched with."""

from __future__ import annotations

import triton
import triton.language as tl


@triton.jit
def add(x, y, out, n, B: tl.constexpr):
    i = tl.program_id(0) * B + tl.arange(0, B)
    tl.store(out + i, tl.load(x + i, i < n) + tl.load(y + i, i < n), i < n)


@triton.jit
def bias(x, b, out, n, N, B: tl.constexpr):
    i = tl.program_id(0) * B + tl.arange(0, B)
    tl.store(out + i, tl.load(x + i, i < n) + tl.load(b + i % N, i < n), i < n)


@triton.jit
def bias_of_64(x, b, out, n, B: tl.constexpr):
    i = tl.program_id(0) * B + tl.arange(0, B)
    tl.store(out + i, tl.load(x + i, i < n) + tl.load(b + i % 64, i < n), i < n)


@triton.jit
def transpose(x, out, M, N, n, B: tl.constexpr):
    i = tl.program_id(0) * B + tl.arange(0, B)
    tl.store(out + i, tl.load(x + i % M * N + i // M, i < n), i < n)


@triton.jit
def softmax(x, out, stride, n, B: tl.constexpr):
    row, c = tl.program_id(0), tl.arange(0, B)
    v = tl.load(x + row * stride + c, c < n, other=-float("inf"))
    e = tl.exp(v - tl.max(v, 0))
    tl.store(out + row * stride + c, e / tl.sum(e, 0), c < n)


@triton.jit
def total(x, out, n, B: tl.constexpr):
    acc = tl.zeros((B,), tl.float32)
    for start in range(0, n, B):
        i = start + tl.arange(0, B)
        acc += tl.load(x + i, i < n, other=0.0)
    tl.store(out, tl.sum(acc, 0))


@triton.jit
def rows_of_1024(x, out, n, B: tl.constexpr):
    row, c = tl.program_id(0), tl.arange(0, B)
    tl.store(out + row * 1024 + c, 2 * tl.load(x + row * 1024 + c, c < n), c < n)


@triton.jit
def shifted(x, out, n, B: tl.constexpr):
    i = tl.program_id(0) * B + tl.arange(0, B)
    tl.store(out + i, tl.load(x + i + 1, i < n), i < n)


@triton.jit
def gather(w, index, out, D, B: tl.constexpr):
    row, c = tl.program_id(0), tl.arange(0, B)
    tl.store(out + row * D + c, tl.load(w + tl.load(index + row) * D + c, c < D), c < D)
