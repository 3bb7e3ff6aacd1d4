"""Finds out whether masked-off lanes are all that keeps a kernel from being verified, and in which loads.

The kernel whose loads have `other=0` is another kernel: it is lifted like any, and what is proved is said of it alone.
"""

from __future__ import annotations

import time
from typing import Any

from triton_lift.lifted import Lifted
from triton_lift.lifting import lift_summary
from triton_lift.remedies.filling import Filler, Gap, filled, gaps, given, others
from triton_lift.remedies.remedy import Remedy

SECONDS = 10.0

Choice = dict[Gap, Filler]


def remedy(summary: dict[str, Any], lifted: Lifted, deadline: float | None = None) -> Remedy | None:
    """The change under which this kernel, for which no formula was proved, is verified; None if there is none.

    Lanes hold 0, or what makes the formulas shorter, as -inf does below a maximum; no load is changed that could do
    without, as far as there is time to tell. `deadline`: a `time.monotonic` moment.
    """
    limit = time.monotonic() + SECONDS
    limit = limit if deadline is None else min(deadline, limit)
    choice: Choice = dict.fromkeys(gaps(summary), 0)
    if not choice or lifted.status not in ("refuted", "unknown") or lifted.values == "proved":
        return None

    def of(choice: Choice) -> Lifted | None:
        found = lift_summary(filled(summary, choice), lifted.file, lifted.stage, limit)
        return found if found.status == "verified" else None

    best = of(choice)
    if best is None:
        return None
    for gap, filler in [(lacking, held) for lacking in choice for held in others(lacking, summary)]:
        if not any(" if " in output.formula for output in best.outputs):
            break  # what the lanes hold is not to be seen
        found = of({**choice, gap: filler})
        if found is not None and length(found) < length(best):
            choice, best = {**choice, gap: filler}, found
    for gap in list(choice):
        fewer = {other: filler for other, filler in choice.items() if other != gap}
        found = of(fewer) if fewer else None
        if found is not None:
            choice, best = fewer, found
    changes: dict[str, list[str | None]] = {}
    for gap, filler in choice.items():
        changes.setdefault(given(gap, filler), []).append(gap.location)
    return Remedy(changes, best)


def length(lifted: Lifted) -> int:
    """Letters of its formulas: what lanes beyond the end hold makes them longer."""
    return sum(len(output.formula) + len(output.domain) for output in lifted.outputs)
