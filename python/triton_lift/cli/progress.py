"""Progress on standard error, when a person is looking."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator

from triton_lift.lifted import Lifted


def shown(results: Iterator[tuple[int, Lifted]], total: int) -> Iterator[Lifted]:
    """The results of `total` numbered sources, counted by verdict on a bar if standard error is a terminal."""
    if not sys.stderr.isatty() or total == 1:
        yield from (lifted for _, lifted in results)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    seen: set[int] = set()
    verdicts: Counter[str] = Counter()
    columns = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.description}"))
    # Standard output is left alone: rich would send it where the bar is.
    with Progress(
        *columns, console=Console(stderr=True), transient=True, redirect_stdout=False, redirect_stderr=False
    ) as progress:
        bar = progress.add_task("", total=total)
        for number, lifted in results:
            seen.add(number)
            verdicts[lifted.status] += 1
            counts = " · ".join(f"{count} {status}" for status, count in verdicts.most_common())
            progress.update(bar, completed=len(seen), description=counts)
            yield lifted
