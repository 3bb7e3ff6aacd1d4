"""Kernels that read and write through tensor descriptors, made in the kernel or passed to it."""

import triton
import triton.language as tl


@triton.jit
def doubled(x_ptr, y_ptr, m, n, BM: tl.constexpr, BN: tl.constexpr):
    x = tl.make_tensor_descriptor(x_ptr, [m, n], [n, 1], [BM, BN])
    y = tl.make_tensor_descriptor(y_ptr, [m, n], [n, 1], [BM, BN])
    row, column = tl.program_id(0) * BM, tl.program_id(1) * BN
    y.store([row, column], 2 * x.load([row, column]))


@triton.jit
def doubled_line(x_ptr, y_ptr, n, BLOCK: tl.constexpr):
    x = tl.make_tensor_descriptor(x_ptr, [n], [1], [BLOCK])
    y = tl.make_tensor_descriptor(y_ptr, [n], [1], [BLOCK])
    start = tl.program_id(0) * BLOCK
    y.store([start], 2 * x.load([start]))


@triton.jit
def added(x_ptr, y_ptr, m, n, BM: tl.constexpr, BN: tl.constexpr):
    """Each program adds its block to what is there."""
    x = tl.make_tensor_descriptor(x_ptr, [m, n], [n, 1], [BM, BN])
    y = tl.make_tensor_descriptor(y_ptr, [m, n], [n, 1], [BM, BN])
    row, column = tl.program_id(0) * BM, tl.program_id(1) * BN
    y.atomic_add([row, column], x.load([row, column]))


@triton.jit
def picked_rows(x_ptr, y_ptr, rows_ptr, m, n, ROWS: tl.constexpr, BN: tl.constexpr):
    """Some rows of x are put where they belong in y."""
    x = tl.make_tensor_descriptor(x_ptr, [m, n], [n, 1], [1, BN])
    y = tl.make_tensor_descriptor(y_ptr, [ROWS, n], [n, 1], [1, BN])
    rows = tl.load(rows_ptr + tl.arange(0, ROWS))
    column = tl.program_id(0) * BN
    y.scatter(x.gather(rows, column), tl.arange(0, ROWS), column)


@triton.jit
def product(a_ptr, b_ptr, c_ptr, m, n, k, BM: tl.constexpr, BN: tl.constexpr, BK: tl.constexpr):
    """The compiler pipelines the loop: copies run ahead, round a ring of slots."""
    a = tl.make_tensor_descriptor(a_ptr, [m, k], [k, 1], [BM, BK])
    b = tl.make_tensor_descriptor(b_ptr, [k, n], [n, 1], [BK, BN])
    c = tl.make_tensor_descriptor(c_ptr, [m, n], [n, 1], [BM, BN])
    row, column = tl.program_id(0) * BM, tl.program_id(1) * BN
    total = tl.zeros((BM, BN), tl.float32)
    for start in range(0, k, BK):
        total = tl.dot(a.load([row, start]), b.load([start, column]), total)
    c.store([row, column], total.to(tl.float16))


@triton.jit
def product_of_descriptors(a, b, c, k, BM: tl.constexpr, BN: tl.constexpr, BK: tl.constexpr):
    """The same of descriptors that the host made."""
    row, column = tl.program_id(0) * BM, tl.program_id(1) * BN
    total = tl.zeros((BM, BN), tl.float32)
    for start in range(0, k, BK):
        total = tl.dot(a.load([row, start]), b.load([start, column]), total)
    c.store([row, column], total.to(tl.float16))
