"""Three ways to one result: the IR executed, the lifted formula evaluated, the source in Triton's own interpreter.

All three are compared with numpy as well. What Triton's interpreter does differently from the compiler concerns
none of these kernels' results: masked loads without `other` read 0 there, but no result depends on them.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from examples.specs import EXAMPLES
from test_interpreter_examples import drawn_sizes, error_of, module
from triton_interpreter import TritonInterpreter
from triton_lift import Lifted, lift
from triton_lift.interpreter import interpret

DRAWS = 15
# Their dumps differ from another example's in the block size alone.
VARIANTS = {"vector_add_128", "vector_add_8192", "softmax_128", "softmax_8192"}
NAMES = [name for name in EXAMPLES if name not in VARIANTS]


@pytest.fixture(scope="module")
def triton_interpreter() -> Iterator[TritonInterpreter]:
    server = TritonInterpreter()
    yield server
    server.close()


@pytest.mark.parametrize("name", NAMES)
def test_against_triton(name: str, triton_interpreter: TritonInterpreter) -> None:
    example = EXAMPLES[name]

    @given(sizes=drawn_sizes(example), seed=st.integers(0, 1000))
    @settings(max_examples=DRAWS)
    def check(sizes: dict[str, int], seed: int) -> None:
        args, grid = example.inputs(sizes, seed)
        by_triton = triton_interpreter.run(name, args, grid)
        by_numpy = example.reference(args, sizes)
        by_ir = interpret(module(example.ir()), args, grid)
        assert error_of(by_triton, by_numpy) <= example.tolerance, "Triton's interpreter and numpy differ"
        assert error_of(by_ir, by_triton) <= example.tolerance, "the IR and Triton's interpreter differ"

    check()


@cache
def lifted(name: str) -> Lifted:
    return lift(EXAMPLES[name].ir())[0]


@pytest.mark.parametrize("name", NAMES)
def test_formula(name: str) -> None:
    """Where the preconditions hold, the formula's result is the kernel's; and they hold for most of the draws."""
    example = EXAMPLES[name]
    found = lifted(name)
    if found.program is None:
        pytest.fail(f"nothing to evaluate: {found.status}, {found.reason}")
    kept = discarded = 0

    @given(sizes=drawn_sizes(example), seed=st.integers(0, 1000))
    @settings(max_examples=2 * DRAWS)
    def check(sizes: dict[str, int], seed: int) -> None:
        nonlocal kept, discarded
        args, grid = example.inputs(sizes, seed)
        try:
            by_formula = found.evaluate(args, grid)
        except ValueError:
            discarded += 1
            return
        kept += 1
        by_ir = interpret(module(example.ir()), args, grid)
        assert error_of(by_formula, example.reference(args, sizes)) <= 1e-6, "the formula and numpy differ"
        assert error_of(by_ir, by_formula) <= example.tolerance, "the IR and the formula differ"

    check()
    assert kept > discarded, f"{discarded} of {kept + discarded} draws broke a precondition"


def test_specialised_sizes_are_checked() -> None:
    """What the compiler was told of its arguments is a precondition that evaluation knows."""
    example = EXAMPLES["matmul_specialised"]
    args, grid = example.inputs({"M": 17, "N": 16, "K": 16})
    with pytest.raises(ValueError, match="M is a multiple of 16"):
        lifted("matmul_specialised").evaluate(args, grid)
