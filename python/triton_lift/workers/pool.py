"""A pool of worker processes with hard time limits.

Why not pebble, loky or concurrent.futures: a worker must be lost alone (loky and concurrent.futures declare the
whole pool broken), each *kernel* has a time limit although one request may hold many, and no starting method of
multiprocessing suits a library: `fork` is unsafe beside torch's threads, `spawn` and `forkserver` run the
caller's main script a second time. So a worker is a fresh interpreter at the other end of a socket; what we share
with multiprocessing is its `Connection` and `wait`. One thread, no locks: the events of all workers are awaited
in one place.
"""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from dataclasses import replace
from multiprocessing.connection import Connection, wait
from types import TracebackType
from typing import IO, Self

from triton_lift.lifted import Lifted, Status
from triton_lift.workers.protocol import Began, Event, Finished, Opened, Provisional, Ready, Request

LIFT_TASK = "triton_lift.workers.task:lift_source"
MEMORY_BYTES = 4 << 30
STARTUP_SECONDS = 60.0

# The child gets our module path, not its own idea of it, and `-P` keeps the current folder out of that.
_BOOT = (
    "import sys; fd, task, memory = sys.argv[1:4]; sys.path[:] = sys.argv[4:];"
    "from triton_lift.workers.child import main; main(int(fd), task, int(memory))"
)


class Worker:
    """One worker process and what it is doing."""

    def __init__(self, task: str, memory_bytes: int) -> None:
        ours, theirs = socket.socketpair()
        # Kept to quote an assertion's message when native code aborts.
        self._stderr: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed by kill()
        with theirs:
            descriptor = theirs.fileno()
            command = [sys.executable, "-P", "-c", _BOOT, str(descriptor), task, str(memory_bytes), *sys.path]
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._stderr,
                pass_fds=[descriptor],
            )
        self.connection: Connection[Request, Event] = Connection(ours.detach())
        self.request: Request | None = None
        self.kernels: tuple[str, ...] | None = None
        self.done = 0
        self.current = ""
        self.provisional: Lifted | None = None
        self._ready = False
        self._since = 0.0

    def start(self, request: Request) -> None:
        self._since = time.monotonic()
        self.request, self.kernels, self.done, self.current = request, None, 0, ""
        self.connection.send(request)

    def note(self, event: Event) -> None:
        """Keep account of an event of the present request."""
        if isinstance(event, Ready):
            self._ready, self._since = True, time.monotonic()
        elif isinstance(event, Opened):
            self.kernels = event.kernels
        elif isinstance(event, Began):
            self.current = event.kernel
        elif isinstance(event, Provisional):
            self.provisional = event.lifted
        elif isinstance(event, Lifted):
            self.done += 1
            self.provisional = None
            self.current, self._since = "", time.monotonic()  # the next kernel's time begins

    @property
    def elapsed(self) -> float:
        """Seconds spent on the present kernel; the first one's include opening the source."""
        return time.monotonic() - self._since

    @property
    def limit(self) -> float | None:
        """Seconds allowed for what it does now: to load, or to deal with the present kernel."""
        if not self._ready:
            return STARTUP_SECONDS
        return self.request.timeout if self.request is not None else None

    @property
    def seconds_left(self) -> float | None:
        return None if self.limit is None else max(0.0, self.limit - self.elapsed)

    def failure(self, status: Status, reason: str) -> Lifted:
        """The result of the present kernel when the worker is lost."""
        assert self.request is not None
        if self.provisional is not None:
            self.provisional.seconds = self.elapsed
            return self.provisional
        kernel = self.current or "".join((self.kernels or ())[self.done : self.done + 1])
        source = self.request.source
        return Lifted(kernel, source.file, source.stage, status, reason=reason, seconds=self.elapsed)

    def counted(self) -> Request:
        """The present request, with the number of the source's kernels."""
        assert self.request is not None
        return replace(self.request, kernels=self.request.skip + len(self.kernels or ()))

    def rest(self, done: int) -> Request | None:
        """What remains of the request when `done` of its kernels are dealt with."""
        assert self.request is not None
        if self.kernels is None or done >= len(self.kernels):
            return None
        return replace(self.request, skip=self.request.skip + done)

    def death(self) -> str:
        """Why the process ended by itself: the signal or exit code, and the last line it wrote."""
        code = self._process.wait()
        self._stderr.seek(0)
        lines = self._stderr.read()[-20000:].decode("utf-8", "replace").splitlines()
        telling = [line for line in lines if "Assertion" in line or "LLVM ERROR" in line] or lines[-1:]
        said = f": {telling[0].strip()[:300]}" if telling and telling[0].strip() else ""
        if code < 0:
            return f"the worker process was killed by {signal.Signals(-code).name}{said}"
        return f"the worker process exited with code {code}{said}"

    def kill(self) -> None:
        self.connection.close()
        self._process.kill()
        self._process.wait()
        self._stderr.close()


class Pool:
    """`jobs` workers, started as they are needed and replaced when lost; a context manager."""

    def __init__(self, jobs: int = 1, *, task: str | None = None, memory_bytes: int = MEMORY_BYTES) -> None:
        if jobs < 1:
            raise ValueError(f"jobs must be at least 1, not {jobs}")
        self.jobs = jobs
        self.peak_bytes = 0  # the most memory that one worker has had, as far as workers lived to tell
        self.task = task or LIFT_TASK
        self._memory_bytes = memory_bytes
        self._idle: list[Worker] = []
        self._busy: list[Worker] = []

    def warm(self) -> None:
        """Start one worker now, so that it loads while the caller does something else."""
        if not self._idle and not self._busy:
            self._idle.append(self._new_worker())

    def run(self, requests: Iterable[Request]) -> Generator[tuple[Request, Lifted], None, None]:
        """Every result with its request, as they come.

        Leaving the iteration early kills the workers that are still busy.
        """
        incoming = iter(requests)
        again: deque[Request] = deque()
        try:
            while True:
                while len(self._busy) < self.jobs:
                    request = again.popleft() if again else next(incoming, None)
                    if request is None:
                        break
                    self._start(request)
                if not self._busy:
                    return
                for worker in self._ready():
                    yield from self._advance(worker, again)
        finally:
            for worker in self._busy:
                worker.kill()
            self._busy.clear()

    def close(self) -> None:
        for worker in [*self._busy, *self._idle]:
            worker.kill()
        self._busy.clear()
        self._idle.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _new_worker(self) -> Worker:
        return Worker(self.task, self._memory_bytes)

    def _start(self, request: Request) -> None:
        while True:
            reused = bool(self._idle)
            worker = self._idle.pop() if reused else self._new_worker()
            try:
                worker.start(request)
            except OSError:
                if reused:  # someone killed it while it was idle
                    worker.kill()
                    continue
            # A new worker that cannot even take a request has its end noticed like any other.
            self._busy.append(worker)
            return

    def _ready(self) -> list[Worker]:
        """Wait until some worker has said something, died, or run out of time; those workers."""
        left = [s for w in self._busy if (s := w.seconds_left) is not None]
        heard = wait([w.connection for w in self._busy], min(left, default=None))
        return [w for w in self._busy if w.connection in heard or w.seconds_left == 0.0]

    def _advance(self, worker: Worker, again: deque[Request]) -> Iterator[tuple[Request, Lifted]]:
        """Take what a ready worker has to say (one event), or its end."""
        request = worker.request
        assert request is not None
        try:
            event = worker.connection.recv() if worker.connection.poll() else None
        except (EOFError, OSError):
            failed = worker.failure("error", worker.death())
        else:
            if event is not None:
                worker.note(event)
                if isinstance(event, Lifted):
                    yield worker.counted(), event
                elif isinstance(event, Finished):
                    self.peak_bytes = max(self.peak_bytes, event.peak_bytes)
                    again.extend(filter(None, [worker.rest(worker.done)]))
                    self._busy.remove(worker)
                    self._idle.append(worker)
                    worker.request = None
                return
            what = "no result" if worker.limit == request.timeout else "the worker process did not start"
            failed = worker.failure("timeout", f"{what} within {worker.limit:g} s")
        again.extend(filter(None, [worker.rest(worker.done + 1)]))
        self._busy.remove(worker)
        worker.kill()
        yield request, failed
