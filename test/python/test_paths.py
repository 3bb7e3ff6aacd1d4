"""Kernels that choose: one formula for each path, conditions disjoint and complete, equal paths merged."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import triton
import triton.language as tl

import triton_lift
from examples.dump import compile_to_ttgir
from triton_lift.paths.conditions import Path, complete, disjoint
from triton_lift.paths.stage import presented
from triton_lift.proving import Context, Session
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.term import make


@triton.jit
def flag_in_a_branch(x, y, out, flag, n, BLOCK: tl.constexpr):
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    a = tl.load(x + i, mask=i < n, other=0.0)
    if flag == 1:
        tl.store(out + i, a * 2.0, mask=i < n)
    else:
        tl.store(out + i, a + tl.load(y + i, mask=i < n, other=0.0), mask=i < n)


@triton.jit
def early_return(x, y, out, flag, n, BLOCK: tl.constexpr):
    if flag == 1:
        return
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.store(out + i, tl.load(x + i, mask=i < n, other=0.0), mask=i < n)


@triton.jit
def chosen_value(x, y, out, flag, n, BLOCK: tl.constexpr):
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    a = tl.load(x + i, mask=i < n, other=0.0)
    scale = 0.5 if flag > 3 else 2.0
    tl.store(out + i, a * scale, mask=i < n)


@triton.jit
def both_the_same(x, y, out, flag, n, BLOCK: tl.constexpr):
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    a = tl.load(x + i, mask=i < n, other=0.0)
    b = tl.load(y + i, mask=i < n, other=0.0)
    if flag == 1:
        tl.store(out + i, (a + b) * (a + b), mask=i < n)
    else:
        tl.store(out + i, a * a + 2.0 * a * b + b * b, mask=i < n)


@triton.jit
def loaded_flag(x, y, out, flags, n, BLOCK: tl.constexpr):
    row = tl.program_id(0)
    j = tl.arange(0, BLOCK)
    a = tl.load(x + row * n + j, mask=j < n, other=0.0)
    if tl.load(flags + row) > 0:
        tl.store(out + row * n + j, a, mask=j < n)
    else:
        tl.store(out + row * n + j, -a, mask=j < n)


@triton.jit
def element_by_element(x, y, out, flag, n, BLOCK: tl.constexpr):
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    a = tl.load(x + i, mask=i < n, other=0.0)
    tl.store(out + i, tl.where(a > 0.0, a, a * flag), mask=i < n)


def ir_of(kernel: Any) -> str:
    kinds = {"x": "*fp32", "y": "*fp32", "out": "*fp32", "flags": "*i32", "flag": "i32", "n": "i32"}
    names = [p for p in kernel.arg_names if p != "BLOCK"]
    return compile_to_ttgir(kernel, {n: kinds[n] for n in names}, {"BLOCK": 16}, ())["ttir"]


def lifted(kernel: Any) -> triton_lift.Lifted:
    (result,) = triton_lift.lift(ir_of(kernel))
    assert result.status == "verified", result.reason
    return result


CASES = {
    flag_in_a_branch: ([("flag = 1", "2·x[i]"), ("flag ≠ 1", "x[i] + y[i]")], True),
    chosen_value: ([("4 ≤ flag", "0.5·x[i]"), ("flag ≤ 3", "2·x[i]")], True),
    loaded_flag: ([("0 < flags[i]", "x[i, j]"), ("flags[i] ≤ 0", "-x[i, j]")], True),
}


@pytest.mark.parametrize("kernel", CASES, ids=lambda k: k.__name__)
def test_paths(kernel: Any) -> None:
    (table,) = lifted(kernel).paths
    cases, whole = CASES[kernel]
    assert [(c.condition, c.formula) for c in table.cases] == cases
    assert table.complete is whole


@pytest.mark.parametrize(
    "kernel", [both_the_same, element_by_element, early_return], ids=lambda k: k.__name__
)
def test_one_path(kernel: Any) -> None:
    assert lifted(kernel).paths == []


@pytest.mark.parametrize("flag", [0, 1, 3, 4])
@pytest.mark.parametrize("kernel", [flag_in_a_branch, chosen_value], ids=lambda k: k.__name__)
def test_each_case_is_what_the_kernel_does(kernel: Any, flag: int) -> None:
    (table,) = lifted(kernel).paths
    x, y = np.arange(20, dtype=np.float32) - 7, np.arange(20, dtype=np.float32) ** 2
    args = {"x": x, "y": y, "out": np.zeros(20, np.float32), "flag": flag, "n": 20}
    after = triton_lift.interpret(ir_of(kernel), args, (2,))["out"]
    holding = []
    for case in table.cases:
        condition = case.condition.replace("≠", "!=").replace("≤", "<=").replace(" = ", " == ")
        if eval(condition, {"flag": flag}):
            holding.append(eval(case.formula.replace("·", "*").replace("[i]", ""), {"x": x, "y": y}))
    assert len(holding) == 1
    assert np.allclose(after, holding[0])


def test_disjoint_and_complete() -> None:
    n = make("param", (), (0, "n"))
    value = make("param", (), (1, "s"), "real")
    low, high = bools.le(n, ints.const(3)), bools.le(ints.const(4), n)
    overlapping, partial = bools.le(ints.const(3), n), bools.le(ints.const(5), n)
    context = Context(Session())
    assert disjoint([Path(low, value), Path(high, value)], context)
    assert not disjoint([Path(low, value), Path(overlapping, value)], context)
    assert complete([Path(low, value), Path(high, value)], context)
    assert not complete([Path(low, value), Path(partial, value)], context)


def test_in_the_report() -> None:
    (table,) = lifted(flag_in_a_branch).to_json()["paths"]
    assert table["array"] == "out" and table["complete"] is True
    assert table["cases"][0] == {"condition": "flag = 1", "formula": "2·x[i]"}


def test_a_path_that_divides_by_0_is_no_number() -> None:
    """0 / 0 is not simplified to 1, nor merged with what is defined; x / x is, wherever that is defined."""
    n = make("param", (), (0, "n"))
    x = make("param", (), (1, "x"), "real")
    some, none = bools.le(ints.ONE, n), bools.le(n, ints.ZERO)
    undefined = reals.div(reals.ZERO, reals.ZERO)
    found = presented([Path(some, reals.div(x, x)), Path(none, undefined)], Context(Session(), ()))
    assert [p.value for p in found] == [reals.ONE, undefined]
