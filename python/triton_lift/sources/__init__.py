"""Where IR comes from: each kind of input is one reader, tried in the order of `READERS`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from triton_lift.sources.capture_folder import CaptureFolderReader
from triton_lift.sources.compile_folder import CompileFolderReader
from triton_lift.sources.file import FileReader
from triton_lift.sources.folder import FolderReader
from triton_lift.sources.python_kernel import CompileRequest, PythonReader
from triton_lift.sources.source import IRSource, IRSourceError, Reader
from triton_lift.sources.stdin import StdinReader

__all__ = [
    "READERS",
    "CompileRequest",
    "IRSource",
    "IRSourceError",
    "PythonReader",
    "find_sources",
    "text_source",
]

READERS: tuple[Reader, ...] = (
    StdinReader(),
    CaptureFolderReader(),
    PythonReader(),
    FileReader(),
    CompileFolderReader(),
    FolderReader(),
)


def find_sources(paths: Iterable[str], *first: Reader) -> Iterator[IRSource | IRSourceError]:
    """The IR behind each path, in order; a path that leads nowhere gives its error in its place.

    The readers in `first` are asked before `READERS`.
    """
    for path in paths:
        reader = next((r for r in (*first, *READERS) if r.accepts(path)), None)
        if reader is None:
            yield IRSourceError("no such file or folder", path)
            continue
        try:
            yield from reader.sources(path)
        except IRSourceError as error:
            yield error
        except OSError as error:
            yield IRSourceError(error.strerror or str(error), path)


def text_source(text: str, name: str = "<text>") -> IRSource:
    """IR that is already in memory."""
    return IRSource(name, text)
