"""`--format torch`: the rendered function does what the formula says, for all examples at drawn sizes."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from examples.specs import EXAMPLES
from test_interpreter_examples import drawn_sizes, error_of, module
from torch_rendering import difference, run
from triton_lift import Lifted, lift
from triton_lift.interpreter import interpret
from triton_lift.report.torch import to_torch

NAMES = [name for name, example in EXAMPLES.items() if example.dtype == "fp32"]


@cache
def lifted(name: str) -> Lifted:
    return lift(EXAMPLES[name].ir())[0]


@pytest.mark.parametrize("name", NAMES)
def test_example(name: str) -> None:
    example, found = EXAMPLES[name], lifted(name)
    text = to_torch(found)
    kept = 0

    @given(sizes=drawn_sizes(example), seed=st.integers(0, 1000))
    @settings(max_examples=12, deadline=None)
    def check(sizes: dict[str, int], seed: int) -> None:
        nonlocal kept
        args, grid = example.inputs(sizes, seed)
        try:
            by_formula = found.evaluate(args, grid)
        except ValueError:
            return
        kept += 1
        by_torch = run(found, args, grid, text)
        assert difference(by_torch, by_formula) <= 1e-9
        assert error_of(interpret(module(example.ir()), args, grid), by_torch) <= example.tolerance

    check()
    assert kept
