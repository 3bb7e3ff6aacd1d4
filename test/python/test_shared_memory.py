"""TTGIR with shared memory that is written once: the formula against numpy, and mutants."""

from __future__ import annotations

import numpy as np
import pytest

import triton_lift

MEMORY = "!ttg.memdesc<16x16xf32, #ttg.shared_memory>"
KERNEL = f"""
module attributes {{"ttg.num-warps" = 4 : i32}} {{
tt.func public @kernel(%x: !tt.ptr<f32>, %y: !tt.ptr<f32>) {{
  %i = tt.make_range {{end = 16 : i32, start = 0 : i32}} : tensor<16xi32>
  %r = tt.expand_dims %i {{axis = 1 : i32}} : tensor<16xi32> -> tensor<16x1xi32>
  %q = tt.expand_dims %i {{axis = 0 : i32}} : tensor<16xi32> -> tensor<1x16xi32>
  %n = arith.constant dense<16> : tensor<16x1xi32>
  %rn = arith.muli %r, %n : tensor<16x1xi32>
  %a = tt.broadcast %rn : tensor<16x1xi32> -> tensor<16x16xi32>
  %b = tt.broadcast %q : tensor<1x16xi32> -> tensor<16x16xi32>
  %o = arith.addi %a, %b : tensor<16x16xi32>
  %xs = tt.splat %x : !tt.ptr<f32> -> tensor<16x16x!tt.ptr<f32>>
  %xp = tt.addptr %xs, %o : tensor<16x16x!tt.ptr<f32>>, tensor<16x16xi32>
  %v = tt.load %xp : tensor<16x16x!tt.ptr<f32>>
  %m = ttg.local_alloc %v : (tensor<16x16xf32>) -> {MEMORY}
  %t = ttg.memdesc_trans %m {{order = array<i32: 1, 0>}} : {MEMORY} -> {MEMORY}
  ttng.fence_async_shared {{bCluster = false}}
  %z = ttg.local_load %t : {MEMORY} -> tensor<16x16xf32>
  %d = ttng.warp_group_dot %m, %t, %z {{isAsync = true}} : {MEMORY} * {MEMORY} -> tensor<16x16xf32>
  %w:2 = ttng.warp_group_dot_wait %d, %m {{pendings = 0 : i32}} : tensor<16x16xf32>, {MEMORY}
  %ys = tt.splat %y : !tt.ptr<f32> -> tensor<16x16x!tt.ptr<f32>>
  %yp = tt.addptr %ys, %o : tensor<16x16x!tt.ptr<f32>>, tensor<16x16xi32>
  tt.store %yp, %w#0 : tensor<16x16x!tt.ptr<f32>>
  tt.return
}}
}}
"""


def result(text: str, x: np.ndarray) -> np.ndarray:
    (kernel,) = triton_lift.lift(text)
    assert kernel.status == "verified", kernel.reason
    args = {"arg0": x.ravel(), "arg1": np.zeros(256, np.float32)}
    return np.asarray(kernel.evaluate(args, (1, 1, 1))["arg1"]).reshape(16, 16)


X = np.random.default_rng(1).standard_normal((16, 16)).astype(np.float32)


def test_product() -> None:
    assert np.allclose(result(KERNEL, X), X.astype(np.float64) @ X.T + X.T)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("warp_group_dot %m, %t,", "warp_group_dot %m, %m,"),
        ("local_load %t", "local_load %m"),
        ("store %yp, %w#0", "store %yp, %z"),
        ("array<i32: 1, 0>", "array<i32: 0, 1>"),
    ],
)
def test_mutants(before: str, after: str) -> None:
    assert before in KERNEL
    assert not np.allclose(result(KERNEL.replace(before, after), X), X.astype(np.float64) @ X.T + X.T)


def test_rounding_is_listed() -> None:
    (kernel,) = triton_lift.lift(KERNEL)
    assert any("tf32" in line for line in kernel.real_arithmetic)


def test_memory_that_is_written_later() -> None:
    text = KERNEL.replace("shared_memory>", "shared_memory, mutable>")
    assert np.allclose(result(text, X), X.astype(np.float64) @ X.T + X.T)
    doubled = text.replace(
        "  %t = ttg.memdesc_trans",
        f"  %v2 = arith.addf %v, %v : tensor<16x16xf32>\n"
        f"  ttg.local_store %v2, %m : tensor<16x16xf32> -> {MEMORY.replace('>', ', mutable>')}\n"
        "  %t = ttg.memdesc_trans",
    )
    assert np.allclose(result(doubled, X), 4.0 * (X.astype(np.float64) @ X.T) + 2.0 * X.T)
