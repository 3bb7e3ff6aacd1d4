"""A folder of IR files, and of dumps of other kinds, at any depth."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from triton_lift.sources.source import IR_SUFFIXES, Found, IRSource, IRSourceError, Notice, Reader

# What lies beside IR in caches and dumps, and is never asked for.
COMPANIONS = frozenset(
    ".json .jsonl .llir .ptx .cubin .sass .amdgcn .hsaco .spv .zebin .source .so .py .pyc .md .txt .tmp".split()
)
PACKED = (".ndjson", ".gz", ".tgz", ".zst", ".zip", ".tar", ".log", ".mlir")


def ir_files(folder: Path) -> list[Path]:
    """Every `.ttir` and `.ttgir` file below `folder`, sorted by path."""
    return sorted(p for p in folder.rglob("*") if p.suffix in IR_SUFFIXES and p.is_file())


class FolderReader:
    """Every IR file below a folder, and every dump that one of `packed` reads."""

    def __init__(self, packed: Sequence[Reader] = ()) -> None:
        self._packed = packed

    def accepts(self, path: str) -> bool:
        return Path(path).is_dir()

    def sources(self, path: str) -> Iterator[Found]:
        empty, unread = True, Counter[str]()
        for file in sorted(p for p in Path(path).rglob("*") if p.is_file()):
            if file.suffix in IR_SUFFIXES:
                empty = False
                yield IRSource(str(file))
            elif (reader := self._reader(file)) is not None:
                empty = False
                yield from self._contents(reader, str(file))
            elif file.suffix in (".mlir", ".mlirbc"):
                empty = False
                yield IRSource(str(file))
            elif file.suffix not in COMPANIONS:
                unread[file.suffix or file.name] += 1
        if empty:
            raise IRSourceError("no .ttir or .ttgir file in this folder", path)
        if unread:
            kinds = ", ".join(f"{suffix} {count}" for suffix, count in unread.most_common(8))
            yield Notice(f"not read, no IR by their names: {kinds}", path)

    def _reader(self, file: Path) -> Reader | None:
        if file.suffix not in PACKED and file.suffix != ".py":
            return None
        return next((r for r in self._packed if r.accepts(str(file))), None)

    def _contents(self, reader: Reader, file: str) -> Iterator[Found]:
        try:
            yield from reader.sources(file)
        except IRSourceError as error:
            yield error
