"""Lift many sources: the one entry that the command line and the Python API share."""

from __future__ import annotations

import atexit
import os
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from triton_lift.lifted import Lifted
from triton_lift.sources.source import IRSource, IRSourceError
from triton_lift.store.key import key_of
from triton_lift.workers.pool import Pool
from triton_lift.workers.protocol import Executor, Request
from triton_lift.workers.task import unreadable

if TYPE_CHECKING:
    from triton_lift.store import ResultStore

# Pools that outlive the call, so that a notebook's second call does not wait for a new worker. One is used by
# one call at a time, and by the process that made it: after a fork, the sockets are the parent's.
_free: dict[tuple[int, int], list[Pool]] = {}


@contextmanager
def kept_pool(jobs: int) -> Iterator[Pool]:
    """A pool that nobody else uses now, given back afterwards for the next call."""
    free = _free.setdefault((os.getpid(), jobs), [])
    try:
        pool = free.pop()
    except IndexError:
        pool = Pool(jobs)
        atexit.register(close_own, pool, os.getpid())
    try:
        yield pool
    except BaseException:  # its workers may be in the middle of something
        pool.close()
        raise
    free.append(pool)


def close_own(pool: Pool, owner: int) -> None:
    if os.getpid() == owner:
        pool.close()


def lift_sources(
    sources: Iterable[IRSource | IRSourceError],
    *,
    kernel: str | None = None,
    timeout: float | None = None,
    jobs: int = 1,
    pool: Executor | None = None,
    keep_workers: bool = False,
    executable: bool = True,
    illustrated: bool = False,
    proof: bool = False,
    guesses: tuple[str, ...] = (),
    sketches: tuple[str, ...] = (),
    store: ResultStore | None = None,
) -> Iterator[tuple[int, Lifted]]:
    """Each kernel's result, as they come, with the number of its source in the input.

    `executable`, `illustrated`, `proof`, `guesses` and `sketches` as in `Request`. A source that could not be found
    gives its error as a result. What `store` has comes first, and what it has not is kept there as soon as a source is
    done with.
    Raises ValueError for a timeout that is not positive.
    """
    if timeout is not None and not timeout > 0:
        raise ValueError(f"timeout must be positive, not {timeout}")
    running: AbstractContextManager[Executor] = (
        nullcontext(pool) if pool is not None else kept_pool(jobs) if keep_workers else Pool(jobs)
    )
    with running as executor:
        kept = Kept(store, executor.task)
        waiting: list[Request] = []
        for number, source in enumerate(sources):
            if isinstance(source, IRSourceError):
                yield number, unreadable(IRSource(source.path), source.message)
                continue
            request = Request(
                number,
                source,
                kernel,
                timeout=timeout,
                executable=executable,
                illustrated=illustrated,
                proof=proof,
                guesses=guesses,
                sketches=sketches,
            )
            known = kept.get(request)
            if known is None:
                waiting.append(request)
            else:
                yield from ((number, lifted) for lifted in known)
        # What is there more than once (an autotuner's configurations often have one and the same TTIR) is lifted once.
        first, copies = kept.distinct(waiting)
        for request, lifted in executor.run(map(kept.read, first)):
            kept.add(request, lifted)
            yield request.number, lifted
        waiting = []
        for request in copies:
            known = kept.get(request)
            if known is None:  # of the first nothing could be kept
                waiting.append(request)
            else:
                yield from ((request.number, lifted) for lifted in known)
        for request, lifted in executor.run(map(kept.read, waiting)):
            kept.add(request, lifted)
            yield request.number, lifted


class Kept:
    """What a store has for requests, and what is to go there; with no store, nothing."""

    def __init__(self, store: ResultStore | None, task: str) -> None:
        self._store, self._task = store, task
        self._asked: dict[int, str] = {}
        self._keys: dict[int, str] = {}
        self._results: dict[int, list[Lifted]] = {}

    def get(self, request: Request) -> list[Lifted] | None:
        """The request's results, if they are there."""
        if self._store is None or (key := self._key(request)) is None:
            return None
        self._asked[request.number] = key
        return self._store.get(key, request.timeout, request.source.file)

    def distinct(self, requests: list[Request]) -> tuple[list[Request], list[Request]]:
        """The first request of each content, and those that repeat one of them."""
        seen: set[str] = set()
        first: list[Request] = []
        copies: list[Request] = []
        for request in requests:
            key = self._asked.pop(request.number, None)
            (first if key is None or key not in seen else copies).append(request)
            if key is not None:
                seen.add(key)
        return first, copies

    def read(self, request: Request) -> Request:
        """The request with its content, so that what is kept belongs to what was read."""
        if self._store is None or not self._plain(request):
            return request
        with suppress(IRSourceError):  # the worker will say so
            content = request.source.read()
            request = replace(request, source=replace(request.source, content=content))
            self._keys[request.number] = key_of(request, content, self._task)
        return request

    def add(self, request: Request, lifted: Lifted) -> None:
        """Note one result; the last of its source makes them kept."""
        if self._store is None or (key := self._keys.get(request.number)) is None:
            return
        if request.kernels is None:  # its worker was lost
            del self._keys[request.number]
            self._results.pop(request.number, None)
            return
        results = self._results.setdefault(request.number, [])
        results.append(lifted)
        if len(results) == request.kernels:
            self._store.put(key, results, request.timeout)
            del self._keys[request.number], self._results[request.number]

    def _key(self, request: Request) -> str | None:
        if not self._plain(request):
            return None
        try:
            return key_of(request, request.source.read(), self._task)
        except IRSourceError:
            return None

    @staticmethod
    def _plain(request: Request) -> bool:
        """Whether reading the source is cheap and can be done twice: no compilation, no pipe."""
        source = request.source
        return type(source) is IRSource and (
            source.content is not None or Path(source.path or source.file).is_file()
        )
