"""Options that several commands have."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated

import typer

from triton_lift.sources import CompileRequest

if TYPE_CHECKING:
    from triton_lift.workers.protocol import Executor

Paths = Annotated[
    list[str],
    typer.Argument(
        metavar="PATH...",
        help="A .ttir or .ttgir file, a folder of them, a Triton cache or dump folder, a kernel in a Python file "
        "(file.py:kernel); - is standard input.",
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
Cluster = Annotated[
    str | None,
    typer.Option(
        "--executor", metavar="URL", help="Lift on a cluster of Dask's: dask://HOST:PORT of its scheduler."
    ),
]
NoCache = Annotated[
    bool, typer.Option("--no-cache", help="Lift everything anew, and keep nothing for the next time.")
]
Args = Annotated[
    list[str] | None,
    typer.Option(
        "--arg",
        metavar="NAME=TYPE",
        help="file.py:kernel: the type of an argument, like x='*fp32' or n=i32; ':16' says it is a multiple of 16.",
    ),
]
Consts = Annotated[
    list[str] | None,
    typer.Option("--const", metavar="NAME=VALUE", help="file.py:kernel: a constant, like BLOCK=1024."),
]
Target = Annotated[
    str,
    typer.Option(
        "--target", metavar="GPU", help="file.py:kernel: cuda:90, cuda:80, hip:gfx942, … to compile for."
    ),
]


def compile_request(args: list[str] | None, consts: list[str] | None, target: str) -> CompileRequest:
    """What the options say. Raises typer's usage error for what is no NAME=… or no target."""
    from triton_lift.capture.target import parse_target

    try:
        parse_target(target)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--target") from None
    return CompileRequest(_pairs(args, "--arg"), _pairs(consts, "--const"), target)


def _pairs(items: list[str] | None, option: str) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for item in items or []:
        name, equals, value = item.partition("=")
        if not (name and equals and value):
            raise typer.BadParameter(f"{item} is not of the form NAME=…", param_hint=option)
        if name in pairs:
            raise typer.BadParameter(f"{name} is given twice", param_hint=option)
        pairs[name] = value
    return pairs


def job_count(jobs: int | None, sources: int) -> int:
    """Workers to start: as asked, or one per core that we may use; never more than there are sources."""
    return max(1, min(jobs or len(os.sched_getaffinity(0)), sources))


def executor_of(address: str) -> Executor:
    """The cluster at that address. Raises typer's usage error where there is none."""
    scheme, _, place = address.partition("://")
    if scheme != "dask" or not place:
        raise typer.BadParameter(f"{address} is not of the form dask://HOST:PORT", param_hint="--executor")
    import logging

    from triton_lift.workers.cluster import Cluster, ClusterError

    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what matters is said by us
    try:
        return Cluster(place)
    except ClusterError as error:
        raise typer.BadParameter(str(error), param_hint="--executor") from None
