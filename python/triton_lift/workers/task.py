"""What a worker does with a request: read, parse, interpret, lift."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

from triton_lift.lifted import Lifted
from triton_lift.sources.source import IRSource, IRSourceError
from triton_lift.workers.judging import judge
from triton_lift.workers.protocol import Began, Event, Opened, Provisional, Request

# The lifter is told to stop a little before it would be killed: its own reason is worth more than ours.
DEADLINE_SHARE = 0.9
# Refutation gets what the lifter has left, and a little more.
REFUTATION_SHARE = 0.95

# How long a kernel's launches are looked at.
VIEW_SECONDS = 5.0


def preload() -> None:
    """Import now what every request needs."""
    from triton_lift import _native, ir, lifting  # noqa: F401
    from triton_lift.definitions.library import library
    from triton_lift.definitions.naming import Namer

    Namer(library())


def lift_source(request: Request) -> Iterator[Event]:
    """Events for each kernel of the request's source; one error result where it cannot be opened."""
    from triton_lift import _native
    from triton_lift.ir import IRError, parse_module
    from triton_lift.lifting import lift_summary

    file = request.source.file
    start, opened = request.started, time.monotonic()
    try:
        opened_source = request.source.opened()
        content = opened_source.content
        request = replace(request, guesses=(*request.guesses, *opened_source.expected))
        parsed = parse_module(content, file)
    except IRSourceError as error:
        yield unreadable(request.source, error.message)
        return
    except IRError as error:
        yield unreadable(request.source, error.message, error.line)
        return
    summaries = _native.summarize(parsed.module)
    if not summaries:
        yield unreadable(request.source, "no kernel in this module: it has no public tt.func")
        return
    wanted = [s for s in summaries if request.kernel in (None, s["kernel"])][request.skip :]
    yield Opened(tuple(s["kernel"] for s in wanted))
    for summary in wanted:
        yield Began(summary["kernel"])
        deadline = None if request.timeout is None else start + DEADLINE_SHARE * request.timeout
        lifted = lift_summary(summary, file, parsed.stage, deadline, proof=request.proof)
        if lifted.proof is not None:
            from triton_lift.proof.origin import origin

            lifted.proof = {"origin": origin(parsed.stage, content), **lifted.proof}
        find_wraps(lifted)
        show_launches(request, lifted)
        show_numerics(parsed.module, summary, lifted)
        if refutable(lifted):
            yield Provisional(replace(lifted, program=lifted.program if request.executable else None))
            limit = None if request.timeout is None else start + REFUTATION_SHARE * request.timeout
            try_to_refute(parsed.module, summary, lifted, limit)
            find_remedy(request, summary, lifted, limit)
        if request.guesses or request.sketches:
            limit = None if request.timeout is None else start + REFUTATION_SHARE * request.timeout
            for _ in judge(request, lifted, parsed.module, summary, limit):
                yield Provisional(replace(lifted, program=lifted.program if request.executable else None))
        lifted.seconds = time.monotonic() - opened
        if request.illustrated:
            from triton_lift.illustration.stage import illustrate

            yield Provisional(replace(lifted, program=lifted.program if request.executable else None))
            limit = None if request.timeout is None else start + REFUTATION_SHARE * request.timeout
            lifted.illustration = illustrate(parsed.module, content, summary, lifted, limit)
        if not request.executable:
            lifted.program = None
        yield lifted
        start = opened = time.monotonic()


def refutable(lifted: Lifted) -> bool:
    """Whether something that was not proved is worth trying to refute."""
    if lifted.status == "verified":
        return lifted.single_writer == "unknown"
    return lifted.status in ("unknown", "unsupported")


def find_wraps(lifted: Lifted) -> None:
    """Says at which sizes a verified kernel's integers begin to wrap."""
    if lifted.status == "verified" and lifted.program is not None:
        with suppress(Exception):  # the result stands without it
            from triton_lift.refutation.wrap_sizes import smallest

            lifted.wraps_from = smallest(lifted.program)


def show_launches(request: Request, lifted: Lifted) -> None:
    """Shows a verified kernel in the tensors that it was launched with, where that is known."""
    if request.source.launches and lifted.status == "verified" and lifted.program is not None:
        with suppress(Exception):  # the result stands without it
            from triton_lift.proving import Deadline
            from triton_lift.views.stage import view_of

            limit = time.monotonic() + VIEW_SECONDS
            lifted.launched = view_of(lifted.program, request.source.launches, Deadline(limit))


def show_numerics(module: Any, summary: dict[str, Any], lifted: Lifted) -> None:
    """Gives the findings about floats their inputs, and leaves out those that nothing shows."""
    findings, lifted.numerics = lifted.numerics, [f for f in lifted.numerics if f.protected]
    if len(findings) > len(lifted.numerics):
        with suppress(Exception):
            from triton_lift.numerics.replaying import shown

            lifted.numerics = shown(findings, module, summary, lifted)


def try_to_refute(module: Any, summary: dict[str, Any], lifted: Lifted, deadline: float | None) -> None:
    """Puts a witness into `lifted` if one is found. Whatever goes wrong, the lifter's result stands."""
    with suppress(Exception):
        from triton_lift.refutation.stage import refute

        refute(module, summary, lifted, deadline)


def find_remedy(request: Request, summary: dict[str, Any], lifted: Lifted, deadline: float | None) -> None:
    """Tells what would make a kernel verified that is not because of what its loads leave undefined."""
    with suppress(Exception):  # the result stands without it
        from triton_lift.remedies.stage import remedy

        lifted.remedy = remedy(summary, lifted, deadline)
        if lifted.remedy is not None:
            find_wraps(lifted.remedy.lifted)
            if not request.executable:
                lifted.remedy.lifted.program = None


def unreadable(source: IRSource, reason: str, line: int | None = None) -> Lifted:
    """The result for an input in which no kernel can be read: an error without a kernel's name."""
    location = f"{source.file}:{line}" if line else None
    return Lifted("", source.file, source.stage, "error", reason=reason, location=location)
