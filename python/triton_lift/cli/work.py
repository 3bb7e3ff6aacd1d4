"""The lifting that a command asks for: which sources, by whom, what is kept, and how far it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import typer

from triton_lift.cli import early
from triton_lift.cli.exit_codes import ExitCode
from triton_lift.cli.options import executor_of, job_count
from triton_lift.cli.output import complain
from triton_lift.cli.progress import shown
from triton_lift.lifted import Lifted
from triton_lift.sources import CompileRequest, PythonReader, find_sources
from triton_lift.store import ResultStore, open_store
from triton_lift.workers import Pool, lift_sources
from triton_lift.workers.protocol import Executor


@dataclass
class Work:
    """The options that `lift`, `corpus` and `diff` share.

    `jobs`: worker processes (None: one per core). `request` says how kernels in Python files are compiled. `executor`:
    the address of a cluster, instead of worker processes here. `cache`: whether results are kept. `executable`: whether
    the results' programs are wanted. `guesses` and `sketches` are judged for each kernel.
    """

    timeout: float
    jobs: int | None = None
    kernel: str | None = None
    executor: str | None = None
    cache: bool = True
    proof: bool = False
    executable: bool = False
    illustrated: bool = False
    guesses: tuple[str, ...] = ()
    sketches: tuple[str, ...] = ()
    request: CompileRequest | None = None
    total: int = 0
    peak_bytes: int = 0
    store: ResultStore | None = None
    _done: set[int] = field(default_factory=set)

    def results(self, paths: list[str], *, progress: bool) -> Iterator[Lifted]:
        """Every kernel's result, as they come; with `progress`, counted on standard error meanwhile.

        Where a cluster is lost, says so and how much is left, and raises typer.Exit.
        """
        try:
            yield from self._results(paths, progress)
        except Exception as error:
            if not self.executor or not is_cluster_error(error):
                raise
            complain(str(error))
            self.interrupted()
            raise typer.Exit(ExitCode.UNREADABLE) from None

    def _results(self, paths: list[str], progress: bool) -> Iterator[Lifted]:
        with self._executor() as pool:
            sources = list(find_sources(paths, PythonReader(self.request), notice=lambda n: complain(str(n))))
            self.total = len(sources)
            if isinstance(pool, Pool):
                pool.jobs = job_count(self.jobs, len(sources))
            self.store = open_store(complain) if self.cache else None
            came = self._counted(
                lift_sources(
                    sources,
                    kernel=self.kernel,
                    timeout=self.timeout,
                    pool=pool,
                    executable=self.executable,
                    illustrated=self.illustrated,
                    proof=self.proof,
                    guesses=self.guesses,
                    sketches=self.sketches,
                    store=self.store,
                )
            )
            yield from shown(came, self.total) if progress else (lifted for _, lifted in came)
            self.peak_bytes = pool.peak_bytes

    def _executor(self) -> Executor:
        return executor_of(self.executor) if self.executor else early.take()

    def _counted(self, came: Iterator[tuple[int, Lifted]]) -> Iterator[tuple[int, Lifted]]:
        for number, lifted in came:
            self._done.add(number)
            yield number, lifted

    def interrupted(self) -> None:
        """Say how much is left, and what becomes of the rest."""
        if self.total < 2:
            return
        left = self.total - len(self._done)
        kept = (
            "what is done is kept: the same command goes on from there" if self.store else "nothing is kept"
        )
        complain(f"interrupted: {len(self._done)} of {self.total} inputs done, {left} left; {kept}")


def is_cluster_error(error: Exception) -> bool:
    from triton_lift.workers.cluster import ClusterError

    return isinstance(error, ClusterError)
