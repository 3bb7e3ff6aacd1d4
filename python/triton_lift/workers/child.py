"""The worker process: answers requests on a socket until the socket closes."""

from __future__ import annotations

import resource
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from importlib import import_module
from multiprocessing.connection import Connection

from triton_lift.lifted import Lifted
from triton_lift.workers.protocol import Began, Event, Finished, Ready, Request, Task

# The caller kills a worker that is out of time. This alarm is for a worker whose caller is gone.
ORPHAN_SECONDS = 5.0


def main(descriptor: int, task: str, memory_bytes: int) -> None:
    """Serve requests read from `descriptor` with the function named by `task` (`module:function`)."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the caller's to handle
    if memory_bytes:
        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        resource.setrlimit(resource.RLIMIT_DATA, (memory_bytes, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    name, _, function = task.partition(":")
    module = import_module(name)
    run: Task = getattr(module, function)
    with suppress(Exception):  # what is wrong is said when it is needed
        getattr(module, "preload", lambda: None)()
    with Connection(descriptor) as connection:
        try:
            connection.send(Ready())
            while True:
                serve(connection, replace(connection.recv(), started=time.monotonic()), run)
        except (EOFError, BrokenPipeError, ConnectionResetError):
            return  # the caller is gone, or done with us


def serve(connection: Connection[Event, Request], request: Request, run: Task) -> None:
    """Send every event of one request, then Finished."""
    restart_alarm(request)
    for event in guarded(request, run):
        if isinstance(event, Began):
            restart_alarm(request)
        connection.send(event)
    signal.setitimer(signal.ITIMER_REAL, 0)
    connection.send(Finished(1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss))


def guarded(request: Request, run: Task) -> Iterator[Event]:
    """The task's events; an exception it lets out is an error result."""
    kernel, source = "", request.source
    try:
        for event in run(request):
            if isinstance(event, Began):
                kernel = event.kernel
            yield event
    except MemoryError:
        yield Lifted(kernel, source.file, source.stage, "error", reason="out of memory")
    except Exception as error:
        reason = f"internal error: {type(error).__name__}: {error}"
        yield Lifted(kernel, source.file, source.stage, "error", reason=reason)


def restart_alarm(request: Request) -> None:
    if request.timeout is not None:
        signal.setitimer(signal.ITIMER_REAL, request.timeout + ORPHAN_SECONDS)
