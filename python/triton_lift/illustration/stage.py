"""After lifting, for pages: the IR, and a small launch run on the interpreter."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import numpy as np

from triton_lift.illustration.drawing import MOST_POINTS, Owners, domain_panel, memory_panel
from triton_lift.illustration.launching import grid_leaves, launches, scalars_of
from triton_lift.illustration.model import Illustration, Panel
from triton_lift.interpreter import Executable, Options, OutOfTime, Write
from triton_lift.lifted import Lifted
from triton_lift.refutation.launches import Launch
from triton_lift.refutation.subject import Subject
from triton_lift.terms.term import make

SECONDS = 3.0
_WIDEST = 4096
_WIDE = 64  # elements in a row of memory that has no rows of its own


def illustrate(
    module: Any,
    content: str | bytes,
    summary: Mapping[str, Any],
    lifted: Lifted,
    deadline: float | None = None,
) -> Illustration:
    """The IR's text and the panels of a launch; only the text where nothing could be run before `deadline` (a
    `time.monotonic` moment), or within a few seconds."""
    text = content if isinstance(content, str) else content.decode(errors="replace")
    if text.startswith("ML\xefR"):
        text = "(bytecode)"
    best: Illustration | None = None
    most = 0
    with suppress(Exception):  # the page stands without a picture
        limit = min(time.monotonic() + SECONDS, deadline or float("inf"))
        subject = Subject(Executable(module, lifted.kernel), summary, lifted, limit)
        with suppress(OutOfTime):
            for launch in launches(subject):
                found = on_launch(subject, launch, text)
                if found is None:
                    continue
                # Several programs along each axis of the grid tell more than several of one.
                programs = {r.program for p in found.panels for r in p.runs if r.program}
                programs.update(found.taking_part)
                busy = sum(len({p[axis] for p in programs}) > 1 for axis in subject.axes)
                if best is None or busy > most:
                    best, most = found, busy
                if busy == len(subject.axes):
                    return found
    return best or Illustration(text)


def on_launch(subject: Subject, launch: Launch, text: str) -> Illustration | None:
    """The panels of one launch; None where it does not run, is too large to look at, or writes nothing."""
    realised = subject.realise(launch, (Options(),))
    if realised is None:
        return None
    log: list[Write] = []
    updates: list[Write] = []
    if subject.run(realised, Options(on_update=updates.append), log.append) is None or not (log or updates):
        return None
    args = realised.arguments()
    panels: list[Panel] = []
    for array in dict.fromkeys(write.array for write in (*log, *updates)):
        length = 1 + max(
            int(w.elements.max()) for w in (*log, *updates) if w.array == array and len(w.elements)
        )
        if length > MOST_POINTS:
            return None
        owners = Owners(log, array, length, updates)
        domains = _domains(subject.lifted, array, owners, realised, args)
        columns = next((pitch for _, pitch in domains if 1 < pitch <= _WIDEST), _WIDE)
        panels += [panel for panel, _ in domains]
        panels.append(memory_panel(owners, array, length, columns))
    if subject.lifted.single_writer == "proved" and any(r.clash for p in panels for r in p.runs):
        return None  # strides that the preconditions exclude
    scalars = {n: v for n, v in realised.args.items() if isinstance(v, (int, float))}
    taking_part = frozenset(w.program for w in updates)
    return Illustration(text, launch.grid, scalars, panels, taking_part)


def _domains(
    lifted: Lifted, array: str, owners: Owners, launch: Launch, args: dict[str, Any]
) -> list[tuple[Panel, int]]:
    """The panels of the formulas that write an array, each with how far apart its rows are."""
    program = lifted.program
    if program is None:
        return []
    leaves = {**scalars_of(program, launch), **grid_leaves(launch.grid)}
    arrays: dict[int, Any] = {}
    for index, (name, kind) in enumerate(program.params):
        if kind.startswith("ptr"):
            arrays[index] = np.asarray(args[name])
            leaves[make("length", (), index)] = np.int64(len(arrays[index]))
    found = []
    for output, statement in zip(program.outputs, program.statements, strict=True):
        if program.params[output.array][0] == array:
            with suppress(ValueError, KeyError):
                panel = domain_panel(program, output, statement, owners, leaves, arrays)
                if panel is not None:
                    found.append(panel)
    return found
