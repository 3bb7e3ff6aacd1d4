"""The benchmark: `python benchmarks/run.py [NAME…] [--repeats N] [--output FILE]`.

For each example: seconds to parse, interpret, close and prove, against Triton's compile of the same kernel to cubin
on the same machine in the same run. Then what a user feels: a whole cold process, the cost of larger blocks, memory.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path.insert(0, str(ROOT))

STAGES = ("parse", "interpret", "close", "prove", "total")
AIMS = {"median_ratio": 1.0, "cold_seconds": 1.0, "block_ratio": 1.2, "peak_mb": 400.0}
Row = dict[str, Any]


def measured(script: str, repeats: int, *arguments: str) -> tuple[list[Row], str]:
    """The JSON lines that a measuring script prints, and the last line of its complaint if it failed."""
    command = [sys.executable, str(HERE / script), str(repeats), *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    complaint = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
    return [json.loads(line) for line in done.stdout.splitlines()], complaint if done.returncode else ""


def lift_rows(names: list[str], repeats: int) -> dict[str, Row]:
    """The stages of every example; a crash leaves its reason in `status`."""
    from examples.specs import EXAMPLES

    rows = {}
    for name in track(names, "lifting", console=Console(stderr=True), transient=True):
        found, complaint = measured("measure_lift.py", repeats, str(EXAMPLES[name].ir().relative_to(ROOT)))
        rows[name] = found[0] if found else {"status": f"failed: {complaint}"}
    return rows


def cold_seconds(file: Path, repeats: int) -> float | None:
    """A whole process, `triton-lift lift FILE`: the fastest; None unless it verifies."""
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        command = [sys.executable, "-m", "triton_lift.cli", "lift", "--no-cache", str(file)]
        if subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode != 0:
            return None
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def block_ratios(rows: dict[str, Row]) -> dict[str, float]:
    """Seconds for BLOCK 8192 over seconds for BLOCK 128, for each kernel dumped with both."""
    ratios = {}
    for name, row in rows.items():
        small = rows.get(name.removesuffix("_8192") + "_128", {})
        if name.endswith("_8192") and "total" in row and "total" in small:
            ratios[name.removesuffix("_8192")] = row["total"] / small["total"]
    return ratios


def machine() -> dict[str, str]:
    """What the figures were taken on, and how busy it was."""
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    cpu = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), "")
    cores = str(len(os.sched_getaffinity(0)))
    return {
        "cpu": cpu,
        "cores": cores,
        "load": f"{os.getloadavg()[0]:.1f}",
        "python": platform.python_version(),
        "commit": commit.stdout.strip(),
    }


def table(rows: dict[str, Row]) -> Table:
    """One line an example, milliseconds."""
    result = Table(title="milliseconds", title_justify="left")
    result.add_column("example")
    result.add_column("status")
    for column in ("oblig.", *STAGES, "Triton", "ratio", "peak MB"):
        result.add_column(column, justify="right")
    for name, row in rows.items():
        cells = [f"{1000 * row[stage]:.1f}" if stage in row else "–" for stage in STAGES]
        triton = f"{1000 * row['triton']:.0f}" if "triton" in row else "–"
        ratio = f"{row['ratio']:.2f}" if "ratio" in row else "–"
        peak = f"{row['peak_mb']:.0f}" if "peak_mb" in row else "–"
        result.add_row(name, row["status"], str(row.get("obligations", "–")), *cells, triton, ratio, peak)
    return result


def main(
    names: Annotated[list[str] | None, typer.Argument(help="Examples; all when none is given.")] = None,
    repeats: Annotated[int, typer.Option(min=1, help="Passes, of which the fastest counts.")] = 3,
    output: Annotated[Path | None, typer.Option(help="Write the figures here as JSON.")] = None,
) -> None:
    """Measure, print the table, and say which aims are met."""
    from examples.specs import EXAMPLES

    chosen = names or list(EXAMPLES)
    rows = lift_rows(chosen, repeats)
    compiled, complaint = measured("measure_triton.py", repeats, *chosen)
    stages = {c["stage"] for c in compiled}
    for c in compiled:
        row = rows[c["name"]]
        row["triton"], row["triton_stage"] = c["seconds"], c["stage"]
        if row["status"] == "verified":  # giving up early is no speed
            row["ratio"] = row["total"] / c["seconds"]
    ratios = [row["ratio"] for row in rows.values() if "ratio" in row]
    blocks = block_ratios(rows)
    summary = {
        "median_ratio": median(ratios) if ratios else None,
        "cold_seconds": cold_seconds(EXAMPLES["matmul"].ir(), max(3, repeats)),
        "block_ratio": max(blocks.values(), default=None),
        "peak_mb": max((row["peak_mb"] for row in rows.values() if "peak_mb" in row), default=None),
    }
    console = Console(width=None if Console().is_terminal else 140)
    console.print(table(rows))
    if complaint:
        console.print(f"Triton's compile stopped: {complaint}")
    elif stages - {"cubin"}:
        console.print(f"Triton's compile ended at {', '.join(sorted(stages))}: no cubin here")
    for figure, value in summary.items():
        met = (
            "–"
            if value is None
            else f"{value:.2f} (aim ≤ {AIMS[figure]:g}: {'met' if value <= AIMS[figure] else 'MISSED'})"
        )
        console.print(f"{figure.replace('_', ' ')}: {met}")
    if output is not None:
        data = {"machine": machine(), "summary": summary, "block_ratios": blocks, "examples": rows}
        output.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    typer.run(main)
