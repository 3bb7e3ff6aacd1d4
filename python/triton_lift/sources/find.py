"""Which reader serves which path: they are tried in the order of `READERS`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from triton_lift.sources.archive import ArchiveReader
from triton_lift.sources.capture_folder import CaptureFolderReader
from triton_lift.sources.compile_folder import CompileFolderReader
from triton_lift.sources.file import FileReader
from triton_lift.sources.folder import FolderReader
from triton_lift.sources.inductor import InductorReader
from triton_lift.sources.pass_log import PassLogReader
from triton_lift.sources.python_kernel import CompileRequest as CompileRequest
from triton_lift.sources.python_kernel import PythonReader
from triton_lift.sources.source import Found, IRSource, IRSourceError, Notice, Reader
from triton_lift.sources.stdin import StdinReader
from triton_lift.sources.trace import TraceReader


def _inside(path: str) -> Iterator[Found]:
    """What an unpacked archive holds; never Python to be run."""
    return _found(path, tuple(r for r in READERS if not isinstance(r, PythonReader)))


PACKED: tuple[Reader, ...] = (
    ArchiveReader(_inside),
    PassLogReader(),
    TraceReader(),
    InductorReader(),
)
READERS: tuple[Reader, ...] = (
    StdinReader(),
    CaptureFolderReader(),
    PythonReader(),
    *PACKED,
    FileReader(),
    CompileFolderReader(),
    FolderReader(PACKED),
)


def find_sources(
    paths: Iterable[str], *first: Reader, notice: Callable[[Notice], None] = lambda notice: None
) -> Iterator[IRSource | IRSourceError]:
    """The IR behind each path, in order; a path that leads nowhere gives its error in its place.

    The readers in `first` are asked before `READERS`; what a reader leaves aside is told to `notice`.
    """
    for path in paths:
        for found in _found(path, (*first, *READERS)):
            if isinstance(found, Notice):
                notice(found)
            else:
                yield found


def _found(path: str, readers: Iterable[Reader]) -> Iterator[Found]:
    reader = next((r for r in readers if r.accepts(path)), None)
    if reader is None:
        yield IRSourceError("no such file or folder", path)
        return
    try:
        yield from reader.sources(path)
    except IRSourceError as error:
        yield error
    except OSError as error:
        yield IRSourceError(error.strerror or str(error), path)


def text_source(text: str, name: str = "<text>") -> IRSource:
    """IR that is already in memory."""
    return IRSource(name, text)
