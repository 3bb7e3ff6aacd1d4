"""Kernels whose floats go wrong on ordinary inputs, each beside a twin that sees to it that they do not."""

from __future__ import annotations

from typing import Any

import triton
import triton.language as tl

from examples.dump import compile_to_ttgir


@triton.jit
def softmax_unshifted(x, y, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    e = tl.exp(tl.load(x + i, mask=i < n, other=-float("inf")))
    tl.store(y + i, e / tl.sum(e, 0), mask=i < n)


@triton.jit
def softmax_shifted(x, y, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    a = tl.load(x + i, mask=i < n, other=-float("inf"))
    e = tl.exp(a - tl.max(a, 0))
    tl.store(y + i, e / tl.sum(e, 0), mask=i < n)


@triton.jit
def softmax_shifted_by_less(x, y, n, BLOCK: tl.constexpr):
    """The maximum leaves out the last element."""
    i = tl.arange(0, BLOCK)
    a = tl.load(x + i, mask=i < n, other=-float("inf"))
    e = tl.exp(a - tl.max(tl.where(i < n - 1, a, -float("inf")), 0))
    tl.store(y + i, e / tl.sum(e, 0), mask=i < n)


@triton.jit
def softmax_without_its_first(x, y, n, BLOCK: tl.constexpr):
    """The maximum is subtracted, but the sum leaves out where it may be."""
    i = tl.arange(0, BLOCK)
    a = tl.load(x + i, mask=i < n, other=-float("inf"))
    e = tl.exp(a - tl.max(a, 0))
    tl.store(y + i, e / tl.sum(tl.where(i > 0, e, 0.0), 0), mask=i < n)


@triton.jit
def softmax_of_all_but_the_first(x, y, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    a = tl.load(x + i, mask=i < n, other=-float("inf"))
    top = tl.max(tl.where(i > 0, a, -float("inf")), 0)
    e = tl.where(i > 0, tl.exp(a - top), 0.0)
    tl.store(y + i, e / tl.sum(e, 0), mask=i < n)


@triton.jit
def softplus_plain(x, y, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    tl.store(y + i, tl.log(1.0 + tl.exp(tl.load(x + i, mask=i < n, other=0.0))), mask=i < n)


@triton.jit
def softplus_guarded(x, y, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    a = tl.load(x + i, mask=i < n, other=0.0)
    tl.store(y + i, tl.where(a > 20.0, a, tl.log(1.0 + tl.exp(a))), mask=i < n)


@triton.jit
def softplus_guarded_from_below(x, y, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    a = tl.load(x + i, mask=i < n, other=0.0)
    tl.store(y + i, tl.where(a < -20.0, 0.0, tl.log(1.0 + tl.exp(a))), mask=i < n)


@triton.jit
def tanh_by_exponentials(x, y, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    e = tl.exp(2.0 * tl.load(x + i, mask=i < n, other=0.0))
    tl.store(y + i, (e - 1.0) / (e + 1.0), mask=i < n)


@triton.jit
def tanh_of_absolute_value(x, y, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    a = tl.load(x + i, mask=i < n, other=0.0)
    e = tl.exp(-2.0 * tl.abs(a))
    t = (1.0 - e) / (1.0 + e)
    tl.store(y + i, tl.where(a < 0.0, -t, t), mask=i < n)


@triton.jit
def logarithm(x, y, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    tl.store(y + i, tl.log(tl.abs(tl.load(x + i, mask=i < n, other=1.0))), mask=i < n)


@triton.jit
def logarithm_clamped(x, y, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    a = tl.abs(tl.load(x + i, mask=i < n, other=1.0))
    tl.store(y + i, tl.log(tl.maximum(a, 1.0e-6)), mask=i < n)


@triton.jit
def logarithm_clamped_from_above(x, y, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    a = tl.abs(tl.load(x + i, mask=i < n, other=1.0))
    tl.store(y + i, tl.log(tl.minimum(a, 1.0e6)), mask=i < n)


@triton.jit
def reciprocal(x, y, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    a = tl.load(x + i, mask=i < n, other=1.0)
    tl.store(y + i, a / tl.abs(a), mask=i < n)


@triton.jit
def reciprocal_guarded(x, y, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    a = tl.load(x + i, mask=i < n, other=1.0)
    tl.store(y + i, a / (tl.abs(a) + 1.0e-6), mask=i < n)


@triton.jit
def root(x, y, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    a = tl.load(x + i, mask=i < n, other=1.0)
    tl.store(y + i, tl.sqrt(a * a * a), mask=i < n)


@triton.jit
def root_of_clamped(x, y, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    a = tl.maximum(tl.load(x + i, mask=i < n, other=1.0), 0.0)
    tl.store(y + i, tl.sqrt(a * a * a), mask=i < n)


@triton.jit
def inverse_deviation(x, y, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    a = tl.load(x + i, mask=i < n, other=0.0)
    tl.store(y, tl.rsqrt(tl.sum(a * a, 0) / n))


@triton.jit
def inverse_deviation_with_eps(x, y, n, eps, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    a = tl.load(x + i, mask=i < n, other=0.0)
    tl.store(y, tl.rsqrt(tl.sum(a * a, 0) / n + eps))


@triton.jit
def variance_of_squares(x, y, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    a = tl.load(x + i, mask=i < n, other=0.0)
    mean = tl.sum(a, 0) / n
    tl.store(y, tl.sum(a * a, 0) / n - mean * mean)


@triton.jit
def variance_centred(x, y, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    a = tl.load(x + i, mask=i < n, other=0.0)
    d = tl.where(i < n, a - tl.sum(a, 0) / n, 0.0)
    tl.store(y, tl.sum(d * d, 0) / n)


@triton.jit
def root_mean_square_in_half(x, y, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    a = tl.load(x + i, mask=i < n, other=0.0)
    tl.store(y, tl.sqrt(tl.sum(a * a, 0).to(tl.float32) / n))


@triton.jit
def root_mean_square_in_single(x, y, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    a = tl.load(x + i, mask=i < n, other=0.0).to(tl.float32)
    tl.store(y, tl.sqrt(tl.sum(a * a, 0) / n))


@triton.jit
def online_softmax(x, y, n, BLOCK: tl.constexpr):
    top = -float("inf")
    total = 0.0
    for start in range(0, n, BLOCK):
        i = start + tl.arange(0, BLOCK)
        a = tl.load(x + i, mask=i < n, other=-float("inf"))
        new = tl.maximum(top, tl.max(a, 0))
        total = total * tl.exp(top - new) + tl.sum(tl.exp(a - new), 0)
        top = new
    for start in range(0, n, BLOCK):
        i = start + tl.arange(0, BLOCK)
        a = tl.load(x + i, mask=i < n, other=-float("inf"))
        tl.store(y + i, tl.exp(a - top) / total, mask=i < n)


@triton.jit
def sum_of_exponentials(x, y, n, BLOCK: tl.constexpr):
    """The same without a maximum."""
    total = 0.0
    for start in range(0, n, BLOCK):
        i = start + tl.arange(0, BLOCK)
        total += tl.sum(tl.exp(tl.load(x + i, mask=i < n, other=-float("inf"))), 0)
    for start in range(0, n, BLOCK):
        i = start + tl.arange(0, BLOCK)
        a = tl.load(x + i, mask=i < n, other=-float("inf"))
        tl.store(y + i, tl.exp(a) / total, mask=i < n)


@triton.jit
def sigmoid(x, y, n, BLOCK: tl.constexpr):
    """Overflow that does no harm."""
    i = tl.arange(0, BLOCK)
    tl.store(y + i, 1.0 / (1.0 + tl.exp(-tl.load(x + i, mask=i < n, other=0.0))), mask=i < n)


def ir_of(kernel: Any, element: str = "fp32") -> str:
    """The kernel's TTIR; `x` has elements of this type."""
    types = {"x": f"*{element}", "y": "*fp32", "n": "i32", "eps": "fp32"}
    names = [p for p in kernel.arg_names if p != "BLOCK"]
    return compile_to_ttgir(kernel, {n: types[n] for n in names}, {"BLOCK": 64}, ())["ttir"]
