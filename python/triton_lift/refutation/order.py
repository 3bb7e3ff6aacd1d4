"""Values: the result depends on the order in which programs run, as one reads what another writes."""

from __future__ import annotations

from dataclasses import replace

from triton_lift.refutation.comparing import first_difference
from triton_lift.refutation.launches import Launch
from triton_lift.refutation.subject import GARBAGE, Subject
from triton_lift.refutation.writers import SYNCHRONISING
from triton_lift.witness import Observation, Witness, plain

# How the lifter says that it could not tell what a load sees.
SUSPECTED = "which the kernel also writes"
RUNS = [replace(g, backwards=b) for g in GARBAGE for b in (False, True)]


def search(subject: Subject) -> Witness | None:
    """A launch of several programs that ends differently if they run in the opposite order."""
    if SUSPECTED not in (subject.lifted.reason or ""):
        return None
    if any(op.name in SYNCHRONISING for op in subject.operations):
        return None
    for size, grid in subject.ordinary(several=True):
        if grid != (1, 1, 1):
            found = subject.everywhere(
                size, grid, lambda launch: on_launch(subject, launch), runs=RUNS, apart=True
            )
            if found is not None:
                return found
    return None


def on_launch(subject: Subject, launch: Launch) -> Witness | None:
    """The first element that the order makes a difference to, whatever is undefined."""
    results = [r for o in RUNS if (r := subject.run(launch, o)) is not None]
    found = first_difference(results) if len(results) == len(RUNS) else None
    if found is None:
        return None
    array, element = found
    observed = [
        Observation(
            plain(result[array][element].item()), when=f"programs run in {order} order", backwards=back
        )
        for result, order, back in zip(results, ("ascending", "descending"), (False, True), strict=False)
    ]
    claim = "the stored value depends on the order in which programs run"
    return Witness("values", claim, list(launch.grid), dict(launch.args), array, element, observed)
