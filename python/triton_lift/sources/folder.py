"""A folder of IR files, at any depth."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from triton_lift.sources.source import IR_SUFFIXES, IRSource, IRSourceError


def ir_files(folder: Path) -> list[Path]:
    """Every `.ttir` and `.ttgir` file below `folder`, sorted by path."""
    return sorted(p for p in folder.rglob("*") if p.suffix in IR_SUFFIXES and p.is_file())


class FolderReader:
    """Every IR file below a folder."""

    def accepts(self, path: str) -> bool:
        return Path(path).is_dir()

    def sources(self, path: str) -> Iterator[IRSource]:
        files = ir_files(Path(path))
        if not files:
            raise IRSourceError("no .ttir or .ttgir file in this folder", path)
        for file in files:
            yield IRSource(str(file))
