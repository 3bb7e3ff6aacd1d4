"""One piece of IR to lift, and what can be wrong with finding it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from triton_lift.views.launch import Launch

IR_SUFFIXES = (".ttir", ".ttgir")


class IRSourceError(Exception):
    """An input that cannot be found or read: `message` about `path`."""

    def __init__(self, message: str, path: str) -> None:
        super().__init__(message, path)
        self.message = message
        self.path = path

    def __str__(self) -> str:
        return f"{self.path}: {self.message}"


@dataclass(frozen=True)
class IRSource:
    """A named piece of IR: a file still to be read, or what was read or given already.

    `file` is its name for people, and where it lies unless `path` says otherwise. Whether it is IR at all is the
    parser's business. `launches`: how its kernel was launched, where that is known.
    """

    file: str
    content: str | bytes | None = None
    path: str | None = None
    launches: tuple[Launch, ...] = ()

    @property
    def stage(self) -> Literal["ttir", "ttgir"]:
        """What the name promises; parsing tells for certain."""
        return "ttgir" if self.file.endswith(".ttgir") else "ttir"

    def read(self) -> str | bytes:
        """The content. Raises IRSourceError if the file cannot be read."""
        if self.content is not None:
            return self.content
        try:
            return Path(self.path or self.file).read_bytes()
        except OSError as error:
            raise IRSourceError(error.strerror or str(error), self.file) from error

    def opened(self) -> Opened:
        """The content, and what its author expects of it. Raises IRSourceError as `read` does."""
        return Opened(self.read())


@dataclass(frozen=True)
class Opened:
    """IR that was read; `expected`: formulas that its kernel is declared to compute (`@triton_lift.expects`)."""

    content: str | bytes
    expected: tuple[str, ...] = ()


@dataclass(frozen=True)
class Notice:
    """What a reader left aside, for people: `message` about `path`. No error."""

    message: str
    path: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}"


Found = IRSource | IRSourceError | Notice


class Reader(Protocol):
    """One kind of input."""

    def accepts(self, path: str) -> bool:
        """Whether `path` is this reader's kind of input."""

    def sources(self, path: str) -> Iterator[Found]:
        """What is behind `path`. Raises IRSourceError or OSError if there is no IR."""
