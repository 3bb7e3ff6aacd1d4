"""`triton-lift diff`: what has changed between two dumps of one set of kernels."""

from __future__ import annotations

from enum import StrEnum
from functools import reduce
from typing import Annotated

import typer

from triton_lift import DEFAULT_TIMEOUT
from triton_lift.cli.exit_codes import ExitCode, merge
from triton_lift.cli.options import Cluster, Jobs, Kernel, NoCache, Timeout
from triton_lift.cli.output import ReaderGone, complain, write
from triton_lift.cli.work import Work
from triton_lift.difference.changes import Change, changes
from triton_lift.lifted import Lifted


class DiffFormat(StrEnum):
    TEXT = "text"
    JSON = "json"
    HTML = "html"


CODES = {
    "newly refuted": ExitCode.REFUTED,
    "changed": ExitCode.REFUTED,
    "differs": ExitCode.UNKNOWN,
    "newly unproved": ExitCode.UNKNOWN,
}


def diff(
    old: Annotated[
        str, typer.Argument(metavar="OLD", help="What `lift` takes: a file, folder, dump, archive.")
    ],
    new: Annotated[str, typer.Argument(metavar="NEW", help="The same kernels, later.")],
    format: Annotated[
        DiffFormat, typer.Option("--format", help="Text, one JSON object a line, or a page.")
    ] = DiffFormat.TEXT,
    everything: Annotated[
        bool, typer.Option("--all", help="List the kernels that are as they were, too.")
    ] = False,
    kernel: Kernel = None,
    timeout: Timeout = DEFAULT_TIMEOUT,
    jobs: Jobs = None,
    executor: Cluster = None,
    no_cache: NoCache = False,
) -> None:
    """Compare what two dumps of one set of kernels compute: the formulas, not the IR.

    Exit code: 0 nothing is worse; 1 a formula has changed, or a kernel is newly refuted; 2 usage or unreadable input;
    3 a kernel is newly unproved, or it could not be decided whether its formula has changed.
    """
    sides: list[list[Lifted]] = []
    for path in (old, new):
        work = Work(timeout, jobs, kernel, executor, cache=not no_cache, executable=True)
        try:
            sides.append(list(work.results([path], progress=True)))
        except KeyboardInterrupt:
            work.interrupted()
            raise typer.Exit(130) from None
    codes = [ExitCode.VERIFIED]
    for lifted in (lifted for side in sides for lifted in side if not lifted.kernel):
        complain(f"{lifted.location or lifted.file}: {lifted.reason}")
        codes.append(ExitCode.UNREADABLE)
    try:
        found = changes(*([lifted for lifted in side if lifted.kernel] for side in sides))
    except KeyboardInterrupt:
        raise typer.Exit(130) from None
    if not found:
        complain(f"no kernel named {kernel}" if kernel else "nothing to compare")
        codes.append(ExitCode.UNREADABLE)
    codes += [code_of(change) for change in found]
    try:
        if found:
            write(written(format, found, everything=everything))
    except ReaderGone:
        pass
    raise typer.Exit(reduce(merge, codes))


def written(format: DiffFormat, found: list[Change], *, everything: bool) -> str:
    """The changes in this format."""
    if format is DiffFormat.HTML:
        from triton_lift.report.page.difference import to_page

        return to_page(found, everything=everything)
    from triton_lift.report import difference

    if format is DiffFormat.JSON:
        return difference.to_json(found)
    return difference.to_text(found, everything=everything)


def code_of(change: Change) -> ExitCode:
    return CODES.get(change.kind, ExitCode.VERIFIED)
