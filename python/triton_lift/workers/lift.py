"""Lift many sources: the one entry that the command line and the Python API share."""

from __future__ import annotations

import atexit
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext

from triton_lift.lifted import Lifted
from triton_lift.sources.source import IRSource, IRSourceError
from triton_lift.workers.pool import Pool
from triton_lift.workers.protocol import Request
from triton_lift.workers.task import unreadable

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
    pool: Pool | None = None,
    keep_workers: bool = False,
    executable: bool = True,
    proof: bool = False,
) -> Iterator[tuple[int, Lifted]]:
    """Each kernel's result, as they come, with the number of its source in the input.

    `executable` and `proof` as in `Request`. A source that could not be found gives its error as a result.
    Raises ValueError for a timeout that is not positive.
    """
    if timeout is not None and not timeout > 0:
        raise ValueError(f"timeout must be positive, not {timeout}")
    errors: list[tuple[int, Lifted]] = []

    def requests() -> Iterator[Request]:
        for number, source in enumerate(sources):
            if isinstance(source, IRSourceError):
                errors.append((number, unreadable(IRSource(source.path), source.message)))
            else:
                yield Request(number, source, kernel, timeout=timeout, executable=executable, proof=proof)

    with (
        nullcontext(pool) if pool is not None else kept_pool(jobs) if keep_workers else Pool(jobs) as running
    ):
        for request, lifted in running.run(requests()):
            yield from drain(errors)
            yield request.number, lifted
    yield from drain(errors)


def drain(errors: list[tuple[int, Lifted]]) -> Iterator[tuple[int, Lifted]]:
    while errors:
        yield errors.pop(0)
