"""The exit code of a run, from the results it gave."""

from __future__ import annotations

from enum import IntEnum
from functools import reduce

from triton_lift.lifted import Lifted


class ExitCode(IntEnum):
    VERIFIED = 0
    REFUTED = 1
    UNREADABLE = 2
    UNKNOWN = 3


# What one code of several the run exits with: a refutation is news whatever else happened.
PRECEDENCE = (ExitCode.REFUTED, ExitCode.UNREADABLE, ExitCode.UNKNOWN, ExitCode.VERIFIED)


_GUESSES = {
    "proved": ExitCode.VERIFIED,
    "refuted": ExitCode.REFUTED,
    "unknown": ExitCode.UNKNOWN,
    "error": ExitCode.UNREADABLE,
}


def code_of(lifted: Lifted) -> ExitCode:
    """The code that this result alone would give, with the guesses for it."""
    return reduce(
        merge, (_GUESSES[g.status] for g in (*lifted.guesses, *lifted.sketches)), _code_of_lift(lifted)
    )


def unreadable(lifted: Lifted) -> bool:
    """Whether there is but a message about an input: of a kernel there is more, even if a guess cannot be read."""
    return _code_of_lift(lifted) is ExitCode.UNREADABLE


def _code_of_lift(lifted: Lifted) -> ExitCode:
    if lifted.status == "refuted" or "refuted" in (lifted.values, lifted.coverage, lifted.single_writer):
        return ExitCode.REFUTED
    if lifted.status == "verified":
        return ExitCode.VERIFIED
    if lifted.status == "error" and not lifted.kernel:
        return ExitCode.UNREADABLE
    return ExitCode.UNKNOWN


def merge(first: ExitCode, second: ExitCode) -> ExitCode:
    """The code of a run that met both."""
    return min(first, second, key=PRECEDENCE.index)
