"""One piece of IR to lift, and what can be wrong with it before it is parsed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

IR_SUFFIXES = (".ttir", ".ttgir")


class IRSourceError(Exception):
    """An input that cannot be read as IR text. `path` is the input, `line` the place in it where that is known."""

    def __init__(self, message: str, path: str, line: int | None = None) -> None:
        super().__init__(message, path, line)
        self.message = message
        self.path = path
        self.line = line

    def __str__(self) -> str:
        place = self.path if self.line is None else f"{self.path}:{self.line}"
        return f"{place}: {self.message}"


@dataclass(frozen=True)
class IRSource:
    """A named piece of IR: a file still to be read, or text at hand."""

    file: str
    text: str | None = None

    @property
    def stage(self) -> Literal["ttir", "ttgir"]:
        """What the name promises; parsing tells for certain."""
        return "ttgir" if self.file.endswith(".ttgir") else "ttir"

    def read(self) -> str:
        """The IR text. Raises IRSourceError if the file cannot be read, is empty, or is not text."""
        if self.text is not None:
            data = self.text
        else:
            try:
                data = decode(Path(self.file).read_bytes(), self.file)
            except OSError as error:
                raise IRSourceError(error.strerror or str(error), self.file) from error
        if not data.strip():
            raise IRSourceError("empty: there is no IR in it", self.file)
        return data


class Reader(Protocol):
    """One kind of input."""

    def accepts(self, path: str) -> bool:
        """Whether `path` is this reader's kind of input."""

    def sources(self, path: str) -> Iterator[IRSource]:
        """The IR behind `path`. Raises IRSourceError or OSError if there is none."""


def decode(data: bytes, file: str) -> str:
    """`data` as UTF-8 text. Raises IRSourceError with the line of the first byte that is not text."""
    position = data.find(b"\0")
    if position < 0:
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError as error:
            position = error.start
    line = data.count(b"\n", 0, position) + 1
    raise IRSourceError(
        f"not IR text: byte 0x{data[position]:02x} at offset {position} (a binary file?)", file, line
    )
