"""The interpreter on the examples, against numpy in float64; and that it sees what is wrong with the mutants."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from examples.specs import EXAMPLES, Example
from triton_lift.interpreter import InterpreterError, Options, interpret
from triton_lift.ir import parse_module


@cache
def module(path: Path) -> Any:
    return parse_module(path.read_bytes(), path.name)


def error_of(got: dict[str, np.ndarray], want: dict[str, np.ndarray]) -> float:
    """The largest error, relative to 1 + |expected|; nan and missing arrays count as infinite."""
    worst = 0.0
    for name, expected in want.items():
        difference = np.abs(got[name].astype(np.float64) - expected) / (1 + np.abs(expected))
        if difference.size:
            worst = max(worst, float(np.nan_to_num(difference, nan=np.inf).max()))
    return worst


def drawn_sizes(example: Example) -> st.SearchStrategy[dict[str, int]]:
    """The sizes that are always tried, and others from the example's ranges."""
    ranges = {name: st.sampled_from(values) for name, values in example.ranges.items()}
    return st.one_of(st.sampled_from(example.sizes), st.fixed_dictionaries(ranges))


@pytest.mark.parametrize("name", EXAMPLES)
def test_fixed_sizes(name: str) -> None:
    example = EXAMPLES[name]
    for sizes in example.sizes:
        for seed in (0, 1):
            args, grid = example.inputs(sizes, seed)
            got = interpret(module(example.ir()), args, grid)
            assert error_of(got, example.reference(args, sizes)) <= example.tolerance, (sizes, seed)


@pytest.mark.parametrize("name", [name for name, example in EXAMPLES.items() if example.dtype == "fp32"])
@given(data=st.data(), seed=st.integers(0, 1000))
@settings(max_examples=12)
def test_drawn_sizes(name: str, data: st.DataObject, seed: int) -> None:
    example = EXAMPLES[name]
    sizes = data.draw(drawn_sizes(example))
    args, grid = example.inputs(sizes, seed)
    before = {k: v.copy() for k, v in args.items() if isinstance(v, np.ndarray)}
    got = interpret(module(example.ir()), args, grid)
    assert error_of(got, example.reference(args, sizes)) <= example.tolerance
    for key, value in before.items():
        assert np.array_equal(args[key], value), f"{key} was changed in place"


def is_caught(example: Example, mutation: str) -> bool:
    """Whether some run of the mutant goes wrong, or differs from the expected result."""
    for garbage in (np.nan, np.inf):
        for sizes in example.sizes:
            for seed in (0, 1):
                args, grid = example.inputs(sizes, seed)
                try:
                    got = interpret(
                        module(example.mutant_ir(mutation)),
                        args,
                        grid,
                        options=Options(garbage_float=garbage),
                    )
                except InterpreterError:
                    return True
                if error_of(got, example.reference(args, sizes)) > example.tolerance:
                    return True
    return False


@pytest.mark.parametrize(("name", "mutation"), [(n, m) for n, e in EXAMPLES.items() for m in e.mutants])
def test_mutants_are_caught(name: str, mutation: str) -> None:
    assert is_caught(EXAMPLES[name], mutation)


def test_every_kernel_has_a_mutant() -> None:
    assert {e.kernel for e in EXAMPLES.values()} == {e.kernel for e in EXAMPLES.values() if e.mutants}
