"""Kernels that wait to be lifted: those first whose launch is known, for it is shown with the result."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from typing import Any

PATIENCE = 2.0  # seconds; a kernel that was compiled ahead may never be launched
MAX_LAUNCHES = 16  # that are kept of one kernel


class Waiting:
    """A queue of kernels for several threads."""

    def __init__(self) -> None:
        self._since: dict[str, float] = {}  # by kernel, in the order in which they came
        self._launches: dict[str, list[Mapping[str, Any]]] = {}
        self._closed = False
        self._changed = threading.Condition()

    def put(self, kernel: str) -> None:
        """One more."""
        with self._changed:
            self._since[kernel] = time.monotonic()
            self._changed.notify_all()

    def launched(self, kernel: str, launch: Mapping[str, Any]) -> None:
        """How it was launched."""
        with self._changed:
            known = self._launches.setdefault(kernel, [])
            if len(known) < MAX_LAUNCHES:
                known.append(launch)
            self._changed.notify_all()

    def close(self) -> None:
        """There will be no more: nothing is waited for."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def get(self) -> tuple[str, list[Mapping[str, Any]]] | None:
        """The next kernel, with the launches that are known; None where there will be none."""
        with self._changed:
            while True:
                kernel = self._next()
                if kernel is not None:
                    del self._since[kernel]
                    return kernel, list(self._launches.get(kernel, ()))
                if self._closed:
                    return None
                first = min(self._since.values(), default=None)
                self._changed.wait(None if first is None else max(0.0, first + PATIENCE - time.monotonic()))

    def _next(self) -> str | None:
        ready = (k for k in self._since if k in self._launches)
        old = time.monotonic() - PATIENCE
        return next(ready, None) or next(
            (k for k, since in self._since.items() if self._closed or since <= old), None
        )
