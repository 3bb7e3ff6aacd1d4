"""Archives (tar, zip) and compressed files (gzip, zstd): unpacked aside, and read as what they hold.

The unpacked files live as long as the process, since workers read them later.
"""

from __future__ import annotations

import gzip
import shutil
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

from triton_lift.sources.source import Found, IRSource, IRSourceError, Notice

MAX_BYTES = 8 << 30
MAX_MEMBERS = 500_000
_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"

_kept: list[tempfile.TemporaryDirectory[str]] = []  # removed when the process ends


def head(path: str, size: int = 1 << 16) -> bytes:
    """How a regular file begins; nothing for what is none, or cannot be read."""
    try:
        if not Path(path).is_file():
            return b""
        with open(path, "rb") as file:
            return file.read(size)
    except OSError:
        return b""


class ArchiveReader:
    """Anything packed; `inside` finds what is in the unpacked file or folder."""

    def __init__(self, inside: Callable[[str], Iterator[Found]]) -> None:
        self._inside = inside

    def accepts(self, path: str) -> bool:
        start = head(path, 512)
        return (
            start[:2] == _GZIP or start[:4] == _ZSTD or start[:4] == b"PK\3\4" or start[257:262] == b"ustar"
        )

    def sources(self, path: str) -> Iterator[Found]:
        folder = tempfile.TemporaryDirectory(prefix="triton-lift-")
        _kept.append(folder)
        try:
            unpacked = unpack(path, Path(folder.name))
        except (tarfile.TarError, zipfile.BadZipFile, zlib.error, EOFError, gzip.BadGzipFile) as error:
            raise IRSourceError(f"broken archive: {error}", path) from None
        for found in self._inside(str(unpacked)):
            yield renamed(found, str(unpacked), path)


def renamed(found: Found, inside: str, archive: str) -> Found:
    """The same, named `ARCHIVE!MEMBER`."""

    def name(file: str) -> str:
        return (
            f"{archive}!{file[len(inside) + 1 :]}"
            if file.startswith(inside + "/")
            else file.replace(inside, archive)
        )

    if isinstance(found, IRSource):
        return replace(found, file=name(found.file), path=found.path or found.file)
    if isinstance(found, Notice):
        return Notice(found.message, name(found.path))
    return IRSourceError(found.message, name(found.path))


def unpack(path: str, folder: Path) -> Path:
    """Unpack into `folder`; where it is now. Raises IRSourceError for what is too large or has no reader."""
    start = head(path, 512)
    if start[:4] == b"PK\3\4":
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            check([m.file_size for m in members], path)
            archive.extractall(folder)  # names that lead elsewhere are made to lie within
        return folder
    if start[257:262] == b"ustar":
        with tarfile.open(path, "r:") as tar:
            files = [m for m in tar.getmembers() if m.isfile()]
            check([m.size for m in files], path)
            for member in files:
                copy_member(tar, member, folder)
        return folder
    inner = folder / (Path(path).stem or "unpacked")
    with decompressed(path, start) as source, inner.open("wb") as target:
        written = 0
        while chunk := source.read(1 << 20):
            written += len(chunk)
            check([written], path)
            target.write(chunk)
    if head(str(inner), 512)[257:262] != b"ustar":
        return inner
    (folder / "files").mkdir()
    try:
        return unpack(str(inner), folder / "files")
    finally:
        inner.unlink()


def copy_member(tar: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> None:
    """One regular file of the archive into `folder`; tarfile.TarError if its name leads elsewhere.

    Python's own filter for this is younger than the Pythons that we run on.
    """
    target = (folder / member.name).resolve()
    if not target.is_relative_to(folder.resolve()):
        raise tarfile.ExtractError(f"{member.name!r} leads out of the archive")
    target.parent.mkdir(parents=True, exist_ok=True)
    content = tar.extractfile(member)
    if content is not None:
        with content, target.open("wb") as file:
            shutil.copyfileobj(content, file)


def check(sizes: list[int], path: str) -> None:
    """Raises IRSourceError for an archive that would fill the disk."""
    free = shutil.disk_usage(tempfile.gettempdir()).free
    if len(sizes) > MAX_MEMBERS or sum(sizes) > min(MAX_BYTES, free // 2):
        raise IRSourceError(f"too large to unpack here: {sum(sizes) >> 20} MB in {len(sizes)} files", path)


def decompressed(path: str, start: bytes) -> IO[bytes] | Any:
    """The compressed file, open for reading."""
    if start[:2] == _GZIP:
        return gzip.open(path)
    try:
        import zstandard
    except ImportError:
        raise IRSourceError("zstd-compressed: reading it needs the package zstandard", path) from None
    return _ZstdFile(zstandard, path)


class _ZstdFile:
    """A zstd file of any number of frames (loggers append one for each record); its errors are ours."""

    def __init__(self, zstandard: Any, path: str) -> None:
        self._error, self._path = zstandard.ZstdError, path
        self._stream = zstandard.ZstdDecompressor().stream_reader(
            open(path, "rb"),  # noqa: SIM115 - closed with the reader
            read_across_frames=True,
        )

    def read(self, size: int) -> bytes:
        try:
            return bytes(self._stream.read(size))
        except self._error as error:
            raise IRSourceError(f"broken archive: {error}", self._path) from None

    def __enter__(self) -> _ZstdFile:
        return self

    def __exit__(self, *error: object) -> None:
        self._stream.close()
