"""Random kernels: no crash, no formula that `interpret` contradicts.

`TRITON_LIFT_GENERATE=20000 python -m pytest test/python/test_generated_kernels.py` tries that many instead of the few
that every run tries; `TRITON_LIFT_GENERATE_FROM` is the first seed. A failure names its seed, and
`python test/python/generated_kernels.py SEED` prints that kernel.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest

from benchmarks.differential import Difference, ambiguous, differences
from benchmarks.draws import Draw
from generated_kernels import kernel
from triton_lift import Lifted, _native
from triton_lift.interpreter import InterpreterError, interpret
from triton_lift.ir import parse_module
from triton_lift.lifting import lift_summary
from triton_lift.terms import reals

COUNT = int(os.environ.get("TRITON_LIFT_GENERATE", "120"))
FIRST = int(os.environ.get("TRITON_LIFT_GENERATE_FROM", "0"))
PART = 20  # kernels for each test
SECONDS = 10.0  # for each kernel
LENGTH = 1 << 12
SIZES = ((5, 3), (8, 8), (17, 2), (33, 16), (1, 1), (0, 4), (7, 0), (-3, 5))
GRIDS = ((1, 1, 1), (3, 1, 1), (2, 3, 1), (5, 5, 1))


@dataclass
class Outcome:
    """What came of one kernel."""

    seed: int
    found: Lifted
    compared: int
    wrong: list[Difference]


def draws(seed: int) -> Iterator[Draw]:
    """Arguments and grids of every kind, over arrays long enough for most of them."""
    rng = np.random.default_rng(seed)
    for (n, m), grid in zip(SIZES * 2, (g for g in GRIDS for _ in range(4)), strict=True):
        floats = {name: (rng.integers(-12, 13, LENGTH) / 8).astype(np.float32) for name in "xy"}
        out = np.full(LENGTH, 777.0, np.float32)
        whole = rng.integers(0, 40, LENGTH).astype(np.int32)
        yield Draw(seed, {**floats, "z": whole, "out": out, "n": n, "m": m, "s": 0.75}, grid)


def outcome(seed: int) -> Outcome:
    """Lifts one kernel, and compares where it is verified."""
    parsed = parse_module(kernel(seed), f"generated_{seed}.ttir")
    (summary,) = _native.summarize(parsed.module)
    found = lift_summary(summary, "generated.ttir", deadline=time.monotonic() + SECONDS)
    result = Outcome(seed, found, 0, [])
    if found.status == "verified":
        compare(result, parsed)
    return result


def compare(result: Outcome, parsed: Any) -> None:
    """Adds where formula and IR differ, on the draws that break no precondition."""
    found = result.found
    for draw in draws(result.seed):
        try:
            by_formula = found.evaluate(draw.args, draw.grid)
            unclear, _ = ambiguous(found.program, draw)
            by_ir = interpret(parsed, draw.args, draw.grid)
        except (ValueError, InterpreterError):
            continue
        result.compared += 1
        distinct = any("distinct" in p for p in found.preconditions)
        assert not unclear or distinct or found.single_writer != "proved", f"{result.seed}: {unclear}"
        if any(a.startswith(("∞ - ∞ does not occur", "0·∞ does not occur")) for a in found.assumptions):
            for name, values in by_formula.items():  # one of them occurs
                unclear.setdefault(name, set()).update(np.flatnonzero(np.isnan(values)).tolist())
        result.wrong += differences(draw, by_ir, by_formula, unclear, tolerance=2e-4)


@pytest.mark.parametrize("first", range(FIRST, FIRST + COUNT, PART))
def test_generated_kernels(first: int) -> None:
    verdicts: Counter[str] = Counter()
    compared = 0
    for seed in range(first, min(first + PART, FIRST + COUNT)):
        result = outcome(seed)
        verdicts[result.found.status] += 1
        compared += bool(result.compared)
        assert result.found.status in ("verified", "unknown", "unsupported", "timeout"), (
            seed,
            result.found.reason,
        )
        assert not result.wrong, (seed, result.wrong[0], result.found.outputs)
    # Refusing everything, or comparing nothing, is no success.
    assert verdicts["verified"] >= PART // 2 and compared >= PART // 3, (verdicts, compared)


def test_a_wrong_formula_is_noticed() -> None:
    """The same comparison, after the value of every output was made larger by one. Infinite values stay unnoticed."""
    noticed = tried = 0
    for seed in range(12):
        parsed = parse_module(kernel(seed), f"generated_{seed}.ttir")
        (summary,) = _native.summarize(parsed.module)
        found = lift_summary(summary, "generated.ttir")
        if found.program is None or found.status != "verified":
            continue
        outputs = tuple(replace(o, value=reals.add(o.value, reals.ONE)) for o in found.program.outputs)
        found.program = replace(found.program, outputs=outputs)
        result = Outcome(seed, found, 0, [])
        compare(result, parsed)
        tried += bool(result.compared)
        noticed += bool(result.wrong)
    assert tried > 5 and noticed > tried // 2
