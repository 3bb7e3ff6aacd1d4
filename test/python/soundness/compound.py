"""Whole algorithms with one step wrong, and atomics."""

import triton
import triton.language as tl

from soundness.case import SMALL, case

ROWS = {"BM": 16, "BN": 16, "BK": 16}


@case("a b c: *fp32, m n k: i32", numbers=(1, 5, 17, 0), block=ROWS)
@triton.jit
def matmul_unmasked_k(a, b, c, m, n, k, BM: tl.constexpr, BN: tl.constexpr, BK: tl.constexpr):
    """The last tile of k is not masked."""
    i = tl.program_id(0) * BM + tl.arange(0, BM)
    j = tl.program_id(1) * BN + tl.arange(0, BN)
    r = tl.arange(0, BK)
    total = tl.zeros((BM, BN), tl.float32)
    for t in range(0, tl.cdiv(k, BK)):
        u = tl.load(a + i[:, None] * k + (t * BK + r)[None, :])
        v = tl.load(b + (t * BK + r)[:, None] * n + j[None, :])
        total += tl.dot(u, v, input_precision="ieee")
    tl.store(c + i[:, None] * n + j[None, :], total, mask=(i[:, None] < m) & (j[None, :] < n))


@case("a b c: *fp32, m n k: i32", numbers=(1, 5, 17, 0), block=ROWS)
@triton.jit
def matmul_masked_once(a, b, c, m, n, k, BM: tl.constexpr, BN: tl.constexpr, BK: tl.constexpr):
    """Only one operand is masked: enough for finite numbers."""
    i = tl.program_id(0) * BM + tl.arange(0, BM)
    j = tl.program_id(1) * BN + tl.arange(0, BN)
    r = tl.arange(0, BK)
    total = tl.zeros((BM, BN), tl.float32)
    for t in range(0, tl.cdiv(k, BK)):
        u = tl.load(a + i[:, None] * k + (t * BK + r)[None, :], mask=(t * BK + r)[None, :] < k, other=0.0)
        v = tl.load(b + (t * BK + r)[:, None] * n + j[None, :])
        total += tl.dot(u, v, input_precision="ieee")
    tl.store(c + i[:, None] * n + j[None, :], total, mask=(i[:, None] < m) & (j[None, :] < n))


@case("a b c: *fp32, m n k: i32", numbers=(1, 5, 17, 0), block=ROWS)
@triton.jit
def matmul_wrong_stride(a, b, c, m, n, k, BM: tl.constexpr, BN: tl.constexpr, BK: tl.constexpr):
    """b is walked with k's stride, c stored with m's."""
    i = tl.program_id(0) * BM + tl.arange(0, BM)
    j = tl.program_id(1) * BN + tl.arange(0, BN)
    r = tl.arange(0, BK)
    total = tl.zeros((BM, BN), tl.float32)
    for t in range(0, tl.cdiv(k, BK)):
        inside = t * BK + r < k
        u = tl.load(a + i[:, None] * k + (t * BK + r)[None, :], mask=inside[None, :], other=0.0)
        v = tl.load(b + (t * BK + r)[:, None] * k + j[None, :], mask=inside[:, None], other=0.0)
        total += tl.dot(u, v, input_precision="ieee")
    tl.store(c + i[:, None] * m + j[None, :], total, mask=(i[:, None] < m) & (j[None, :] < n))


@case("a b c: *fp32, m n k: i32", numbers=(1, 5, 17, 0), block=ROWS)
@triton.jit
def matmul_wrapped_rows(a, b, c, m, n, k, BM: tl.constexpr, BN: tl.constexpr, BK: tl.constexpr):
    """Rows past the end wrap around, and are stored: rows of c beyond m repeat those within."""
    i = tl.program_id(0) * BM + tl.arange(0, BM)
    j = tl.program_id(1) * BN + tl.arange(0, BN)
    r = tl.arange(0, BK)
    total = tl.zeros((BM, BN), tl.float32)
    for t in range(0, tl.cdiv(k, BK)):
        inside = t * BK + r < k
        u = tl.load(a + (i % m)[:, None] * k + (t * BK + r)[None, :], mask=inside[None, :], other=0.0)
        v = tl.load(b + (t * BK + r)[:, None] * n + (j % n)[None, :], mask=inside[:, None], other=0.0)
        total += tl.dot(u, v, input_precision="ieee")
    tl.store(c + i[:, None] * n + j[None, :], total, mask=(i[:, None] < m + 1) & (j[None, :] < n))


@case("a b c: *fp32, m n k: i32", numbers=(1, 5, 17, 0), block=ROWS)
@triton.jit
def matmul_partial_sums(a, b, c, m, n, k, BM: tl.constexpr, BN: tl.constexpr, BK: tl.constexpr):
    """Each program of the third axis takes a part of k and stores: the last one wins."""
    i = tl.program_id(0) * BM + tl.arange(0, BM)
    j = tl.program_id(1) * BN + tl.arange(0, BN)
    r = tl.program_id(2) * BK + tl.arange(0, BK)
    u = tl.load(a + i[:, None] * k + r[None, :], mask=r[None, :] < k, other=0.0)
    v = tl.load(b + r[:, None] * n + j[None, :], mask=r[:, None] < k, other=0.0)
    total = tl.dot(u, v, input_precision="ieee")
    tl.store(c + i[:, None] * n + j[None, :], total, mask=(i[:, None] < m) & (j[None, :] < n))


ATTENTION = {"BM": 16, "BN": 16, "D": 16}


@triton.jit
def _attention(
    q,
    k,
    v,
    o,
    n,
    causal: tl.constexpr,
    fault: tl.constexpr,
    BM: tl.constexpr,
    BN: tl.constexpr,
    D: tl.constexpr,
):
    i = tl.program_id(0) * BM + tl.arange(0, BM)
    d = tl.arange(0, D)
    a = tl.load(q + i[:, None] * D + d[None, :], mask=i[:, None] < n, other=0.0)
    top = tl.full((BM,), -float("inf"), tl.float32)
    total = tl.zeros((BM,), tl.float32)
    out = tl.zeros((BM, D), tl.float32)
    for s in range(0, n, BN):
        j = s + tl.arange(0, BN)
        b = tl.load(k + j[:, None] * D + d[None, :], mask=j[:, None] < n, other=0.0)
        c = tl.load(v + j[:, None] * D + d[None, :], mask=j[:, None] < n, other=0.0)
        scores = tl.dot(a, tl.trans(b), input_precision="ieee")
        if fault != 1:
            scores = tl.where(j[None, :] < n, scores, -float("inf"))
        if causal:
            scores = tl.where(i[:, None] >= j[None, :], scores, -float("inf"))
        now = tl.maximum(top, tl.max(scores, 1))
        p = tl.exp(scores - now[:, None])
        factor = tl.exp(top - now)
        total = total * factor + tl.sum(p, 1)
        if fault == 2:
            out = out + tl.dot(p, c, input_precision="ieee")
        else:
            out = out * factor[:, None] + tl.dot(p, c, input_precision="ieee")
        top = now
    tl.store(o + i[:, None] * D + d[None, :], out / total[:, None], mask=i[:, None] < n)


@case("q k v o: *fp32, n: i32", numbers=(1, 5, 17), block=ATTENTION)
@triton.jit
def attention(q, k, v, o, n, BM: tl.constexpr, BN: tl.constexpr, D: tl.constexpr):
    _attention(q, k, v, o, n, False, 0, BM, BN, D)


@case("q k v o: *fp32, n: i32", numbers=(1, 5, 17), block=ATTENTION)
@triton.jit
def attention_causal(q, k, v, o, n, BM: tl.constexpr, BN: tl.constexpr, D: tl.constexpr):
    _attention(q, k, v, o, n, True, 0, BM, BN, D)


@case("q k v o: *fp32, n: i32", numbers=(1, 5, 17), block=ATTENTION)
@triton.jit
def attention_keys_unmasked(q, k, v, o, n, BM: tl.constexpr, BN: tl.constexpr, D: tl.constexpr):
    """Keys past the end score 0 and take part in the normalisation."""
    _attention(q, k, v, o, n, False, 1, BM, BN, D)


@case("q k v o: *fp32, n: i32", numbers=(1, 5, 17), block=ATTENTION)
@triton.jit
def attention_output_not_rescaled(q, k, v, o, n, BM: tl.constexpr, BN: tl.constexpr, D: tl.constexpr):
    _attention(q, k, v, o, n, False, 2, BM, BN, D)


@case("x w y: *fp32, n: i32, eps: fp32", eps=(0.125,))
@triton.jit
def layer_norm_padded_variance(x, w, y, n, eps, BLOCK: tl.constexpr):
    """The padding's deviation from the mean counts."""
    i = tl.arange(0, BLOCK)
    row = tl.program_id(0) * n
    a = tl.load(x + row + i, mask=i < n, other=0.0)
    mean = tl.sum(a, 0) / n
    d = a - mean
    var = tl.sum(d * d, 0) / n
    tl.store(y + row + i, d / tl.sqrt(var + eps) * tl.load(w + i, mask=i < n), mask=i < n)


@case("x w y: *fp32, n: i32, eps: fp32", eps=(0.125,))
@triton.jit
def layer_norm_by_moments(x, w, y, n, eps, BLOCK: tl.constexpr):
    """E[x²] - E[x]²: equal over the reals."""
    i = tl.arange(0, BLOCK)
    row = tl.program_id(0) * n
    a = tl.load(x + row + i, mask=i < n, other=0.0)
    mean = tl.sum(a, 0) / n
    var = tl.sum(a * a, 0) / n - mean * mean
    tl.store(y + row + i, (a - mean) / tl.sqrt(var + eps) * tl.load(w + i, mask=i < n), mask=i < n)


@case("x: *fp32, target: *i32, y: *fp32, n: i32", target=(-1, 0, 2, 7))
@triton.jit
def cross_entropy_ignoring(x, target, y, n, BLOCK: tl.constexpr):
    """Target -1 means: no loss; 7 is out of range for small n, but in bounds."""
    p = tl.program_id(0)
    i = tl.arange(0, BLOCK)
    a = tl.load(x + p * n + i, mask=i < n, other=-float("inf"))
    t = tl.load(target + p)
    top = tl.max(a, 0)
    loss = top + tl.log(tl.sum(tl.exp(a - top), 0)) - tl.load(x + p * n + t, mask=t >= 0, other=0.0)
    tl.store(y + p, tl.where(t == -1, 0.0, loss))


# Atomics.


@case("x y: *fp32, n: i32")
@triton.jit
def atomic_total(x, y, n, BLOCK: tl.constexpr):
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.atomic_add(y, tl.sum(tl.load(x + i, mask=i < n, other=0.0), 0))


@case("x y: *fp32, n: i32")
@triton.jit
def atomic_total_of_every_lane(x, y, n, BLOCK: tl.constexpr):
    """Unmasked lanes add the filler."""
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.atomic_add(y + i * 0, tl.load(x + i, mask=i < n, other=1.0))


@case("x: *fp32, index: *i32, y: *fp32, n: i32", index=SMALL)
@triton.jit
def atomic_scatter(x, index, y, n, BLOCK: tl.constexpr):
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    m = i < n
    tl.atomic_add(y + tl.load(index + i, mask=m, other=0), tl.load(x + i, mask=m, other=0.0), mask=m)


@case("x y: *fp32, n: i32")
@triton.jit
def atomic_on_every_axis(x, y, n, BLOCK: tl.constexpr):
    """The second axis of the grid is not used: everything is added as often as it is long."""
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.atomic_add(y + i, tl.load(x + i, mask=i < n, other=0.0), mask=i < n)


@case("x y: *fp32, n: i32")
@triton.jit
def atomic_maximum(x, y, n, BLOCK: tl.constexpr):
    """y's old contents take part."""
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.atomic_max(y + tl.program_id(1), tl.max(tl.load(x + i, mask=i < n, other=-float("inf")), 0))


@case("x y: *i32, n: i32", x=(-5, 3, 7))
@triton.jit
def atomic_unsigned_maximum(x, y, n, BLOCK: tl.constexpr):
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    a = tl.load(x + i, mask=i < n, other=0).to(tl.uint32, bitcast=True)
    tl.atomic_max(y.to(tl.pointer_type(tl.uint32), bitcast=True) + i, a, mask=i < n)


@case("x y: *i32, n: i32")
@triton.jit
def atomic_count_returned(x, y, n, BLOCK: tl.constexpr):
    """The old values depend on who comes first."""
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    old = tl.atomic_add(x + i * 0, i * 0 + 1, mask=i < n)
    tl.store(y + i, old, mask=i < n)


@case("x y: *fp32, n: i32")
@triton.jit
def atomic_then_store(x, y, n, BLOCK: tl.constexpr):
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.atomic_add(y + i, tl.load(x + i, mask=i < n, other=0.0), mask=i < n)
    tl.store(y + i, tl.load(x + i, mask=i < n, other=0.0), mask=i < 2)


@case("x y: *fp32, n: i32")
@triton.jit
def store_then_atomic(x, y, n, BLOCK: tl.constexpr):
    """Program 1 may reset what program 0 has added."""
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.store(y, 0.0)
    tl.atomic_add(y, tl.sum(tl.load(x + i, mask=i < n, other=0.0), 0))


@case("x y: *fp32, n: i32")
@triton.jit
def atomic_in_loop(x, y, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    for t in range(0, n):
        tl.atomic_add(y + i, tl.load(x + t * BLOCK + i))


@case("x y: *fp32, n: i32")
@triton.jit
def atomic_reads_its_array(x, y, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    tl.atomic_add(y + i, tl.load(y + i) * 2.0, mask=i < n)


@case("x y: *i32, n: i32", x=(2**31 - 1, 5))
@triton.jit
def atomic_wraps(x, y, n, BLOCK: tl.constexpr):
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.atomic_add(y + i * 0, tl.load(x + i, mask=i < n, other=0), mask=i < n)


@case("x y: *i32, n: i32")
@triton.jit
def atomic_exchange(x, y, n, BLOCK: tl.constexpr):
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.atomic_xchg(y + i % 4, tl.load(x + i, mask=i < n, other=0), mask=i < n)


@case("x y: *fp32, rows: *i32, n: i32", rows=(0, 1, 2))
@triton.jit
def atomic_rows(x, rows, y, n, BLOCK: tl.constexpr):
    """Rows of y collect the rows of x that are sent to them."""
    p = tl.program_id(0)
    j = tl.arange(0, BLOCK)
    if p < n:
        tl.atomic_add(y + tl.load(rows + p) * BLOCK + j, tl.load(x + p * BLOCK + j))


@case("x y: *fp32, rows: *i32, n: i32", rows=(0, 1, 2))
@triton.jit
def atomic_overlapping_rows(x, rows, y, n, BLOCK: tl.constexpr):
    """Rows that share elements with the next one."""
    p = tl.program_id(0)
    j = tl.arange(0, BLOCK)
    if p < n:
        tl.atomic_add(y + tl.load(rows + p) * (BLOCK - 2) + j, tl.load(x + p * BLOCK + j))


@case("x y: *fp32, n: i32")
@triton.jit
def atomic_pairs(x, y, n, BLOCK: tl.constexpr):
    """Two neighbours to one element."""
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.atomic_add(y + i // 2, tl.load(x + i, mask=i < n, other=0.0), mask=i < n)
