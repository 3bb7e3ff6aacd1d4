"""From a clone to the formula of one's own kernel: `python benchmarks/first_formula.py`.

Follows `docs/how-to/lift-your-own-kernel.md` in a fresh clone and a fresh environment, both thrown away: the same
commands as a new user types, each timed. What pip has in its cache it does not load again (`--no-cache`: it does).
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).parent.parent
AIM = 300.0  # seconds, of all steps
KERNEL = """\
import triton
import triton.language as tl


@triton.jit
def scaled_row_sum(x_ptr, out_ptr, scale, n, BLOCK: tl.constexpr):
    row = tl.program_id(0)
    total = tl.zeros((BLOCK,), tl.float32)
    for start in range(0, n, BLOCK):
        k = start + tl.arange(0, BLOCK)
        total += tl.load(x_ptr + row * n + k, mask=k < n, other=0.0)
    tl.store(out_ptr + row, scale * tl.sum(total))
"""
KERNEL_NAME = "own.py:scaled_row_sum"
ARGUMENTS = ("--arg", "x_ptr=*fp32", "--arg", "out_ptr=*fp32", "--arg", "scale=fp32", "--arg", "n=i32",
             "--const", "BLOCK=1024")  # fmt: skip


def timed(words: list[str], folder: Path) -> tuple[float, str]:
    """Seconds and output of one command. Ends the benchmark with what it said if it fails."""
    start = time.monotonic()
    # A new user has no path to this copy.
    told = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(words, cwd=folder, env=told, capture_output=True, text=True, check=False)
    if done.returncode:
        print(f"{' '.join(words)}\n{done.stdout[-2000:]}{done.stderr[-2000:]}", file=sys.stderr)
        raise typer.Exit(1)
    return time.monotonic() - start, done.stdout


def main(
    triton: Annotated[str, typer.Option(help="The Triton to install.")] = "triton==3.9.0",
    cache: Annotated[bool, typer.Option(help="Whether pip may use what it loaded before.")] = True,
) -> None:
    """Measure, and print a table and the formula."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "own.py").write_text(KERNEL)
        python, tool = (folder / "venv" / "bin" / word for word in ("python", "triton-lift"))
        pip = [str(python), "-m", "pip", "install", "--quiet", *([] if cache else ["--no-cache-dir"])]
        steps = {
            "git clone": ["git", "clone", "--quiet", str(ROOT), "clone"],
            "python -m venv": [sys.executable, "-m", "venv", "venv"],
            "pip install .": [*pip, str(folder / "clone")],
            f"pip install {triton}": [*pip, triton],
            f"triton-lift lift {KERNEL_NAME}": [str(tool), "lift", KERNEL_NAME, *ARGUMENTS],
        }
        table = Table("step", "seconds", title="from a clone to a formula", title_justify="left")
        total, said = 0.0, ""
        for step, words in steps.items():
            seconds, said = timed(words, folder)
            total += seconds
            table.add_row(step, f"{seconds:.1f}")
        table.add_row("all", f"{total:.1f} (aim {AIM:.0f})")
    console = Console(width=120)
    console.print(table)
    console.print(said, markup=False, highlight=False)


if __name__ == "__main__":
    typer.run(main)
