"""Progress on standard error, when a person is looking."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from triton_lift.lifted import Lifted


def shown(results: Iterator[tuple[int, Lifted]], total: int) -> Iterator[Lifted]:
    """The results of `total` numbered sources, counted on a bar if standard error is a terminal."""
    if not sys.stderr.isatty() or total == 1:
        yield from (lifted for _, lifted in results)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeElapsedColumn

    seen: set[int] = set()
    columns = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    # Standard output is left alone: rich would send it where the bar is.
    with Progress(
        *columns, console=Console(stderr=True), transient=True, redirect_stdout=False, redirect_stderr=False
    ) as progress:
        bar = progress.add_task("lifting", total=total)
        for number, lifted in results:
            seen.add(number)
            progress.update(bar, completed=len(seen))
            yield lifted
