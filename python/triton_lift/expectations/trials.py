"""A worker's task: small launches of a kernel, executed on its IR, for who has something to compare them with."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from triton_lift.lifted import Lifted
from triton_lift.workers.pool import Pool
from triton_lift.workers.protocol import Event, Opened, Request
from triton_lift.workers.task import DEADLINE_SHARE, unreadable

_TASK = "triton_lift.expectations.trials:execute"


@dataclass(frozen=True)
class Trial:
    """One launch: its grid and run-time arguments (arrays flat), and what memory holds afterwards."""

    grid: tuple[int, int, int]
    args: dict[str, Any]
    after: dict[str, Any]


def execute(request: Request) -> Iterator[Event]:
    """For each kernel its lift, without a proof; where that would be are the trials, none where it is not verified."""
    from triton_lift import _native
    from triton_lift.guesses import Judge
    from triton_lift.ir import IRError, parse_module
    from triton_lift.lifting import lift_summary

    source = request.source
    try:
        parsed = parse_module(source.read(), source.file)
    except IRError as error:
        yield unreadable(source, error.message, error.line)
        return
    summaries = _native.summarize(parsed.module)
    yield Opened(tuple(s["kernel"] for s in summaries))
    for summary in summaries:
        limit = None if request.timeout is None else time.monotonic() + DEADLINE_SHARE * request.timeout
        lifted = lift_summary(summary, source.file, parsed.stage, limit)
        found: list[Trial] = []
        if lifted.status == "verified" and lifted.program is not None:
            for run in Judge(lifted, parsed.module, summary, limit).runs:
                found.append(Trial(run.launch.grid, run.launch.arguments(), run.kernel))
        lifted.program, lifted.proof = None, {"trials": found}
        yield lifted


def trials(request: Request) -> tuple[Lifted, list[Trial]]:
    """The lift of the source's first kernel, and its trials."""
    with Pool(task=_TASK) as pool:
        lifted = next(lifted for _, lifted in pool.run([request]))
    found = (lifted.proof or {}).get("trials", [])
    lifted.proof = None
    return lifted, found
