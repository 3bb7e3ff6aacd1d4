"""Arguments that no sensible caller passes: where the printed preconditions hold, the formula must hold as well.

Numbers of a sensible call, some or all of them, are replaced by others, zero and negative ones included, over arrays
large enough for most of what then happens. A draw counts when the kernel stays in bounds and no precondition is
broken. The mutants take part: what is verified of them is as true as of the examples, only not what their author
meant.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import example as always
from hypothesis import strategies as st

from examples.specs import EXAMPLES, Example
from test_interpreter_examples import drawn_sizes, module
from triton_lift import Lifted, lift
from triton_lift.interpreter import InterpreterError, interpret

LENGTH = 1 << 14
VARIANTS = {"vector_add_8192", "softmax_8192", "matmul_specialised"}
DUMPS = {name: (e, e.ir()) for name, e in EXAMPLES.items() if e.dtype == "fp32" and name not in VARIANTS}
MUTANTS = {f"{n}__{m}": (e, e.mutant_ir(m)) for n, (e, _) in DUMPS.items() for m in e.mutants}
NUMBERS = st.one_of(
    st.integers(-2, 4), st.integers(0, 70), st.sampled_from([16, 31, 32, 33, 64, 127, 128, 129])
)
DTYPES = {"*fp32": np.float32, "*i8": np.int8, "*i32": np.int32, "*i64": np.int64}


@cache
def lifted(path: Path) -> Lifted:
    return lift(path)[0]


def arguments(example: Example, numbers: list[int], seed: int) -> dict[str, Any]:
    """Long random arrays for the pointers, the numbers in turn for the integers."""
    rng = np.random.default_rng(seed)
    args: dict[str, Any] = {}
    rest = iter(numbers)
    for name, kind in example.types.items():
        if kind == "*fp32":
            args[name] = (rng.integers(-16, 17, LENGTH) / 8).astype(np.float32)
        elif kind in DTYPES:
            args[name] = rng.integers(0, 5, LENGTH).astype(DTYPES[kind])
        else:
            args[name] = 0.5 if kind == "fp32" else next(rest)
    return args


def compare(example: Example, path: Path) -> int:
    """How many draws counted; in each of them, formula and IR agree."""
    found = lifted(path)
    integers = [kind for kind in example.types.values() if kind == "i32"]
    counted = 0

    numbers_of = st.lists(NUMBERS, min_size=len(integers), max_size=len(integers))
    places = range(len(integers))
    few = st.sets(st.sampled_from(places), max_size=2) if places else st.just(set())
    replaced_of = st.one_of(st.just(set(places)), few)
    grid_of = st.tuples(st.integers(1, 3), st.integers(1, 3), st.integers(1, 2))

    @given(
        sizes=drawn_sizes(example),
        numbers=numbers_of,
        grid=grid_of,
        replaced=replaced_of,
        keeps_grid=st.booleans(),
        seed=st.integers(0, 9),
    )
    @always(
        sizes=example.sizes[-1],
        numbers=[1] * len(integers),
        grid=(1, 1, 1),
        replaced=set(places),
        keeps_grid=False,
        seed=0,
    )
    @settings(max_examples=30, phases=[Phase.explicit, Phase.generate])  # the numbers are small as they are
    def check(
        sizes: dict[str, int],
        numbers: list[int],
        grid: tuple[int, int, int],
        replaced: set[int],
        keeps_grid: bool,
        seed: int,
    ) -> None:
        """The numbers at the places `replaced`, and perhaps the grid, are not those of a sensible call."""
        nonlocal counted
        sensible, sensible_grid = example.inputs(sizes, seed)
        ours = [sensible[name] for name, kind in example.types.items() if kind == "i32"]
        chosen = [numbers[i] if i in replaced else ours[i] for i in places]
        args = arguments(example, chosen, seed)
        if keeps_grid and 0 not in sensible_grid:
            grid = sensible_grid
        try:
            by_formula = found.evaluate(args, grid)
            by_ir = interpret(module(path), args, grid)
        except (ValueError, InterpreterError):
            return
        counted += 1
        for array, expected in by_formula.items():
            got = by_ir[array].astype(np.float64)
            # Elsewhere, a division by zero or the like: an assumption is broken.
            defined = np.isfinite(expected)
            error = np.abs(got[defined] - expected[defined]) / (1 + np.abs(expected[defined]))
            assert np.all(error <= example.tolerance), f"{array} differs"

    check()
    return counted


@pytest.mark.parametrize("name", DUMPS)
def test_examples(name: str) -> None:
    assert compare(*DUMPS[name]) > 2


@pytest.mark.parametrize("name", MUTANTS)
def test_mutants(name: str) -> None:
    example, path = MUTANTS[name]
    if lifted(path).program is None:
        return  # nothing is claimed
    compare(example, path)
