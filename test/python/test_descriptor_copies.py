"""Copies through descriptors as NVIDIA's targets make them: the same formulas as before lowering, the IR executed, and
mutants, which must not have them."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from triton.backends.compiler import GPUTarget

import descriptor_kernels as kernels
import triton_lift
from examples.dump import compile_to_ttgir
from triton_lift import Lifted
from triton_lift.interpreter import interpret

FLOATS = {"x_ptr": "*fp32", "y_ptr": "*fp32", "m": "i32", "n": "i32"}
HALVES = {"a_ptr": "*fp16", "b_ptr": "*fp16", "c_ptr": "*fp16", "m": "i32", "n": "i32", "k": "i32"}
TILES = {"BM": 64, "BN": 64, "BK": 32}
HOST = {
    "a": "tensordesc<fp16[64, 32]>",
    "b": "tensordesc<fp16[32, 64]>",
    "c": "tensordesc<fp16[64, 64]>",
    "k": "i32",
}
KERNELS: dict[str, tuple[dict[str, str], dict[str, int]]] = {
    "doubled": (FLOATS, {"BM": 8, "BN": 16}),
    "doubled_line": ({"x_ptr": "*fp32", "y_ptr": "*fp32", "n": "i32"}, {"BLOCK": 64}),
    "added": (FLOATS, {"BM": 8, "BN": 16}),
    "picked_rows": ({**FLOATS, "rows_ptr": "*i32"}, {"ROWS": 8, "BN": 16}),
    "product": (HALVES, TILES),
    "product_of_descriptors": (HOST, TILES),
}
# Rows through descriptors are read by the newer of the targets only.
TARGETS = [(name, arch) for name in KERNELS for arch in (90, 100) if (name, arch) != ("picked_rows", 90)]


@cache
def compiled(name: str, arch: int) -> dict[str, str]:
    types, constexprs = KERNELS[name]
    whole = tuple(types) if name != "product_of_descriptors" else ()
    return compile_to_ttgir(
        getattr(kernels, name), types, dict(constexprs), whole, GPUTarget("cuda", arch, 32)
    )


def lifted(text: str) -> Lifted:
    (kernel,) = triton_lift.lift(text)
    return kernel


def formulas(kernel: Lifted) -> list[tuple[str, str, str]]:
    assert kernel.status == "verified", kernel.reason
    return [(o.array, o.formula, o.domain) for o in kernel.outputs]


@pytest.mark.parametrize(("name", "arch"), TARGETS)
def test_the_formula_survives_lowering(name: str, arch: int) -> None:
    texts = compiled(name, arch)
    assert "async_tma" in texts["ttgir"]
    before, after = lifted(texts["ttir"]), lifted(texts["ttgir"])
    assert formulas(after) == formulas(before)
    assert after.coverage == after.single_writer == "proved"


def arguments(name: str) -> tuple[dict[str, Any], tuple[int, int, int]]:
    rng = np.random.default_rng(1)
    m, n, k = 80, 96, 48
    if name.startswith("product"):
        a, b = (rng.integers(-3, 4, size).astype(np.float16) for size in (m * k, k * n))
        sizes = {"m": m, "n": n, "k": k}
        args: dict[str, Any] = {"a": a, "b": b, "c": np.zeros(m * n, np.float16)}
        if name == "product":
            return {f"{p}_ptr": v for p, v in args.items()} | sizes, (2, 2, 1)
        for array, shape in (("a", (m, k)), ("b", (k, n)), ("c", (m, n))):
            for d, size in enumerate(shape):
                args[f"{array}.shape.{d}"] = size
                args[f"{array}.stride.{d}"] = shape[1] if d == 0 else 1
        return args | {"k": k}, (2, 2, 1)
    rows, columns = 16, 32
    x = rng.integers(-9, 9, rows * columns).astype(np.float32)
    args = {"x_ptr": x, "y_ptr": np.ones(rows * columns, np.float32), "m": rows, "n": columns}
    if name == "doubled_line":
        return {**args, "n": x.size - 16}, (8, 1, 1)
    if name == "picked_rows":
        return args | {"rows_ptr": np.array([3, 0, 12, 5, 19, 1, 7, 2], np.int32)}, (2, 1, 1)
    return args, (2, 2, 1)


@pytest.mark.parametrize(("name", "arch"), TARGETS)
def test_the_formula_is_what_is_executed(name: str, arch: int) -> None:
    text = compiled(name, arch)["ttgir"]
    args, grid = arguments(name)
    out = {"product": "c_ptr", "product_of_descriptors": "c"}.get(name, "y_ptr")
    found = interpret(text, args, grid)[out]
    np.testing.assert_array_equal(lifted(text).evaluate(args, grid)[out], found)
    np.testing.assert_array_equal(interpret(compiled(name, arch)["ttir"], args, grid)[out], found)


# In the IR for the older target: from the first to the second.
MUTANTS = [
    ("doubled", "[%n, %m]", "[%m, %n]"),
    ("doubled", "fill_mode = 0", "fill_mode = 2"),
    ("doubled", "elem_type = 7", "elem_type = 13"),
    ("doubled", "arith.constant 4 : i64", "arith.constant 8 : i64"),
    ("added", "async_tma_reduce add", "async_tma_reduce max"),
    ("product", "arith.constant 64 : i32", "arith.constant 32 : i32"),
    ("product_of_descriptors", '"a.shape.1"', '"a.size.1"'),
    ("product_of_descriptors", '"b.stride.0"', '"b.stride.1"'),
]


@pytest.mark.parametrize(("name", "old", "new"), MUTANTS)
def test_mutants_have_another_formula(name: str, old: str, new: str) -> None:
    text = compiled(name, 90)["ttgir"]
    assert old in text
    found = lifted(text.replace(old, new))
    if found.status == "verified":
        assert formulas(found) != formulas(lifted(text))


def test_a_passed_descriptor_is_assumed_to_pad_with_zeros() -> None:
    found = lifted(compiled("product_of_descriptors", 90)["ttir"])
    assert any("a descriptor reads as 0 (a, b, c)" in line for line in found.assumptions)
