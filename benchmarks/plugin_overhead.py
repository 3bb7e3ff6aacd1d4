"""What the plugin costs a program: `python benchmarks/plugin_overhead.py [--repeats N] [--launches N]`.

A program compiles three kernels and launches them, under a driver that needs no GPU (so a launch costs only what it
costs on the host, and overhead shows most). It runs in turn without and with the plugin, in fresh processes: the time
from the process's start to the end of its first launch, with an empty and with a full cache of Triton's, and the time
of one launch afterwards. Ratios are of medians of the same run; `command` counts from the shell's side, so it includes
the start of `triton-lift run` itself.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

AIMS = {"first launch": 1.05, "launch": 1.01}
PROGRAM = '''
import json, os, sys, time
import triton, triton.language as tl
from triton_lift.capture.driver import activate
from triton_lift.capture.target import parse_target
activate(parse_target("cuda:90"))

class Tensor:
    dtype = "fp32"
    shape = (1000,)
    def data_ptr(self):
        return 1 << 20
    def stride(self):
        return (1,)

@triton.jit
def add(x, y, out, n, BLOCK: tl.constexpr):
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.store(out + i, tl.load(x + i, i < n) + tl.load(y + i, i < n), i < n)

x = Tensor()
grid = (8,)
def started():
    """When this process began (CLOCK_MONOTONIC, to a hundredth of a second)."""
    ticks = int(open("/proc/self/stat").read().rpartition(")")[2].split()[19])
    since_boot = time.clock_gettime(time.CLOCK_BOOTTIME) - ticks / os.sysconf("SC_CLK_TCK")
    return time.monotonic() - since_boot

add[grid](x, x, x, 1000, BLOCK=128)
first = time.monotonic()
add[grid](x, x, x, 1000, BLOCK=256)
add[grid](x, x, x, 1000, BLOCK=512)
batches = []
for _ in range(int(sys.argv[1]) // 500):
    begin = time.perf_counter()
    for _ in range(500):
        add[grid](x, x, x, 1000, BLOCK=128)
    batches.append((time.perf_counter() - begin) / 500)
batches.sort()
print(json.dumps({"first": first, "started": started(), "launch": batches[len(batches) // 10]}))
'''
Row = dict[str, float]


def measured(folder: Path, cache: Path, launches: int, *, plugin: bool) -> Row:
    """One run of the program in a fresh process."""
    command = [
        sys.executable,
        *(["-m", "triton_lift.cli", "run", "--no-cache"] if plugin else []),
        "program.py",
        str(launches),
    ]
    environment = {**os.environ, "TRITON_CACHE_DIR": str(cache), "TRITON_DEFAULT_FP_FUSION": "1"}
    start = time.monotonic()
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=True)
    told: dict[str, float] = json.loads(done.stdout)
    if plugin and "3 kernels" not in done.stderr:
        raise RuntimeError(f"the plugin captured something else:\n{done.stderr}")
    return {
        "first launch": told["first"] - told["started"],
        "command": told["first"] - start,
        "launch": told["launch"],
    }


def ratios(without: list[Row], with_plugin: list[Row]) -> dict[str, dict[str, float]]:
    """Medians and their ratio, by quantity."""
    found = {}
    for name in without[0]:
        before, after = (median(row[name] for row in rows) for rows in (without, with_plugin))
        found[name] = {"without": before, "with": after, "ratio": after / before}
    return found


def main(
    repeats: Annotated[int, typer.Option(min=1)] = 7,
    launches: Annotated[int, typer.Option(min=1000)] = 20_000,
    output: Annotated[Path | None, typer.Option(help="Write the figures here as JSON.")] = None,
) -> None:
    """Measure, and print a table."""
    results: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "program.py").write_text(PROGRAM)
        for kind in ("empty cache", "full cache"):
            without: list[Row] = []
            with_plugin: list[Row] = []
            for number in track(range(repeats + 1), kind, console=Console(stderr=True), transient=True):
                for plugin, rows in ((False, without), (True, with_plugin)):
                    fresh = kind == "empty cache"
                    cache = folder / (f"{number}-{plugin}" if fresh else "full")
                    row = measured(folder, cache, launches, plugin=plugin)
                    if number:  # the first run of each warms the disk's cache
                        rows.append(row)
            results[kind] = ratios(without, with_plugin)
    table = Table(title=f"overhead of the plugin, medians of {repeats}", title_justify="left")
    for column in ("Triton's cache", "time to", "without", "with", "ratio", "aim"):
        table.add_column(column, justify="left" if column in ("Triton's cache", "time to") else "right")
    for kind, quantities in results.items():
        for quantity, figures in quantities.items():
            unit, scale = ("µs", 1e6) if quantity == "launch" else ("s", 1.0)
            cells = [f"{figures[side] * scale:.3f} {unit}" for side in ("without", "with")]
            aim = f"{AIMS[quantity]:.2f}" if quantity in AIMS else ""
            table.add_row(kind, quantity, *cells, f"{figures['ratio']:.3f}", aim)
    Console(width=100).print(table)
    if output is not None:
        output.write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    typer.run(main)
