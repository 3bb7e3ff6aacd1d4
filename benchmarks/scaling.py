"""How cost grows: `python -m benchmarks.scaling [PATH…] [--output FILE]`.

Three tables: seconds against the length of a kernel (one unrolled 1 to 64 times), seconds against worker processes,
and how well `--timeout` is kept, over the kernels in PATH (the examples by default). Each is measured within one run,
so that its ratios mean something on a busy machine; the fastest of the repeats counts.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from triton_lift.ir import parse_module
from triton_lift.sources import find_sources
from triton_lift.sources.source import IRSource
from triton_lift.workers import Pool, lift_sources

EXAMPLES = Path(__file__).resolve().parent.parent / "examples" / "ir"
LENGTHS = (1, 2, 4, 8, 16, 32, 64)
HEAD = """\
module {
  tt.func public @KIND_STEPS(%x: !tt.ptr<f32>, %out: !tt.ptr<f32>, %n: i32) attributes {noinline = false} {
    %zero = arith.constant dense<0.000000e+00> : tensor<256xf32>
    %half = arith.constant dense<5.000000e-01> : tensor<256xf32>
    %size = arith.constant 256 : i32
    %pid = tt.get_program_id x : i32
    %start = arith.muli %pid, %size : i32
    %lanes = tt.make_range {end = 256 : i32, start = 0 : i32} : tensor<256xi32>
    %starts = tt.splat %start : i32 -> tensor<256xi32>
    %o = arith.addi %starts, %lanes : tensor<256xi32>
    %ns = tt.splat %n : i32 -> tensor<256xi32>
    %m = arith.cmpi slt, %o, %ns : tensor<256xi32>
    %xs = tt.splat %x : !tt.ptr<f32> -> tensor<256x!tt.ptr<f32>>
    %outs = tt.splat %out : !tt.ptr<f32> -> tensor<256x!tt.ptr<f32>>
    %v0 = arith.addf %zero, %half : tensor<256xf32>
    %p0 = tt.addptr %xs, %o : tensor<256x!tt.ptr<f32>>, tensor<256xi32>
"""
# One step of each kind: S is its number, P the one before.
STEPS = {
    "chain": """\
    %pS = tt.addptr %pP, %ns : tensor<256x!tt.ptr<f32>>, tensor<256xi32>
    %lS = tt.load %pS, %m, %zero : tensor<256x!tt.ptr<f32>>
    %aS = arith.mulf %vP, %half : tensor<256xf32>
    %vS = arith.addf %aS, %lS : tensor<256xf32>
""",
    "branches": """\
    %kS = arith.constant dense<S> : tensor<256xi32>
    %cS = arith.cmpi slt, %kS, %o : tensor<256xi32>
    %pS = tt.addptr %pP, %ns : tensor<256x!tt.ptr<f32>>, tensor<256xi32>
    %lS = tt.load %pS, %m, %zero : tensor<256x!tt.ptr<f32>>
    %vS = arith.select %cS, %lS, %vP : tensor<256xi1>, tensor<256xf32>
""",
}
TAIL = """\
    %q = tt.addptr %outs, %o : tensor<256x!tt.ptr<f32>>, tensor<256xi32>
    tt.store %q, %vS, %m : tensor<256x!tt.ptr<f32>>
    tt.return
  }
}
"""
Row = dict[str, Any]


def unrolled(kind: str, steps: int) -> str:
    """The IR of a kernel with this many steps."""
    body = [STEPS[kind].replace("S", str(s)).replace("P", str(s - 1)) for s in range(1, steps + 1)]
    return HEAD.replace("KIND_STEPS", f"{kind}_{steps}") + "".join(body) + TAIL.replace("%vS", f"%v{steps}")


def fastest(action: Callable[[], Any], repeats: int) -> float:
    """The least seconds that the action takes."""
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        action()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def by_length(repeats: int) -> list[Row]:
    """Seconds to read and lift, for each kind and number of steps."""
    rows = []
    with Pool() as pool:
        for kind in STEPS:
            for steps in LENGTHS:
                source = IRSource(f"{kind}_{steps}.ttir", unrolled(kind, steps))
                results = list(lift_sources([source], pool=pool, executable=False))  # once to warm up
                seconds = fastest(
                    lambda s=source: list(lift_sources([s], pool=pool, executable=False)), repeats
                )
                rows.append(
                    {"kind": kind, "steps": steps, "status": results[0][1].status, "seconds": seconds}
                )
    return rows


def by_jobs(paths: list[str], repeats: int) -> list[Row]:
    """Seconds for all kernels, by number of workers up to the number of cores."""
    sources = [s for s in find_sources(paths) if isinstance(s, IRSource)]
    rows = []
    for jobs in range(1, len(os.sched_getaffinity(0)) + 1):
        with Pool(jobs) as pool:
            warm = sources[: 2 * jobs]
            list(lift_sources(warm, pool=pool, executable=False))
            seconds = fastest(lambda p=pool: list(lift_sources(sources, pool=p, executable=False)), repeats)
        rows.append({"jobs": jobs, "kernels": len(sources), "seconds": seconds})
    return rows


def by_timeout(paths: list[str], timeouts: list[float]) -> list[Row]:
    """The longest that a kernel took under each time limit, as a share of the limit."""
    sources = [s for s in find_sources(paths) if isinstance(s, IRSource)]
    rows = []
    with Pool() as pool:
        list(lift_sources(sources[:1], pool=pool))
        for timeout in timeouts:
            found = [r for _, r in lift_sources(sources, timeout=timeout, pool=pool, executable=False)]
            late = [r for r in found if r.status == "timeout"]
            longest = max(r.seconds for r in found)
            rows.append(
                {
                    "timeout": timeout,
                    "kernels": len(found),
                    "stopped": len(late),
                    "longest": longest / timeout,
                }
            )
    return rows


def table(title: str, rows: list[Row]) -> Table:
    """The rows as they are."""
    result = Table(title=title, title_justify="left")
    for column in rows[0]:
        result.add_column(column, justify="left" if isinstance(rows[0][column], str) else "right")
    for row in rows:
        result.add_row(*(f"{v:.3f}" if isinstance(v, float) else str(v) for v in row.values()))
    return result


def main(
    paths: Annotated[list[str] | None, typer.Argument(help="Kernels for the last two tables.")] = None,
    repeats: Annotated[int, typer.Option(min=1, help="Passes, of which the fastest counts.")] = 3,
    timeouts: Annotated[list[float] | None, typer.Option("--timeout", help="Time limits to try.")] = None,
    output: Annotated[Path | None, typer.Option(help="Write the figures here as JSON.")] = None,
) -> None:
    """Measure and print."""
    parse_module(unrolled("chain", 1), "chain.ttir")  # what is wrong with the text above is said here
    places = paths or [str(EXAMPLES)]
    length = by_length(repeats)
    for row in length:
        base = next(r for r in length if r["kind"] == row["kind"])
        row["per step"] = (row["seconds"] - base["seconds"]) / max(1, row["steps"] - 1)
    jobs = by_jobs(places, repeats)
    for row in jobs:
        row["speed-up"] = jobs[0]["seconds"] / row["seconds"]
    limits = by_timeout(places, timeouts or [0.1, 0.3, 1.0])
    console = Console(width=None if Console().is_terminal else 120)
    console.print(table("kernel length", length))
    console.print(table("worker processes", jobs))
    console.print(table("time limits", limits))
    growth = median(
        b["seconds"] / a["seconds"]
        for a, b in zip(length, length[1:], strict=False)
        if b["steps"] == 2 * a["steps"] and a["steps"] >= 8
    )
    console.print(f"twice the length takes {growth:.2f} times as long (from 8 steps on)")
    if output is not None:
        data = {"length": length, "jobs": jobs, "timeouts": limits, "growth": growth}
        output.write_text(json.dumps(data, indent=1) + "\n")


if __name__ == "__main__":
    typer.run(main)
