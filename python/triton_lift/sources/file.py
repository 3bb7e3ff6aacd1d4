"""A file of IR, whatever its suffix."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from triton_lift.sources.source import IRSource


class FileReader:
    """A path that is there and is no folder (a named pipe is welcome too)."""

    def accepts(self, path: str) -> bool:
        return Path(path).exists() and not Path(path).is_dir()

    def sources(self, path: str) -> Iterator[IRSource]:
        yield IRSource(path)
