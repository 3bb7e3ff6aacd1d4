"""Writing results to standard output, one by one, for as long as someone reads them."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout

import typer


class ReaderGone(Exception):
    """Standard output was closed by who reads it."""


def write(text: str, *, apart: bool = False) -> None:
    """Print and flush, after an empty line if `apart`.

    Raises ReaderGone, once standard output is safe to close.
    """
    try:
        print(f"\n{text}" if apart else text, flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise ReaderGone from None


@contextmanager
def to_file(path: str | None) -> Iterator[None]:
    """What is written meanwhile goes to this file; None: to standard output as ever.

    Raises typer.Exit where it cannot be written.
    """
    if path is None:
        yield
        return
    try:
        file = open(path, "w", encoding="utf-8")  # noqa: SIM115 (closed below; opening alone is what may fail here)
    except OSError as problem:
        complain(f"{path}: {problem.strerror or problem}")
        raise typer.Exit(2) from None
    with file, redirect_stdout(file):
        yield


def complain(message: str) -> None:
    """A message to the person, on standard error."""
    print(f"triton-lift: {message}", file=sys.stderr)
