"""Progress on standard error, when a person is looking."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TypeVar

T = TypeVar("T")


def shown(items: Iterator[T], total: int | None) -> Iterator[T]:
    """`items`, counted on a bar while they come if standard error is a terminal."""
    if not sys.stderr.isatty() or total == 1:
        yield from items
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeElapsedColumn

    columns = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task("lifting", total=total)
        for item in items:
            progress.advance(bar)
            yield item
