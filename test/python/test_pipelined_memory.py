"""TTGIR with memory that loops write and read in turn, as the compiler's pipeliners leave it: formulas against numpy,
and mutants, which must not have that formula."""

from __future__ import annotations

import numpy as np
import pytest

import triton_lift
from triton_lift.interpreter import interpret

TILE, RING = "!ttg.memdesc<16xf32, #m, mutable>", "!ttg.memdesc<2x16xf32, #m, mutable>"

# Two slots; tile t + 1 is copied while tile t is used. The counters start so that the first copy goes to slot 0.
COPIES = f"""
#m = #ttg.shared_memory
module attributes {{"ttg.num-warps" = 4 : i32}} {{
tt.func public @kernel(%x: !tt.ptr<f32>, %y: !tt.ptr<f32>, %n: i32) {{
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %c2 = arith.constant 2 : i32
  %before = arith.constant -1 : i32
  %tile = arith.constant dense<16> : tensor<16xi32>
  %r = tt.make_range {{end = 16 : i32, start = 0 : i32}} : tensor<16xi32>
  %xs = tt.splat %x : !tt.ptr<f32> -> tensor<16x!tt.ptr<f32>>
  %ys = tt.splat %y : !tt.ptr<f32> -> tensor<16x!tt.ptr<f32>>
  %xp = tt.addptr %xs, %r : tensor<16x!tt.ptr<f32>>, tensor<16xi32>
  %yp = tt.addptr %ys, %r : tensor<16x!tt.ptr<f32>>, tensor<16xi32>
  %ring = ttg.local_alloc : () -> {RING}
  %any = arith.cmpi sgt, %n, %c0 : i32
  %anys = tt.splat %any : i1 -> tensor<16xi1>
  %slot0 = ttg.memdesc_index %ring[%c0] : {RING} -> {TILE}
  %copy0 = ttg.async_copy_global_to_local %xp, %slot0 mask %anys : tensor<16x!tt.ptr<f32>> -> <16xf32, #m, mutable>
  %group0 = ttg.async_commit_group tokens %copy0
  %last = arith.subi %n, %c1 : i32
  %end:5 = scf.for %t = %c0 to %n step %c1 iter_args(%xq = %xp, %yq = %yp, %put = %c0, %get = %before, %group = %group0)
      -> (tensor<16x!tt.ptr<f32>>, tensor<16x!tt.ptr<f32>>, i32, i32, !ttg.async.token) : i32 {{
    %more = arith.cmpi slt, %t, %last : i32
    %mores = tt.splat %more : i1 -> tensor<16xi1>
    %xn = tt.addptr %xq, %tile : tensor<16x!tt.ptr<f32>>, tensor<16xi32>
    %put1 = arith.addi %put, %c1 : i32
    %putover = arith.cmpi sge, %put1, %c2 : i32
    %putnext = arith.select %putover, %c0, %put1 : i32
    %slot = ttg.memdesc_index %ring[%putnext] : {RING} -> {TILE}
    %copy = ttg.async_copy_global_to_local %xn, %slot mask %mores : tensor<16x!tt.ptr<f32>> -> <16xf32, #m, mutable>
    %groupnext = ttg.async_commit_group tokens %copy
    %get1 = arith.addi %get, %c1 : i32
    %getover = arith.cmpi slt, %get1, %c2 : i32
    %getnext = arith.select %getover, %get1, %c0 : i32
    %done = ttg.async_wait %group {{num = 1 : i32}}
    %full = ttg.memdesc_index %ring[%getnext] : {RING} -> {TILE}
    %v = ttg.local_load %full token %done : {TILE} -> tensor<16xf32>
    %w = arith.addf %v, %v : tensor<16xf32>
    tt.store %yq, %w : tensor<16x!tt.ptr<f32>>
    %yn = tt.addptr %yq, %tile : tensor<16x!tt.ptr<f32>>, tensor<16xi32>
    scf.yield %xn, %yn, %putnext, %getnext, %groupnext
      : tensor<16x!tt.ptr<f32>>, tensor<16x!tt.ptr<f32>>, i32, i32, !ttg.async.token
  }}
  ttg.local_dealloc %ring : {RING}
  tt.return
}}
}}
"""

# The last tile is used after the loop, through what the loop carried: y = the sum over all tiles.
STORES = f"""
#m = #ttg.shared_memory
module attributes {{"ttg.num-warps" = 4 : i32}} {{
tt.func public @kernel(%x: !tt.ptr<f32>, %y: !tt.ptr<f32>, %n: i32) {{
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %c2 = arith.constant 2 : i32
  %zero = arith.constant dense<0.0> : tensor<16xf32>
  %tile = arith.constant dense<16> : tensor<16xi32>
  %r = tt.make_range {{end = 16 : i32, start = 0 : i32}} : tensor<16xi32>
  %xs = tt.splat %x : !tt.ptr<f32> -> tensor<16x!tt.ptr<f32>>
  %ys = tt.splat %y : !tt.ptr<f32> -> tensor<16x!tt.ptr<f32>>
  %xp = tt.addptr %xs, %r : tensor<16x!tt.ptr<f32>>, tensor<16xi32>
  %yp = tt.addptr %ys, %r : tensor<16x!tt.ptr<f32>>, tensor<16xi32>
  %ring = ttg.local_alloc : () -> {RING}
  %first = tt.load %xp : tensor<16x!tt.ptr<f32>>
  %slot0 = ttg.memdesc_index %ring[%c0] : {RING} -> {TILE}
  ttg.local_store %first, %slot0 : tensor<16xf32> -> {TILE}
  %end:4 = scf.for %t = %c0 to %n step %c1 iter_args(%xq = %xp, %sum = %zero, %put = %c0, %full = %slot0)
      -> (tensor<16x!tt.ptr<f32>>, tensor<16xf32>, i32, {TILE}) : i32 {{
    %xn = tt.addptr %xq, %tile : tensor<16x!tt.ptr<f32>>, tensor<16xi32>
    %new = tt.load %xn : tensor<16x!tt.ptr<f32>>
    %v = ttg.local_load %full : {TILE} -> tensor<16xf32>
    %sumnext = arith.addf %sum, %v : tensor<16xf32>
    %put1 = arith.addi %put, %c1 : i32
    %puton = arith.cmpi slt, %put1, %c2 : i32
    %putnext = arith.select %puton, %put1, %c0 : i32
    %slot = ttg.memdesc_index %ring[%putnext] : {RING} -> {TILE}
    ttg.local_store %new, %slot : tensor<16xf32> -> {TILE}
    scf.yield %xn, %sumnext, %putnext, %slot : tensor<16x!tt.ptr<f32>>, tensor<16xf32>, i32, {TILE}
  }}
  %v = ttg.local_load %end#3 : {TILE} -> tensor<16xf32>
  %sum = arith.addf %end#1, %v : tensor<16xf32>
  tt.store %yp, %sum : tensor<16x!tt.ptr<f32>>
  tt.return
}}
}}
"""

SHARED, TENSOR = "!ttg.memdesc<16x16xf16, #m>", "!ttg.memdesc<16x16xf32, #ttng.tensor_memory, mutable>"

# y = the sum over tiles of x_t x_t^T, in tensor memory; the first product overwrites what was there.
PRODUCTS = f"""
#m = #ttg.shared_memory
module attributes {{"ttg.num-warps" = 4 : i32}} {{
tt.func public @kernel(%x: !tt.ptr<f16>, %y: !tt.ptr<f32>, %n: i32) {{
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  %true = arith.constant true
  %tile = arith.constant dense<256> : tensor<16x16xi32>
  %i = tt.make_range {{end = 16 : i32, start = 0 : i32}} : tensor<16xi32>
  %row = tt.expand_dims %i {{axis = 1 : i32}} : tensor<16xi32> -> tensor<16x1xi32>
  %col = tt.expand_dims %i {{axis = 0 : i32}} : tensor<16xi32> -> tensor<1x16xi32>
  %width = arith.constant dense<16> : tensor<16x1xi32>
  %rows = arith.muli %row, %width : tensor<16x1xi32>
  %rb = tt.broadcast %rows : tensor<16x1xi32> -> tensor<16x16xi32>
  %cb = tt.broadcast %col : tensor<1x16xi32> -> tensor<16x16xi32>
  %o = arith.addi %rb, %cb : tensor<16x16xi32>
  %xs = tt.splat %x : !tt.ptr<f16> -> tensor<16x16x!tt.ptr<f16>>
  %xp = tt.addptr %xs, %o : tensor<16x16x!tt.ptr<f16>>, tensor<16x16xi32>
  %acc = ttng.tmem_alloc : () -> {TENSOR}
  %zero = arith.constant dense<0.0> : tensor<16x16xf32>
  ttng.tmem_store %zero, %acc, %true : tensor<16x16xf32> -> {TENSOR}
  %end = scf.for %t = %c0 to %n step %c1 iter_args(%xq = %xp) -> (tensor<16x16x!tt.ptr<f16>>) : i32 {{
    %v = tt.load %xq : tensor<16x16x!tt.ptr<f16>>
    %a = ttg.local_alloc %v : (tensor<16x16xf16>) -> {SHARED}
    %b = ttg.memdesc_trans %a {{order = array<i32: 1, 0>}} : {SHARED} -> {SHARED}
    %again = arith.cmpi sgt, %t, %c0 : i32
    %odd = arith.cmpi sge, %t, %c0 : i32
    ttng.tc_gen5_mma %a, %b, %acc, %again, %odd : {SHARED}, {SHARED}, {TENSOR}
    %xn = tt.addptr %xq, %tile : tensor<16x16x!tt.ptr<f16>>, tensor<16x16xi32>
    scf.yield %xn : tensor<16x16x!tt.ptr<f16>>
  }}
  %d = ttng.tmem_load %acc : {TENSOR} -> tensor<16x16xf32>
  %ys = tt.splat %y : !tt.ptr<f32> -> tensor<16x16x!tt.ptr<f32>>
  %yp = tt.addptr %ys, %o : tensor<16x16x!tt.ptr<f32>>, tensor<16x16xi32>
  tt.store %yp, %d : tensor<16x16x!tt.ptr<f32>>
  tt.return
}}
}}
"""

N = 5
X = np.random.default_rng(3).standard_normal((N + 1, 16)).astype(np.float32)
TILES = np.random.default_rng(4).integers(-4, 5, (N, 16, 16)).astype(np.float16)


def outcome(text: str, x: np.ndarray, size: int, n: int) -> np.ndarray | None:
    """What the formula gives; None where the kernel is not verified."""
    (kernel,) = triton_lift.lift(text)
    if kernel.status != "verified":
        assert kernel.reason
        return None
    args = {"arg0": x.ravel(), "arg1": np.zeros(size, np.float32), "arg2": n}
    return np.asarray(kernel.evaluate(args, (1, 1, 1))["arg1"])


CASES = {
    "copies": (COPIES, X, 16 * N, 2.0 * X[:N].ravel()),
    "stores": (STORES, X, 16, X.astype(np.float64).sum(axis=0)),
    "products": (PRODUCTS, TILES, 256, np.einsum("tik,tjk->ij", TILES, TILES, dtype=np.float64).ravel()),
}


@pytest.mark.parametrize("case", CASES)
def test_formula(case: str) -> None:
    text, x, size, expected = CASES[case]
    found = outcome(text, x, size, N)
    assert found is not None
    assert np.allclose(found, expected)


@pytest.mark.parametrize(
    ("case", "before", "after"),
    [
        ("copies", "%get = %before", "%get = %c0"),
        ("copies", "%put = %c0", "%put = %c1"),
        ("copies", "%put = %c0", "%put = %before"),
        ("copies", "memdesc_index %ring[%c0]", "memdesc_index %ring[%c1]"),
        ("copies", "cmpi sge, %put1", "cmpi sgt, %put1"),
        ("copies", "cmpi slt, %get1", "cmpi sge, %get1"),
        ("copies", "select %putover, %c0", "select %putover, %c1"),
        ("copies", "addi %get, %c1", "addi %get, %c2"),
        ("copies", "slt, %t, %last", "slt, %t, %c2"),
        ("copies", "%ring[%getnext]", "%ring[%c1]"),
        ("stores", "local_load %full", "local_load %slot0"),
        ("stores", "local_load %end#3", "local_load %slot0"),
        ("stores", "memdesc_index %ring[%c0]", "memdesc_index %ring[%c1]"),
        ("stores", "local_store %new", "local_store %v"),
        ("stores", "%put = %c0", "%put = %c1"),
        ("products", "%acc, %again", "%acc, %true"),
        ("products", "cmpi sgt, %t", "cmpi slt, %t"),
        ("products", "cmpi sge, %t", "cmpi sgt, %t"),
        ("products", "mma %a, %b", "mma %a, %a"),
    ],
)
def test_mutants(case: str, before: str, after: str) -> None:
    text, x, size, expected = CASES[case]
    assert before in text
    if (before, after) == ("%acc, %again", "%acc, %true"):  # what is overwritten is 0
        text, expected = text.replace("dense<0.0>", "dense<1.0>"), expected
    mutant = text.replace(before, after, 1)
    found = outcome(mutant, x, size, N)
    assert found is None or not np.allclose(found, expected)


def test_no_iterations() -> None:
    assert outcome(COPIES, X, 16, 0).tolist() == [0.0] * 16
    assert np.allclose(outcome(STORES, X, 16, 0), X[0])


def test_a_reason_for_other_memory() -> None:
    text = COPIES.replace("cmpi sge, %put1", "cmpi sgt, %put1")
    (kernel,) = triton_lift.lift(text)
    assert kernel.status == "unsupported"
    assert "its slots are not counted round" in (kernel.reason or "")


def executed(text: str, x: np.ndarray, size: int) -> np.ndarray:
    args = {"arg0": x.ravel(), "arg1": np.zeros(size, np.float32), "arg2": N}
    return np.asarray(interpret(text, args, (1, 1, 1))["arg1"])


@pytest.mark.parametrize("case", CASES)
def test_interpreter(case: str) -> None:
    text, x, size, expected = CASES[case]
    assert np.allclose(executed(text, x, size), expected, rtol=1e-5)


def test_the_interpreter_waits_for_copies() -> None:
    text, x, size, expected = CASES["copies"]
    early = executed(text.replace("{num = 1 : i32}", "{num = 2 : i32}"), x, size)
    assert np.isnan(early).any()
    assert np.allclose(executed(text.replace("{num = 1 : i32}", "{num = 0 : i32}"), x, size), expected)


BUFFERS = """
module attributes {ttg.target = "hip:gfx942"} {
tt.func public @kernel(%x: !tt.ptr<f32>, %y: !tt.ptr<f32>, %n: i32) {
  %r = tt.make_range {end = 16 : i32, start = 0 : i32} : tensor<16xi32>
  %ns = tt.splat %n : i32 -> tensor<16xi32>
  %m = arith.cmpi slt, %r, %ns : tensor<16xi32>
  %v = amdg.buffer_load %x[%r], %m : !tt.ptr<f32> -> tensor<16xf32>
  %one = arith.constant dense<1.0> : tensor<16xf32>
  %w = arith.addf %v, %one : tensor<16xf32>
  amdg.buffer_store %w, %y[%r] : !tt.ptr<f32> -> tensor<16xf32>
  tt.return
}
}
"""


def test_buffers_read_zeros() -> None:
    expected = np.where(np.arange(16) < N, X[0], 0.0) + 1.0
    assert np.allclose(executed(BUFFERS, X[0], 16), expected)
    found = outcome(BUFFERS, X[0], 16, N)
    assert found is not None and np.allclose(found, expected)
    mutant = outcome(BUFFERS.replace("%x[%r], %m", "%x[%r]"), X[0], 16, N)
    assert mutant is not None and not np.allclose(mutant, expected)
