"""Runs a witness again, from nothing but what is printed of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from triton_lift.interpreter import Executable, InterpreterError, Options, Write
from triton_lift.witness import Observation, Witness, plain

Grid = tuple[int, int, int]


def replay(source: Any, witness: Witness, kernel: str | None = None) -> bool:
    """Whether the witness is one: `source` and `kernel` as for `triton_lift.interpret`."""
    return reproduces(Executable(source, kernel), witness, Options())


def reproduces(executable: Executable, witness: Witness, options: Options) -> bool:
    """Whether everything is observed again, and is a contradiction."""
    values = {str(seen.value) for seen in witness.observed}
    if len(values) < 2 and values != {"nan"}:
        return False
    try:
        return all(_seen_again(executable, witness, seen, options) for seen in witness.observed)
    except (InterpreterError, LookupError):
        return False


def _seen_again(executable: Executable, witness: Witness, seen: Observation, options: Options) -> bool:
    values: list[Any] = []

    def note(write: Write) -> None:
        if write.array == witness.array and list(write.program) == seen.program:
            values.extend(write.values[write.elements == witness.element].tolist())

    log = note if seen.program is not None else None
    settings = replace(options, masked=_filler(seen), on_store=log, backwards=seen.backwards)
    x, y, z = witness.grid
    after = executable.run(witness.arguments(), (x, y, z), settings)
    if seen.program is None:
        values = [after[witness.array][witness.element].item()]
    return any(plain(value) == seen.value for value in values)


def _filler(seen: Observation) -> Callable[[str | None], list[float] | None] | None:
    masked = seen.masked
    if masked is None:
        return None
    numbers = {place: [float(n) for n in fill] for place, fill in masked.items()}
    return lambda location: numbers.get(location or "")
