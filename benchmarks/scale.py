"""A collection lifted cold, from the cache, and on a cluster: `python benchmarks/scale.py PATH [--jobs N]`.

The cluster is a local one of Dask's with N workers in processes of their own, one of which is killed in a run of its
own. Prints a table; that all runs say the same of each kernel is checked.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

Verdicts = dict[str, tuple[str, list[str]]]
UNSTEADY = ("timeout", "error")  # these may differ from run to run


def lifted(path: Path, cache: Path, *options: str, kill: int | None = None) -> tuple[float, Verdicts]:
    """Seconds of the command, and each kernel's verdict and formulas. `kill` is a process to kill then."""
    command = [sys.executable, "-m", "triton_lift.cli", "lift", "--format", "json", *options, str(path)]
    environment = {**os.environ, "TRITON_LIFT_CACHE": str(cache)}
    start, found = time.monotonic(), {}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        for line in process.stdout:
            record: dict[str, Any] = json.loads(line)
            key = f"{record['file']}:{record['kernel']}"
            assert key not in found, f"{key} came twice"
            found[key] = (record["status"], [o["formula"] for o in record["outputs"]])
            if kill is not None and len(found) == 5:
                os.kill(kill, signal.SIGKILL)
    return time.monotonic() - start, found


def main(
    path: Annotated[Path, typer.Argument(help="What is lifted.")],
    jobs: Annotated[int, typer.Option(help="Worker processes, here and on the cluster.")] = 2,
    timeout: Annotated[float, typer.Option(help="Seconds for each kernel.")] = 20.0,
) -> None:
    """Measure, and print a table."""
    from distributed import LocalCluster

    limit = ("--timeout", str(timeout))
    rows: list[tuple[str, float, Verdicts]] = []
    with tempfile.TemporaryDirectory() as folder:
        cache = Path(folder)
        for name in ("here, cold", "here, from the cache"):
            rows.append((name, *lifted(path, cache, *limit, "--jobs", str(jobs))))
    with LocalCluster(
        n_workers=jobs, threads_per_worker=1, dashboard_address=None, silence_logs=60
    ) as cluster:
        cluster.wait_for_workers(jobs)
        at = str(cluster.scheduler_address).replace("tcp", "dask", 1)
        on = ("--no-cache", "--executor", at, *limit)
        rows.append((f"cluster of {jobs}", *lifted(path, Path("off"), *on)))
        victim = next(iter(cluster.workers.values())).pid
        rows.append((f"cluster of {jobs}, one killed", *lifted(path, Path("off"), *on, kill=victim)))
    table = Table(title=f"{path}", title_justify="left")
    for column in ("run", "seconds", "kernels", "verified", "other verdict than cold"):
        table.add_column(column, justify="left" if column == "run" else "right")
    first = rows[0][2]
    for name, seconds, found in rows:
        assert found.keys() == first.keys(), f"{name}: {found.keys() ^ first.keys()}"
        other = sum(
            found[key] != first[key] and not {found[key][0], first[key][0]} & {*UNSTEADY} for key in first
        )
        verified = sum(status == "verified" for status, _ in found.values())
        table.add_row(name, f"{seconds:.1f}", str(len(found)), str(verified), str(other))
    Console(width=120).print(table)


if __name__ == "__main__":
    typer.run(main)
