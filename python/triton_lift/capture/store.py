"""A capture folder: the TTIR of each kernel, and a log of what was met, one JSON object a line.

Lines are only ever appended, each in one write, so the folder is whole whenever the program ends, however it ends, and
processes may share it. `read_log` puts the lines together.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

LOG = "capture.jsonl"
MAX_LAUNCHES = 16  # different ones that are kept for each kernel


def content_id(text: str) -> str:
    """What names one piece of IR."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def file_name(name: str, identity: str) -> str:
    """A kernel's file within the folder."""
    plain = "".join(c if c.isalnum() or c in "_-" else "_" for c in name)[:100]
    return f"{plain}-{identity}.ttir"


class Store:
    """Writes a capture folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._known: set[str] = set()
        self._launches: dict[str, set[str]] = {}

    def begin(self, **what: Any) -> None:
        """Start a new log in the folder, made if it is not there; what an earlier capture wrote is removed.

        Raises OSError where that cannot be done, or the folder holds something else.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        if any(self.folder.iterdir()) and not (self.folder / LOG).exists():
            raise FileExistsError(errno.ENOTEMPTY, "there is something else in this folder", str(self.folder))
        if (self.folder / LOG).exists():
            for event in events(self.folder):
                if event.get("event") == "kernel":
                    (self.folder / Path(event["file"]).name).unlink(missing_ok=True)
            (self.folder / LOG).unlink()
        self.append("program", **what)

    def append(self, event: str, **what: Any) -> None:
        """One line of the log."""
        line = json.dumps({"event": event, **what}, default=str, ensure_ascii=False) + "\n"
        descriptor = os.open(self.folder / LOG, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        try:
            os.write(descriptor, line.encode())
        finally:
            os.close(descriptor)

    def kernel(self, name: str, ttir: str, **what: Any) -> str:
        """Keep a kernel's IR, once; its id."""
        identity = content_id(ttir)
        if identity not in self._known:
            self._known.add(identity)
            file = file_name(name, identity)
            partial = self.folder / f".{file}.{os.getpid()}"
            partial.write_text(ttir)
            partial.replace(self.folder / file)
            self.append("kernel", id=identity, kernel=name, file=file, **what)
        return identity

    def file_of(self, name: str, identity: str) -> str:
        """Where a kernel's IR lies."""
        return str(self.folder / file_name(name, identity))

    def launch(self, identity: str, grid: list[int], arguments: dict[str, Any]) -> None:
        """Keep a launch that differs from those kept already, up to `MAX_LAUNCHES`."""
        kept = self._launches.setdefault(identity, set())
        key = json.dumps([grid, arguments], default=str)
        if key not in kept and len(kept) < MAX_LAUNCHES:
            kept.add(key)
            self.append("launch", id=identity, grid=grid, arguments=arguments)


@dataclass
class Kernel:
    """A captured kernel: its file, what it was compiled for, where it is from, how it was launched."""

    kernel: str
    file: Path
    details: dict[str, Any]
    launches: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class Log:
    """A whole capture."""

    kernels: dict[str, Kernel] = field(default_factory=dict)
    failed: list[dict[str, Any]] = field(default_factory=list)
    unreached: list[dict[str, Any]] = field(default_factory=list)
    expectations: list[dict[str, Any]] = field(default_factory=list)
    end: dict[str, Any] | None = None


def events(folder: Path) -> Iterator[dict[str, Any]]:
    """The lines of the log; one that a lost process left unfinished is left out."""
    for line in (folder / LOG).read_text(errors="replace").splitlines():
        try:
            event = json.loads(line)
        except ValueError:
            continue
        if isinstance(event, dict):
            yield event


def read_log(folder: Path) -> Log:
    """The capture in `folder`. Raises OSError where there is none."""
    log = Log()
    for event in events(folder):
        try:
            _add(log, event, folder)
        except (KeyError, TypeError, ValueError):  # not as we write them
            continue
    return log


def _add(log: Log, event: dict[str, Any], folder: Path) -> None:
    kind = event.pop("event", None)
    if kind == "kernel":
        name, file = str(event.pop("kernel")), folder / Path(event.pop("file")).name
        log.kernels.setdefault(event["id"], Kernel(name, file, event))
    elif kind == "launch" and event["id"] in log.kernels:
        log.kernels[event["id"]].launches.append(event)
    elif kind == "failed" and event not in log.failed:
        log.failed.append(event)
    elif kind == "unreached" and event not in log.unreached:
        log.unreached.append(event)
    elif kind == "expectation" and event not in log.expectations:
        log.expectations.append(event)
    elif kind == "end":
        log.end = event
