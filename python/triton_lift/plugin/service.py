"""The service beside a program: takes records, keeps each kernel's IR, lifts it in worker processes, and reports."""

from __future__ import annotations

import json
import os
import queue
import selectors
import signal
import socket
import sys
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from triton_lift.capture.store import Store, content_id
from triton_lift.lifted import Lifted
from triton_lift.plugin.channel import MAX_RECORD
from triton_lift.plugin.waiting import Waiting
from triton_lift.sources.source import IRSource
from triton_lift.store import open_store
from triton_lift.views.launch import read_launches
from triton_lift.workers import Pool, lift_sources

if TYPE_CHECKING:
    from triton_lift.store import ResultStore

MAX_KERNELS = 20_000
MAX_IR_BYTES = 64 << 20
MAX_WAITING = 10_000  # records
TIMEOUT = 60.0


class Service:
    """Listens on a socket; lifts what it hears of. Use `start`, then `finish`."""

    def __init__(
        self,
        path: str,
        store: Store,
        *,
        jobs: int = 1,
        timeout: float = TIMEOUT,
        kept: ResultStore | None = None,
    ) -> None:
        self.store = store
        self.results: dict[str, Lifted] = {}
        self.kernels: dict[str, str] = {}  # content → name
        self.launches: dict[str, int] = {}
        self.problems: list[str] = []
        self.lost = 0
        self.ended = threading.Event()
        self._hashes: dict[str, str] = {}  # Triton's hash → content
        self._jobs, self._timeout, self._kept = jobs, timeout, kept
        self._waiting = Waiting()
        # Reading does not wait for the disk: a program must not either.
        self._records: queue.Queue[bytes | None] = queue.Queue(MAX_WAITING)
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []
        self._listening = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._listening.bind(path)
        self._listening.listen(128)

    def start(self) -> None:
        for work in [self._read, self._take_all, *[self._lift] * self._jobs]:
            thread = threading.Thread(target=work, daemon=True)
            thread.start()
            self._threads.append(thread)

    @property
    def open(self) -> int:
        """Kernels that are not lifted yet."""
        return len(self.kernels) - len(self.results)

    def finish(self, wait: float | None = None) -> bool:
        """The program has ended: read what is left, lift it, for no longer than `wait` seconds; whether that was
        enough."""
        self._stop.set()
        for thread in self._threads[:2]:
            thread.join()
        self._waiting.close()
        deadline = None if wait is None else time.monotonic() + wait
        for thread in self._threads[2:]:
            thread.join(None if deadline is None else max(0.0, deadline - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)

    def _read(self) -> None:
        with selectors.DefaultSelector() as selector, self._listening:
            selector.register(self._listening, selectors.EVENT_READ)
            while True:
                ready = selector.select(0 if self._stop.is_set() else 0.2)
                if not ready and self._stop.is_set():
                    self._records.put(None)
                    return
                for key, _ in ready:
                    assert isinstance(key.fileobj, socket.socket)
                    if key.fileobj is self._listening:
                        connection, _ = self._listening.accept()
                        selector.register(connection, selectors.EVENT_READ)
                    elif not self._heard(key.fileobj):
                        selector.unregister(key.fileobj)
                        key.fileobj.close()

    def _heard(self, connection: socket.socket) -> bool:
        """Take one record; whether there may be more."""
        try:
            data = connection.recv(MAX_RECORD + 1)
        except OSError:
            return False
        if data:
            self._records.put(data)
        return bool(data)

    def _take_all(self) -> None:
        while (data := self._records.get()) is not None:
            try:
                record = json.loads(data)
                if isinstance(record, dict):
                    self._take(record)
            except Exception as error:  # a record that is not what it should be costs itself only
                self.lost += 1
                self._problem(f"a record could not be used: {type(error).__name__}: {error}")

    def _take(self, record: dict[str, Any]) -> None:
        event = record.pop("event", None)
        if event == "kernel":
            self._take_kernel(record)
        elif event == "launch":
            identity = self._hashes.get(record["hash"])
            if identity is not None:
                self.launches[identity] = self.launches.get(identity, 0) + 1
                self.store.launch(identity, record["grid"], record["arguments"])
                self._waiting.launched(identity, record)
        elif event == "unsupported":
            self._problem(record["message"])
        elif event == "end":
            self.lost += int(record.get("dropped", 0))
            self.ended.set()

    def _take_kernel(self, record: dict[str, Any]) -> None:
        name = record.pop("kernel")
        ttir, ttgir = record.pop("ttir", None), record.pop("ttgir", None)
        path = ttir or ttgir
        if path is None:
            self._problem(
                f"{name}: Triton keeps no IR of it (TRITON_STORE_BINARY_ONLY, or not a Triton kernel)"
            )
            return
        try:
            if Path(path).stat().st_size > MAX_IR_BYTES:
                self._problem(f"{name}: its IR is larger than {MAX_IR_BYTES >> 20} MB")
                return
            text = Path(path).read_text()
        except OSError as error:
            self._problem(f"{name}: its IR cannot be read: {error}")
            return
        identity = content_id(text)
        self._hashes[record["hash"]] = identity
        if identity in self.kernels:
            return
        if len(self.kernels) >= MAX_KERNELS:
            self.lost += 1
            return
        self.store.kernel(name, text, **record)
        self.kernels[identity] = name
        self._waiting.put(identity)

    def _problem(self, message: str) -> None:
        if message not in self.problems and len(self.problems) < 100:
            self.problems.append(message)

    def _lift(self) -> None:
        with Pool(1) as pool:
            while (item := self._waiting.get()) is not None:
                identity, launches = item
                file = self.store.file_of(self.kernels[identity], identity)
                source = IRSource(file, launches=read_launches(launches))
                try:
                    came = lift_sources(
                        [source], timeout=self._timeout, pool=pool, executable=False, store=self._kept
                    )
                    results = [lifted for _, lifted in came]
                except Exception as error:
                    reason = f"{type(error).__name__}: {error}"
                    results = [Lifted(self.kernels[identity], file, "ttir", "error", reason=reason)]
                self.results[identity] = results[0]
                with suppress(OSError):
                    self.store.append("result", id=identity, **results[0].to_json())


def main(path: str) -> None:
    """The service of a program that installed the plugin itself: ends when the program does."""
    from triton_lift.plugin.table import table

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the program
    with suppress(OSError):
        os.nice(5)
    with tempfile.TemporaryDirectory(prefix="triton-lift-") as folder:
        store = Store(Path(os.environ.get("TRITON_LIFT_OUTPUT") or folder))
        try:
            store.begin()
            service = Service(path, store, jobs=jobs_from_environment(), kept=open_store())
        except OSError as error:
            print(f"triton-lift: {error}", file=sys.stderr, flush=True)
            os._exit(1)
        service.start()
        parent = os.getppid()
        while not service.ended.wait(0.5):
            if os.getppid() != parent:  # it was killed
                break
        wait = os.environ.get("TRITON_LIFT_WAIT")
        service.finish(float(wait) if wait else None)
        if service.kernels or service.problems:
            print(table(service), file=sys.stderr, flush=True)
    os._exit(0)


def jobs_from_environment() -> int:
    """TRITON_LIFT_JOBS, else one: the program needs the machine."""
    text = os.environ.get("TRITON_LIFT_JOBS", "")
    return max(1, int(text)) if text.isdigit() else 1
