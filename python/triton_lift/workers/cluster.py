"""The same work on a cluster of Dask's: each source is a task there, done by a pool of one worker process of ours.

So a crash of native code costs a kernel, as it does here, and a machine of the cluster that is lost costs nothing: Dask
gives its tasks to others. Only results come back; files are read here.
"""

from __future__ import annotations

import logging
import threading
from asyncio import CancelledError
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

from triton_lift.lifted import Lifted
from triton_lift.sources.source import IRSource, IRSourceError
from triton_lift.store.key import tool
from triton_lift.workers import pool as pools
from triton_lift.workers.protocol import Request
from triton_lift.workers.task import unreadable

CONNECT_SECONDS = 10.0
AHEAD = 4  # tasks that wait on the cluster for each of its threads
LOST_WORKERS = 3  # so many machines may be lost under one task before it is given up


class ClusterError(Exception):
    """No cluster that could be used, in words."""


class OtherVersion(Exception):
    """The cluster's machines have another triton-lift."""


class Cluster:
    """An `Executor` on the cluster whose scheduler is at `address` (`HOST:PORT`). Raises ClusterError."""

    def __init__(self, address: str, *, task: str | None = None) -> None:
        try:
            import distributed
        except ImportError:
            raise ClusterError("a cluster needs Dask: pip install 'triton-lift[dask]'") from None
        self._dask: Any = distributed
        for name in ("distributed", "distributed.client", "tornado"):
            logging.getLogger(name).setLevel(
                logging.CRITICAL + 1
            )  # what has gone wrong is said here, in words
        self.task = task or pools.LIFT_TASK
        self.peak_bytes = 0
        try:
            self._client: Any = self._dask.Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
        except (OSError, ValueError) as error:
            raise ClusterError(f"no scheduler answers at {address}: {error}") from None

    @property
    def jobs(self) -> int:
        """The cluster's threads, as they are now: workers come and go."""
        threads: dict[str, int] = self._client.nthreads()
        return max(1, sum(threads.values()))

    def run(self, requests: Iterable[Request]) -> Iterator[tuple[Request, Lifted]]:
        """Every result with its request, as they come, each once. Raises ClusterError, also when it is lost."""
        try:
            yield from self._run(requests)
        except (OSError, CancelledError) as error:
            raise ClusterError(f"the cluster is gone: {type(error).__name__}") from None

    def _run(self, requests: Iterable[Request]) -> Iterator[tuple[Request, Lifted]]:
        incoming = iter(requests)
        pending: dict[Any, Request] = {}
        coming = self._dask.as_completed(loop=self._client.loop)
        try:
            while True:
                most = AHEAD * self.jobs
                while len(pending) < most and (request := next(incoming, None)) is not None:
                    try:
                        request = carried(request)
                    except IRSourceError as error:
                        yield request, unreadable(request.source, error.message)
                        continue
                    future = self._submit(request)
                    pending[future] = request
                    coming.add(future)
                if not pending:
                    return
                future = next(coming)
                yield from self._results(pending.pop(future), future)
        finally:
            with suppress(Exception):  # nobody waits for these any more
                self._client.cancel(list(pending), force=True)

    def _submit(self, request: Request) -> Any:
        return self._client.submit(
            lift_remotely,
            request,
            self.task,
            tool(),
            key=f"triton-lift-{uuid4().hex}",
        )

    def _results(self, request: Request, future: Any) -> Iterator[tuple[Request, Lifted]]:
        try:
            answered, peak = future.result()
        except self._dask.KilledWorker:
            reason = f"the cluster lost {LOST_WORKERS} machines or more that were at it"
            yield request, Lifted("", request.source.file, request.source.stage, "error", reason=reason)
            return
        except OtherVersion as error:
            raise ClusterError(str(error)) from None
        except OSError:
            raise
        except Exception as error:
            reason = f"the cluster failed: {type(error).__name__}: {error}"
            yield request, Lifted("", request.source.file, request.source.stage, "error", reason=reason)
            return
        self.peak_bytes = max(self.peak_bytes, peak)
        yield from ((replace(request, kernels=kernels), lifted) for kernels, lifted in answered)

    def close(self) -> None:
        with suppress(Exception):
            self._client.close(timeout=1)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def carried(request: Request) -> Request:
    """The request with its content: the cluster's machines have other files. Raises IRSourceError."""
    return replace(request, source=IRSource(request.source.file, request.source.read()))


# One process of ours for each of a Dask worker's threads, kept from task to task.
_own = threading.local()


def lift_remotely(request: Request, task: str, expected: str) -> tuple[list[tuple[int | None, Lifted]], int]:
    """On the cluster: the results of one request, and the memory they took."""
    if tool() != expected:
        raise OtherVersion("the cluster has another version of triton-lift than this machine")
    pool: pools.Pool | None = getattr(_own, "pool", None)
    if pool is None or pool.task != task:
        pool = _own.pool = pools.Pool(1, task=task)
    return [(answered.kernels, lifted) for answered, lifted in pool.run([request])], pool.peak_bytes
