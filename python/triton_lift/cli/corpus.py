"""`triton-lift corpus`: how far the lifter gets with a collection of kernels."""

from __future__ import annotations

import time
from enum import StrEnum
from typing import Annotated

import typer

from triton_lift import DEFAULT_TIMEOUT
from triton_lift.cli.exit_codes import ExitCode, code_of, merge
from triton_lift.cli.options import Cluster, Jobs, Kernel, NoCache, Paths, Timeout
from triton_lift.cli.output import ReaderGone, write
from triton_lift.cli.work import Work


class TableFormat(StrEnum):
    TEXT = "text"
    JSON = "json"


def corpus(
    paths: Paths,
    format: Annotated[
        TableFormat, typer.Option("--format", help="A table, or one JSON object.")
    ] = TableFormat.TEXT,
    kernel: Kernel = None,
    timeout: Timeout = DEFAULT_TIMEOUT,
    jobs: Jobs = None,
    executor: Cluster = None,
    no_cache: NoCache = False,
    reasons: Annotated[
        int, typer.Option("--reasons", min=0, help="How many of the commonest reasons to list.")
    ] = 15,
) -> None:
    """Lift everything and count: how far kernels get, the three properties, reasons, times, memory.

    Exit code as for `lift`.
    """
    from triton_lift.report.corpus import Tally, to_json, to_table

    tally, code, start = Tally(), ExitCode.VERIFIED, time.monotonic()
    work = Work(timeout, jobs, kernel, executor, cache=not no_cache)
    try:
        for lifted in work.results(paths, progress=True):
            tally.add(lifted)
            code = merge(code, code_of(lifted))
        tally.peak_bytes, tally.wall_seconds = work.peak_bytes, time.monotonic() - start
        tally.from_cache = work.store.hits if work.store else 0
        write(to_json(tally, reasons) if format is TableFormat.JSON else to_table(tally, reasons))
    except ReaderGone:
        raise typer.Exit(merge(code, ExitCode.UNKNOWN)) from None
    except KeyboardInterrupt:
        work.interrupted()
        raise typer.Exit(130) from None
    raise typer.Exit(code if tally.kernels else ExitCode.UNREADABLE)
