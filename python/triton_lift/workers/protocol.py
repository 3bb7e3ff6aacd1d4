"""What the pool and its workers say to each other. Everything here is pickled."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, Self

from triton_lift.lifted import Lifted
from triton_lift.sources.source import IRSource


@dataclass(frozen=True)
class Request:
    """Lift the kernels of one source.

    `number` is the source's place in the input. `kernel` keeps kernels of one name. `skip` is the number of
    leading kernels that were dealt with before an earlier worker was lost. `started` is when a worker began with the
    request (`time.monotonic`). `executable` asks for the results' programs: who only prints does not wait for numpy.
    `illustrated` asks for the IR and a small launch to look at, `proof` for proofs, `guesses` and `sketches` for
    verdicts on these formulas. `kernels`, in what comes back with a result, is how many the source has, where the
    worker lived to give the result.
    """

    number: int
    source: IRSource
    kernel: str | None = None
    skip: int = 0
    timeout: float | None = None
    started: float = 0.0
    executable: bool = True
    illustrated: bool = False
    proof: bool = False
    guesses: tuple[str, ...] = ()
    sketches: tuple[str, ...] = ()
    kernels: int | None = None


@dataclass(frozen=True)
class Ready:
    """Sent once by each worker: it has loaded, and time begins to count."""


@dataclass(frozen=True)
class Opened:
    """The source was read: these kernels will be lifted, in this order (after `kernel` and `skip`)."""

    kernels: tuple[str, ...]


@dataclass(frozen=True)
class Began:
    """Work on this kernel begins."""

    kernel: str


@dataclass(frozen=True)
class Provisional:
    """The present kernel's result as it stands: what else is tried may cost the worker, but not this."""

    lifted: Lifted


@dataclass(frozen=True)
class Finished:
    """No more events for this request. `peak_bytes` is the most memory that the worker has had so far."""

    peak_bytes: int = 0


Event = Ready | Opened | Began | Provisional | Lifted | Finished

# A task answers a request with events: Opened, then Began, perhaps Provisional, and Lifted for each kernel; or one
# Lifted (the error) where the source cannot be opened.
Task = Callable[[Request], Iterator[Event]]


class Executor(Protocol):
    """Where requests are worked on: this machine's `Pool`, or a cluster. A context manager."""

    task: str
    peak_bytes: int

    def run(self, requests: Iterable[Request]) -> Iterator[tuple[Request, Lifted]]:
        """Every result with its request (`kernels` filled in), as they come, each once."""

    def close(self) -> None: ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
