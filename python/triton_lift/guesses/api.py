"""Guesses and sketches in Python."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from triton_lift.formulas import ast
from triton_lift.guess_result import GuessResult
from triton_lift.guesses.judge import Judge
from triton_lift.lifted import Lifted

DEFAULT_TIMEOUT = 30.0


def check(
    lifted: Lifted, guess: str, *, source: Any = None, timeout: float | None = DEFAULT_TIMEOUT
) -> GuessResult:
    """The verdict on a guess: statements `array[indices] = formula` separated by `;`, or the formula of one store.

    `source` is the IR that was lifted (a path, its text, or a parsed module), by default the file it came from: a
    counterexample is executed on it. Without it nothing is refuted. `timeout` is in seconds.
    """
    judge, problem = _judge(lifted, source, timeout)
    return judge.guess(guess) if judge is not None else GuessResult(guess, "unknown", problem)


def sketch(
    lifted: Lifted, text: str, *, source: Any = None, timeout: float | None = DEFAULT_TIMEOUT
) -> GuessResult:
    """A sketch, a formula with holes `??` or `?name`, with what stands in its holes and the verdict on the whole.

    `source` and `timeout` as for `check`.
    """
    judge, problem = _judge(lifted, source, timeout)
    return judge.sketch(text) if judge is not None else GuessResult(text, "unknown", problem)


def equal_to_lift(
    lifted: Lifted,
    statements: Sequence[ast.Statement],
    *,
    source: Any = None,
    timeout: float | None = DEFAULT_TIMEOUT,
) -> GuessResult:
    """The verdict on statements that were parsed already (`formulas.parsing.parse`); `check` says what is what."""
    judge, problem = _judge(lifted, source, timeout)
    return judge.statements(statements) if judge is not None else GuessResult("", "unknown", problem)


def _judge(lifted: Lifted, source: Any, timeout: float | None) -> tuple[Judge | None, str | None]:
    module, summary = None, None
    with suppress(Exception):  # then there is no IR to replay on, and the verdict says so
        module, summary = _ir(lifted, source)
    try:
        return Judge(lifted, module, summary, None if timeout is None else time.monotonic() + timeout), None
    except ValueError as error:
        return None, str(error)


def _ir(lifted: Lifted, source: Any) -> tuple[Any, Any]:
    from triton_lift import _native
    from triton_lift.ir import ParsedModule, parse_module

    if source is None:
        source = lifted.file
    if isinstance(source, str) and "\n" in source:
        source = parse_module(source, "<text>")
    elif isinstance(source, str | Path):
        source = parse_module(Path(source).read_bytes(), str(source))
    module = source.module if isinstance(source, ParsedModule) else source
    summary = next(s for s in _native.summarize(module) if s["kernel"] == lifted.kernel)
    return module, summary
