"""After lifting: what was not proved, tried to be refuted.

A search is an entry of `SEARCHES`: the property that it may refute and the function that finds a witness. It is asked
only where the property is open.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from triton_lift.interpreter import Executable, OutOfTime
from triton_lift.lifted import Lifted
from triton_lift.refutation import infinities, masked_loads, order, writers
from triton_lift.refutation.replay import reproduces
from triton_lift.refutation.subject import GARBAGE, Subject
from triton_lift.witness import Witness

Search = Callable[[Subject], Witness | None]
SEARCHES: tuple[tuple[str, Search], ...] = (
    ("values", masked_loads.search),
    ("values", infinities.search),
    ("single_writer", writers.search),
    ("values", order.search),
)
SECONDS = 2.0


def refute(module: Any, summary: Mapping[str, Any], lifted: Lifted, deadline: float | None = None) -> None:
    """Puts a witness into `lifted`, and the verdicts that it entails, if one is found in time.

    `module` is the parsed IR, `summary` what its interpretation gave for this kernel; `deadline` a `time.monotonic`
    moment. What was proved stays as it is.
    """
    if any(p.get("table") is not None for p in summary["params"]):
        return  # an address is not for us to choose
    limit = time.monotonic() + SECONDS
    subject = Subject(
        Executable(module, lifted.kernel),
        summary,
        lifted,
        limit if deadline is None else min(deadline, limit),
    )
    for name, search in SEARCHES:
        if getattr(lifted, name) != "unknown" or subject.over:
            continue
        try:
            witness = search(subject)
        except OutOfTime:
            return
        if witness is not None and all(
            reproduces(subject.executable, witness, subject.options(o)) for o in GARBAGE
        ):
            settle(lifted, witness)
            return


def settle(lifted: Lifted, witness: Witness) -> None:
    """Enters what a witness shows. Formulas that were proved stay; a kernel without any is refuted as a whole."""
    lifted.witness = witness
    setattr(lifted, witness.property, "refuted")
    if lifted.status != "verified":
        lifted.status, lifted.reason = "refuted", witness.claim
        lifted.location = witness.location or lifted.location
