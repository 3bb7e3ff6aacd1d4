"""Which formulas are an einsum, and that it computes what the formula says."""

from __future__ import annotations

import re

import numpy as np
import pytest

from examples.specs import EXAMPLES
from examples.specs.model import extent, places
from triton_lift import lift
from triton_lift.formulas import ast
from triton_lift.formulas.parsing import parse
from triton_lift.render.einsum import einsum

FOUND = {
    "c[i, j] = Σ[k<K] a[i, k]·b[k, j]  for 0 ≤ i < M, 0 ≤ j < N": 'c = einsum("ik,kj->ij", a, b)',
    "c[j, i] = Σ[k<K] a[k, i]·b[k, j]  for 0 ≤ i < M, 0 ≤ j < N": 'c = einsum("ki,kj->ji", a, b)',
    "y[i] = Σ[k<K] x[i, k]²·w[k]  for 0 ≤ i < M": 'y = einsum("ik,ik,k->i", x, x, w)',
    "y[i] = Σ[k<K] Σ[r<R] x[i, k, r]  for 0 ≤ i < M": 'y = einsum("ikr->i", x)',
    "y[i] = x[i, i]  for 0 ≤ i < M": 'y = einsum("ii->i", x)',
    "y[i, j] = x[j, i]  for 0 ≤ i < M, 0 ≤ j < N": 'y = einsum("ji->ij", x)',
}
NONE = (
    "y[i] = x[i]  for 0 ≤ i < M",  # a copy
    "c[i, j] = Σ[k<K - 1] a[i, k]·b[k, j]  for 0 ≤ i < M, 0 ≤ j < N",  # not all of a dimension
    "c[i, j] = Σ[1≤k<K] a[i, k]·b[k, j]  for 0 ≤ i < M, 0 ≤ j < N",
    "c[i, j] = Σ[k<K, k ≤ i] a[i, k]·b[k, j]  for 0 ≤ i < M, 0 ≤ j < N",
    "c[i, j] = Σ[k<i] a[i, k]·b[k, j]  for 0 ≤ i < M, 0 ≤ j < N",
    "c[i, j] = Σ[k<K] a[i, k]·b[k + 1, j]  for 0 ≤ i < M, 0 ≤ j < N",
    "c[i, j] = 2·(Σ[k<K] a[i, k]·b[k, j])  for 0 ≤ i < M, 0 ≤ j < N",
    "c[i, j] = Σ[k<K] a[i, k]·b[k, j]·s  for 0 ≤ i < M, 0 ≤ j < N",
    "c[i, j] = Σ[k<K] a[i, k]·b[k, j]  for 0 ≤ i < M, 0 ≤ j < N, i ≤ j",
    "y[i] = max[k<K](x[i, k])  for 0 ≤ i < M",
    "y[i] = Σ[k<K] x[i]  for 0 ≤ i < M",
)


def statement(text: str) -> ast.Statement:
    (found,) = parse(text, scalars=("M", "N", "K", "R", "s"))
    return found


@pytest.mark.parametrize("formula", FOUND)
def test_found(formula: str) -> None:
    assert einsum(statement(formula)) == FOUND[formula]


@pytest.mark.parametrize("formula", NONE)
def test_none(formula: str) -> None:
    assert einsum(statement(formula)) is None


def test_in_the_result() -> None:
    (matmul,) = lift(EXAMPLES["matmul"].ir())
    assert matmul.to_json()["outputs"][0]["einsum"] == 'c_ptr = einsum("ik,kj->ij", a_ptr, b_ptr)'
    (softmax,) = lift(EXAMPLES["softmax"].ir())
    assert "einsum" not in softmax.to_json()["outputs"][0]
    (short,) = lift(EXAMPLES["matmul"].mutant_ir("short_k_loop"))
    assert short.outputs[0].einsum is None


def test_what_it_computes() -> None:
    """numpy's einsum on the strided arrays is the formula."""
    example = EXAMPLES["matmul"]
    (found,) = lift(example.ir())
    sizes = {"M": 7, "N": 11, "K": 5}
    args, grid = example.inputs(sizes, 3)
    equation, names = re.fullmatch(r'\w+ = einsum\("(.*)", (.*)\)', found.outputs[0].einsum or "").groups()
    dims = {"a_ptr": "mk", "b_ptr": "kn", "c_ptr": "mn"}
    operands = []
    for name in names.split(", "):
        shape = tuple(sizes[d.upper()] for d in dims[name])
        where = places(shape, tuple(args[f"stride_{name[0]}{d}"] for d in dims[name]))
        assert len(args[name]) == extent(shape, tuple(args[f"stride_{name[0]}{d}"] for d in dims[name]))
        operands.append(args[name][where].astype(np.float64))
    where = places((7, 11), (args["stride_cm"], args["stride_cn"]))
    assert np.allclose(found.evaluate(args, grid)["c_ptr"][where], np.einsum(equation, *operands))
