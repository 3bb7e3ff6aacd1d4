"""A call in a forked process: if it hangs or takes the process down, only the call is lost."""

from __future__ import annotations

import json
import os
import select
import signal
import time
import warnings
from collections.abc import Callable
from typing import Any


class Lost(Exception):
    """The process ended without a result: why."""


def isolated(function: Callable[[], Any], seconds: float) -> Any:
    """The function's result, which must be JSON. Raises Lost if it takes longer, or its process dies."""
    receive, send = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # CPython warns of forks beside threads; the child only compiles
        child = os.fork()
    if child == 0:
        try:
            os.close(receive)
            signal.alarm(int(seconds) + 5)  # who waits for us may be killed
            with os.fdopen(send, "wb") as pipe:
                pipe.write(json.dumps(function()).encode())
        finally:
            os._exit(0)
    os.close(send)
    try:
        chunks = _received(receive, time.monotonic() + seconds)
    except TimeoutError:
        os.kill(child, signal.SIGKILL)
        raise Lost(f"no result within {seconds:g} s") from None
    finally:
        os.close(receive)
        _, status = os.waitpid(child, 0)
    try:
        return json.loads(chunks)
    except ValueError:
        code = os.waitstatus_to_exitcode(status)
        how = f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with code {code}"
        raise Lost(f"the compiler's process {how}") from None


def _received(descriptor: int, deadline: float) -> bytes:
    chunks: list[bytes] = []
    while True:
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([descriptor], [], [], left)[0]:
            raise TimeoutError
        chunk = os.read(descriptor, 1 << 20)
        if not chunk:
            return b"".join(chunks)
        chunks.append(chunk)
