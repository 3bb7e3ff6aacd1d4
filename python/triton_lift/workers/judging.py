"""Guesses and sketches for a kernel that was just lifted, judged next to the lift and under its time limit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from triton_lift.lifted import Lifted
from triton_lift.workers.protocol import Request

if TYPE_CHECKING:
    from triton_lift.guesses import Judge


def judge(
    request: Request, lifted: Lifted, module: Any, summary: dict[str, Any], deadline: float | None
) -> Iterator[None]:
    """Puts a verdict on each of the request's guesses and sketches into `lifted`; yields before and after each."""
    from triton_lift.guess_result import GuessResult
    from triton_lift.guesses import Judge

    court: Judge | None = None
    problem: str | None = None
    try:
        court = Judge(lifted, module, summary, deadline)
    except ValueError as error:
        problem = str(error)
    problem = problem or "the time limit was reached"
    lifted.guesses = [GuessResult(text, "unknown", problem) for text in request.guesses]
    lifted.sketches = [GuessResult(text, "unknown", problem) for text in request.sketches]
    if court is None:
        return
    for results, method in ((lifted.guesses, court.guess), (lifted.sketches, court.sketch)):
        for number, result in enumerate(results):
            yield  # if the time is over in the middle of it, this is the result
            results[number] = method(result.text)
