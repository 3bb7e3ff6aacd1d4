"""Kept results, in an SQLite file that several processes and threads share.

Why not diskcache or a file for each result: SQLite comes with Python, is safe beside other processes, and a dump has
thousands of small results. What is kept is pickled, as it is on its way from a worker, so that a result comes back
whole; that is why a file that others may write is not read.
"""

from __future__ import annotations

import os
import pickle
import sqlite3
import stat
import sys
import threading
import time
import zlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from triton_lift.lifted import Lifted

VARIABLE = "TRITON_LIFT_CACHE"
NAME = "results.sqlite"
MAX_BYTES = 512 << 20
FRESH_SECONDS = 86_400.0  # so long after its last use, a use is noted again
_OFF = ("", "0", "off", "no", "false")
_SCHEMA = (
    "CREATE TABLE IF NOT EXISTS result (key TEXT PRIMARY KEY, value BLOB NOT NULL, time_limit REAL, used REAL NOT NULL)"
    " WITHOUT ROWID"
)
_BROKEN = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def folder() -> Path | None:
    """Where results are kept: `TRITON_LIFT_CACHE`, or below `XDG_CACHE_HOME`; None where they are not to be."""
    told = os.environ.get(VARIABLE)
    if told is not None:
        return None if told.lower() in _OFF else Path(told)
    base = os.environ.get("XDG_CACHE_HOME")
    with suppress(RuntimeError):  # no home
        return (Path(base) if base and os.path.isabs(base) else Path.home() / ".cache") / "triton-lift"
    return None


def to_stderr(message: str) -> None:
    print(f"triton-lift: {message}", file=sys.stderr)


def open_store(warn: Callable[[str], None] = to_stderr) -> ResultStore | None:
    """The user's store; None where there is to be none, or none can be had (then `warn` is told why)."""
    place = folder()
    if place is None:
        return None
    try:
        return ResultStore(place, warn=warn)
    except (OSError, sqlite3.Error) as error:
        warn(f"no results are kept: {place}: {getattr(error, 'strerror', None) or error}")
        return None


def keepable(lifted: Lifted) -> bool:
    """Whether the result says something of the kernel, and not of the time or of the machine."""
    return lifted.status not in ("timeout", "error")


def settled(lifted: Lifted) -> bool:
    """Whether more time would not tell more."""
    if any(judged.status == "unknown" for judged in (*lifted.guesses, *lifted.sketches)):
        return False
    if lifted.status == "refuted":
        return True
    return lifted.status == "verified" and lifted.coverage == lifted.single_writer == "proved"


class ResultStore:
    """Results by key. Whatever is wrong with the file, nothing is raised: a result is not found, or not kept, and
    `warn` is told once.

    Raises OSError or sqlite3.Error when it is made, where the folder or the file in it cannot be used.
    """

    def __init__(
        self, place: Path, *, max_bytes: int = MAX_BYTES, warn: Callable[[str], None] = to_stderr
    ) -> None:
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.file = place / NAME
        self.hits = 0
        self._max_bytes, self._warn, self._warned = max_bytes, warn, False
        self._lock = threading.Lock()
        self._written = 0
        check_owner(self.file)
        try:
            self._database = self._opened()
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorcode not in _BROKEN:
                raise
            self._put_aside()
            self._database = self._opened()

    def _opened(self) -> sqlite3.Connection:
        database = sqlite3.connect(self.file, timeout=5.0, isolation_level=None, check_same_thread=False)
        try:
            # A file that is lost with the machine's power costs time, no answer.
            database.execute("PRAGMA synchronous = OFF")
            if not database.execute("SELECT 1 FROM sqlite_master WHERE name = 'result'").fetchone():
                self.file.chmod(0o600)
                database.execute("PRAGMA auto_vacuum = FULL")
                database.execute(_SCHEMA)
            database.execute("SELECT key, value, time_limit, used FROM result LIMIT 0")
        except BaseException:
            database.close()
            raise
        return database

    def _put_aside(self) -> None:
        aside = self.file.with_suffix(".broken")
        self.file.replace(aside)
        self._warn(f"{self.file} was not readable: it is now {aside.name}, and what it held is lifted again")

    def get(self, key: str, limit: float | None, file: str) -> list[Lifted] | None:
        """What is kept under `key`, as results for `file`; None where that is nothing, or was reached in less time
        than `limit` (None: any) and might be more with it."""
        with self._lock:
            try:
                row = self._database.execute(
                    "SELECT value, time_limit, used FROM result WHERE key = ?", (key,)
                ).fetchone()
            except sqlite3.Error as error:
                self._failed(error)
                return None
            if row is None:
                return None
            value, reached, used = row
            results = unpacked(value)
            if results is None:
                self._say(f"{self.file}: a kept result is broken, and is lifted again")
                with suppress(sqlite3.Error):
                    self._database.execute("DELETE FROM result WHERE key = ?", (key,))
                return None
            if not all(map(settled, results)) and reached is not None and (limit is None or limit > reached):
                return None
            if time.time() - used > FRESH_SECONDS:
                with suppress(sqlite3.Error):  # a store that is read only serves as well
                    self._database.execute("UPDATE result SET used = ? WHERE key = ?", (time.time(), key))
            self.hits += 1
        return [replace(lifted, file=file) for lifted in results]

    def put(self, key: str, results: Sequence[Lifted], limit: float | None) -> None:
        """Keep the results of one source, reached within `limit` seconds each, unless one is not worth it."""
        if not results or not all(map(keepable, results)):
            return
        value = packed(results)
        with self._lock:
            try:
                self._database.execute(
                    "INSERT OR REPLACE INTO result VALUES (?, ?, ?, ?)", (key, value, limit, time.time())
                )
                self._written += len(value)
                if self._written > self._max_bytes // 20:
                    self._written = 0
                    self._make_room()
            except sqlite3.Error as error:
                self._failed(error)

    def _make_room(self) -> None:
        """Drop what was not used for longest, down to nine tenths of what is allowed."""
        (size,) = self._database.execute("SELECT total(length(value)) FROM result").fetchone()
        if size <= self._max_bytes:
            return
        rows = self._database.execute("SELECT key, length(value) FROM result ORDER BY used").fetchall()
        for key, length in rows:
            if size <= 0.9 * self._max_bytes:
                break
            self._database.execute("DELETE FROM result WHERE key = ?", (key,))
            size -= length

    def _failed(self, error: sqlite3.Error) -> None:
        self._say(f"results are not kept: {self.file}: {error}")

    def _say(self, message: str) -> None:
        if not self._warned:
            self._warned = True
            self._warn(message)

    def close(self) -> None:
        self._database.close()


def check_owner(file: Path) -> None:
    """Raises PermissionError for a file that somebody else may have written: what is in it would be run."""
    try:
        told = file.stat()
    except FileNotFoundError:
        return
    if told.st_uid != os.geteuid() or told.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise PermissionError(0, "somebody else may write to it", str(file))


def packed(results: Sequence[Lifted]) -> bytes:
    data = zlib.compress(pickle.dumps(list(results), pickle.HIGHEST_PROTOCOL), 1)
    return sha256(data).digest() + data


def unpacked(value: object) -> list[Lifted] | None:
    """The results, or None for what is not what `packed` gave."""
    if not isinstance(value, bytes) or sha256(value[32:]).digest() != value[:32]:
        return None
    try:
        results = pickle.loads(zlib.decompress(value[32:]))
    except Exception:  # whatever pickle finds wrong
        return None
    return results if isinstance(results, list) and all(isinstance(r, Lifted) for r in results) else None
