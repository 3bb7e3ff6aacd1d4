"""Files of guesses: one a line, whoever wrote them."""

from __future__ import annotations

import sys
from pathlib import Path

MOST_BYTES = 4_000_000
MOST_GUESSES = 1_000


class GuessFileError(ValueError):
    """A file that cannot be read as guesses."""


def read_guesses(path: str) -> list[str]:
    """The guesses of a file (`-`: standard input); empty lines and comments (`#`) are left out.

    Raises GuessFileError for what is no text, too large, or not there.
    """
    try:
        content = _content(path)
        text = content.decode("utf-8-sig")
    except OSError as error:
        raise GuessFileError(f"{path}: {error.strerror or error}") from None
    except UnicodeDecodeError as error:
        raise GuessFileError(f"{path}: not a text file (byte {error.start} is no UTF-8)") from None
    if "\0" in text:
        raise GuessFileError(f"{path}: not a text file")
    guesses = [line.strip() for line in text.splitlines()]
    guesses = [line for line in guesses if line and not line.startswith("#")]
    if len(guesses) > MOST_GUESSES:
        raise GuessFileError(f"{path}: {len(guesses)} guesses; at most {MOST_GUESSES} are judged at once")
    if not guesses:
        raise GuessFileError(f"{path}: no guesses in it")
    return guesses


def _content(path: str) -> bytes:
    if path == "-":
        content = sys.stdin.buffer.read(MOST_BYTES + 1)
    else:
        with Path(path).open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise GuessFileError(f"{path}: more than {MOST_BYTES // 1_000_000} MB")
    return content
