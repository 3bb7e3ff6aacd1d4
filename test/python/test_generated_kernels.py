"""Random kernels: no crash, no formula that `interpret` contradicts.

`TRITON_LIFT_GENERATE=20000 python -m pytest test/python/test_generated_kernels.py` tries that many instead of the few
that every run tries; `TRITON_LIFT_GENERATE_FROM` is the first seed. A failure names its seed, and
`python test/python/generated_kernels.py SEED` prints that kernel, `generated_wider.py SEED` one of the other classes.
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

from agreement import faults
from benchmarks.draws import Draw
from generated_kernels import Kernel, kernel
from generated_wider import Wider
from triton_lift import Lifted, _native
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
    wrong: list[str]


def draws(seed: int) -> Iterator[Draw]:
    """Arguments and grids of every kind, over arrays long enough for most of them."""
    rng = np.random.default_rng(seed)
    for (n, m), grid in zip(SIZES * 2, (g for g in GRIDS for _ in range(4)), strict=True):
        floats = {name: (rng.integers(-12, 13, LENGTH) / 8).astype(np.float32) for name in "xy"}
        out = np.full(LENGTH, 777.0, np.float32)
        whole = rng.integers(0, 40, LENGTH).astype(np.int32)
        yield Draw(seed, {**floats, "z": whole, "out": out, "n": n, "m": m, "s": 0.75}, grid)


def outcome(seed: int, writer: type[Kernel]) -> Outcome:
    """Lifts one kernel, and compares where it is verified."""
    parsed = parse_module(kernel(seed, writer), f"generated_{seed}.ttir")
    (summary,) = _native.summarize(parsed.module)
    found = lift_summary(summary, "generated.ttir", deadline=time.monotonic() + SECONDS)
    result = Outcome(seed, found, 0, [])
    if found.status == "verified":
        compare(result, parsed)
    return result


def compare(result: Outcome, parsed: Any) -> None:
    """Adds what is wrong on the draws that break no precondition."""
    for draw in draws(result.seed):
        wrong = faults(result.found, parsed, draw)
        result.compared += wrong is not None
        result.wrong += [f"n={draw.args['n']}, m={draw.args['m']}, {draw.grid}: {w}" for w in wrong or ()]


@pytest.mark.parametrize("writer", [Kernel, Wider])
@pytest.mark.parametrize("first", range(FIRST, FIRST + COUNT, PART))
def test_generated_kernels(first: int, writer: type[Kernel]) -> None:
    verdicts: Counter[str] = Counter()
    compared = 0
    seeds = range(first, min(first + PART, FIRST + COUNT))
    for seed in seeds:
        result = outcome(seed, writer)
        verdicts[result.found.status] += 1
        compared += bool(result.compared)
        assert result.found.status in ("verified", "unknown", "unsupported", "timeout"), (
            seed,
            result.found.reason,
        )
        assert not result.wrong, (seed, result.wrong[0], result.found.outputs)
    # Refusing everything, or comparing nothing, is no success.
    least = len(seeds) // 2 if writer is Kernel else len(seeds) // 10
    assert verdicts["verified"] >= least and compared >= least // 2, (verdicts, compared)


def test_a_wrong_formula_is_noticed() -> None:
    """The same comparison, after the value of every output was made larger by one. Infinite values stay unnoticed."""
    noticed = tried = 0
    for seed in range(12):
        parsed = parse_module(kernel(seed), f"generated_{seed}.ttir")
        (summary,) = _native.summarize(parsed.module)
        found = lift_summary(summary, "generated.ttir")
        if found.program is None or found.status != "verified":
            continue
        outputs = tuple(
            replace(o, value=reals.add(o.value, reals.ONE), formula=None) for o in found.program.outputs
        )
        found.program = replace(found.program, outputs=outputs)
        result = Outcome(seed, found, 0, [])
        compare(result, parsed)
        tried += bool(result.compared)
        noticed += bool(result.wrong)
    assert tried > 5 and noticed > tried // 2
