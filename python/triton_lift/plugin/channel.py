"""The program's end of the line to the service that lifts: small records, sent and forgotten.

A sequenced-packet socket keeps records whole when a forked child shares it with its parent, and its buffer is all the
memory that waits.
"""

from __future__ import annotations

import json
import os
import select
import socket
import time
from typing import Any

VARIABLE = "TRITON_LIFT_SOCKET"
MAX_RECORD = 60_000
PATIENCE = 1.0  # seconds that this process may wait in all, over its life, for a full buffer


class Channel:
    """Sends records; never raises, and gives up for good when nobody listens."""

    def __init__(self, connection: socket.socket) -> None:
        self._socket: socket.socket | None = connection
        self._patience = PATIENCE
        self.dropped = 0

    def send(self, record: dict[str, Any]) -> None:
        """Send one record; what does not fit is sent without its details."""
        if self._socket is None:
            return
        data = encoded(record)
        if len(data) > MAX_RECORD:
            data = encoded({n: v for n, v in record.items() if not isinstance(v, dict | list)})
        try:
            self._send(data[:MAX_RECORD] if len(data) <= MAX_RECORD else encoded({"event": "lost"}))
        except OSError:
            self.close()

    def _send(self, data: bytes) -> None:
        assert self._socket is not None
        while True:
            try:
                self._socket.send(data, socket.MSG_DONTWAIT | socket.MSG_NOSIGNAL)
                return
            except BlockingIOError:
                if self._patience <= 0:
                    self.dropped += 1
                    return
                start = time.monotonic()
                select.select([], [self._socket], [], min(0.05, self._patience))
                self._patience -= time.monotonic() - start

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None


def encoded(record: dict[str, Any]) -> bytes:
    return json.dumps({**record, "pid": os.getpid()}, default=str).encode()


def connect(path: str) -> Channel | None:
    """The channel to the service that listens there; None if none does."""
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    try:
        connection.connect(path)
    except OSError:
        connection.close()
        return None
    return Channel(connection)
