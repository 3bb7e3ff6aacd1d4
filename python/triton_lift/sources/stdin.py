"""Standard input, written `-`."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from triton_lift.sources.source import IRSource


class StdinReader:
    """Reads standard input once, to its end."""

    def accepts(self, path: str) -> bool:
        return path == "-"

    def sources(self, path: str) -> Iterator[IRSource]:
        yield IRSource("<stdin>", sys.stdin.buffer.read())
