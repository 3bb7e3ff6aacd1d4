"""`python -m benchmarks.programs`: what it counts is what the program launches, under capture and under the plugin."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.programs.__main__ import HERE, PACKAGES, captured, plugged

pytest.importorskip("triton")
pytest.importorskip("torch")

PROGRAM = """
import torch, triton, triton.language as tl

@triton.jit
def double(x, out, n, B: tl.constexpr):
    i = tl.program_id(0) * B + tl.arange(0, B)
    tl.store(out + i, 2 * tl.load(x + i, i < n), i < n)

@triton.jit
def never(x):
    tl.store(x, 1.0)

for m in (10, 30):
    x = torch.randn(m, 7, device="cuda")
    double[(m,)](x, torch.empty_like(x), x.numel(), B=16)
"""


def test_every_program_is_there() -> None:
    drivers = {file.stem for file in (HERE / "drivers").glob("*.py")} - {"__init__"}
    assert drivers == set(PACKAGES)


def test_what_is_counted(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    for figures in (captured(program, tmp_path / "c", 60), plugged(program, tmp_path / "p", 60, 1)):
        counts = (figures.kernels, figures.specialisations, figures.launches, figures.verified)
        assert counts[:2] == (1, 1) and counts[3] == 1 and figures.tensors == 1
    assert figures.seconds["full processor"] > 0 and figures.seconds["empty without"] > 0
