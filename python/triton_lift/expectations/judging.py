"""A kernel together with the verdict on a formula that somebody wrote of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from triton_lift.expectations.decorator import one_statement_list
from triton_lift.lifted import Lifted
from triton_lift.sources import IRSource, IRSourceError
from triton_lift.store.results import open_store, to_stderr
from triton_lift.workers import lift_sources


def lifted_with(
    sources: Iterable[IRSource | IRSourceError],
    formula: str | None,
    timeout: float,
    *,
    kernel: str | None = None,
    warn: Callable[[str], None] = to_stderr,
) -> list[Lifted]:
    """The kernels of these sources (of one name); with a formula, each has the verdict on it. `warn` is told where
    results cannot be kept."""
    guesses = () if formula is None else (one_statement_list(formula),)
    came = lift_sources(
        sources,
        kernel=kernel,
        timeout=timeout,
        keep_workers=True,
        guesses=guesses,
        store=open_store(warn),
    )
    return [lifted for _, lifted in sorted(came, key=lambda pair: pair[0])]


def not_shown(lifted: Lifted) -> str | None:
    """Why the formula is not shown to be what the kernel computes; None if it is."""
    (verdict,) = lifted.guesses
    return None if verdict.status == "proved" else "\n".join(verdict.lines())
