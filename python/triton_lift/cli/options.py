"""Options that several commands have."""

from __future__ import annotations

import os
from typing import Annotated

import typer

Paths = Annotated[
    list[str],
    typer.Argument(
        metavar="PATH...",
        help="A .ttir or .ttgir file, a folder of them, a Triton cache or dump folder; - is standard input.",
    ),
]
Kernel = Annotated[str | None, typer.Option("--kernel", metavar="NAME", help="Only kernels of this name.")]
Timeout = Annotated[
    float,
    typer.Option("--timeout", metavar="SECONDS", min=0.01, help="Time limit for each kernel, in seconds."),
]
Jobs = Annotated[
    int | None, typer.Option("--jobs", metavar="N", min=1, help="Worker processes. [default: one per core]")
]


def job_count(jobs: int | None, sources: int) -> int:
    """Workers to start: as asked, or one per core that we may use; never more than there are sources."""
    return max(1, min(jobs or len(os.sched_getaffinity(0)), sources))
