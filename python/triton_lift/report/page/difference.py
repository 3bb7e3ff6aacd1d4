"""What has changed between two dumps, as a page: the formulas of both sides typeset, one below the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from triton_lift.difference.changes import KINDS, QUIET, Change
from triton_lift.lifted import Lifted
from triton_lift.report.page.document import environment, style, view

# A verdict of the style sheet that says as much.
_COLOURS = {
    "newly refuted": "refuted",
    "changed": "refuted",
    "still refuted": "refuted",
    "newly verified": "verified",
    "rewritten": "verified",
    "same": "verified",
}


def to_page(changes: Sequence[Change], *, everything: bool = False) -> str:
    """What needs a look, kernel by kernel, below a table of all that is listed."""
    counts = Counter(c.kind for c in changes)
    listed = [entry(c) for c in changes if everything or c.kind not in QUIET]
    summary = ", ".join(f"{counts[kind]} {kind}" for kind in KINDS if counts[kind])
    count = f"{len(changes)} kernel{'' if len(changes) == 1 else 's'}"
    return (
        environment()
        .get_template("difference.html")
        .render(changes=listed, title=count, summary=summary, style=style(page=True))
    )


def entry(change: Change) -> dict[str, Any]:
    """What the template shows of one kernel."""
    lists = [
        ("no more given", change.lost),
        ("now given", change.gained),
    ]
    unproved = change.kind in ("still unproved", "still refuted")
    before = None if change.kind == "same" or unproved else side(change.old)
    return {
        "kernel": change.kernel,
        "kind": change.kind,
        "colour": _COLOURS.get(change.kind, "unknown"),
        "detail": change.detail,
        "sides": [(label, k) for label, k in (("was", before), ("is", side(change.new))) if k is not None],
        "lists": [(label, items) for label, items in lists if items],
    }


def side(lifted: Lifted | None) -> dict[str, Any] | None:
    """One of the two results; None where there is none."""
    return None if lifted is None else view(lifted, brief=True)
