"""What has changed between two dumps, as text and as JSON."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence

from triton_lift.difference.changes import KINDS, QUIET, Change
from triton_lift.lifted import Lifted
from triton_lift.report.text import formulas, labelled


def to_text(changes: Sequence[Change], *, everything: bool = False) -> str:
    """What needs a look, then how many kernels are of which kind."""
    parts = [entry(c) for c in changes if everything or c.kind not in QUIET]
    counts = Counter(c.kind for c in changes)
    told = ", ".join(f"{counts[kind]} {kind}" for kind in KINDS if counts[kind])
    conditions = sum(bool(c.lost or c.gained) for c in changes)
    if conditions:
        told += f" ({conditions} under other preconditions)"
    count = f"{len(changes)} kernel{'' if len(changes) == 1 else 's'}"
    return "\n\n".join([*parts, f"{count}: {told}"])


def entry(change: Change) -> str:
    """One kernel: what became of it, the formulas, and where the conditions differ."""
    files = " → ".join(lifted.file for lifted in (change.old, change.new) if lifted is not None)
    lines = [f"{change.kernel} · {change.kind} · {files}"]
    if change.kind not in ("same", "still unproved", "still refuted"):
        lines += shown("was", change.old)
    lines += shown("is", change.new)
    if change.detail:
        lines += labelled("why", [change.detail])
    place = change.new.location if change.new is not None and change.new.status != "verified" else None
    if place:
        lines += labelled("at", [place])
    lines += labelled("no more given", change.lost)
    lines += labelled("now given", change.gained)
    return "\n".join(lines)


def shown(label: str, lifted: Lifted | None) -> list[str]:
    """The formulas behind their label."""
    lines = formulas(lifted) if lifted is not None else []
    return [f"  {label if number == 0 else '':<5} {line}" for number, line in enumerate(lines)]


def to_json(changes: Sequence[Change]) -> str:
    """One object a line."""
    return "\n".join(json.dumps(change.to_json(), ensure_ascii=False) for change in changes)
