"""`--format torch`: the rendered function does what the formula says, for all examples at drawn sizes."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from examples.specs import EXAMPLES
from soundness.case import CASES
from test_interpreter_examples import drawn_sizes, error_of, module
from test_soundness import VERIFIED
from torch_rendering import difference, run, run_as_it_is
from triton_lift import Lifted, lift
from triton_lift.interpreter import InterpreterError, interpret
from triton_lift.ir import parse_module
from triton_lift.report.torch import to_torch

NAMES = [name for name, example in EXAMPLES.items() if example.dtype == "fp32"]
DRAWS = 10

# Verified kernels of test_soundness that have no rendering, and what is said of them.
REFUSED = {
    "random_numbers": "does not fit 64 bits",
    "flags_of_bits": "a reduction by bitand",
    "flipped_and_gathered": "a reduction by bitxor",
    "groups_in_turn": "has no bound that is known before the run",
}


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


TYPED = "softmax_f16 layer_norm matmul_f16 flash_attention_f16 int4_dequantise_f16 cross_entropy".split()


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("name", TYPED)
def test_on_the_kernels_own_types(name: str, dtype: torch.dtype) -> None:
    """f16 and i32 in, computed in f32 or f64, f16 out: what the IR gives, up to the kernel's own rounding."""
    example = EXAMPLES[name]
    for seed, sizes in enumerate(example.sizes):
        args, grid = example.inputs(sizes, seed)
        try:
            lifted(name).evaluate(args, grid)
        except ValueError:
            continue
        by_torch = run_as_it_is(lifted(name), args, grid, dtype)
        for array, contents in by_torch.items():
            assert contents.dtype == args[array].dtype
        by_ir = interpret(module(example.ir()), args, grid)
        wanted = {array: by_ir[array].astype(np.float64) for array in by_torch}
        assert error_of(by_torch, wanted) <= 2 * example.tolerance


def test_softmax_does_not_overflow() -> None:
    """What is printed without the maximum is computed with it: by PyTorch's own softmax and logsumexp."""
    shown = (
        ("softmax", "x_ptr", "out_ptr", "softmax"),
        ("cross_entropy", "logits_ptr", "loss_ptr", "logsumexp"),
    )
    for name, pointer, output, function in shown:
        found = lifted(name)
        text = to_torch(found)
        assert f"torch.{function}(" in text
        args, grid = EXAMPLES[name].inputs(EXAMPLES[name].sizes[-1], 1)
        args[pointer] = args[pointer] * np.float32(5000)
        result = run(found, args, grid, text)
        assert np.isfinite(result[output]).all() and difference(result, found.evaluate(args, grid)) <= 1e-9


MUTANTS = [(n, m) for n in NAMES for m in EXAMPLES[n].mutants]


@pytest.mark.parametrize(("name", "mutation"), MUTANTS)
def test_mutant(name: str, mutation: str) -> None:
    """The comparison notices another formula: a mutant's function does not do what the original says."""
    example, original = EXAMPLES[name], lifted(name)
    (mutant,) = lift(example.mutant_ir(mutation))
    text = to_torch(mutant)
    if mutant.program is None:
        assert "import torch" not in text and str(mutant.reason) in text
        return
    for sizes in example.sizes:
        for seed in (0, 1):
            args, grid = example.inputs(sizes, seed)
            for array, value in args.items():
                if isinstance(value, np.ndarray):  # there is something to be seen beyond its end
                    args[array] = np.concatenate([value, np.full(8, 3, value.dtype)])
            try:
                if difference(run(mutant, args, grid, text), original.evaluate(args, grid)) > 1e-3:
                    return
            except (ValueError, RuntimeError, IndexError):  # it does not fit these arguments
                return
    pytest.fail("the mutant's function agrees with the original's formula")


@pytest.mark.parametrize("name", VERIFIED)
def test_odd_kernels(name: str) -> None:
    """Kernels that do one thing each, on arguments from the edges too; a size below 0 may be refused."""
    (found,) = lift(CASES[name].ir)
    text = to_torch(found)
    if name in REFUSED:
        assert "# no PyTorch rendering: " in text and REFUSED[name] in text
        return
    if any(output.recurrent for output in found.outputs):
        assert "    for " in text
    ir, compared = parse_module(CASES[name].ir, name), 0
    for case in (CASES[name], CASES[name].tame):
        draws = [d for d in case.draws() if covers(found, d.args, d.grid)]
        if not draws:  # the theorem asks for a larger grid
            larger = [replace(d, grid=(8, 1, 1)) for d in case.draws()]
            draws = [d for d in larger if covers(found, d.args, d.grid)]
        for draw in draws[:: max(1, len(draws) // DRAWS)]:
            try:
                by_formula = found.evaluate(draw.args, draw.grid)
                interpret(ir, draw.args, draw.grid)
            except (ValueError, InterpreterError):  # or it reads what is not there
                continue
            try:
                by_torch = run(found, draw.args, draw.grid, text)
            except ValueError as refusal:  # Python's own, of an amount that the assumptions exclude
                assert "negative shift count" in str(refusal)
                assert "shift amounts are at least 0" in "".join(found.assumptions) and draw.args["n"] < 0
                continue
            except (AssertionError, RuntimeError) as refusal:
                assert "assert" in text or "strides are not supported" in str(refusal)
                assert min(v for v in draw.args.values() if isinstance(v, int)) <= 0
                continue
            if undefined(found, by_formula):
                continue
            compared += 1
            assert difference(by_torch, by_formula) <= 1e-9, draw
    assert compared


def undefined(found: Lifted, result: dict[str, np.ndarray]) -> bool:
    """Whether these arguments do what the printed assumptions exclude: x / x is 1, given that x is not 0."""
    assumed = any(a.startswith("no division by zero") for a in found.assumptions)
    return assumed and any(np.isnan(array).any() for array in result.values())


def covers(found: Lifted, args: dict[str, object], grid: tuple[int, int, int]) -> bool:
    """Whether the grid is as large as the printed domain asks for."""
    from triton_lift.evaluation.terms import Evaluator
    from triton_lift.terms.term import make

    assert found.program is not None
    leaves = {make("nprogs", (), axis): np.int64(count) for axis, count in enumerate(grid)}
    for i, (name, kind) in enumerate(found.program.params):
        value = args[name]
        if isinstance(value, np.ndarray):
            leaves[make("length", (), i)] = np.int64(len(value))
        elif kind[0] == "i":
            leaves[make("param", (), (i, name), "bool" if kind == "i1" else "int")] = np.int64(value)
    return all(bool(Evaluator(leaves, {})(condition)) for condition in found.program.grid)
