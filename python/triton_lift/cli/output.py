"""Writing results to standard output, one by one, for as long as someone reads them."""

from __future__ import annotations

import os
import sys


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


def complain(message: str) -> None:
    """A message to the person, on standard error."""
    print(f"triton-lift: {message}", file=sys.stderr)
